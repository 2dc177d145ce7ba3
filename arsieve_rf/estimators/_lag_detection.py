"""Which columns of X are lags of y: the evidence, in order.

Names give hypotheses; equality with y some rows earlier decides; what equality leaves is tried as a linear
function of lags; rows that differ only just after a seam make segments (stacked series, gaps).
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._lag_equality import ChanceModel, Hit, SeriesIndex, as_float32, is_float32, mismatches
from ._lag_names import NamedLag, named_lags
from ._lag_segments import ColumnMatch, Presample, agree_on_seams
from ._lag_structure import LagStructure, LinearColumn

__all__ = ["detect_lags"]


def detect_lags(
    X: NDArray[np.floating],
    y: NDArray[np.floating],
    feature_names: Sequence[object] | None = None,
    lags: Literal["auto"] | Sequence[int | None] = "auto",
) -> LagStructure:
    """Find which columns of X are lags of y, or check what the user says about them.

    Parameters
    ----------
    X : ndarray of float64 or float32, shape (n, p)
        Features, before any cast to float32; any memory layout, not changed.
    y : ndarray of float64 or float32, shape (n,)
        Targets, in the order of time within each series.
    feature_names : sequence of str, optional
        One name a column. ``lag_1``, ``lag1``, ``y_lag_1`` and ``lag_1__y`` are read as lags.
    lags : "auto" or sequence of (int or None)
        "auto" looks for lags; a sequence says for each column its lag, at least 1, or None for a column that
        is no lag. What is said is verified.

    Returns
    -------
    LagStructure

    Raises
    ------
    TypeError
        If an entry of `lags` is no integer.
    ValueError
        If `lags` is of another length or has entries below 1; if the data contradict `lags`; if the rows are
        those of several series interleaved by time.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([3.1, -0.4, 1.7, 2.2, -1.9, 0.6, 4.2, 0.3])
    >>> holiday = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    >>> detect_lags(np.column_stack([holiday, y[:-2], y[1:-1]]), y[2:]).lags_
    (None, 2, 1)
    """
    search = _Search(np.asarray(X), np.asarray(y), feature_names)
    if isinstance(lags, str):
        if lags != "auto":
            raise ValueError(f"lags must be 'auto' or one entry per column of X, got {lags!r}.")
        search.find()
    else:
        search.verify(_checked_lags(lags, search.n_columns))
    return search.structure()


def _checked_lags(lags: Any, n_columns: int) -> list[int | None]:
    """The user's lags as plain integers."""
    try:
        entries = list(lags)
    except TypeError:
        raise TypeError(f"lags must be 'auto' or one entry per column of X, got {lags!r}.") from None
    if len(entries) != n_columns:
        raise ValueError(
            f"lags has {len(entries)} entries, but X has {n_columns} columns; one each is needed."
        )
    checked: list[int | None] = []
    for column, entry in enumerate(entries):
        if entry is None:
            checked.append(None)
        elif isinstance(entry, bool) or not isinstance(entry, numbers.Integral):
            raise TypeError(f"lags[{column}] must be an integer of at least 1 or None, got {entry!r}.")
        elif entry < 1:
            raise ValueError(f"lags[{column}] must be at least 1 (or None for a fixed column), got {entry}.")
        else:
            checked.append(int(entry))
    return checked


class _Search:
    """The state of one search: data in convenient layouts, matches so far, messages."""

    def __init__(
        self, X: NDArray[np.floating], y: NDArray[np.floating], names: Sequence[object] | None
    ) -> None:
        self.n, self.n_columns = X.shape
        if names is not None and len(names) != self.n_columns:
            raise ValueError(f"feature_names has {len(names)} names, but X has {self.n_columns} columns.")
        self.names = names
        self.columns = np.ascontiguousarray(X.T)  # a row a feature: all work here goes along columns of X
        self.y = np.ascontiguousarray(y, dtype=np.float64)
        self.claims: dict[int, NamedLag] = named_lags(names, self.n_columns)
        self.chance = ChanceModel(self.y, self.n_columns)
        self.matches: dict[int, ColumnMatch] = {}
        self.linear: list[LinearColumn] = []
        self.seams = np.empty(0, dtype=np.intp)
        self.warnings: list[str] = []
        self._y_passed_float32 = is_float32(np.asarray(y))
        self._y32 = as_float32(self.y)

    # -- what is said about a column --

    def label(self, column: int) -> str:
        """The column as the user knows it."""
        return repr(self.names[column]) if self.names is not None else f"column {column}"

    def labels(self, columns: Sequence[int]) -> str:
        """Several columns, at most six by name."""
        shown = ", ".join(self.label(c) for c in list(columns)[:6])
        return shown + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")

    # -- comparison --

    def open_columns(self) -> NDArray[np.intp]:
        """Columns that vary, have only finite values, and are not explained yet."""
        open_ = np.array([c for c in range(self.n_columns) if c not in self.matches], dtype=np.intp)
        if not len(open_):
            return open_
        values = self.columns[open_]
        low, high = values.min(axis=1), values.max(axis=1)
        return open_[(low < high) & np.isfinite(low) & np.isfinite(high)]

    def differing(self, column: int, lag: int) -> NDArray[np.intp]:
        """Rows at which a column is not the lag, compared in float32 where the data passed through it."""
        x = self.columns[column]
        rows = mismatches(x, self.y, lag)
        if len(rows) and self._y32 is not None and self._is_rounded(column):
            rows32 = mismatches(x.astype(np.float32), self._y32, lag)
            rows = rows32 if len(rows32) < len(rows) else rows
        return rows

    def _is_rounded(self, column: int) -> bool:
        """Whether equality must be judged in float32, because X or y went through it and the other did not."""
        if self._y32 is None:
            return False
        return self._y_passed_float32 or is_float32(self.columns[column])

    def _searches(self) -> list[tuple[SeriesIndex, NDArray[np.floating], NDArray[np.intp]]]:
        """What is searched: in float64 all open columns, then in float32 those that passed through it."""
        open_ = self.open_columns()
        searches = [(SeriesIndex(self.y), self.columns, open_)]
        if self._y32 is not None and not np.array_equal(self._y32, self.y):
            rounded = [c for c in open_ if self._is_rounded(c)]
        elif self._y_passed_float32:
            rounded = [c for c in open_ if not is_float32(self.columns[c])]
        else:
            rounded = []
        if rounded and self._y32 is not None:
            with np.errstate(over="ignore", under="ignore"):
                columns32 = self.columns.astype(np.float32)
            searches.append((SeriesIndex(self._y32), columns32, np.array(rounded, dtype=np.intp)))
        return searches

    # -- the search --

    def find(self) -> None:
        """Fill `matches`, `seams` and `linear` from the data and the names."""
        if self.n < 2 or self.n_columns == 0:
            return
        self._take_names()
        if np.all(self.y == self.y[0]):
            self._constant_series()
            return
        if self.n >= 4:
            self._search_equality()
        self._refuse_interleaved()

    def _take_names(self) -> None:
        """Accept the lags that names claim where all rows agree."""
        for column, claim in self.claims.items():
            if claim.lag < self.n and not len(self.differing(column, claim.lag)):
                self.matches[column] = ColumnMatch(column, claim.lag, trusted=True)

    def _constant_series(self) -> None:
        """A constant y equals every lag of itself; without names nothing says which."""
        same = [
            c
            for c in range(self.n_columns)
            if c not in self.matches and self.n >= 3 and self.columns[c, -1] == self.y[0]
        ]
        if same:
            self.warnings.append(
                f"y is constant, so nothing in the data says which lag {self.labels(same)} may be; treated as "
                "fixed. Pass lags= to say it."
            )

    def _search_equality(self) -> None:
        """Look for columns equal to y some rows earlier, in all rows or up to seams."""
        leaked: list[int] = []
        partial: list[ColumnMatch] = []
        for index, columns, candidates in self._searches():
            candidates = np.array([c for c in candidates if c not in self.matches], dtype=np.intp)
            exact = index.exact(columns, candidates)
            for column, lags in exact.items():
                later = [k for k in lags if k >= 1]
                if later and self.chance.is_convincing(later[0], self.n - later[0]):
                    self.matches[column] = ColumnMatch(column, later[0])
                elif lags[0] == 0 and self.chance.is_convincing(1, self.n):
                    leaked.append(column)
            rest = np.array(
                [c for c in candidates if c not in self.matches and c not in leaked], dtype=np.intp
            )
            for column, hit in index.partial(columns, rest).items():
                match = self._partial_match(column, hit)
                if match is not None:
                    partial.append(match)
        self._settle_seams(partial)
        if leaked:
            self.warnings.append(
                f"{self.labels(leaked)} of X equals the target y itself in every row, not an earlier value of "
                "it; treated as fixed. It will not be known when forecasting."
            )

    def _partial_match(self, column: int, hit: Hit) -> ColumnMatch | None:
        """A match up to seams, at the named lag if that fits as well as the found one."""
        claim = self.claims.get(column)
        if claim is not None and claim.lag < self.n:
            rows = self.differing(column, claim.lag)
            if len(rows) * (self.n - hit.lag) <= len(hit.differing) * (self.n - claim.lag):
                return ColumnMatch(column, claim.lag, rows, trusted=True)
        compared = self.n - hit.lag
        if len(hit.differing) <= compared / 2 and self.chance.is_convincing(
            hit.lag, compared, len(hit.differing)
        ):
            return ColumnMatch(column, hit.lag, hit.differing)
        return None

    def _settle_seams(self, partial: list[ColumnMatch]) -> None:
        """Keep the partial matches that one set of seams explains together with the full ones."""
        if not partial:
            return
        kept, seams = agree_on_seams([*self.matches.values(), *partial], self.n, self.chance.same_value)
        self.seams = seams
        self.matches = {match.column: match for match in kept}

    def _refuse_interleaved(self) -> None:
        """Names 1, 2 for what the data show to be 2, 4: rows sorted by time before series."""
        pairs = [(self.claims[c].lag, m.lag) for c, m in sorted(self.matches.items()) if c in self.claims]
        contradicted = [
            c for c, m in self.matches.items() if c in self.claims and m.lag != self.claims[c].lag
        ]
        if not contradicted:
            return
        ratios = {found / named for named, found in pairs}
        if len({named for named, _ in pairs}) >= 2 and len(ratios) == 1 and ratios.pop().is_integer():
            named, found = pairs[0]
            raise ValueError(
                f"X seems to hold {found // named} series interleaved by time: {self.labels(contradicted)} are "
                f"named as lags {sorted({a for a, _ in pairs})}, but equal y {sorted({b for _, b in pairs})} rows "
                "earlier. Sort the rows by series, then by time; or, if the rows are one series, pass lags= with "
                "the lag of each column in rows."
            )
        shown = ", ".join(
            f"{self.label(c)} equals y {self.matches[c].lag} rows earlier" for c in sorted(contradicted)[:4]
        )
        self.warnings.append(
            f"The names of some columns say another lag than the data: {shown}. The data are believed "
            "(a model for a later step ahead looks like this, and so do series interleaved by time, whose rows "
            "should be sorted by series first). Pass lags= to state the lags in rows."
        )

    # -- what the user says --

    def verify(self, lags: list[int | None]) -> None:
        """Take the user's lags if the data agree."""
        said = {column: lag for column, lag in enumerate(lags) if lag is not None}
        matches = [
            ColumnMatch(column, lag, self.differing(column, lag), trusted=True)
            for column, lag in said.items()
        ]
        kept, self.seams = agree_on_seams(matches, self.n, self.chance.same_value)
        if len(kept) < len(matches):
            self._contradict(next(m for m in matches if m not in kept))
        self.matches = {match.column: match for match in kept}

    def _contradict(self, match: ColumnMatch) -> None:
        """Say where the data are not what `lags` says."""
        t = int(match.differing[0])
        raise ValueError(
            f"lags[{match.column}]={match.lag} says that {self.label(match.column)} holds y {match.lag} row(s) "
            f"earlier, but {len(match.differing)} of {max(self.n - match.lag, 0)} rows differ: at row {t}, "
            f"X[{t}, {match.column}] = {self.columns[match.column, t]:.6g} where y[{t - match.lag}] = "
            f"{self.y[t - match.lag]:.6g} is expected. Rows must be in the order of time, series after series; "
            f"give None for a column that is no lag."
        )

    # -- the result --

    def structure(self) -> LagStructure:
        """Segments, presample and series that follow from the matches."""
        segments = np.concatenate([[0], self.seams[self.seams > 0], [self.n]]).astype(np.intp)
        matches = sorted(self.matches.values(), key=lambda m: (-m.lag, not m.is_equality, m.column))
        max_lag = max([m.lag for m in matches], default=0)
        presample = Presample(segments, max_lag)
        clashing = [m.column for m in matches if not presample.show(self.columns[m.column], m)]
        if clashing:
            self.warnings.append(
                f"The first rows of {self.labels(sorted(clashing))} contradict the columns of larger lags about "
                "the values before the first target (filled in where they were unknown?); those of the larger "
                "lags are used. Drop the rows whose lags are not all observed to avoid this."
            )
        series, interpolated = presample.series(self.y)
        if interpolated and max_lag:
            self.warnings.append(
                f"{interpolated} values before the first target are shown by no column, because a series has "
                f"fewer rows than the largest lag, {max_lag}; they are interpolated."
            )
        lags: list[int | None] = [None] * self.n_columns
        for match in matches:
            lags[match.column] = match.lag
        return LagStructure(
            lags=tuple(lags),
            linear=tuple(self.linear),
            segments=segments,
            max_lag=max_lag,
            series=series,
            warnings=tuple(self.warnings),
        )
