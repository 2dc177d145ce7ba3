"""Baselines, mixtures of forests, trees grown on, and out-of-bag rows."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.forest.baseline import Baseline
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.mixing import join, mix, on_all_columns
from arsieve_rf.forest.out_of_bag import OutOfBag
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.iid import IID
from tests.naive import recursion as naive

FIELDS = ("left", "feature", "threshold", "n_samples", "impurity")
LIMITS = GrowthLimits(2**31 - 1, 2, 3, 2)


def rows(n=80, p=3, seed=0, scale=1.0):
    """Rows that are no lags of anything."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    y = scale * (X[:, 0] - X[:, p - 1] ** 2 + 0.3 * rng.standard_normal(n))
    return TrainingSet(X.astype(np.float32), y, Columns.of([None] * p), Observed((y,), 0, X, n))


def forest_of(training, n_trees=11, seed=4, first=0):
    sampler = IID().fit(training.observed)
    return grow_forest(training, sampler, n_trees, LIMITS, seed, first=first)


def points(n=300, p=3, seed=9):
    return np.random.default_rng(seed).standard_normal((n, p)).astype(np.float32)


# ---- trees added later ----


def test_trees_grown_later_are_those_of_one_run():
    training = rows()
    whole, early, late = forest_of(training, 10), forest_of(training, 4), forest_of(training, 6, first=4)
    joined = join([early, late])
    for name in (*FIELDS, "roots"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name), err_msg=name)


def test_join_keeps_every_tree():
    forests = [forest_of(rows(seed=s), b) for s, b in ((1, 3), (2, 1), (3, 5))]
    joined = join([replace(forest, scale=1.0) for forest in forests])
    trees = [forest.tree(b) for forest in forests for b in range(len(forest))]
    assert len(joined) == 9
    for b, tree in enumerate(trees):
        for name in ("left", "feature", "threshold", "n_samples", "impurity"):
            np.testing.assert_array_equal(getattr(joined.tree(b), name), getattr(tree, name))


# ---- mixtures ----


@pytest.mark.parametrize("weights", [(0.3, 0.5), (1.0, 0.0), (0.0, 0.0), (0.25, 0.75)])
@pytest.mark.parametrize("sizes", [(5, 5), (8, 3), (1, 6)])
def test_a_mixture_is_the_weighted_sum_of_means(weights, sizes):
    forests = [forest_of(rows(seed=s, scale=10.0**s), b) for s, b in enumerate(sizes)]
    baseline = Baseline(0.7, np.array([0.2, 0.0, -1.0]))
    X = points()
    mixed = mix(forests, weights, baseline)
    expected = sum(w * forest.mean(X) for w, forest in zip(weights, forests))
    np.testing.assert_allclose(mixed.mean(X), expected + baseline.at(X), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(mix(forests, weights).mean(X), expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(mixed.tree_values(X).mean(axis=1), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(mixed.apply(X), np.hstack([forest.apply(X) for forest in forests]))


def test_importances_of_a_mixture_are_those_of_its_trees():
    """Each tree's are normalised, so neither weights nor scales matter, unless a weight is 0."""
    forests = [forest_of(rows(seed=s, scale=10.0**s), 6) for s in range(2)]
    each = [forest.feature_importances() for forest in forests]
    mixed = mix(forests, (0.1, 0.6)).feature_importances()
    np.testing.assert_allclose(mixed, np.mean(each, axis=0), rtol=1e-6)  # impurities are float32
    np.testing.assert_allclose(mix(forests, (0.0, 0.6)).feature_importances(), each[1], rtol=1e-6)
    assert mix(forests, (0.0, 0.0)).feature_importances().tolist() == [0.0, 0.0, 0.0]


def test_impurities_keep_their_unit():
    forests = [forest_of(rows(seed=s, scale=2.0 ** (40 * s)), 2) for s in range(2)]
    mixed = mix(forests, (0.5, 0.5))  # a factor of one: half of twice as many trees
    for b, forest in ((1, forests[0]), (2, forests[1])):
        ours = mixed.tree(b).impurity.astype(float) * mixed.scale**2
        np.testing.assert_allclose(ours, forest.tree(b % 2).impurity.astype(float) * forest.scale**2)


def test_units_that_are_worlds_apart():
    forests = [forest_of(rows(seed=s, scale=2.0 ** (400 * s)), 2) for s in range(2)]
    for order in (forests, forests[::-1]):
        mixed = mix(order, (0.5, 0.5))
        assert np.isfinite(mixed.impurity).all()
        assert mixed.feature_importances().sum() == pytest.approx(1.0)


@pytest.mark.parametrize("subset", [[1], [3, 0], [0, 2, 3]])
def test_trees_of_some_columns_read_them_in_the_whole_matrix(subset):
    training = rows(p=4)
    few = TrainingSet(
        training.X[:, subset].copy(), training.y, Columns.of([None] * len(subset)), training.observed
    )
    forest = grow_forest(few, IID().fit(few.observed), 7, GrowthLimits(2**31 - 1, 2, 3, 1), 1)
    whole = on_all_columns(forest, np.array(subset), training.columns)
    X = points(p=4)
    np.testing.assert_array_equal(whole.mean(X), forest.mean(np.ascontiguousarray(X[:, subset])))
    np.testing.assert_array_equal(whole.feature_importances()[subset], forest.feature_importances())
    assert whole.feature_importances()[[j for j in range(4) if j not in subset]].sum() == 0.0
    assert set(whole.feature[whole.left >= 0].tolist()) <= set(subset)
    assert whole.columns is training.columns


def test_columns_may_be_so_many_that_their_numbers_are_wider():
    forest = forest_of(rows())
    assert forest.feature.dtype == np.int16
    subset, p = np.array([32_767, 5, 39_999]), 40_000
    whole = on_all_columns(forest, subset, Columns.of([None] * p))
    assert whole.feature.dtype == np.int32
    X = np.zeros((300, p), np.float32)
    X[:, subset] = points()
    np.testing.assert_array_equal(whole.mean(X), forest.mean(points()))
    np.testing.assert_array_equal(whole.feature_importances()[subset], forest.feature_importances())


# ---- baselines ----


def test_a_baseline_is_linear_in_the_columns_as_given():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 4)) * [1.0, 1e6, 1e-6, 1.0]
    weights = np.array([0.3, -2.0, 1e5, 0.0])
    baseline = Baseline(1.5, weights)
    np.testing.assert_allclose(baseline.at(X), 1.5 + X @ weights, rtol=1e-12)
    single = X.astype(np.float32)
    np.testing.assert_allclose(baseline.at(single), 1.5 + single.astype(np.float64) @ weights, rtol=1e-12)
    np.testing.assert_array_equal([baseline.at(x[None])[0] for x in X], baseline.at(X))
    np.testing.assert_allclose(baseline.times(0.25).at(X), 0.25 * baseline.at(X), rtol=1e-12)


def test_a_baseline_stays_finite():
    X = np.array([[3e38, -3e38], [-3e38, 3e38], [3e38, 3e38]])
    values = Baseline(1.0, np.array([1e299, 1e290])).at(X)
    assert np.isfinite(values).all()
    assert np.abs(values).max() <= 1e300


def test_means_take_the_baseline_at_the_exact_rows():
    forest = replace(forest_of(rows()), baseline=Baseline(0.0, np.array([1.0, 0.0, 0.0])))
    exact = points().astype(np.float64) + 1e-9
    X = exact.astype(np.float32)
    trees = replace(forest, baseline=None).mean(X)
    np.testing.assert_array_equal(forest.mean(X, exact=exact), trees + exact[:, 0])
    np.testing.assert_array_equal(forest.mean(X), trees + X[:, 0].astype(np.float64))
    np.testing.assert_array_equal(forest.mean(X, n_jobs=2, exact=exact), trees + exact[:, 0])


def lagged_forest(weights):
    """Two lags in any order, a linear column and a fixed one, and a baseline."""
    rng = np.random.default_rng(2)
    n, linear = 90, np.array([0.3, 0.5, 0.0, -0.25])
    series, exog = rng.standard_normal(n).cumsum() * 0.1, rng.standard_normal(n)
    lags = [series[3 - k : n - k] for k in (1, 2, 3)]
    made = linear[0] + sum(w * column for w, column in zip(linear[1:], lags))
    X = np.column_stack([lags[1], made, exog[3:], lags[0]])
    columns = Columns.of([2, None, None, 1], {1: linear})
    observed = Observed((series,), 3, exog[3:, None], n - 3)
    training = TrainingSet(X.astype(np.float32), series[3:], columns, observed)
    forest = forest_of(training)
    return replace(forest, baseline=Baseline(0.1, np.array(weights))), series, rng.standard_normal((6, 1))


@pytest.mark.parametrize("weights", [[0.2, -0.3, 0.5, 0.4], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.9]])
def test_recursion_with_a_baseline_equals_twin_and_a_loop_over_means(weights):
    forest, series, future = lagged_forest(weights)
    found = forest.recurse(series, 6, future)
    np.testing.assert_allclose(found, naive.recurse_mean(forest, series, 6, future), rtol=1e-12)
    path = list(series)
    for step in range(6):
        linear = 0.3 + 0.5 * path[-1] - 0.25 * path[-3]
        x = np.array([[path[-2], linear, future[step, 0], path[-1]]])
        path.append(forest.mean(x.astype(np.float32), exact=x)[0])
    np.testing.assert_allclose(found, path[len(series) :], rtol=1e-12)


def test_recursion_without_a_baseline_equals_twin():
    forest, series, future = lagged_forest([0.0] * 4)
    plain = replace(forest, baseline=None)
    np.testing.assert_array_equal(
        plain.recurse(series, 6, future), naive.recurse_mean(plain, series, 6, future)
    )


@pytest.mark.parametrize("weight", [2.0, -2.0])
def test_explosive_baselines_are_held(weight):
    forest, series, _ = lagged_forest([0.0, weight, 0.0, weight])
    path = forest.recurse(series, 3000, np.zeros((3000, 1)))
    assert np.isfinite(path).all()
    assert np.abs(path).max() == 1e300


def test_forests_with_a_baseline_are_pickled():
    forest, series, future = lagged_forest([0.2, -0.3, 0.5, 0.4])
    copy = pickle.loads(pickle.dumps(forest))
    np.testing.assert_array_equal(copy.recurse(series, 6, future), forest.recurse(series, 6, future))


# ---- out-of-bag rows ----


def test_out_of_bag_means_are_those_of_the_trees_that_did_not_draw_the_row():
    training = rows(n=40)
    sampler = IID().fit(training.observed)
    forest = forest_of(training, 9, first=5)
    drawn = sampler.draw(stream_keys(4, 5, 9, ROLE_DRAW))
    values = forest.tree_values(training.X)
    expected = [values[i, drawn[:, i] == 0].mean() if (drawn[:, i] == 0).any() else np.nan for i in range(40)]
    seen = OutOfBag.of(forest, training, sampler, 4, 5)
    np.testing.assert_allclose(seen.mean, expected, rtol=1e-13)
    parts = [forest_of(training, 2, first=5), forest_of(training, 7, first=7)]
    added = OutOfBag.of(parts[0], training, sampler, 4, 5) + OutOfBag.of(parts[1], training, sampler, 4, 7)
    np.testing.assert_allclose(added.mean, seen.mean, rtol=1e-13)


def test_rows_that_every_tree_drew_have_no_out_of_bag_mean():
    training = rows(n=5)
    sampler = IID().fit(training.observed)
    drawn = sampler.draw(stream_keys(4, 0, 1, ROLE_DRAW))[0]
    mean = OutOfBag.of(forest_of(training, 1), training, sampler, 4).mean
    np.testing.assert_array_equal(np.isnan(mean), drawn > 0)
