"""How time and memory grow with the length, the lags, the trees and the number of series.

``python -m benchmarks.scaling`` draws ``scaling_time.png`` and ``scaling_memory.png`` into ``--out``
(``docs/images``), log-log, with the slope of the upper half of each line: 1 is in proportion. It prints the
figures behind them, what a second thread brings, and how near growing is to what the machine can move.
``--quick`` takes short lines; ``--only`` some parts.

Lines: our sieve and IID forests beside scikit-learn's, one thread, leaves of 5, all columns at a node. Where
one thing grows the others stay: 2,000 values, 20 lags, 100 trees. Series of a panel have 60 values, 18 steps
are forecast by the default forecaster. Memory is the peak of a process of its own, above what it held
before the fit; the dotted line is what the forest itself holds.
Claims: two threads at least 1.85 times one from 500 values on and for panels; for 500 trees on 10,000 values
with 20 lags less than 200 MB above the interpreter, and a peak that grows with the trees by the forest alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, forecast_panel
from benchmarks.harness import ar2_series, lag_matrix, machine, paired, seconds, table

LEAF = 5
BASE = {"T": 2000, "p": 20, "trees": 100}
LINES = ("ar_sieve", "iid", "scikit-learn")
SWEEPS: dict[str, tuple[list[int], list[int]]] = {
    "T": ([100, 300, 1000, 3000, 10_000, 30_000, 100_000], [100, 500, 2000]),
    "p": ([2, 5, 10, 20, 50, 100], [5, 10, 20]),
    "trees": ([20, 50, 100, 200, 500, 1000, 2000], [20, 50, 100]),
    "series": ([10, 30, 100, 300, 1000], [5, 10, 20]),
}
LABELS = {"T": "values", "p": "lags", "trees": "trees", "series": "series of 60 values"}
CELLS_OF_SCIKIT_LEARN = 20_000_000  # trees x values x lags: larger forests of it take too long
# bytes a row and column: row number and target read; number and mask read, number written
SCANNED, PARTED = 12, 9

MEMORY = """
import json, sys
from benchmarks.scaling import held_by, peak_bytes, worker
line, sizes = json.loads(sys.argv[1])
worker(line, **{name: min(size, 100 if name == "T" else 2) for name, size in sizes.items()})()  # loads
work = worker(line, **sizes)
before = peak_bytes(afresh=True)
made = work()
print(json.dumps([peak_bytes() - before, held_by(made)]))
"""


@dataclass(frozen=True)
class Point:
    """One measurement; memory in bytes."""

    size: int
    seconds: float
    peak: float
    held: float


def peak_bytes(afresh: bool = False) -> int:
    """Peak resident size of this process; Linux can start afresh from the present one."""
    try:
        if afresh:
            Path("/proc/self/clear_refs").write_text("5")
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def panel_frame(n_series: int) -> Any:
    """AR(2) series of 60 months one below the other."""
    import pandas as pd

    times = pd.date_range("2010-01-01", periods=60, freq="MS")
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), 60),
            "ds": np.tile(times, n_series),
            "y": np.concatenate([ar2_series(60, seed) for seed in range(n_series)]),
        }
    )


def worker(
    line: str, T: int = 0, p: int = 0, trees: int = 0, series: int = 0, jobs: int = 1
) -> Callable[[], Any]:
    """What is to be timed, with its data made."""
    if series:
        frame = panel_frame(series)
        forecaster = ARSieveForecaster(n_estimators=trees, random_state=0)
        return lambda: forecast_panel(frame, 18, forecaster=forecaster, n_jobs=jobs)
    X, y = lag_matrix(ar2_series(T), p)
    options = {"min_samples_leaf": LEAF, "n_jobs": jobs, "random_state": 0}
    if line == "scikit-learn":
        from sklearn.ensemble import RandomForestRegressor

        return lambda: RandomForestRegressor(trees, **options).fit(X, y)
    return lambda: ARSieveForestRegressor(trees, bootstrap=line, **options).fit(X, y)


def held_by(made: Any) -> int:
    """Bytes of what stays: nodes of a forest, columns of a frame."""
    if hasattr(made, "forest_"):
        return sum(a.nbytes for a in vars(made.forest_).values() if isinstance(a, np.ndarray))
    if hasattr(made, "estimators_"):
        states = (tree.tree_.__getstate__() for tree in made.estimators_)
        return sum(state["nodes"].nbytes + state["values"].nbytes for state in states)
    return int(made.memory_usage(deep=True).sum())


def memory(line: str, **sizes: int) -> tuple[float, float]:
    """Peak above what was there before, and what is kept; in a process of its own.

    What it runs was run here before, so that it has nothing to compile.
    """
    command = [sys.executable, "-c", MEMORY, json.dumps([line, sizes])]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    peak, held = json.loads(out)
    return float(peak), float(held)


def sweep(name: str, sizes: Sequence[int], line: str, repeats: int) -> list[Point]:
    """One line: all sizes of one thing, the others as they are."""
    points = []
    for size in sizes:
        if name == "series":
            parameters = {"series": size, "trees": BASE["trees"]}
        else:
            parameters = BASE | {name: size}
            if line == "scikit-learn" and np.prod(list(parameters.values())) > CELLS_OF_SCIKIT_LEARN:
                break
        work = worker(line, **parameters)
        work()
        time_taken = statistics.median(seconds(work) for _ in range(repeats))
        points.append(Point(size, time_taken, *memory(line, **parameters)))
    return points


def slope(points: Sequence[Point], what: str) -> float:
    """Of the logarithms, over the upper half of the line; NaN where nothing can be said."""
    upper = points[len(points) // 2 - (len(points) < 4) :]
    values = np.array([getattr(point, what) for point in upper])
    if len(upper) < 2 or (values <= 0).any():
        return float("nan")
    return float(np.polyfit(np.log([point.size for point in upper]), np.log(values), 1)[0])


def draw(found: dict[str, dict[str, list[Point]]], out: Path) -> None:
    """Two pictures, a panel for each thing that grows."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator, NullLocator

    colours = dict(zip((*LINES, "panel"), ("tab:blue", "tab:orange", "tab:gray", "tab:blue")))
    for what, unit, label in (("seconds", 1.0, "seconds"), ("peak", 2.0**20, "MiB above the start")):
        figure, axes = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
        for ax, (name, lines) in zip(axes.flat, found.items()):
            for line, points in lines.items():
                sizes = [point.size for point in points]
                text = f"{line}: {slope(points, what):.2f}"
                values = [getattr(point, what) / unit for point in points]
                ax.loglog(sizes, values, "o-", color=colours[line], label=text, markersize=4)
                if what == "peak":
                    held = [point.held / unit for point in points]
                    ax.loglog(sizes, held, ":", color=colours[line], linewidth=1)
            ax.set_xlabel(LABELS[name])
            ax.set_ylabel(label)
            for axis, ends in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
                is_wide = ends[1] > 300 * ends[0]
                axis.set_major_locator(LogLocator(subs=(1,) if is_wide else (1, 2, 5), numticks=12))
                axis.set_major_formatter("{x:g}")
                axis.set_minor_locator(NullLocator())
            ax.grid(True, alpha=0.3)
            ax.legend(title="slope", fontsize="small", title_fontsize="small")
        for ax in axes.flat[len(found) :]:
            ax.set_visible(False)
        out.mkdir(parents=True, exist_ok=True)
        figure.savefig(out / f"scaling_{'time' if what == 'seconds' else 'memory'}.png", dpi=110)
        plt.close(figure)


def grow_with(options: argparse.Namespace) -> None:
    """Time and memory against all four sizes."""
    found: dict[str, dict[str, list[Point]]] = {}
    rows: list[list[object]] = []
    for name, (full, quick) in SWEEPS.items():
        lines = ("panel",) if name == "series" else LINES
        sizes = quick if options.quick else full
        found[name] = {line: sweep(name, sizes, line, options.repeats) for line in lines}
        for line, points in found[name].items():
            for point in points:
                mib = [f"{bytes_ / 2**20:.1f}" for bytes_ in (point.peak, point.held)]
                rows.append([LABELS[name], line, point.size, f"{point.seconds:.4g}", *mib])
            slopes = [f"{slope(points, what):.2f}" for what in ("seconds", "peak", "held")]
            rows.append([LABELS[name], line, "slope", *slopes])
    table(["what grows", "line", "size", "seconds", "peak, MiB above the start", "kept, MiB"], rows)
    draw(found, options.out)


def threads(options: argparse.Namespace) -> None:
    """Two threads or workers against one."""
    rows = []
    for T in (500, 2000) if options.quick else (500, 2000, 10_000, 100_000):
        for line in ("ar_sieve", "iid"):
            trees = 200 if T <= 10_000 else 50
            one, two = (worker(line, T=T, p=20, trees=trees, jobs=jobs) for jobs in (1, 2))
            fast, slow, gain = paired(two, one, repeats=options.repeats * 3, budget=30)
            rows.append([f"{T} values, {line}", f"{slow:.3f}", f"{fast:.3f}", f"{gain:.2f}", gain >= 1.85])
    n_series = 20 if options.quick else 300
    from joblib import parallel_config

    for backend in ("threading", "loky"):
        one, two = (worker("panel", series=n_series, trees=500, jobs=jobs) for jobs in (1, 2))
        with parallel_config(backend=backend):
            fast, slow, gain = paired(two, one, repeats=options.repeats, budget=60)
        name = f"panel of {n_series} series, {backend}"
        rows.append([name, f"{slow:.3f}", f"{fast:.3f}", f"{gain:.2f}", gain >= 1.85])
    table(["work", "one, s", "two, s", "gain", "at least 1.85"], rows)


def bandwidth(megabytes: float) -> float:
    """Bytes a second that numpy copies between two arrays of this size together, read and written."""
    n = int(megabytes * 2**20 / 16)
    source, target = np.ones(n), np.zeros(n)
    calls = max(1, int(2e8 / (16 * n)))
    times = [seconds(lambda: np.copyto(target, source), calls) for _ in range(7)]
    return 16 * n / statistics.median(times)


def limits(options: argparse.Namespace) -> None:
    """What growing moves, beside what the machine can move."""
    in_cache, in_memory = bandwidth(0.25), bandwidth(64 if options.quick else 512)
    print(f"a copy moves {in_cache / 1e9:.1f} GB/s within the cache, {in_memory / 1e9:.1f} GB/s in memory\n")
    rows = []
    for T in (500, 2000) if options.quick else (500, 2000, 10_000, 100_000):
        for line in ("ar_sieve", "iid"):
            work = worker(line, T=T, p=20, trees=100 if T <= 10_000 else 20)
            nodes = work().forest_
            taken = statistics.median(seconds(work) for _ in range(options.repeats))
            distinct = 1.0 if line == "ar_sieve" else 1 - np.exp(-1)  # rows of a tree; nodes count weights
            visits = distinct * nodes.n_samples[nodes.left >= 0].sum(dtype=np.int64) * 20
            moved = visits * (SCANNED + PARTED) / taken
            lists = T * 20 * 4 / 2**20
            share = moved / (in_cache if lists < 1 else in_memory)
            figures = [f"{taken / visits * 1e9:.2f}", f"{moved / 1e9:.1f}", f"{share:.0%}", f"{lists:.2f}"]
            rows.append([T, line, *figures])
    header = ["T", "line", "ns a row, column and level", "GB/s", "of a copy's", "sorted rows, MiB"]
    table(header, rows)


PARTS = {"growth": grow_with, "threads": threads, "limits": limits}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs" / "images")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    print(machine())
    for name in options.only:
        print(f"\n## {name}\n")
        start = time.perf_counter()
        PARTS[name](options)
        print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
