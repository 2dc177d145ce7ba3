"""``arsieve-rf forecast``: CSV in, forest, CSV and picture out."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import InputError, Progress, told_as_input_errors
from .options import check_together, check_used, forecaster_options, interval_options, title
from .output import forecast_names, save_plot, write_csv
from .table import Table, read_table
from .times import Times, check_regular, read_times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_data", "run"]


def run(arguments: Namespace) -> None:
    """Do what the arguments say; InputError for every mistake in them."""
    check_together(arguments)
    progress = Progress(shown=sys.stderr.isatty() and not arguments.quiet)
    table = read_table(arguments.file)
    y, X, times = read_data(table, arguments)
    future_X = _read_future(arguments, y, times)
    check_used(arguments, [arguments.bootstrap], "--bootstrap")
    from ..estimators.forecaster import ARSieveForecaster

    with told_as_input_errors():
        forecaster = ARSieveForecaster(**forecaster_options(arguments))
        with progress.step(f"fitting {arguments.trees} trees to {len(y)} values"):
            forecaster.fit(y, X)
        with progress.step(f"forecasting {arguments.horizon} steps"):
            forecast = _forecast(forecaster, arguments, future_X)
    if arguments.describe:
        print(forecaster.describe(), file=sys.stderr)
    label = arguments.time or "step"
    labels = range(1, arguments.horizon + 1) if times is None else map(times.write, forecast.index)
    cells = (map(repr, row) for row in forecast.to_numpy().tolist())
    header = [label, *forecast_names(forecast.columns)]
    write_csv(arguments.out, header, ([label, *row] for label, row in zip(labels, cells)))
    if arguments.out:
        progress.say(f"wrote {arguments.out}")
    if arguments.plot:
        save_plot(arguments.plot, y, {title(arguments): forecast})
        progress.say(f"wrote {arguments.plot}")


def _forecast(forecaster: Any, arguments: Namespace, X: Any) -> pd.DataFrame:
    """Mean, and the bounds of intervals where they are asked for."""
    if options := interval_options(arguments):
        return forecaster.predict_interval(arguments.horizon, X, **options)
    return forecaster.predict(arguments.horizon, X).to_frame("mean")


def read_data(table: Table, arguments: Namespace) -> tuple[pd.Series, pd.DataFrame | None, Times | None]:
    """The series, its exogenous columns, and its times."""
    import pandas as pd

    others = [*([arguments.time] if arguments.time else []), *(arguments.exog or [])]
    for name in others:
        table.cells(name)  # complain about wrong names before about the choice of the column
    gaps = arguments.missing == "segment"
    column = arguments.column or table.only_numeric(others, missing=gaps)
    values = table.numbers(column, missing=gaps)
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
    from ..series.index import read_series

    table = read_table(arguments.future_exog)
    columns = np.column_stack([table.numbers(name) for name in arguments.exog])
    if len(columns) != arguments.horizon:
        raise InputError(f"{table.source} has {len(columns)} rows, but --horizon is {arguments.horizon}")
    if times is not None and arguments.time in table.names:
        with told_as_input_errors():
            expected = read_series(y, "the series", missing=True)[1].future(arguments.horizon)
        wanted = [times.write(label) for label in expected]
        for row, (cell, label) in enumerate(zip(table.cells(arguments.time), wanted)):
            if cell != label:
                raise InputError(
                    f"{table.place(row)}: time {cell!r} where {label!r} follows the series "
                    f"(the forecast is for {wanted[0]} to {wanted[-1]})"
                )
    return columns
