"""What bins save, and what they cost: time a tree and accuracy beside the exact search.

``python -m benchmarks.bins`` (some 10 minutes). The first table is the ground of ``max_bins="auto"``: by
length the time of an exact forest over that of one with bins, median of pairs (20 lags, leaves of 5, one
thread). The second compares squared errors one step ahead of both, on processes of the study: the mean ratio
over replications with its standard error. Claim: no ratio is further from 1 than three standard errors or
1 %.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

import numpy as np

from arsieve_rf import ARSieveForestRegressor
from benchmarks.harness import ar2_series, lag_matrix, machine, paired, table
from simulation.dgps.registry import make_dgp

LENGTHS, BINS, STRATEGIES = (2000, 5000, 10_000, 20_000, 50_000, 100_000), (64, 128, 256), ("ar_sieve", "iid")
PROCESSES = [
    ("ar", {"coef": [0.8]}),
    ("arma", {"ar": [0.5], "ma": [0.5]}),
    ("seasonal_ar", {"period": 12, "coef": [0.4], "seasonal_coef": [0.5]}),
    ("setar", {"lower": [0.9], "upper": [-0.4]}),
    ("expar", {"coef": [0.3], "near": [-1.5]}),
    ("bilinear", {"coef": 0.4, "bilinear": 0.4}),
    ("garch", {"alpha": 0.1, "beta": 0.8}),
    ("logistic", {}),
]
N_LAGS, LATER = 12, 4000


def fit(model: ARSieveForestRegressor, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    """The fit, to be timed."""
    return lambda: model.fit(X, y)


def saved(lengths: tuple[int, ...], repeats: int) -> None:
    """Exact time over time with bins, by length, strategy and number of bins."""
    rows = []
    for length in lengths:
        X, y = lag_matrix(ar2_series(length), 20)
        trees = max(4, 400_000 // length)
        for strategy in STRATEGIES:
            common = {"bootstrap": strategy, "random_state": 0, "n_jobs": 1}
            exact = ARSieveForestRegressor(trees, max_bins=None, **common)
            row = [length, strategy]
            for bins in BINS:
                binned = ARSieveForestRegressor(trees, max_bins=bins, **common)
                ours, theirs, ratio = paired(fit(binned, X, y), fit(exact, X, y), repeats=repeats)
                row += [f"{ours / trees * 1e3:.2f}", f"{ratio:.2f}"]
            rows.append([*row[:2], f"{theirs / trees * 1e3:.2f}", *row[2:]])
    columns = [word for bins in BINS for word in (f"{bins} bins, ms", "exact / bins")]
    table(["T", "bootstrap", "exact, ms a tree", *columns], rows)


def errors(name: str, parameters: dict, length: int, replication: int) -> list[float]:
    """Mean squared errors over later rows of one path: by strategy, exact and with each number of bins."""
    path = make_dgp(name, parameters).simulate(length + LATER, 1, np.random.default_rng([8, replication]))
    X, y = lag_matrix(path.y, N_LAGS)
    n = length - N_LAGS
    found = []
    for strategy in STRATEGIES:
        for bins in (None, *BINS):
            model = ARSieveForestRegressor(
                100, bootstrap=strategy, max_bins=bins, random_state=replication, n_jobs=-1
            )
            found.append(float(np.mean((model.fit(X[:n], y[:n]).predict(X[n:]) - y[n:]) ** 2)))
    return found


def accuracy(length: int, replications: int) -> None:
    """Ratios of squared errors, binned to exact."""
    rows, furthest = [], 0.0
    for name, parameters in PROCESSES:
        found = np.array([errors(name, parameters, length, r) for r in range(replications)])
        for s, strategy in enumerate(STRATEGIES):
            block = found[:, s * (1 + len(BINS)) : (s + 1) * (1 + len(BINS))]
            ratios = block[:, 1:] / block[:, :1]
            means = ratios.mean(axis=0)
            spread = ratios.std(axis=0, ddof=1) / math.sqrt(replications)
            rows.append([name, strategy, *(f"{m:.4f} ({e:.4f})" for m, e in zip(means, spread))])
            furthest = max(furthest, float(np.abs(means - 1.0).max()))
    table(["process", "bootstrap", *(f"{bins} bins / exact (s.e.)" for bins in BINS)], rows)
    print(f"\nT = {length}, {replications} replications; furthest from 1: {furthest:.4f}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--length", type=int, default=10_000, help="of the series whose errors are compared")
    parser.add_argument("--reps", type=int, default=10)
    options = parser.parse_args(arguments)
    print(machine())
    saved(tuple(options.lengths), options.repeats)
    accuracy(options.length, options.reps)


if __name__ == "__main__":
    main()
