"""Columns that seem to hold values of the series between its rows: every k-th row was kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import row_numbers
from ._lag_structure import FloatArray

__all__ = ["between_rows"]

_BATCHES = 20
_SHORTEST = 5  # rows of a batch
_LIMIT = 3.0  # standard errors
_FURTHEST = 2.0  # distance of distributions, times the root of the number of rows; 1.92 is usual once in 20
_LARGEST = 1e6  # standard deviations of y; what is larger is no value of it
_WEAKEST = 0.3  # correlation with neighbours in time


def between_rows(columns: FloatArray, y: FloatArray, segments: NDArray[np.intp]) -> list[int]:
    """Those of the columns that look like values between those of y, as positions.

    If y is every k-th value of a stationary series, the value j steps after one of y is as far from it as the
    value k - j steps after is from the next of y. Both then have the distribution of y, the same two
    covariances with these neighbours, and the larger of them is no smaller than that of neighbours in y.
    Another series may share some of this, but hardly all of it. It remains a guess, good enough to warn.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_columns, n)
        Columns that nothing has explained.
    y : ndarray of float64, shape (n,)
        Targets, of a size whose squares do not overflow.
    segments : ndarray of intp
        Row offsets of the runs of consecutive times.
    """
    rows = np.flatnonzero(row_numbers(segments) >= 1)
    if len(rows) < _BATCHES * _SHORTEST:
        return []
    middle, scale = float(y.mean()), float(y.std())
    now, before = (y[rows] - middle) / scale, (y[rows - 1] - middle) / scale
    values = columns[:, rows] - middle
    kept = np.flatnonzero(np.abs(values).max(axis=1) <= _LARGEST * scale)  # whose squares do not overflow
    values = values[kept] / scale
    nearest = np.maximum(values @ now, values @ before) / len(rows)
    likely = (
        (nearest >= max(_WEAKEST, float(now @ before) / len(rows)))
        & _vanishes(values - (now + before) / 2)
        & _vanishes(values**2 - (now**2 + before**2) / 2)
    )
    kept, values = kept[likely], values[likely]
    alike = [_distance(value, now) <= _FURTHEST / np.sqrt(len(rows)) for value in values]
    kept, values = kept[alike], values[alike]
    found: set[int] = set()
    for value in values:
        after = _vanishes(value * now - values * before)
        ahead = _vanishes(value * before - values * now)
        found.update(kept[after & ahead].tolist())
    return sorted(found)


def _distance(one: FloatArray, other: FloatArray) -> float:
    """Largest difference of the two distribution functions (Kolmogorov and Smirnov)."""
    places = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(values), places, side="right") / len(values) for values in (one, other)]
    return float(np.max(np.abs(below[0] - below[1])))


def _vanishes(values: FloatArray) -> NDArray[np.bool_]:
    """Whether the mean of each row is zero up to chance; means of batches tell how far chance may reach."""
    size = values.shape[1] // _BATCHES
    means = values[:, : _BATCHES * size].reshape(len(values), _BATCHES, size).mean(axis=2)
    errors = means.std(axis=1, ddof=1) / np.sqrt(_BATCHES)
    return np.asarray(np.abs(means.mean(axis=1)) <= _LIMIT * errors)
