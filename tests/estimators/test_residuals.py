"""Residuals of rows that trees have not seen, beside slow loops from their definition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys

ROW_STRATEGIES = {
    "iid": {},
    "moving": {"block_length": 4},
    "circular": {"block_length": 4},
    "stationary": {"block_length": 4.0},
    "nonoverlapping": {"block_length": 4},
    "seasonal": {"period": 4, "block_length": 4},
}


def rows(n=60, p=3, seed=0):
    """Lags of a series, the first lag last."""
    rng = np.random.default_rng(seed)
    y = np.zeros(n + p)
    for t in range(1, n + p):
        y[t] = 0.6 * y[t - 1] + rng.normal()
    return np.column_stack([y[p - k : n + p - k] for k in range(p, 0, -1)]), y[p:]


def fitted(bootstrap, n_trees=12, data=None, **options):
    X, y = rows() if data is None else data
    model = ARSieveForestRegressor(n_trees, bootstrap=bootstrap, random_state=3, **options)
    return model.fit(X, y), X.astype(np.float32), y


@pytest.mark.parametrize("bootstrap", ROW_STRATEGIES)
@pytest.mark.parametrize("max_samples", [None, 20])
def test_out_of_bag(bootstrap, max_samples):
    """Mean over the trees that did not draw a row; NaN where there is none."""
    n_trees = 3
    model, X, y = fitted(bootstrap, n_trees, max_samples=max_samples, **ROW_STRATEGIES[bootstrap])
    counts = model.sampler_.draw(stream_keys(3, 0, n_trees, ROLE_DRAW))
    values = model.forest_.tree_values(X)
    expected = np.full(len(y), np.nan)
    for i in range(len(y)):
        unseen = [values[i, b] for b in range(n_trees) if counts[b, i] == 0]
        if unseen:
            expected[i] = y[i] - sum(unseen) / len(unseen)
    residuals = model._unseen_residuals()
    np.testing.assert_allclose(residuals, expected, rtol=1e-12)
    if max_samples is None:
        assert np.isnan(expected).any()
    assert not np.allclose(residuals, y - model.predict(X), equal_nan=True)


def test_those_of_the_mixture_are_its_own():
    model, _, _ = fitted("auto")
    np.testing.assert_array_equal(model._unseen_residuals(), model.residuals_)


@pytest.mark.parametrize("exogenous", [False, True])
def test_a_sieves_trees_have_not_seen_the_series(exogenous):
    X, y = rows()
    if exogenous:
        X = np.column_stack([X, np.random.default_rng(1).normal(size=len(y))])
    model, _, _ = fitted("ar_sieve", data=(X, y))
    np.testing.assert_array_equal(model._unseen_residuals(), y - model.predict(X))


def folds(n):
    """Five stretches of rows, the first ones a row longer where n is no multiple of five."""
    sizes = [n // 5 + (k < n % 5) for k in range(5)]
    ends = np.cumsum(sizes)
    return [np.arange(end - size, end) for end, size in zip(ends, sizes) if size]


@pytest.mark.parametrize("n", [3, 7, 20, 61])
def test_without_bootstrap_each_fifth_is_predicted_from_the_others(n):
    """One column, so that no two splits tie and the tree is scikit-learn's."""
    X, y = rows(n, 1)
    model, X, y = fitted(None, n_trees=4, data=(X, y))
    expected = np.empty(n)
    for fold in folds(n):
        others = np.setdiff1d(np.arange(n), fold)
        tree = DecisionTreeRegressor(min_samples_leaf=5).fit(X[others], y[others])
        expected[fold] = y[fold] - tree.predict(X[fold])
    np.testing.assert_allclose(model._unseen_residuals(), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("bootstrap", [None, "iid"])
def test_a_target_does_not_take_part_in_its_own_prediction(bootstrap):
    """Moving one target moves its residual by as much, where the draws stay the same."""
    X, y = rows(50)
    moved = y.copy()
    moved[17] += 5.0
    options = {"n_trees": 40, "max_features": 1, "lags": [None] * 3}
    before, after = (
        fitted(bootstrap, data=(X, target), **options)[0]._unseen_residuals() for target in (y, moved)
    )
    assert after[17] - before[17] == pytest.approx(5.0, abs=1e-12)
    assert np.sum(np.abs(after - before) > 1e-3) > 10  # others see it


def test_without_bootstrap_trees_of_few_columns_differ_and_are_averaged():
    """With a choice of columns, more trees leave less to the seed; without one, all trees are the same."""
    X, y = rows(80, 4)

    def spread(n_trees, **options):
        models = [
            ARSieveForestRegressor(n_trees, bootstrap=None, random_state=seed, **options).fit(X, y)
            for seed in range(6)
        ]
        return np.var([model._unseen_residuals() for model in models], axis=0).mean()

    assert 0.0 < spread(30, max_features=1) < 0.2 * spread(1, max_features=1)
    assert spread(30) < 1e-25  # what np.var rounds


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid", None])
@pytest.mark.parametrize("ahead", [1, 3])
def test_they_stand_at_their_targets_in_the_prepared_series(bootstrap, ahead):
    """Two gaps: residuals where a value has its lags in its own run, NaN elsewhere."""
    _, y = rows(90)
    y[[30, 31, 60]] = np.nan
    model = ARSieveForecaster(
        2, bootstrap=bootstrap, missing="segment", n_estimators=60, random_state=0, differencing=0,
        seasonal=None, transform=None,
    ).fit(y)  # fmt: skip
    residuals = model._model._residuals(ahead)
    seen = ~np.isnan(y)
    reach = [ahead, ahead + 1]
    expected = [all(t - k >= 0 and seen[t - k] for k in range(reach[-1] + 1)) for t in range(90)]
    np.testing.assert_array_equal(~np.isnan(residuals), expected)
    if bootstrap == "ar_sieve":
        series = model.preparation_.forward(y)
        at = np.flatnonzero(expected)
        X = np.column_stack([series[at - k] for k in reach])
        forecasts = model._model.regressor(ahead).predict(X)
        np.testing.assert_allclose(residuals[at], series[at] - forecasts, rtol=1e-12)
