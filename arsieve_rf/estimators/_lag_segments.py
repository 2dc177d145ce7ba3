"""Runs of consecutive rows: seams that explain where lag columns differ from y."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

__all__ = ["ColumnMatch", "Runs", "agree_on_seams", "row_numbers"]

_RARE = 1e-3  # probability below which ties are not believed to be chance
_NO_ROWS = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class ColumnMatch:
    """A column that is ``intercept + slope * y[t - lag]`` in all rows ``t >= lag`` but `differing`."""

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


class Runs:
    """Series one after another, known before anything is looked for.

    Lags are compared inside a series only: row t has a lag if it is at least the lag's number of rows away
    from the first row of its series, ``within[t] >= lag``.
    """

    def __init__(self, bounds: NDArray[np.intp]) -> None:
        self.bounds = bounds
        self.within = row_numbers(bounds)

    def compared(self, lag: int) -> int:
        """Number of rows that have the lag."""
        return int(np.maximum(np.diff(self.bounds) - lag, 0).sum())

    def inside(self, rows: NDArray[np.intp], lag: int) -> NDArray[np.intp]:
        """Those of the rows that have the lag."""
        return rows if len(self.bounds) == 2 else rows[self.within[rows] >= lag]

    def mismatches(self, x: NDArray[np.floating], y: NDArray[np.floating], lag: int) -> NDArray[np.intp]:
        """Rows that have the lag and at which ``x[t] != y[t - lag]``."""
        if lag >= len(y):
            return _NO_ROWS
        return self.inside(np.flatnonzero(x[lag:] != y[: len(y) - lag]) + lag, lag)


def _cover(matches: Sequence[ColumnMatch], n: int, limit: float) -> NDArray[np.intp]:
    """First rows of new segments, as few as possible: a seam at r excuses rows r to r + lag - 1.

    Which lag differs first says nothing, because values may tie: the lags are looked at together.
    """
    shortest = np.full(n, n, dtype=np.intp)
    for match in matches:
        shortest[match.differing] = np.minimum(shortest[match.differing], match.lag)
    rows = np.flatnonzero(shortest < n)
    seams: list[int] = []
    for row, earliest in zip(rows.tolist(), (rows - shortest[rows] + 1).tolist(), strict=True):
        if not seams or seams[-1] < earliest:
            seams.append(row)
            if len(seams) > limit:
                break
    return np.array(seams, dtype=np.intp)


def _cells(match: ColumnMatch, seams: NDArray[np.intp], runs: Runs) -> int:
    """Number of compared rows that the seams excuse."""
    stops = np.minimum(seams + match.lag, np.append(seams[1:], len(runs.within)))
    compared = np.concatenate([[0], np.cumsum(runs.within >= match.lag)])
    return int(np.sum(compared[stops] - compared[seams]))


def _worst(matches: Sequence[ColumnMatch], seams: NDArray[np.intp], runs: Runs) -> ColumnMatch:
    """The match that differs at most seams which fewer than half of the columns share."""
    differs = np.array([np.isin(seams, m.differing) for m in matches])
    compared = np.array([runs.within[seams] >= m.lag for m in matches])
    lonely = differs.sum(axis=0) < 0.5 * np.maximum(compared.sum(axis=0), 1)
    burden = [
        (int(np.sum(differs[i] & lonely)), 1 - len(m.differing) / max(_cells(m, seams, runs), 1), m.lag)
        if len(m.differing)
        else (-1, 0.0, 0)
        for i, m in enumerate(matches)
    ]
    return matches[max(range(len(matches)), key=burden.__getitem__)]


def _ties_explain(
    matches: Sequence[ColumnMatch], seams: NDArray[np.intp], runs: Runs, same_value: float
) -> bool:
    """Whether chance ties may be all that keeps rows after the seams from differing.

    A value before a segment shows in the column of every lag that reaches it, and takes the place of the same
    value of the series before: if these two tie, no column differs there, otherwise all of them.
    """
    bounds = np.union1d(runs.bounds, seams)
    within = row_numbers(bounds)
    segment = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))

    def places(rows: NDArray[np.intp], lag: int) -> NDArray[np.intp]:
        return segment[rows] * len(within) + rows - lag

    compared = [places(np.flatnonzero((within < m.lag) & (runs.within >= m.lag)), m.lag) for m in matches]
    differing = np.concatenate([places(m.differing, m.lag) for m in matches])
    values, n_columns = np.unique(np.concatenate(compared), return_counts=True)
    differs = np.isin(values, differing)
    if len(differing) < n_columns[differs].sum():
        return False
    return bool(bdtr(np.count_nonzero(differs), len(values), 1.0 - same_value) >= _RARE)


def agree_on_seams(
    matches: Sequence[ColumnMatch], runs: Runs, same_value: float
) -> tuple[list[ColumnMatch], NDArray[np.intp]]:
    """The matches that one set of seams explains, and these seams.

    Between two series every lag column differs in all of its `lag` rows after the seam, but for ties
    (probability `same_value`), after which few rows may be left to differ. Mismatches that the other columns
    do not share are therefore no seam: their column is dropped. One column alone of lag 1 could explain
    anything by seams, so it may have few only.
    The bounds of known runs are not among the seams.
    """
    n = len(runs.within)
    kept = sorted(matches, key=lambda m: (m.lag, m.column))
    while kept:
        while kept and 2 * len(kept[0].differing) > n:
            kept = kept[1:]  # the smallest lag must show the runs
        believed = len({m.lag for m in kept}) > 1 or all(m.trusted for m in kept)
        limit = n / 3 if believed else n / 8
        seams = _cover(kept, n, limit)
        cells = np.array([_cells(m, seams, runs) for m in kept], dtype=np.float64)
        expected = (1.0 - same_value) * cells
        differing = np.array([len(m.differing) for m in kept])
        telling = expected >= 4.0
        runs_on = telling & (differing == 0) & (same_value**cells < _RARE)
        if np.any(runs_on):  # over the alleged seams
            kept = [m for m in kept if not len(m.differing)]
            continue
        agreed = np.all(differing[telling] >= 0.4 * expected[telling])
        agreed = agreed and differing.sum() >= 0.6 * expected.sum()
        if len(seams) <= limit and (agreed or _ties_explain(kept, seams, runs, same_value)):
            return kept, seams
        worst = _worst(kept, seams, runs)
        kept = [m for m in kept if m is not worst]
    return [], np.empty(0, dtype=np.intp)


def row_numbers(segments: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each row its number within its segment, from 0."""
    lengths = np.diff(segments)
    return np.arange(segments[-1], dtype=np.intp) - np.repeat(segments[:-1], lengths)
