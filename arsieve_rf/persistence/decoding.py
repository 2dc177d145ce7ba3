"""From records and arrays back to objects: only the known kinds, only the classes that are given."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..series.labels import LABEL_TYPES, label_of
from .classes import Damaged, Stored, UnknownClass
from .encoding import GENERATORS, Record

__all__ = ["Decoder"]

_UNFINISHED = object()


class Decoder:
    """Makes the objects of a table of records.

    Parameters
    ----------
    classes : mapping of str to Stored
        Classes whose instances may be made, by name.
    records : sequence of dict
        As :class:`~.encoding.Encoder` gives them.
    array : callable
        The array of a number, a new one at each call.
    """

    def __init__(
        self,
        classes: Mapping[str, Stored],
        records: Sequence[Record],
        array: Callable[[int], np.ndarray],
    ) -> None:
        self._classes = classes
        self._records = records
        self._array = array
        self._made: dict[int, Any] = {}
        self._unchecked: list[tuple[Callable[[Any], None], Any]] = []

    def decode(self, value: Any) -> Any:
        """The value, and all that it holds, checked.

        Raises
        ------
        UnknownClass
            If it names a class that is not given.
        ValueError, TypeError, KeyError
            If it is not what an encoder could have written.
        """
        decoded = self._decode(value)
        for check, instance in self._unchecked:
            check(instance)
        return decoded

    def _decode(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if not (isinstance(value, dict) and set(value) == {"ref"}):
            raise Damaged(f"a value or a reference is expected, not {value!r:.60}")
        number = value["ref"]
        if type(number) is not int or not 0 <= number < len(self._records):
            raise Damaged(f"a reference to a record {number!r} that is not there")
        if number not in self._made:
            self._made[number] = _UNFINISHED
            self._made[number] = self._make(number, self._records[number])
        if self._made[number] is _UNFINISHED:
            raise Damaged(f"record {number} holds itself")
        return self._made[number]

    def _make(self, number: int, record: Record) -> Any:
        kind = record["type"]
        if kind == "object":
            return self._object(number, record)
        if kind in ("list", "dict"):
            container = self._made[number] = [] if kind == "list" else {}
            if isinstance(container, list):
                container.extend(map(self._decode, record["items"]))
            else:
                container.update((self._decode(k), self._decode(v)) for k, v in record["items"])
            return container
        if kind in LABEL_TYPES:
            # the kind itself is a plain word, like all plain values
            return label_of({name: self._decode(part) for name, part in record.items()})
        if kind not in _MAKERS:
            raise Damaged(f"a record of an unknown type {kind!r}")
        return _MAKERS[kind](self, record)

    def _object(self, number: int, record: Record) -> Any:
        if record["class"] not in self._classes:
            raise UnknownClass(record["class"])
        stored = self._classes[record["class"]]
        stored.check_names(record["fields"])
        instance: Any = object.__new__(stored.cls)
        self._made[number] = instance
        # frozen dataclasses have no other way, and no __init__ of any class is meant to run
        vars(instance).update((name, self._decode(part)) for name, part in record["fields"].items())
        if stored.check is not None:
            self._unchecked.append((stored.check, instance))
        return instance

    def items(self, record: Record) -> list[Any]:
        """The decoded items of a record."""
        return [self._decode(item) for item in record["items"]]

    def array(self, record: Record) -> np.ndarray:
        """The array of a record."""
        return self._array(record["array"])

    def state(self, record: Record) -> dict[str, Any]:
        """The decoded state of a random number generator."""
        return self._decode(record["state"])


def _float(decoder: Decoder, record: Record) -> float:
    value = float(record["value"])
    if math.isfinite(value):
        raise Damaged(f"a finite float as a record: {value}")
    return value


def _objects(decoder: Decoder, record: Record) -> np.ndarray:
    items = decoder.items(record)
    flat = np.empty(len(items), object)
    flat[:] = items
    return flat.reshape(record["shape"])


def _generator(decoder: Decoder, record: Record) -> np.random.Generator:
    state = decoder.state(record)
    if state["bit_generator"] not in GENERATORS:
        raise Damaged(f"the generator {state['bit_generator']!r} is unknown")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _random_state(decoder: Decoder, record: Record) -> np.random.RandomState:
    generator = np.random.RandomState()
    generator.set_state(decoder.state(record))
    return generator


_MAKERS: dict[str, Callable[[Decoder, Record], Any]] = {
    "tuple": lambda decoder, record: tuple(decoder.items(record)),
    "slice": lambda decoder, record: slice(*decoder.items(record)),
    "range": lambda decoder, record: range(*decoder.items(record)),
    "float": _float,
    "array": lambda decoder, record: decoder.array(record),
    "scalar": lambda decoder, record: decoder.array(record)[0],
    "objects": _objects,
    "RandomState": _random_state,
    "Generator": _generator,
}
