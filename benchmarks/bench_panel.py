"""Many short series: series a second beside a bare loop, threads beside processes, and memory.

``python -m benchmarks.bench_panel``: monthly series of 100 values, 12 steps. Claims: one worker
within 10 % of a bare loop; the peak memory of four times as many series grows by their own data and result
and by nothing else (within 10 MB). Each memory figure is the peak resident size of a process of its own.

``--short`` does one thing only: 1,000 series of 60 values, 500 trees each, 18 steps, on two workers. Claim:
under 25 s, the start of the workers included. ``--profile`` shows where the time of one worker goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from joblib import parallel_config
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster, forecast_panel
from benchmarks.harness import SERIES_AS_IT_IS, ar2_series, machine, paired, table

LENGTH, HORIZON, TREES = 100, 12, 500
N_SERIES = 200
TIMES = pd.date_range("2010-01-01", periods=LENGTH, freq="MS")

PROGRAM = """
import resource, time
from joblib import Parallel, delayed
from benchmarks.bench_panel import forecaster_of, long_frame
from arsieve_rf import forecast_panel
forecast_panel(long_frame(4), 12, forecaster=forecaster_of(20), n_jobs={jobs})
df = long_frame({n_series})
result = forecast_panel(df, 12, forecaster=forecaster_of(20), n_jobs={jobs})
held = df.memory_usage(deep=True).sum() + result.memory_usage(deep=True).sum()
def peak():
    time.sleep(0.1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak(), max(Parallel({jobs})(delayed(peak)() for _ in range(8))), held)
"""


def forecaster_of(trees: int) -> ARSieveForecaster:
    return ARSieveForecaster(n_estimators=trees, random_state=0)


def long_frame(n_series: int, length: int = LENGTH) -> pd.DataFrame:
    """AR(2) series one below the other."""
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), length),
            "ds": np.tile(TIMES[:length], n_series),
            "y": np.concatenate([ar2_series(length, seed) for seed in range(n_series)]),
        }
    )


def loop(df: pd.DataFrame, forecaster: ARSieveForecaster) -> list[pd.Series]:
    """What a user would write without the function."""
    return [
        clone(forecaster).fit(rows.set_index("ds")["y"]).predict(HORIZON)
        for _, rows in df.groupby("unique_id", sort=False)
    ]


def rates(df: pd.DataFrame, trees: int) -> list[list[object]]:
    """Series a second, and the ratio to the bare loop, pair by pair."""
    forecaster = forecaster_of(trees)

    def on(backend: str, jobs: int) -> None:
        with parallel_config(backend=backend, n_jobs=jobs):
            forecast_panel(df, HORIZON, forecaster=forecaster)

    rows: list[list[object]] = []
    for name, backend, jobs in (
        ("one worker", "threading", 1),
        ("two threads", "threading", 2),
        ("two warm processes", "loky", 2),
    ):
        start = time.perf_counter()
        on(backend, jobs)
        first = time.perf_counter() - start
        ours, bare, ratio = paired(
            lambda b=backend, j=jobs: on(b, j), lambda: loop(df, forecaster), repeats=7
        )
        n = df["unique_id"].nunique()
        rows.append([trees, name, f"{n / ours:.0f}", f"{n / bare:.0f}", f"{ratio:.2f}", f"{first:.1f}"])
    return rows


def peak(n_series: int, jobs: int) -> tuple[float, float, float]:
    """Peak resident size of the caller and of the largest worker, size of input and result, in MB."""
    program = PROGRAM.format(n_series=n_series, jobs=jobs)
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    caller, worker, held = map(int, out.split())
    return caller / 1024, worker / 1024, held / 2**20


SHORT = {
    "default": {},
    "no preparation": SERIES_AS_IT_IS,
    "no preparation, ar_sieve": SERIES_AS_IT_IS | {"bootstrap": "ar_sieve"},
}


def short(n_series: int) -> None:
    """Many series of 60 values: the first call starts the workers, the second finds them."""
    df = long_frame(n_series, 60)
    rows = []
    for name, options in SHORT.items():
        forecaster = forecaster_of(TREES).set_params(**options)
        forecast_panel(df.head(60), 18, forecaster=forecaster)  # compiles
        times = []
        for jobs in (2, 2, 1):
            start = time.perf_counter()
            forecast_panel(df, 18, forecaster=forecaster, n_jobs=jobs)
            times.append(time.perf_counter() - start)
        rows.append([name, *(f"{seconds:.1f}" for seconds in times), "yes" if times[0] < 25 else "no"])
    header = ["forecaster", "two workers, first call, s", "second call", "one worker", "first under 25 s"]
    print(f"{n_series} series of 60 values, {TREES} trees, 18 steps\n")
    table(header, rows)


def profile(n_series: int) -> None:
    """Where the time of one worker goes, by function."""
    df = long_frame(n_series, 60)
    forecaster = forecaster_of(TREES)
    forecast_panel(df.head(60), 18, forecaster=forecaster)
    watch = cProfile.Profile()
    watch.runcall(forecast_panel, df, 18, forecaster=forecaster, n_jobs=1)
    pstats.Stats(watch).sort_stats("cumtime").print_stats("arsieve_rf|sklearn|pandas", 60)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_panel")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--series", type=int, default=1000, help="with --short and --profile")
    options = parser.parse_args(arguments)
    print(machine())
    if options.short:
        short(options.series)
    if options.profile:
        profile(options.series)
    if options.short or options.profile:
        return
    header = ["trees", "workers", "series/s", "bare loop", "ratio", "first call, s"]
    df = long_frame(N_SERIES)
    table(header, [row for trees in (50, TREES) for row in rates(df, trees)])
    print()
    rows = []
    for jobs in (1, 2):
        for n_series in (500, 2000):
            caller, worker, held = peak(n_series, jobs)
            rows.append([n_series, jobs, f"{caller:.0f}", f"{worker:.0f}", f"{held:.1f}"])
    table(["series", "workers", "caller's peak, MB", "largest worker's", "input and result, MB"], rows)


if __name__ == "__main__":
    main()
