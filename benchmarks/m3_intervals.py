"""Do the default forecaster's intervals cover the test parts of the M3 and M1 series?

``python -m benchmarks.m3_intervals [--set m3|m1] [--inner] [--trees 500] [--seed 0] [--jobs 2] [--options
JSON] [--constants JSON]``

80 % and 95 % intervals of one ``forecast_panel`` a frequency, as in ``benchmarks.m3``. Coverage is the share
of values within their interval, with its standard error over series (whose values miss together); MSIS is the
interval score over the in-sample mean absolute (seasonal) difference, as in the M4 competition, a mean over
series. Beside them naive and seasonal naive intervals: the last value or season, plus and minus normal
quantiles times the root mean square of the in-sample (seasonal) differences, which grows with the square root
of the number of steps or seasons.

``--constants '{"_SEARCH": 0}'`` changes constants of ``arsieve_rf.estimators._uncertainty``, to see what
each is for; with ``--jobs 1`` only.

Claims on M3: 95 % intervals cover 93-97 % of all values and no less than 90 % in any frequency; MSIS at least
25 % below that of the naive intervals.
"""

from __future__ import annotations

import json
import time
import warnings

import numpy as np
import pandas as pd
from scipy.stats import norm

from arsieve_rf.estimators import _uncertainty
from arsieve_rf.evaluation import coverage_rate, interval_score
from benchmarks.competition import Task, load
from benchmarks.harness import machine, table
from benchmarks.m3 import panels, parser_of

LEVELS = [0.8, 0.95]

Interval = tuple[np.ndarray, np.ndarray]


def naive(task: Task, level: float, period: int) -> Interval:
    """The last value (period 1) or season, with normal errors."""
    y, h = task.train, len(task.test)
    if len(y) <= period:
        period = 1
    sd = np.sqrt(np.mean((y[period:] - y[:-period]) ** 2) * (np.arange(h) // period + 1))
    middle = np.resize(y[-period:], h)
    return middle - norm.ppf(0.5 + level / 2) * sd, middle + norm.ppf(0.5 + level / 2) * sd


def scores(tasks: list[Task], intervals: dict[str, Interval], level: float) -> pd.DataFrame:
    """By frequency and over all: coverage of all values, its standard error, mean MSIS over series."""
    scaled = {}
    for task in tasks:
        m = task.period if len(task.train) > task.period else 1
        scale = np.mean(np.abs(task.train[m:] - task.train[:-m]))
        if scale > 0.0:
            scaled[task.unique_id] = interval_score(task.test, *intervals[task.unique_id], level) / scale
    rows = {}
    for frequency in [*sorted({task.frequency for task in tasks}), "all"]:
        chosen = [task for task in tasks if frequency in (task.frequency, "all")]
        rates = [coverage_rate(task.test, *intervals[task.unique_id]).rate for task in chosen]
        sizes = np.array([len(task.test) for task in chosen], float)
        share = sizes / sizes.sum()
        rate = share @ rates
        error = np.sqrt(np.sum((share * (rates - rate)) ** 2))
        msis = np.mean([scaled[task.unique_id] for task in chosen if task.unique_id in scaled])
        rows[frequency] = (rate, error, msis)
    return pd.DataFrame(rows, index=["rate", "error", "msis"]).T


def main(arguments: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--constants", type=json.loads, default={}, help="constants of paths as JSON")
    a = parser.parse_args(arguments)
    if a.constants and a.jobs != 1:
        parser.error("--constants needs --jobs 1")
    vars(_uncertainty).update(a.constants)
    tasks = load(a.set, a.inner)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few past errors where calibration is asked for
        found = panels(tasks, a.trees, a.seed, a.jobs, LEVELS, **a.options)
    spent = time.perf_counter() - start
    print(machine())
    what = f"{a.trees} trees, seed {a.seed}, {a.jobs} jobs, {a.options} {a.constants}"
    print(f"{len(tasks)} series, {what}: {spent:.0f} s")
    for level in LEVELS:
        methods = {
            "ARSieveForecaster()": {
                uid: (f[f"lower_{level:g}"].to_numpy(), f[f"upper_{level:g}"].to_numpy())
                for uid, f in found.items()
            },
            "naive": {task.unique_id: naive(task, level, 1) for task in tasks},
            "seasonal naive": {task.unique_id: naive(task, level, task.period) for task in tasks},
        }
        results = {name: scores(tasks, intervals, level) for name, intervals in methods.items()}
        rows = []
        for name, result in results.items():
            cells = [f"{100 * r.rate:.1f} ({100 * r.error:.1f}) / {r.msis:.2f}" for r in result.itertuples()]
            rows.append([name, *cells])
        print()
        table([f"{level:.0%}: coverage (s.e.) / MSIS", *results["naive"].index], rows)


if __name__ == "__main__":
    main()
