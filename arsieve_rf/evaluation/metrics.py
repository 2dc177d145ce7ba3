"""Measures of forecast error.

All take the observed values and the forecasts, one-dimensional and equally long, and give one float. Sums are
taken on values divided by a power of two, so that squares neither overflow nor underflow at any scale.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..series.index import read_series
from ._aligned import read_aligned
from ._scaled import ldexp, scaled_difference

__all__ = ["mae", "mase", "mse", "rmse", "smape"]

FloatArray = NDArray[np.float64]


def mse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean squared error, in squared units of the series.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (h,)
        Observed values and forecasts, finite. Two pandas Series must have equal indexes.

    Returns
    -------
    float
        At least 0. A true value beyond the range of float64 is given as its largest number.

    Raises
    ------
    ValueError
        If lengths or indexes differ, or values are missing or infinite.

    Examples
    --------
    >>> from arsieve_rf.evaluation import mse
    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    error, exponent = _scaled_error(y_true, y_pred)
    return ldexp(float(np.mean(error**2)), 2 * exponent)


def rmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Root mean squared error, in units of the series.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (h,)
        Observed values and forecasts, finite. Two pandas Series must have equal indexes.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If lengths or indexes differ, or values are missing or infinite.

    Examples
    --------
    >>> from arsieve_rf.evaluation import rmse
    >>> rmse([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 8.0])
    2.0
    """
    error, exponent = _scaled_error(y_true, y_pred)
    return ldexp(math.sqrt(float(np.mean(error**2))), exponent)


def mae(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean absolute error, in units of the series.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (h,)
        Observed values and forecasts, finite. Two pandas Series must have equal indexes.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If lengths or indexes differ, or values are missing or infinite.

    Examples
    --------
    >>> from arsieve_rf.evaluation import mae
    >>> mae([1.0, 2.0], [2.0, 5.0])
    2.0
    """
    error, exponent = _scaled_error(y_true, y_pred)
    return ldexp(float(np.mean(np.abs(error))), exponent)


def smape(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Symmetric mean absolute percentage error, as in the M3 competition.

    The mean of ``200 |y - f| / (|y| + |f|)``; a step where both are 0 counts as 0.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (h,)
        Observed values and forecasts, finite. Two pandas Series must have equal indexes.

    Returns
    -------
    float
        Between 0 and 200.

    Raises
    ------
    ValueError
        If lengths or indexes differ, or values are missing or infinite.

    References
    ----------
    Makridakis, S. and Hibon, M. (2000). The M3-Competition: results, conclusions and implications.
    International Journal of Forecasting 16, 451-476. doi:10.1016/S0169-2070(00)00057-1. (Its series are
    positive; the absolute values in the denominator extend the measure to series that change sign.)

    Examples
    --------
    >>> from arsieve_rf.evaluation import smape
    >>> smape([100.0, 0.0], [300.0, 0.0])
    50.0
    """
    observed, forecast = read_aligned(y_true=y_true, y_pred=y_pred)
    # Each pair is scaled by itself: the ratio has no unit, and 1e-300 beside 1e300 keeps its digits.
    exponents = np.frexp(np.maximum(np.abs(observed), np.abs(forecast)))[1]
    observed, forecast = np.ldexp(observed, -exponents), np.ldexp(forecast, -exponents)
    size = np.abs(observed) + np.abs(forecast)
    gap = np.abs(observed - forecast)
    return float(np.mean(200.0 * gap / np.where(size > 0.0, size, 1.0)))


def mase(y_true: ArrayLike, y_pred: ArrayLike, y_train: ArrayLike, m: int = 1) -> float:
    """Mean absolute scaled error.

    The mean absolute error divided by that of the (seasonal) naive forecast within the training series,
    ``mean |y_t - y_{t-m}|``.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (h,)
        Observed values and forecasts, finite. Two pandas Series must have equal indexes.
    y_train : array-like of shape (n,)
        The series before the forecasts, ``n > m``.
    m : int, default 1
        Seasonal period in steps, 1 or more; 1 for series without a season.

    Returns
    -------
    float
        At least 0; below 1 is better than naive one-step forecasts were in training.

    Raises
    ------
    TypeError
        If ``m`` is not an integer.
    ValueError
        If lengths or indexes differ, values are missing or infinite, ``m`` is not in 1..n-1, or the training
        series repeats itself every ``m`` steps, which leaves nothing to scale by.

    References
    ----------
    Hyndman, R. J. and Koehler, A. B. (2006). Another look at measures of forecast accuracy. International
    Journal of Forecasting 22, 679-688. doi:10.1016/j.ijforecast.2006.03.001

    Examples
    --------
    >>> from arsieve_rf.evaluation import mase
    >>> mase([5.0, 6.0], [4.0, 8.0], y_train=[1.0, 3.0, 5.0])
    0.75
    """
    scale, unit = naive_error(y_train, m, "mase")
    error, exponent = _scaled_error(y_true, y_pred)
    return ldexp(float(np.mean(np.abs(error))) / scale, exponent - unit)


def check_period(m: Any, n: int, of: str) -> int:
    """Seasonal period as an int in 1..n-1."""
    if isinstance(m, bool | np.bool_) or not isinstance(m, int | np.integer):
        raise TypeError(f"m must be an integer, got {m!r}")
    if not 1 <= m < n:
        raise ValueError(f"m must be between 1 and {n - 1} (one less than the {n} values of {of}), got {m}")
    return int(m)


def naive_error(y_train: ArrayLike, m: Any, measure: str) -> tuple[float, int]:
    """Mean absolute error of the seasonal naive forecast in training, divided by 2**e, and e; not 0."""
    past, _ = read_series(y_train, "y_train")
    period = check_period(m, len(past), "y_train")
    steps, exponent = scaled_difference(past[period:], past[:-period])
    error = float(np.mean(np.abs(steps)))
    if error == 0.0:
        raise ValueError(
            f"{measure} is not defined: y_train repeats itself every m={period} steps, "
            "so its naive error is 0"
        )
    return error, exponent


def _scaled_error(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[FloatArray, int]:
    """Forecast errors divided by 2**e, and e; the largest is in [1/2, 1)."""
    observed, forecast = read_aligned(y_true=y_true, y_pred=y_pred)
    return scaled_difference(observed, forecast)
