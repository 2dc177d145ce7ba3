"""strategy="direct": a forest for each step, in whatever order steps are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForecaster

PLAIN = {"differencing": 0, "seasonal": None, "transform": None}


def ar_series(n=150, phi=0.8, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def direct(lags=None, **options):
    return ARSieveForecaster(lags, strategy="direct", **{"n_estimators": 8, "random_state": 0} | options)


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid", "circular", None])
@pytest.mark.parametrize("options", [{}, {"lags": 3}, {"differencing": 2}], ids=str)
def test_the_first_step_is_that_of_the_recursion(bootstrap, options):
    y = 20.0 + ar_series()
    recursive = ARSieveForecaster(n_estimators=8, random_state=0, bootstrap=bootstrap, **options).fit(y)
    assert direct(bootstrap=bootstrap, **options).fit(y).predict(1)[0] == pytest.approx(
        recursive.predict(1)[0], rel=1e-6
    )


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid"])
def test_the_order_of_questions_does_not_matter(bootstrap):
    y = ar_series()
    at_once = direct(bootstrap=bootstrap).fit(y).predict(6)
    bit_by_bit = direct(bootstrap=bootstrap).fit(y)
    for h in (3, 1, 6, 2):
        np.testing.assert_array_equal(bit_by_bit.predict(h), at_once[:h])
    np.testing.assert_array_equal(direct(bootstrap=bootstrap, n_jobs=2).fit(y).predict(6), at_once)


def test_a_step_by_hand():
    """Without bootstrap, a lag, leaves of any size: y_t on y_{t-3} by a tree of all rows."""
    from sklearn.tree import DecisionTreeRegressor

    y = ar_series(60)
    model = direct(1, bootstrap=None, n_estimators=1, **PLAIN).fit(y)
    series = model.preparation_.forward(y)
    tree = DecisionTreeRegressor(min_samples_leaf=5).fit(series[:-3, None], series[3:])
    expected = model.preparation_.inverse(tree.predict(series[-1:, None]))
    np.testing.assert_allclose(model.predict(3)[2:], expected, rtol=1e-6)


def test_the_linear_part_is_the_ar_forecast_of_the_step():
    """White noise has no trees worth their weight: phi**h around the mean, where the AR model has order 1."""
    y = ar_series(4000, seed=3)
    model = direct(order=1, n_estimators=20, **PLAIN).fit(y)
    fit = model.ar_
    expected = fit.mean + fit.coef[0] ** np.arange(1, 6) * (y[-1] - fit.mean)
    np.testing.assert_allclose(model.predict(5), expected, atol=0.15)


def test_forests_of_different_steps_draw_differently():
    y = np.random.default_rng(0).standard_normal(100)
    model = direct(1, bootstrap="iid", **PLAIN).fit(y)
    model.predict(3)
    counts = [model._model.regressor(k).random_state for k in (1, 2, 3)]
    assert len(set(counts)) == 3


@pytest.mark.parametrize("differencing", [0, 1, 2])
def test_exogenous_columns_are_those_of_the_step(differencing):
    """y is twice the column of its own time, whatever the step."""
    u = np.random.default_rng(0).normal(size=126)
    model = direct(1, differencing=differencing).fit(2.0 * u[:120], u[:120, None])
    np.testing.assert_allclose(model.predict(6, u[120:, None]), 2.0 * u[120:], atol=1e-3)


def test_update_moves_the_origin():
    y = ar_series()
    model = direct(2, bootstrap="iid", **PLAIN).fit(y[:140])
    before = model.predict(4)
    model.update(y[140:])
    series = model.preparation_.forward(y)
    for k in (1, 4):
        row = series[[-1, -2]][None]
        expected = model.preparation_.inverse(model._model.regressor(k).predict(row))
        np.testing.assert_allclose(model.predict(4)[k - 1], expected[0], rtol=1e-9)
    assert not np.array_equal(model.predict(4), before)


@pytest.mark.parametrize(
    ("n", "lags", "differencing", "reach"), [(20, 1, 0, 18), (20, 4, 1, 14), (3, 1, 0, 1)]
)
def test_how_far_it_reaches(n, lags, differencing, reach):
    """A forest needs two rows: of n - d values after differencing the first lags + h - 1 are no targets."""
    y = np.random.default_rng(0).standard_normal(n)
    model = direct(lags, differencing=differencing, seasonal=None).fit(y)
    assert np.isfinite(model.predict(reach)).all()
    with pytest.raises(
        ValueError, match=f"h={reach + 1} .*strategy='direct'.* at most {reach} .*'recursive'"
    ):
        model.predict(reach + 1)


def test_it_is_told():
    y = ar_series()
    assert "a forest for each step ahead" in direct().fit(y).describe()
    assert "each step" not in ARSieveForecaster(n_estimators=2).fit(y).describe()
