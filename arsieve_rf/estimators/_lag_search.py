"""The search for lag columns: names, equality, affine maps, seams, longer lags, linear columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from . import _lag_messages as say
from ._groups import Groups, sorted_rows
from ._lag_equality import ChanceModel, Hit, SeriesIndex, as_float32, is_float32
from ._lag_linear import (
    MAX_SPAN,
    WINDOW,
    affine_match,
    convincing_affine,
    likely_lags,
    linear_columns,
    runs_by_itself,
    scaled,
)
from ._lag_names import derived_window, named_lags
from ._lag_presample import Presample
from ._lag_segments import ColumnMatch, Runs, agree_on_seams
from ._lag_structure import FloatArray, LagStructure, LinearColumn
from ._lag_unexplained import Unexplained
from ._lag_wide import window_spans

__all__ = ["LagSearch"]

_LONGER = 24  # how far beyond the largest found lag further ones are looked for in short series


class LagSearch:
    """The state of one search: the data in convenient layouts, what was found so far, messages.

    Rows are sorted by group at the door; all row numbers are those of sorted rows.
    """

    def __init__(
        self,
        X: NDArray[np.floating],
        y: NDArray[np.floating],
        names: Sequence[object] | None,
        groups: Groups,
    ) -> None:
        self.n, self.n_columns = X.shape
        self.names = names
        self.order = groups.order
        self.runs = Runs(groups.bounds)
        # one row a feature: all work here goes along columns of X
        self.columns = np.ascontiguousarray(sorted_rows(X, self.order).T)
        self.y: FloatArray = np.ascontiguousarray(sorted_rows(y, self.order), dtype=np.float64)
        self.claims = named_lags(names, self.n_columns)
        self.chance = ChanceModel(self.y, self.n_columns, self.runs)
        self.matches: dict[int, ColumnMatch] = {}
        self.linear: list[LinearColumn] = []
        self.leaked: list[int] = []
        self.seams = np.empty(0, dtype=np.intp)
        self.warnings: list[str] = []
        self.hints: dict[int, int] = {}  # lags that fit in too few rows to be believed before seams are known
        self._kept_presample: tuple[int, Presample] | None = None
        self._y32 = as_float32(self.y)
        self._y_is_float32 = is_float32(self.y)

    def labels(self, columns: Iterable[int]) -> list[str]:
        """Columns as the user knows them."""
        return [f"column {c}" if self.names is None else repr(self.names[c]) for c in columns]

    # ---- the data ----

    def open_columns(self) -> list[int]:
        """Columns that vary and are not explained yet."""
        done = {*self.matches, *self.leaked, *(entry.column for entry in self.linear)}
        rest = [c for c in range(self.n_columns) if c not in done]
        if not rest:
            return rest
        values = self.columns if len(rest) == self.n_columns else self.columns[rest]
        low, high = values.min(axis=1), values.max(axis=1)
        varies = (low < high) & np.isfinite(low) & np.isfinite(high)
        return [c for c, varying in zip(rest, varies, strict=True) if varying]

    def through_float32(self, column: int) -> bool:
        """Whether a column or y is rounded to float32, so that only rounded values can agree."""
        return self._y32 is not None and (self._y_is_float32 or is_float32(self.columns[column]))

    def differing(self, column: int, lag: int) -> NDArray[np.intp]:
        """Rows at which a column is not the lag."""
        x = self.columns[column]
        rows = self.runs.mismatches(x, self.y, lag)
        if len(rows) and self._y32 is not None and self.through_float32(column):
            with np.errstate(over="ignore", under="ignore"):
                rounded = self.runs.mismatches(x.astype(np.float32), self._y32, lag)
            rows = rounded if len(rounded) < len(rows) else rows
        return rows

    def _match(self, column: int, lag: int, rows: NDArray[np.intp], trusted: bool) -> ColumnMatch:
        """A match by equality, with the tolerance of its precision."""
        tolerance = 0.0
        if self.through_float32(column):
            tolerance = 1e-6 * float(np.max(np.abs(self.columns[column])))
        return ColumnMatch(column, lag, rows, trusted=trusted, tolerance=tolerance)

    # ---- the steps ----

    def find(self) -> None:
        """Find `matches`, `linear` and `seams` in the data, helped by the names."""
        if self.n < 2 or self.n_columns == 0:
            return
        for column, claim in self.claims.items():
            if self.runs.compared(claim.lag) and not len(rows := self.differing(column, claim.lag)):
                self.matches[column] = self._match(column, claim.lag, rows, trusted=True)
        if np.all(self.y == self.y[0]):
            tails = self.columns[:, self.n // 2 :]
            same = [int(c) for c in np.flatnonzero(np.all(tails == self.y[0], axis=1))]
            same = [c for c in same if c not in self.matches]
            if same and self.n >= 3:
                self.warnings.append(say.constant_series(self.labels(same)))
        elif self.n >= 4:
            runs_on = runs_by_itself(scaled(self.y)[0], self.runs)
            self._search_equality(runs_on)
            if not runs_on:
                self._search_affine()
        self._search_longer()
        if self.n >= 8:
            self._search_linear()

    def _search_equality(self, runs_on: bool) -> None:
        """Columns equal to y some rows earlier, in all rows or up to seams.

        Where y runs on by itself, as a trend does, pieces of any ramp equal pieces of y: only columns that
        equal it over at least half of the rows count, and none up to seams.
        """
        fewest = self.n / 2 if runs_on else 0
        partial: dict[int, ColumnMatch] = {}
        open_ = self.open_columns()
        for index, columns, candidates in self._indexes(open_):
            rest = []
            exact = index.exact(columns, np.array(candidates, dtype=np.intp))
            for column in candidates:
                lags = [k for k in exact.get(column, []) if k >= 1 and self.runs.compared(k) >= fewest]
                if lags and self.chance.is_convincing(lags[0], self.runs.compared(lags[0])):
                    self.matches[column] = self._match(column, lags[0], _NO_ROWS, trusted=False)
                elif 0 in exact.get(column, []) and self.chance.is_convincing(1, self.n):
                    self.leaked.append(column)
                else:
                    rest.append(column)
            if runs_on:
                continue
            hits = index.partial(columns, np.array(rest, dtype=np.intp))
            for column in rest:
                match = self._partial_match(column, hits.get(column))
                if match is not None:
                    partial[column] = match
        partial = {c: m for c, m in partial.items() if c not in self.matches and c not in self.leaked}
        self._settle_seams(list(partial.values()))

    def _indexes(self, open_: list[int]) -> Iterable[tuple[SeriesIndex, NDArray[np.floating], list[int]]]:
        """What is searched: all open columns in float64; in float32 those for which this differs."""
        if not open_:
            return
        yield SeriesIndex(self.y, self.runs), self.columns, open_
        if self._y32 is None:
            return
        open_ = [c for c in open_ if c not in self.matches]
        if self._y_is_float32:
            rounded = [c for c in open_ if not is_float32(self.columns[c])]
        else:
            rounded = [c for c in open_ if is_float32(self.columns[c])]
        if rounded:
            with np.errstate(over="ignore", under="ignore"):
                yield SeriesIndex(self._y32, self.runs), self.columns.astype(np.float32), rounded

    def _partial_match(self, column: int, hit: Hit | None) -> ColumnMatch | None:
        """A match up to seams: at the named lag unless another one fits better."""
        compared = 0 if hit is None else self.runs.compared(hit.lag)
        share = 1.0 if hit is None or not compared else len(hit.differing) / compared
        claim = self.claims.get(column)
        if claim is not None and (rows_named := self.runs.compared(claim.lag)):
            rows = self.differing(column, claim.lag)
            if len(rows) <= share * rows_named:
                return self._match(column, claim.lag, rows, trusted=True)
        if hit is None:
            return None
        if share > 0.5:
            self.hints[column] = hit.lag
            return None
        if not self.chance.is_convincing(hit.lag, compared, len(hit.differing)):
            return None
        return self._match(column, hit.lag, hit.differing, trusted=False)

    def _settle_seams(self, partial: list[ColumnMatch]) -> None:
        """Keep the matches that one set of seams explains."""
        if partial:
            every = [*self.matches.values(), *partial]
            kept, self.seams = agree_on_seams(every, self.runs, self.chance.same_value)
            self.matches = {match.column: match for match in kept}

    def _search_affine(self) -> None:
        """Columns that are scaled and shifted lags."""
        open_ = self.open_columns()
        if not open_:
            return
        y, y_unit = scaled(self.y)
        pairs = [scaled(self.columns[c]) for c in open_]
        likely = likely_lags(np.array([x[-WINDOW:] for x, _ in pairs]), y)
        found = []
        for column, (x, x_unit), lags in zip(open_, pairs, likely, strict=True):
            match = self._affine(column, x, y, [int(k) for k in lags])
            if match is not None:
                found.append(self._unscaled(match, x_unit, y_unit))
        self._settle_affine(found)

    def _affine(self, column: int, x: FloatArray, y: FloatArray, lags: list[int]) -> ColumnMatch | None:
        """The best affine match of a column, at the named lag if it is one."""
        rounded = self.through_float32(column)
        claim = self.claims.get(column)
        if claim is not None:
            match = affine_match(column, x, y, claim.lag, self.runs, rounded, trusted=True)
            if match is not None and not len(match.differing):
                return match
        tried = [affine_match(column, x, y, lag, self.runs, rounded) for lag in lags if lag]
        found = [m for m in tried if m is not None and convincing_affine(m, self.runs, self.chance)]
        if claim is not None and match is not None:
            found.insert(0, match)
        return min(found, key=lambda m: len(m.differing), default=None)

    def _unscaled(self, match: ColumnMatch, x_unit: int, y_unit: int) -> ColumnMatch:
        """An affine match of scaled data in the units of the data; equality to rounding is equality."""
        slope = float(np.ldexp(match.slope, x_unit - y_unit))
        intercept = float(np.ldexp(match.intercept, x_unit))
        tolerance = float(np.ldexp(match.tolerance, x_unit))
        if abs(slope - 1.0) < 1e-3 and np.max(np.abs((slope - 1.0) * self.y + intercept)) <= tolerance:
            slope, intercept = 1.0, 0.0
        return replace(match, intercept=intercept, slope=slope, tolerance=tolerance)

    def _settle_affine(self, found: list[ColumnMatch]) -> None:
        """Accept affine matches, those with mismatches only where the seams explain them."""
        full = [m for m in found if not len(m.differing)]
        self.matches.update({m.column: m for m in full})
        self._settle_seams([m for m in found if len(m.differing)])

    def _search_longer(self) -> None:
        """Lags that y alone does not show in most rows, because series are shorter than twice the lag.

        They show themselves within the segments, and against the values before the first targets that
        columns of smaller lags hold.
        """
        lengths = np.diff(self.segments())
        shortest, longest = int(lengths.min()), int(lengths.max())
        for column, claim in sorted(self.claims.items(), key=lambda item: (item[1].lag, item[0])):
            if column not in self.matches and (len(lengths) > 1 or claim.lag >= shortest - 2):
                self._try_longer(column, claim.lag, trusted=True, unseen=claim.lag >= longest)
        if not self.matches or np.all(self.y == self.y[0]):
            return
        unnamed = [c for c in self.open_columns() if c not in self.claims]
        if len(lengths) > 1:
            for column in unnamed:
                if column in self.hints:
                    self._try_longer(column, self.hints[column])
        lag = shortest - 2 if len(lengths) == 1 else shortest // 2
        while unnamed and lag <= self._span() + _LONGER:
            for column in unnamed:
                if lag >= 1 and column not in self.matches:
                    self._try_longer(column, lag)
            unnamed = [c for c in unnamed if c not in self.matches]
            lag += 1

    def _try_longer(self, column: int, lag: int, trusted: bool = False, unseen: bool = False) -> None:
        """Accept a lag if all rows agree that can be compared; `unseen` if there need not be any."""
        match = self._match(column, lag, _NO_ROWS, trusted)
        x = self.columns[column]
        compared, off = self._known_presample().compare(x, self.y, lag, match.tolerance)
        enough = (compared > 0 or unseen) if trusted else self.chance.is_convincing(lag, compared)
        if not off and enough:
            self.matches[column] = match

    def _known_presample(self) -> Presample:
        """The presample of the matches so far, kept until there are more of them."""
        if self._kept_presample is None or self._kept_presample[0] != len(self.matches):
            self._kept_presample = (len(self.matches), self._presample())
        return self._kept_presample[1]

    def _search_linear(self) -> None:
        """Rolling means and other linear functions of several lags."""
        open_ = self.open_columns()
        if not open_ or np.all(self.y == self.y[0]):
            return
        windows = [derived_window(self.names[c]) for c in open_ if self.names is not None]
        self._fit_linear(open_, max([MAX_SPAN, *windows]))
        rest = {c: scaled(self.columns[c])[0] for c in self.open_columns()}
        data = Unexplained(rest, scaled(self.y)[0], self.segments(), self.through_float32)
        spans = window_spans(data, self.nearest_lags())
        if spans:
            self._fit_linear(list(spans), max(spans.values()))

    def _fit_linear(self, columns: list[int], span: int) -> None:
        """Those of the columns that are linear in lags 1 to `span`."""
        y, y_unit = scaled(self.y)
        pairs = {c: scaled(self.columns[c]) for c in columns}
        values = {c: x for c, (x, _) in pairs.items()}
        for entry in linear_columns(values, y, self.segments(), self.through_float32, span):
            unit = pairs[entry.column][1]
            weights = np.ldexp(entry.weights, unit - y_unit)
            intercept = float(np.ldexp(entry.intercept, unit))
            if np.all(np.isfinite(weights)) and weights[-1] != 0.0 and np.isfinite(intercept):
                self.linear.append(replace(entry, intercept=intercept, weights=weights))

    def nearest_lags(self) -> list[int]:
        """Lags at which windows may begin: 1, and the smallest that was found, in models of later steps."""
        return sorted({1, *sorted(match.lag for match in self.matches.values())[:1]})

    def lags_of_named(self) -> dict[int, int]:
        """The lags that columns with names of lags hold, whatever the names say."""
        lags = {match.column: match.lag for match in self.matches.values()}
        lags |= {entry.column: entry.lag for entry in self.linear if entry.lag is not None}
        return {column: lag for column, lag in sorted(lags.items()) if column in self.claims}

    # ---- what the user says ----

    def verify(self, said: dict[int, int]) -> None:
        """Take the user's lags if the data agree, by equality or affinely, up to seams."""
        matches = []
        for column, lag in said.items():
            match = self._match(column, lag, self.differing(column, lag), trusted=True)
            if len(match.differing):
                match = self._affine_as_said(match)
            matches.append(match)
        kept, self.seams = agree_on_seams(matches, self.runs, self.chance.same_value)
        if len(kept) < len(matches):
            self._contradict(next(m for m in matches if m not in kept))
        self.matches = {match.column: match for match in kept}

    def _affine_as_said(self, match: ColumnMatch) -> ColumnMatch:
        """The affine match at the same lag, if it differs in fewer rows."""
        x, x_unit = scaled(self.columns[match.column])
        y, y_unit = scaled(self.y)
        rounded = self.through_float32(match.column)
        found = affine_match(match.column, x, y, match.lag, self.runs, rounded, trusted=True)
        if found is not None and len(found.differing) < len(match.differing):
            return self._unscaled(found, x_unit, y_unit)
        return match

    def _contradict(self, match: ColumnMatch) -> None:
        """Say where the data are not what the user says."""
        row, lag, column = int(match.differing[0]), match.lag, match.column
        values = float(self.columns[column, row]), float(self.y[row - lag])
        rows = (row, row - lag) if self.order is None else (int(self.order[row]), int(self.order[row - lag]))
        (label,) = self.labels([column])
        counts = len(match.differing), self.runs.compared(lag)
        raise ValueError(say.not_as_said(column, label, lag, rows, values, *counts))

    # ---- the result ----

    def segments(self) -> NDArray[np.intp]:
        """Row offsets of the runs of consecutive times."""
        return np.union1d(self.runs.bounds, self.seams)

    def _span(self) -> int:
        """Largest lag that any found column needs."""
        lags = [m.lag for m in self.matches.values()] + [entry.span for entry in self.linear]
        return max(lags, default=0)

    def _presample(self, clash: Callable[[int], None] = lambda column: None) -> Presample:
        """Values before the first targets; `clash` hears of columns that contradict larger lags."""
        presample = Presample(self.segments(), self._span())
        for match in sorted(self.matches.values(), key=lambda m: (-m.lag, not m.is_equality, m.column)):
            if not presample.show(self.columns[match.column], match):
                clash(match.column)
        return presample

    def structure(self) -> LagStructure:
        """The findings, with the series behind them."""
        clashing: list[int] = []
        presample = self._presample(clashing.append)
        if hidden := presample.hidden():
            self.warnings.append(say.interpolated(hidden, presample.span))
        presample.interpolate(self.y)
        clashing += presample.solve(self.columns, self.y, self.linear)
        if clashing:
            self.warnings.append(say.clashing_first_rows(self.labels(sorted(clashing))))
        pure = {c: m for c, m in self.matches.items() if m.is_equality}
        affine = [
            LinearColumn.scaled_lag(m.column, m.intercept, m.slope, m.lag)
            for m in self.matches.values()
            if not m.is_equality
        ]
        return LagStructure(
            lags=tuple(pure[c].lag if c in pure else None for c in range(self.n_columns)),
            linear=tuple(sorted([*self.linear, *affine], key=lambda entry: entry.column)),
            segments=presample.segments,
            max_lag=presample.span,
            series=presample.series(self.y),
            warnings=tuple(self.warnings),
            order=self.order,
        )


_NO_ROWS = np.empty(0, dtype=np.intp)
