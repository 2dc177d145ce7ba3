"""Peak memory of a large fit above that of the interpreter with the same imports and kernels.

``python -m benchmarks.bench_memory``: T = 10,000, p = 20. Claims: 500 trees take less than 200 MB above a
small fit; what they take beyond the forest itself does not depend on their number; 22 bytes a node are kept,
and 8 a tree. Each figure is the peak resident size of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from benchmarks.harness import machine, table

PROGRAM = """
import json, sys
from arsieve_rf import ARSieveForestRegressor
from benchmarks.harness import ar2_series, lag_matrix
from benchmarks.scaling import held_by, peak_bytes
T, trees, jobs, bootstrap = json.loads(sys.argv[1])
def fit(T, trees):
    X, y = lag_matrix(ar2_series(T), 20)
    return ARSieveForestRegressor(trees, n_jobs=jobs, random_state=0, bootstrap=bootstrap).fit(X, y)
fit(100, 5)
before = peak_bytes(afresh=True)
forest = fit(T, trees)
print(json.dumps([peak_bytes() - before, held_by(forest), len(forest.forest_.left)]))
"""


def measured(T: int, trees: int, jobs: int, bootstrap: str) -> tuple[float, float, float]:
    """Peak above a small fit and size of the forest, both in MB; bytes a node."""
    arguments = json.dumps([T, trees, jobs, bootstrap])
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM, arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    above, held, nodes = json.loads(out)
    return above / 2**20, held / 2**20, held / nodes


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_memory")
    parser.add_argument("--trees", type=int, nargs="+", default=[100, 500, 2000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--length", type=int, default=10_000)
    options = parser.parse_args(arguments)
    print(machine())
    rows = []
    for bootstrap in ("ar_sieve", "iid"):
        for jobs in options.jobs:
            measured(options.length, 2, jobs, bootstrap)  # compiles, so that no later process does
            for trees in options.trees:
                above, held, a_node = measured(options.length, trees, jobs, bootstrap)
                figures = [f"{above:.0f}", f"{held:.0f}", f"{above - held:.0f}", f"{a_node:.2f}"]
                rows.append([bootstrap, jobs, trees, *figures])
    table(["bootstrap", "threads", "trees", "above, MB", "forest, MB", "the rest, MB", "bytes a node"], rows)


if __name__ == "__main__":
    main()
