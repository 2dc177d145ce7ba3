"""Plain forecasts that a forest must beat: the AR model, the last value, the last season."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..resampling.ar import ARFit
from ..series.index import check_horizon, read_series
from .metrics import check_period

__all__ = ["ar_forecast", "naive_forecast", "seasonal_naive_forecast"]


def ar_forecast(fit: ARFit, y: Any, h: int) -> Any:
    """Forecast with a fitted AR model by recursion on its conditional mean.

    Parameters
    ----------
    fit : ARFit
        From :func:`arsieve_rf.fit_ar`.
    y : array-like of shape (n,) or pandas Series
        The series to continue, ``n >= fit.order``; usually the one that was fitted.
    h : int
        Number of steps, at least 1.

    Returns
    -------
    ndarray of float64, shape (h,), or Series
        Forecasts; a Series with the index continued where ``y`` is one.

    Raises
    ------
    TypeError, ValueError
        If ``y`` or ``h`` is not as said above, or if the model is explosive and its forecasts leave the range
        of float64 within ``h`` steps.

    Examples
    --------
    >>> from arsieve_rf import fit_ar
    >>> from arsieve_rf.evaluation import ar_forecast
    >>> y = [1.0, 2.0, 3.0, 2.0] * 10
    >>> ar_forecast(fit_ar(y, order=0), y, h=2)
    array([2., 2.])
    """
    values, info = read_series(y)
    steps = check_horizon(h)
    if len(values) < fit.order:
        raise ValueError(f"y has {len(values)} values; a model of order {fit.order} needs at least as many")
    newest_first = fit.coef[::-1]
    path = np.empty(fit.order + steps)
    with np.errstate(over="ignore", invalid="ignore"):
        path[: fit.order] = values[len(values) - fit.order :] - fit.mean
        for t in range(fit.order, len(path)):
            path[t] = fit.intercept + newest_first @ path[t - fit.order : t]
        forecast = path[fit.order :] + fit.mean
    if not np.isfinite(forecast).all():
        n_finite = int(np.argmin(np.isfinite(forecast)))
        raise ValueError(
            f"forecasts of this AR model leave the range of float64 after {n_finite} steps, got h={steps}"
        )
    return info.wrap(forecast)


def naive_forecast(y: Any, h: int) -> Any:
    """Repeat the last value.

    Parameters
    ----------
    y : array-like of shape (n,) or pandas Series
        The series to continue, ``n >= 1``.
    h : int
        Number of steps, at least 1.

    Returns
    -------
    ndarray of float64, shape (h,), or Series
        Forecasts; a Series with the index continued where ``y`` is one.

    Raises
    ------
    TypeError, ValueError
        If ``y`` or ``h`` is not as said above.

    Examples
    --------
    >>> from arsieve_rf.evaluation import naive_forecast
    >>> naive_forecast([1.0, 5.0, 3.0], h=2)
    array([3., 3.])
    """
    values, info = read_series(y)
    return info.wrap(np.full(check_horizon(h), values[-1]))


def seasonal_naive_forecast(y: Any, h: int, m: int) -> Any:
    """Repeat the last season.

    Parameters
    ----------
    y : array-like of shape (n,) or pandas Series
        The series to continue, ``n > m``.
    h : int
        Number of steps, at least 1.
    m : int
        Seasonal period in steps, at least 1; 1 gives :func:`naive_forecast`.

    Returns
    -------
    ndarray of float64, shape (h,), or Series
        Forecasts; a Series with the index continued where ``y`` is one.

    Raises
    ------
    TypeError, ValueError
        If ``y``, ``h`` or ``m`` is not as said above.

    Examples
    --------
    >>> from arsieve_rf.evaluation import seasonal_naive_forecast
    >>> seasonal_naive_forecast([9.0, 1.0, 2.0, 3.0], h=5, m=3)
    array([1., 2., 3., 1., 2.])
    """
    values, info = read_series(y)
    steps = check_horizon(h)
    period = check_period(m, len(values), "y")
    return info.wrap(np.resize(values[-period:], steps))
