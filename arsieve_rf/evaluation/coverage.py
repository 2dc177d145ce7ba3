"""How often intervals hold what they should, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..preparation.base import as_flag
from ._aligned import check_bounds, is_table, read_aligned, read_tables

__all__ = ["CoverageRate", "coverage_rate"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CoverageRate:
    """Share of values inside their intervals.

    Attributes
    ----------
    rate : float or ndarray of float64, shape (h,)
        The share, between 0 and 1; an array has one for each step.
    standard_error : float or ndarray of float64, shape (h,)
        Of the rate; above 0.
    n : int
        Number of units that count as independent: rows, or values where there are no rows.

    Examples
    --------
    >>> from arsieve_rf.evaluation import coverage_rate
    >>> found = coverage_rate([1.0, 5.0], lower=[0.0, 0.0], upper=[2.0, 2.0])
    >>> found.rate, found.n
    (0.5, 2)
    """

    rate: float | FloatArray
    standard_error: float | FloatArray
    n: int


def coverage_rate(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, by_step: bool = False
) -> CoverageRate:
    """Share of values inside their intervals, with its standard error.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (h,) or (n, h)
        Observed values and bounds, finite, ``lower <= upper``; a value on a bound is inside. Rows are
        independent units: replications, series, origins far from each other. Indexes of pandas Series, and
        indexes and columns of DataFrames, must be equal.
    by_step : bool, default False
        Give a rate for each column, over the rows.

    Returns
    -------
    CoverageRate
        ``rate``, ``standard_error`` and ``n``: floats, or arrays of shape (h,) with ``by_step=True``.

    Raises
    ------
    TypeError
        If ``by_step`` is not a bool.
    ValueError
        If shapes or labels differ, values are missing or infinite, a lower bound exceeds its upper bound, or
        rows are needed but fewer than 2 are there.

    Notes
    -----
    Without rows the standard error takes hits as independent. The steps of one forecast are not: a forecast
    that is too low at one step is likely to be too low at the next. For them it is too small; rows give an
    honest one.

    Of one value a unit (no rows, or ``by_step=True``) it is ``sqrt(p (1 - p) / n)``, where p counts two more
    hits and two more misses than there were (Agresti and Coull 1998). With the rate itself for p, it would be
    0 at rates of 0 and 1, as if a few hits in a row had shown that the next cannot fail.

    With rows it is the standard deviation of the rows' rates, divided by ``sqrt(n)``, which allows for any
    dependence within rows; but never less than if all hits were independent, so that rows that agree
    by chance, or all have rate 1, do not look like certainty. With few rows take quantiles of Student's t
    with ``n - 1`` degrees of freedom.

    References
    ----------
    Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval estimation of
    binomial proportions. The American Statistician 52, 119-126. doi:10.1080/00031305.1998.10480550

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.evaluation import coverage_rate
    >>> found = coverage_rate(np.arange(8.0), np.zeros(8), np.full(8, 5.0))
    >>> found.rate, round(found.standard_error, 3), found.n
    (0.75, 0.167, 8)
    >>> y_true = [[0.0, 3.0], [1.0, 9.0], [2.0, 1.0], [1.0, 2.0]]
    >>> coverage_rate(y_true, np.zeros((4, 2)), np.full((4, 2), 2.0), by_step=True).rate
    array([1. , 0.5])
    """
    steps_apart = as_flag("by_step", by_step)
    if not is_table(y_true, "y_true"):
        if steps_apart:
            raise ValueError("by_step=True needs rows: y_true must have shape (n, h), but is one-dimensional")
        hits = _hits(*read_aligned(y_true=y_true, lower=lower, upper=upper))
        return CoverageRate(float(hits.mean()), float(_independent_error(hits)), len(hits))
    hits = _hits(*read_tables(("n", "h"), y_true=y_true, lower=lower, upper=upper))
    if len(hits) < 2:
        raise ValueError(
            "y_true has 1 row; 2 or more are needed to see how rows differ. "
            "Pass one-dimensional arrays to take the steps as independent"
        )
    if steps_apart:
        return CoverageRate(hits.mean(axis=0), _independent_error(hits), len(hits))
    by_rows = hits.mean(axis=1).std(ddof=1) / np.sqrt(len(hits))
    return CoverageRate(float(hits.mean()), float(max(by_rows, _independent_error(hits.ravel()))), len(hits))


def _hits(observed: FloatArray, lower: FloatArray, upper: FloatArray) -> NDArray[np.bool_]:
    """Whether each value is inside."""
    check_bounds(lower, upper)
    return (lower <= observed) & (observed <= upper)


def _independent_error(hits: NDArray[np.bool_]) -> Any:
    """Standard error of the rate along the first axis if hits are independent."""
    n = len(hits)
    share = (hits.sum(axis=0) + 2.0) / (n + 4.0)
    return np.sqrt(share * (1.0 - share) / n)
