"""The command line: ``python -m simulation``, also ``arsieve-rf simulate``."""

from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields
from typing import Any, NoReturn

from .errors import DesignError, StudyError

__all__ = ["main"]

_MISTAKE = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141  # what a shell reports for a program that SIGPIPE ended

_DESCRIPTION = """\
Compare forecasting methods on simulated series: which bootstrap, on which
data-generating process (DGP), at what cost."""

_EPILOG = """\
examples:
  a look at everything, under two minutes
    %(prog)s run quick --out results/quick --jobs 2
    %(prog)s report results/quick

  your own study, on a cluster
    %(prog)s run study.toml --out results/mine --dask tcp://10.0.0.1:8786

  how long would it take?
    %(prog)s project paper --jobs 2

A run can be interrupted or killed at any time: "%(prog)s resume DIR" goes on,
and the results are the same to the last bit.

exit code: 0 for success, 2 for a mistake in the input, 130 after an interrupt."""


class _Parser(argparse.ArgumentParser):
    """Errors are one line; examples keep their layout; options are not abbreviated."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: error: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(_MISTAKE)


def main(argv: Sequence[str] | None = None, program: str = "python -m simulation") -> int:
    """Run the program.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; by default those of this process.
    program : str
        How the program was called, for its messages.

    Returns
    -------
    int
        Exit code: 0 for success, 2 for a mistake in the input, 130 after an interrupt, 141 where the reader
        of stdout went away.

    Examples
    --------
    >>> from simulation.cli import main
    >>> main(["list", "studies"])
    docs ...
    0
    """
    try:
        arguments = _parser(program).parse_args(argv)
    except SystemExit as leave:  # argparse has printed the help or its error
        return int(leave.code or 0)
    try:
        with _warnings_as_lines(program), _importing_from_here():
            arguments.run(arguments, program)
            sys.stdout.flush()
    except DesignError as error:
        n = len(error.faults)
        print(f"{program}: error: the design has {n} fault{'s' * (n > 1)}:", file=sys.stderr)
        print("\n".join(f"  {fault}" for fault in error.faults), file=sys.stderr)
        return _MISTAKE
    except (StudyError, FileNotFoundError) as error:
        print(f"{program}: error: {error}", file=sys.stderr)
        return _MISTAKE
    except BrokenPipeError:
        with suppress(OSError, ValueError):  # else the interpreter's last flush would complain, too
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _parser(program: str) -> _Parser:
    parser = _Parser(prog=program, description=_DESCRIPTION, epilog=_EPILOG)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="run a study, or what is missing of it")
    run.add_argument("study", metavar="STUDY", help="a TOML file, or a name from: list studies")
    run.add_argument("--out", metavar="DIR", required=True, help="folder for the results")
    _add_workers(run)
    run.set_defaults(run=_run)

    resume = commands.add_parser("resume", help="finish a study that was interrupted")
    resume.add_argument("out", metavar="DIR", help="folder of the study")
    _add_workers(resume)
    resume.set_defaults(run=_resume)

    project = commands.add_parser("project", help="measure how long a study would take")
    project.add_argument("study", metavar="STUDY", help="a TOML file, or a name from: list studies")
    _add_workers(project, projection=False)
    project.set_defaults(run=_project)

    check = commands.add_parser("check", help="read a design and tell its faults, or what is in it")
    check.add_argument("study", metavar="STUDY", help="a TOML file, or a name from: list studies")
    check.set_defaults(run=_check)

    report = commands.add_parser("report", help="write the report of a study, finished or not")
    report.add_argument("out", metavar="DIR", help="folder of the study")
    report.set_defaults(run=_report)

    listing = commands.add_parser("list", help="tell what there is")
    listing.add_argument("what", choices=("dgps", "methods", "studies"))
    listing.set_defaults(run=_list)
    return parser


def _add_workers(parser: argparse.ArgumentParser, projection: bool = True) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", metavar="N", type=_jobs, default=1, help="processes; -1 for all processors (default 1)"
    )
    where.add_argument("--dask", metavar="ADDRESS", help="let the workers of this dask scheduler do the work")
    parser.add_argument("--quiet", "-q", action="store_true", help="no progress on stderr")
    if projection:
        parser.add_argument(
            "--no-projection",
            action="store_true",
            help="start at once, without measuring how long it will take",
        )


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000) and text != "-1":
        raise argparse.ArgumentTypeError(f"must be 1 or more, or -1 for all processors, got {text!r}")
    return int(text)


@contextmanager
def _warnings_as_lines(program: str) -> Iterator[None]:
    """Print warnings for users as lines; leave out those between libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", category=UserWarning, module="simulation|__main__|runpy")
        warnings.showwarning = lambda message, *_, **__: print(
            f"{program}: warning: {message}", file=sys.stderr
        )
        yield


@contextmanager
def _importing_from_here() -> Iterator[None]:
    """Find a design's ``module:Class`` in the current folder, as ``python -m`` does and scripts do not."""
    here = os.getcwd()
    added = here not in sys.path and "" not in sys.path
    if added:
        sys.path.append(here)
    try:
        yield
    finally:
        if added:
            sys.path.remove(here)


def _workers(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"n_jobs": arguments.jobs, "dask": arguments.dask, "progress": not arguments.quiet}


@contextmanager
def _hint(out: str, program: str) -> Iterator[None]:
    """After an interrupt, tell what is there and how to go on."""
    from .runner import count_shards

    try:
        yield
    except KeyboardInterrupt:
        n_done, n_all = count_shards(out)
        state = f"{n_done} of {n_all} shards are stored. To go on: {program} resume {out}"
        print(f"{program}: interrupted; {state if n_all else 'nothing is stored yet.'}", file=sys.stderr)
        raise


def _run(arguments: argparse.Namespace, program: str) -> None:
    """Imported late: numba and pandas take a moment that ``--help`` need not wait for."""
    from .runner import run_study

    with _hint(arguments.out, program):
        run_study(
            arguments.study,
            arguments.out,
            projection=not arguments.no_projection,
            **_workers(arguments),
        )
    print(f"results: {arguments.out}   (to see them: {program} report {arguments.out})")


def _resume(arguments: argparse.Namespace, program: str) -> None:
    from .runner import resume_study

    with _hint(arguments.out, program):
        resume_study(arguments.out, projection=not arguments.no_projection, **_workers(arguments))
    print(f"results: {arguments.out}   (to see them: {program} report {arguments.out})")


def _project(arguments: argparse.Namespace, program: str) -> None:
    from .progress import duration
    from .runner import project_study

    projection = project_study(arguments.study, **_workers(arguments))
    for length, seconds in projection.by_length.items():
        print(f"T={length:<6} {duration(seconds / projection.n_workers)}")
    print(f"all      {duration(projection.total)}")


def _check(arguments: argparse.Namespace, program: str) -> None:
    from .design import load_design

    design = load_design(arguments.study)
    print(f"{design.title}: horizon {design.horizon}, {design.n_series} series, {design.n_shards} shards")
    for cell in design.cells:
        print(f"  {cell.id:<28} {cell.replications:>6} x {cell.label}")
    for method in design.methods:
        options = ", ".join(f"{key}={value}" for key, value in method.options.items())
        print(f"  {method.label}: {method.name}({options})")


def _report(arguments: argparse.Namespace, program: str) -> None:
    from .report import write_report
    from .store import Store

    Store(arguments.out).design()  # one clear line if there is no study
    for path in write_report(arguments.out):
        print(path)


def _list(arguments: argparse.Namespace, program: str) -> None:
    if arguments.what == "studies":
        from .design import load_design, study_names

        for name in study_names():
            design = load_design(name)
            print(f"{name:<12} {design.title} ({len(design.cells)} cells, {design.n_series} series)")
        return
    registry: Mapping[str, Any]
    if arguments.what == "dgps":
        from .dgps.registry import DGPS as registry
    else:
        from .methods.registry import METHODS as registry
    for name, kind in registry.items():
        summary = getattr(kind, "summary", None) or (kind.__doc__ or "").strip().partition("\n")[0]
        summary = re.sub(r":[a-z]+:`([^`]*)`", r"\1", summary)  # Sphinx's roles are for the docs
        print(f"{name:<15} {summary}")
        parameters = sorted((item for item in fields(kind) if item.init), key=_has_default)
        text = ", ".join(_parameter(item) for item in parameters)
        if text:
            indent = " " * 20
            print(textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent))


def _has_default(item: Any) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _parameter(item: Any) -> str:
    """``name``, or ``name=default``."""
    if item.default is not MISSING:
        return f"{item.name}={item.default!r}"
    if item.default_factory is not MISSING:
        return f"{item.name}={item.default_factory()!r}"
    return str(item.name)
