"""``arsieve-rf forecast --id``: every series of a long CSV file."""

from __future__ import annotations

import sys
import warnings
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .messages import InputError, Progress, one_line, told_as_input_errors
from .options import check_together, check_used, forecaster_options, interval_options, title
from .output import forecast_names, save_plots, write_csv
from .table import Table, read_table
from .times import Times, read_times
from .words import in_program_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_frame", "run"]

_SOME_FAILED = 3
_MOST_PICTURES = 9
_KEYS = ("unique_id", "ds", "y")


def run(arguments: Namespace) -> int:
    """Do what the arguments say; the exit code tells whether some series failed."""
    check_together(arguments)
    progress = Progress(shown=sys.stderr.isatty() and not arguments.quiet)
    table = read_table(arguments.file)
    frame, times = read_frame(table, arguments)
    future = _read_future(arguments, frame, times)
    check_used(arguments, [arguments.bootstrap], "--bootstrap")
    from ..estimators.forecaster import ARSieveForecaster
    from ..estimators.panel import forecast_panel

    options = forecaster_options(arguments)
    options.pop("n_jobs", None)  # the series are shared out, not the trees of each
    with told_as_input_errors(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\d+ of \d+ series could not", UserWarning)  # told below, in full
        result = forecast_panel(
            frame,
            arguments.horizon,
            forecaster=ARSieveForecaster(**options),
            X_df=future,
            n_jobs=arguments.jobs,
            verbose=int(progress.shown),
            **interval_options(arguments),
        )
    header = [arguments.id, arguments.time or "step", *forecast_names(result.columns[2:])]
    write_csv(arguments.out, header, _lines(result, arguments.horizon, times))
    failures = result.attrs["failures"]
    for name, message in failures.items():
        reason = in_program_words(one_line(message))
        print(f"arsieve-rf forecast: series {name!r} failed: {reason}", file=sys.stderr)
    if arguments.out:
        progress.say(f"wrote {arguments.out}")
    if arguments.plot:
        _draw(arguments, frame, result)
        progress.say(f"wrote {arguments.plot}")
    return _SOME_FAILED if failures else 0


def read_frame(table: Table, arguments: Namespace) -> tuple[pd.DataFrame, Times | None]:
    """Ids, times, values (NaN where missing) and exogenous columns."""
    import pandas as pd

    exog = arguments.exog or []
    others = [arguments.id, *([arguments.time] if arguments.time else []), *exog]
    for name in others:
        table.cells(name)  # complain about wrong names before about the choice of the column
    column = arguments.column
    if column is None:
        column = "y" if "y" in table.names and "y" not in others else table.only_numeric(others, missing=True)
    ids = _ids(table, arguments.id)
    series = _rows_of_series(ids)
    frame = pd.DataFrame({"unique_id": pd.Series(ids, dtype=object)})
    times = None
    if arguments.time:
        times = read_times(table, arguments.time, arguments.time_format, series)
        _check_no_pair_twice(table, ids, times, arguments.time)
        frame["ds"] = times.index
    else:
        frame["ds"] = _steps(series, len(ids))
    frame["y"] = table.numbers(column, missing=True)
    for name in exog:
        frame[_exog_name(name)] = table.numbers(name, missing=True)
    return frame, times


def _read_future(arguments: Namespace, frame: pd.DataFrame, times: Times | None) -> pd.DataFrame | None:
    """Future values of the exogenous columns; matched by id and time, or in the order of the rows."""
    if arguments.exog is None:
        return None
    import pandas as pd

    table = read_table(arguments.future_exog)
    ids = _ids(table, arguments.id)
    future = pd.DataFrame({"unique_id": pd.Series(ids, dtype=object)})
    if times is not None:
        later = read_times(table, arguments.time, times.time_format)
        _check_no_pair_twice(table, ids, later, arguments.time)
        future["ds"] = later.index
    else:
        n_observed = frame["unique_id"].value_counts()
        steps = _steps(_rows_of_series(ids), len(ids))
        future["ds"] = steps + future["unique_id"].map(n_observed).fillna(0).to_numpy(dtype=np.int64)
    for name in arguments.exog:
        future[_exog_name(name)] = table.numbers(name)
    return future


def _ids(table: Table, name: str) -> list[str]:
    """The id of every row."""
    ids = table.cells(name)
    if "" in ids:
        raise InputError(f"{table.place(ids.index(''))}: column {name!r} has a missing id")
    return ids


def _rows_of_series(ids: list[str]) -> list[list[int]]:
    """Numbers of the rows of each series, series in the order of their first rows."""
    series: dict[str, list[int]] = {}
    for row, name in enumerate(ids):
        series.setdefault(name, []).append(row)
    return list(series.values())


def _steps(series: list[list[int]], n_rows: int) -> np.ndarray:
    """0, 1, ... within each series."""
    steps = np.empty(n_rows, dtype=np.int64)
    for rows in series:
        steps[rows] = np.arange(len(rows))
    return steps


def _check_no_pair_twice(table: Table, ids: list[str], times: Times, name: str) -> None:
    """One row for each id and time; name the line of the second."""
    seen = set()
    for row, pair in enumerate(zip(ids, times.index)):
        if pair in seen:
            cell = table.cells(name)[row]
            raise InputError(f"{table.place(row)}: series {pair[0]!r} has the time {cell!r} twice")
        seen.add(pair)


def _exog_name(name: str) -> str:
    """Names that the long frame has for itself are given another one."""
    return f"exog {name}" if name in _KEYS else name


def _lines(result: pd.DataFrame, h: int, times: Times | None) -> Iterator[list[str]]:
    """A line a series and step; cells are empty where there is no forecast, or no time."""
    from pandas import isna

    numbers = result.iloc[:, 2:].to_numpy().tolist()
    for row, (name, label, cells) in enumerate(zip(result["unique_id"], result["ds"], numbers)):
        known = "" if times is None or isna(label) else times.write(label)
        when = str(row % h + 1) if times is None else known
        yield [name, when, *("" if np.isnan(cell) else repr(cell) for cell in cells)]


def _draw(arguments: Namespace, frame: pd.DataFrame, result: pd.DataFrame) -> None:
    """The first series that could be forecast, in one picture."""
    from ..estimators._panel_times import read_clock

    pictures = {}
    for name, rows in result.groupby("unique_id", sort=False):
        if name in result.attrs["failures"]:
            continue
        observed = frame[frame["unique_id"] == name].set_index("ds")["y"].sort_index()
        times = observed.index
        info = read_clock(times, times.dtype, None).regular(times)[0]
        grid = info.index.rename(arguments.time)  # times that are left out are gaps
        forecast = rows.iloc[:, 2:].set_axis(info.future(arguments.horizon))
        pictures[str(name)] = (observed.reindex(grid).rename(arguments.column), {title(arguments): forecast})
        if len(pictures) == _MOST_PICTURES:
            break
    save_plots(arguments.plot, pictures)
