"""Importances told from nodes, beside their plain twin and beside what the splits gained."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf._kernels.importances import shares_of_decrease
from arsieve_rf._kernels.rng import stream_keys
from tests.kernels.growing import rows_trees
from tests.naive import importances as naive
from tests.naive.grow import grow_tree, quantile_codes

FIELDS = ("left", "feature", "n_samples", "impurity")
DTYPES = (np.int32, np.int16, np.int32, np.float32)


def shares(trees, p):
    """Of trees one after another; each tree as its columns."""
    roots = np.cumsum([0, *(len(tree[0]) for tree in trees)])[:-1]
    columns = [np.concatenate(parts).astype(dtype) for parts, dtype in zip(zip(*trees), DTYPES)]
    out = np.full(p, np.nan)
    shares_of_decrease(roots, *columns, out)
    return out


def problem(seed, ties):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(2, 60)), int(rng.integers(1, 6))
    X = rng.standard_normal((n, p)).astype(np.float32)
    y = 3.0 + X[:, 0] + X[:, -1] ** 2 + rng.standard_normal(n)
    return (np.round(X), np.round(y)) if ties else (X, y), rng.integers(0, 4, (5, n)) + (np.arange(n) == 0)


@pytest.mark.parametrize("ties", [False, True])
def test_shares_equal_the_naive_twin(ties):
    for seed in range(20):
        (X, y), weights = problem(seed, ties)
        grown = rows_trees(X, y, weights, stream_keys(seed, 0, 5, 2))
        trees = [[tree[name] for name in FIELDS] for tree in grown]
        np.testing.assert_array_equal(shares(trees, X.shape[1]), naive.shares_of_decrease(trees, X.shape[1]))


@pytest.mark.parametrize("bins", [None, (5, 6)])
def test_decreases_are_what_the_splits_gained(bins):
    """The plain grower's gains come from sums of targets, not from impurities."""
    keys = stream_keys(7, 0, 1, 2)
    for seed in range(20):
        (X, y), weights = problem(seed, False)
        n, p = X.shape
        (tree,) = rows_trees(X, y, weights[0], keys, min_leaf=2, bins=bins)
        own = bins and (*zip(*(quantile_codes(column, bins[0]) for column in X.T)), bins[1])
        nodes = grow_tree(
            X.T, y, np.flatnonzero(weights[0]), weights[0],
            max_depth=n, min_split=2, min_leaf=2, max_features=p, key=keys[0], bins=own,
        )  # fmt: skip
        gains = np.zeros(p)
        for node in nodes:
            if node["left"] >= 0:
                gains[node["feature"]] += node["gain"]
        expected = gains / gains.sum() if gains.any() else gains
        found = shares([[tree[name] for name in FIELDS]], p)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)  # impurities are float32


# a root of 4 samples, split by feature 1; its right child split by feature 0
TREE = ([1, -1, 3, -1, -1], [1, -1, 0, -1, -1], [4, 1, 3, 1, 2])


def test_by_hand():
    """4·2 - 3·1 = 5 by feature 1, 3·1 - 2·0.25 = 2.5 by feature 0."""
    tree = (*TREE, [2.0, 0.0, 1.0, 0.0, 0.25])
    np.testing.assert_allclose(shares([tree], 3), [1 / 3, 2 / 3, 0.0])
    np.testing.assert_allclose(shares([tree, tree], 3), [2 / 3, 4 / 3, 0.0])


def test_a_split_that_seems_to_lose_counts_nothing():
    tree = (*TREE, [2.0, 0.0, 1.0, 0.0, 1.5000001])
    assert shares([tree], 2).tolist() == [0.0, 1.0]


def test_trees_without_a_decrease_are_left_out():
    leaf, flat = ([-1], [-1], [4], [2.0]), (*TREE, [0.0] * 5)
    split = (*TREE, [2.0, 0.0, 1.0, 0.0, 0.25])
    assert shares([leaf, flat], 2).tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(shares([leaf, split, flat], 2), shares([split], 2))
