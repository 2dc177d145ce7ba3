"""Warnings of many series: collected where a series is forecast, told once where the caller is."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

__all__ = ["Caught", "collect_warnings", "tell_warnings"]

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")


class Caught(NamedTuple):
    """A warning, in parts that every process can read."""

    message: str
    category: type[Warning]
    filename: str
    lineno: int


class _Collector:
    """One change of the filters, which belong to the whole process, for all threads that collect.

    ``warnings.catch_warnings`` in each thread would not do: one thread's exit undoes what another has set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: dict[int, list[Caught]] = {}
        self._changed: warnings.catch_warnings | None = None
        self._shown_before: Any = None

    def enter(self, caught: list[Caught]) -> list[Caught] | None:
        """Collect there from now on; gives the list that was collected in before."""
        with self._lock:
            if not self._lists:
                self._changed = warnings.catch_warnings()
                self._changed.__enter__()
                self._shown_before = warnings.showwarning
                warnings.simplefilter("always")
                warnings.showwarning = self._take
            before = self._lists.get(threading.get_ident())
            self._lists[threading.get_ident()] = caught
            return before

    def leave(self, before: list[Caught] | None) -> None:
        """Collect in the former list again."""
        with self._lock:
            if before is not None:
                self._lists[threading.get_ident()] = before
                return
            del self._lists[threading.get_ident()]
            if not self._lists and self._changed is not None:
                self._changed.__exit__(None, None, None)

    def _take(
        self, message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        """In place of ``warnings.showwarning``; threads that do not collect warn as before."""
        caught = self._lists.get(threading.get_ident())
        if caught is None:
            self._shown_before(message, category, filename, lineno, file, line)
        else:
            caught.append(Caught(str(message), category, filename, lineno))


_COLLECTOR = _Collector()


@contextmanager
def collect_warnings() -> Iterator[list[Caught]]:
    """All warnings of this thread, whatever the filters; nothing is shown."""
    caught: list[Caught] = []
    before = _COLLECTOR.enter(caught)
    try:
        yield caught
    finally:
        _COLLECTOR.leave(before)


def tell_warnings(found: dict[Caught, list[Hashable]]) -> None:
    """Issue each warning once, with the series that it is about.

    Messages that differ by numbers only are told together, by the first of them: else a panel could
    print as many as it has series. The user's filters apply, since messages begin as they were.
    """
    groups: dict[tuple[Any, str], list[tuple[Caught, list[Hashable]]]] = {}
    for caught, ids in found.items():
        groups.setdefault((caught.category, _NUMBER.sub("#", caught.message)), []).append((caught, ids))
    for members in groups.values():
        first = members[0][0]
        ids = list(dict.fromkeys(i for _, some in members for i in some))
        shown = ", ".join(map(repr, ids[:3])) + (", ..." if len(ids) > 3 else "")
        numbers = "; the numbers are those of the first" if len(members) > 1 else ""
        text = f"{first.message} [{len(ids)} series: {shown}{numbers}]"
        warnings.warn_explicit(text, first.category, first.filename, first.lineno)
