"""pandas indexes, offsets and single labels as plain records, and back.

pandas is imported only where a value is one of its objects.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import numpy as np

__all__ = ["LABEL_TYPES", "as_plain", "from_plain", "is_label", "label_of", "label_record", "why_no_record"]

LABEL_TYPES = ("DatetimeIndex", "PeriodIndex", "RangeIndex", "Index", "offset", "label")


def is_label(value: Any) -> bool:
    """Whether a value is a pandas index, an offset, or a Timestamp or Period."""
    if "pandas" not in sys.modules:
        return False
    import pandas as pd

    return isinstance(value, pd.Index | pd.offsets.BaseOffset | pd.Timestamp | pd.Period)


def label_record(value: Any) -> dict[str, Any] | None:
    """Values from which :func:`label_of` makes an equal object; None where there are none."""
    record = _record(value)
    if record is None:
        return None
    try:
        again = label_of(record)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return record if _equal(value, again) else None


def why_no_record(value: Any) -> str:
    """Why :func:`label_record` gives None, in words that end a message."""
    if getattr(value, "tz", None) is not None:
        return "its time zone has no name such as 'Europe/Berlin', which tz_convert would give it"
    return "what pandas tells of it does not make it again"


def as_plain(value: Any) -> Any:
    """A record all the way down, without pandas objects; what has none, or needs none, as it is."""
    record = label_record(value) if is_label(value) else None
    return value if record is None else {name: as_plain(part) for name, part in record.items()}


def from_plain(value: Any) -> Any:
    """The inverse of :func:`as_plain`."""
    if not (isinstance(value, dict) and value.get("type") in LABEL_TYPES):
        return value
    return label_of({name: from_plain(part) for name, part in value.items()})


def _record(value: Any) -> dict[str, Any] | None:
    import pandas as pd

    if isinstance(value, pd.offsets.BaseOffset):
        # by class: the aliases of frequencies have changed from one pandas to the next
        normalize = value.normalize  # type: ignore[attr-defined]
        steps = _plain_steps(value.kwds)
        if steps is None:
            return None
        kind = type(value).__name__
        return {"type": "offset", "kind": kind, "n": value.n, "normalize": normalize, "steps": steps}
    if isinstance(value, pd.Timestamp | pd.Period):
        return {"type": "label", "index": pd.Index([value])}
    names = {"type": type(value).__name__, "name": value.name}
    if type(value) is pd.DatetimeIndex:
        tz = None if value.tz is None else str(value.tz)
        return {**names, "values": value.asi8, "unit": value.unit, "tz": tz, "freq": value.freq}
    if type(value) is pd.PeriodIndex:
        return {**names, "values": value.asi8, "freq": value.freq}
    if type(value) is pd.RangeIndex:
        return {**names, "start": value.start, "stop": value.stop, "step": value.step}
    if type(value) is pd.Index:
        return {**names, "dtype": str(value.dtype), "values": value.tolist()}
    return None


def _plain_steps(keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Keywords of an offset as numbers, words and an array of holidays; None where one is something else."""
    steps: dict[str, Any] = {}
    for name, value in keywords.items():
        if isinstance(value, np.busdaycalendar):
            # pandas makes it of the two other words, but also takes one whose weekmask they do not know
            made = np.busdaycalendar(keywords["weekmask"], keywords["holidays"])
            if (made.weekmask != value.weekmask).any() or not np.array_equal(made.holidays, value.holidays):
                return None
        elif name == "holidays":
            steps[name] = np.array(value, "datetime64[D]")
        elif isinstance(value, timedelta):
            steps[name] = value // timedelta(microseconds=1)
        elif isinstance(value, tuple) and all(isinstance(part, time) for part in value):
            steps[name] = [part.strftime("%H:%M") for part in value]
        elif value is None or isinstance(value, int | float | str):
            steps[name] = value
        else:
            return None
    return steps


def _steps_of(steps: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`_plain_steps`; pandas reads hours and makes the calendar itself."""
    keywords = dict(steps)
    if "holidays" in steps:
        keywords["holidays"] = tuple(steps["holidays"])
    if "offset" in steps:
        keywords["offset"] = timedelta(microseconds=steps["offset"])
    return keywords


def label_of(record: Mapping[str, Any]) -> Any:
    """The object of a record whose values are decoded."""
    import pandas as pd

    kind = record["type"]
    if kind == "offset":
        offset = vars(pd.offsets).get(record["kind"])
        if not (isinstance(offset, type) and issubclass(offset, pd.offsets.BaseOffset)):
            raise ValueError(f"pandas has no offset {record['kind']!r}")
        return offset(n=record["n"], normalize=record["normalize"], **_steps_of(record["steps"]))
    if kind == "label":
        return record["index"][0]
    name = record["name"]
    if kind == "RangeIndex":
        return pd.RangeIndex(record["start"], record["stop"], record["step"], name=name)
    if kind == "Index":
        return pd.Index(record["values"], dtype=record["dtype"], name=name)
    values = np.asarray(record["values"], np.int64)
    if kind == "PeriodIndex":
        dtype = pd.PeriodDtype(record["freq"])
        return pd.PeriodIndex(pd.arrays.PeriodArray(values, dtype=dtype), name=name)
    dates = pd.DatetimeIndex(values.view(f"datetime64[{record['unit']}]"), name=name)
    if record["tz"] is not None:
        dates = dates.tz_localize("UTC").tz_convert(record["tz"])
    # the constructor would compare zones of daylight saving with the freq; the setter checks it, too
    dates.freq = record["freq"]  # type: ignore[misc]
    return dates


def _equal(value: Any, again: Any) -> bool:
    import pandas as pd

    if type(value) is not type(again):
        return False
    if not isinstance(value, pd.Index):
        return bool(value == again) and getattr(value, "tz", None) == getattr(again, "tz", None)
    same_step = getattr(value, "freq", None) == getattr(again, "freq", None)
    return same_step and value.dtype == again.dtype and value.equals(again)
