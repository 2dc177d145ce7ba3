"""Future paths: the recursion of the forecast with shocks, and coefficients that differ from path to path.

A path carries what is not known: innovations resampled from residuals, how large they are, the level, and the
coefficients of the linear model. Where all of that is zero, it is the forecast, to the last bit.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .recursion import held, next_row
from .rng import below, normal
from .traverse import mean_at_rows

__all__ = ["draw_shocks", "is_stationary", "simulate_paths"]

_NOTCHES = 10  # steps in which a draw of coefficients goes back to the fitted ones


@kernel
def is_stationary(coef):
    """Whether an AR model of lags 1..p is: all reflection coefficients are within (-1, 1).

    Brockwell and Davis (1991), "Time Series: Theory and Methods", section 5.2,
    doi:10.1007/978-1-4419-0320-4: the Durbin-Levinson recursion, backwards.
    """
    a = coef.copy()
    b = np.empty(a.size)
    for order in range(a.size, 0, -1):
        reflection = a[order - 1]
        if not abs(reflection) < 1.0:
            return False
        for k in range(order - 1):
            b[k] = (a[k] + reflection * a[order - 2 - k]) / (1.0 - reflection * reflection)
        a[: order - 1] = b[: order - 1]
    return True


@kernel
def _draw_tilt(state, factor, lags, coef, tilt):
    """Deviations of the coefficients of ``lags``, moved back as far as the model needs to stay stationary."""
    q = tilt.size
    draws = np.empty(q)
    for k in range(q):
        state, draws[k] = normal(state)
    for j in range(q):
        tilt[j] = 0.0
        for k in range(j + 1):
            tilt[j] += factor[j, k] * draws[k]
    if q > 0:
        tilted = coef.copy()
        share = 0.0
        for notch in range(_NOTCHES, 0, -1):
            for k in range(q):
                tilted[lags[k] - 1] = coef[lags[k] - 1] + notch / _NOTCHES * tilt[k]
            if is_stationary(tilted):
                share = notch / _NOTCHES
                break
        for k in range(q):
            tilt[k] *= share
    return state


@kernel
def draw_shocks(
    keys, pool, bandwidths, spread, factor, tilt_lags, coef, level_sd, wander_sds, shocks, tilts
):  # fmt: skip
    """What each path deviates by, into ``shocks`` float64 (n_paths, h) and ``tilts`` float64 (n_paths, q).

    Parameters
    ----------
    keys : uint64 (n_paths,)
        Stream of each path. It gives, in this order: the size of the innovations, the coefficients, the
        level, then step by step a row of the pool (where a new one begins), noise, and the step of the level.
    pool : float64 (n_pool, width)
        Residuals. With width 1 each step draws its own; otherwise a row is used for ``width`` steps in turn.
    bandwidths : float64 (width,)
        Standard deviation of normal noise that is added to a drawn residual.
    spread : float
        The innovations of a path are multiplied by ``exp(spread z)``, z standard normal.
    factor : float64 (q, q)
        Lower triangular; times standard normals it gives deviations of the coefficients of ``tilt_lags``.
    tilt_lags : int64 (q,)
        Different lags within 1..p.
    coef : float64 (p,)
        Fitted coefficients of lags 1..p, for :func:`is_stationary`.
    level_sd, wander_sds : float, float64 (h,)
        Standard deviations of the level that is added to all steps of a path, and of its change with each.
    """
    n_pool, width = np.uint64(len(pool)), pool.shape[1]
    h = shocks.shape[1]
    for b in range(len(keys)):
        state, z = normal(keys[b])
        size = np.exp(spread * z)
        state = _draw_tilt(state, factor, tilt_lags, coef, tilts[b])
        state, z = normal(state)
        level = level_sd * z
        row = np.uint64(0)
        for step in range(h):
            column = step % width
            if column == 0:
                state, row = below(state, n_pool)
            state, noise = normal(state)
            state, z = normal(state)
            level += wander_sds[step] * z
            shocks[b, step] = size * (pool[row, column] + bandwidths[column] * noise) + level


@kernel
def simulate_paths(
    history, lags, slots, linear, fixed, intercept, weights, roots, left, feature, threshold,
    center, tilt_lags, tilts, shocks, out,
):  # fmt: skip
    """Paths of ``out.shape[1]`` steps in the units of ``history``, into ``out`` float64 (n_paths, h).

    As :func:`~arsieve_rf._kernels.recursion.recurse_mean`, whose value is the mean of the next step; to it
    come ``sum_k tilts[b, k] (value at lag tilt_lags[k] - center)`` and ``shocks[b, step]``. Without ``roots``
    the trees count nothing. ``history`` holds at least as many values as the largest lag.
    """
    n_paths, h = out.shape
    known = len(history)
    paths = np.empty((n_paths, known + h))
    paths[:, :known] = history
    x = np.zeros((n_paths, len(lags)), np.float32)
    base, mean = np.zeros(n_paths), np.zeros(n_paths)
    for step in range(h):
        t = known + step
        for b in range(n_paths):
            base[b] = next_row(paths[b], t, step, lags, slots, linear, fixed, intercept, weights, x[b])
        if len(roots) > 0:
            mean_at_rows(x, roots, left, feature, threshold, mean)
        for b in range(n_paths):
            value = mean[b]
            if len(weights) > 0:
                value = held(value + base[b])
            added = shocks[b, step]
            for k in range(tilts.shape[1]):
                added += tilts[b, k] * (paths[b, t - tilt_lags[k]] - center)
            out[b, step] = held(value + added)
            paths[b, t] = out[b, step]
