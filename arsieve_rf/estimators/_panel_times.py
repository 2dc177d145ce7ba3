"""Times of many series: read from a column, made regular series by series, continued, written back.

Between processes, and for all series together, times are int64 numbers: nanoseconds or the column's unit for
dates, ordinals for periods, the labels themselves for whole numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_integer_dtype
from pandas.tseries.frequencies import to_offset

from ..resampling.ar_checks import as_integer
from ..series.frequency import IndexFault, infer, most_frequent, step_of
from ..series.index import IndexInfo

__all__ = ["NO_TIME", "Clock", "numbers_of", "read_clock", "read_times"]

NO_TIME = np.iinfo(np.int64).min  # what numpy and pandas keep for NaT

# A slip in ds or freq can ask for a grid of billions of steps; sparse daily or hourly records stay below.
_MOST_STEPS = 10_000
_MOST_STEPS_A_ROW = 100


def read_times(column: pd.Series, name: str) -> pd.Index:
    """Dates, periods or whole numbers (as int64); anything else and missing times are refused."""
    times = pd.Index(column)
    if times.hasnans:
        row = int(np.flatnonzero(np.asarray(times.isna()))[0])
        raise ValueError(f"{name} is missing in row {row}; every row needs a time")
    if isinstance(times, pd.DatetimeIndex | pd.PeriodIndex):
        return times
    if is_integer_dtype(times.dtype):
        if len(times) and int(times.max()) > np.iinfo(np.int64).max:
            raise ValueError(f"{name} holds {times.max()}, which is beyond int64")
        return pd.Index(times.to_numpy(dtype=np.int64))
    remedies = {
        "f": f"{name}.astype(int)",
        "m": f"pandas.Timestamp('2000-01-01') + {name}",
        "M": f"{name}.astype('datetime64[ns]')",  # dates of pyarrow, which to_datetime leaves as they are
    }
    remedy = remedies.get(times.dtype.kind, f"pandas.to_datetime({name})")
    first = f" (first value {times[:1].tolist()[0]!r})" if len(times) else ""
    raise ValueError(
        f"{name} must hold dates, periods of one frequency or whole numbers, got {times.dtype}{first}; "
        f"convert it, for example {remedy}"
    )


@dataclass(frozen=True)
class Clock:
    """What the times of a panel are, and how they go on.

    Attributes
    ----------
    kind : {"datetime", "period", "range"}
        As in `IndexInfo`; "range" for whole numbers.
    dtype : dtype
        Of the user's column.
    step : pandas offset, int or None
        From one time to the next; None where each series shows its own.
    """

    kind: Literal["datetime", "period", "range"]
    dtype: Any
    step: Any = None

    def regular(self, times: pd.Index) -> tuple[IndexInfo, NDArray[np.intp] | None]:
        """The grid on which a series' increasing times lie, and their positions on it (None: all of it).

        ValueError where there is no such grid.
        """
        step = self._step_of(times) if self.step is None else self.step
        grid = self._grid(times, step)
        positions = grid.get_indexer(times)
        if (positions < 0).any():
            if self.step is None:
                _refuse_irregular(times)
            odd = times[int(np.flatnonzero(positions < 0)[0])]
            raise ValueError(f"ds has {odd}, which is not on the grid of {_named(step)} from {times[0]}")
        info = IndexInfo(self.kind, len(grid), grid.rename("ds"), step, "y")
        return info, None if len(grid) == len(times) else positions

    def _step_of(self, times: pd.Index) -> Any:
        """The step that a series' times show; where some are left out, the one that most of them have."""
        if isinstance(times, pd.PeriodIndex):
            return times.freq
        if not isinstance(times, pd.DatetimeIndex):
            gaps = Counter(np.diff(times.to_numpy()).tolist())
            return min(gaps, key=lambda gap: (-gaps[gap], gap), default=1)
        if len(times) < 3:
            raise ValueError(f"no frequency can be inferred from {len(times)} date(s) in ds; pass freq")
        step = infer(times)
        if step is None and (found := most_frequent(times)) is not None:
            step = to_offset(found)
            if (self._grid(times, step).get_indexer(times) < 0).any():
                step = None
        if step is None:
            _refuse_irregular(times)
        return step

    def _grid(self, times: pd.Index, step: Any) -> pd.Index:
        """All times from the first to the last."""
        first, last = times[0], times[-1]
        span = int(numbers_of(times[-1:])[0]) - int(numbers_of(times[:1])[0])
        unit: int | None = 1
        if self.kind == "range":
            unit = step
        elif self.kind == "period":
            unit = step.n
        elif isinstance(times, pd.DatetimeIndex):
            unit = _fixed_step(step, times.unit)
        n_steps = span // unit if unit else 0  # calendar steps cannot be many within pandas' range
        if n_steps > max(_MOST_STEPS, _MOST_STEPS_A_ROW * len(times)):
            raise ValueError(
                f"ds runs from {first} to {last}: {n_steps} steps of {_named(step)} for {len(times)} row(s); "
                "check ds and freq"
            )
        if isinstance(times, pd.DatetimeIndex):
            return pd.date_range(first, last, freq=step, unit=times.unit)
        if isinstance(times, pd.PeriodIndex):
            return pd.period_range(first, last, freq=step)
        return pd.Index(np.arange(first, last + 1, step, dtype=np.int64))

    def column(self, numbers: NDArray[np.int64]) -> pd.Series:
        """Numbers, NO_TIME among them, in the dtype of the user's column.

        Whole numbers with missing ones need, and get, pandas' nullable dtype of the same width.
        """
        if self.kind == "period":
            return pd.Series(pd.arrays.PeriodArray(numbers, dtype=self.dtype))
        if self.kind == "datetime":
            zone = getattr(self.dtype, "tz", None)
            dates = pd.DatetimeIndex(numbers.view(f"M8[{_unit(self.dtype)}]"))
            return pd.Series(dates if zone is None else dates.tz_localize("UTC").tz_convert(zone))
        return _integers(numbers, self.dtype)


def read_clock(times: pd.Index, dtype: Any, freq: Any) -> Clock:
    """The kind of the times, and the step that ``freq`` says."""
    if isinstance(times, pd.PeriodIndex):
        clock = Clock("period", dtype)
        if freq is not None and _period_dtype(freq) != times.dtype:
            raise ValueError(f"freq={freq!r} does not fit ds of {dtype}; leave it out")
        return clock
    if isinstance(times, pd.DatetimeIndex):
        clock = Clock("datetime", dtype)
        return clock if freq is None else replace(clock, step=_offset(freq))
    clock = Clock("range", dtype)
    if freq is None:
        return clock
    if isinstance(freq, str | pd.offsets.BaseOffset):
        raise ValueError(f"freq={freq!r} does not fit ds of {dtype}: it must be a whole number of at least 1")
    return replace(clock, step=as_integer("freq", freq, 1))


def numbers_of(times: pd.Index) -> NDArray[np.int64]:
    """The times as int64, in the order of time."""
    if isinstance(times, pd.DatetimeIndex | pd.PeriodIndex):
        return times.asi8
    return times.to_numpy(dtype=np.int64)


def _refuse_irregular(times: pd.Index) -> NoReturn:
    """Say where the times first break their grid, as for a single series."""
    try:
        step_of(times, "ds")
    except IndexFault as fault:
        raise ValueError(f"ds {fault.fault}; bring it to regular times, or pass freq") from None
    raise ValueError("ds is irregular; bring it to regular times, or pass freq")


def _integers(numbers: NDArray[np.int64], dtype: Any) -> pd.Series:
    """Whole numbers in a dtype, or in the nearest that holds them all, missing ones included."""
    missing = numbers == NO_TIME
    known = numbers[~missing]
    limits = np.iinfo(f"{dtype.kind}{dtype.itemsize}")
    if len(known) and not (limits.min <= known.min() and known.max() <= limits.max):
        dtype = np.dtype("int64")
    if missing.any() and isinstance(dtype, np.dtype):
        dtype = f"{'UInt' if dtype.kind == 'u' else 'Int'}{8 * dtype.itemsize}"
    return pd.Series(pd.arrays.IntegerArray(np.where(missing, 0, numbers), missing)).astype(dtype)


def _period_dtype(freq: Any) -> pd.PeriodDtype | None:
    """Periods have words of their own ("M"), which are none for dates."""
    try:
        return pd.PeriodDtype(freq)
    except (TypeError, ValueError):
        return None


def _offset(freq: Any) -> pd.offsets.BaseOffset:
    """A pandas offset that goes forward."""
    example = "for example 'MS' (month starts) or 'D' (days)"
    if not isinstance(freq, str | pd.offsets.BaseOffset):
        raise TypeError(f"freq must be a pandas frequency, {example}, got {freq!r}")
    try:
        offset = to_offset(freq)
    except ValueError as error:
        raise ValueError(f"freq={freq!r} is no pandas frequency, {example}: {error}") from None
    start = pd.Timestamp("2000-01-01")
    if not start + offset + offset > start + offset:
        raise ValueError(f"freq={freq!r} does not go forward in time")
    return offset


def _fixed_step(offset: Any, unit: str) -> int | None:
    """Length in units of an offset that is always as long; None for one of the calendar."""
    try:
        length = pd.Timedelta(offset).to_timedelta64()
    except ValueError:
        return None
    return max(int(length / np.timedelta64(1, unit)), 1)  # type: ignore[call-overload]


def _unit(dtype: Any) -> str:
    """Of dates, with or without a time zone."""
    return dtype.unit if hasattr(dtype, "unit") else np.datetime_data(dtype)[0]


def _named(step: Any) -> str:
    """For messages."""
    return repr(getattr(step, "freqstr", step))
