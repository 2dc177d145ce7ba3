"""A whole comparison of bootstraps: wall seconds on two workers, and beside the sum of its plain fits.

``python -m benchmarks.bench_compare``: an AR(2) series of 300 values, seven bootstraps of 500 trees, 24
windows of 6 steps. Claims: under 15 seconds on two processors, 90 % intervals included; on one worker at most
a fifth longer than the same fits and intervals in a bare loop, the yardsticks, the trees' correlation and the
tests included.
"""

from __future__ import annotations

import statistics
import sys
import time

from arsieve_rf import ARSieveForecaster, compare_bootstraps
from arsieve_rf.evaluation.comparison import Comparison
from benchmarks.harness import ar2_series, machine, paired, table

LENGTH, HORIZON, WINDOWS, TREES = 300, 6, 24, 500
BOOTSTRAPS = ("ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "auto")


def compare(windows: int = WINDOWS, trees: int = TREES, **options: object) -> Comparison:
    """With its tests, which are made when they are first asked for."""
    found = compare_bootstraps(
        ar2_series(LENGTH),
        h=HORIZON,
        n_windows=windows,
        forecaster=ARSieveForecaster(n_estimators=trees),
        **options,  # type: ignore[arg-type]
    )
    found.summary()
    return found


def plain_fits(lags: tuple[int, ...], windows: int = WINDOWS, trees: int = TREES) -> None:
    """What a user would write without the function."""
    y = ar2_series(LENGTH)
    for bootstrap in BOOTSTRAPS:
        for end in range(LENGTH - HORIZON - windows + 1, LENGTH - HORIZON + 1):
            forecaster = ARSieveForecaster(
                lags, n_estimators=trees, bootstrap=bootstrap, random_state=0, n_jobs=1
            )
            forecaster.fit(y[:end]).predict_interval(HORIZON, coverage=0.9)


def main(windows: int = WINDOWS, trees: int = TREES) -> None:
    print(machine())
    lags = compare(2, 10).lags
    ours, loop, ratio = paired(
        lambda: compare(windows, trees, n_jobs=1), lambda: plain_fits(lags, windows, trees), repeats=3
    )
    rows = [("one worker", f"{ours:.1f}", f"{loop:.1f}", f"{1 / ratio:.2f}")]
    walls, processor = [], []
    for _ in range(3):
        start = time.perf_counter(), time.process_time()
        compare(windows, trees, n_jobs=2)
        walls.append(time.perf_counter() - start[0])
        processor.append(time.process_time() - start[1])
    wall = statistics.median(walls)
    rows.append(("two workers", f"{wall:.1f}", f"{loop:.1f}", f"{wall / loop:.2f}"))
    table(("", "comparison, s", "loop of fits, s", "ratio"), rows)
    print(f"processor time of the comparison on two workers: {statistics.median(processor):.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
