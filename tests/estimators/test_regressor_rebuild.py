"""Whole forests rebuilt in plain Python: draw, embed by hand, grow with the plain twin or scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf._kernels.rng import ROLE_DRAW, ROLE_GROW, stream_keys
from tests.naive.grow import grow_tree

NO_LIMIT = 2**31 - 1
SEED, N_TREES = 11, 4


def ar_series(n, seed, phi=(0.5, 0.2), exog=None):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(2, n):
        y[t] = phi[0] * y[t - 1] + phi[1] * y[t - 2] + rng.standard_normal()
        y[t] += 0.0 if exog is None else exog[t]
    return 5.0 + y


def hand_embedded(segments, lags, linear=(), max_lag=None):
    """Columns and targets of several series, each embedded on its own: a loop over rows, nothing clever."""
    most = max([*lags, *(len(w) - 1 for w in linear)]) if max_lag is None else max_lag
    rows, targets = [], []
    for series in segments:
        for t in range(most, len(series)):
            row = [series[t - k] for k in lags]
            for weights in linear:
                value = weights[0]
                for k in range(1, len(weights)):
                    if weights[k] != 0.0:
                        value += weights[k] * series[t - k]
                row.append(value)
            rows.append(row)
            targets.append(series[t])
    return np.array(rows), np.array(targets)


def plain_tree(forest, X, targets, weights, b, y):
    """The nodes that the plain twin grows for tree b, in the user's units."""
    center, scale = float(np.mean(y)), forest.forest_.scale
    rows = [r for r in range(len(targets)) if weights is None or weights[r] > 0]
    nodes = grow_tree(
        list(np.asarray(X, np.float32).T),
        (np.asarray(targets) - center) / scale,
        rows,
        weights,
        max_depth=NO_LIMIT if forest.max_depth is None else forest.max_depth,
        min_split=forest.min_samples_split,
        min_leaf=forest.min_samples_leaf,
        max_features=X.shape[1] if forest.max_features == 1.0 else forest.max_features,
        key=stream_keys(SEED, b, 1, ROLE_GROW)[0],
    )
    for node in nodes:
        if node["left"] < 0:
            node["threshold"] = center + scale * node["threshold"]
    return nodes


def assert_same_tree(tree, nodes):
    assert len(tree.left) == len(nodes)
    assert len(nodes) > 3
    for name in ("left", "feature", "n_samples", "threshold"):
        np.testing.assert_array_equal(getattr(tree, name), [node[name] for node in nodes], err_msg=name)


def mixed_problem():
    """Two stacked series; columns: exogenous, lag 3, rolling mean of lags 1-4, lag 1, scaled lag 2."""
    segments, parts, exogs = [], [], []
    for seed, n in ((1, 70), (2, 45)):
        z = np.random.default_rng(seed + 50).standard_normal(n)
        y = ar_series(n, seed, exog=z)
        segments.append(y)
        lagged, _ = hand_embedded([y], [3, 1, 2], [[0.0, 0.25, 0.25, 0.25, 0.25]])
        parts.append(
            np.column_stack([z[4:], lagged[:, 0], lagged[:, 3], lagged[:, 1], 10 - 4 * lagged[:, 2]])
        )
        exogs.append(z[4:])
    X = np.vstack(parts)
    y = np.concatenate([s[4:] for s in segments])
    return X, y, np.concatenate(exogs), [len(s) for s in segments]


@pytest.mark.parametrize("initial", ["stationary", "mean", "observed"])
@pytest.mark.parametrize("max_features", [1.0, 2])
def test_sieve_with_every_kind_of_column_and_two_segments(initial, max_features):
    X, y, exog, lengths = mixed_problem()
    forest = ARSieveForestRegressor(
        N_TREES, initial=initial, min_samples_leaf=4, max_features=max_features, random_state=SEED
    ).fit(X, y)
    assert forest.lags_ == [None, 3, None, 1, 2]
    np.testing.assert_array_equal(forest.segments_, [0, 66, 107])
    drawn = forest.sampler_.draw(stream_keys(SEED, 0, N_TREES, ROLE_DRAW))
    assert drawn.shape == (N_TREES, sum(lengths))
    rolling, scaled = forest.forest_.columns.linear
    np.testing.assert_allclose(rolling, [0.0, 0.25, 0.25, 0.25, 0.25], atol=1e-9)
    np.testing.assert_allclose(scaled[:3], [10.0, 0.0, -4.0], atol=1e-9)
    for b, series in enumerate(drawn):
        lagged, targets = hand_embedded(np.split(series, [lengths[0]]), [3, 1], [rolling, scaled])
        made = np.column_stack([exog, lagged[:, 0], lagged[:, 2], lagged[:, 1], lagged[:, 3]])
        assert_same_tree(forest.forest_.tree(b), plain_tree(forest, made, targets, None, b, y))


@pytest.mark.parametrize("lags", [[1, 2, 3], [2], [5, 1]])
def test_sieve_of_lags_alone(lags):
    series = ar_series(80, 3)
    X, y = hand_embedded([series], lags)
    forest = ARSieveForestRegressor(N_TREES, random_state=SEED).fit(X, y)
    assert forest.lags_ == lags
    drawn = forest.sampler_.draw(stream_keys(SEED, 0, N_TREES, ROLE_DRAW))
    for b, star in enumerate(drawn):
        assert_same_tree(forest.forest_.tree(b), plain_tree(forest, *hand_embedded([star], lags), None, b, y))


def test_sieve_without_lags_draws_targets_for_the_same_columns():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 2))
    y = X @ [1.0, -2.0] + ar_series(60, 4)
    with pytest.warns(UserWarning, match="no column of X is a lag of y"):
        forest = ARSieveForestRegressor(N_TREES, random_state=SEED).fit(X, y)
    drawn = forest.sampler_.draw(stream_keys(SEED, 0, N_TREES, ROLE_DRAW))
    assert drawn.shape == (N_TREES, 60)
    for b, targets in enumerate(drawn):
        assert_same_tree(forest.forest_.tree(b), plain_tree(forest, X, targets, None, b, y))


@pytest.mark.parametrize("max_samples", [None, 40])
@pytest.mark.parametrize(
    "options",
    [
        {"bootstrap": "iid"},
        {"bootstrap": "moving", "block_length": 7},
        {"bootstrap": "circular", "block_length": 7},
        {"bootstrap": "stationary", "block_length": 5.5},
        {"bootstrap": "nonoverlapping", "block_length": 9},
        {"bootstrap": "seasonal", "period": 6, "block_length": 8},
        {"bootstrap": None},
    ],
    ids=lambda options: str(options["bootstrap"]),
)
def test_row_strategies_weigh_the_observed_rows(options, max_samples):
    if options["bootstrap"] is None:
        max_samples = None
    X, y, _, _ = mixed_problem()
    if options["bootstrap"] == "seasonal":
        X, y = X[:66], y[:66]
    forest = ARSieveForestRegressor(
        N_TREES, **options, max_features=3, max_samples=max_samples, random_state=SEED
    ).fit(X, y)
    counts = forest.sampler_.draw(stream_keys(SEED, 0, N_TREES, ROLE_DRAW))
    assert (counts.sum(axis=1) == (max_samples or len(y))).all()
    for b, weights in enumerate(counts):
        assert_same_tree(forest.forest_.tree(b), plain_tree(forest, X, y, weights, b, y))


def test_sieve_trees_with_exogenous_columns_equal_scikit_learns():
    """Leaves so large that no two splits part the rows alike; then the best split is unique."""
    X, y, exog, lengths = mixed_problem()
    forest = ARSieveForestRegressor(12, min_samples_leaf=20, random_state=SEED).fit(X, y)
    drawn = forest.sampler_.draw(stream_keys(SEED, 0, 12, ROLE_DRAW))
    total = np.zeros(len(y))
    for b, series in enumerate(drawn):
        lagged, targets = hand_embedded(
            np.split(series, [lengths[0]]), [3, 1], list(forest.forest_.columns.linear)
        )
        made = np.column_stack([exog, lagged[:, 0], lagged[:, 2], lagged[:, 1], lagged[:, 3]])
        peer = DecisionTreeRegressor(min_samples_leaf=20, random_state=b).fit(made, targets)
        own = forest.estimators_[b]
        np.testing.assert_allclose(own.predict(X), peer.predict(X), rtol=1e-12)
        # nodes are numbered in another order, which no result depends on
        a, c = (np.lexsort((t.impurity, t.n_node_samples, t.feature)) for t in (own.tree_, peer.tree_))
        np.testing.assert_array_equal(own.tree_.feature[a], peer.tree_.feature[c])
        np.testing.assert_array_equal(own.tree_.n_node_samples[a], peer.tree_.n_node_samples[c])
        np.testing.assert_allclose(own.tree_.impurity[a], peer.tree_.impurity[c], rtol=1e-5)
        # ours are handed out as float32 numbers
        np.testing.assert_allclose(own.tree_.threshold[a], peer.tree_.threshold[c], rtol=1.2e-7)
        np.testing.assert_allclose(own.tree_.value[a], peer.tree_.value[c], rtol=1e-12)
        np.testing.assert_allclose(own.feature_importances_, peer.feature_importances_, atol=1e-6)
        total += peer.predict(X)
    np.testing.assert_allclose(forest.predict(X), total / 12, rtol=1e-12)


@pytest.mark.parametrize("options", [{"bootstrap": "iid"}, {"bootstrap": "circular", "block_length": 10}])
def test_weighted_trees_equal_scikit_learns(options):
    X, y, _, _ = mixed_problem()
    forest = ARSieveForestRegressor(12, **options, min_samples_leaf=20, random_state=SEED).fit(X, y)
    for b, weights in enumerate(forest.sampler_.draw(stream_keys(SEED, 0, 12, ROLE_DRAW))):
        # repeated rows, not weights: scikit-learn's min_samples_leaf does not count weights
        rows = np.repeat(np.arange(len(y)), weights)
        peer = DecisionTreeRegressor(min_samples_leaf=20, random_state=b).fit(X[rows], y[rows])
        np.testing.assert_allclose(forest.estimators_[b].predict(X), peer.predict(X), rtol=1e-12)


def test_out_of_bag_predictions_are_those_of_a_plain_loop():
    X, y, _, _ = mixed_problem()
    options = {"block_length": 6, "min_samples_leaf": 3, "random_state": SEED, "oob_score": True}
    for bootstrap in ("iid", "moving", "circular", "stationary", "nonoverlapping"):
        forest = ARSieveForestRegressor(70, bootstrap=bootstrap, **options).fit(X, y)
        counts = forest.sampler_.draw(stream_keys(SEED, 0, 70, ROLE_DRAW))
        single = np.array([tree.predict(X) for tree in forest.estimators_])
        expected = [single[counts[:, i] == 0, i].mean() for i in range(len(y))]
        np.testing.assert_allclose(forest.oob_prediction_, expected, rtol=1e-13)
        residual = np.sum((y - expected) ** 2) / np.sum((y - y.mean()) ** 2)
        assert forest.oob_score_ == pytest.approx(1 - residual, rel=1e-12)


def test_rows_that_every_tree_drew_have_no_out_of_bag_prediction():
    X, y, _, _ = mixed_problem()
    with pytest.warns(UserWarning, match=r"\d+ of 107 rows were drawn by every tree .*n_estimators"):
        forest = ARSieveForestRegressor(2, bootstrap="iid", oob_score=True, random_state=SEED).fit(X, y)
    counts = forest.sampler_.draw(stream_keys(SEED, 0, 2, ROLE_DRAW))
    np.testing.assert_array_equal(np.isnan(forest.oob_prediction_), (counts > 0).all(axis=0))
    assert np.isfinite(forest.oob_score_)
