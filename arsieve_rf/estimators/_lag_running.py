"""Columns that are statistics of all earlier values: expanding means, fading weights, extremes so far."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ._lag_equality import MAX_CHANCE, ChanceModel
from ._lag_statistics import repeats_itself
from ._lag_structure import FloatArray
from ._lag_unexplained import Unexplained
from ._lag_wide import recursive_means

__all__ = ["running_statistics"]

_FEWEST = 12


def running_statistics(data: Unexplained, nearest: Iterable[int]) -> list[int]:
    """Those of the columns that are a mean or an extreme of all earlier values of y, not scaled.

    `nearest` are lags that the newest of these values may have.
    """
    columns, y, within = data.columns, data.y, data.within
    lags = list(nearest)
    found = set(recursive_means(data, lags))
    same_value = ChanceModel(y, len(columns)).same_value
    for lag in lags:
        rows = np.flatnonzero(within >= max(lag, 1))
        later = np.flatnonzero(within >= max(lag, 1) + 1)
        if len(later) < _FEWEST or repeats_itself(y[later[:, None] - np.arange(3)[None, :]]):
            continue
        for column, x in columns.items():
            rounded = data.through_float32(column)
            choices = 2 * len(columns) * len(lags)
            if _is_extreme(x, y, rows, lag, rounded, same_value, choices) or _is_mean(
                x, y, later, lag, 1e-3 if rounded else 1e-6
            ):
                found.add(column)
    return sorted(found)


def _is_mean(x: FloatArray, y: FloatArray, rows: NDArray[np.intp], lag: int, tolerance: float) -> bool:
    """Whether each value counts, and those before it weigh the same or, by a constant factor q, less.

    The mean then moves by 1 / h of its distance to the new value, where h is the sum of all weights over that
    of the new value: h = 1 + q h' with h' of the row before. With steps s = d / h over distances d, this is
    s' d = s (s' + q d').
    """
    step, before = x[rows] - x[rows - 1], x[rows - 1] - x[rows - 2]
    distance, distance_before = y[rows - lag] - x[rows - 1], y[rows - 1 - lag] - x[rows - 2]
    fading, rest = step * distance_before, before * distance - step * before
    if np.count_nonzero(fading) < len(rows) / 2:  # events in series that rest, of which any factor is true
        return False
    factor = float(fading @ rest) / float(fading @ fading)
    off = float(np.max(np.abs(factor * fading - rest)))
    return off <= tolerance * float(np.max(np.abs(fading)))


def _is_extreme(
    x: FloatArray,
    y: FloatArray,
    rows: NDArray[np.intp],
    lag: int,
    rounded: bool,
    same_value: float,
    choices: int,
) -> bool:
    """Whether a column stays or moves to the new value, whichever is larger, or whichever is smaller."""
    now, before, new = x[rows], x[rows - 1], y[rows - lag]
    if rounded:
        new = new.astype(np.float32).astype(np.float64)
    if np.log(same_value) * np.count_nonzero(now != before) + np.log(choices) >= np.log(MAX_CHANCE):
        return False
    return any(np.array_equal(now, extreme(before, new)) for extreme in (np.maximum, np.minimum))
