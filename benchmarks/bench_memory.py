"""Peak memory of a large fit above that of the interpreter with the same imports and kernels.

``python -m benchmarks.bench_memory``: 500 trees, T = 10,000, p = 20. Claim: under 300 MB.
Each figure is the peak resident size of a process of its own.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.harness import machine, table

PROGRAM = """
import resource, sys
from arsieve_rf import ARSieveForestRegressor
from benchmarks.harness import ar2_series, lag_matrix
X, y = lag_matrix(ar2_series({T}), 20)
forest = ARSieveForestRegressor({trees}, n_jobs={jobs}, random_state=0, bootstrap={bootstrap!r}).fit(X, y)
held = sum(a.nbytes for a in vars(forest.forest_).values() if hasattr(a, "nbytes"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, held)
"""


def peak(T: int, trees: int, jobs: int, bootstrap: str) -> tuple[float, float]:
    """Peak resident size and bytes held by the forest, both in MB."""
    program = PROGRAM.format(T=T, trees=trees, jobs=jobs, bootstrap=bootstrap)
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    kilobytes, held = map(int, out.split())
    return kilobytes / 1024, held / 2**20


def main() -> None:
    print(machine())
    rows = []
    for bootstrap in ("ar_sieve", "iid"):
        for jobs in (1, 2):
            peak(100, 5, jobs, bootstrap)  # compile, so that no later process does
            base, _ = peak(100, 5, jobs, bootstrap)
            full, held = peak(10_000, 500, jobs, bootstrap)
            rows.append([bootstrap, jobs, f"{base:.0f}", f"{full:.0f}", f"{full - base:.0f}", f"{held:.0f}"])
    table(["bootstrap", "threads", "small fit, MB", "large fit, MB", "above, MB", "forest itself, MB"], rows)


if __name__ == "__main__":
    main()
