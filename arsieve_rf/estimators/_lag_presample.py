"""The values of the series before the first target of each segment, as the columns of X show them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import ColumnMatch, row_numbers
from ._lag_structure import FloatArray, LinearColumn

__all__ = ["Presample"]


class Presample:
    """The `span` values before the first target of each segment, as far as columns show them.

    `values` has shape (n_segments, span), the oldest value first; `known` says which entries a column showed.
    """

    def __init__(self, segments: NDArray[np.intp], span: int) -> None:
        self.segments = segments
        self.span = span
        self.values = np.zeros((len(segments) - 1, span))
        self.known = np.zeros((len(segments) - 1, span), dtype=bool)
        self.precision = np.zeros((len(segments) - 1, span))  # of the known values, in units of y

    def show(self, x: NDArray[np.floating], match: ColumnMatch) -> bool:
        """Read the values that the first rows of a lag column show; False if some contradict known ones."""
        lag, starts, ends = match.lag, self.segments[:-1, None], self.segments[1:, None]
        rows = starts + np.arange(lag)[None, :]
        shown = rows < ends
        values = (x[np.minimum(rows, len(x) - 1)].astype(np.float64) - match.intercept) / match.slope
        target = slice(self.span - lag, self.span)
        known, old = self.known[:, target], self.values[:, target]
        precision = match.tolerance / abs(match.slope)
        off = np.abs(values - old) > precision + self.precision[:, target]
        consistent = not np.any(shown & known & off)
        # values read through a scaled or rounded column give way to the exact ones of an equal column
        better = shown & (~known | (~off & (precision < self.precision[:, target])))
        self.values[:, target] = np.where(better, values, old)
        self.precision[:, target] = np.where(better, precision, self.precision[:, target])
        self.known[:, target] |= shown
        return consistent

    def series(self, y: FloatArray) -> tuple[FloatArray, ...]:
        """Per segment the values before the first target and the targets."""
        return tuple(
            np.concatenate([values, y[start:stop]])
            for values, start, stop in zip(self.values, self.segments[:-1], self.segments[1:], strict=True)
        )

    def hidden(self) -> int:
        """Number of values that nothing shows because a segment is shorter than the largest lag."""
        short = np.diff(self.segments) < self.span
        return int(np.count_nonzero(~self.known[short]))

    def interpolate(self, y: FloatArray) -> None:
        """Give values not shown by any lag column those of a line between their neighbours."""
        for g in np.flatnonzero(~self.known.all(axis=1)):
            start, stop = self.segments[g : g + 2]
            known = np.concatenate([self.known[g], np.ones(stop - start, dtype=np.bool_)])
            values = np.concatenate([self.values[g], y[start:stop]])
            places = np.arange(len(values), dtype=np.float64)
            self.values[g] = np.interp(places, places[known], values[known])[: self.span]

    def compare(
        self, x: NDArray[np.floating], y: NDArray[np.floating], lag: int, tolerance: float = 0.0
    ) -> tuple[int, int]:
        """How many rows can be compared with the targets and known earlier values, and how many differ.

        Reaches further back than y alone: a lag of n or more shows itself in the column of a smaller lag.
        """
        within = row_numbers(self.segments)
        segment = np.repeat(np.arange(len(self.segments) - 1), np.diff(self.segments))
        rows = np.flatnonzero(within >= lag - self.span)
        place = self.span + within[rows] - lag
        early = place < self.span
        expected = np.empty(len(rows))
        expected[~early] = y[rows[~early] - lag]
        usable = np.ones(len(rows), dtype=bool)
        if self.span:
            usable[early] = self.known[segment[rows[early]], place[early]]
            expected[early] = self.values[segment[rows[early]], place[early]]
        differing = np.abs(x[rows[usable]] - expected[usable]) > tolerance
        return int(usable.sum()), int(differing.sum())

    def solve(self, columns: FloatArray, y: FloatArray, linear: Sequence[LinearColumn]) -> list[int]:
        """Find what only linear columns show; returns columns whose first rows cannot be met.

        The interpolated values are moved as little as possible so that the first rows of the linear columns
        come out right. They stay where this is impossible or leads far outside the range of y.
        """
        if not linear:
            return []
        low, high = float(y.min()), float(y.max())
        room = 3.0 * (high - low)
        spreads = {entry.column: float(np.ptp(columns[entry.column])) for entry in linear}
        failed: set[int] = set()
        for g, (start, stop) in enumerate(zip(self.segments[:-1], self.segments[1:], strict=True)):
            values = np.concatenate([self.values[g], y[start:stop]])
            design, gap, owner = self._first_rows(columns, values, int(start), int(stop), linear, spreads)
            unknown = np.flatnonzero(~self.known[g])
            if len(unknown):
                step, *_ = np.linalg.lstsq(design[:, unknown], gap, rcond=1e-10)
                left = gap - design[:, unknown] @ step
                solved = values[unknown] + step
                inside = np.all((solved >= low - room) & (solved <= high + room))
                if inside and np.max(np.abs(left)) <= 1e-5:
                    self.values[g, unknown] = solved
                    continue
            failed.update(owner[np.abs(gap) > 1e-5].tolist())
        return sorted(failed)

    def _first_rows(
        self,
        columns: FloatArray,
        values: FloatArray,
        start: int,
        stop: int,
        linear: Sequence[LinearColumn],
        spreads: dict[int, float],
    ) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
        """Rows that reach before the first target, in units of the columns' spreads: weights, gap, column."""
        weights, gaps, owners = [], [], []
        for entry in linear:
            for t in range(min(entry.span, stop - start)):
                row = np.zeros(len(values))
                row[self.span + t - entry.span : self.span + t] = entry.weights[::-1]
                gap = columns[entry.column, start + t] - entry.intercept - row @ values
                weights.append(row[: self.span] / spreads[entry.column])
                gaps.append(gap / spreads[entry.column])
                owners.append(entry.column)
        return np.array(weights).reshape(-1, self.span), np.array(gaps), np.array(owners, dtype=np.intp)
