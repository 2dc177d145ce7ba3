"""Long frames: checked at the door, sorted, and cut into series."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..series.index import listed
from ..series.values import series_to_float
from ._panel_times import numbers_of, read_times

__all__ = ["Rows", "read_future_frame", "read_panel"]

_KEYS = ("unique_id", "ds")


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of all series, sorted by series and within each by time.

    Attributes
    ----------
    ids : pandas.Index
        Ids in order of first appearance.
    bounds : ndarray of int64, shape (n_series + 1,)
        Series i has rows ``bounds[i]:bounds[i + 1]``.
    times : pandas.Index
        One time a row.
    y : ndarray of float64, shape (n_rows,)
        NaN where missing, which it is in all future rows.
    X : ndarray of float64, shape (n_rows, n_columns), or None
        Exogenous columns.
    columns : tuple
        Their names.
    """

    ids: pd.Index
    bounds: NDArray[np.int64]
    times: pd.Index
    y: NDArray[np.float64]
    X: NDArray[np.float64] | None
    columns: tuple[Hashable, ...]

    def rows_of(self, i: int) -> slice:
        """The rows of series i."""
        return slice(int(self.bounds[i]), int(self.bounds[i + 1]))


def read_panel(df: Any) -> Rows:
    """The observed rows."""
    _check_frame(df, "df", (*_KEYS, "y"))
    if not len(df):
        raise ValueError("df has no rows; at least one series is needed")
    columns = tuple(name for name in df.columns if name not in (*_KEYS, "y"))
    times = read_times(df["ds"], "df['ds']")
    y = series_to_float(df["y"], "df['y']")
    X = _matrix(df, columns, "df")
    codes, ids = _factorize(df["unique_id"])
    return _sorted(pd.Index(ids), codes, times, y, X, columns, "df")


def read_future_frame(X_df: Any, observed: Rows) -> Rows | None:
    """The exogenous rows after the observed ones; ids and columns must be those of the observed rows."""
    if X_df is None:
        if observed.columns:
            raise ValueError(
                f"X_df is needed: df has the exogenous columns {listed(observed.columns)}; pass their "
                "values for the future steps, or drop these columns"
            )
        return None
    if not observed.columns:
        raise ValueError("X_df is given, but df has no columns beside unique_id, ds and y")
    _check_frame(X_df, "X_df", (*_KEYS, *observed.columns))
    surplus = [name for name in X_df.columns if name not in (*_KEYS, *observed.columns)]
    if surplus:
        raise ValueError(
            f"X_df must have unique_id, ds and the exogenous columns of df, not {listed(surplus)}"
        )
    times = read_times(X_df["ds"], "X_df['ds']")
    _check_same_kind(times, observed.times)
    _factorize(X_df["unique_id"], "X_df")
    codes = observed.ids.get_indexer(pd.Index(X_df["unique_id"]))
    if (codes < 0).any():
        unknown = X_df["unique_id"][codes < 0].unique().tolist()
        raise ValueError(f"X_df has {len(unknown)} unique_id(s) that df does not have: {listed(unknown, 3)}")
    X = _matrix(X_df, observed.columns, "X_df")
    return _sorted(observed.ids, codes, times, np.full(len(X_df), np.nan), X, observed.columns, "X_df")


def _check_frame(frame: Any, name: str, needed: Sequence[Hashable]) -> None:
    """A DataFrame with at least these columns, and no name twice."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{name} must be a pandas DataFrame, got {type(frame).__name__}")
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{name} has more than one column {repeated!r}; column names must be unique")
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        remedy = "rename yours"
        if any(column in frame.index.names for column in missing):
            remedy = f"they are in the index: pass {name}.reset_index()"
        raise ValueError(
            f"{name} has no column {listed(missing)}; it needs {listed(needed)}, and has "
            f"{listed(frame.columns)}: {remedy}"
        )


def _factorize(column: pd.Series, name: str = "df") -> tuple[NDArray[np.intp], Any]:
    """Number of the series of every row; missing ids are refused."""
    try:
        codes, ids = pd.factorize(column)
    except TypeError as error:
        raise TypeError(f"{name}['unique_id'] holds what cannot be an id: {error}") from None
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        raise ValueError(f"{name}['unique_id'] is missing in row {row}; every row needs an id")
    return codes, ids


def _matrix(frame: pd.DataFrame, columns: Sequence[Hashable], name: str) -> NDArray[np.float64] | None:
    """Columns as numbers; missing ones are left to the forecaster."""
    if not columns:
        return None
    values = [series_to_float(frame[c], f"{name}[{c!r}]", allow_bool=True) for c in columns]
    return np.column_stack(values)


def _check_same_kind(future: pd.Index, times: pd.Index) -> None:
    """Times that can be compared: of one kind, with or without a time zone, of one frequency."""
    same = type(future) is type(times)
    if same and isinstance(times, pd.PeriodIndex):
        same = future.dtype == times.dtype
    if same and isinstance(times, pd.DatetimeIndex):
        same = (getattr(future, "tz", None) is None) == (times.tz is None)
    if not same:
        raise ValueError(f"X_df['ds'] is {future.dtype}, df['ds'] is {times.dtype}; they must agree")


def _sorted(
    ids: pd.Index,
    codes: NDArray[np.intp],
    times: pd.Index,
    y: NDArray[np.float64],
    X: NDArray[np.float64] | None,
    columns: tuple[Hashable, ...],
    name: str,
) -> Rows:
    """By series, then by time; a time that a series has twice is refused."""
    numbers = numbers_of(times)
    order = np.lexsort((numbers, codes))
    numbers, sorted_codes, times = numbers[order], codes[order], times[order]
    twice = (np.diff(numbers) == 0) & (np.diff(sorted_codes) == 0)
    if twice.any():
        rows = np.flatnonzero(twice)
        keys = dict.fromkeys((int(sorted_codes[row]), times[row]) for row in rows[:100])
        shown = ", ".join(f"{ids[code]!r} at {time}" for code, time in list(keys)[:3])
        raise ValueError(
            f"{name} has more than one row for the same unique_id and ds: {shown}"
            f"{', ...' if len(keys) > 3 else ''}; keep one row each"
        )
    bounds = np.searchsorted(sorted_codes, np.arange(len(ids) + 1)).astype(np.int64)
    return Rows(
        ids,
        bounds,
        times,
        y[order],
        None if X is None else X[order],
        columns,
    )
