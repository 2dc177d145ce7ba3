"""What a forest takes while it grows, beside what it keeps."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.forest import grow

SERIES = np.random.default_rng(3).normal(size=5000).cumsum()
X, Y = SERIES[:-1, np.newaxis], SERIES[1:]


def peak_and_forest(trees: int, bootstrap: str) -> tuple[int, int]:
    """Bytes."""
    regressor = ARSieveForestRegressor(trees, bootstrap=bootstrap, lags=[1], random_state=0)
    tracemalloc.start()
    try:
        forest = regressor.fit(X, Y).forest_
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return peak, sum(array.nbytes for array in vars(forest).values() if isinstance(array, np.ndarray))


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid"])
def test_the_peak_grows_with_the_trees_by_the_forest_alone(bootstrap):
    few, many = peak_and_forest(250, bootstrap), peak_and_forest(750, bootstrap)
    grown = many[1] - few[1]
    assert grown > 10e6
    assert many[0] - few[0] < 1.2 * grown  # pages left over count here, and are never touched


@pytest.mark.parametrize("room", [0.01, 1.0, 3.0])
def test_a_wrong_guess_of_the_size_changes_nothing(monkeypatch, room):
    def forest():
        return ARSieveForestRegressor(60, lags=[1], random_state=0).fit(X[:300], Y[:300]).forest_

    expected = forest()
    monkeypatch.setattr(grow, "_ROOM", room)
    monkeypatch.setattr(grow, "_BYTES_A_CHUNK", 8 * 300 * 7)  # 7 trees a chunk
    found = forest()
    for name in ("left", "feature", "threshold", "n_samples", "impurity", "roots", "importances"):
        array = getattr(found, name)
        assert array.tobytes() == getattr(expected, name).tobytes()
        assert array.base is None
        assert array.flags.c_contiguous
