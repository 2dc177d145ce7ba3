"""Columns that hold the target or later values: a rolling mean over its own row, a scaled copy, a lead."""

from __future__ import annotations

import numpy as np

from ._lag_linear import fewest_rows, linear_in_rows
from ._lag_running import running_statistics
from ._lag_statistics import window_statistics
from ._lag_unexplained import Unexplained

__all__ = ["leaking"]

_SPAN = 36  # values of y in a row that are tried; a third of them are the target and those after it


def leaking(data: Unexplained, copies: bool = True) -> list[int]:
    """Those of the columns that are linear in values of y among which is the target or a later one.

    In short series fewer values on either side are tried. So are statistics of the target and the values
    before it, over a window or over all values so far.

    Earlier values should have explained none of them: the largest of a hundred values is nearly always the
    same with and without the target. `copies` says whether scaled copies of the target count; where X has no
    lags, y may be computed from X instead.
    """
    found = {*window_statistics(data, [0]), *running_statistics(data, [0])}
    before, lengths = data.within, np.diff(data.segments)
    after = np.repeat(lengths, lengths) - before - 1
    for span in range(_SPAN, 1, -1):
        moved = max(1, span // 3)  # of y moved so far back the first lags are the target and what follows
        rows = np.flatnonzero((before >= span - moved) & (after >= moved))
        if len(rows) >= fewest_rows(span):
            linear = linear_in_rows(data.columns, np.roll(data.y, -moved), rows, data.through_float32, span)
            leaks = [entry for entry in linear if np.any(entry.weights[:moved] != 0.0)]
            found |= {entry.column for entry in leaks if copies or entry.lag != moved}
            break
    return sorted(found)
