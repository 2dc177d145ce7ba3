"""The linear part of a mixture: AR models and least squares, and what is left out where rows are few."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.api import OLS, add_constant

from arsieve_rf import ARSieveForestRegressor, fit_ar
from arsieve_rf.resampling.ar_average import average_ar


def ar2(n=203, seed=0):
    rng = np.random.default_rng(seed)
    y = np.full(n, 2.0)
    for t in range(2, n):
        y[t] = 1.0 + 0.9 * y[t - 1] - 0.4 * y[t - 2] + rng.standard_normal()
    return y


def embed(y, lags):
    most = max(lags)
    return np.column_stack([y[most - k : len(y) - k] for k in lags]), y[most:]


def baseline_of(X, y, **options):
    """The linear part on its own scale: with all trees left out of the weights by min_samples_leaf."""
    options = {"n_estimators": 2, "min_samples_leaf": 10**6, "random_state": 0} | options
    forest = ARSieveForestRegressor(bootstrap="auto", **options).fit(X, y)
    assert forest.mixture_["residual_trees"] < 1.0
    share = forest.mixture_["linear"]
    return forest.baseline_.intercept / share, forest.baseline_.weights / share, forest


@pytest.mark.parametrize("lags", [[1, 2, 3], [3, 1, 2], [1]])
def test_lags_alone_give_the_averaged_ar_model(lags):
    y = ar2()
    X, target = embed(y, lags)
    intercept, weights, forest = baseline_of(X, target)
    averaged = average_ar([y], len(lags), max_lag=len(lags))
    coef = np.zeros(len(lags))
    coef[: len(averaged.coef)] = averaged.coef
    np.testing.assert_allclose(weights, [coef[k - 1] for k in lags], rtol=1e-10)
    assert intercept == pytest.approx(target.mean() * (1.0 - coef.sum()))
    assert forest.ar_.order == fit_ar(y).order
    np.testing.assert_array_equal(forest.ar_.coef, fit_ar(y).coef)


@pytest.mark.parametrize("method", ["yule_walker", "burg", "ols"])
@pytest.mark.parametrize("order", [0, 1, 3, "bic", "aicc"])
def test_a_chosen_order_gives_that_ar_model(order, method):
    y = ar2()
    X, target = embed(y, [1, 2, 3])
    _, weights, forest = baseline_of(X, target, order=order, ar_method=method)
    fit = fit_ar(y, order, 3 if isinstance(order, str) else None, method)
    np.testing.assert_allclose(weights, np.append(fit.coef, np.zeros(3 - fit.order)), rtol=1e-10)
    assert forest.ar_.method == method


def test_least_squares_has_no_average():
    y = ar2()
    X, target = embed(y, [1, 2, 3])
    _, weights, _ = baseline_of(X, target, ar_method="ols")
    fit = fit_ar(y, max_order=3, method="ols")
    np.testing.assert_allclose(weights[: fit.order], fit.coef, rtol=1e-10)


def test_burg_is_averaged_too():
    y = ar2()
    X, target = embed(y, [1, 2, 3])
    _, weights, _ = baseline_of(X, target, ar_method="burg")
    np.testing.assert_allclose(weights, average_ar([y], 3, method="burg", max_lag=3).coef, rtol=1e-10)


def test_an_order_beyond_the_columns_is_that_of_the_columns():
    y = ar2()
    X, target = embed(y, [1, 2])
    _, weights, forest = baseline_of(X, target, order=9)
    np.testing.assert_allclose(weights, fit_ar(y, 2).coef, rtol=1e-10)
    assert forest.ar_.order == 9


def columns_beside(y, lags, n_others, seed=1):
    X, target = embed(y, lags)
    Z = np.random.default_rng(seed).standard_normal((len(X), n_others)) * np.logspace(0, 6, n_others) + 3.0
    Z[:, 0] += target
    return np.hstack([X, Z]), target


@pytest.mark.parametrize("lags", [[1, 12], [2, 4], [1, 2]])
@pytest.mark.parametrize("n_others", [1, 3])
def test_other_columns_are_fitted_by_least_squares(lags, n_others):
    X, target = columns_beside(ar2(), lags, n_others)
    intercept, weights, forest = baseline_of(X, target, lags=[*lags, *[None] * n_others])
    expected = OLS(target, add_constant(X)).fit().params
    np.testing.assert_allclose([intercept, *weights], expected, rtol=1e-6, atol=1e-9)
    assert forest.ar_ is None


def test_redundant_and_constant_columns_do_no_harm():
    X, target = columns_beside(ar2(), [1], 1)
    wide = np.column_stack([X, X[:, 1], 2.0 * X[:, 0] - 1.0, np.full(len(X), 7.0)])
    intercept, weights, _ = baseline_of(wide, target, lags=[1, None, None, None, None])
    fitted = OLS(target, add_constant(X)).fit().fittedvalues
    np.testing.assert_allclose(intercept + wide @ weights, fitted, rtol=1e-8)
    assert weights[4] == 0.0


@pytest.mark.parametrize(
    ("n", "used"),
    [
        (40, [0, 1, 2, 3, 4]),  # 40 rows would do for 18 columns
        (13, [0, 1, 2, 3, 4]),
        (12, [0, 1, 3, 4]),  # the longest lag goes first
        (9, [1, 3, 4]),
        (8, [3, 4]),
        (6, [1]),  # no room for both other columns
        (4, []),
    ],
)
def test_few_rows_leave_columns_out(n, used):
    """Columns: lags 2, 1, 5 and two others; n > 2 k + 2 rows are wanted for k columns."""
    X, target = columns_beside(ar2(60), [2, 1, 5], 2)
    intercept, weights, _ = baseline_of(X[-n:], target[-n:], lags=[2, 1, 5, None, None])
    assert np.flatnonzero(weights).tolist() == used
    expected = OLS(target[-n:], add_constant(X[-n:, used], has_constant="add")).fit().params
    np.testing.assert_allclose([intercept, *weights[used]], expected, rtol=1e-6)


def test_more_columns_than_rows():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 100)), rng.standard_normal(30)
    intercept, weights, _ = baseline_of(X, y, lags=[None] * 100)
    assert not weights.any()
    assert intercept == pytest.approx(y.mean())


@pytest.mark.parametrize("value", [0.0, 0.1, -3e35])
@pytest.mark.parametrize("lags", [[1, 2], [1, None], [None, None]])
def test_constant_targets_are_forecast_exactly(value, lags):
    X = np.column_stack([np.full(30, value) if lag else np.arange(30.0) for lag in lags])
    forest = ARSieveForestRegressor(4, bootstrap="auto", lags=lags, random_state=0).fit(X, np.full(30, value))
    assert forest.predict(X).tolist() == [value] * 30
    assert forest.mixture_ == {"linear": 1.0, "residual_trees": 0.0, "row_trees": 0.0}


@pytest.mark.parametrize("power", [-60, 100])
@pytest.mark.parametrize("kind", ["lags", "beside"])
def test_powers_of_two_scale_everything(power, kind):
    y = ar2()
    X, target = embed(y, [1, 2]) if kind == "lags" else columns_beside(y, [1, 4], 2)
    lags = [1, 2] if kind == "lags" else [1, 4, None, None]
    plain = ARSieveForestRegressor(20, bootstrap="auto", lags=lags, random_state=0).fit(X, target)
    scaled = ARSieveForestRegressor(20, bootstrap="auto", lags=lags, random_state=0)
    scaled.fit(np.ldexp(X, power), np.ldexp(target, power))
    np.testing.assert_array_equal(scaled.predict(np.ldexp(X, power)), np.ldexp(plain.predict(X), power))
    assert scaled.mixture_ == plain.mixture_


def test_columns_far_smaller_than_targets():
    """Weights that float64 cannot hold: the mean is left."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 2)) * 1e-35, rng.standard_normal(40) * 1e299
    intercept, weights, forest = baseline_of(X, y, lags=[None, None])
    assert not weights.any()
    assert intercept == pytest.approx(y.mean())
    assert np.isfinite(forest.predict(X)).all()
