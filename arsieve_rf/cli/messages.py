"""What the program says besides its results: one-line errors, warnings, progress."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from .words import in_program_words

__all__ = ["InputError", "Progress", "one_line", "told_as_input_errors", "warnings_as_lines"]


class InputError(Exception):
    """A mistake in what the user gave; its text is the whole message."""


def one_line(text: object) -> str:
    """The text without line breaks."""
    return " ".join(str(text).split())


@contextmanager
def told_as_input_errors() -> Iterator[None]:
    """Around calls into the library, whose ValueErrors and TypeErrors are about what the user gave."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise InputError(in_program_words(one_line(error))) from error
    except MemoryError as error:
        raise InputError("not enough memory for this many trees or steps") from error


@contextmanager
def warnings_as_lines(program: str) -> Iterator[None]:
    """Print the library's warnings for users as lines; leave out those between libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = lambda message, *_, **__: print(
            f"{program}: warning: {in_program_words(one_line(message))}", file=sys.stderr
        )
        yield


class Progress:
    """Lines on stderr that tell what is going on and how long it took."""

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Say what begins, then how long it took."""
        self._write(f"{text} ... ")
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        self._write(f"{time.perf_counter() - start:.2f} s\n")

    def say(self, text: str) -> None:
        """One line."""
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        """To stderr at once, if at all."""
        if self.shown:
            print(text, end="", file=sys.stderr, flush=True)
