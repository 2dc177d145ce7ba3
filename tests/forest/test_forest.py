"""The forest floor: chunks, workers, aggregation, export."""

from __future__ import annotations

import joblib
import numpy as np
import pytest

from arsieve_rf.forest import grow as growing
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.registry import make_strategy

FIELDS = ("left", "feature", "threshold", "n_samples", "impurity", "roots")
LIMITS = GrowthLimits(2**31 - 1, 2, 3, 2)


def training_set(n=120, p=4, seed=0):
    rng = np.random.default_rng(seed)
    series = np.zeros(n)
    for t in range(1, n):
        series[t] = 0.6 * series[t - 1] + rng.standard_normal()
    X = np.column_stack([series[p - k : n - k] for k in range(1, p + 1)])
    observed = Observed((series,), p, None, n - p)
    return TrainingSet(X.astype(np.float32), series[p:], Columns.of(list(range(1, p + 1))), observed)


def grow(training, bootstrap="ar_sieve", n_trees=40, seed=5, n_jobs=1):
    options = {
        "order": "aic", "max_order": None, "ar_method": "yule_walker", "initial": "stationary",
        "block_length": 7, "period": 4,
    }  # fmt: skip
    sampler = make_strategy(bootstrap, **options).fit(training.observed)
    return grow_forest(training, sampler, n_trees, LIMITS, seed, n_jobs), sampler


def assert_same_forest(a, b):
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(a, field), getattr(b, field), err_msg=field)


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", "stationary", None])
def test_the_forest_does_not_depend_on_chunks_jobs_or_backend(bootstrap, monkeypatch):
    training = training_set()
    whole, _ = grow(training, bootstrap)
    monkeypatch.setattr(growing, "_CELLS_WORTH_THREADS", 0)
    assert_same_forest(whole, grow(training, bootstrap, n_jobs=2)[0])
    monkeypatch.setattr(growing, "_BYTES_A_CHUNK", 8 * 116 * 3)
    assert_same_forest(whole, grow(training, bootstrap)[0])
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_same_forest(whole, grow(training, bootstrap, n_jobs=None)[0])


def test_the_first_trees_do_not_depend_on_how_many_follow():
    training = training_set()
    few, many = grow(training, n_trees=7)[0], grow(training, n_trees=30)[0]
    assert_same_forest_prefix(few, many)


def assert_same_forest_prefix(few, many):
    k = len(few)
    np.testing.assert_array_equal(few.roots, many.roots[:k])
    np.testing.assert_array_equal(few.threshold, many.threshold[: len(few.threshold)])
    np.testing.assert_array_equal(few.impurity, many.impurity[: len(few.impurity)])


def test_seeds_differ_and_trees_are_not_shared_between_neighbouring_seeds():
    training = training_set()
    forests = [grow(training, n_trees=10, seed=s)[0] for s in (1, 2, 3)]
    roots = np.concatenate([f.threshold[f.roots] for f in forests])
    assert len(np.unique(roots)) == 30


def naive_leaf(tree, x):
    node = 0
    while tree.left[node] >= 0:
        node = tree.left[node] + int(x[tree.feature[node]] > tree.threshold[node])
    return node


@pytest.mark.parametrize("n_rows", [1, 7, 8, 300])
@pytest.mark.parametrize("n_trees", [1, 8, 21])
def test_traversal_equals_the_plain_walk(n_rows, n_trees):
    forest, _ = grow(training_set(), n_trees=n_trees)
    X = np.random.default_rng(1).standard_normal((n_rows, 4)).astype(np.float32)
    leaves = np.array([[naive_leaf(forest.tree(b), x) for b in range(n_trees)] for x in X])
    values = np.array([[forest.tree(b).threshold[leaf] for b, leaf in enumerate(row)] for row in leaves])
    means = [sum(row) / n_trees for row in values]
    np.testing.assert_array_equal(forest.apply(X), leaves)
    np.testing.assert_array_equal(forest.tree_values(X), values)
    np.testing.assert_array_equal(forest.mean(X), means)
    np.testing.assert_array_equal(forest.mean(X, n_jobs=2), means)


def test_rows_do_not_depend_on_their_company():
    """Few rows walk the trees themselves, many a copy of each, in blocks."""
    forest, _ = grow(training_set())
    X = np.random.default_rng(1).standard_normal((9001, 4)).astype(np.float32)
    many = forest.mean(X), forest.tree_values(X), forest.apply(X)
    np.testing.assert_array_equal(forest.mean(X, n_jobs=3), many[0])
    for some in (slice(0, 1), slice(4090, 4110), slice(9000, 9001), slice(100, 163), slice(200, 264)):
        for whole, part in zip(
            many, (forest.mean(X[some]), forest.tree_values(X[some]), forest.apply(X[some]))
        ):
            np.testing.assert_array_equal(whole[some], part)


def test_recursion_equals_a_loop_over_predictions():
    """Two lags in any order, a linear column and a fixed one."""
    rng = np.random.default_rng(2)
    n, weights = 90, np.array([0.3, 0.5, 0.0, -0.25])
    series, exog = rng.standard_normal(n).cumsum() * 0.1, rng.standard_normal(n)
    lagged = [series[3 - k : n - k] for k in (1, 2, 3)]
    made = weights[0] + sum(w * column for w, column in zip(weights[1:], lagged))
    X = np.column_stack([lagged[1], made, exog[3:], lagged[0]])
    columns = Columns.of([2, None, None, 1], {1: weights})
    observed = Observed((series,), 3, exog[3:, None], n - 3)
    training = TrainingSet(X.astype(np.float32), series[3:], columns, observed)
    forest, _ = grow(training)
    future = rng.standard_normal((5, 1)).astype(np.float32)
    path = list(series)
    for step in range(5):
        linear = 0.3 + 0.5 * path[-1] + -0.25 * path[-3]
        x = np.array([[path[-2], linear, future[step, 0], path[-1]]], np.float32)
        path.append(forest.mean(x)[0])
    np.testing.assert_array_equal(forest.recurse(series, 5, future), path[n:])


def test_counts_add_up():
    forest, _ = grow(training_set())
    for b in range(len(forest)):
        tree = forest.tree(b)
        assert tree.n_samples[0] == 116
        inner = np.flatnonzero(tree.left >= 0)
        children = tree.left[inner]
        np.testing.assert_array_equal(
            tree.n_samples[inner], tree.n_samples[children] + tree.n_samples[children + 1]
        )
        assert tree.n_samples[tree.left < 0].min() >= LIMITS.min_samples_leaf


@pytest.mark.parametrize(
    ("limits", "n", "most"),
    [
        ((99, 2, 1), 10, 19),
        ((99, 2, 5), 23, 7),
        ((2, 2, 1), 100, 7),
        ((99, 11, 1), 10, 1),
        ((99, 2, 6), 11, 1),
    ],
)
def test_bound_on_the_number_of_nodes(limits, n, most):
    assert GrowthLimits(*limits, 1).max_nodes(n) == most


@pytest.mark.parametrize("power", [-200, 0, 300])
def test_scaling_by_a_power_of_two_changes_nothing_else(power):
    training = training_set()
    factor = 2.0**power
    scaled = TrainingSet(training.X, training.y * factor, training.columns, training.observed)
    limits = GrowthLimits(2**31 - 1, 2, 3, 4)
    sampler = make_strategy(None).fit(training.observed)
    a = grow_forest(training, sampler, 1, limits, 1)
    b = grow_forest(scaled, sampler, 1, limits, 1)
    leaf = a.left < 0
    np.testing.assert_array_equal(a.threshold[~leaf], b.threshold[~leaf])
    np.testing.assert_array_equal(a.threshold[leaf] * factor, b.threshold[leaf])
    np.testing.assert_array_equal(a.feature_importances(), b.feature_importances())
