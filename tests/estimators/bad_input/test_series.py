"""What is no series, or has no usable index; and series that are unusual but no mistake."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, ar_sieve_bootstrap, fit_ar
from tests.estimators.bad_input.cases import (
    MONTHS,
    N,
    expect,
    series,
)

BAD_SERIES = [
    ("nan", [1.0, np.nan, 2.0, 4.0, 3.0], ["y has 1 missing (NaN) value", "position 1", "missing='segment'"]),
    ("None", [1.0, 3.0, None, 4.0, 3.0], ["y has 1 missing (NaN) value", "position 2"]),
    ("inf", [1.0, 2.0, np.inf, 4.0, np.inf], ["y has 2 infinite values", "position 2"]),
    ("words", ["a", "b", "c", "d"], ["y must hold real numbers", "convert"]),
    ("number words", ["1", "2", "3", "4"], ["y must hold real numbers", "convert"]),
    ("objects", [1.0, object(), 2.0], ["y must hold real numbers", "position 1"]),
    ("booleans", [True, False, True, True], ["y must hold real numbers", "booleans", "astype(float)"]),
    ("complex", np.arange(5) + 1j, ["y must hold real numbers", "complex", "y.real"]),
    ("dates", np.arange(5).astype("M8[D]"), ["y must hold real numbers", "times"]),
    ("2-D", np.ones((5, 2)), ["y must be one-dimensional", "(5, 2)"]),
    ("column", np.ones((5, 1)), ["y must be one-dimensional", "(5, 1)", "y.ravel()"]),
    ("0-D", np.array(3.0), ["y must be one-dimensional", "()"]),
    ("ragged", [[1.0, 2.0], [3.0]], ["y cannot be read as a numeric array"]),
    ("empty", [], ["y is empty", "at least one"]),
    ("frame", pd.DataFrame(np.ones((2, 2)), columns=["a", "b"]), ["y must be one series", "y['a']"]),
    ("one value", [1.0], ["y has 1 values", "at least 3"]),
    ("two values", [1.0, 2.0], ["y has 2 values", "at least 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("y", "words"), [c[1:] for c in BAD_SERIES], ids=[c[0] for c in BAD_SERIES])
def test_series_of_the_forecaster(y, words):
    with expect(ValueError, *words):
        ARSieveForecaster().fit(y)


@pytest.mark.parametrize("calibration", ["conformal", "adaptive"])
@pytest.mark.parametrize("place", [0, 7, N - 1])
def test_calibration_needs_a_series_without_gaps(calibration, place):
    y = series()
    y[place] = np.nan
    with expect(ValueError, f"calibration={calibration!r}", "missing values (NaN)", "calibration=None"):
        ARSieveForecaster(missing="segment", calibration=calibration).fit(y)
    with expect(ValueError, "y has 1 missing (NaN) value", f"position {place}", "missing='segment'"):
        ARSieveForecaster(calibration=calibration).fit(y)


@pytest.mark.parametrize(
    "y", [None, 3.0, "1,2,3", {"a": 1.0}, {1.0, 2.0}, object()], ids=lambda v: type(v).__name__
)
def test_what_is_no_series_at_all(y):
    with expect(TypeError, "y must be an array or a sequence of numbers"):
        ARSieveForecaster().fit(y)


@pytest.mark.parametrize(
    ("lags", "differencing", "needed"),
    [(1, 0, 3), (4, 0, 3), (4, 2, 5), ([7], 1, 4), (None, 0, 3), (None, 2, 5), (None, "auto", 3)],
)
def test_the_shortest_series(lags, differencing, needed, after_fit):
    short = series(needed - 1)
    with expect(ValueError, f"y has {needed - 1} values", f"at least {needed}"):
        ARSieveForecaster(lags, differencing=differencing, n_estimators=2).fit(short)
    fitted = ARSieveForecaster(lags, differencing=differencing, n_estimators=2).fit(series(needed))
    assert np.isfinite(fitted.predict(3)).all()


BAD_INDEXES = [
    ("gap", MONTHS.delete(7), ["is irregular", "2020-09-01", "2020-08-01", "asfreq('MS')"]),
    ("duplicated", MONTHS.insert(5, MONTHS[5]), ["repeats 2020-06-01", "position 6"]),
    ("backwards", MONTHS[::-1], ["goes back in time", "sort_index()"]),
    ("shuffled", MONTHS[[0, 2, 1, *range(3, N)]], ["goes back in time", "position 2"]),
    ("missing label", MONTHS.insert(3, pd.NaT), ["missing label", "position 3"]),
    ("words", pd.Index([f"m{i}" for i in range(N)]), ["must be a DatetimeIndex", "to_datetime"]),
    ("fractions", pd.Index(np.arange(N) / 2), ["must be a DatetimeIndex", "float"]),
    ("levels", pd.MultiIndex.from_product([["a"], range(N)]), ["MultiIndex", "one series at a time"]),
    ("uneven integers", pd.Index([*range(20), *range(21, N + 1)]), ["not equally spaced", "19", "21"]),
    ("gap in periods", MONTHS.to_period("M").delete(4), ["is irregular", "2020-06"]),
]  # fmt: skip


@pytest.mark.parametrize(("index", "words"), [c[1:] for c in BAD_INDEXES], ids=[c[0] for c in BAD_INDEXES])
def test_indexes(index, words):
    with expect(ValueError, "the index of y", *words):
        ARSieveForecaster().fit(pd.Series(np.arange(len(index), dtype=float), index=index))


@pytest.mark.parametrize(
    "call", [fit_ar, lambda y: ar_sieve_bootstrap(y, 2)], ids=["fit_ar", "ar_sieve_bootstrap"]
)
@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        ([1.0, np.nan, 2.0], ValueError, ["y must be finite", "nan at position 1"]),
        ([1.0, 2.0, -np.inf], ValueError, ["y must be finite", "-inf at position 2"]),
        (["a", "b", "c"], TypeError, ["y must be numeric"]),
        (np.ones(4) * 1j, TypeError, ["y must be real", "complex"]),
        (np.ones((4, 2)), ValueError, ["y must be one-dimensional", "(4, 2)"]),
        (3.0, ValueError, ["y must be one-dimensional", "()"]),
        (None, ValueError, ["y must be one-dimensional", "()"]),
        ([], ValueError, ["y must have at least 2 values", "0"]),
        ([1.0], ValueError, ["y must have at least 2 values", "1"]),
        ([1.0, 1e305], ValueError, ["y must lie within ±1e+300", "1e+305", "unit"]),
        (np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]), ValueError, ["y", "masked"]),
    ],
)  # fmt: skip
def test_series_of_the_functions(call, y, error, words):
    with expect(error, *words):
        call(y)


@pytest.mark.parametrize("value", [0.0, 5.0, -1e-9, 1e9, 1e-300, 1e300])
@pytest.mark.parametrize(
    "bootstrap", ["auto", "ar_sieve", "iid", "circular", "stationary", "nonoverlapping", None]
)
@pytest.mark.parametrize("differencing", ["auto", 0, 1, 2])
def test_a_constant_series_goes_on(value, bootstrap, differencing, after_fit):
    forecaster = ARSieveForecaster(bootstrap=bootstrap, differencing=differencing, n_estimators=2)
    np.testing.assert_array_equal(forecaster.fit(np.full(30, value)).predict(5), np.full(5, value))
    if bootstrap in ("auto", "ar_sieve"):
        assert forecaster.ar_.order == 0
        assert forecaster.ar_.sigma2 == 0.0


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", "stationary"])
def test_a_constant_target_is_predicted(bootstrap, after_fit):
    X = np.column_stack([np.full(30, 2.0), series(30)])
    forest = ARSieveForestRegressor(2, bootstrap=bootstrap, lags=[1, None], random_state=0)
    np.testing.assert_array_equal(forest.fit(X, np.full(30, 2.0)).predict(X), np.full(30, 2.0))
