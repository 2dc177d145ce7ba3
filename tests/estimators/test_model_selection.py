"""Choosing bootstraps, orders, lags and block lengths: scikit-learn's searches, and loops with `backtest`."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.stats import loguniform, randint
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV, ParameterGrid, RandomizedSearchCV, TimeSeriesSplit

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, backtest
from tests.estimators.lag_cases import ar1, embed

ARRAYS = ("left", "feature", "threshold", "n_samples", "impurity", "roots")
# Parameters that a bootstrap does not read, and values of them that would matter elsewhere.
OF_SERIES = {"order": 1, "max_order": 2, "ar_method": "burg", "initial": "observed"}
OF_BLOCKS = {"block_length": 3, "period": 6}
IRRELEVANT = {
    "ar_sieve": OF_BLOCKS,
    "iid": OF_SERIES | OF_BLOCKS,
    "moving": OF_SERIES | {"period": 6},
    "circular": OF_SERIES | {"period": 6},
    "stationary": OF_SERIES | {"period": 6},
    "nonoverlapping": OF_SERIES | {"period": 6},
    "auto": OF_BLOCKS | {"initial": "observed"},
    None: OF_SERIES | OF_BLOCKS,
}


@pytest.fixture(scope="module")
def data():
    return embed(ar1(np.random.default_rng(0), 165, 0.7), [1, 2, 3, 4, 5])


@pytest.fixture(scope="module")
def series():
    return pd.Series(ar1(np.random.default_rng(1), 80, 0.7), pd.period_range("2000-01", periods=80, freq="M"))


def assert_same_forest(a, b):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a.forest_, name), getattr(b.forest_, name), err_msg=name)


@pytest.mark.parametrize("bootstrap", IRRELEVANT, ids=str)
def test_options_of_other_bootstraps_have_no_effect(data, bootstrap):
    """A grid may cross all options: those that a bootstrap does not read change nothing."""
    plain = ARSieveForestRegressor(5, bootstrap=bootstrap, random_state=0).fit(*data)
    options = IRRELEVANT[bootstrap]
    crossed = ARSieveForestRegressor(5, bootstrap=bootstrap, random_state=0, **options).fit(*data)
    assert_same_forest(crossed, plain)


@pytest.mark.parametrize(
    ("bootstrap", "option"),
    [("ar_sieve", {"order": 3}), ("ar_sieve", {"initial": "observed"}), ("moving", {"block_length": 3})],
)
def test_options_of_the_bootstrap_itself_have_one(data, bootstrap, option):
    plain = ARSieveForestRegressor(5, bootstrap=bootstrap, random_state=0).fit(*data)
    changed = ARSieveForestRegressor(5, bootstrap=bootstrap, random_state=0, **option).fit(*data)
    assert (
        len(changed.forest_.left) != len(plain.forest_.left)
        or (changed.forest_.threshold != plain.forest_.threshold).any()
    )


@pytest.mark.parametrize(
    ("bootstrap", "value"), [("moving", 0), ("moving", 1.5), ("moving", "long"), ("stationary", 0.5)]
)
def test_impossible_values_stop_a_search(data, bootstrap, value):
    search = GridSearchCV(
        ARSieveForestRegressor(2, bootstrap=bootstrap), {"block_length": [value]}, cv=TimeSeriesSplit(2)
    )
    with pytest.raises(ValueError, match="block_length must be"):
        search.fit(*data)


def test_a_grid_over_everything(data):
    X, y = data
    grid = {
        "bootstrap": ["ar_sieve", "moving", "auto"],
        "order": ["bic", 2],
        "block_length": ["auto", 6],
        "lags": ["auto", [1, 2, 3, 4, 5], [1, 2, None, None, None]],
    }
    splitter = TimeSeriesSplit(3)
    model = ARSieveForestRegressor(4, random_state=0)
    search = GridSearchCV(model, grid, cv=splitter, error_score="raise").fit(X, y)
    results = search.cv_results_
    assert len(results["params"]) == 36
    for i in (0, 17, 35):
        fitted = [
            clone(model).set_params(**results["params"][i]).fit(X[a], y[a]) for a, _ in splitter.split(X)
        ]
        scores = [f.score(X[b], y[b]) for f, (_, b) in zip(fitted, splitter.split(X), strict=True)]
        assert results["mean_test_score"][i] == pytest.approx(np.mean(scores), rel=1e-12)
    assert search.best_score_ == results["mean_test_score"].max()
    assert_same_forest(search.best_estimator_, clone(model).set_params(**search.best_params_).fit(X, y))


def test_a_search_does_not_depend_on_workers(data):
    grid = {"bootstrap": ["ar_sieve", "moving"], "order": [1, "aic"]}
    search = GridSearchCV(ARSieveForestRegressor(4, random_state=0), grid, cv=TimeSeriesSplit(2))
    alone = search.fit(*data).cv_results_["mean_test_score"]
    with joblib.parallel_config(backend="threading", n_jobs=2):
        shared = search.fit(*data).cv_results_["mean_test_score"]
    np.testing.assert_array_equal(shared, alone)


def test_distributions(data):
    """scipy's distributions draw numpy's numbers, not Python's."""
    space = {
        "bootstrap": ["ar_sieve", "circular", "stationary"],
        "order": randint(0, 6),
        "block_length": randint(2, 20),
        "min_samples_leaf": randint(1, 10),
        "max_features": loguniform(0.3, 1.0),
    }
    search = RandomizedSearchCV(
        ARSieveForestRegressor(4, random_state=0),
        space,
        n_iter=8,
        cv=TimeSeriesSplit(2),
        random_state=0,
        error_score="raise",
    ).fit(*data)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert type(search.cv_results_["params"][0]["order"]) is not str


def test_lags_that_the_columns_do_not_hold_lose(data):
    """Given lags say what the columns are; they do not choose columns."""
    grid = {"lags": [[2, 1, 3, 4, 5], [1, 2, 3, 4, 5]]}
    search = GridSearchCV(ARSieveForestRegressor(4, random_state=0), grid, cv=TimeSeriesSplit(2))
    with pytest.warns(FitFailedWarning, match=r"lags\[0\]=2 says"), pytest.warns(match="non-finite"):
        search.fit(*data)
    assert search.best_params_ == {"lags": [1, 2, 3, 4, 5]}


# ---- the forecaster: a loop with backtest ----

GRID = {
    "bootstrap": ["ar_sieve", "moving"],
    "order": ["aic", 1],
    "lags": [2, [1, 3]],
    "block_length": [4, "auto"],
}


def error(forecaster, y):
    table = backtest(forecaster, y, h=2, n_windows=3)
    return float((table["y"] - table["yhat"]).abs().mean())


def test_a_loop_over_the_forecaster(series):
    base = ARSieveForecaster(n_estimators=4, random_state=0)
    before = base.get_params()
    errors = {}
    for i, options in enumerate(ParameterGrid(GRID)):
        candidate = clone(base).set_params(**options)
        assert candidate.get_params() == before | options
        errors[i] = error(candidate, series)
        assert errors[i] == error(ARSieveForecaster(n_estimators=4, random_state=0, **options), series)
    assert base.get_params() == before
    assert len(errors) == 16
    assert len(set(errors.values())) > 4
    chosen = clone(base).set_params(**list(ParameterGrid(GRID))[min(errors, key=errors.get)]).fit(series)
    assert np.isfinite(chosen.predict(3)).all()


def test_options_that_the_bootstrap_does_not_read_change_no_backtest(series):
    def result(**options):
        return error(ARSieveForecaster(2, n_estimators=4, random_state=0, **options), series)

    assert result(bootstrap="ar_sieve", block_length=4) == result(bootstrap="ar_sieve")
    assert result(bootstrap="moving", order=1) == result(bootstrap="moving")
    assert result(bootstrap="moving", block_length=2) != result(bootstrap="moving", block_length=12)


def test_clones_of_fitted_forecasters_are_not_fitted(series):
    fitted = ARSieveForecaster([1, 3], n_estimators=3, random_state=0).fit(series)
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not hasattr(copy, "regressor_")
    copy.set_params(lags=2)
    assert fitted.get_params()["lags"] == [1, 3]
    with pytest.raises(ValueError, match="Invalid parameter 'lag'"):
        copy.set_params(lag=3)
