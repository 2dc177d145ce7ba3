"""What a forecaster carries from call to call: nothing but what it says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster

OPTIONS = [
    {},
    {"strategy": "direct"},
    {"bootstrap": "ar_sieve", "differencing": 2},
    {"seasonal": "stl", "seasonal_period": 4, "transform": "log", "bias_adjust": True},
    {"missing": "segment", "lags": [1, 4]},
]
by_options = pytest.mark.parametrize("options", OPTIONS, ids=str)


def series(n=90, seed=0):
    return 50.0 + np.cumsum(np.random.default_rng(seed).normal(0.3, 1.0, n))


def forecaster(**options):
    return ARSieveForecaster(**{"n_estimators": 8, "random_state": 0} | options)


@by_options
def test_an_integer_seed_gives_the_same_forecasts(options):
    y = series()
    expected = forecaster(**options).fit(y).predict(5)
    np.testing.assert_array_equal(forecaster(**options).fit(y).predict(5), expected)
    np.testing.assert_array_equal(forecaster(**options, n_jobs=2).fit(y).predict(5), expected)


def test_seeds_make_forests():
    """Of rows: a mixture may give its trees no weight."""
    y = series()
    one, other = (forecaster(bootstrap="iid", random_state=seed).fit(y).predict(5) for seed in (0, 1))
    assert not np.array_equal(one, other)


@by_options
def test_random_states_are_drawn_from(options):
    """The same state gives the same forest, a state that was used another one; no global state is read."""
    y = series()
    options = {"bootstrap": "iid"} | options
    one = forecaster(**options | {"random_state": np.random.RandomState(3)})
    first, second = one.fit(y).predict(5), one.fit(y).predict(5)
    again = forecaster(**options | {"random_state": np.random.RandomState(3)}).fit(y)
    np.testing.assert_array_equal(again.predict(5), first)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(again.predict(5), again.predict(5))
    assert np.isfinite(forecaster(**options | {"random_state": None}).fit(y).predict(5)).all()


@by_options
def test_fitting_again_leaves_no_trace(options):
    y, other = series(), 3.0 * series(40, seed=5) + np.tile([9.0, -9.0, 5.0, -5.0], 10)
    twice = forecaster(**options).fit(other)
    twice.predict(7)
    twice.update(other[:3])
    twice.fit(y)
    fresh = forecaster(**options).fit(y)
    np.testing.assert_array_equal(twice.predict(5), fresh.predict(5))
    np.testing.assert_array_equal(twice.lags_, fresh.lags_)
    assert twice.describe() == fresh.describe()
    assert vars(twice).keys() == vars(fresh).keys()


@by_options
def test_copies(options):
    y = series()
    model = forecaster(**options)
    before = model.get_params()
    model.fit(y)
    assert model.get_params() == before
    expected = model.predict(5)
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(loaded.predict(5), expected)
    assert loaded.describe() == model.describe()
    loaded.update(y[:4])
    np.testing.assert_array_equal(model.predict(5), expected)  # copies share nothing
    copy = clone(model)
    assert not hasattr(copy, "regressor_")
    assert copy.get_params() == before
    np.testing.assert_array_equal(copy.fit(y).predict(5), expected)
    assert repr(clone(model)) == repr(model)


def test_pickled_before_the_steps_were_asked_for():
    """Forests of further steps are grown in the copy as they would have been here."""
    model = forecaster(strategy="direct").fit(series())
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(loaded.predict(4), model.predict(4))


def test_repr_names_what_differs_from_the_defaults():
    text = repr(ARSieveForecaster(3, differencing=1, seasonal=None, missing="segment"))
    assert text.replace("\n", "").replace(" ", "") == (
        "ARSieveForecaster(differencing=1,lags=3,missing='segment',seasonal=None)"
    )


@pytest.mark.parametrize(
    "wrong", [{"n_estimators": 0}, {"max_features": 2.0}, {"bootstrap": "x"}, {"ar_method": "x"}], ids=str
)
def test_a_refused_fit_changes_nothing(wrong):
    model = forecaster().fit(series())
    lags, chain, expected = model.lags_, model.preparation_, model.predict(3)
    model.set_params(**wrong)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        model.fit(series(60, seed=9) ** 2)
    assert model.lags_ is lags
    assert model.preparation_ is chain
    np.testing.assert_array_equal(model.predict(3), expected)


def test_a_refused_update_moves_nothing():
    t = np.arange(120)
    rng = np.random.default_rng(1)
    y = 20.0 + 0.1 * t + 8.0 * np.sin(2 * np.pi * t / 12) + rng.normal(size=120)
    words = {"seasonal": "multiplicative", "seasonal_period": 12, "transform": "log"}
    model = ARSieveForecaster(n_estimators=10, random_state=0, **words).fit(y)
    before = model.predict(12)
    with pytest.raises(ValueError, match="y_new cannot follow the fitted series"):
        model.update([-1.0])
    np.testing.assert_array_equal(model.predict(12), before)


def test_an_update_with_columns_that_trees_cannot_hold_is_refused_at_once():
    rng = np.random.default_rng(2)
    y, X = np.cumsum(rng.normal(size=80)), rng.normal(size=(80, 2))
    model = ARSieveForecaster(n_estimators=3, differencing=1, random_state=0).fit(y, X)
    before = model.predict(1, [[0.0, 0.0]])
    with pytest.raises(ValueError, match="too large for float32"):
        model.update([1.0], 1e39 * np.ones((1, 2)))
    np.testing.assert_array_equal(model.predict(1, [[0.0, 0.0]]), before)


def test_parameters_that_predict_reads_are_checked_there():
    model = ARSieveForecaster(n_estimators=3, random_state=0).fit(np.arange(20.0))
    with pytest.raises(ValueError, match="strategy"):
        model.set_params(strategy="nonsense").predict(2)
    with pytest.raises(TypeError, match="bias_adjust"):
        model.set_params(strategy="recursive", bias_adjust="no").predict(2)


def test_means_beside_columns_take_only_what_these_leave_unexplained():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 1))
    y = np.exp(3.0 + 1.5 * x[:, 0] + 0.1 * rng.normal(size=300))
    words = {"transform": "log", "differencing": 0, "seasonal": None}
    model = ARSieveForecaster(n_estimators=50, random_state=0, **words).fit(y, x)
    median = model.predict(3, np.zeros((3, 1)))
    mean = model.set_params(bias_adjust=True).predict(3, np.zeros((3, 1)))
    np.testing.assert_allclose(mean / median, np.exp(0.005), rtol=0.002)
