"""The default forecaster on the series of the M3 and M1 competitions.

``python -m benchmarks.m3 [--set m3|m1] [--inner] [--trees 500] [--seed 0] [--jobs 2] [--options JSON] [--out
FORECASTS.csv]``

One ``forecast_panel`` a frequency, whose period and horizon are all that is said; everything else is default.
Beside it stand entries of the M3 competition on the same series, and for both sets the seasonal naive
forecast and AR models (AIC) of the levels and of the differences. With ``--out`` the forecasts are written as
CSV (``unique_id, h, yhat``).
"""

from __future__ import annotations

import argparse
import json
import time
import warnings

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster, fit_ar, forecast_panel
from arsieve_rf.evaluation import ar_forecast
from benchmarks.competition import Task, errors, load, official
from benchmarks.harness import machine, table

ENTRIES = ["THETA", "ForecastPro", "ForcX", "ROBUST-Trend", "NAIVE2"]


def panels(
    tasks: list[Task], trees: int, seed: int, jobs: int, coverage: list[float] | None = None, **options
) -> dict[str, pd.DataFrame]:
    """Forecasts of the default forecaster for each series, one panel a frequency."""
    out = {}
    for frequency in sorted({task.frequency for task in tasks}):
        chosen = [task for task in tasks if task.frequency == frequency]
        period, h = chosen[0].period, len(chosen[0].test)
        forecaster = ARSieveForecaster(
            seasonal_period=period if period > 1 else None,
            seasonal="auto" if period > 1 else None,
            n_estimators=trees,
            random_state=seed,
        ).set_params(**options)
        frame = pd.concat(
            pd.DataFrame({"unique_id": t.unique_id, "ds": np.arange(len(t.train)), "y": t.train})
            for t in chosen
        )
        result = forecast_panel(frame, h, forecaster=forecaster, coverage=coverage, n_jobs=jobs)
        out |= {str(uid): group for uid, group in result.groupby("unique_id")}
    return out


def plain(task: Task) -> dict[str, np.ndarray]:
    """Forecasts that need no forest."""
    y, m, h = task.train, task.period, len(task.test)
    season = y[-m:] if len(y) >= m else y[-1:]
    levels = ar_forecast(fit_ar(y), y, h)
    changes = np.diff(y)
    return {
        "seasonal naive": np.resize(season, h),
        "AR of levels": np.asarray(levels),
        "AR of differences": y[-1] + np.cumsum(ar_forecast(fit_ar(changes), changes, h)),
    }


def parser_of(description: str) -> argparse.ArgumentParser:
    """Options that benchmarks on these series share."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=["m3", "m1"], default="m3")
    parser.add_argument("--inner", action="store_true", help="hold out the end of the training parts instead")
    parser.add_argument("--trees", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--options", type=json.loads, default={}, help="forecaster's parameters as JSON")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--out")
    a = parser.parse_args(arguments)
    tasks = load(a.set, a.inner)
    start = time.perf_counter()
    found = panels(tasks, a.trees, a.seed, a.jobs, **a.options)
    spent = time.perf_counter() - start
    forecasts = {uid: frame["mean"].to_numpy() for uid, frame in found.items()}
    methods = {"ARSieveForecaster()": forecasts}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # explosive or constant series of the plain models
        simple = {task.unique_id: plain(task) for task in tasks}
    for name in next(iter(simple.values())):
        methods[name] = {uid: f[name] for uid, f in simple.items()}
    if a.set == "m3" and not a.inner:
        methods |= official(ENTRIES)
    print(machine())
    print(f"{len(tasks)} series, {a.trees} trees, seed {a.seed}, {a.jobs} jobs: {spent:.0f} s\n")
    scores = {name: errors(tasks, f) for name, f in methods.items()}
    frequencies = list(scores["ARSieveForecaster()"].index)
    rows = [
        [name, *(f"{s.loc[f, 'sMAPE']:.2f} / {s.loc[f, 'MASE']:.3f}" for f in frequencies)]
        for name, s in scores.items()
    ]
    table(["sMAPE / MASE", *frequencies], rows)
    if a.out:
        rows = [(uid, k, v) for uid, f in forecasts.items() for k, v in enumerate(f, 1)]
        pd.DataFrame(rows, columns=["unique_id", "h", "yhat"]).to_csv(a.out, index=False)


if __name__ == "__main__":
    main()
