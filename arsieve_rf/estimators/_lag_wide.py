"""How far columns reach back that follow from their own last value: rolling means, exponential weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import row_numbers
from ._lag_structure import FloatArray

__all__ = ["window_spans"]

_WIDEST = 200
_PROBES = 40
_FEWEST = 12


def window_spans(
    columns: Mapping[int, FloatArray],
    y: FloatArray,
    segments: NDArray[np.intp],
    nearest: Iterable[int],
    through_float32: Callable[[int], bool],
) -> dict[int, int]:
    """Largest lag that each column needs if it is a mean over a window, with equal or geometric weights.

    Such a column is ``x[t] = c + a x[t-1] + b y[t-l] + d y[t-l-w]``, with w the width of the window, at least
    3, and l the lag at which it begins. Few rows tell so, before lags 1 to l + w - 1 are fitted to all.

    Parameters
    ----------
    columns : mapping of int to ndarray of float64, shape (n,)
        Columns that nothing has explained.
    y : ndarray of float64, shape (n,)
        Targets.
    segments : ndarray of intp
        Row offsets of the runs of consecutive times.
    nearest : iterable of int
        Lags at which windows may begin.
    through_float32 : callable
        Whether a column was rounded to float32.
    """
    within = row_numbers(segments)
    spans: dict[int, int] = {}
    for lag in nearest:
        widest = min(_WIDEST, (int(within.max()) - lag) // 2)
        rows = np.flatnonzero(within >= widest + lag)
        if widest < 3 or len(rows) < _FEWEST:
            continue
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, _PROBES).astype(np.intp))]
        lagged = y[rows[:, None] - np.arange(lag, lag + widest + 1)[None, :]]
        for column, x in columns.items():
            tolerance = 1e-3 if through_float32(column) else 1e-6
            width = _width(x[rows], x[rows - 1], lagged, tolerance)
            if width is not None:
                spans.setdefault(column, lag + width - 1)
    return spans


def _width(now: FloatArray, before: FloatArray, lagged: FloatArray, tolerance: float) -> int | None:
    """The w such that the value before, the first of `lagged` and the one w after it explain the column."""
    basis = np.linalg.qr(np.column_stack([np.ones(len(now)), before - before.mean()]))[0]
    left = now - basis @ (basis.T @ now)
    size = float(np.max(np.abs(left)))
    rest = lagged - basis @ (basis.T @ lagged)
    newest = rest[:, 0] / max(float(np.linalg.norm(rest[:, 0])), 1e-300)
    older = rest[:, 3:] - np.outer(newest, newest @ rest[:, 3:])
    left = left - newest * (newest @ left)
    weights = (left @ older) / np.maximum(np.sum(older**2, axis=0), 1e-300)
    off = np.max(np.abs(left[:, None] - older * weights), axis=0)
    best = int(np.argmin(off))
    return best + 3 if off[best] < tolerance * size else None
