"""Columns that are statistics of earlier values of y, not linear in them: rolling deviations, extremes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ._lag_equality import MAX_CHANCE
from ._lag_structure import FloatArray
from ._lag_unexplained import Unexplained

__all__ = ["repeats_itself", "window_statistics"]

_WIDEST = 200
_PROBES = 24
_FEWEST = 8  # probes; two of them are spent on scale and level


def window_statistics(data: Unexplained, nearest: Iterable[int]) -> list[int]:
    """Those of the columns that are a statistic of a window of y, up to scale and level.

    `nearest` are lags at which windows may begin; they reach back from there over 2 to 200 values.
    """
    columns, y, within = data.columns, data.y, data.within
    found: set[int] = set()
    for lag in nearest:
        widest = min(_WIDEST, (int(within.max()) - lag) // 2)
        rows = np.flatnonzero(within >= widest + lag)
        if widest < 2 or len(rows) < _FEWEST:
            continue
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, _PROBES).astype(np.intp))]
        candidates = [c for c in columns if _tells(columns[c][rows], widest)]
        windows = y[rows[:, None] - np.arange(lag, lag + widest)[None, :]]
        if not candidates or repeats_itself(windows[:, : len(rows) // 2]):
            continue
        tables = _standard(_statistics(windows))
        for column in candidates:
            wanted = _standard(columns[column][rows][None, :, None])
            off = np.abs(tables - wanted).max(axis=1)  # NaN, of divisions by zero, is never small
            if np.any(off <= (1e-5 if data.through_float32(column) else 1e-7)):
                found.add(column)
    return sorted(found)


def repeats_itself(windows: FloatArray) -> bool:
    """Whether values follow from those before, as in waves: any other wave may be a mean of them."""
    sizes = np.linalg.svd(windows - windows.mean(), compute_uv=False)
    return bool(sizes[-1] <= 1e-7 * sizes[0])


def _tells(x: FloatArray, widest: int) -> bool:
    """Whether chance agreement is ruled out; indicators take two values, and tell little."""
    counts = np.unique(x, return_counts=True)[1]
    same = max(float(np.sum(counts * (counts - 1.0))) / (len(x) * (len(x) - 1.0)), 1e-3)
    return (len(x) - 2) * np.log(same) + np.log(widest) < np.log(MAX_CHANCE)


def _statistics(windows: FloatArray) -> FloatArray:
    """Statistics of the first 2, 3, ... values of each row, shape (n_statistics, n_rows, width - 1).

    What differs by scale and level needs no entry of its own: a sum, either divisor of a variance.
    """
    middle = windows.mean()
    widths = np.arange(1, windows.shape[1] + 1)
    mean = np.cumsum(windows - middle, axis=1) / widths
    variance = np.maximum(np.cumsum((windows - middle) ** 2, axis=1) / widths - mean**2, 0.0)
    low, high = np.minimum.accumulate(windows, axis=1), np.maximum.accumulate(windows, axis=1)
    deviation = np.sqrt(variance)
    median = np.column_stack([np.median(windows[:, :width], axis=1) for width in widths])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratios = (low / high, deviation / (mean + middle))
    every = (mean, low, high, median, deviation, variance, high - low, *ratios)
    return np.array(every)[:, :, 1:]


def _standard(values: FloatArray) -> FloatArray:
    """Without level and scale along the second axis; the sign is kept."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        centred = values - values.mean(axis=1, keepdims=True)
        scaled: FloatArray = centred / np.abs(centred).max(axis=1, keepdims=True)
    return scaled
