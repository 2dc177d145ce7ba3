"""What a forest keeps, and what it takes beside that while it grows."""

from __future__ import annotations

import dataclasses
import tracemalloc
from typing import Any

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


def bytes_of(value: Any) -> int:
    """Of all arrays, however deep."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if dataclasses.is_dataclass(value):
        return sum(bytes_of(held) for held in vars(value).values())
    return 0


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", "auto"])
@pytest.mark.parametrize(("length", "trees"), [(100, 100), (1000, 20), (10_000, 4)])
@pytest.mark.parametrize("p", [1, 20])
def test_a_forest_holds_24_bytes_a_node_at_most(length, trees, p, bootstrap):
    y = np.random.default_rng(4).normal(size=length).cumsum()
    rows = np.column_stack([y[p - k : length - k] for k in range(1, p + 1)])
    fitted = ARSieveForestRegressor(trees, bootstrap=bootstrap, random_state=0).fit(rows, y[p:])
    forest = fitted.forest_
    fitted.feature_importances_  # noqa: B018 - nothing of it is kept
    assert len(forest) == trees
    assert len(forest.left) > 10 * trees
    assert bytes_of(forest) <= 24 * len(forest.left)


def test_columns_are_numbered_in_two_bytes_where_these_suffice():
    """With one column more numbers are wider; the last one of both matrices is split on."""
    rng = np.random.default_rng(0)
    wide = np.zeros((40, 2**15), np.float32)
    wide[:, -1] = rng.standard_normal(40)
    for rows, dtype in ((wide, np.int32), (wide[:, 1:], np.int16)):
        p = rows.shape[1]
        regressor = ARSieveForestRegressor(3, bootstrap="iid", lags=[None] * p, random_state=0)
        fitted = regressor.fit(rows, wide[:, -1])
        assert fitted.forest_.feature.dtype == dtype
        assert fitted.forest_.feature.max() == p - 1
        assert fitted.feature_importances_[-1] == 1.0
        assert np.corrcoef(fitted.predict(rows), wide[:, -1])[0, 1] > 0.9


@pytest.mark.parametrize("room", [0.01, 1.0, 3.0])
def test_a_wrong_guess_of_the_size_changes_nothing(monkeypatch, room):
    def forest():
        return ARSieveForestRegressor(60, lags=[1], random_state=0).fit(X[:300], Y[:300]).forest_

    expected = forest()
    monkeypatch.setattr(grow, "_ROOM", room)
    monkeypatch.setattr(grow, "_BYTES_A_CHUNK", 8 * 300 * 7)  # 7 trees a chunk
    found = forest()
    for name in ("left", "feature", "threshold", "n_samples", "impurity", "roots"):
        array = getattr(found, name)
        assert array.tobytes() == getattr(expected, name).tobytes()
        assert array.base is None
        assert array.flags.c_contiguous
