"""Classical decomposition of a series into trend and season, with missing values and shrinkage."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .base import FloatArray

__all__ = ["ADDITIVE", "MULTIPLICATIVE", "Arithmetic", "Decomposition", "decompose", "shrinkage_weight"]

IntArray = NDArray[np.intp]

MAX_ROUNDS = 1000
SETTLED = 1e-12  # relative change of the filled values


@dataclass(frozen=True)
class Arithmetic:
    """How trend and season make up a series: as a product or as a sum."""

    remove: Callable[..., Any]
    combine: Callable[..., Any]
    neutral: float  # the factor of a phase without season
    to_line: Callable[..., Any]  # to the scale on which trends are prolonged as straight lines
    from_line: Callable[..., Any]


def _exp(line: FloatArray) -> FloatArray:
    """Exponential of a line that may be prolonged far: held where sums stay inside float64."""
    return np.exp(np.clip(line, -700.0, 600.0))


MULTIPLICATIVE = Arithmetic(np.divide, np.multiply, 1.0, np.log, _exp)
ADDITIVE = Arithmetic(np.subtract, np.add, 0.0, np.positive, np.positive)


@dataclass(frozen=True)
class Decomposition:
    """Seasonal factors of a series and what they were averaged from.

    Attributes
    ----------
    factors : ndarray of float64, shape (period,)
        Normalised: mean 1 (multiplicative) or 0 (additive).
    detrended : ndarray of float64, shape (k,)
        Observed values without trend, normalised as the factors are.
    phases : ndarray of intp, shape (k,)
        Their phases.
    filled : ndarray of float64, shape (n,)
        The series with estimates at its missing values.
    """

    factors: FloatArray
    detrended: FloatArray
    phases: IntArray
    filled: FloatArray


def decompose(values: FloatArray, phases: IntArray, period: int, arithmetic: Arithmetic) -> Decomposition:
    """Estimate seasonal factors by centred moving averages.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        At least ``2 * period`` values; NaN is missing. Each phase is observed, and one of them twice.
    phases : ndarray of intp, shape (n,)
        The phase of each value, 0..period-1.
    period : int
        Length of the season, 2 or more.
    arithmetic : Arithmetic
        ``MULTIPLICATIVE`` or ``ADDITIVE``.

    Returns
    -------
    Decomposition
        The factors and what they come from.
    """
    if np.isnan(values).any():
        return _decompose_with_gaps(values, phases, period, arithmetic)
    inner = slice(period // 2, len(values) - period // 2)
    detrended = arithmetic.remove(values[inner], _moving_average(values, period))
    return _average(detrended, phases[inner], values, period, arithmetic)


def shrinkage_weight(found: Decomposition, arithmetic: Arithmetic) -> float:
    """Weight of "no season" in the positive-part James-Stein estimate of the factors.

    Parameters
    ----------
    found : Decomposition
        Factors with more values behind them than phases, 4 phases or more.
    arithmetic : Arithmetic
        The one it was made with.

    Returns
    -------
    float
        min(1, (m - 3) V / S): m phases, V the mean variance of a factor (from the spread of the detrended
        values about their phase, taken to be the same for all phases), S the sum of squared distances of
        the factors from the neutral one. m - 3 in place of m - 2, since the factors have one constraint.
    """
    m = len(found.factors)
    counts = np.bincount(found.phases, minlength=m)
    residuals = found.detrended - found.factors[found.phases]
    variance = float(residuals @ residuals) / (len(residuals) - m) * float(np.mean(1.0 / counts))
    distance = float(np.sum((found.factors - arithmetic.neutral) ** 2))
    noise = (m - 3) * variance
    return 1.0 if noise >= distance else noise / distance


def _moving_average(values: FloatArray, period: int) -> FloatArray:
    """Centred average over one period, (n - 2 * (period // 2),); 2 x m where m is even."""
    window = np.ones(2 * (period // 2) + 1)
    if period % 2 == 0:
        window[[0, -1]] = 0.5
    return np.convolve(values, window, "valid") / period


def _average(
    detrended: FloatArray, phases: IntArray, filled: FloatArray, period: int, arithmetic: Arithmetic
) -> Decomposition:
    """Means by phase, normalised."""
    counts = np.bincount(phases, minlength=period)
    means = np.bincount(phases, detrended, period) / counts
    level = means.mean()
    return Decomposition(arithmetic.remove(means, level), arithmetic.remove(detrended, level), phases, filled)


def _decompose_with_gaps(
    values: FloatArray, phases: IntArray, period: int, arithmetic: Arithmetic
) -> Decomposition:
    """Fill with trend and factors, estimate both anew from the filled series, until nothing changes.

    Factors are averaged over observed values only. The trend at a missing value is interpolated between those
    at observed ones, not read off the moving average, in which the missing value itself has a part: in long
    gaps that would take thousands of rounds.
    """
    missing = np.isnan(values)
    interior = np.zeros(len(values), dtype=bool)
    interior[period // 2 : len(values) - period // 2] = True
    seen_inside = np.bincount(phases[interior & ~missing], minlength=period) > 0
    # A phase seen nowhere inside has to do with the ends, where the trend is prolonged.
    used = ~missing & (interior | ~seen_inside[phases])
    slope, straight = _line_and_season(values, phases, period, arithmetic)
    start = np.where(missing, straight, values)
    filled = start.copy()
    observed = values[~missing]
    rounding = 64 * np.finfo(np.float64).eps * np.abs(observed).max()
    floor = 0.0 if arithmetic is MULTIPLICATIVE else max(SETTLED * np.ptp(observed), rounding)
    reliable = interior & ~missing

    def estimate(series: FloatArray) -> tuple[FloatArray, Decomposition]:
        trend = _trend(series, reliable, slope, period, arithmetic)
        detrended = arithmetic.remove(values[used], trend[used])
        return trend, _average(detrended, phases[used], series, period, arithmetic)

    with np.errstate(all="ignore"):  # of rounds that drift away nothing is kept
        for _ in range(MAX_ROUNDS):
            trend, found = estimate(filled)
            old = filled[missing]
            filled[missing] = arithmetic.combine(trend[missing], found.factors[phases[missing]])
            change = np.abs(filled[missing] - old)
            if (change <= np.maximum(SETTLED * np.abs(old), floor)).all():
                return found
    warnings.warn(
        f"the seasonal factors of a series with {int(missing.sum())} of {len(values)} values missing did not "
        f"settle in {MAX_ROUNDS} rounds; they come from a straight trend instead. Give more observed values "
        "or leave out the seasonal adjustment.",
        UserWarning,
        stacklevel=4,  # the caller of fit
    )
    return estimate(start)[1]


def _line_and_season(
    values: FloatArray, phases: IntArray, period: int, arithmetic: Arithmetic
) -> tuple[float, FloatArray]:
    """Least squares fit of a straight line and a constant per phase: the slope, and the fitted values."""
    observed = ~np.isnan(values)
    time = np.arange(len(values), dtype=np.float64)
    at, heights, where = time[observed], arithmetic.to_line(values[observed]), phases[observed]
    counts = np.bincount(where, minlength=period)
    mean_time = np.bincount(where, at, period) / counts
    mean_height = np.bincount(where, heights, period) / counts
    apart = at - mean_time[where]
    slope = float(apart @ (heights - mean_height[where]) / (apart @ apart))
    return slope, arithmetic.from_line(mean_height[phases] + slope * (time - mean_time[phases]))


def _trend(
    filled: FloatArray, reliable: NDArray[np.bool_], slope: float, period: int, arithmetic: Arithmetic
) -> FloatArray:
    """Moving average at the reliable positions, straight lines between them and, with a slope, beyond.

    A slope taken from the ends of the moving average itself, round by round, may drift away with the values
    that are filled by it.
    """
    half = period // 2
    time = np.arange(len(filled))
    at = time[reliable]
    average = _moving_average(filled, period)[reliable[half : len(filled) - half]]
    line = np.interp(time, at, arithmetic.to_line(average))
    line += slope * (np.minimum(time - at[0], 0) + np.maximum(time - at[-1], 0))
    trend = arithmetic.from_line(line)
    trend[reliable] = average
    return trend
