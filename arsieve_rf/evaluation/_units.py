"""What a backtest looks at: one series, or each of the series of a long frame."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..estimators._panel_frame import Rows, read_panel
from ..estimators._panel_times import Clock, numbers_of, read_clock
from ..series.index import listed, read_exog, read_series
from ..series.values import is_frame

__all__ = ["Unit", "Units", "read_units"]

_KEYS = ("unique_id", "ds", "y")


@dataclass(frozen=True, eq=False)
class Unit:
    """One series, as the forecaster gets it.

    Attributes
    ----------
    name : str
        For messages.
    y : ndarray of float64, shape (n,), or Series
        NaN where missing; the index of a Series knows its frequency.
    X : ndarray, shape (n, k), DataFrame or None
        Exogenous columns.
    """

    name: str
    y: Any
    X: Any = None

    @property
    def values(self) -> NDArray[np.float64]:
        """The observations."""
        return np.asarray(self.y)

    def rows(self, start: int, stop: int) -> tuple[Any, ...]:
        """New objects with these rows: y, and X where there is one."""
        return tuple(_cut(data, start, stop) for data in (self.y, self.X) if data is not None)

    def label(self, position: int) -> Any:
        """Of an observation."""
        return self.y.index[position] if isinstance(self.y, pd.Series) else position


@dataclass(frozen=True, eq=False)
class Units:
    """All series, and what they came in.

    Attributes
    ----------
    units : list of Unit
        In the order of the result.
    ids : pandas.Series or None
        One id for each, in the dtype of the user's column; None for a single series.
    clock : Clock or None
        Of the column of times.
    """

    units: list[Unit]
    ids: pd.Series | None = None
    clock: Clock | None = None

    def labels(self, positions: NDArray[np.int64]) -> pd.Series:
        """Labels of observations, given the positions of each series, shape (n_units, any)."""
        if self.clock is not None:
            numbers = [numbers_of(unit.y.index[at]) for unit, at in zip(self.units, positions)]
            return self.clock.column(np.concatenate(numbers))
        y = self.units[0].y
        return pd.Series(y.index[positions[0]] if isinstance(y, pd.Series) else positions[0])


def read_units(y: Any, X: Any, freq: Any) -> Units:
    """The data, checked."""
    if is_frame(y):
        if X is not None:
            raise ValueError(
                "X must be None where y is a DataFrame: its other columns are the exogenous ones"
            )
        return _read_panel(y, freq)
    if freq is not None:
        raise ValueError(f"freq={freq!r} is for a y that is a DataFrame; the index of a series says its own")
    values, info = read_series(y, missing=True)
    exog, info = read_exog(X, len(values), info)
    if info.kind == "array":
        return Units([Unit("y", values, X if is_frame(X) else exog)])
    # a part of a few dates must know the frequency that the whole index shows
    index = pd.DatetimeIndex(info.index, freq=info.step) if info.kind == "datetime" else info.index
    return Units([Unit("y", pd.Series(values, index, name=info.name), X if is_frame(X) else exog)])


def _read_panel(df: pd.DataFrame, freq: Any) -> Units:
    missing = [column for column in _KEYS if column not in df.columns]
    if missing:
        raise ValueError(
            f"y is a DataFrame, which must hold several series in the columns {listed(_KEYS)}; it has no "
            f"{listed(missing)}. For a single series pass a Series or an array"
        )
    try:
        rows = read_panel(df)
    except (TypeError, ValueError) as error:  # its words are those of forecast_panel(df, ...)
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"y, read as the df of forecast_panel: {error}") from None
    clock = read_clock(rows.times, df["ds"].dtype, freq)
    units = [_unit(name, rows, rows.rows_of(i), clock) for i, name in enumerate(rows.ids.tolist())]
    return Units(units, pd.Series(rows.ids), clock)


def _unit(name: Hashable, rows: Rows, own: slice, clock: Clock) -> Unit:
    """One series on the grid of its times, NaN where a time is left out."""
    try:
        info, positions = clock.regular(rows.times[own])
    except ValueError as error:
        raise ValueError(f"series {name!r} of y: {error}") from None
    places = np.arange(info.n) if positions is None else positions
    y = np.full(info.n, np.nan)
    y[places] = rows.y[own]
    if rows.X is None:
        return Unit(f"series {name!r}", pd.Series(y, info.index, name="y"))
    X = np.full((info.n, rows.X.shape[1]), np.nan)
    X[places] = rows.X[own]
    frame = pd.DataFrame(X, info.index, columns=rows.columns)
    return Unit(f"series {name!r}", pd.Series(y, info.index, name="y"), frame)


def _cut(data: Any, start: int, stop: int) -> Any:
    """A copy: forecasters may change what they get."""
    return (data.iloc if isinstance(data, pd.Series | pd.DataFrame) else data)[start:stop].copy()
