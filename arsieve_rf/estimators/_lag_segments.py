"""Runs of consecutive rows, and the values of the series before the first target of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["ColumnMatch", "Presample", "agree_on_seams", "row_numbers"]

FloatArray = NDArray[np.float64]
_NO_ROWS = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class ColumnMatch:
    """A column that is ``intercept + slope * y[t - lag]`` in all rows ``t >= lag`` but the `differing` ones."""

    column: int
    lag: int
    differing: NDArray[np.intp] = field(default_factory=lambda: _NO_ROWS)
    intercept: float = 0.0
    slope: float = 1.0
    trusted: bool = False  # a name or the user says so
    tolerance: float = 0.0  # by which rebuilt values of the column may differ

    @property
    def is_equality(self) -> bool:
        """Whether the column is the lag itself."""
        return self.intercept == 0.0 and self.slope == 1.0


def _cover(matches: Sequence[ColumnMatch]) -> NDArray[np.intp]:
    """First rows of new segments, as few as needed: a seam at r excuses rows r to r + lag - 1."""
    seams: list[int] = []
    for match in sorted(matches, key=lambda m: m.lag):
        rows = match.differing
        if seams and len(rows):
            known = np.sort(np.array(seams, dtype=np.intp))
            before = np.searchsorted(known, rows, side="right") - 1
            rows = rows[(before < 0) | (rows >= known[before] + match.lag)]
        while len(rows):
            seams.append(int(rows[0]))
            rows = rows[np.searchsorted(rows, rows[0] + match.lag) :]
    return np.unique(np.array(seams, dtype=np.intp))


def _agreement(matches: Sequence[ColumnMatch], seams: NDArray[np.intp], n: int) -> float:
    """Share of rows after seams, all columns together, that do differ as they would between two series."""
    cells = differing = 0
    for match in matches:
        stops = np.minimum(seams + match.lag, np.append(seams[1:], n))
        cells += int(np.sum(np.maximum(stops - np.maximum(seams, match.lag), 0)))
        differing += len(match.differing)
    return differing / cells if cells else 1.0


def agree_on_seams(
    matches: Sequence[ColumnMatch], n: int, same_value: float
) -> tuple[list[ColumnMatch], NDArray[np.intp]]:
    """The matches that one set of seams explains, and these seams.

    Between two series every lag column differs in all of its `lag` rows after the seam, but for ties
    (probability `same_value`). Mismatches that the other columns do not share are therefore no seam: their
    column is dropped. One column alone of lag 1 could explain anything by seams, so it may have few only.
    """
    kept = list(matches)
    while kept:
        seams = _cover(kept)
        believed = len({m.lag for m in kept}) > 1 or all(m.trusted for m in kept)
        few = len(seams) <= (n / 3 if believed else n / 8)
        if few and _agreement(kept, seams, n) >= 0.6 * (1.0 - same_value):
            return kept, seams
        partial = [m for m in kept if len(m.differing)]
        if not few and len(partial) == len(kept):
            # Too many seams: the column that asks for most of them goes first.
            worst = max(partial, key=lambda m: len(_cover([m])))
        else:
            worst = max(partial, key=lambda m: _agreement_without(kept, m, n))
        kept = [m for m in kept if m is not worst]
    return [], _NO_ROWS


def _agreement_without(matches: Sequence[ColumnMatch], left_out: ColumnMatch, n: int) -> float:
    rest = [m for m in matches if m is not left_out]
    return _agreement(rest, _cover(rest), n)


def row_numbers(segments: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each row its number within its segment, from 0."""
    lengths = np.diff(segments)
    return np.arange(segments[-1], dtype=np.intp) - np.repeat(segments[:-1], lengths)


class Presample:
    """The `span` values before the first target of each segment, as far as columns show them.

    `values` has shape (n_segments, span), the oldest value first; `known` says which entries a column showed.
    """

    def __init__(self, segments: NDArray[np.intp], span: int) -> None:
        self.segments = segments
        self.span = span
        self.values = np.zeros((len(segments) - 1, span))
        self.known = np.zeros((len(segments) - 1, span), dtype=bool)

    def show(self, x: NDArray[np.floating], match: ColumnMatch) -> bool:
        """Read the values that the first rows of a lag column show; False if some contradict known ones."""
        lag, starts, ends = match.lag, self.segments[:-1, None], self.segments[1:, None]
        rows = starts + np.arange(lag)[None, :]
        shown = rows < ends
        values = (x[np.minimum(rows, len(x) - 1)].astype(np.float64) - match.intercept) / match.slope
        target = slice(self.span - lag, self.span)
        known, old = self.known[:, target], self.values[:, target]
        off = np.abs(match.slope * (values - old)) > match.tolerance
        consistent = not np.any(shown & known & off)
        self.values[:, target] = np.where(shown & ~known, values, old)
        self.known[:, target] |= shown
        return consistent

    def series(self, y: FloatArray) -> tuple[tuple[FloatArray, ...], int]:
        """Per segment the values before and the targets; and how many values had to be interpolated."""
        pieces: list[FloatArray] = []
        for g, (start, stop) in enumerate(zip(self.segments[:-1], self.segments[1:], strict=True)):
            piece = np.concatenate([self.values[g], y[start:stop]])
            known = np.concatenate([self.known[g], np.ones(stop - start, dtype=bool)])
            if not known.all():
                places = np.arange(len(piece), dtype=np.float64)
                piece[~known] = np.interp(places[~known], places[known], piece[known])
            pieces.append(piece)
        return tuple(pieces), int(np.count_nonzero(~self.known))

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
