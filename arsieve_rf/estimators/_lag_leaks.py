"""Columns that hold the target or later values: a rolling mean over its own row, a scaled copy, a lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ._lag_linear import fewest_rows, linear_in_rows
from ._lag_running import running_statistics
from ._lag_segments import row_numbers
from ._lag_statistics import window_statistics
from ._lag_structure import FloatArray

__all__ = ["leaking"]

_SPAN = 36  # values of y in a row that are tried; a third of them are the target and those after it


def leaking(
    columns: Mapping[int, FloatArray],
    y: FloatArray,
    segments: NDArray[np.intp],
    through_float32: Callable[[int], bool],
    copies: bool = True,
) -> list[int]:
    """Those of the columns that are linear in values of y among which is the target or a later one.

    In short series fewer values on either side are tried. So are statistics of the target and the values
    before it, over a window or over all values so far.

    Parameters
    ----------
    columns : mapping of int to ndarray of float64, shape (n,)
        Columns that nothing has explained, earlier values least of all: the largest of a hundred values is
        nearly always the same with and without the target.
    y : ndarray of float64, shape (n,)
        Targets.
    segments : ndarray of intp
        Row offsets of the runs of consecutive times.
    through_float32 : callable
        Whether a column was rounded to float32.
    copies : bool
        Whether scaled copies of the target count. Where X has no lags, y may be computed from X instead.
    """
    found = {
        *window_statistics(columns, y, segments, [0], through_float32),
        *running_statistics(columns, y, segments, [0], through_float32),
    }
    before = row_numbers(segments)
    after = np.repeat(np.diff(segments), np.diff(segments)) - before - 1
    for span in range(_SPAN, 1, -1):
        moved = max(1, span // 3)  # of y moved so far back the first lags are the target and what follows
        rows = np.flatnonzero((before >= span - moved) & (after >= moved))
        if len(rows) >= fewest_rows(span):
            linear = linear_in_rows(columns, np.roll(y, -moved), rows, through_float32, span)
            leaks = [entry for entry in linear if np.any(entry.weights[:moved] != 0.0)]
            found |= {entry.column for entry in leaks if copies or entry.lag != moved}
            break
    return sorted(found)
