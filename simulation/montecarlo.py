r"""Estimates over replications, with the Monte Carlo error that they carry.

A study's replications of one cell are independent; within a replication all methods see the same series, so
their losses are strongly correlated. What compares methods here works on pairs and keeps that correlation,
which makes it much more precise than a comparison of two separate averages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = ["Mean", "Ratio", "geometric_mean", "mean_with_error", "paired_ratio"]

COVERAGE = 0.95


@dataclass(frozen=True)
class Mean:
    """An average over replications.

    Attributes
    ----------
    n : int
        Replications in it.
    value : float
        The average, NaN where ``n`` is 0.
    se : float
        Its standard error, NaN where ``n`` is below 2.
    """

    n: int
    value: float
    se: float


@dataclass(frozen=True)
class Ratio:
    """A ratio of two averages, or a geometric mean of such ratios.

    Attributes
    ----------
    n : int
        Pairs (or ratios) in it.
    value : float
        The ratio, NaN where it is not defined.
    log_se : float
        Standard error of its logarithm.
    lower, upper : float
        Ends of the 95 % interval.
    """

    n: int
    value: float
    log_se: float
    lower: float
    upper: float


_UNDEFINED = float("nan")


def mean_with_error(values: ArrayLike) -> Mean:
    """Average and standard error of independent values.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        One value a replication; NaN is left out.

    Returns
    -------
    Mean
        Number of values, average, and standard deviation (``ddof=1``) over the root of that number.

    Examples
    --------
    >>> mean_with_error([1.0, 3.0, float("nan")])
    Mean(n=2, value=2.0, se=1.0)
    """
    x = _finite(values)
    if len(x) == 0:
        return Mean(0, _UNDEFINED, _UNDEFINED)
    top = float(np.abs(x).max()) or 1.0  # squares of huge values would overflow, of tiny ones vanish
    return Mean(len(x), float((x / top).mean()) * top, _standard_error(x / top) * top)


def paired_ratio(losses: ArrayLike, reference: ArrayLike) -> Ratio:
    r"""Ratio of two mean losses on the same replications, with its interval.

    With losses :math:`a_i` of a method and :math:`b_i` of the reference, :math:`i = 1, \ldots, n`, the ratio
    is :math:`R = \bar a / \bar b`. By the delta method its logarithm has the standard error

    .. math:: s = n^{-1/2} \, \mathrm{sd}\left( a_i / \bar a - b_i / \bar b \right),

    and the 95 % interval is :math:`R \exp(\pm t \, s)` with the .975 quantile :math:`t` of Student's
    distribution with :math:`n - 1` degrees of freedom. See G. W. Oehlert, The American Statistician 46 (1992)
    27-29, doi:10.1080/00031305.1992.10475842.

    Parameters
    ----------
    losses, reference : array-like of float, shape (n,)
        Losses, zero or more. Pairs with a value that is not finite are left out.

    Returns
    -------
    Ratio
        With ``n`` the number of pairs used. The value is NaN where the reference loses nothing; the error and
        the interval are NaN where there is one pair only, or the method loses nothing.

    Raises
    ------
    ValueError
        If the two do not have the same length.

    Examples
    --------
    >>> ratio = paired_ratio([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    >>> ratio.value, ratio.log_se
    (0.5, 0.0)
    """
    a = np.asarray(losses, dtype=np.float64)
    b = np.asarray(reference, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(
            f"losses and reference must be 1-D of one length, got shapes {a.shape} and {b.shape}"
        )
    pair = np.isfinite(a) & np.isfinite(b)
    a, b = a[pair], b[pair]
    n = len(a)
    # Each side by its own largest value, so that no sum overflows and no tiny loss vanishes.
    top_a, top_b = (float(x.max(initial=0.0)) for x in (a, b))
    if n == 0 or top_b == 0.0:
        return Ratio(n, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED)
    if top_a == 0.0:
        return Ratio(n, 0.0, _UNDEFINED, _UNDEFINED, _UNDEFINED)
    a, b = a / top_a, b / top_b
    value = float(top_a / top_b * (a.mean() / b.mean()))
    log_se = _standard_error(a / a.mean() - b / b.mean())
    return _with_interval(n, value, log_se, n - 1)


def geometric_mean(values: ArrayLike, log_se: ArrayLike) -> Ratio:
    r"""Geometric mean of independent ratios, with the Monte Carlo error that it inherits.

    :math:`\exp(k^{-1} \sum_j \log R_j)`, whose logarithm has the standard error
    :math:`k^{-1} (\sum_j s_j^2)^{1/2}`; the interval uses the normal quantile. The error says how far more
    replications of *these* cells could move the value, not how other processes would differ.

    Parameters
    ----------
    values : array-like of float, shape (k,)
        Ratios of independent cells.
    log_se : array-like of float, shape (k,)
        Standard errors of their logarithms. Ratios that are not positive and finite, or have no error, are
        left out.

    Returns
    -------
    Ratio
        With ``n`` the number of ratios used, NaN where there is none.

    Examples
    --------
    >>> mean = geometric_mean([0.5, 2.0], [0.3, 0.4])
    >>> round(mean.value, 12), round(mean.log_se, 12)
    (1.0, 0.25)
    """
    r = np.asarray(values, dtype=np.float64)
    s = np.asarray(log_se, dtype=np.float64)
    usable = np.isfinite(r) & (r > 0.0) & np.isfinite(s)
    k = int(usable.sum())
    if k == 0:
        return Ratio(0, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED)
    value = float(np.exp(np.log(r[usable]).mean()))
    return _with_interval(k, value, float(np.sqrt((s[usable] ** 2).sum()) / k), None)


def _with_interval(n: int, value: float, log_se: float, df: int | None) -> Ratio:
    """Symmetric on the log scale; without an error there is no interval."""
    if not np.isfinite(log_se):
        return Ratio(n, value, _UNDEFINED, _UNDEFINED, _UNDEFINED)
    level = 0.5 + COVERAGE / 2.0
    quantile = float(stats.norm.ppf(level) if df is None else stats.t.ppf(level, df))
    with np.errstate(over="ignore"):
        width = float(np.exp(quantile * log_se))
    return Ratio(n, value, log_se, value / width, value * width)


def _standard_error(x: NDArray[np.float64]) -> float:
    return float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else _UNDEFINED


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(values, dtype=np.float64)
    return x[np.isfinite(x)]
