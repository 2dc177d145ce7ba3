"""Mean ranks over series, and how far apart chance puts them (Demšar 2006)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["critical_difference", "friedman", "groups", "mean_ranks"]

FloatArray = NDArray[np.float64]


def mean_ranks(losses: FloatArray) -> FloatArray:
    """Of each method over the series, 1 being the lowest loss; equal losses share their ranks."""
    return stats.rankdata(losses, axis=1).mean(axis=0)


def friedman(losses: FloatArray) -> float:
    """P-value of Friedman's test that all methods rank alike; NaN with fewer than 3 methods or 2 series.

    1 where all losses of every series are equal.
    """
    n, k = losses.shape
    if k < 3 or n < 2:
        return float("nan")
    if (losses == losses[:, :1]).all():
        return 1.0
    return float(stats.friedmanchisquare(*losses.T).pvalue)


def critical_difference(n_series: int, n_methods: int, level: float = 0.05) -> float:
    """Difference of two mean ranks that is more than chance, for all pairs at once (Nemenyi's test)."""
    if n_methods < 2:
        return float("nan")
    quantile = stats.studentized_range.ppf(1 - level, n_methods, np.inf) / math.sqrt(2)
    return float(quantile * math.sqrt(n_methods * (n_methods + 1) / (6 * n_series)))


def groups(ranks: FloatArray, difference: float) -> list[tuple[float, float]]:
    """Ends of the largest stretches of sorted mean ranks that are no further apart than the difference.

    Examples
    --------
    >>> groups(np.array([1.0, 1.5, 2.2, 4.0]), 1.0)
    [(1.0, 1.5), (1.5, 2.2)]
    """
    ordered = np.sort(ranks)
    found: list[tuple[float, float]] = []
    for i, low in enumerate(ordered):
        high = ordered[np.flatnonzero(ordered <= low + difference)[-1]]
        reaches_further = not found or high > found[-1][1]
        if reaches_further and (ordered[i:] <= high).sum() > 1:
            found.append((float(low), float(high)))
    return found
