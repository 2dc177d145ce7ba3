"""Progress of long work on stderr: tqdm where it is installed, plain lines otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

__all__ = ["progress"]

T = TypeVar("T")


def progress(parts: Iterable[T], sizes: Sequence[int], *, label: str, verbose: int) -> Iterator[T]:
    """Pass ``parts`` on and tell how much of ``sum(sizes)`` is done; silent where ``verbose`` is 0."""
    if not verbose:
        yield from parts
        return
    total = sum(sizes)
    try:
        from tqdm import tqdm
    except ImportError:
        yield from _plain(parts, sizes, total, label)
        return
    with tqdm(total=total, desc=label, file=sys.stderr) as bar:
        for part, size in zip(parts, sizes):
            bar.update(size)
            yield part


def _plain(parts: Iterable[T], sizes: Sequence[int], total: int, label: str) -> Iterator[T]:
    start, done, tenth = time.monotonic(), 0, 0
    for part, size in zip(parts, sizes):
        done += size
        if 10 * done // total > tenth:
            tenth = 10 * done // total
            print(
                f"{label}: {done} of {total}, {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True
            )
        yield part
