"""Plain twin of :mod:`arsieve_rf._kernels.paths`, on Python's numbers and integers."""

from __future__ import annotations

import math

import numpy as np

from tests.naive.recursion import _value as leaf_value
from tests.naive.rng import Stream


def largest_root(coef):
    """Largest modulus of the roots of z**p - a_1 z**(p-1) - ... - a_p; the model is stationary below 1."""
    return max(np.abs(np.roots([1.0, *(-np.asarray(coef))])), default=0.0)


def draw_shocks(keys, pool, bandwidths, spread, factor, tilt_lags, coef, level_sd, wander_sds):
    """Shocks (n_paths, h) and tilts (n_paths, q)."""
    drawn = [
        _draw(Stream(key), pool, bandwidths, spread, factor, tilt_lags, coef, level_sd, wander_sds)
        for key in keys
    ]
    return np.array([d[0] for d in drawn]), np.array([d[1] for d in drawn]).reshape(len(keys), len(factor))


def _draw(stream, pool, bandwidths, spread, factor, tilt_lags, coef, level_sd, wander_sds):
    size = math.exp(spread * stream.normal())
    z = [stream.normal() for _ in factor]
    tilt = [sum(row[k] * z[k] for k in range(j + 1)) for j, row in enumerate(factor)]
    tilt = _moved_back(tilt, tilt_lags, coef)
    level = level_sd * stream.normal()
    shocks = []
    for step, wander in enumerate(wander_sds):
        column = step % pool.shape[1]
        if column == 0:
            row = pool[stream.below(len(pool))]
        noise = stream.normal()
        level += wander * stream.normal()
        shocks.append(size * (row[column] + bandwidths[column] * noise) + level)
    return shocks, tilt


def _moved_back(tilt, tilt_lags, coef):
    """The largest of ten tenths of the way that leaves the model stationary."""
    for tenths in range(10, -1, -1):
        moved = np.array(coef, dtype=float)
        for lag, t in zip(tilt_lags, tilt):
            moved[lag - 1] += tenths / 10 * t
        if largest_root(moved) < 1.0:
            break
    return [tenths / 10 * t for t in tilt]


def simulate_paths(forest, history, fixed, center, tilt_lags, tilts, shocks):
    """One path, one step, one tree after another."""
    columns, base = forest.columns, forest.baseline
    out = []
    for tilt, path_shocks in zip(tilts, shocks):
        path = [float(value) for value in history]
        for step, shock in enumerate(path_shocks):
            row = [_column(columns, j, path, fixed[step]) for j in range(len(columns.lags))]
            single = [np.float32(value) for value in row]
            value = sum(leaf_value(forest.tree(b), single) for b in range(len(forest))) / max(len(forest), 1)
            if base is not None:
                linear = base.intercept
                for weight, x in zip(base.weights, row):
                    if weight != 0.0:
                        linear += float(weight) * x
                value += linear
            added = float(shock)
            for lag, t in zip(tilt_lags, tilt):
                added += float(t) * (path[-lag] - center)
            path.append(value + added)
        out.append(path[len(history) :])
    return np.array(out)


def _column(columns, j, path, fixed):
    lag, slot = columns.lags[j], columns.slots[j]
    if lag > 0:
        return path[-lag]
    if slot >= len(columns.linear):
        return float(fixed[slot - len(columns.linear)])
    value, *weights = columns.linear[slot]
    for k, w in enumerate(weights, 1):
        if w != 0.0:
            value += w * path[-k]
    return float(value)
