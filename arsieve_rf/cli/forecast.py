"""``arsieve-rf forecast``: CSV in, forest, CSV and picture out."""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import InputError, Progress, told_as_input_errors
from .table import Table, read_table
from .times import Times, check_regular, read_times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_plot", "run", "save_plot", "write_csv"]


def run(arguments: Namespace) -> None:
    """Do what the arguments say; InputError for every mistake in them."""
    _check_together(arguments)
    progress = Progress(shown=sys.stderr.isatty() and not arguments.quiet)
    table = read_table(arguments.file)
    y, X, times = _read_data(table, arguments)
    future_X = _read_future(arguments, y, times)
    _check_used(arguments)
    from ..estimators.forecaster import ARSieveForecaster

    with told_as_input_errors():
        forecaster = ARSieveForecaster(**_options(arguments))
        with progress.step(f"fitting {arguments.trees} trees to {len(y)} values"):
            forecaster.fit(y, X)
        with progress.step(f"forecasting {arguments.horizon} steps"):
            forecast = forecaster.predict(arguments.horizon, future_X)
    label = arguments.time or "step"
    labels = range(1, arguments.horizon + 1) if times is None else map(times.write, forecast.index)
    values = map(repr, np.asarray(forecast).tolist())
    write_csv(arguments.out, [label, "forecast"], zip(labels, values))
    if arguments.out:
        progress.say(f"wrote {arguments.out}")
    if arguments.plot:
        save_plot(arguments.plot, y, {_title(arguments): forecast})
        progress.say(f"wrote {arguments.plot}")


def _check_together(arguments: Namespace) -> None:
    """Options that need one another, and files that cannot be written: known before any work."""
    if (arguments.exog is None) != (arguments.future_exog is None):
        given, lacking = ("--exog", "--future-exog") if arguments.exog else ("--future-exog", "--exog")
        raise InputError(f"{given} needs {lacking}: the columns, and a file with their future values")
    if arguments.file == "-" and arguments.future_exog == "-":
        raise InputError("standard input can be read once: FILE and --future-exog cannot both be -")
    if arguments.time_format and not arguments.time:
        raise InputError("--time-format needs --time")
    roles = [name for name in (arguments.column, arguments.time, *(arguments.exog or ())) if name]
    repeated = [name for name in roles if roles.count(name) > 1]
    if repeated:
        raise InputError(
            f"column {repeated[0]!r} is asked for twice; --column, --time and --exog must differ"
        )
    if arguments.out:
        _check_writable(arguments.out)
    if arguments.plot:
        check_plot(arguments.plot)


def _check_used(arguments: Namespace) -> None:
    """Options that the chosen bootstrap would silently ignore."""
    from ..resampling.registry import strategy_options

    used = strategy_options(_bootstrap(arguments))
    for name in ("block_length", "period"):
        if getattr(arguments, name) is not None and name not in used:
            option = f"--{name.replace('_', '-')}"
            raise InputError(f"{option} is not used with --bootstrap {arguments.bootstrap}; leave it out")


def _bootstrap(arguments: Namespace) -> str | None:
    """The library's word for the command line's."""
    return None if arguments.bootstrap == "none" else arguments.bootstrap


def _read_data(table: Table, arguments: Namespace) -> tuple[pd.Series, pd.DataFrame | None, Times | None]:
    """The series, its exogenous columns, and its times."""
    import pandas as pd

    others = [*([arguments.time] if arguments.time else []), *(arguments.exog or [])]
    for name in others:
        table.cells(name)  # complain about wrong names before about the choice of the column
    column = arguments.column or table.only_numeric(others)
    values = table.numbers(column)
    times = None
    if arguments.time:
        times = read_times(table, arguments.time, arguments.time_format)
        check_regular(times, table, arguments.time)
        times.index.name = arguments.time
    index = pd.RangeIndex(len(values)) if times is None else times.index
    X = None
    if arguments.exog:
        X = pd.DataFrame({name: table.numbers(name) for name in arguments.exog}, index=index)
    return pd.Series(values, index=index, name=column), X, times


def _read_future(arguments: Namespace, y: pd.Series, times: Times | None) -> Any:
    """Future values of the exogenous columns, in the order of time."""
    if arguments.exog is None:
        return None
    from ..estimators._index import read_series

    table = read_table(arguments.future_exog)
    columns = np.column_stack([table.numbers(name) for name in arguments.exog])
    if len(columns) != arguments.horizon:
        raise InputError(f"{table.source} has {len(columns)} rows, but --horizon is {arguments.horizon}")
    if times is not None and arguments.time in table.names:
        with told_as_input_errors():
            expected = read_series(y, "the series")[1].future(arguments.horizon)
        wanted = [times.write(label) for label in expected]
        for row, (cell, label) in enumerate(zip(table.cells(arguments.time), wanted)):
            if cell != label:
                raise InputError(
                    f"{table.place(row)}: time {cell!r} where {label!r} follows the series "
                    f"(the forecast is for {wanted[0]} to {wanted[-1]})"
                )
    return columns


def _options(arguments: Namespace) -> dict[str, Any]:
    """The forecaster's parameters; what the user did not say is left to its defaults."""
    options = {
        "bootstrap": _bootstrap(arguments),
        "n_estimators": arguments.trees,
        "differencing": arguments.differencing,
        "random_state": arguments.seed,
    }
    optional = {"lags": "lags", "order": "order", "block_length": "block_length", "period": "period"}
    for name, parameter in {**optional, "jobs": "n_jobs"}.items():
        if getattr(arguments, name) is not None:
            options[parameter] = getattr(arguments, name)
    return options


def _title(arguments: Namespace) -> str:
    """Name of the forecast in the picture."""
    words = {"ar_sieve": "AR-sieve", "iid": "IID", "none": "unresampled"}
    return f"{words.get(arguments.bootstrap, arguments.bootstrap)} forest"


def write_csv(path: str | None, header: list[str], rows: Any) -> None:
    """Write to a file, or to standard output for None."""
    if path is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        return
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def _check_writable(path: str) -> None:
    """What can be known without writing: the folder is there, and the path is not a folder."""
    target = Path(path)
    try:
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder")
        if not target.parent.is_dir():
            raise InputError(f"cannot write {path}: there is no folder {target.parent}")
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path!r}: {error}") from error


def check_plot(path: str) -> None:
    """The path can be written, matplotlib is there and knows the kind of file."""
    _check_writable(path)
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError('--plot needs matplotlib: pip install "arsieve-rf[plot]"') from error
    known = Figure().canvas.get_supported_filetypes()
    if Path(path).suffix.lstrip(".").lower() not in known:
        raise InputError(f"cannot draw {path}: its name must end in one of .{', .'.join(sorted(known))}")


def save_plot(path: str, history: Any, forecasts: dict[str, Any], actual: Any = None, **options: Any) -> None:
    """Draw and write a picture."""
    from ..plotting import plot_forecast

    figure: Any = plot_forecast(history, forecasts, actual, **options).figure
    try:
        figure.savefig(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
