"""Timing in pairs: the machine's speed drifts, so a claim is a ratio of runs that stand side by side."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import numpy as np

SERIES_AS_IT_IS = {"differencing": 0, "seasonal": None, "transform": None}
"""Parameters of a forecaster that prepares nothing."""


def machine() -> str:
    """One line that says what was measured where."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "numba", "scikit-learn", "arsieve-rf")
    )
    return f"Python {platform.python_version()}, {packages}; {platform.machine()}, one thread unless said"


def seconds(function: Callable[[], object], calls: int = 1) -> float:
    """Wall seconds of one call, the mean over ``calls`` of them."""
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def paired(
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    repeats: int = 5,
    budget: float = 20.0,
    calls: int = 1,
) -> tuple[float, float, float]:
    """Median seconds of both, and the median of the ratios peer / ours, pair by pair.

    At least 3 pairs, after one call of ours to compile; no further pair once ``budget`` seconds are spent.
    """
    ours()
    pairs: list[tuple[float, float]] = []
    start = time.perf_counter()
    while len(pairs) < 3 or (len(pairs) < repeats and time.perf_counter() - start < budget):
        pairs.append((seconds(ours, calls), seconds(peer)))
    mine, theirs = zip(*pairs)
    return (
        statistics.median(mine),
        statistics.median(theirs),
        statistics.median(b / a for a, b in pairs),
    )


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def ar2_series(n: int, seed: int = 1) -> np.ndarray:
    """AR(2) with coefficients 1, -.5 and normal innovations, after 200 steps."""
    innovations = np.random.default_rng(seed).standard_normal(n + 200)
    y = np.zeros(n + 200)
    for t in range(2, n + 200):
        y[t] = y[t - 1] - 0.5 * y[t - 2] + innovations[t]
    return y[200:]


def lag_matrix(y: np.ndarray, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Lags 1..p and targets."""
    n = len(y)
    return np.column_stack([y[p - k : n - k] for k in range(1, p + 1)]), y[p:]
