"""From objects to a table of plain records and a list of arrays.

None, booleans, integers, finite floats and strings stand for themselves; everything else is a record of the
table, and ``{"ref": n}`` points to it. An object that several others hold is one record, so that it is one
object again after reading.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..series.labels import is_label, label_record, why_no_record
from .classes import Stored

__all__ = ["GENERATORS", "Encoder", "Record"]

Record = dict[str, Any]

GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
"""Bit generators of NumPy whose state can be stored."""

_PLAIN_KINDS = "biufmMUS"  # of dtypes whose arrays are bytes and nothing else


class Encoder:
    """Collects the records of one object and all that it holds.

    Parameters
    ----------
    classes : mapping of str to Stored
        Classes whose instances may be stored, by name.
    """

    def __init__(self, classes: Mapping[str, Stored]) -> None:
        self._classes = {stored.cls: stored for stored in classes.values()}
        self.records: list[Record] = []
        self.arrays: list[np.ndarray] = []
        self._known: dict[int, tuple[int, Any]] = {}  # the object is kept, or its id could be given again
        self._path: list[str] = []

    def encode(self, value: Any) -> Any:
        """What stands for a value; its records and arrays are appended.

        Raises
        ------
        TypeError
            If it is, or holds, an object of another kind; the message says where.
        """
        kind = type(value)
        if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
            return value
        if id(value) in self._known:
            return {"ref": self._known[id(value)][0]}
        number = len(self.records)
        self.records.append({})
        self._known[id(value)] = (number, value)
        self.records[number] = self._record(value)
        return {"ref": number}

    def _record(self, value: Any) -> Record:
        kind = type(value)
        if kind in self._classes:
            stored = self._classes[kind]
            content = {name: self._inside(name, part) for name, part in stored.values(value).items()}
            return {"type": "object", "class": stored.name, "fields": content}
        if kind in (list, tuple):
            return {"type": kind.__name__, "items": self._items(value)}
        if kind is dict:
            pairs = [[self._inside("key", k), self._inside(repr(k), v)] for k, v in value.items()]
            return {"type": "dict", "items": pairs}
        if kind in (slice, range):
            return {
                "type": kind.__name__,
                "items": self._items([value.start, value.stop, value.step]),
            }
        if kind is float:
            return {"type": "float", "value": repr(value)}
        if isinstance(value, np.generic):
            return self._scalar(value)
        if kind is np.ndarray:
            return self._array(value)
        if kind is np.random.RandomState:
            state = value.get_state(legacy=False)
            return {"type": "RandomState", "state": self._inside("state", state)}
        if kind is np.random.Generator and type(value.bit_generator).__name__ in GENERATORS:
            state = value.bit_generator.state
            return {"type": "Generator", "state": self._inside("state", state)}
        if is_label(value):
            record = label_record(value)
            if record is not None:
                return {name: self._inside(name, part) for name, part in record.items()}
        raise TypeError(self._refusal(value))

    def _inside(self, name: str, value: Any) -> Any:
        self._path.append(name)
        encoded = self.encode(value)
        self._path.pop()
        return encoded

    def _items(self, values: Any) -> list[Any]:
        return [self._inside(f"[{i}]", value) for i, value in enumerate(values)]

    def _scalar(self, value: np.generic) -> Record:
        if value.dtype.kind not in _PLAIN_KINDS or value.dtype == np.longdouble:
            raise TypeError(self._refusal(value))
        return {"type": "scalar", "array": self._member(np.array([value]))}

    def _array(self, value: np.ndarray) -> Record:
        if value.dtype == object:
            shape = list(value.shape)
            return {"type": "objects", "shape": shape, "items": self._items(value.ravel().tolist())}
        if value.dtype.kind not in _PLAIN_KINDS or value.dtype == np.longdouble:
            raise TypeError(self._refusal(value))
        return {"type": "array", "array": self._member(value)}

    def _member(self, array: np.ndarray) -> int:
        self.arrays.append(array)
        return len(self.arrays) - 1

    def _refusal(self, value: Any) -> str:
        kind = type(value)
        text = " ".join(repr(value).split())
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        place = ".".join(self._path).replace(".[", "[") or "the object"
        reason = "such a file holds plain values, NumPy arrays, pandas labels and arsieve_rf's own classes"
        if is_label(value):
            reason = why_no_record(value)
        return (
            f"{place} = {shown} ({kind.__module__}.{kind.__qualname__}) cannot be saved: {reason}. Use "
            "pickle, joblib or skops.io for this object, or fit without it."
        )
