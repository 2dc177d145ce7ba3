"""Forests whose large nodes are split at borders of bins."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf._kernels.bins import column_codes
from simulation.dgps.registry import make_dgp
from tests.estimators.lag_cases import embed

STRATEGIES = ["ar_sieve", "iid", "moving", None]


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n + 50)
    for t in range(2, n + 50):
        y[t] = y[t - 1] - 0.5 * y[t - 2] + rng.standard_normal()
    X, target = embed(y[50:], [1, 2, 5])
    return np.column_stack([X, rng.integers(0, 4, len(X)), rng.standard_normal(len(X))]), target


def forest(bootstrap="ar_sieve", max_bins=None, n_estimators=12, n_jobs=None):
    return ARSieveForestRegressor(
        n_estimators, bootstrap=bootstrap, max_bins=max_bins, block_length=10, n_jobs=n_jobs, random_state=3
    )


@pytest.mark.parametrize("bootstrap", STRATEGIES)
def test_without_large_nodes_bins_change_nothing(bootstrap):
    X, y = rows(400)
    exact = forest(bootstrap).fit(X, y).predict(X)
    np.testing.assert_array_equal(forest(bootstrap, 128).fit(X, y).predict(X), exact)
    assert (forest(bootstrap, 16).fit(X, y).predict(X) != exact).any()


@pytest.mark.parametrize("bootstrap", STRATEGIES)
def test_the_same_bits_for_any_number_of_workers_and_trees(bootstrap):
    X, y = rows(3000)
    one = forest(bootstrap, 32).fit(X, y)
    many = forest(bootstrap, 32, n_jobs=3, n_estimators=31).fit(X, y)
    np.testing.assert_array_equal(many.forest_.threshold[: len(one.forest_.threshold)], one.forest_.threshold)
    np.testing.assert_array_equal(many.forest_.feature[: len(one.forest_.feature)], one.forest_.feature)


def test_auto_takes_bins_for_long_series_only():
    X, y = rows(22_000)
    short, long = slice(0, 19_000), slice(None)
    for part, bins in ((short, None), (long, 128)):
        auto = forest(max_bins="auto", n_estimators=2).fit(X[part], y[part])
        named = forest(max_bins=bins, n_estimators=2).fit(X[part], y[part])
        np.testing.assert_array_equal(auto.predict(X[:500]), named.predict(X[:500]))


def test_large_nodes_are_parted_at_borders_and_small_ones_exactly():
    X, y = rows(3000)
    grown = forest(None, 32).fit(X, y).forest_.tree(0)
    inner = grown.left >= 0
    large = inner & (grown.n_samples > 128)
    assert large.sum() > 10
    for j in range(3):  # columns of distinct values: at most 31 borders
        assert len(np.unique(grown.threshold[large & (grown.feature == j)])) <= 31
        assert len(np.unique(grown.threshold[inner & ~large & (grown.feature == j)])) > 31


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ar", {"coef": [0.8]}),
        ("arma", {"ar": [0.5], "ma": [0.5]}),
        ("setar", {"lower": [0.9], "upper": [-0.4]}),
        ("garch", {"alpha": 0.1, "beta": 0.8}),
        ("bilinear", {"coef": 0.4, "bilinear": 0.4}),
        ("logistic", {}),
    ],
)
def test_accuracy_is_that_of_the_exact_search_within_monte_carlo_error(name, parameters):
    """Squared errors one step ahead over later rows of the same path, paired: within 3 s.e. or 1 %."""
    differences, level = [], []
    for replication in range(8):
        path = make_dgp(name, parameters).simulate(6000, 1, np.random.default_rng([5, replication]))
        X, y = embed(path.y, [1, 2, 3])
        errors = []
        for bootstrap in ("ar_sieve", "iid"):
            for bins in (None, 128):
                grown = forest(bootstrap, bins, 40).fit(X[:4000], y[:4000])
                errors.append((y[4000:] - grown.predict(X[4000:])) ** 2)
        differences.append([np.mean(errors[1] - errors[0]), np.mean(errors[3] - errors[2])])
        level.append([np.mean(errors[0]), np.mean(errors[2])])
    mean = np.mean(differences, axis=0)
    error = np.std(differences, axis=0, ddof=1) / np.sqrt(len(differences))
    assert (np.abs(mean) <= np.maximum(3 * error, 0.01 * np.mean(level, axis=0))).all()


@pytest.mark.parametrize("bootstrap", STRATEGIES)
def test_a_large_node_that_no_border_parts_is_searched_exactly(bootstrap):
    """Two bins part the rows once; leaves must be as small as those of an exact forest all the same."""
    x = np.random.default_rng(3).standard_normal(2000)
    largest = []
    for bins in (None, 2):
        grown = forest(bootstrap, bins, 3).fit(x[:-1, None], x[1:]).forest_
        largest.append(grown.n_samples[grown.left < 0].max())
    assert largest[1] <= 2 * largest[0]


def test_bins_after_a_frequent_value_share_what_is_left():
    rng = np.random.default_rng(0)
    values = np.where(rng.random(20_000) < 0.9, 0.0, rng.lognormal(size=20_000)).astype(np.float32)
    codes, edges = np.zeros(20_000, np.uint8), np.zeros((1, 32))
    column_codes(values, np.argsort(values, kind="stable").astype(np.uint32)[None], codes, 0, 1, edges)
    sizes = np.bincount(codes, minlength=32)
    assert sizes[0] == (values == 0.0).sum()
    assert sizes[1:].max() - sizes[1:].min() <= 1
