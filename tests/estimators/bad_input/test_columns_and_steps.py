"""Wrong exogenous columns, horizons and new observations of the forecaster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from tests.estimators.bad_input.cases import (
    EXOG,
    MONTHS,
    N,
    expect,
    forecaster_fit,
    series,
    spoiled,
)

FRAME = pd.DataFrame(EXOG, columns=["u", "v"], index=MONTHS)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (EXOG[:-1], ["X has 39 rows", "y has 40"]),
        (EXOG[:, 0], ["X must have shape (rows, columns)", "(40,)", "reshape(-1, 1)"]),
        (EXOG[:, :0], ["X has no columns", "X=None"]),
        (spoiled(EXOG, np.nan), ["X has 1 missing", "position 2"]),
        (spoiled(EXOG, np.inf), ["X has 1 infinite", "position 2"]),
        (EXOG + 1j, ["X must hold real numbers", "complex"]),
        (EXOG.astype(str), ["X must hold real numbers"]),
        (EXOG * 1e39, ["X contains", "too large for float32"]),
        (FRAME["u"], ["X must be two-dimensional", "X.to_frame()"]),
        (FRAME.assign(v="a"), ["X['v'] must hold real numbers", "get_dummies"]),
        (FRAME.assign(v=pd.Categorical(["a", "b"] * (N // 2))), ["X['v'] must hold", "get_dummies"]),
        (FRAME.set_axis(["u", "u"], axis=1), ["more than one column 'u'"]),
        (FRAME.set_axis(MONTHS.shift(1)), ["index of X must equal the index of y", "2020-02-01"]),
    ],
)  # fmt: skip
def test_exogenous_columns_at_fit(X, words):
    with expect(ValueError, *words):
        ARSieveForecaster(2, n_estimators=2).fit(pd.Series(series(), index=MONTHS), X)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (None, ["X is needed", "2 exogenous column(s)", "['u', 'v']", "3 future step"]),
        (EXOG[:2], ["X has 2 rows", "each of the 3 future steps"]),
        (EXOG[:4], ["X has 4 rows", "each of the 3 future steps"]),
        (EXOG[:3, :1], ["X has 1 columns", "fitted with 2"]),
        (FRAME[:3], ["index of X must be that of the future steps", "2023-05-01", "2020-01-01"]),
        (FRAME[:3].rename(columns={"v": "w"}), ["columns ['u', 'v']", "lacks ['v']", "also has ['w']"]),
        (np.full((3, 2), np.nan), ["X has 6 missing"]),
        (np.full((3, 2), 1e39), ["too large for float32"]),
    ],
)  # fmt: skip
def test_exogenous_columns_at_prediction(X, words, after_fit):
    fitted = ARSieveForecaster(2, n_estimators=2).fit(pd.Series(series(), index=MONTHS), FRAME)
    with expect(ValueError, *words):
        fitted.predict(3, X)


@pytest.mark.parametrize(
    ("X_new", "words"),
    [
        (None, ["X_new is needed", "2 exogenous column(s)"]),
        (EXOG[:2], ["X_new has 2 rows", "3"]),
        (EXOG[:3, :1], ["X_new has 1 columns", "fitted with 2"]),
        (FRAME[:3], ["index of X_new must be", "2023-05-01", "2020-01-01"]),
        (spoiled(EXOG[:3], np.inf), ["X_new has 1 infinite"]),
    ],
)
def test_exogenous_columns_at_update(X_new, words, after_fit):
    fitted = ARSieveForecaster(2, n_estimators=2).fit(pd.Series(series(), index=MONTHS), FRAME)
    with expect(ValueError, *words):
        fitted.update(series()[:3], X_new)


def test_exogenous_columns_that_no_one_asked_for(after_fit):
    with expect(ValueError, "X is given", "fitted without X"):
        forecaster_fit().predict(3, EXOG[:3])
    with expect(ValueError, "X_new is given", "fitted without X"):
        forecaster_fit().update([1.0], EXOG[:1])


@pytest.mark.parametrize(
    ("h", "error", "words"),
    [
        (0, ValueError, ["h must be at least 1", "0"]),
        (-3, ValueError, ["h must be at least 1", "-3"]),
        (2.0, TypeError, ["h must be an integer", "2.0"]),
        (True, TypeError, ["h must be an integer", "True"]),
        ("12", TypeError, ["h must be an integer", "'12'"]),
        (None, TypeError, ["h must be an integer", "None"]),
        ([1, 2], TypeError, ["h must be an integer", "[1, 2]"]),
    ],
)  # fmt: skip
def test_horizons(h, error, words, after_fit):
    with expect(error, *words):
        forecaster_fit().predict(h)


@pytest.mark.parametrize(
    ("y_new", "error", "words"),
    [
        ([np.nan], ValueError, ["y_new has 1 missing"]),
        ([[1.0]], ValueError, ["y_new must be one-dimensional", "(1, 1)"]),
        ([], ValueError, ["y_new is empty"]),
        (["a"], ValueError, ["y_new must hold real numbers"]),
        (1.0, TypeError, ["y_new must be an array"]),
        (pd.Series([1.0], index=MONTHS[:1]), ValueError, ["index of y_new must continue", "2023-05-01"]),
        (pd.Series([1.0]), ValueError, ["index of y_new must continue the series", "2023-05-01"]),
    ],
)  # fmt: skip
def test_observations_that_do_not_follow(y_new, error, words, after_fit):
    fitted = ARSieveForecaster(2, n_estimators=2).fit(pd.Series(series(), index=MONTHS))
    with expect(error, *words):
        fitted.update(y_new)
