"""Search for columns that equal y some rows earlier, exactly or but for the rows after a seam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import Runs

__all__ = ["MAX_CHANCE", "ChanceModel", "SeriesIndex", "as_float32", "is_float32"]

MAX_CHANCE = 1e-4  # a lag is believed if unrelated values would agree less often than this
_VOTERS = 64
_MAX_HITS = 20_000  # votes counted for a column; with more, ties are so many that only near lags are tried
_NEAR = 400


def is_float32(values: NDArray[np.floating]) -> bool:
    """Whether values passed through float32: all are float32 numbers, not merely short or whole ones."""
    if values.dtype == np.float32:
        return True
    with np.errstate(over="ignore", under="ignore"):
        for part in (values[:32], values):
            if not np.array_equal(part, part.astype(np.float32)):
                return False
    mantissas = np.frexp(values)[0] * 2.0**16
    return bool(np.any(mantissas != np.rint(mantissas)) and np.any(values != np.rint(values)))


def as_float32(values: NDArray[np.floating]) -> NDArray[np.float32] | None:
    """`values` rounded to float32; None where this overflows or where values fall together."""
    with np.errstate(over="ignore", under="ignore"):
        rounded = values.astype(np.float32)
    if not np.all(np.isfinite(rounded)) or np.any((rounded == 0) != (values == 0)):
        return None
    return rounded


class ChanceModel:
    """How probable it is that a column which has nothing to do with y agrees with a lag of it.

    Both are taken for chains that stay where they are or, with probability r, draw a value anew; two draws
    agree with probability s, and rows with (1 - r)^2 + (1 - (1 - r)^2) s. The share of rows where y changes
    estimates r (1 - s). A step function hence carries next to no evidence however long it is, and three
    full-precision numbers carry plenty. From one known series to the next y does not change, it only begins.
    """

    def __init__(self, y: NDArray[np.float64], n_columns: int, runs: Runs | None = None) -> None:
        jumps = y[1:] != y[:-1]
        if runs is not None:
            jumps &= runs.within[1:] > 0
        self._jumps = np.concatenate([[0], np.cumsum(jumps)])
        self.same_value = _same_value_probability(y)
        self._n_columns = n_columns

    def log_probability(self, lag: int, rows: int, differing: int = 0) -> float:
        """Log of the expected number of chance agreements at lags up to `lag`, in any column.

        `rows` rows were compared, from the start of y, and `differing` of them differed.
        """
        if rows < 1:
            return 0.0
        jumps = float(self._jumps[min(rows, len(self._jumps)) - 1])
        redrawn = min(1.0, jumps / max(rows - 1, 1) / max(1.0 - self.same_value, 1e-12))
        stay = (1.0 - redrawn) ** 2
        agree = stay + (1.0 - stay) * self.same_value
        choices = differing * (1.0 + np.log(rows / differing)) if differing else 0.0
        return float((rows - differing) * np.log(agree) + choices + np.log(max(lag, 1) * self._n_columns))

    def is_convincing(self, lag: int, rows: int, differing: int = 0) -> bool:
        """Whether chance is ruled out."""
        return rows >= 3 and self.log_probability(lag, rows, differing) < np.log(MAX_CHANCE)


def _same_value_probability(y: NDArray[np.float64]) -> float:
    """Probability that two values agree, from the ties in y and the number of digits it is written with."""
    n = len(y)
    if n < 2:
        return 1.0
    counts = np.diff(np.flatnonzero(np.concatenate([[True], np.diff(np.sort(y)) != 0, [True]])))
    ties = float(np.sum(counts * (counts - 1.0)) / (n * (n - 1.0)))
    largest = float(np.max(np.abs(y)))
    if not 1e-200 < largest < 1e200:
        return max(ties, 1e-8)
    spread = float(np.ptp(y / largest))
    magnitude = int(np.floor(np.log10(largest)))
    head = y[:200]  # enough to see that values have more digits
    for digits in range(7):
        decimals = digits - magnitude
        if np.array_equal(np.round(head, decimals), head):
            return max(ties, 1.0 / (1.0 + spread * largest * 10.0**decimals))
    return max(ties, 1e-8)


@dataclass(frozen=True)
class Hit:
    """A lag at which a column agrees with y, and the rows where it does not."""

    lag: int
    differing: NDArray[np.intp]


class SeriesIndex:
    """The values of y in order, to find where those of a column occur."""

    def __init__(self, y: NDArray[np.floating], runs: Runs) -> None:
        self.y = y
        self._runs = runs
        self._order = np.argsort(y, kind="stable")
        self._sorted = y[self._order]

    def _bounds(self, values: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """First and one past the last place of each value in the sorted y."""
        return np.searchsorted(self._sorted, values, "left"), np.searchsorted(self._sorted, values, "right")

    def exact(self, columns: NDArray[np.floating], candidates: NDArray[np.intp]) -> dict[int, list[int]]:
        """For `candidates` that match y at some lag in all rows: the smallest one >= 1, and 0 if that is one.

        Every lag is compared at the last row of the longest series, so a column whose value there does not
        occur in y is none.
        """
        found: dict[int, list[int]] = {}
        anchor = int(np.argmax(self._runs.within))
        low, high = self._bounds(columns[candidates, anchor])
        for column, first, last in zip(candidates, low, high, strict=True):
            if first == last:
                continue
            lags = anchor - self._order[first:last][::-1]  # ties are in order, so lags ascend
            lags = lags[(lags >= 0) & (lags <= self._runs.within[anchor])]
            if len(lags) > 2:
                lags = self._filter(columns[column], lags)
            exact: list[int] = []
            for k in map(int, lags[:40]):
                if not len(self._runs.mismatches(columns[column], self.y, k)):
                    exact.append(k)
                    if k >= 1:
                        break
            if exact:
                found[int(column)] = exact
        return found

    def _filter(self, x: NDArray[np.floating], lags: NDArray[np.intp]) -> NDArray[np.intp]:
        """Lags that agree at rows where x changes, which tell more than those where it stays."""
        rows = np.flatnonzero(x[1:] != x[:-1]) + 1
        rows = rows[:: max(1, len(rows) // 512)][::-1]
        begin, size = 0, 8
        while begin < len(rows) and len(lags) > 2:
            block = rows[begin : begin + size]
            source = block[None, :] - lags[:, None]
            unseen = self._runs.within[block][None, :] < lags[:, None]
            lags = lags[np.all(unseen | (self.y[source] == x[block]), axis=1)]
            begin, size = begin + size, 2 * size
        return lags

    def partial(self, columns: NDArray[np.floating], candidates: NDArray[np.intp]) -> dict[int, Hit]:
        """For each of the `candidates` the lag that most of some spread-out rows vote for, if any does."""
        n = len(self.y)
        found: dict[int, Hit] = {}
        if not len(candidates) or n < 3:
            return found
        rows = np.unique(np.linspace(1, n - 1, min(n - 1, _VOTERS)).astype(np.intp))
        low, high = self._bounds(columns[np.ix_(candidates, rows)])
        hits = high - low
        for i, column in enumerate(candidates):
            if np.count_nonzero(hits[i]) < 0.1 * len(rows):
                continue
            x = columns[column]
            if hits[i].sum() > _MAX_HITS:
                votes = self._near_votes(x, rows)
            else:
                places = [self._order[a:b] for a, b in zip(low[i], high[i], strict=True)]
                voters = np.repeat(rows, hits[i])
                votes = voters - np.concatenate(places)
                votes = votes[votes <= self._runs.within[voters]]
            counts = np.bincount(votes[votes >= 1], minlength=2)
            best = [int(k) for k in np.argsort(-counts, kind="stable")[:3] if k >= 1]
            tried = [Hit(k, self._runs.mismatches(x, self.y, k)) for k in best]
            found[int(column)] = min(tried, key=self._share)
        return found

    def _share(self, hit: Hit) -> tuple[float, int]:
        """Share of the compared rows that differ; of equal ones the smaller lag is the better."""
        return len(hit.differing) / max(self._runs.compared(hit.lag), 1), hit.lag

    def _near_votes(self, x: NDArray[np.floating], rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Votes for lags up to `_NEAR` only, where ties give every row a vote for very many lags."""
        lags = np.arange(1, min(_NEAR, len(self.y) - 1) + 1)
        source = rows[:, None] - lags[None, :]
        seen = self._runs.within[rows][:, None] >= lags[None, :]
        agree = seen & (self.y[source] == x[rows][:, None])
        return lags[np.nonzero(agree)[1]]
