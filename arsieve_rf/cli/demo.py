"""``arsieve-rf demo``: forecasts of the yearly sunspots by four methods, compared with the naive one."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .messages import InputError, Progress, told_as_input_errors
from .output import save_plot, write_csv

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["run"]

_N_HELD_OUT = 24


def run(arguments: Namespace) -> None:
    """Forecast, print the table, write the files."""
    folder = Path(arguments.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot make the folder {arguments.out}: {error}") from error
    progress = Progress(shown=not arguments.quiet)
    from ..datasets import load_sunspots

    y = load_sunspots()
    train, test = y[:-_N_HELD_OUT], y[-_N_HELD_OUT:]
    progress.say(
        f"yearly sunspots: {train.index[0]}-{train.index[-1]} to learn from, "
        f"{test.index[0]}-{test.index[-1]} held out"
    )
    methods = _methods(arguments)
    with told_as_input_errors(), progress.step("compiling (first run only; later runs read the cache)"):
        for method in methods.values():
            method(train[:60], 2)
    forecasts, seconds = {}, {}
    for name, method in methods.items():
        with told_as_input_errors(), progress.step(f"{name}: fit and forecast"):
            start = time.perf_counter()
            forecasts[name] = method(train, len(test))
            seconds[name] = time.perf_counter() - start
    progress.say("")
    print(_table(train, test, forecasts, seconds), flush=True)
    _write_files(folder, train, test, forecasts, progress)


def _methods(arguments: Namespace) -> dict[str, Callable[[Any, int], Any]]:
    """Name to a function of (series, steps)."""
    from ..estimators.forecaster import ARSieveForecaster
    from ..evaluation import ar_forecast, naive_forecast
    from ..resampling.ar import fit_ar

    def forest(bootstrap: str) -> Callable[[Any, int], Any]:
        forecaster = ARSieveForecaster(
            bootstrap=bootstrap,
            n_estimators=arguments.trees,
            random_state=arguments.seed,
            n_jobs=arguments.jobs,
        )
        return lambda y, h: forecaster.fit(y).predict(h)

    return {
        "default": forest("auto"),
        "AR-sieve forest": forest("ar_sieve"),
        "IID forest": forest("iid"),
        "AR model": lambda y, h: ar_forecast(fit_ar(y), y, h),
        "naive": naive_forecast,
    }


def _table(train: pd.Series, test: pd.Series, forecasts: dict[str, Any], seconds: dict[str, float]) -> str:
    """Errors and times, a line a method."""
    from ..evaluation import mae, mase, rmse

    naive = rmse(test, forecasts["naive"])
    lines = [f"{'':<16}{'RMSE':>8}{'MAE':>8}{'MASE':>8}{'RMSE/naive':>12}{'seconds':>9}"]
    for name, forecast in forecasts.items():
        error = rmse(test, forecast)
        lines.append(
            f"{name:<16}{error:8.2f}{mae(test, forecast):8.2f}{mase(test, forecast, train):8.3f}"
            f"{error / naive:12.3f}{seconds[name]:9.3f}"
        )
    return "\n".join(lines)


def _write_files(folder: Path, train: Any, test: Any, forecasts: dict[str, Any], progress: Progress) -> None:
    """Forecasts as CSV, and the picture where matplotlib is there."""
    columns = [test, *forecasts.values()]
    rows = [
        [str(label), *(repr(float(column.iloc[i])) for column in columns)]
        for i, label in enumerate(test.index)
    ]
    path = folder / "forecasts.csv"
    write_csv(str(path), ["year", "held out", *forecasts], rows)
    print(f"\nforecasts: {path}", flush=True)
    if find_spec("matplotlib") is None:
        progress.say('no picture: it needs matplotlib (pip install "arsieve-rf[plot]")')
        return
    picture = folder / "forecasts.png"
    with progress.step("drawing"):
        title = f"Yearly sunspot numbers, last {len(test)} years held out"
        save_plot(str(picture), train, forecasts, test, title=title)
    print(f"picture:   {picture}")
