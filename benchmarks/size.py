"""How often does a comparison of equal methods find a difference?

``python -m benchmarks.size [--reps 1000] [--bootstraps 200]``

Losses of k methods that are equally good, in n windows one step apart: errors of an AR(1) process over h
steps, which all methods share, and errors of their own, whose autocorrelation from window to window is the
persistence. A winner is declared as ``compare_bootstraps`` does it, at level 5 %; "left out" is the share of
series in which the model confidence set of size 10 % lacks a method; "holds 1" that of 95 % intervals of a
ratio. In percent. Seeds: (n, h, k, 100 persistence).
"""

from __future__ import annotations

import argparse

import numpy as np

from arsieve_rf.evaluation.comparison import _significance
from arsieve_rf.evaluation.comparison._significance import clear_best, confidence_set, ratio_intervals
from benchmarks.harness import machine, table

CASES = [
    (n, h, k, persistence)
    for persistence in (0.6, 0.9)
    for k in (2, 7)
    for n, h in ((12, 1), (24, 1), (24, 6), (48, 3))
]


def equal_losses(n: int, h: int, k: int, persistence: float, rng: np.random.Generator) -> np.ndarray:
    """Mean squared errors, shape (n, k)."""
    shocks = rng.standard_normal(n + h)
    shared = np.stack(
        [sum(0.7 ** (j - i) * shocks[i : i + n] for i in range(j + 1)) for j in range(h)], axis=1
    )
    own = rng.standard_normal((n, h, k))
    for t in range(1, n):
        own[t] = persistence * own[t - 1] + np.sqrt(1.0 - persistence**2) * own[t]
    return ((shared[:, :, None] + 0.4 * own) ** 2).mean(axis=1)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=1000, help="series for the winners")
    parser.add_argument("--bootstraps", type=int, default=200, help="series for what is resampled")
    a = parser.parse_args(arguments)
    _significance.REPLICATIONS = 500  # of a bootstrap, for the time
    print(machine())
    print(f"{a.reps} series for winners, {a.bootstraps} for sets and intervals\n")
    rows = []
    for n, h, k, persistence in CASES:
        rng = np.random.default_rng([n, h, k, round(100 * persistence)])
        losses = [equal_losses(n, h, k, persistence, rng) for _ in range(a.reps)]
        winners = np.mean([clear_best(x, h, 0.05) is not None for x in losses])
        some = losses[: a.bootstraps]
        left_out = np.mean([not confidence_set(x, h, r).all() for r, x in enumerate(some)])
        bounds = np.array([ratio_intervals(x, 0, h, r)[1, 1:] for r, x in enumerate(some)])
        holds = np.mean((bounds[:, 0] <= 1.0) & (bounds[:, 1] >= 1.0))
        rows.append([n, h, k, persistence, *(f"{100 * share:.1f}" for share in (winners, left_out, holds))])
    table(["windows", "steps", "methods", "persistence", "winner", "left out", "holds 1"], rows)


if __name__ == "__main__":
    main()
