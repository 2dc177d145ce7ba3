"""Mistakes are told at the door: the parameter, its value, and what is allowed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, backtest
from tests.evaluation.backtest_cases import Last, exog, series


class NeverFitted(Last):
    """For mistakes that are found before any work."""

    def fit(self, y, X=None):
        raise AssertionError("work has begun")

    def predict_interval(self, h, X=None, coverage=0.9):
        raise AssertionError("work has begun")


class NoUpdate:
    def fit(self, y, X=None):
        raise AssertionError("work has begun")

    def predict(self, h, X=None):
        raise AssertionError("work has begun")


MISTAKES = [
    ({"h": 0}, ValueError, "h must be at least 1, got 0"),
    ({"h": 1.5}, TypeError, "h must be an integer of at least 1, got 1.5"),
    ({"n_windows": 0}, ValueError, "n_windows=0 must be at least 1"),
    ({"n_windows": "3"}, TypeError, "n_windows must be an integer; got '3'"),
    ({"n_windows": 40}, ValueError, "n_windows=40 is too many for y, .* at most 38 window"),
    ({"step": 0}, ValueError, "step=0 must be at least 1"),
    ({"step": None}, TypeError, "step must be an integer; got None"),
    ({"step": 19}, ValueError, "n_windows=3 is too many for y, .*step=19 at most 2 window"),
    ({"window": "rolling"}, ValueError, "window='rolling' is not known; .* 'expanding', 'sliding'"),
    ({"refit": 0}, ValueError, "refit=0 must be at least 1, or True or False"),
    ({"refit": "always"}, TypeError, "refit must be an integer; got 'always'"),
    ({"refit": 1.0}, TypeError, "refit must be an integer; got 1.0"),
    ({"coverage": 90}, ValueError, "coverage has the value 90"),
    ({"coverage": []}, ValueError, "coverage"),
    ({"freq": "D"}, ValueError, "freq='D' is for a y that is a DataFrame"),
    ({"n_jobs": 0}, ValueError, "n_jobs=0 is not possible"),
    ({"n_jobs": 1.5}, TypeError, "n_jobs must be an integer; got 1.5"),
    ({"verbose": -1}, ValueError, "verbose=-1 must be at least 0"),
    ({"verbose": "yes"}, TypeError, "verbose must be an integer; got 'yes'"),
    ({"y": []}, ValueError, "y is empty"),
    ({"y": None}, TypeError, "y must be an array or a sequence of numbers, got None"),
    ({"y": np.ones((20, 2))}, ValueError, "y must be one-dimensional"),
    ({"y": [1.0, np.inf] * 20}, ValueError, "y has 20 infinite values"),
    ({"y": pd.Series(series()[:3], [1, 2, 4])}, ValueError, "the index of y is not equally spaced"),
    ({"X": exog(39)}, ValueError, "X has 39 rows, y has 40 values"),
    ({"X": exog()[:, 0]}, ValueError, r"X must have shape \(rows, columns\)"),
    ({"X": np.where(exog() > 2, np.nan, exog())}, ValueError, "X has .* missing"),
]


@pytest.mark.parametrize(("change", "kind", "told"), MISTAKES, ids=[str(m[0])[:40] for m in MISTAKES])
def test_mistakes(change, kind, told):
    asked = {"y": series(), "X": None, "h": 2, "n_windows": 3, **change}
    with pytest.raises(kind, match=told):
        backtest(NeverFitted(), asked.pop("y"), asked.pop("X"), **asked)


@pytest.mark.parametrize(
    ("forecaster", "options", "told"),
    [
        (ARSieveForecaster, {}, "forecaster must be an object, got the class ARSieveForecaster; call it"),
        (None, {}, "must have fit and predict; None has no fit"),
        (object(), {}, "must have fit and predict; .* has no fit$"),
        (NoUpdate(), {"refit": False}, "must have fit and update where refit is not True; .* has no update$"),
        (NoUpdate(), {"refit": 2}, "must have fit and update where refit is not True; .* has no update$"),
        (Last(), {"coverage": 0.9}, "must have fit and predict_interval where coverage is given; .* has no"),
    ],
)
def test_forecasters_that_cannot_do_it(forecaster, options, told):
    with pytest.raises(TypeError, match=told):
        backtest(forecaster, series(), h=1, n_windows=3, **options)


@pytest.mark.parametrize(("refit", "n_windows"), [(True, 3), (1, 3), (False, 1), (5, 1)])
def test_update_is_not_asked_for_where_every_window_has_a_fit(refit, n_windows):
    with pytest.raises(RuntimeError, match="work has begun"):
        backtest(NoUpdate(), series(), h=1, refit=refit, n_windows=n_windows)


@pytest.mark.parametrize("answer", [1.0, np.ones(3), np.ones((2, 1))])
def test_answers_of_a_wrong_shape(answer):
    class Odd(Last):
        def predict(self, h, X=None):
            return answer

    with pytest.raises(ValueError, match=r"y, cutoff 35 .*: predict\(2\) of the forecaster gave shape"):
        backtest(Odd(), series(), h=2, n_windows=3)
