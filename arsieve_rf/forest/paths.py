"""Future paths of a forest, shared out to workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._kernels.paths import draw_shocks, simulate_paths
from .._kernels.rng import ROLE_PATH, stream_keys
from .forest import Forest
from .parallel import map_chunks

__all__ = ["Uncertainty", "draw_deviations", "simulate"]

_ROWS_TIMES_TREES_A_TASK = 1_000_000  # some tens of milliseconds
_LEAST_PATHS_A_TASK = 128  # as many rows as pass through a tree together

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What is not known of the future, in the units of the prepared series.

    Attributes
    ----------
    pool : ndarray of float64, shape (n_pool, width)
        Out-of-sample residuals that innovations are drawn from; with a width above 1 whole rows, for as many
        steps in turn.
    bandwidths : ndarray of float64, shape (width,)
        Standard deviation of the noise that smooths the pool.
    spread : float
        Standard deviation of the logarithm of the innovations' size.
    factor : ndarray of float64, shape (q, q)
        Cholesky factor of the covariance of the coefficients of some lags.
    tilt_lags : ndarray of int64, shape (q,)
        These lags, within 1..p.
    coef : ndarray of float64, shape (p,)
        Fitted coefficients of lags 1..p.
    center : float
        Mean of the series.
    level_sd : float
        Standard deviation of the level.
    wander : float
        Standard deviation of the level's change with each step, times ``n_values``.
    n_values : int
        Length of the series.
    """

    pool: FloatArray
    bandwidths: FloatArray
    spread: float
    factor: FloatArray
    tilt_lags: NDArray[np.int64]
    coef: FloatArray
    center: float
    level_sd: float
    wander: float
    n_values: int

    def wander_sds(self, h: int) -> FloatArray:
        """Standard deviation of the level's change with each step, shape (h,).

        Less and less far ahead, where a series says nothing: no series counts as shorter than four horizons.
        """
        return self.wander / np.maximum(self.n_values, 4.0 * np.arange(1, h + 1))


def draw_deviations(
    uncertainty: Uncertainty, h: int, seed: int, first: int, n_paths: int
) -> tuple[FloatArray, FloatArray]:
    """Shocks (n_paths, h) and deviations of coefficients (n_paths, q) of paths from number ``first`` on."""
    u = uncertainty
    shocks, tilts = np.empty((n_paths, h)), np.empty((n_paths, len(u.factor)))
    keys = stream_keys(seed, first, n_paths, ROLE_PATH)
    linear = u.factor, u.tilt_lags, u.coef
    draw_shocks(keys, u.pool, u.bandwidths, u.spread, *linear, u.level_sd, u.wander_sds(h), shocks, tilts)
    return shocks, tilts


def simulate(
    forest: Forest,
    history: FloatArray,
    h: int,
    uncertainty: Uncertainty,
    seed: int,
    n_paths: int,
    fixed: FloatArray | None = None,
    n_jobs: int | None = None,
) -> FloatArray:
    """Paths of ``h`` steps after ``history``, shape (n_paths, h).

    Arguments are as for :meth:`Forest.recurse`. Path b comes from the stream of (seed, b) and depends neither
    on ``n_jobs`` nor on how many paths there are.
    """
    n_rows = h * max(1, len(forest))
    size = max(_LEAST_PATHS_A_TASK, _ROWS_TIMES_TREES_A_TASK // n_rows)
    bounds = [(i, min(i + size, n_paths)) for i in range(0, n_paths, size)]
    tasks = [(forest, history, h, uncertainty, seed, a, b - a, fixed) for a, b in bounds]
    return np.concatenate(list(map_chunks(_simulate_chunk, tasks, n_jobs)))


def _simulate_chunk(
    forest: Forest,
    history: FloatArray,
    h: int,
    uncertainty: Uncertainty,
    seed: int,
    first: int,
    n_paths: int,
    fixed: FloatArray | None,
) -> FloatArray:
    shocks, tilts = draw_deviations(uncertainty, h, seed, first, n_paths)
    out = np.empty((n_paths, h))
    arguments = forest.recursion_arguments(history, h, fixed)
    simulate_paths(*arguments, uncertainty.center, uncertainty.tilt_lags, tilts, shocks, out)
    return out
