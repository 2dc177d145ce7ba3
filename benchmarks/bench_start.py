"""Start-up: import, first use ever (compilation), later processes (machine code from the cache).

``python -m benchmarks.bench_start``. Claims: import under 1 s; first use under 30 s; the first fit and
forecast of a later process under 1 s. scikit-learn's import alone is shown beside them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.harness import machine, table

IMPORT = "import arsieve_rf"
PEER = "import sklearn.ensemble"
LOAD = "from arsieve_rf import ARSieveForecaster"
USE = """
import time, numpy as np
from arsieve_rf import ARSieveForecaster
y = np.random.default_rng(0).standard_normal(200)
start = time.perf_counter()
ARSieveForecaster(random_state=0).fit(y).predict(12)
print(time.perf_counter() - start)
"""


def run(program: str, cache: str) -> tuple[float, str]:
    """Wall seconds of a whole process, and what it printed."""
    start = time.perf_counter()
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment
    )
    return time.perf_counter() - start, done.stdout


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as cache:
        first, inside = run(USE, cache)
        later = [run(USE, cache) for _ in range(5)]
        rows = [
            ["first use ever, whole process", f"{first:.2f}"],
            ["  of it fit and forecast", f"{float(inside):.2f}"],
            ["later process, whole", f"{statistics.median(t for t, _ in later):.2f}"],
            ["  of it fit and forecast", f"{statistics.median(float(o) for _, o in later):.2f}"],
        ]
        for label, program in [
            ("python alone", "pass"),
            ("import arsieve_rf", IMPORT),
            ("import the forecaster", LOAD),
            ("import sklearn.ensemble", PEER),
        ]:
            times = [run(program, cache)[0] for _ in range(6)][1:]
            rows.append([label + ", whole process", f"{statistics.median(times):.2f}"])
    table(["what", "seconds"], rows)


if __name__ == "__main__":
    main()
