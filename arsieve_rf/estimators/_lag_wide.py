"""How far columns reach back that follow from their own last value: rolling means, exponential weights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ._lag_equality import ChanceModel
from ._lag_statistics import repeats_itself
from ._lag_structure import FloatArray
from ._lag_unexplained import Unexplained

__all__ = ["recursive_means", "window_spans"]

_WIDEST = 200
_PROBES = 40
_FEWEST = 12
_NOTHING = 1e-10  # a weight at which geometric ones are cut off
_LONGEST = 240


def window_spans(data: Unexplained, nearest: Iterable[int]) -> dict[int, int]:
    """Largest lag that each column needs if it is a mean over a window, with equal or geometric weights.

    Such a column is ``x[t] = c + a x[t-1] + b y[t-l] + d y[t-l-w]``, with w the width of the window, at least
    3, and l the lag at which it begins. Few rows tell so, before lags 1 to l + w - 1 are fitted to all. Where
    d is 0, weights fade without end: w is where they no longer count, 240 at most.

    `nearest` are lags at which windows may begin.
    """
    columns, y, within = data.columns, data.y, data.within
    spans: dict[int, int] = {}
    for lag in nearest:
        widest, rows = _reach(within, lag)
        if widest < 3 or len(rows) < _FEWEST:
            continue
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, _PROBES).astype(np.intp))]
        lagged = y[rows[:, None] - np.arange(lag, lag + widest + 1)[None, :]]
        for column, x in columns.items():
            width = _width(x[rows], x[rows - 1], lagged, _tolerance(data.through_float32(column)))
            if width is not None:
                spans.setdefault(column, lag + width - 1)
    return spans


def recursive_means(data: Unexplained, nearest: Iterable[int]) -> list[int]:
    """Those of the columns that follow from their own last value in all rows that reach back far enough.

    Geometric weights may go on without end: the spans of such means say nothing, but their values do. Nothing
    is found where y follows from few values before, as waves do.
    """
    columns, y, within = data.columns, data.y, data.within
    found = []
    for lag in nearest:
        widest, rows = _reach(within, lag)
        probes = rows[:: max(1, len(rows) // _PROBES)]
        if len(rows) < _FEWEST or repeats_itself(
            y[probes[:, None] - np.arange(min(widest, _FEWEST // 2))[None, :]]
        ):
            continue
        for column, span in window_spans(data, [lag]).items():
            x = columns[column]
            terms = [x[rows - 1], y[rows - lag], y[rows - min(span + 1, lag + widest)]]
            terms = [(term - term.mean()) / (np.ptp(term) or 1.0) for term in terms]
            design = np.column_stack([np.ones(len(rows)), *terms])
            coef, *_ = np.linalg.lstsq(design, x[rows], rcond=None)
            off = np.max(np.abs(x[rows] - design @ coef))
            convincing = ChanceModel(x[rows], len(columns)).is_convincing(span, len(rows) - len(coef))
            size = _tolerance(data.through_float32(column)) * np.ptp(x[rows])
            if convincing and off < size < abs(coef[1]):  # its last value has a part in it
                found.append(column)
    return found


def _reach(within: NDArray[np.intp], lag: int) -> tuple[int, NDArray[np.intp]]:
    """The widest window that is tried, and the rows that have all its values."""
    widest = min(_WIDEST, (int(within.max()) - lag) // 2)
    return widest, np.flatnonzero(within >= widest + lag)


def _tolerance(through_float32: bool) -> float:
    """How far off, over its size, a column may be."""
    return 1e-3 if through_float32 else 1e-6


def _width(now: FloatArray, before: FloatArray, lagged: FloatArray, tolerance: float) -> int | None:
    """The w such that the value before, the first of `lagged` and the one w after it explain the column."""
    middle = before - before.mean()
    basis = np.linalg.qr(np.column_stack([np.ones(len(now)), middle]))[0]
    left = now - basis @ (basis.T @ now)
    size = float(np.max(np.abs(left)))
    rest = lagged - basis @ (basis.T @ lagged)
    newest = rest[:, 0] / max(float(np.linalg.norm(rest[:, 0])), 1e-300)
    older = rest[:, 3:] - np.outer(newest, newest @ rest[:, 3:])
    left = left - newest * (newest @ left)
    off_alone = np.max(np.abs(left))
    weights = (left @ older) / np.maximum(np.sum(older**2, axis=0), 1e-300)
    off = np.max(np.abs(left[:, None] - older * weights), axis=0)
    best = int(np.argmin(off))
    if off_alone < min(tolerance * size, 10.0 * off[best]):  # an older value does not help
        return _fading(now, middle, lagged[:, 0])
    return best + 3 if off[best] < tolerance * size else None


def _fading(now: FloatArray, before: FloatArray, newest: FloatArray) -> int | None:
    """After how many values geometric weights no longer count; None if they grow or are all on the first."""
    design = np.column_stack([np.ones(len(now)), before, newest - newest.mean()])
    factor = abs(float(np.linalg.lstsq(design, now, rcond=None)[0][1]))
    if not 1e-3 < factor < 1.0 + 1e-6:
        return None
    lasting = np.log(_NOTHING) / np.log(min(factor, 1.0 - 1e-6))  # of a sum of all values, say
    return int(np.clip(np.ceil(lasting), 3, _LONGEST))
