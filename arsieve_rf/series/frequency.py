"""The step of a pandas index: found where the index is regular, explained where it is not."""

from __future__ import annotations

import threading
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["IndexFault", "infer", "most_frequent", "step_of"]

_FILTERS = threading.Lock()  # those of warnings belong to the process: one thread would undo another's


class IndexFault(ValueError):
    """An index that cannot be continued.

    Apart from the message for Python users it carries its parts, for callers whose users write no Python.

    Attributes
    ----------
    fault : str
        What is wrong, to be read after "the index".
    position : int or None
        Number of the first offending label.
    """

    def __init__(self, name: str, fault: str, remedy: str, position: int | None = None) -> None:
        place = "" if position is None else f" (position {position})"
        super().__init__(f"the index of {name} {fault}{place}; {remedy}")
        self.fault = fault
        self.position = position


def step_of(index: pd.Index, name: str) -> tuple[str, Any]:
    """Kind of an index and its step: ("range", int), ("datetime", offset) or ("period", offset).

    Raises IndexFault, which says what is wrong, where, and what to do, for any other index.
    """
    import pandas as pd
    from pandas.api.types import is_integer_dtype

    if isinstance(index, pd.MultiIndex):
        raise IndexFault(name, "has several levels (MultiIndex)", "fit one series at a time")
    if index.hasnans:
        position = int(np.flatnonzero(np.asarray(index.isna()))[0])
        raise IndexFault(name, "has a missing label", "remove that row", position)
    if isinstance(index, pd.DatetimeIndex):
        _check_increasing(index, name)
        return "datetime", _offset_of(index, name)
    if isinstance(index, pd.PeriodIndex):
        _check_increasing(index, name)
        _check_against(pd.period_range(index[0], periods=len(index), freq=index.freq), index, name)
        return "period", index.freq
    if is_integer_dtype(index.dtype):
        _check_increasing(index, name)
        return "range", _integer_step(index, name)
    _refuse_kind(index, name)


def _offset_of(index: pd.DatetimeIndex, name: str) -> Any:
    """The set frequency, else the inferred one; it must give back every label."""
    import pandas as pd

    if index.freq is not None:
        return index.freq
    if len(index) < 3:
        raise IndexFault(
            name,
            f"has no frequency, and none can be inferred from {len(index)} dates",
            f"set it: {name}.index.freq = 'MS' (month starts), 'D' (days), ...",
        )
    offset = infer(index)
    if offset is None:
        _refuse_irregular(index, name)
    _check_against(pd.date_range(index[0], periods=len(index), freq=offset), index, name)
    return offset


def infer(index: pd.DatetimeIndex) -> Any:
    """``pandas.infer_freq`` as an offset, or None."""
    import pandas as pd
    from pandas.tseries.frequencies import to_offset

    # from pandas 3.1 on: the result is going to be an offset, not a string
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        found = pd.infer_freq(index)
    return None if found is None else to_offset(found)


def _integer_step(index: pd.Index, name: str) -> int:
    """The common difference of an integer index; 1 for a single label."""
    labels = [int(label) for label in index[:2]]
    step = labels[1] - labels[0] if len(labels) == 2 else int(getattr(index, "step", 1))
    gaps = np.diff(np.asarray(index, dtype=np.int64))
    usual = int(np.median(gaps)) if len(gaps) else step
    odd = np.flatnonzero(gaps != usual)
    if len(odd):
        at = int(odd[0])
        raise IndexFault(
            name,
            f"is not equally spaced: after {index[at]} comes {index[at + 1]}, but most steps are {usual}",
            "insert the missing labels with reindex and fill them, "
            f"or drop the index with {name}.to_numpy() if only the order matters",
            at + 1,
        )
    return step


def _check_increasing(index: pd.Index, name: str) -> None:
    """Time goes on: neither repeated nor decreasing labels."""
    if index.has_duplicates:
        position = int(np.flatnonzero(index.duplicated())[0])
        raise IndexFault(
            name,
            f"repeats {index[position]}",
            f"keep one value a time, for example {name}.groupby(level=0).mean()",
            position,
        )
    if not index.is_monotonic_increasing:
        order = np.asarray(index[1:] < index[:-1])
        position = int(np.flatnonzero(order)[0]) + 1
        raise IndexFault(
            name,
            f"goes back in time: {index[position]} after {index[position - 1]}",
            f"sort it with {name}.sort_index()",
            position,
        )


def _check_against(expected: pd.Index, index: pd.Index, name: str) -> None:
    """Refuse an index with labels other than the expected ones; name the first."""
    if index.equals(expected):
        return
    position = int(np.flatnonzero(np.asarray(index != expected))[0])
    freq = expected.freqstr  # type: ignore[attr-defined]
    raise IndexFault(
        name,
        f"is irregular: {index[position]} where {expected[position]} is expected at frequency {freq!r}",
        _regular_series(expected, index, name, freq),
        position,
    )


def most_frequent(index: pd.DatetimeIndex) -> str | None:
    """The frequency that most windows have; short windows only where no long one is regular."""
    for width in (8, 5, 4, 3):
        starts = np.unique(np.linspace(0, max(0, len(index) - width), 50).astype(int))
        found = [infer(index[start : start + width]) for start in starts] if len(index) >= width else []
        votes = Counter(offset.freqstr for offset in found if offset is not None)
        if votes:
            return votes.most_common(1)[0][0]
    return None


def _regular_series(expected: Any, index: Any, name: str, freq: str) -> str:
    """Advice: the expression that makes the series regular, missing times filled."""
    import pandas as pd

    if isinstance(index, pd.PeriodIndex):
        full = f"pandas.period_range({str(index[0])!r}, {str(index[-1])!r}, freq={freq!r})"
        return f"insert the missing periods: {name}.reindex({full}).interpolate()"
    if index.isin(pd.date_range(expected[0], index[-1], freq=freq)).all():
        return f"insert the missing times: {name}.asfreq({freq!r}).interpolate()"
    return f"bring it to regular times: {name}.resample({freq!r}).mean().interpolate()"


def _refuse_irregular(index: pd.DatetimeIndex, name: str) -> NoReturn:
    """Find the frequency that most of the index has, and the first label that breaks it."""
    import pandas as pd

    freq = most_frequent(index)
    if freq is not None:
        _check_against(pd.date_range(index[0], periods=len(index), freq=freq), index, name)
    gaps = np.diff(index.asi8)
    position = int(np.flatnonzero(gaps != np.median(gaps))[0]) + 1
    raise IndexFault(
        name,
        "is irregular: no frequency fits, the spacing first changes between "
        f"{index[position - 1]} and {index[position]}",
        f"resample to a regular index, or drop it with {name}.to_numpy() if only the order matters",
        position,
    )


def _refuse_kind(index: pd.Index, name: str) -> NoReturn:
    """Explain which kinds of index are taken, with advice for the usual wrong ones."""
    import pandas as pd

    allowed = "DatetimeIndex, PeriodIndex, RangeIndex or equally spaced integers"
    labels = list(index[:1000])
    zones = {label.tzinfo for label in labels if isinstance(label, pd.Timestamp)}
    if len(zones) > 1:
        remedy = f"it mixes time zones: {name}.index = pandas.to_datetime({name}.index, utc=True)"
    elif index.dtype.kind == "f":
        remedy = f"whole numbers can be converted: {name}.index = {name}.index.astype(int)"
    elif index.dtype.kind == "m":
        remedy = "add a start date to the time differences"
    else:
        remedy = f"dates can be converted: {name}.index = pandas.to_datetime({name}.index)"
    first = repr(labels[0]) if labels else "empty"
    kind = f"{type(index).__name__} of {index.dtype}"
    raise IndexFault(name, f"must be a {allowed}, got {kind} (first label {first})", remedy)
