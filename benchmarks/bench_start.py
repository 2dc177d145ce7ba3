"""Start-up: import, first use ever (compilation), later processes (machine code from the cache).

``python -m benchmarks.bench_start``. Claims, for whole processes from the start of ``python`` to the first
forecast: first use ever under 20 s; later ones within 1.5 s. What the libraries below take by themselves
is shown beside them: numpy, numba and scikit-learn's base classes are the floor.

Processes run a copy of the package with its bytecode, as pip leaves it behind. Wall time and processor time
are medians over ``--repeats`` processes of each kind, taken in turns; with them the least wall time, which
other work on the machine disturbs least.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import machine, table

USE = """
import numpy as np
from arsieve_rf import ARSieveForecaster
y = np.random.default_rng(0).standard_normal(200)
ARSieveForecaster(random_state=0).fit(y).predict(12)
"""
FIT = """
import numpy as np
from arsieve_rf import ARSieveForestRegressor
y = np.random.default_rng(0).standard_normal(200)
X = np.column_stack([y[5 - k : 200 - k] for k in range(1, 6)])
ARSieveForestRegressor(random_state=0).fit(X, y[5:]).predict(X)
"""
PROGRAMS = {
    "python alone": "pass",
    "numpy": "import numpy",
    "numpy, numba": "import numpy, numba",
    "numpy, numba, scikit-learn's base classes": "import numpy, numba, sklearn.base",
    "  the same where pyarrow is not installed": (
        "import sys; sys.modules['pyarrow'] = None\nimport numpy, numba, sklearn.base"
    ),
    "sklearn.ensemble": "import sklearn.ensemble",
    "arsieve_rf": "import arsieve_rf",
    "the forecaster, imported": "from arsieve_rf import ARSieveForecaster",
    "the forecaster, first forecast": USE,
    "  the same where pyarrow is not installed ": "import sys; sys.modules['pyarrow'] = None\n" + USE,
    "the regressor, first prediction": FIT,
}


class Install:
    """A copy of the package with bytecode, and an empty cache of kernels."""

    def __init__(self, folder: Path) -> None:
        import arsieve_rf

        self.folder = folder
        source = Path(arsieve_rf.__file__).parent
        shutil.copytree(source, folder / "arsieve_rf", ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(folder / "arsieve_rf", quiet=1)
        self.environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self.environment |= {"PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / "cache")}

    def run(self, program: str) -> tuple[float, float]:
        """Wall and processor seconds of a whole process."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, env=self.environment, cwd=self.folder)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_start")
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args(arguments)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        install = Install(Path(folder))
        wall, processor = install.run(USE)
        print(f"\nFirst forecast ever, the cache empty: {wall:.1f} s, {processor:.1f} s of the processor.\n")
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
        for program in PROGRAMS.values():
            install.run(program)  # compiles what the first forecast did not need
        for _ in range(options.repeats):
            for name, program in PROGRAMS.items():
                times[name].append(install.run(program))
    rows = []
    for name, pairs in times.items():
        walls, processors = zip(*pairs)
        figures = (statistics.median(walls), min(walls), statistics.median(processors))
        rows.append([name, *(f"{figure:.2f}" for figure in figures)])
    table(["a later process", "wall, s", "least", "processor, s"], rows)


if __name__ == "__main__":
    main()
