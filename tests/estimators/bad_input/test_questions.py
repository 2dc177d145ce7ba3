"""Wrong questions about what is uncertain: paths, intervals, quantiles and the picture of the forecaster."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from arsieve_rf import ARSieveForecaster
from tests.estimators.bad_input.cases import EXOG, expect, forecaster_fit, series

METHODS = ("predict_paths", "predict_interval", "predict_quantiles", "plot")
by_method = pytest.mark.parametrize("method", METHODS)
by_asking_for_paths = pytest.mark.parametrize("method", METHODS[:3])


@pytest.fixture(scope="module")
def fitted():
    return forecaster_fit()


@pytest.fixture(autouse=True)
def _no_path_is_drawn(monkeypatch):
    """Mistakes are told before work starts."""

    def drawn(*args, **kwargs):
        raise AssertionError("paths were drawn before the mistake was told")

    monkeypatch.setattr("arsieve_rf.estimators._series_model.SeriesModel.paths", drawn)
    monkeypatch.setattr("arsieve_rf.estimators._series_model.SeriesModel.forecast", drawn)


@by_method
def test_before_fit(method):
    with pytest.raises(NotFittedError):
        getattr(ARSieveForecaster(), method)(3)


@by_method
@pytest.mark.parametrize(
    ("h", "error", "words"),
    [
        (0, ValueError, ["h must be at least 1", "0"]),
        (-3, ValueError, ["h must be at least 1", "-3"]),
        (2.0, TypeError, ["h must be an integer", "2.0"]),
        (True, TypeError, ["h must be an integer", "True"]),
        ("12", TypeError, ["h must be an integer", "'12'"]),
        (None, TypeError, ["h must be an integer", "None"]),
    ],
)  # fmt: skip
def test_horizons(method, h, error, words, fitted, after_fit):
    with expect(error, *words):
        getattr(fitted, method)(h)


@by_method
@pytest.mark.parametrize(
    ("X", "words"),
    [
        (None, ["X is needed", "2 exogenous column(s)", "3 future step"]),
        (EXOG[:2], ["X has 2 rows", "each of the 3 future steps"]),
        (EXOG[:3, :1], ["X has 1 columns", "fitted with 2"]),
        (np.full((3, 2), np.nan), ["X has 6 missing"]),
    ],
)
def test_exogenous_columns(method, X, words, after_fit):
    model = ARSieveForecaster(2, n_estimators=2).fit(series(), EXOG)
    with expect(ValueError, *words):
        getattr(model, method)(3, X)


@by_method
def test_exogenous_columns_that_no_one_asked_for(method, fitted, after_fit):
    with expect(ValueError, "X is given", "fitted without X"):
        getattr(fitted, method)(3, EXOG[:3])


@by_asking_for_paths
@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_paths": 0}, ValueError, ["n_paths=0", "at least 1"]),
        ({"n_paths": -10}, ValueError, ["n_paths=-10", "at least 1"]),
        ({"n_paths": 10.0}, TypeError, ["n_paths", "integer", "10.0"]),
        ({"n_paths": True}, TypeError, ["n_paths", "integer", "True"]),
        ({"n_paths": "many"}, TypeError, ["n_paths", "integer", "'many'"]),
        ({"n_paths": None}, TypeError, ["n_paths", "integer", "None"]),
        ({"random_state": -1}, ValueError, ["random_state=-1", "between 0 and 2**62 - 1"]),
        ({"random_state": 2**62}, ValueError, ["random_state=4611686018427387904", "between 0 and"]),
        ({"random_state": 1.5}, TypeError, ["random_state must be an int", "1.5"]),
        ({"random_state": "seed"}, TypeError, ["random_state must be an int", "'seed'"]),
        ({"random_state": True}, TypeError, ["random_state must be an int", "True"]),
    ],
)  # fmt: skip
def test_paths(method, options, error, words, fitted, after_fit):
    with expect(error, *words):
        getattr(fitted, method)(3, **options)


LEVELS = [
    (0.0, ValueError, ["has the value 0:", "between 0 and 1, both excluded"]),
    (1.0, ValueError, ["has the value 1:", "between 0 and 1"]),
    (-0.1, ValueError, ["has the value -0.1:", "between 0 and 1"]),
    (95, ValueError, ["has the value 95:", "for 95 % pass 0.95"]),
    (np.nan, ValueError, ["has the value nan:", "between 0 and 1"]),
    ([0.5, 1.5], ValueError, ["has the value 1.5:", "between 0 and 1"]),
    ([0.5, 0.5], ValueError, ["=[0.5, 0.5]", "several different ones"]),
    ([], ValueError, ["=[]", "several different ones"]),
    ("0.9", TypeError, ["='0.9'", "must be a number between 0 and 1"]),
    (None, TypeError, ["=None", "must be a number between 0 and 1"]),
    (True, TypeError, ["=True", "must be a number between 0 and 1"]),
    ([[0.5]], TypeError, ["=[[0.5]]", "must be a number between 0 and 1"]),
]


@pytest.mark.parametrize(
    ("method", "name"),
    [("predict_interval", "coverage"), ("predict_quantiles", "quantiles"), ("plot", "coverage")],
)
@pytest.mark.parametrize(("value", "error", "words"), LEVELS, ids=str)
def test_levels(method, name, value, error, words, fitted, after_fit):
    with expect(error, name, *words):
        getattr(fitted, method)(3, **{name: value})


@by_method
def test_a_strategy_that_was_set_after_fit(method, after_fit):
    with expect(ValueError, "strategy='both'", "'recursive', 'direct'"):
        getattr(forecaster_fit().set_params(strategy="both"), method)(3)


@pytest.mark.parametrize(
    ("n_history", "error", "words"),
    [
        (0, ValueError, ["n_history must be at least 1", "0"]),
        (2.5, TypeError, ["n_history", "integer", "2.5"]),
    ],
)
def test_the_picture(n_history, error, words, after_fit, monkeypatch):
    model = forecaster_fit()
    monkeypatch.undo()
    with expect(error, *words):
        model.plot(3, n_history=n_history)
