"""The grower against its plain twin and against scikit-learn's trees."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from arsieve_rf._kernels.rng import stream_keys
from tests.kernels.growing import FIELDS, rows_trees, series_trees
from tests.naive.grow import grow_tree, quantile_codes

KEYS = stream_keys(11, 0, 1, 2)

CASES = [
    {},
    {"min_leaf": 3},
    {"min_split": 6},
    {"max_depth": 2},
    {"max_depth": 1, "min_leaf": 2},
    {"max_features": 1},
    {"max_features": 2, "min_leaf": 2},
    {"max_features": 3, "max_depth": 4},
]


def assert_same_tree(tree, nodes, center=0.0, scale=1.0):
    leaf = np.array([n["left"] < 0 for n in nodes])
    for field in FIELDS:
        expected = np.array([n[field] for n in nodes])
        if field == "threshold":
            expected = np.where(leaf, center + scale * expected, expected)
        np.testing.assert_array_equal(tree[field], expected, err_msg=field)


def random_rows(rng, ties):
    n, p = int(rng.integers(2, 40)), int(rng.integers(1, 7))
    X = rng.standard_normal((n, p))
    y = rng.standard_normal(n)
    if ties:
        X, y = np.round(X), np.round(y)
        X[:, rng.integers(p)] = 3.0
        twice = rng.integers(n, size=n // 3)
        X[twice], y[twice] = X[0], y[0]
    return X.astype(np.float32), y


# number of bins, and the most rows of a node that is searched exactly
BINS = [None, (5, 6), (2, 1), (16, 12)]


@pytest.mark.parametrize("bins", BINS)
@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("ties", [False, True])
def test_rows_equal_the_naive_twin(options, ties, bins):
    rng = np.random.default_rng(3)
    for _ in range(25):
        X, y = random_rows(rng, ties)
        n, p = X.shape
        weights = np.bincount(rng.integers(n, size=n), minlength=n)
        words = {"max_depth": 2**31 - 1, "min_split": 2, "min_leaf": 1, "max_features": p} | options
        words["max_features"] = min(words["max_features"], p)
        (tree,) = rows_trees(X, y, weights, KEYS, bins=bins, **words)
        own = bins and (*zip(*(quantile_codes(column, bins[0]) for column in X.T)), bins[1])
        nodes = grow_tree(X.T, y, np.flatnonzero(weights), weights, key=KEYS[0], bins=own, **words)
        assert_same_tree(tree, nodes)


@pytest.mark.parametrize("bins", BINS)
@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("ties", [False, True])
def test_series_equal_the_naive_twin(options, ties, bins):
    """Lag windows, a linear column, a fixed column, a seam between two segments, units."""
    rng = np.random.default_rng(4)
    for _ in range(25):
        length, max_lag = int(rng.integers(12, 50)), int(rng.integers(1, 4))
        series = rng.standard_normal(length)
        series = np.round(series) if ties else series
        n_rows = length - max_lag
        lags = np.append(rng.permutation(max_lag) + 1, [0, 0])
        slots = np.append(np.zeros(max_lag, int), [0, 1])
        linear = np.array([[0.5, *rng.standard_normal(max_lag)]])
        fixed = np.round(rng.standard_normal((n_rows, 1)), 0 if ties else 9).astype(np.float32)
        valid = np.ones(n_rows, np.uint8)
        seam = int(rng.integers(2, n_rows - 2))
        valid[seam : seam + max_lag] = 0
        center, scale = 3.0, 0.25
        series = center + scale * series
        columns = [series[max_lag - k : length - k].astype(np.float32) + np.float32(0) for k in lags[:-2]]
        made = np.full(n_rows, linear[0, 0])
        for k in range(1, max_lag + 1):
            made = made + linear[0, k] * series[max_lag - k : length - k]
        columns += [made.astype(np.float32) + np.float32(0), fixed[:, 0] + np.float32(0)]
        p = len(lags)
        words = {"max_depth": 2**31 - 1, "min_split": 2, "min_leaf": 1, "max_features": p} | options
        words["max_features"] = min(words["max_features"], p)
        (tree,) = series_trees(
            series, lags, KEYS, slots=slots, linear=linear, max_lag=max_lag, valid=valid, fixed=fixed,
            center=center, scale=scale, bins=bins, **words,
        )  # fmt: skip
        rows = np.flatnonzero(valid)
        own = bins and codes_of_columns(series, columns, lags, max_lag, rows, *bins)
        nodes = grow_tree(
            columns, (series[max_lag:] - center) / scale, rows, None, key=KEYS[0], bins=own, **words
        )
        assert_same_tree(tree, nodes, center, scale)


def codes_of_columns(series, columns, lags, max_lag, rows, n_bins, smallest):
    """Lags share bins of the series; the linear column has those of all rows, the fixed one of valid ones."""
    n_rows = len(columns[0])
    shared, cuts = quantile_codes(series.astype(np.float32), n_bins)
    codes = [shared[max_lag - k : max_lag - k + n_rows] for k in lags[:-2]]
    made, made_cuts = quantile_codes(columns[-2], n_bins)
    some, fixed_cuts = quantile_codes(columns[-1][rows], n_bins)
    fixed = dict(zip(rows.tolist(), some))
    return [*codes, made, fixed], [cuts] * len(codes) + [made_cuts, fixed_cuts], smallest


def test_bins_are_used():
    """With two bins the root can be split at the median only."""
    X = np.arange(100.0)[:, None]
    y = (X[:, 0] > 20).astype(float)
    (tree,) = rows_trees(X, y, np.ones(100, int), KEYS, bins=(2, 50))
    assert tree["threshold"][0] == 49.5
    (tree,) = rows_trees(X, y, np.ones(100, int), KEYS)
    assert tree["threshold"][0] == 20.5


def follow(nodes, x):
    """Leaf value of one row, and whether the best split was unique at every node on the way."""
    node, unique = nodes[0], True
    while node["left"] >= 0:
        unique &= node["unique"]
        node = nodes[node["left"] + int(x[node["feature"]] > node["threshold"])]
    return node["threshold"], unique


@pytest.mark.parametrize(
    ("p", "options", "at_least"),
    [
        (1, {}, 1800),
        (4, {}, 50),
        (4, {"min_leaf": 4}, 900),
        (4, {"min_split": 9}, 500),
        (4, {"max_depth": 4}, 900),
    ],
)
def test_predictions_equal_scikit_learn_where_the_best_split_is_unique(p, options, at_least):
    names = {"min_leaf": "min_samples_leaf", "min_split": "min_samples_split", "max_depth": "max_depth"}
    rng = np.random.default_rng(5)
    n, compared = 80, 0
    words = {"max_depth": 2**31 - 1, "min_split": 2, "min_leaf": 1, "max_features": p} | options
    for _ in range(6):
        X = rng.standard_normal((n, p)).astype(np.float32)
        y = X[:, 0] ** 2 + X[:, -1] + 0.3 * rng.standard_normal(n)
        weights = np.bincount(rng.integers(n, size=n), minlength=n)
        # a bootstrap sample counts a row as often as it was drawn, hence the repeated rows here
        peer = DecisionTreeRegressor(random_state=0, **{names[k]: v for k, v in options.items()})
        peer.fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
        (tree,) = rows_trees(X, y, weights, KEYS, **words)
        nodes = grow_tree(X.T, y, np.flatnonzero(weights), weights, key=KEYS[0], **words)
        assert_same_tree(tree, nodes)
        fresh = rng.standard_normal((300, p)).astype(np.float32)
        ours, unique = map(np.array, zip(*(follow(nodes, x) for x in fresh)))
        np.testing.assert_allclose(ours[unique], peer.predict(fresh)[unique], rtol=0, atol=1e-12)
        compared += unique.sum()
    assert compared >= at_least


def test_a_planted_split_is_found():
    rng = np.random.default_rng(6)
    X = rng.uniform(size=(300, 4)).astype(np.float32)
    y = np.where(X[:, 2] > 0.37, 5.0, -1.0)
    (tree,) = rows_trees(X, y, np.ones(300, int), KEYS)
    assert tree["feature"][0] == 2
    below, above = X[X[:, 2] <= 0.37, 2].max(), X[X[:, 2] > 0.37, 2].min()
    assert below <= tree["threshold"][0] <= above
    assert len(tree["left"]) == 3
