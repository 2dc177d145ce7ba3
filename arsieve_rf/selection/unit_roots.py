"""Unit root and stationarity tests of one series, quiet and quick enough for thousands of series.

statsmodels' own functions warn where a p-value leaves their tables and where their result will change its
type; silencing that is not safe between threads. Its tables of critical values are used here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..resampling.ar import fit_ar

__all__ = ["KPSS_CRITICAL", "adf_p_value", "kpss_statistic", "longest_run", "unit", "without_gaps"]

FloatArray = NDArray[np.float64]

KPSS_CRITICAL = {0.10: 0.347, 0.05: 0.463, 0.025: 0.574, 0.01: 0.739}
"""Critical values of the test of level stationarity: Kwiatkowski et al. (1992), table 1."""


def unit(values: FloatArray) -> FloatArray:
    """The values divided by the power of two that brings the largest below 1; NaN stays NaN."""
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    return np.ldexp(values, -math.frexp(largest)[1])


def longest_run(values: FloatArray) -> FloatArray:
    """The longest run of values that are not NaN; the last of equally long ones."""
    missing = np.flatnonzero(np.isnan(values))
    if not len(missing):
        return values
    edges = np.concatenate([[-1], missing, [len(values)]])
    lengths = np.diff(edges) - 1
    best = len(lengths) - 1 - int(np.argmax(lengths[::-1]))
    return values[edges[best] + 1 : edges[best + 1]]


def without_gaps(values: FloatArray) -> FloatArray:
    """The longest run without NaN, or all values with straight lines across gaps if these are many and short.


    A test on a run of a few values says nothing; one on a series with some interpolated values says a little
    less than it could. The run is taken where it has at least half of the observed values.
    """
    run = longest_run(values)
    seen = np.flatnonzero(~np.isnan(values))
    if len(seen) <= 2 * len(run) or len(seen) < (seen[-1] - seen[0] + 1) / 2:
        return run
    inner = np.arange(seen[0], seen[-1] + 1)
    return np.interp(inner, seen, values[seen])


def kpss_statistic(y: FloatArray) -> float:
    """Statistic of the KPSS test of level stationarity.

    The long-run variance has Bartlett weights and the bandwidth of Hobijn, Franses and Ooms.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        Finite values.

    Returns
    -------
    float
        0 for a constant series.

    References
    ----------
    D. Kwiatkowski, P. C. B. Phillips, P. Schmidt, Y. Shin (1992). "Testing the null hypothesis of
    stationarity against the alternative of a unit root". Journal of Econometrics 54, 159-178.
    doi:10.1016/0304-4076(92)90104-Y

    B. Hobijn, P. H. Franses, M. Ooms (2004). "Generalizations of the KPSS-test for stationarity". Statistica
    Neerlandica 58, 483-502. doi:10.1111/j.1467-9574.2004.00272.x
    """
    n = len(y)
    errors = unit(y - y.mean())
    if not errors.any():
        return 0.0
    bandwidth = min(_bandwidth(errors), n - 1)
    variance = errors @ errors
    for k in range(1, bandwidth + 1):
        variance += 2.0 * (1.0 - k / (bandwidth + 1.0)) * (errors[k:] @ errors[: n - k])
    partial = np.cumsum(errors)
    return float(partial @ partial / n / variance)


def _bandwidth(errors: FloatArray) -> int:
    """Data-driven number of lags for the Bartlett kernel."""
    n = len(errors)
    covariances = [errors @ errors / n]
    covariances += [errors[k:] @ errors[: n - k] / (n / 2.0) for k in range(1, int(n ** (2.0 / 9.0)) + 1)]
    s0 = sum(covariances)
    s1 = sum(k * c for k, c in enumerate(covariances))
    if s0 == 0.0:
        return 0
    return int(1.1447 * ((s1 / s0) ** 2) ** (1.0 / 3.0) * n ** (1.0 / 3.0))


def adf_p_value(y: FloatArray) -> float:
    """P-value of the augmented Dickey-Fuller test with a constant.

    The regression has one lagged difference less than the AR model of the levels that BIC chooses has lags:
    more lags cost power, and in short series the test has little to spare.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        Finite values, n >= 8.

    Returns
    -------
    float
        1 where the regression says nothing (a constant series, an exact fit).

    References
    ----------
    S. E. Said, D. A. Dickey (1984). "Testing for unit roots in autoregressive-moving average models of
    unknown order". Biometrika 71, 599-607. doi:10.1093/biomet/71.3.599

    J. G. MacKinnon (1994). "Approximate asymptotic distribution functions for unit-root and cointegration
    tests". Journal of Business and Economic Statistics 12, 167-176. doi:10.1080/07350015.1994.10510005
    """
    from statsmodels.tsa.adfvalues import mackinnonp

    levels = unit(y - y.mean())
    if not levels.any():
        return 1.0
    lags = min(max(fit_ar(levels, "bic").order - 1, 0), len(y) // 2 - 3)
    statistic = _dickey_fuller(levels, lags)
    return 1.0 if math.isnan(statistic) else float(mackinnonp(statistic, regression="c", N=1))


def _dickey_fuller(levels: FloatArray, lags: int) -> float:
    """The t statistic of the lagged level; NaN for an exact or a degenerate regression."""
    changes = np.diff(levels)
    n = len(changes) - lags
    columns = [levels[lags:-1], np.ones(n)]
    columns += [changes[lags - k : len(changes) - k] for k in range(1, lags + 1)]
    design, target = np.column_stack(columns), changes[lags:]
    solution, _, rank, _ = np.linalg.lstsq(design, target, rcond=None)
    errors = target - design @ solution
    freedom = n - design.shape[1]
    variance = errors @ errors / freedom if freedom > 0 else 0.0
    if rank < design.shape[1] or variance <= 1e-20 * (target @ target):
        return math.nan
    inverse = np.linalg.inv(design.T @ design)
    return float(solution[0] / math.sqrt(variance * inverse[0, 0]))
