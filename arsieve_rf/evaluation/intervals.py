"""Scores of forecast quantiles and intervals: small for those that are both honest and narrow.

Units, inputs and the arithmetic by powers of two are those of :mod:`arsieve_rf.evaluation.metrics`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ._aligned import check_bounds, check_share, read_aligned
from ._scaled import ldexp, scaled, scaled_difference
from .metrics import naive_error

__all__ = ["interval_score", "msis", "pinball"]


def pinball(y_true: ArrayLike, q_pred: ArrayLike, quantile: float) -> float:
    """Mean pinball (quantile) loss of forecasts of one quantile, in units of the series.

    The mean of ``quantile * (y - q)`` where ``y >= q`` and ``(1 - quantile) * (q - y)`` elsewhere. Its
    expectation is least at the true quantile. For the median it is half the mean absolute error.

    Parameters
    ----------
    y_true, q_pred : array-like of shape (h,)
        Observed values and forecasts of the quantile, finite. Two pandas Series must have equal indexes.
    quantile : float
        Level of the quantile, between 0 and 1.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    TypeError
        If ``quantile`` is not a number.
    ValueError
        If lengths or indexes differ, values are missing or infinite, or ``quantile`` is not in [0, 1].

    References
    ----------
    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46, 33-50. doi:10.2307/1913643

    Examples
    --------
    >>> from arsieve_rf.evaluation import pinball
    >>> pinball([1.0, 2.0], [3.0, 2.0], quantile=0.75)
    0.25
    """
    level = check_share(quantile, "quantile", ends=True)
    # scikit-learn's mean_pinball_loss overflows near the ends of float64, which no measure here does.
    error, exponent = scaled_difference(*read_aligned(y_true=y_true, q_pred=q_pred))
    return ldexp(float(np.mean(np.maximum(level * error, (level - 1.0) * error))), exponent)


def interval_score(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, coverage: float) -> float:
    """Mean interval (Winkler) score of central forecast intervals, in units of the series.

    The width of the interval; where the observed value is outside, also ``2 / alpha`` times its distance to
    the nearer bound, with ``alpha = 1 - coverage``. The expectation is least where the bounds are the true
    quantiles of levels ``alpha / 2`` and ``1 - alpha / 2``.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (h,)
        Observed values and bounds, finite, ``lower <= upper``. pandas Series must have equal indexes.
    coverage : float
        What the intervals were made for: the probability of a value inside, between 0 and 1, both excluded.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    TypeError
        If ``coverage`` is not a number.
    ValueError
        If lengths or indexes differ, values are missing or infinite, a lower bound exceeds its upper bound,
        or ``coverage`` is not in (0, 1).

    References
    ----------
    Winkler, R. L. (1972). A decision-theoretic approach to interval estimation. Journal of the American
    Statistical Association 67, 187-191. doi:10.1080/01621459.1972.10481224

    Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. Journal
    of the American Statistical Association 102, 359-378, equation 43. doi:10.1198/016214506000001437

    Examples
    --------
    The first value is inside; the second is 1 above its interval, which costs 4 beside the width of 2.

    >>> from arsieve_rf.evaluation import interval_score
    >>> interval_score([1.0, 3.0], lower=[0.0, 0.0], upper=[2.0, 2.0], coverage=0.5)
    4.0
    """
    score, exponent = _scaled_interval_score(y_true, lower, upper, coverage)
    return ldexp(score, exponent)


def msis(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, y_train: ArrayLike, coverage: float, m: int = 1
) -> float:
    """Mean scaled interval score, as in the M4 competition.

    The mean interval score (see :func:`interval_score`) divided by the mean absolute error of the (seasonal)
    naive forecast within the training series, the scale of :func:`mase`. The competition took
    ``coverage=0.95``.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (h,)
        Observed values and bounds, finite, ``lower <= upper``. pandas Series must have equal indexes.
    y_train : array-like of shape (n,)
        The series before the forecasts, ``n > m``.
    coverage : float
        What the intervals were made for: the probability of a value inside, between 0 and 1, both excluded.
    m : int, default 1
        Seasonal period in steps, 1 or more; 1 for series without a season.

    Returns
    -------
    float
        At least 0; has no unit.

    Raises
    ------
    TypeError
        If ``coverage`` is not a number or ``m`` not an integer.
    ValueError
        If lengths or indexes differ, values are missing or infinite, a lower bound exceeds its upper bound,
        ``coverage`` is not in (0, 1), ``m`` is not in 1..n-1, or the training series repeats itself every
        ``m`` steps, which leaves nothing to scale by.

    References
    ----------
    Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2020). The M4 Competition: 100,000 time series and
    61 forecasting methods. International Journal of Forecasting 36, 54-74.
    doi:10.1016/j.ijforecast.2019.04.014

    Examples
    --------
    >>> from arsieve_rf.evaluation import msis
    >>> msis([1.0, 3.0], [0.0, 0.0], [2.0, 2.0], y_train=[1.0, 3.0, 5.0], coverage=0.5)
    2.0
    """
    scale, unit = naive_error(y_train, m, "msis")
    score, exponent = _scaled_interval_score(y_true, lower, upper, coverage)
    return ldexp(score / scale, exponent - unit)


def _scaled_interval_score(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, coverage: float
) -> tuple[float, int]:
    """Mean interval score divided by 2**e, and e."""
    alpha = 1.0 - check_share(coverage, "coverage", ends=False)
    values = read_aligned(y_true=y_true, lower=lower, upper=upper)
    check_bounds(*values[1:])
    (observed, low, high), exponent = scaled(*values)
    distance = np.maximum(np.maximum(low - observed, observed - high), 0.0)
    return float(np.mean(high - low + 2.0 / alpha * distance)), exponent
