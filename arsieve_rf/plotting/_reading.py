"""Forecasts, with or without intervals, as what can be drawn: places on the time axis and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..series.index import IndexInfo, listed, read_series
from ..series.values import is_frame, is_series

__all__ = ["Drawn", "places", "read_forecast", "read_path"]

_LOWER, _UPPER = "lower_", "upper_"


@dataclass(frozen=True, eq=False)
class Drawn:
    """A forecast as it is drawn.

    Attributes
    ----------
    x : ndarray, shape (h,)
        Dates or numbers.
    mean : ndarray of float64, shape (h,)
        The line.
    bands : dict of float to pair of ndarray, each of shape (h,)
        Lower and upper bounds by coverage, widest first; empty for a forecast without intervals.
    """

    x: NDArray[Any]
    mean: NDArray[np.float64]
    bands: dict[float, tuple[NDArray[np.float64], NDArray[np.float64]]]

    def cut(self, lowest: float, highest: float) -> Drawn:
        """The same with what lies outside at the edge."""
        bands = {
            level: (np.clip(lower, lowest, highest), np.clip(upper, lowest, highest))
            for level, (lower, upper) in self.bands.items()
        }
        return replace(self, mean=np.clip(self.mean, lowest, highest), bands=bands)


def read_forecast(values: Any, info: IndexInfo, name: str) -> Drawn:
    """A DataFrame with intervals, or a line without."""
    if not is_frame(values):
        return Drawn(*read_path(values, info, name), {})
    if not values.columns.is_unique:
        repeated = values.columns[values.columns.duplicated()][0]
        raise ValueError(f"{name} has more than one column {repeated!r}; column names must be unique")
    if "mean" not in values.columns:
        raise ValueError(
            f"{name} has no column 'mean'; a DataFrame with intervals has the columns mean, lower_0.9, "
            f"upper_0.9 and the like, this one has {listed(values.columns)}"
        )
    x, mean = read_path(values["mean"], info, f"{name}['mean']")
    levels = sorted(_levels(values.columns, name).items(), reverse=True)
    return Drawn(x, mean, {level: _bounds(values, columns, name) for level, columns in levels})


def read_path(
    values: Any, info: IndexInfo, name: str, *, missing: bool | None = None
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Places on the time axis, and values."""
    if is_series(values) and _is_short(values.index) and info.kind == "datetime":
        # One or two dates need no frequency to be drawn; their values are checked as those of an array.
        return places(values.index), read_series(values.to_numpy(), name, missing=missing)[0]
    y, own = read_series(values, name, missing=missing)
    if own.index is None or info.index is None:
        return places(info.future(len(y))), y
    if own.kind != info.kind:
        raise ValueError(f"{name} has a {own.kind} index, history has a {info.kind} index; they must agree")
    return places(own.index), y


def places(index: Any) -> NDArray[Any]:
    """What matplotlib can place: dates (a period at its start) or numbers."""
    if hasattr(index, "to_timestamp"):
        index = index.to_timestamp()
    if getattr(index, "tz", None) is not None:
        index = index.tz_localize(None)
    return np.asarray(index)


def _is_short(index: Any) -> bool:
    """Whether these are dates, too few to show a frequency."""
    return index.dtype.kind == "M" and index.freq is None and 0 < len(index) < 3 and not index.hasnans


def _levels(columns: Any, name: str) -> dict[float, tuple[str, str]]:
    """Pairs of columns by their coverage; columns of other names are not about intervals."""
    bounds = [column for column in columns if isinstance(column, str) and column[:6] in (_LOWER, _UPPER)]
    levels: dict[float, tuple[str, str]] = {}
    for column in bounds:
        text = column[6:]
        pair = (_LOWER + text, _UPPER + text)
        for other in pair:
            if other not in bounds:
                raise ValueError(f"{name} has a column {column!r}, but no {other!r}; intervals have both")
        level = _level(text)
        if level is None:
            raise ValueError(
                f"{name} has a column {column!r}; after the underscore must stand a coverage between 0 and 1"
            )
        if levels.setdefault(level, pair) != pair:
            raise ValueError(f"{name} has the coverage {level:g} twice: {levels[level][0]!r} and {column!r}")
    return levels


def _level(text: str) -> float | None:
    """A coverage, if it is one."""
    try:
        level = float(text)
    except ValueError:
        return None
    return level if math.isfinite(level) and 0.0 < level < 1.0 else None


def _bounds(
    frame: Any, columns: tuple[str, str], name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper bounds of one coverage."""
    lower, upper = (read_series(frame[c].to_numpy(), f"{name}[{c!r}]")[0] for c in columns)
    if (lower > upper).any():
        at = int(np.flatnonzero(lower > upper)[0])
        raise ValueError(
            f"{name}[{columns[0]!r}] is above {columns[1]!r} at position {at}: "
            f"{lower[at]:g} and {upper[at]:g}"
        )
    return lower, upper
