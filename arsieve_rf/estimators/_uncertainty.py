"""What is not known of a series' future: how large innovations are, and how well the model is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from .._kernels.levinson import pooled_autocovariances
from ..forest.paths import Uncertainty
from ..preparation import Chain, DriftShrinkage, SeasonalAdjustment
from ..resampling.ar_segments import CentredSegments
from .regressor import ARSieveForestRegressor

__all__ = ["path_uncertainty"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# All of these matter for short series and next to nothing for long ones. They were chosen on simulated
# processes and on the ends of the training parts of M1 and M3; docs/benchmarks.md has the figures.
_SMOOTHING = 0.5  # bandwidth in standard deviations, times n**-0.2
_MEMORY = 0.94  # weight of yesterday's squared residual beside today's, as in RiskMetrics (1996)
_RECENCY = 0.6  # how much of the recent variance is believed
_SEARCH = 5.0  # over n: residuals of a model that was looked for are too small
_WANDERING = 5.0  # over n: steps of the level in standard deviations
_SHORTEST = 20  # no series counts as shorter than this


def path_uncertainty(
    regressor: ARSieveForestRegressor,
    pool: FloatArray,
    errors: FloatArray,
    pieces: Sequence[FloatArray],
    chain: Chain,
) -> Uncertainty:
    """Uncertainty of a fitted series' paths.

    Parameters
    ----------
    regressor : ARSieveForestRegressor
        The fitted forest of one step ahead.
    pool : ndarray of float64, shape (n_pool, width)
        Out-of-sample residuals; innovations are rows of it.
    errors : ndarray of float64, shape (n_errors,)
        Those of one step ahead in the order of time, updates included.
    pieces : sequence of ndarray of float64
        Runs of the prepared series.
    chain : Chain
        Its preparation.

    Notes
    -----
    The residuals become larger: by the parameters that were fitted in sample, by what was looked for, and by
    their recent variance beside that of all. Coefficients and level vary by their asymptotic distribution
    (Brockwell and Davis, 1991, "Time Series: Theory and Methods", theorem 8.1.1,
    doi:10.1007/978-1-4419-0320-4). The level also wanders, by a step of order 1 / n, which a test of n
    values can hardly see (Stock and Watson, 1998, doi:10.1080/01621459.1998.10474116): over a few steps of a
    long series that is nothing.
    """
    n_pool, width = pool.shape
    n = sum(map(len, pieces))
    centred = CentredSegments.of(pieces)
    used = regressor._n_parameters + 1.0 + _n_seasonal(chain)
    freedom = max(n_pool - used, n_pool / 4.0)
    size = math.sqrt(n_pool / freedom) * (1.0 + _SEARCH / max(n, _SHORTEST)) * _growth(errors, pool[:, 0])
    pool = size * pool
    sd = np.sqrt(np.mean(pool**2, axis=0))
    bandwidth = _SMOOTHING * n_pool**-0.2
    lags, coef = (np.empty(0, np.int64), np.empty(0)) if width > 1 else _linear_part(regressor)
    share = 1.0 if regressor.mixture_ is None else regressor.mixture_["linear"]
    shrunk = 1.0 / math.sqrt(1.0 + bandwidth**2)
    return Uncertainty(
        pool=pool * shrunk,
        bandwidths=bandwidth * sd * shrunk,
        spread=1.0 / math.sqrt(2.0 * max(n_pool - used, 3.0)),
        factor=share * sd[0] * _factor(centred, lags),
        tilt_lags=lags,
        coef=coef,
        center=centred.grand_mean,
        level_sd=_drift_share(chain) * float(sd[0]) / math.sqrt(n),
        wander=_WANDERING * float(sd[0]),
        n_values=max(n, _SHORTEST),
    )


def _n_seasonal(chain: Chain) -> float:
    """Seasonal factors that were estimated, less what shrinking took back."""
    steps = [step for step in chain.steps if isinstance(step, SeasonalAdjustment)]
    return sum((step.period - 1) * (1.0 - (step.shrinkage_ if step.shrink else 0.0)) for step in steps)


def _growth(errors: FloatArray, pool: FloatArray) -> float:
    """Standard deviation of the errors beside that of the pool; of them, the recent ones partly believed."""
    unit = max(float(np.abs(errors).max()), float(np.abs(pool).max()), np.finfo(np.float64).tiny)
    squares, usual = (errors / unit) ** 2, np.mean((pool / unit) ** 2)
    weights = _MEMORY ** np.arange(len(errors))[::-1]
    recent, all_of_them = weights @ squares / weights.sum(), np.mean(squares)
    if usual == 0.0 or all_of_them == 0.0:
        return 1.0
    return float(np.sqrt(all_of_them / usual) * (recent / all_of_them) ** (0.5 * _RECENCY))


def _drift_share(chain: Chain) -> float:
    """Standard deviation of a shrunk drift beside that of the whole one.

    A drift of t standard errors that is multiplied by w = t**2 / (t**2 + 2) has the mean squared error
    ``w**2 + (1 - w)**2 t**2 = w (2 - w)``, taking the estimate for the truth. At least a quarter is left.
    """
    weights = [step.weight for step in chain.steps if isinstance(step, DriftShrinkage)]
    return math.sqrt(max(min(weights, default=1.0) * (2.0 - min(weights, default=1.0)), 0.25))


def _linear_part(regressor: ARSieveForestRegressor) -> tuple[IntArray, FloatArray]:
    """Lags whose coefficients were estimated, as many as that took; and all coefficients by lag."""
    columns, baseline = regressor.forest_.columns, regressor.baseline_
    if baseline is not None:
        coef = np.zeros(columns.max_lag)
        is_lag = columns.lags > 0
        np.add.at(coef, columns.lags[is_lag] - 1, baseline.weights[is_lag])
    elif regressor.ar_ is not None:
        coef = regressor.ar_.coef
    else:
        coef = np.empty(0)
    # a sieve's AR model may look further back than its trees, which do not react to what they do not see
    lags = np.intersect1d(np.flatnonzero(coef) + 1, columns.lags)
    return lags[: math.ceil(regressor._n_parameters)], coef


def _factor(centred: CentredSegments, lags: IntArray) -> FloatArray:
    """Cholesky factor of the inverse autocovariances at some lags, over n; for innovations of variance 1."""
    if not len(lags):
        return np.empty((0, 0))
    values = np.ldexp(centred.values, centred.exponent)
    covariances = pooled_autocovariances(values, centred.bounds, int(lags.max() - lags.min()))
    matrix = toeplitz(covariances)[np.ix_(lags - lags.min(), lags - lags.min())]
    scale = covariances[0] * len(values)
    if scale == 0.0:
        return np.zeros((len(lags), len(lags)))
    ridge = 1e-9 * np.eye(len(lags))
    return np.linalg.cholesky(np.linalg.inv(matrix / covariances[0] + ridge)) / math.sqrt(scale)
