"""Innovations from residuals, or values from leaves? Intervals of one step by either.

``python -m benchmarks.leaf_draws [--reps 200] [--length 100] [--trees 200] [--futures 200]``

80 % intervals of the next value on the processes of ``benchmarks.coverage``: from 1,000 paths, whose
innovations are residuals that the trees have not seen, and from the contents of the leaves that the last lags
reach (``predict_quantiles`` of the forecaster's own forest), which is what a path would draw from instead.
Coverage in percent with its standard error, and interval scores of the leaves over those of the paths. No
claim: it is why paths draw residuals. Seeds as in ``benchmarks.coverage``.
"""

from __future__ import annotations

import argparse

import numpy as np

from arsieve_rf import ARSieveForecaster
from benchmarks.coverage import PROCESSES, draw
from benchmarks.harness import machine, table

LEVEL = 0.8
BOOTSTRAPS = ("auto", "ar_sieve", "iid")


def ends_of_leaves(forecaster: ARSieveForecaster) -> np.ndarray:
    """Quantiles at the last lags, brought back to the units of the series."""
    lags = np.array([lag for lag in forecaster.regressor_.lags_ if lag is not None])
    history = forecaster._model.history
    row = history[len(history) - lags][None, :]
    inner = forecaster.regressor_.predict_quantiles(row, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])[0]
    return forecaster.preparation_.inverse_paths(inner[:, None], inner.mean(keepdims=True))[:, 0]


def measure(name: str, bootstrap: str, r: int, a: argparse.Namespace) -> np.ndarray:
    """Coverage and score, paths first, shape (2, 2)."""
    y, futures = draw(name, a.length, r, a.futures, 1)
    forecaster = ARSieveForecaster(n_estimators=a.trees, bootstrap=bootstrap, random_state=r).fit(y)
    frame = forecaster.predict_interval(1, coverage=LEVEL)
    out = []
    for lower, upper in (frame.iloc[0, 1:].to_numpy(), ends_of_leaves(forecaster)):
        missed = np.maximum(lower - futures, 0.0) + np.maximum(futures - upper, 0.0)
        out.append([np.mean(missed == 0.0), upper - lower + 2.0 / (1.0 - LEVEL) * missed.mean()])
    return np.array(out)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--futures", type=int, default=200)
    a = parser.parse_args(arguments)
    print(machine())
    print(f"T = {a.length}, {a.reps} replications, {a.futures} futures each, {a.trees} trees\n")
    rows = []
    for name in PROCESSES:
        cells = [name]
        for bootstrap in BOOTSTRAPS:
            found = np.array([measure(name, bootstrap, r, a) for r in range(a.reps)])
            mean = found.mean(axis=0)
            error = 100 * found[:, :, 0].std(axis=0, ddof=1) / np.sqrt(a.reps)
            cells += [f"{100 * mean[i, 0]:.1f} ({error[i]:.1f})" for i in range(2)]
            cells.append(f"{mean[1, 1] / mean[0, 1]:.3f}")
        rows.append(cells)
    head = [f"{bootstrap}: {what}" for bootstrap in BOOTSTRAPS for what in ("paths", "leaves", "score")]
    table(["coverage", *head], rows)


if __name__ == "__main__":
    main()
