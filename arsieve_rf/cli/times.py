"""Read a column of times as a pandas index, and write later times in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..series.frequency import IndexFault, step_of
from .messages import InputError
from .table import Table

__all__ = ["Times", "check_regular", "read_times"]

_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%Y",
    "%b %Y",
    "%B %Y",
    "%b-%Y",
    "%d %b %Y",
)
_MOST_LOOKED_AT = 200  # series, to choose between formats
_INTEGER = re.compile(r"([+-]?[0-9]{1,18})(\.0+)?")
_QUARTER = re.compile(r"([0-9]{4})([- ]?)[Qq]([1-4])")


@dataclass(frozen=True)
class Times:
    """An index, how its labels are written, and the format of dates."""

    index: Any
    write: Callable[[Any], str]
    time_format: str | None = None


def read_times(
    table: Table, name: str, time_format: str | None = None, series: Sequence[list[int]] | None = None
) -> Times:
    """Times of a column.

    Without a format: quarters, whole numbers, or dates in one of the usual ways of writing. Where two ways
    fit (03/04/2024), the one that gives equally spaced times is taken; where both do, the user must say.
    With several ``series``, given by the numbers of their rows, it is the one that does so for most of them.
    """
    cells = table.cells(name)
    if "" in cells:
        raise InputError(f"{table.place(cells.index(''))}: column {name!r} has a missing time")
    if time_format is not None:
        return _dates(table, name, cells, (time_format,), series)
    if all(map(_QUARTER.fullmatch, cells)):
        return _quarters(cells)
    if all(map(_INTEGER.fullmatch, cells)):
        compact = _compact_format(cells)
        return _integers(cells) if compact is None else _dates(table, name, cells, (compact,), series)
    return _dates(table, name, cells, _FORMATS, series)


def check_regular(times: Times, table: Table, name: str) -> None:
    """Refuse times that cannot be continued; name the line."""
    try:
        step_of(times.index, name)
    except IndexFault as fault:
        place = table.source if fault.position is None else table.place(fault.position)
        raise InputError(f"{place}: time column {name!r} {fault.fault}") from fault


def _quarters(cells: list[str]) -> Times:
    """2024Q1, 2024-Q1, 2024 q1."""
    import pandas as pd

    matches = [match for match in map(_QUARTER.fullmatch, cells) if match]
    index = pd.PeriodIndex([f"{m[1]}Q{m[3]}" for m in matches], freq="Q")
    between = cells[0][4:-1]  # what stands between the year and the number: "Q", "-Q", " q"
    return Times(index, lambda period: f"{period.year}{between}{period.quarter}")


def _integers(cells: list[str]) -> Times:
    """1700, 1701, ... or, as pandas writes whole floats, 1700.0, 1701.0, ..."""
    import pandas as pd

    matches = [match for match in map(_INTEGER.fullmatch, cells) if match]
    ending = matches[0][2] or ""
    return Times(pd.Index([int(m[1]) for m in matches], dtype="int64"), lambda label: f"{label}{ending}")


def _compact_format(cells: list[str]) -> str | None:
    """%Y%m%d or %Y%m where all whole numbers are such dates, as 20241231 or 202412."""
    for length, time_format in ((8, "%Y%m%d"), (6, "%Y%m")):
        if all(len(cell) == length and _parse(cell, time_format) is not None for cell in cells):
            years = [int(cell[:4]) for cell in cells]
            if all(1500 <= year <= 2300 for year in years):
                return time_format
    return None


def _parse(cell: str, time_format: str) -> datetime | None:
    """The time, or None where the format does not fit."""
    try:
        return datetime.strptime(cell, time_format)
    except ValueError:
        return None


def _dates(
    table: Table,
    name: str,
    cells: list[str],
    formats: tuple[str, ...],
    series: Sequence[list[int]] | None,
) -> Times:
    """Dates in the one of the formats that fits all cells."""
    fitting = [fmt for fmt in formats if _parse(cells[0], fmt) is not None]
    readings: list[Times] = []
    first_faults: list[int] = [0] if not fitting else []
    for fmt in fitting:
        stamps = [_parse(cell, fmt) for cell in cells]
        if None in stamps:
            first_faults.append(stamps.index(None))
        else:
            readings.append(_as_times(table, name, stamps, fmt))
    if not readings:
        row = max(first_faults)
        how = f"as {formats[0]!r}" if len(formats) == 1 else "as a date, a quarter or a whole number"
        hint = "" if len(formats) == 1 else "; say how times are written with --time-format"
        raise InputError(
            f"{table.place(row)}: time {cells[row]!r} of column {name!r} cannot be read {how}{hint}"
        )
    best = _most_regular(readings, series)
    if any(_clock(times) != _clock(best[0]) for times in best[1:]):
        raise InputError(
            f"the times of column {name!r} can be read in two ways ({', '.join(fitting[:2])}); "
            "choose one with --time-format"
        )
    return best[0]


def _as_times(table: Table, name: str, stamps: list[Any], fmt: str) -> Times:
    """A DatetimeIndex, and the writer of its format."""
    import pandas as pd

    if len({stamp.utcoffset() for stamp in stamps}) > 1:
        raise InputError(f"{table.source}: column {name!r} mixes offsets from UTC; write all times in UTC")
    try:
        index = pd.DatetimeIndex(stamps)
    except ValueError as error:
        raise InputError(
            f"{table.source}: column {name!r} holds times that pandas cannot: {error}"
        ) from error
    colon = ":" in table.cells(name)[0][-3:]
    return Times(index, lambda stamp: _written(stamp, fmt, colon=colon), fmt)


def _written(stamp: Any, fmt: str, *, colon: bool) -> str:
    """As strftime writes it; with +01:00 for +0100 where the column has it so."""
    text = stamp.strftime(fmt)
    return f"{text[:-2]}:{text[-2:]}" if fmt.endswith("%z") and colon else text


def _clock(times: Times) -> list[Any]:
    """Times as a clock on the wall shows them; a Z can be read as a letter or as an offset of 0."""
    return times.index.tz_localize(None).tolist()


def _most_regular(readings: list[Times], series: Sequence[list[int]] | None) -> list[Times]:
    """The readings in which most series are equally spaced."""
    if len(readings) == 1:
        return readings
    if series is None:
        return [times for times in readings if _is_regular(times.index)] or readings[:1]
    looked_at = [rows for rows in series if len(rows) > 2][:_MOST_LOOKED_AT]
    counts = [sum(_is_regular(times.index[rows].sort_values()) for rows in looked_at) for times in readings]
    return [times for times, count in zip(readings, counts) if count == max(counts)]


def _is_regular(index: Any) -> bool:
    """Whether the times are equally spaced."""
    try:
        step_of(index, "time")
    except IndexFault:
        return False
    return True
