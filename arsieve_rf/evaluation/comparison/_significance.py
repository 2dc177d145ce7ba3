"""Are differences of losses more than chance: Diebold-Mariano, bootstrapped ratios, the confidence set.

Rows of losses are windows in the order of time, one after another equally far apart. Windows that share steps
have dependent losses; ``horizon`` is the number of windows from one to the next that shares none with it.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "REPLICATIONS",
    "block_length",
    "clear_best",
    "confidence_set",
    "diebold_mariano",
    "holm",
    "ratio_intervals",
    "small_sample_factor",
    "window_horizon",
]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

REPLICATIONS = 1000


def window_horizon(h: int, step: int) -> int:
    """Windows from one to the next that shares no step with it."""
    return max(1, math.ceil(h / step))


def block_length(n_windows: int, horizon: int) -> int:
    """Windows to a block of the bootstrap: at least those that share steps, at most all."""
    return min(max(horizon, round(n_windows ** (1 / 3))), n_windows)


def small_sample_factor(n_windows: int, horizon: int) -> float:
    """Factor of Harvey, Leybourne and Newbold, doi:10.1016/S0169-2070(96)00719-4; 0 if n <= horizon."""
    if n_windows <= horizon:
        return 0.0
    n = n_windows
    return math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)


def diebold_mariano(a: FloatArray, b: FloatArray, horizon: int) -> float:
    """Two-sided p-value of equal expected losses, from statsmodels; NaN where nothing can be said.

    As many autocovariances as overlapping windows have by construction, ``horizon - 1``, and the small-sample
    correction. statsmodels' own choice of at least n**(1/3) of them rejects twice as often as it should with
    a dozen windows.
    """
    try:
        from statsmodels.tsa.stattools import diebold_mariano_test
    except ImportError:
        return float("nan")
    n = len(a)
    if n <= horizon or n < 2:
        return float("nan")
    difference = a - b
    largest = float(np.abs(difference).max())
    if largest == 0.0:
        return 1.0
    if difference.min() == difference.max():
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of matrices of rank 1 and the like in the regression on a constant
        found = diebold_mariano_test(
            np.zeros(n),
            difference / largest,
            np.zeros(n),
            lags=horizon - 1,
            criterion=lambda _, losses: losses,
            harvey_adj=True,
            horizon=horizon,
        )
    return float(found.pvalue)


def clear_best(losses: FloatArray, horizon: int, level: float) -> int | None:
    """Place of the method that beats each other one by more than chance, or None.

    Tests all others against the one with the lowest mean loss, with Holm's correction.
    """
    best = int(losses.mean(axis=0).argmin())
    others = [j for j in range(losses.shape[1]) if j != best]
    p_values = holm(np.array([diebold_mariano(losses[:, j], losses[:, best], horizon) for j in others]))
    return best if others and bool((p_values < level).all()) else None


def holm(p_values: FloatArray) -> FloatArray:
    """P-values that hold for all of a family at once (Holm 1979); NaN stays and is no member.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return adjusted


def ratio_intervals(
    losses: FloatArray, reference: int, horizon: int, seed: int, level: float = 0.95
) -> FloatArray:
    """Mean losses relative to that of the reference, with intervals, shape (n_methods, 3).

    The standard error of the logarithm of the ratio comes from arch's circular block bootstrap of windows,
    all methods resampled alike; the interval is that of Student's t with the small-sample factor of the
    Diebold-Mariano test. Percentiles of so few blocks would be far too narrow: .67 to .9 instead of .95.
    """
    from arch.bootstrap import CircularBlockBootstrap

    n, factor = len(losses), small_sample_factor(len(losses), horizon)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = losses.mean(axis=0) / losses[:, reference].mean()
    ratios[(losses == losses[:, [reference]]).all(axis=0)] = 1.0
    if factor == 0.0 or n < 2:
        return np.column_stack([ratios, np.full((len(ratios), 2), np.nan)])
    draws = CircularBlockBootstrap(block_length(n, horizon), losses, seed=seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = draws.apply(lambda sample: sample.mean(axis=0), REPLICATIONS)
        logs = np.log(means) - np.log(means[:, [reference]])
        reach = stats.t.ppf((1 + level) / 2, n - 1) * logs.std(axis=0) / factor
        with np.errstate(over="ignore"):
            lower, upper = ratios * np.exp(-reach), ratios * np.exp(reach)
    same = (losses == losses[:, [reference]]).all(axis=0)
    lower[same], upper[same] = 1.0, 1.0
    return np.column_stack([ratios, lower, upper])


def confidence_set(losses: FloatArray, horizon: int, seed: int, size: float = 0.1) -> BoolArray:
    """Which methods are in arch's model confidence set (Hansen, Lunde and Nason 2011), shape (n_methods,).

    Eliminated by the largest deviation from the mean of all ("max"), with a circular bootstrap: with few
    windows that keeps closer to its size than the range ("R") with a stationary one. Methods with the same
    losses share their fate; where there is nothing to test with, all are in the set.
    """
    from arch.bootstrap import MCS

    distinct, member = np.unique(losses, axis=1, return_inverse=True)
    n_distinct = distinct.shape[1]
    if n_distinct == 1 or len(losses) <= horizon or len(losses) < 2:
        return np.ones(losses.shape[1], dtype=bool)
    # arch never ends if a method's losses are exactly the mean of the others': a hair's breadth prevents that
    hair = np.random.default_rng(seed).uniform(-1e-12, 1e-12, distinct.shape)
    test = MCS(
        distinct / distinct.max() * (1.0 + hair),
        size,
        reps=REPLICATIONS,
        block_size=block_length(len(losses), horizon),
        method="max",
        bootstrap="circular",
        seed=seed,
    )
    test.compute()
    return np.isin(np.arange(n_distinct), np.array(test.included, dtype=np.int64))[member.reshape(-1)]
