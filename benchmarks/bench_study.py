"""What the study's runner costs beside drawing, fitting and predicting.

``python -m benchmarks.bench_study``. Claim: under 10 % of the time at T = 100, with the methods of the study
"paper" (and "quick", whose forests are ten times smaller). The peer is a bare loop over the same series and
methods in the same process, which keeps nothing; pairs of runs alternate, since the machine's speed drifts.
"""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.harness import machine, table
from simulation import load_design, run_study
from simulation.design import Design
from simulation.dgps.registry import make_dgp
from simulation.methods.registry import make_method
from simulation.seeds import data_seed, method_seed

PAIRS = 5


def short(name: str, replications: int) -> Design:
    """The study's cells with T = 100 whose process is an AR, fewer replications, blocks as they are."""
    design = load_design(name)
    cells = [
        dataclasses.replace(cell, replications=replications, block=min(cell.block, replications))
        for cell in design.cells
        if cell.length == 100 and cell.dgp == "ar"
    ]
    return dataclasses.replace(design, cells=tuple(cells[:2]))


def bare_loop(design: Design) -> float:
    """Seconds of drawing, fitting and predicting, one after another."""
    start = time.perf_counter()
    methods = [(m.name, m.options, make_method(m.name, m.options)) for m in design.methods]
    for cell in design.cells:
        dgp = make_dgp(cell.dgp, cell.parameters)
        for replication in range(cell.replications):
            key = (cell.dgp, cell.parameters, cell.length, replication)
            path = dgp.simulate(cell.length, design.horizon, np.random.default_rng(data_seed(*key)))
            for name, options, method in methods:
                method.forecast(path, design.horizon, method_seed(*key, name, options))
    return time.perf_counter() - start


def runner(design: Design, n_jobs: int = 1) -> float:
    """Seconds of the same work through the runner, files and all."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_study(design, Path(folder), n_jobs=n_jobs, progress=False, projection=False)
        return time.perf_counter() - start


def main() -> None:
    print(machine())
    rows = []
    for name, replications in (("paper", 100), ("quick", 200)):
        design = short(name, replications)
        runner(dataclasses.replace(design, cells=design.cells[:1]))  # machine code
        pairs = [(bare_loop(design), runner(design)) for _ in range(PAIRS)]
        bare, ours = (statistics.median(times) for times in zip(*pairs))
        share = statistics.median(1.0 - b / a for b, a in pairs)
        n_series = sum(cell.replications for cell in design.cells)
        rows.append(
            [name, n_series, f"{1e3 * bare / n_series:.1f}", f"{1e3 * ours / n_series:.1f}", f"{share:.1%}"]
        )
    table(["methods of", "series", "bare loop, ms a series", "runner, ms a series", "overhead"], rows)


if __name__ == "__main__":
    main()
