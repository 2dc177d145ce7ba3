"""``arsieve-rf compare``: CSV in, a table of bootstraps and what it says out, and a page with pictures."""

from __future__ import annotations

import math
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterator
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

from .forecast import read_data
from .messages import InputError, Progress, told_as_input_errors
from .options import check_columns, check_used, or_none, template_options
from .output import check_writable, write_csv
from .panel import read_frame
from .table import Table, read_table
from .times import Times

__all__ = ["run"]

_LEFT_OUT = ("MAE",)  # of the table in the terminal, which is wide enough; files have it


def run(arguments: Namespace) -> None:
    """Do what the arguments say; InputError for every mistake in them."""
    check_columns(arguments)
    _check_files(arguments)
    progress = Progress(shown=sys.stderr.isatty() and not arguments.quiet)
    table = read_table(arguments.file)
    y, X, times = _read(table, arguments)
    result = _compare(arguments, y, X, progress)
    _say("\n".join([*_table(result), "", result.describe()]))
    if arguments.out:
        _write_summary(arguments.out, result)
        progress.say(f"wrote {arguments.out}")
    if arguments.report:
        with progress.step(f"drawing and writing {arguments.report}"):
            _write_report(arguments, result, _facts(arguments, table, times))


def _check_files(arguments: Namespace) -> None:
    """Files that cannot be written, and what is needed to write them, before any work."""
    for path in (arguments.out, arguments.report):
        if path:
            check_writable(path, arguments.file)
    if arguments.report is None:
        return
    if arguments.out and Path(arguments.out).resolve() == Path(arguments.report).resolve():
        raise InputError(f"--out and --report name the same file, {arguments.out}")
    if find_spec("matplotlib") is None:
        raise InputError('--report needs matplotlib: pip install "arsieve-rf[compare]"')


def _read(table: Table, arguments: Namespace) -> tuple[Any, Any, Times | None]:
    """One series with its exogenous columns, or a long frame that has all."""
    if arguments.id is None:
        return read_data(table, arguments)
    frame, times = read_frame(table, arguments)
    return frame, None, times


def _compare(arguments: Namespace, y: Any, X: Any, progress: Progress) -> Any:
    """The library's comparison."""
    from ..estimators.forecaster import ARSieveForecaster
    from ..evaluation.comparison.compare import compare_bootstraps

    words = arguments.bootstraps or signature(compare_bootstraps).parameters["bootstraps"].default
    check_used(arguments, words, "--bootstraps")
    if "seasonal" in words and arguments.period is None:
        raise InputError("--bootstraps seasonal needs --period, the rows of one season")
    options = template_options(arguments)
    options.pop("n_jobs", None)  # windows are shared out, not the trees of each
    what = f"comparing {len(words)} bootstraps and their yardsticks on {arguments.windows} windows"
    with told_as_input_errors(), progress.step(what):
        result = compare_bootstraps(
            y,
            X,
            bootstraps=[or_none(word) for word in words],
            h=arguments.horizon,
            n_windows=arguments.windows,
            step=arguments.step,
            window="sliding" if arguments.sliding else "expanding",
            refit=arguments.refit,
            coverage=arguments.coverage,
            forecaster=ARSieveForecaster(**options),
            n_jobs=arguments.jobs,
            random_state=arguments.seed,
        )
        result.summary()  # tests and resampling, which are done when they are first asked for
    return result


def _table(result: Any) -> list[str]:
    """Aligned columns: bootstraps, then all else, each with the best first; and what the marks mean."""
    from ..evaluation.comparison.report.columns import columns
    from ..evaluation.comparison.report.tables import by_kind

    shown = [column for column in columns(result) if column.title not in _LEFT_OUT]
    titles = [[column.title, column.interval_title] for column in shown]
    groups = by_kind(result)
    cells = {
        name: [[column.text(row), column.interval(row)] for column in shown]
        for named in groups.values()
        for name, row in named
    }
    kept = [(i, j) for i, pair in enumerate(titles) for j in range(2) if pair[j]]
    widths = [max(len(row[i][j]) for row in [titles, *cells.values()]) for i, j in kept]
    longest = max(map(len, cells))
    mark = {result.best_: "*" if result.winner_ else ">"} if len(result.bootstraps) > 1 else {}

    def line(first: str, name: str, row: list[list[str]]) -> str:
        padded = (row[i][j].rjust(width) for (i, j), width in zip(kept, widths))
        return "  ".join([f"{first:<1} {name:<{longest}}", *padded]).rstrip()

    lines = [line("", "", titles)]
    for heading, named in groups.items():
        lines.append(heading.lower())
        lines += [line(mark.get(name, ""), name, cells[name]) for name, _ in named]
    return [*lines, "", *_legend(result)]


def _legend(result: Any) -> Iterator[str]:
    """What the mark means; the columns are in the help."""
    if result.winner_ is not None:
        yield "* winner: better than each other bootstrap by more than chance"
    elif len(result.bootstraps) > 1:
        yield "> best of the bootstraps, which may be chance"
    yield f'ratios and tests relate to {result.reference}; "arsieve-rf compare --help" explains the columns'


def _say(text: str) -> None:
    """To standard output, whatever its encoding has signs for."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="replace").decode(encoding), flush=True)


def _write_summary(path: str, result: Any) -> None:
    """All columns of the summary, with all digits; cells without a value are empty."""
    table = result.summary()
    rows = ([name, *map(_written, row)] for name, row in zip(table.index, table.to_numpy().tolist()))
    write_csv(path, ["method", *table.columns], rows)


def _written(value: Any) -> str:
    """As Python reads it again; nothing for NaN."""
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)


def _facts(arguments: Namespace, table: Table, times: Times | None) -> list[tuple[str, str]]:
    """What only the program knows: where the data come from, and the options that shape the forests."""
    parts = [f"{table.source}, {len(table.rows):,} rows"]
    roles = {"series": arguments.id, "times": arguments.time if times is not None else None}
    parts += [f"{role} in column {name}" for role, name in roles.items() if name]
    if arguments.exog:
        parts.append(f"other columns {', '.join(arguments.exog)}")
    return [("File:", "; ".join(parts) + "."), ("Forests:", f"{arguments.trees:,} trees each.")]


def _write_report(arguments: Namespace, result: Any, facts: list[tuple[str, str]]) -> None:
    from ..evaluation.comparison.report import write_report

    what = arguments.column or (result.setting.unit.y.name if arguments.id is None else "these series")
    command = shlex.join(["arsieve-rf", *arguments.words])
    try:
        write_report(
            result, arguments.report, title=f"Which bootstrap for {what}?", facts=facts, command=command
        )
    except OSError as error:
        raise InputError(f"cannot write {arguments.report}: {error.strerror or error}") from error
