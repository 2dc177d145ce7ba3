"""Is there a season, of which period, and is it a factor or a term?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..preparation import SeasonalAdjustment
from ..resampling.ar import fit_ar
from .innovations import innovation_variance
from .unit_roots import longest_run, unit

__all__ = ["choose_adjustment", "detect_period", "is_seasonal", "least_cycles"]

FloatArray = NDArray[np.float64]

least_cycles = 3
"""Cycles that must have been seen before a season is believed in (or shrunk)."""

_LIMIT = 1.2816  # one-sided 10 %
_CLEAR_LIMIT = 1.6449  # one-sided 5 %, for a period that nobody named
_PEAKS = 5
_SHORTEST_PERIOD, _LONGEST_PERIOD = 3, 1000
_HUGE = 1e100  # beside a series of size 1; factors near zero make huge values, whose squares must be finite
_SHRINKABLE = 4  # shortest period that can be shrunk


def is_seasonal(y: FloatArray, period: int) -> bool:
    """Whether the changes of a series repeat after a period.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        A series; NaN is missing.
    period : int
        Candidate, 2 or more.

    Returns
    -------
    bool
        Whether the autocorrelation of the differences at the period exceeds 1.28 of its standard errors under
        a moving average of lower order (one-sided, 10 %), or BIC prefers an AR model of the differences with
        seasonal means to one without. False with fewer than three cycles.

    Notes
    -----
    The first is the test of the M competitions, on differences instead of levels (a trend makes all
    autocorrelations of the levels large) and with a lower limit: adjustment with shrunk factors costs little
    where the season is weak. It misses smooth seasons in short series, whose autocorrelations are large at
    all lags; the second does not.

    References
    ----------
    M. S. Bartlett (1946). "On the theoretical specification and sampling properties of autocorrelated time
    series". Supplement to the Journal of the Royal Statistical Society 8, 27-41. doi:10.2307/2983611

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(60)
    >>> noise = np.random.default_rng(0).normal(size=60)
    >>> is_seasonal(3.0 * (t % 4 == 0) + noise, 4), is_seasonal(noise, 4)
    (True, False)
    """
    if len(y) < least_cycles * period:
        return False
    r = _autocorrelations(np.diff(unit(y)), period)
    if r[period] > _LIMIT * _bartlett(r, period, len(y) - 1):
        return True
    run = unit(longest_run(y))
    return len(run) >= least_cycles * period and _fall_of_bic(run, [period])[period] > 0.0


def choose_adjustment(y: FloatArray, period: int, *, only_additive: bool = False) -> SeasonalAdjustment:
    """Fit seasonal factors that multiply or add, whichever leaves the smoother series.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        At least three cycles; NaN is missing.
    period : int
        Length of the season, 2 or more.
    only_additive : bool, default=False
        Whether multiplicative factors are out of the question.

    Returns
    -------
    SeasonalAdjustment
        Fitted. Multiplicative where all values are positive and the differences of the series adjusted so
        vary less than with additive factors. Shrunk for periods of 4 and more.

    Raises
    ------
    ValueError
        If a phase of the season is never observed.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(48.0)
    >>> wave = np.sin(t * np.pi / 6)
    >>> choose_adjustment(10 + t + 5 * wave, 12)
    SeasonalAdjustment(12, 'additive', shrink=True)
    >>> choose_adjustment((10 + t) * (1 + wave / 2), 12)
    SeasonalAdjustment(12, 'multiplicative', shrink=True)
    """
    shrink = period >= _SHRINKABLE
    observed = y[~np.isnan(y)]
    kinds = ["additive"]
    if not only_additive and (observed > 0.0).all() and observed.min() > 1e-290:
        kinds.append("multiplicative")
    roughness = {}
    for kind in kinds:
        adjusted = SeasonalAdjustment(period, kind).fit(y).forward(y)  # type: ignore[arg-type]
        scaled = np.clip(adjusted / _size(y), -_HUGE, _HUGE)
        # around their mean, so that a slope is not counted
        roughness[kind] = float(np.nanvar(np.diff(scaled)))
    best = min(kinds, key=roughness.__getitem__)
    return SeasonalAdjustment(period, best, shrink=shrink).fit(y)  # type: ignore[arg-type]


def _size(y: FloatArray) -> float:
    return float(np.nanmax(np.abs(y)))


def detect_period(y: FloatArray) -> int | None:
    """Find the length of the season of a series that comes without dates.

    Candidates are the clearest peaks of the autocorrelation of the differences, and divisors of them, for the
    series and, where it is positive, its logarithms. For each, seasonal means are taken out of the
    differences; it counts if BIC prefers an AR model of what is left, the means counted as parameters, to an
    AR model of the differences. A cycle without a fixed period (of sunspots, of business) is an AR model's
    matter and does not count.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        A series; NaN is missing, and the longest run of observed values is looked at.

    Returns
    -------
    int or None
        The candidate that BIC likes best; None if it likes none. Periods of 3 to a third of the length and at
        most 1000 are found. A period of 2, which cannot be told from a negative autocorrelation, is none, but
        rules out the longer ones that it looks like.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> t = np.arange(120)
    >>> detect_period(t + 5.0 * np.sin(2 * np.pi * t / 12) + rng.normal(size=120))
    12
    >>> detect_period(np.cumsum(rng.normal(size=120))) is None
    True
    """
    run = unit(longest_run(y))
    longest = min(len(run) // least_cycles, _LONGEST_PERIOD)
    if longest < _SHORTEST_PERIOD:
        return None
    # logarithms keep a season that grows; they lose one beside values near zero
    scales = [run, np.log(run)] if (run > 0.0).all() else [run]
    gains: dict[int, float] = {}
    for values in scales:
        for m, gain in _gains(values, longest).items():
            gains[m] = max(gain, gains.get(m, gain))
    if not gains:
        return None
    best = max(gains, key=gains.__getitem__)
    return best if gains[best] > 0.0 and best >= _SHORTEST_PERIOD else None


def _gains(values: FloatArray, longest: int) -> dict[int, float]:
    """How much BIC falls for each candidate."""
    changes = np.diff(values)
    if not changes.any() or np.ptp(changes) <= 1e-9 * np.abs(values).max():
        return {}
    return _fall_of_bic(values, _candidates(changes, longest))


def _fall_of_bic(values: FloatArray, periods: Sequence[int]) -> dict[int, float]:
    """How much BIC falls, for each period, where seasonal means are taken out of the differences."""
    changes = np.diff(values)
    plain = _bic(changes, 0)
    return {m: plain - _bic(_without_means(changes, m), m - 1) for m in periods}


def _candidates(changes: FloatArray, longest: int) -> list[int]:
    """Lags of the highest local maxima of the autocorrelation, and divisors of these, as far as significant.

    Noise may lift two cycles above one, and the neighbour of one cycle above it.
    """
    r = _autocorrelations(changes, longest + 1)

    def is_clear(m: int) -> bool:
        return bool(r[m] > _CLEAR_LIMIT * _bartlett(r, m, len(changes)))

    lags = range(2, longest + 1)
    peaks = [m for m in lags if r[m] >= r[m - 1] and r[m] >= r[m + 1] and is_clear(m)]
    highest = sorted(peaks, key=lambda m: -r[m])[:_PEAKS]
    return [m for m in lags if any(p % m == 0 for p in highest) and is_clear(m)]


def _without_means(changes: FloatArray, period: int) -> FloatArray:
    phases = np.arange(len(changes)) % period
    means = np.bincount(phases, changes) / np.bincount(phases)
    return changes - means[phases]


def _bic(values: FloatArray, n_means: int) -> float:
    """Of the AR model whose order BIC chooses, with ``n_means`` parameters besides."""
    n = len(values)
    coef = fit_ar(values, "bic").coef
    variance = max(innovation_variance(values, coef), 1e-30)
    return n * float(np.log(variance)) + (len(coef) + n_means) * float(np.log(n))


def _autocorrelations(x: FloatArray, longest: int) -> FloatArray:
    """At lags 0..longest; NaN counts as the mean, lag 0 of a constant series is 1 and the others 0."""
    x = np.nan_to_num(x - np.nanmean(x))
    n = len(x)
    longest = min(longest, n - 1)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(x, size)
    c = np.fft.irfft(spectrum * spectrum.conj(), size)[: longest + 1]
    out = np.zeros(longest + 2)
    out[0] = 1.0
    if c[0] > 0.0:
        out[: longest + 1] = c / c[0]
    return out


def _bartlett(r: FloatArray, lag: int, n: int) -> float:
    """Standard error of an autocorrelation if those of higher lags than the ones before it are zero."""
    return float(np.sqrt((1.0 + 2.0 * np.sum(r[1:lag] ** 2)) / n))
