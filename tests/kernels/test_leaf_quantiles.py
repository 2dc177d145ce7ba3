"""Members grouped by leaf, series sent down their trees, and weighted quantiles, beside their plain twins."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from arsieve_rf._kernels.leaf_quantiles import (
    _sorted_by_key,
    group_by_leaf,
    nodes_on_series,
    quantiles_at_rows,
)
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.iid import IID
from tests.naive import leaf_quantiles as naive


def small_forest(n_trees, seed, n=40, p=3, min_leaf=3):
    rng = np.random.default_rng(seed)
    X = np.round(rng.standard_normal((n, p)), 1)
    y = X[:, 0] + rng.standard_normal(n)
    training = TrainingSet(X.astype(np.float32), y, Columns.of([None] * p), Observed((y,), 0, X, n))
    limits = GrowthLimits(2**31 - 1, 2, min_leaf, p)
    return grow_forest(training, IID().fit(training.observed), n_trees, limits, seed), training.X


def random_contents(forest, n_values, seed, most=6, empty=0.0):
    """Any members in any leaf: {(tree, leaf): [rank, ...]} and the arrays of the kernel."""
    rng = np.random.default_rng(seed)
    found, ranks, starts = {}, [], [0]
    for b in range(len(forest)):
        for node, left in enumerate(forest.tree(b).left):
            if left < 0 and rng.random() >= empty:
                found[b, node] = rng.integers(0, n_values, rng.integers(1, most)).tolist()
                ranks += found[b, node]
            starts.append(len(ranks))
    return found, np.array(ranks, np.uint32), np.array(starts)


def quantiles(forest, X, starts, ranks, values, levels):
    out = np.empty((len(X), len(levels)))
    nodes = forest.roots, forest.left, forest.feature, forest.threshold
    quantiles_at_rows(X, *nodes, starts, ranks, values, np.asarray(levels, float), out)
    return out


@pytest.mark.parametrize("empty", [0.0, 0.5])
@pytest.mark.parametrize("n_trees", [1, 2, 9])
@pytest.mark.parametrize("n_values", [7, 60, 5000])
def test_quantiles_are_those_of_the_twin(n_values, n_trees, empty):
    forest, X = small_forest(n_trees, seed=n_values)
    X = np.concatenate([X, X, X])  # several blocks of rows
    values = np.sort(np.random.default_rng(1).standard_normal(n_values)) * 100.0
    levels = np.sort(np.r_[0.0, np.random.default_rng(n_trees).random(30), 1.0])
    found, ranks, starts = random_contents(forest, n_values, n_trees, empty=empty)
    result = quantiles(forest, X, starts, ranks, values, levels)
    for i, row in enumerate(X[:40]):
        weights, number = naive.weights_at(forest, row, found)
        if number == 0:
            weights, number = {k: Fraction(1, n_values) for k in range(n_values)}, n_values
        np.testing.assert_allclose(
            result[i], naive.quantiles_at(values, weights, number, levels), rtol=1e-10, atol=1e-10
        )
    np.testing.assert_array_equal(result[:40], result[80:])
    assert (np.diff(result, axis=1) >= 0).all()


@pytest.mark.parametrize("size", [1, 2, 3, 50, 4000])
def test_one_leaf_has_the_quantiles_of_numpy(size):
    forest, X = small_forest(1, seed=0, min_leaf=40)
    assert len(forest.left) == 1
    values = np.sort(np.random.default_rng(size).standard_normal(5000))
    ranks = np.random.default_rng(size).integers(0, 5000, size).astype(np.uint32)
    levels = np.r_[0.0, np.sort(np.random.default_rng(2).random(40)), 1.0]
    result = quantiles(forest, X[:1], np.array([0, size]), ranks, values, levels)
    np.testing.assert_allclose(result[0], np.quantile(values[ranks], levels), rtol=1e-11, atol=1e-12)


def test_trees_count_alike_however_many_members_their_leaves_have():
    """Three trees without splits; the value of a single member has a third of the mass."""
    forest, X = small_forest(3, seed=0, min_leaf=40)
    values = np.array([0.0, 1.0, 2.0])
    ranks = np.array([1] + [0] * 50 + [2] * 50, np.uint32)
    result = quantiles(forest, X[:1], np.array([0, 1, 51, 101]), ranks, values, [0.32, 0.34, 0.5, 0.66, 0.68])
    np.testing.assert_array_equal(result[0], [0, 1, 1, 1, 2])


@pytest.mark.parametrize("n_keys", [1, 2, 2048, 2049, 2**22, 2**22 + 1, 2**32 - 1])
def test_sorting_is_stable_for_any_number_of_digits(n_keys):
    rng = np.random.default_rng(0)
    keys = rng.integers(0, n_keys, 500, dtype=np.uint64).astype(np.uint32)
    keys[:200] = keys[rng.integers(0, 500, 200)]
    keys[7] = n_keys - 1
    shares = np.arange(500.0)
    order = np.argsort(keys, kind="stable")
    expected = keys[order], shares[order]
    result = _sorted_by_key(keys, shares, np.empty_like(keys), np.empty_like(shares), 500, n_keys)
    for a, b in zip(result, expected):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("stride", [0, 40])
def test_members_are_grouped_as_by_the_twin(stride):
    forest, X = small_forest(6, seed=3)
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 4, (6, 40)).astype(np.int32)
    wanted = (rng.random(len(forest.left)) < 0.6).astype(np.uint8)
    sizes, members = np.empty(len(wanted), np.int64), np.full(counts.sum(), -1)
    used = group_by_leaf(forest.apply(X), counts, forest.roots, wanted, stride, sizes, members)
    found = naive.contents(forest, lambda b: X, lambda b: counts[b])
    at = 0
    for b in range(6):
        for node in range(len(forest.tree(b).left)):
            number = forest.roots[b] + node
            expected = found.get((b, node), []) if wanted[number] else []
            assert sizes[number] == len(expected)
            assert members[at : at + sizes[number]].tolist() == [b * stride + i for i in expected]
            at += len(expected)
    assert at == used < counts.sum()


def test_series_go_down_trees_as_in_the_twin():
    """Columns: lag 2, fixed, linear in lags 1 and 3, lag 1; two segments with three values before each."""
    columns = Columns.of([2, None, None, 1], {2: np.array([0.3, 0.5, 0.0, -0.7])})
    assert columns.max_lag == 3
    rng = np.random.default_rng(1)
    forest, _ = small_forest(5, seed=8, p=4)
    forest = replace(forest, columns=columns)
    series = np.round(rng.standard_normal((5, 50)), 1)
    rows = np.r_[0:20, 23:47]
    fixed = rng.standard_normal((44, 1)).astype(np.float32)
    out = np.empty((44, 5), np.int64)
    c, nodes = columns, (forest.roots, forest.left, forest.feature, forest.threshold)
    nodes_on_series(series, c.lags, c.slots, c.linear, c.max_lag, rows, fixed, *nodes, out)
    for b in range(5):
        expected = naive.simulated_rows(c, series[b], rows + 3, fixed)
        assert out[:, b].tolist() == [naive.leaf_of(forest.tree(b), row) for row in expected]
    assert len({tuple(row) for row in out.T.tolist()}) == 5
