"""Forecasts with exogenous columns: French weekly load with temperature, and ETTh1.

``python -m benchmarks.exog [--trees 500] [--seed 0] [--set load|ett]``

Load: 731 weeks from 1996, the last 52 (the set's own test part) forecast from 13 origins, 4 weeks apart, 4
weeks ahead; columns: temperature and industrial production (IPI), whose future values are given. ETTh1: oil
temperature with six load columns, hourly; the last 4,000 hours, of which the last 960 are forecast from 40
origins, 24 hours ahead. At each origin everything is fitted anew to what came before. Errors are mean
absolute errors over all origins and steps.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.evaluation import ar_forecast, seasonal_naive_forecast
from benchmarks.competition import DATA
from benchmarks.harness import machine, table


def load() -> tuple[pd.Series, pd.DataFrame, int, int, int]:
    """Series, columns, season, horizon, number of origins."""
    frame = pd.read_csv(DATA / "exog" / "elec_fr_weekly.csv")
    frame.index = pd.date_range("1996-01-01", periods=len(frame), freq="W-MON")
    return frame["Load"], frame[["Temp", "IPI"]], 52, 4, 13


def ett() -> tuple[pd.Series, pd.DataFrame, int, int, int]:
    """As `load`, for the last 4,000 hours of ETTh1."""
    frame = pd.read_csv(DATA / "exog" / "ETTh1.csv.gz", parse_dates=["date"], index_col="date")
    frame = frame.iloc[-4000:].asfreq("h")
    return frame["OT"], frame.drop(columns="OT"), 24, 24, 40


SETS = {"load": load, "ett": ett}


def methods(trees: int, seed: int, season: int) -> dict[str, object]:
    """Functions of history, its columns, horizon and the future columns."""

    def forest(with_columns: bool, **options):
        def forecast(y, X, h, future):
            model = ARSieveForecaster(n_estimators=trees, random_state=seed, **options)
            if not with_columns:
                return model.fit(y).predict(h)
            return model.fit(y, X).predict(h, future)

        return forecast

    return {
        "default, with columns": forest(True),
        "sieve (ARX), with columns": forest(True, bootstrap="ar_sieve"),
        "IID rows, with columns": forest(True, bootstrap="iid"),
        "default, without columns": forest(False),
        "AR model": lambda y, X, h, future: ar_forecast(fit_ar(y), y, h),
        "seasonal naive": lambda y, X, h, future: seasonal_naive_forecast(y, h, season),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trees", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", choices=[*SETS], nargs="+", default=[*SETS])
    a = parser.parse_args(arguments)
    print(machine())
    for name in a.set:
        y, X, season, h, n_origins = SETS[name]()
        cuts = [len(y) - h * k for k in range(n_origins, 0, -1)]
        rows = []
        for label, forecast in methods(a.trees, a.seed, season).items():
            start, found = time.perf_counter(), []
            for cut in cuts:
                ahead = slice(cut, cut + h)
                values = forecast(y.iloc[:cut], X.iloc[:cut], h, X.iloc[ahead])
                found.append(np.abs(np.asarray(values) - y.iloc[ahead].to_numpy()))
            error = np.mean(found)
            deviation = np.std([e.mean() for e in found], ddof=1) / np.sqrt(len(found))
            spent = (time.perf_counter() - start) / len(cuts)
            rows.append([label, f"{error:.4g} ({deviation:.2g})", f"{spent:.2f}"])
        print(f"\n{name}: {len(y)} values, {n_origins} origins, {h} steps\n")
        table(["method", "mean absolute error (s.e. over origins)", "seconds an origin"], rows)


if __name__ == "__main__":
    main()
