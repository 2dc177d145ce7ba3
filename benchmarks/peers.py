"""Milliseconds a tree beside other forests, on the same lag matrices and on one thread.

``python -m benchmarks.peers`` (long); ``--lengths 100 500`` is quick. ``--huge`` fits a million rows of 50
lags instead, each forest in a process of its own, and reports time and peak memory. Peers that are not
installed are left out (``pip install arsieve-rf[peers]``).

All forests have leaves of at least 5 rows, no limit of depth, and the same share of columns at a node. What
ours do besides growing is counted: detection of lags, the AR fit, the draws. Everything that is compared in
one line runs in turns; figures are medians over the turns, ratios are medians of the ratios within a turn.
A forest has 200 trees, or as many as grow in ``--seconds`` where that is fewer; the table says how many.

Claims are the column of targets: how many times as long as our sieve's tree a peer's tree takes, for
max_features = 1; half of it for a third of the columns. Our own trees on rows, drawn one by one or in
blocks, take no longer than the sieve's, 5 % of noise allowed.

What the peers do: scikit-learn and quantile-forest draw rows with replacement and search exactly; oneDAL
draws so, too, and searches 256 bins; LightGBM and xgboost have no draws with replacement and take 63.2 % of
the rows, as many as are distinct in such a draw; LightGBM and xgboost search 255 and 256 bins.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.harness import ar2_series, lag_matrix, machine, table

LENGTHS, LAGS, SHARES = (100, 500, 2000, 10_000, 100_000), (5, 20), (1.0, 1 / 3)
LEAF, DISTINCT = 5, 0.632
TRIAL = 4  # trees, to see how long one takes
SIEVE, IID, BLOCKS = "ours, ar_sieve", "ours, iid", "ours, moving"
TARGETS = {
    "scikit-learn": {100: 20, 500: 8, 2000: 6, 10_000: 6, 100_000: 15},
    "oneDAL": {100: 3, 500: 2, 2000: 2, 10_000: 1.5, 100_000: 3, 1_000_000: 3},
}

Maker = Callable[[int, int, float], Any]
"""Number of trees, of rows, share of the columns at a node: an estimator."""


def _ours(bootstrap: str) -> Maker:
    def make(trees: int, rows: int, share: float) -> Any:
        from arsieve_rf import ARSieveForestRegressor

        return ARSieveForestRegressor(
            trees, bootstrap=bootstrap, min_samples_leaf=LEAF, max_features=share, n_jobs=1, random_state=0
        )

    return make


def _scikit_learn(trees: int, rows: int, share: float) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(trees, min_samples_leaf=LEAF, max_features=share, n_jobs=1, random_state=0)


def _onedal(trees: int, rows: int, share: float) -> Any:
    from sklearnex.ensemble import RandomForestRegressor

    class OneDAL(RandomForestRegressor):
        """Refuses to be scikit-learn's forest, to which sklearnex falls back without a word."""

        def fit(self, X: np.ndarray, y: np.ndarray) -> Any:
            super().fit(X, y)
            if not hasattr(self, "_onedal_estimator"):
                raise RuntimeError("oneDAL did not grow this forest")
            return self

    return OneDAL(trees, min_samples_leaf=LEAF, max_features=share, n_jobs=1, random_state=0)


def _lightgbm(trees: int, rows: int, share: float) -> Any:
    from lightgbm import LGBMRegressor

    return LGBMRegressor(
        boosting_type="rf",
        n_estimators=trees,
        num_leaves=max(2, min(rows // LEAF, 131_072)),
        min_child_samples=LEAF,
        subsample=DISTINCT,
        subsample_freq=1,
        feature_fraction_bynode=share,
        n_jobs=1,
        random_state=0,
        verbose=-1,
    )


def _xgboost(trees: int, rows: int, share: float) -> Any:
    from xgboost import XGBRFRegressor

    return XGBRFRegressor(
        n_estimators=trees,
        tree_method="hist",
        max_depth=64,
        min_child_weight=LEAF,
        subsample=DISTINCT,
        colsample_bynode=share,
        n_jobs=1,
        random_state=0,
    )


def _quantile_forest(trees: int, rows: int, share: float) -> Any:
    from quantile_forest import RandomForestQuantileRegressor

    return RandomForestQuantileRegressor(
        trees, min_samples_leaf=LEAF, max_features=share, n_jobs=1, random_state=0
    )


PEERS: dict[str, tuple[str, Maker]] = {
    "scikit-learn": ("sklearn", _scikit_learn),
    "oneDAL": ("sklearnex", _onedal),
    "LightGBM": ("lightgbm", _lightgbm),
    "xgboost": ("xgboost", _xgboost),
    "quantile-forest": ("quantile_forest", _quantile_forest),
}
OURS: dict[str, Maker] = {SIEVE: _ours("ar_sieve"), IID: _ours("iid"), BLOCKS: _ours("moving")}


def fit(make: Maker, trees: int, share: float, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Wall and processor seconds of a fit."""
    estimator = make(trees, len(y), share)
    wall, processor = time.perf_counter(), time.process_time()
    estimator.fit(X, y)
    return time.perf_counter() - wall, time.process_time() - processor


def affordable(make: Maker, share: float, X: np.ndarray, y: np.ndarray, trees: int, budget: float) -> int:
    """How many trees grow within the budget, at least a few."""
    fit(make, TRIAL, share, X, y)  # compiles, loads
    seconds = fit(make, TRIAL, share, X, y)[0]
    return max(TRIAL, min(trees, int(budget * TRIAL / seconds)))


def verdict(name: str, T: int, share: float, ratio: float) -> list[str]:
    """The target for a ratio to our sieve, and whether it is reached."""
    if name in (IID, BLOCKS):
        return ["at most 1", "yes" if ratio <= 1.05 else "no"]
    if T not in TARGETS.get(name, {}):
        return ["", ""]
    target = TARGETS[name][T] * (1.0 if share == 1.0 else 0.5)
    return [f"{target:g}", "yes" if ratio >= target else "no"]


def cell(T: int, p: int, share: float, peers: list[str], options: argparse.Namespace) -> list[list[object]]:
    """One line a forest."""
    X, y = lag_matrix(ar2_series(T), p)
    makers = OURS | {name: PEERS[name][1] for name in peers}
    trees = {
        name: affordable(make, share, X, y, options.trees, options.seconds) for name, make in makers.items()
    }
    turns = []
    for _ in range(options.repeats):
        turn = {}
        for name, make in makers.items():
            wall, processor = fit(make, trees[name], share, X, y)
            if wall > 0.2 and processor > 1.2 * wall:
                raise RuntimeError(f"{name} ran on {processor / wall:.1f} threads")
            turn[name] = wall / trees[name] * 1e3
        turns.append(turn)
    rows: list[list[object]] = []
    for name in makers:
        a_tree = statistics.median(turn[name] for turn in turns)
        by_sieve, by_iid = (
            statistics.median(turn[name] / turn[our] for turn in turns) for our in (SIEVE, IID)
        )
        figures = [f"{a_tree:.3g}", f"{by_sieve:.2f}", f"{by_iid:.2f}", *verdict(name, T, share, by_sieve)]
        rows.append([T, p, f"{share:.2f}", name, trees[name], *figures])
    return rows


HUGE = """
import json, resource, sys, time
from benchmarks.harness import ar2_series, lag_matrix
from benchmarks.peers import OURS, PEERS
name, rows, lags, trees, share = json.loads(sys.argv[1])
make = OURS[name] if name in OURS else PEERS[name][1]
X, y = lag_matrix(ar2_series(rows + lags), lags)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
make(1, rows, share).fit(X, y)  # compiles what such a fit needs
start = time.perf_counter()
make(trees, rows, share).fit(X, y)
seconds = time.perf_counter() - start
print(json.dumps([seconds, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def huge(peers: list[str], options: argparse.Namespace) -> None:
    """A million rows of 50 lags: 400 MB of float64 that all are handed."""
    rows, lags = options.rows, 50
    lines: list[list[object]] = []
    sieve = 0.0
    for name in [*OURS, *peers]:
        arguments = json.dumps([name, rows, lags, options.huge_trees, options.shares[0]])
        out = subprocess.run(
            [sys.executable, "-c", HUGE, arguments], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        seconds, before, peak = json.loads(out.splitlines()[-1])
        sieve = seconds if name == SIEVE else sieve
        ratio = seconds / sieve
        figures = [f"{seconds:.1f}", f"{seconds / options.huge_trees:.2f}", f"{ratio:.2f}"]
        memory = [f"{before / 2**20:.2f}", f"{peak / 2**20:.2f}"]
        lines.append([name, *figures, *verdict(name, rows, options.shares[0], ratio), *memory])
    print(f"{rows} rows, {lags} lags, {options.huge_trees} trees\n")
    header = ["forest", "seconds", "a tree, s", "to our sieve", "target", "reached"]
    table([*header, "process before, GiB", "peak, GiB"], lines)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--lags", type=int, nargs="+", default=LAGS)
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES, help="max_features")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--trees", type=int, default=200, help="at most")
    parser.add_argument("--seconds", type=float, default=3.0, help="a fit is to take at most")
    parser.add_argument("--huge", action="store_true", help="a million rows instead")
    parser.add_argument("--rows", type=int, default=1_000_000, help="with --huge")
    parser.add_argument("--huge-trees", type=int, default=10)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    peers = [name for name in options.peers if find_spec(PEERS[name][0]) is not None]
    print(machine())
    if missing := [name for name in options.peers if name not in peers]:
        print(f"not installed: {', '.join(missing)}")
    if options.huge:
        huge(peers, options)
        return
    header = ["T", "p", "max_features", "forest", "trees", "ms a tree", "to our sieve", "to our iid"]
    rows = []
    for T in options.lengths:
        for p in options.lags:
            if T > 10_000 and p < max(options.lags):
                continue
            for share in options.shares:
                rows += cell(T, p, share, peers, options)
    table([*header, "target", "reached"], rows)


if __name__ == "__main__":
    main()
