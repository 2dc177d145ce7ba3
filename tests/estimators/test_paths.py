"""Paths of the forecaster: the forecast where nothing is unknown, the true distribution where it is known."""

from __future__ import annotations

import copy
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from arsieve_rf.estimators import _series_model
from arsieve_rf.forest import paths as forest_paths
from arsieve_rf.forest.paths import Uncertainty
from tests.estimators.path_cases import (
    BOOTSTRAPS,
    PLAIN,
    ar1,
    by_preparation,
    by_strategy,
    forecaster,
    positive,
)


@pytest.fixture
def nothing_unknown(monkeypatch):
    """Neither innovations nor coefficients nor the level."""

    def zeros(regressor, pool, *_):
        width, q = pool.shape[1], 1
        coef = np.zeros(int(regressor.forest_.columns.max_lag))
        nothing = np.zeros((1, width)), np.zeros(width), 0.0, np.zeros((q, q)), np.ones(q, np.int64)
        return Uncertainty(*nothing, coef, center=0.4, level_sd=0.0, wander=0.0, n_values=20)

    monkeypatch.setattr(_series_model, "path_uncertainty", zeros)


@pytest.fixture
def small_tasks(monkeypatch):
    """Eleven paths a task, so that there is something to share out."""
    monkeypatch.setattr(forest_paths, "_LEAST_PATHS_A_TASK", 11)
    monkeypatch.setattr(forest_paths, "_ROWS_TIMES_TREES_A_TASK", 0)


# --- the forecast as a special case ---


@by_strategy
@by_preparation
def test_without_anything_unknown_paths_are_the_forecast(options, strategy, nothing_unknown):
    """Bit for bit, before and after an update."""
    y = positive()
    model = forecaster(strategy=strategy, **options).fit(y[:50])
    for _ in range(2):
        np.testing.assert_array_equal(model.predict_paths(6, n_paths=9), np.tile(model.predict(6), (9, 1)))
        model.update(y[50:])


@by_strategy
@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_so_they_are_with_any_bootstrap_with_columns_and_gaps(bootstrap, strategy, nothing_unknown):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(66, 2))
    y = positive() + X[:60, 0]
    y[[57, 59] if bootstrap == "seasonal" else [20, 21, 57, 59]] = np.nan  # phases would not go on
    options = {"order": 1, "missing": "segment"} | BOOTSTRAPS[bootstrap]
    model = forecaster(2, strategy=strategy, bootstrap=bootstrap, **options).fit(y, X[:60])
    forecast = model.predict(6, X[60:])
    np.testing.assert_array_equal(model.predict_paths(6, X[60:], n_paths=9), np.tile(forecast, (9, 1)))


EXACT = {
    "constant": (np.full(30, 3.7), {}),
    "zeros": (np.zeros(30), {}),
    "line": (8.0 - 2.0 * np.arange(32.0), {"differencing": 1}),
    "parabola": (np.arange(32.0) ** 2, {"differencing": 2, "damping": 1.0, "drift": 1.0}),
    "season": (np.tile([1.0, 5.0, 2.0, -4.0], 8), {"seasonal": "additive", "seasonal_period": 4}),
}


@by_strategy
@pytest.mark.parametrize("kind", EXACT)
def test_a_series_that_the_model_fits_exactly_has_one_future(kind, strategy):
    y, options = EXACT[kind]
    model = forecaster(strategy=strategy, **options).fit(y)
    forecast = model.predict(7)
    np.testing.assert_array_equal(model.predict_paths(7, n_paths=20), np.tile(forecast, (20, 1)))
    if kind == "constant":
        np.testing.assert_array_equal(forecast, 3.7)


def test_means_instead_of_medians_are_no_matter_of_paths():
    y = positive()
    paths = [
        forecaster(transform="log", bias_adjust=mean).fit(y).predict_paths(3, n_paths=9)
        for mean in (False, True)
    ]
    np.testing.assert_array_equal(*paths)


# --- the same paths ---


@by_strategy
@pytest.mark.parametrize("n_jobs", [2, -1])
def test_paths_do_not_depend_on_workers_or_tasks(n_jobs, strategy, request):
    y = positive()
    alone = forecaster(strategy=strategy, n_jobs=1).fit(y).predict_paths(4, n_paths=50)
    request.getfixturevalue("small_tasks")
    np.testing.assert_array_equal(
        forecaster(strategy=strategy, n_jobs=n_jobs).fit(y).predict_paths(4, n_paths=50), alone
    )


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_nor_on_the_backend(backend, request):
    model = forecaster().fit(positive())
    alone = model.predict_paths(4, n_paths=50)
    request.getfixturevalue("small_tasks")
    with joblib.parallel_config(backend=backend, n_jobs=2):
        np.testing.assert_array_equal(model.predict_paths(4, n_paths=50), alone)


@by_strategy
@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", None])
def test_the_first_paths_do_not_depend_on_how_many_follow(bootstrap, strategy):
    model = forecaster(strategy=strategy, bootstrap=bootstrap).fit(positive())
    many = model.predict_paths(4, n_paths=300)
    assert many.shape == (300, 4)
    for k in (1, 7, 150):
        np.testing.assert_array_equal(model.predict_paths(4, n_paths=k), many[:k])


@by_preparation
def test_first_steps_do_not_depend_on_how_many_follow(options):
    model = forecaster(**options).fit(positive())
    far = model.predict_paths(30, n_paths=20)
    for h in (1, 7):
        np.testing.assert_array_equal(model.predict_paths(h, n_paths=20), far[:, :h])


@by_strategy
def test_paths_come_from_the_seed_of_the_fit_unless_said(strategy):
    y = positive()
    model = forecaster(strategy=strategy, random_state=5).fit(y)
    paths = model.predict_paths(3, n_paths=9)
    np.testing.assert_array_equal(model.predict_paths(3, n_paths=9), paths)
    np.testing.assert_array_equal(model.predict_paths(3, n_paths=9, random_state=5), paths)
    other = model.predict_paths(3, n_paths=9, random_state=6)
    assert not np.isin(other, paths).any()
    for make in (np.random.RandomState, np.random.default_rng):
        one, two = make(1), make(1)
        first = model.predict_paths(3, n_paths=9, random_state=one)
        np.testing.assert_array_equal(model.predict_paths(3, n_paths=9, random_state=two), first)
        assert not np.isin(model.predict_paths(3, n_paths=9, random_state=one), first).any()
    unsaid = forecaster(strategy=strategy, random_state=None).fit(y)
    np.testing.assert_array_equal(unsaid.predict_paths(3, n_paths=9), unsaid.predict_paths(3, n_paths=9))


@by_strategy
def test_copies_have_the_same_paths(strategy):
    y = positive()
    model = forecaster(strategy=strategy).fit(y)
    unasked = pickle.loads(pickle.dumps(model))
    paths = model.predict_paths(4, n_paths=20)
    for other in (unasked, pickle.loads(pickle.dumps(model)), copy.deepcopy(model), clone(model).fit(y)):
        np.testing.assert_array_equal(other.predict_paths(4, n_paths=20), paths)


def test_asking_for_paths_changes_no_forecast():
    y = positive()
    model, untouched = forecaster().fit(y[:50]), forecaster().fit(y[:50])
    for _ in range(2):
        model.predict_paths(9, n_paths=5)
        np.testing.assert_array_equal(model.predict(9), untouched.predict(9))
        model.update(y[50:])
        untouched.update(y[50:])


# --- where paths begin, and in what units ---


@by_strategy
def test_paths_go_on_from_the_new_values(strategy):
    """A lag and a linear model: new values move the first step of all paths by phi times their difference."""
    y = ar1()
    model = forecaster(1, order=1, strategy=strategy, **PLAIN).fit(y)
    low, high = copy.deepcopy(model).update([0.0, -2.0]), copy.deepcopy(model).update([0.0, 2.0])
    moved = (high.predict_paths(1, n_paths=400) - low.predict_paths(1, n_paths=400)).mean()
    assert moved == pytest.approx(4.0 * 0.7, abs=0.8)
    assert moved == pytest.approx(float((high.predict(1) - low.predict(1))[0]), abs=0.3)


@by_strategy
def test_missing_values_at_the_end_are_simulated_first(strategy):
    y = positive()
    options = {"strategy": strategy, "missing": "segment"}
    whole = forecaster(**options).fit(y).predict_paths(7, n_paths=20)
    ended = forecaster(**options).fit(np.append(y, [np.nan] * 3)).predict_paths(4, n_paths=20)
    np.testing.assert_array_equal(ended, whole[:, 3:])


@by_strategy
@pytest.mark.parametrize(
    "options", [PLAIN, {"differencing": 2}, {"seasonal": "stl", "seasonal_period": 4}], ids=str
)
@pytest.mark.parametrize("exponent", [-960, 7, 960])
def test_powers_of_two_scale_paths_exactly(strategy, options, exponent):
    """From 1e-289 to 1e291."""
    y, options = positive(), options | {"transform": None, "strategy": strategy}
    paths = forecaster(**options).fit(y).predict_paths(5, n_paths=9)
    scaled = forecaster(**options).fit(np.ldexp(y, exponent)).predict_paths(5, n_paths=9)
    np.testing.assert_array_equal(scaled, np.ldexp(paths, exponent))


def test_a_level_is_added_to_paths():
    """Multiples of 1/1024, and one lag so that no split is a tie."""
    y = np.round(ar1() * 1024.0) / 1024.0
    still, moved = (
        forecaster(1, order=1, **PLAIN).fit(y + c).predict_paths(5, n_paths=9) for c in (0.0, 512.0)
    )
    np.testing.assert_allclose(moved, still + 512.0, rtol=0, atol=1e-8)


def test_columns_move_paths():
    """y is twice the column of its own time, and a little noise: so are all paths."""
    rng = np.random.default_rng(0)
    u = rng.normal(size=130)
    y = 2.0 * u[:120] + 0.05 * rng.normal(size=120)
    for strategy in ("recursive", "direct"):
        model = forecaster(1, strategy=strategy, **PLAIN).fit(y, u[:120, None])
        paths = model.predict_paths(10, u[120:, None], n_paths=100)
        np.testing.assert_allclose(paths, np.tile(2.0 * u[120:], (100, 1)), atol=0.5)
        assert paths.std(axis=0).max() < 0.15


def test_values_of_a_logarithm_stay_positive():
    """Noise as large as the level, which plain differences would take below zero."""
    y = np.exp(ar1(80, seed=1))
    paths = forecaster(transform="log", seasonal=None).fit(y).predict_paths(20, n_paths=300)
    assert (paths > 0.0).all()
    assert np.isfinite(paths).all()


@by_strategy
@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
@by_preparation
def test_every_bootstrap_and_preparation(bootstrap, options, strategy):
    """Paths differ from each other, are finite, and lie around the forecast."""
    y = positive(44)
    model = forecaster(bootstrap=bootstrap, strategy=strategy, **options | BOOTSTRAPS[bootstrap]).fit(y)
    paths = model.predict_paths(5, n_paths=200)
    assert np.isfinite(paths).all()
    assert len(np.unique(paths[:, 0])) == 200
    forecast = model.predict(5)
    assert (paths.min(axis=0) < forecast).all()
    assert (forecast < paths.max(axis=0)).all()


@pytest.mark.parametrize("lags", [1, [2, 5]])
def test_a_sieves_ar_model_may_look_further_back_than_its_trees(lags):
    """Paths begin with as many values as trees see; what comes before must not be read."""
    y = ar1(seed=4)
    model = forecaster(lags, bootstrap="ar_sieve", order=12, **PLAIN).fit(y)
    assert len(model.ar_.coef) == 12
    paths = model.predict_paths(30, n_paths=100)
    assert np.abs(paths).max() < 30.0
    np.testing.assert_array_equal(model.predict_paths(30, n_paths=100), paths)


def test_a_series_in_and_an_array_out():
    y = pd.Series(positive(), index=pd.period_range("2001-01", periods=60, freq="Q"))
    np.testing.assert_array_equal(
        forecaster(seasonal=None).fit(y).predict_paths(3, n_paths=9),
        forecaster(seasonal=None).fit(y.to_numpy()).predict_paths(3, n_paths=9),
    )


# --- what comes after the fit counts ---


@pytest.mark.parametrize("with_columns", [False, True])
def test_errors_after_the_fit_are_drawn_too(with_columns):
    """Each new value less its forecast from the values before, in units of the prepared series."""
    y, X = ar1(80), np.random.default_rng(1).normal(size=(80, 1)) if with_columns else None
    options = {"bootstrap": "ar_sieve", "order": 1} | PLAIN
    model, step_by_step = (
        forecaster(1, **options).fit(y[:70], None if X is None else X[:70]) for _ in range(2)
    )
    fitted = model._model._uncertainty(1).pool.ravel()
    errors = []
    for t in range(70, 80):
        row = None if X is None else X[t : t + 1]
        errors.append(y[t] - step_by_step.predict(1, row)[0])
        step_by_step.update(y[t : t + 1], row)
    model.update(y[70:], None if X is None else X[70:])
    pool = model._model._uncertainty(1).pool.ravel()
    assert len(pool) == len(fitted) + 10
    unit = np.ptp(y[:70]) / np.ptp(model.preparation_.forward(y[:70]))
    raw = np.concatenate([model._model._residuals(1)[1:], np.array(errors) / unit])
    np.testing.assert_allclose(pool / pool[0], raw / raw[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(step_by_step._model._uncertainty(1).pool.ravel(), pool)


@by_strategy
def test_surprises_after_the_fit_widen_paths(strategy):
    y = ar1(100)
    options = PLAIN | {"strategy": strategy}
    calm, surprised = (forecaster(1, **options).fit(y) for _ in range(2))
    calm.update(np.zeros(12))
    surprised.update(8.0 * np.tile([1.0, -1.0], 6))
    spreads = [model.predict_paths(2, n_paths=500).std(axis=0) for model in (calm, surprised)]
    assert (spreads[1] > 1.5 * spreads[0]).all()


@by_strategy
@pytest.mark.parametrize(
    "fading", [{"damping": 0.5}, {"drift": 0.0}, {"damping": 0.3, "drift": 0.5}], ids=str
)
@pytest.mark.parametrize("order", [1, 2])
def test_forecasts_fade_but_not_what_is_unknown(strategy, fading, order, monkeypatch):
    """The forest is the same with and without damping and drift, and so are paths less the forecast.

    But for the level, which is known the better the more the drift is shrunk.
    """
    monkeypatch.setattr("arsieve_rf.estimators._uncertainty._drift_share", lambda chain: 1.0)
    y = 0.3 * np.arange(80) + np.cumsum(ar1(80))
    options = {"strategy": strategy, "differencing": order, "seasonal": None, "transform": None}
    deviations, forecasts = [], []
    for wish in ({"damping": 1.0, "drift": 1.0}, {"damping": 1.0, "drift": 1.0} | fading):
        model = forecaster(**options | wish).fit(y)
        forecasts.append(model.predict(8))
        deviations.append(model.predict_paths(8, n_paths=20) - forecasts[-1])
    assert np.abs(forecasts[1] - forecasts[0]).max() > 0.05
    np.testing.assert_allclose(deviations[1], deviations[0], rtol=0, atol=1e-9)


@pytest.mark.parametrize(("weight", "share"), [(1.0, 1.0), (0.5, 0.75**0.5), (0.0, 0.5), (0.1, 0.5)])
def test_a_shrunk_drift_is_better_known(weight, share):
    """Mean squared error w (2 - w) of a shrunk mean beside that of the mean, at least a quarter."""
    y = np.cumsum(ar1(80))
    options = PLAIN | {"differencing": 1, "damping": 1.0}
    levels = [forecaster(**options, drift=w).fit(y)._model._uncertainty(1).level_sd for w in (1.0, weight)]
    assert levels[1] == pytest.approx(share * levels[0])
