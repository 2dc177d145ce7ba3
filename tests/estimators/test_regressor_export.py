"""The forest as scikit-learn objects: equal bits, and tools that read them."""

from __future__ import annotations

import pickle

import matplotlib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.tree import DecisionTreeRegressor, export_graphviz, export_text, plot_tree
from sklearn.utils.validation import check_is_fitted

from arsieve_rf import ARSieveForestRegressor

matplotlib.use("Agg")


def ar_series(n=150, phi=0.7, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def embed(y, lags):
    most = max(lags)
    return np.column_stack([y[most - k : len(y) - k] for k in lags]), y[most:]


@pytest.fixture(scope="module", params=["ar_sieve", "iid", None], ids=str)
def fitted(request):
    X, y = embed(ar_series(), [1, 2, 3])
    options = {"max_features": 2, "min_samples_leaf": 2, "random_state": 0}
    return ARSieveForestRegressor(25, bootstrap=request.param, **options).fit(X, y), X, y


def fresh_rows(n=500):
    return np.random.default_rng(9).standard_normal((n, 3)) * 2


def test_predictions_are_equal_to_the_last_bit(fitted):
    forest, X, _ = fitted
    peer = forest.to_sklearn()
    assert type(peer) is RandomForestRegressor
    check_is_fitted(peer)
    for rows in (X, fresh_rows(), fresh_rows(1)):
        np.testing.assert_array_equal(peer.predict(rows), forest.predict(rows))
        np.testing.assert_array_equal(peer.apply(rows), forest.apply(rows))
    peer.set_params(n_jobs=2)
    np.testing.assert_allclose(peer.predict(X), forest.predict(X), rtol=1e-12)


@pytest.mark.parametrize("max_bins", [None, 4])
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", None, "auto"])
def test_importances_are_equal(bootstrap, max_bins):
    """scikit-learn computes its own from the nodes."""
    series = ar_series()
    for t in range(2, len(series)):  # worth trees of both kinds
        series[t] = 0.5 * series[t] + 0.4 * series[t - 1] - 0.6 * abs(series[t - 2])
    X, y = embed(series, [1, 2, 3])
    forest = ARSieveForestRegressor(25, bootstrap=bootstrap, max_bins=max_bins, random_state=0).fit(X, y)
    peer = forest.to_sklearn()
    if bootstrap == "auto":
        assert min(forest.mixture_.values()) > 0.0
        peer = peer.named_estimators_["trees"]
    np.testing.assert_allclose(peer.feature_importances_, forest.feature_importances_, rtol=1e-9)


def test_a_mixture_without_trees():
    """White noise is worth a mean and no tree; scikit-learn divides importances by their sum."""
    X, y = embed(np.random.default_rng(0).normal(size=200), [1, 2, 3])
    forest = ARSieveForestRegressor(20, bootstrap="auto", random_state=0).fit(X, y)
    assert forest.mixture_["linear"] == 1.0
    peer = forest.to_sklearn()
    trees = peer.named_estimators_["trees"]
    np.testing.assert_array_equal(trees.feature_importances_, forest.feature_importances_)
    np.testing.assert_array_equal(trees.feature_importances_, [0.0, 0.0, 0.0])
    assert [tree.tree_.node_count for tree in trees.estimators_] == [1] * 20
    np.testing.assert_array_equal(trees.predict(fresh_rows()), 0.0)
    np.testing.assert_allclose(peer.predict(fresh_rows()), forest.predict(fresh_rows()), rtol=1e-12)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(peer)).predict(X), peer.predict(X))


def test_single_trees_are_the_trees_of_the_forest(fitted):
    forest, X, _ = fitted
    assert len(forest.estimators_) == 25
    rows = fresh_rows()
    single = []
    for b, tree in enumerate(forest.estimators_):
        assert type(tree) is DecisionTreeRegressor
        single.append(tree.predict(rows))
        np.testing.assert_array_equal(tree.apply(rows), forest.apply(rows)[:, b])
        assert tree.get_n_leaves() == np.sum(forest.forest_.tree(b).left < 0)
        values = tree.tree_.value[:, 0, 0]
        assert (np.isfinite(values)).all()
    np.testing.assert_array_equal(np.array(single).T, forest.forest_.tree_values(rows.astype(np.float32)))
    np.testing.assert_array_equal(sum(single) / 25, forest.predict(rows))
    assert forest.estimators_[-1].predict(X[:1]) == single_prediction(forest.estimators_[24], X[:1])
    assert [type(t) for t in forest.estimators_[1:4]] == [DecisionTreeRegressor] * 3
    with pytest.raises(IndexError):
        _ = forest.estimators_[25]


def single_prediction(tree, x):
    return tree.predict(x)


def test_node_values_are_means_of_what_lies_below(fitted):
    forest, _, _ = fitted
    tree = forest.estimators_[0].tree_
    for node in range(tree.node_count):
        left, right = tree.children_left[node], tree.children_right[node]
        if left < 0:
            continue
        weights = tree.weighted_n_node_samples[[left, right]]
        assert weights.sum() == tree.weighted_n_node_samples[node]
        both = tree.value[[left, right], 0, 0] @ weights / weights.sum()
        assert tree.value[node, 0, 0] == pytest.approx(both, rel=1e-12)
        # total variance = variance within + variance between
        between = weights @ (tree.value[[left, right], 0, 0] - both) ** 2 / weights.sum()
        within = weights @ tree.impurity[[left, right]] / weights.sum()
        assert tree.impurity[node] == pytest.approx(within + between, rel=1e-4)


def test_impurity_is_in_the_units_of_the_target():
    X, y = embed(1000.0 * ar_series(), [1, 2])
    forest = ARSieveForestRegressor(1, bootstrap=None).fit(X, y)
    assert forest.estimators_[0].tree_.impurity[0] == pytest.approx(y.var(), rel=1e-6)


def test_the_export_shares_nothing_with_the_estimator(fitted):
    forest, X, _ = fitted
    before = forest.predict(X)
    peer = forest.to_sklearn()
    peer.estimators_[0].tree_.value[:] = 1e9
    np.testing.assert_array_equal(forest.predict(X), before)
    np.testing.assert_array_equal(forest.to_sklearn().predict(X), before)


def test_the_export_can_be_pickled_cloned_and_fitted_anew(fitted):
    forest, X, y = fitted
    peer = forest.to_sklearn()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(peer)).predict(X), forest.predict(X))
    anew = clone(peer).fit(X, y)
    assert len(anew.estimators_) == 25
    assert anew.min_samples_leaf == 2
    assert anew.max_features == 2


def test_tools_that_read_trees_run(fitted):
    from matplotlib import pyplot

    forest, X, _ = fitted
    tree = forest.estimators_[0]
    text = export_text(tree, feature_names=["lag 1", "lag 2", "lag 3"])
    assert "lag 1 <=" in text
    assert "value:" in text
    assert "digraph" in export_graphviz(tree)
    figure, ax = pyplot.subplots()
    assert len(plot_tree(tree, max_depth=2, ax=ax)) > 3
    pyplot.close(figure)
    tree.decision_path(X)
    tree.cost_complexity_pruning_path(X, X[:, 0])
    forest.to_sklearn().decision_path(X)


def test_permutation_importance_of_both_is_alike(fitted):
    forest, X, y = fitted
    own, peer = (
        permutation_importance(model, X, y, n_repeats=3, random_state=0).importances
        for model in (forest, forest.to_sklearn())
    )
    np.testing.assert_allclose(own, peer, rtol=1e-9, atol=1e-12)
    assert own.mean(axis=1).argmax() == 0  # an AR(1) series


def test_partial_dependence_of_both_is_alike(fitted):
    forest, X, _ = fitted
    own = partial_dependence(forest, X, [0], method="brute", grid_resolution=5)["average"]
    brute = partial_dependence(forest.to_sklearn(), X, [0], method="brute", grid_resolution=5)["average"]
    np.testing.assert_allclose(own, brute, rtol=1e-12)


def test_feature_names_go_along():
    X, y = embed(ar_series(), [1, 2])
    frame = pd.DataFrame(X, columns=["lag_1", "lag_2"])
    forest = ARSieveForestRegressor(5, random_state=0).fit(frame, y)
    peer = forest.to_sklearn()
    np.testing.assert_array_equal(peer.predict(frame), forest.predict(frame))


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_exports_of_tiny_and_huge_targets(scale):
    X, y = embed(ar_series() * scale, [1, 2])
    forest = ARSieveForestRegressor(5, random_state=0).fit(X, y)
    peer = forest.to_sklearn()
    np.testing.assert_array_equal(peer.predict(X), forest.predict(X))
    np.testing.assert_allclose(peer.feature_importances_, forest.feature_importances_, rtol=1e-9)
    assert peer.estimators_[0].tree_.impurity[0] == pytest.approx(
        float(forest.forest_.impurity[0]) * forest.forest_.scale**2, rel=1e-6
    )


def test_export_of_targets_whose_squares_leave_float64():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((50, 2)), rng.standard_normal(50) * 1e200
    forest = ARSieveForestRegressor(5, bootstrap="iid", random_state=0).fit(X, y)
    np.testing.assert_array_equal(forest.to_sklearn().predict(X), forest.predict(X))
    assert forest.feature_importances_.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid"])
def test_a_tree_of_one_leaf_can_be_exported(bootstrap):
    X, y = embed(ar_series(20), [1, 2])
    forest = ARSieveForestRegressor(3, bootstrap=bootstrap, min_samples_leaf=15, random_state=0).fit(X, y)
    peer = forest.to_sklearn()
    np.testing.assert_array_equal(peer.predict(X), forest.predict(X))
    np.testing.assert_array_equal(peer.feature_importances_, [0.0, 0.0])
    assert "value" in export_text(forest.estimators_[0])
