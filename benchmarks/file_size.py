"""How large a fitted forest is on disk, beside scikit-learn's pickle of the same trees.

``python -m benchmarks.file_size``
"""

from __future__ import annotations

import pickle
import tempfile
import zlib
from pathlib import Path

from arsieve_rf import ARSieveForestRegressor
from benchmarks.harness import ar2_series, lag_matrix, machine, seconds, table

N_TREES, N_VALUES = 500, 500


def sizes(bootstrap: str, p: int, folder: Path) -> list[object]:
    """One row: kilobytes of the files, in brackets as shares of scikit-learn's pickle; seconds to load."""
    X, y = lag_matrix(ar2_series(N_VALUES), p)
    forest = ARSieveForestRegressor(N_TREES, bootstrap=bootstrap, random_state=0).fit(X, y)
    path = folder / f"{bootstrap}_{p}.arsieve"
    forest.save(path)
    exported = pickle.dumps(forest.to_sklearn())
    peer = len(exported)
    others = [len(zlib.compress(exported)), len(pickle.dumps(forest)), path.stat().st_size]
    loading = seconds(lambda: ARSieveForestRegressor.load(path), calls=5)
    nodes = len(forest.forest_.left)
    beside = (f"{size / 1e3:,.0f} ({size / peer:.2f})" for size in others)
    return [f'"{bootstrap}"', p, f"{nodes:,}", f"{peer / 1e3:,.0f}", *beside, f"{loading:.3f}"]


def main() -> None:
    print(f"{N_TREES} trees on an AR(2) series of {N_VALUES} values, leaves of 5; {machine()}\n")
    header = ["bootstrap", "lags", "nodes", "scikit-learn, pickle (kB)"]
    header += ["the same, zlib", "ours, pickle", "ours, save()", "load (s)"]
    with tempfile.TemporaryDirectory() as folder:
        table(header, [sizes(b, p, Path(folder)) for b in ("ar_sieve", "iid") for p in (5, 20)])


if __name__ == "__main__":
    main()
