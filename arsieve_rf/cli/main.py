"""From the words on the command line to an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from . import simulate
from .messages import InputError, one_line, warnings_as_lines
from .parser import build_parser

__all__ = ["main"]

_INPUT_ERROR = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141  # what a shell reports for a program that SIGPIPE ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        Exit code: 0 for success, 2 for a mistake in the input (with one line on stderr), 3 if some of many
        series could not be forecast (with a line for each), 130 after an interrupt, 141 where the reader of
        stdout went away.

    Examples
    --------
    >>> from arsieve_rf.cli import main
    >>> main(["--version"])
    arsieve-rf ...
    0
    """
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["simulate"]:  # has a parser of its own
        return simulate.run(words[1:])
    try:
        arguments = build_parser().parse_args(words)
    except SystemExit as leave:  # argparse has printed the help, the version, or its error
        return int(leave.code or 0)
    arguments.words = words  # a report tells them
    program = f"arsieve-rf {arguments.command}"
    try:
        with warnings_as_lines(program):
            code = arguments.run(arguments)
            sys.stdout.flush()
    except InputError as error:
        print(f"{program}: error: {one_line(error)}", file=sys.stderr)
        return _INPUT_ERROR
    except BrokenPipeError:
        _silence_stdout()
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return code or 0


def _silence_stdout() -> None:
    """Let the interpreter's last flush go nowhere, else it would complain about the broken pipe, too."""
    with suppress(OSError, ValueError):  # stdout may be no file of the system
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
