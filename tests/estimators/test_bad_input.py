"""Every user mistake has its own error: the right type, raised before any tree is grown, with a way out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, ar_sieve_bootstrap, fit_ar

N = 40


def series(n=N):
    return np.random.default_rng(0).standard_normal(n)


def embedded(n=N):
    y = series(n + 2)
    return np.column_stack([y[1:-1], y[:-2]]), y[2:]


def regressor_fit(**options):
    X, y = embedded()
    return ARSieveForestRegressor(**{"n_estimators": 2} | options).fit(X, y)


def forecaster_fit(**options):
    return ARSieveForecaster(**{"n_estimators": 2, "lags": 2, "bootstrap": "ar_sieve"} | options).fit(
        series()
    )


@pytest.fixture(autouse=True)
def _no_tree_is_grown(monkeypatch, request):
    """Mistakes are told before work starts."""
    if "after_fit" in request.fixturenames:
        return

    def grown(*args, **kwargs):
        raise AssertionError("a tree was grown before the mistake was told")

    monkeypatch.setattr("arsieve_rf.estimators.regressor.grow_forest", grown)


@pytest.fixture
def after_fit():
    """For tests that need a fitted estimator."""


def expect(error, *words):
    """The exception with all of these words in its message, in this order."""
    return pytest.raises(error, match="(?s)" + ".*".join(re.escape(word) for word in words))


# ---- parameters that both estimators share ----

PARAMETERS = [
    ({"n_estimators": 0}, ValueError, ["n_estimators=0", "at least 1"]),
    ({"n_estimators": -5}, ValueError, ["n_estimators=-5", "at least 1"]),
    ({"n_estimators": 2.5}, TypeError, ["n_estimators", "integer", "2.5"]),
    ({"n_estimators": True}, TypeError, ["n_estimators", "integer", "True"]),
    ({"n_estimators": "many"}, TypeError, ["n_estimators", "integer", "'many'"]),
    ({"n_estimators": None}, TypeError, ["n_estimators", "integer", "None"]),
    ({"bootstrap": "blocks"}, ValueError, ["bootstrap", '"ar_sieve"', '"seasonal"', "None", "'blocks'"]),
    ({"bootstrap": "AR_SIEVE"}, ValueError, ["bootstrap", '"ar_sieve"', "'AR_SIEVE'"]),
    ({"bootstrap": True}, TypeError, ["bootstrap", '"ar_sieve"', "True"]),
    ({"bootstrap": 3}, TypeError, ["bootstrap", '"ar_sieve"', "3"]),
    ({"order": "abc"}, ValueError, ["order='abc'", "'aic', 'aicc', 'bic', 'hqic'"]),
    ({"order": -1}, ValueError, ["order=-1", "at least 0"]),
    ({"order": 1.5}, TypeError, ["order", "integer", "1.5"]),
    ({"order": None}, TypeError, ["order", "integer", "None"]),
    ({"order": N + 2}, ValueError, ["order=42", "between 0 and"]),
    ({"max_order": -1}, ValueError, ["max_order=-1", "at least 0"]),
    ({"max_order": 0.5}, TypeError, ["max_order", "integer", "0.5"]),
    ({"max_order": 10_000}, ValueError, ["max_order=10000", "between 0 and"]),
    ({"ar_method": "mle"}, ValueError, ["ar_method='mle'", "'yule_walker', 'burg', 'ols'"]),
    ({"ar_method": None}, ValueError, ["ar_method=None", "'yule_walker'"]),
    ({"initial": "zero"}, ValueError, ["initial='zero'", "'stationary', 'observed', 'mean'"]),
    ({"bootstrap": "moving", "block_length": 0}, ValueError, ["block_length", "between 1 and n_rows", "0"]),
    ({"bootstrap": "moving", "block_length": -3}, ValueError, ["block_length", "between 1 and", "-3"]),
    ({"bootstrap": "moving", "block_length": 1000}, ValueError, ["block_length", "1", "1000"]),
    ({"bootstrap": "moving", "block_length": 2.5}, TypeError, ["block_length", "integer", "2.5"]),
    ({"bootstrap": "moving", "block_length": "long"}, ValueError, ["block_length", '"auto"', "'long'"]),
    ({"bootstrap": "moving", "block_length": None}, TypeError, ["block_length", '"auto"', "None"]),
    ({"bootstrap": "circular", "block_length": True}, TypeError, ["block_length", "True"]),
    ({"bootstrap": "circular", "block_length": 1000}, ValueError, ["block_length", "1000"]),
    ({"bootstrap": "nonoverlapping", "block_length": 1000}, ValueError, ["block_length", "1000"]),
    ({"bootstrap": "stationary", "block_length": 0.5}, ValueError, ["block_length", "between 1 and", "0.5"]),
    ({"bootstrap": "stationary", "block_length": np.nan}, ValueError, ["block_length", "nan"]),
    ({"bootstrap": "stationary", "block_length": np.inf}, ValueError, ["block_length", "inf"]),
    ({"bootstrap": "stationary", "block_length": 1e4}, ValueError, ["block_length", "10000"]),
    ({"bootstrap": "seasonal"}, ValueError, ["period", "between 2 and", "None"]),
    ({"bootstrap": "seasonal", "period": 1}, ValueError, ["period", "between 2 and", "1"]),
    ({"bootstrap": "seasonal", "period": 0}, ValueError, ["period", "between 2 and", "0"]),
    ({"bootstrap": "seasonal", "period": -4}, ValueError, ["period", "between 2 and", "-4"]),
    ({"bootstrap": "seasonal", "period": 4.0}, TypeError, ["period", "integer", "4.0"]),
    ({"bootstrap": "seasonal", "period": N}, ValueError, ["period", "between 2 and", "40"]),
    ({"bootstrap": "seasonal", "period": 4, "block_length": 99}, ValueError, ["block_length", "99"]),
    ({"max_depth": 0}, ValueError, ["max_depth=0", "at least 1"]),
    ({"max_depth": 2.0}, TypeError, ["max_depth", "integer", "2.0"]),
    ({"max_depth": "deep"}, TypeError, ["max_depth", "integer", "'deep'"]),
    ({"min_samples_split": 1}, ValueError, ["min_samples_split=1", "at least 2", "(0, 1]"]),
    ({"min_samples_split": 0.0}, ValueError, ["min_samples_split=0.0", "(0, 1]"]),
    ({"min_samples_split": 1.5}, ValueError, ["min_samples_split=1.5", "(0, 1]"]),
    ({"min_samples_split": "2"}, ValueError, ["min_samples_split='2'", "at least 2"]),
    ({"min_samples_split": None}, TypeError, ["min_samples_split=None", "at least 2"]),
    ({"min_samples_leaf": 0}, ValueError, ["min_samples_leaf=0", "at least 1", "(0, 1)"]),
    ({"min_samples_leaf": -1}, ValueError, ["min_samples_leaf=-1", "at least 1"]),
    ({"min_samples_leaf": 1.0}, ValueError, ["min_samples_leaf=1.0", "(0, 1)"]),
    ({"min_samples_leaf": np.nan}, ValueError, ["min_samples_leaf=nan", "(0, 1)"]),
    ({"min_samples_leaf": True}, TypeError, ["min_samples_leaf=True"]),
    ({"max_features": 0}, ValueError, ["max_features=0", "from 1 to 2"]),
    ({"max_features": 3}, ValueError, ["max_features=3", "from 1 to 2"]),
    ({"max_features": 1.1}, ValueError, ["max_features=1.1", "(0, 1]"]),
    ({"max_features": 0.0}, ValueError, ["max_features=0.0", "(0, 1]"]),
    ({"max_features": "auto"}, ValueError, ["max_features='auto'", "'sqrt', 'log2', None"]),
    ({"max_features": [1]}, TypeError, ["max_features=[1]", "'sqrt', 'log2', None"]),
    ({"max_features": np.array([1, 2])}, TypeError, ["max_features", "'sqrt', 'log2', None"]),
    ({"bootstrap": "iid", "max_samples": 0}, ValueError, ["max_samples=0", "from 1 to"]),
    ({"bootstrap": "iid", "max_samples": 1000}, ValueError, ["max_samples=1000", "from 1 to"]),
    ({"bootstrap": "iid", "max_samples": 1.5}, ValueError, ["max_samples=1.5", "(0, 1]"]),
    ({"bootstrap": "iid", "max_samples": "half"}, ValueError, ["max_samples='half'", "(0, 1]"]),
    ({"bootstrap": "iid", "max_samples": False}, TypeError, ["max_samples=False", "(0, 1]"]),
    ({"max_samples": 10}, ValueError, ["max_samples=10", "bootstrap='ar_sieve'", "leave it None"]),
    ({"bootstrap": None, "max_samples": 10}, ValueError, ["max_samples=10", "bootstrap=None"]),
    ({"oob_score": True}, ValueError, ["oob_score=True", "bootstrap='ar_sieve'", "hold-out"]),
    ({"bootstrap": None, "oob_score": True}, ValueError, ["oob_score=True", "bootstrap=None"]),
    ({"oob_score": "yes"}, TypeError, ["oob_score='yes'", "True or False"]),
    ({"oob_score": 1}, TypeError, ["oob_score=1", "True or False"]),
    ({"n_jobs": 0}, ValueError, ["n_jobs=0", "None or an integer other than 0"]),
    ({"n_jobs": 1.5}, ValueError, ["n_jobs=1.5", "integer"]),
    ({"n_jobs": "all"}, ValueError, ["n_jobs='all'", "integer"]),
    ({"n_jobs": [2]}, TypeError, ["n_jobs=[2]", "integer"]),
    ({"random_state": -1}, ValueError, ["random_state=-1", "between 0 and"]),
    ({"random_state": 2**63}, ValueError, ["random_state", "between 0 and"]),
    ({"random_state": 1.5}, TypeError, ["random_state", "int", "1.5"]),
    ({"random_state": "seed"}, TypeError, ["random_state", "int", "'seed'"]),
    ({"verbose": -1}, ValueError, ["verbose=-1", "at least 0"]),
    ({"verbose": "loud"}, TypeError, ["verbose", "integer", "'loud'"]),
]  # fmt: skip


@pytest.mark.parametrize("fit", [regressor_fit, forecaster_fit], ids=["regressor", "forecaster"])
@pytest.mark.parametrize(
    ("options", "error", "words"), PARAMETERS, ids=["-".join(map(str, p[0].values())) for p in PARAMETERS]
)
def test_parameters(fit, options, error, words):
    with expect(error, *words):
        fit(**options)


AR_PARAMETERS = [case for case in PARAMETERS if set(case[0]) <= {"order", "max_order", "ar_method"}]


@pytest.mark.parametrize(("options", "error", "words"), AR_PARAMETERS, ids=lambda v: str(v)[:30])
@pytest.mark.parametrize("bootstrap", ["auto", "iid"])
def test_parameters_of_ar_models_that_choose_lags(bootstrap, options, error, words):
    """Lags and baseline come from AR models with every bootstrap, before the forest sees its parameters."""
    with expect(error, *words):
        forecaster_fit(lags=None, bootstrap=bootstrap, **options)


@pytest.mark.parametrize(
    ("lags", "error", "words"),
    [
        ("all", ValueError, ["lags", "'auto'", "'all'"]),
        ([1], ValueError, ["lags", "one entry per column of X, 2", "1"]),
        ([1, 2, 3], ValueError, ["lags", "one entry per column", "3"]),
        ([0, 1], ValueError, ["lags[0]", "at least 1", "0"]),
        ([1, -2], ValueError, ["lags[1]", "at least 1", "-2"]),
        ([1, 2.0], TypeError, ["lags[1]", "integer", "2.0"]),
        ([True, 2], TypeError, ["lags[0]", "integer", "True"]),
        ([1, "2"], TypeError, ["lags[1]", "integer", "'2'"]),
        (2, TypeError, ["lags", "one entry per column", "2"]),
        (None, TypeError, ["lags", "one entry per column", "None"]),
        ([2, 1], ValueError, ["lags[0]=2", "column 0", "is expected"]),
    ],
)  # fmt: skip
def test_lags_of_the_regressor(lags, error, words):
    with expect(error, *words):
        regressor_fit(lags=lags)


@pytest.mark.parametrize(
    ("lags", "error", "words"),
    [
        (0, ValueError, ["lags=0", "at least 1"]),
        (-2, ValueError, ["lags=-2", "at least 1"]),
        (1.0, TypeError, ["lags", "integer", "1.0"]),
        (True, TypeError, ["lags", "integer", "True"]),
        ("all", ValueError, ["lags='all'", '"auto"', "None"]),
        ([], ValueError, ["lags is empty", "None"]),
        ([1, 0], ValueError, ["lags[1]=0", "at least 1"]),
        ([1, 1], ValueError, ["lags=[1, 1]", "twice"]),
        ([1, 2.5], TypeError, ["lags[1]", "integer", "2.5"]),
        ([[1, 2]], TypeError, ["lags[0]", "integer"]),
        ({"a": 1}, TypeError, ["lags"]),
    ],
)  # fmt: skip
def test_lags_of_the_forecaster(lags, error, words):
    with expect(error, *words):
        forecaster_fit(lags=lags)


@pytest.mark.parametrize(
    ("differencing", "error", "words"),
    [
        (-1, ValueError, ["differencing=-1", "between 0 and 2"]),
        (3, ValueError, ["differencing=3", "between 0 and 2"]),
        (1.0, TypeError, ["differencing", "integer", "1.0"]),
        (True, TypeError, ["differencing", "integer", "True"]),
        ("twice", ValueError, ["differencing='twice'", '"auto", 0, 1 or 2']),
        (None, TypeError, ["differencing", "integer", "None"]),
    ],
)  # fmt: skip
def test_differencing(differencing, error, words):
    with expect(error, *words):
        forecaster_fit(differencing=differencing)


PREPARATION = [
    ({"strategy": "both"}, ValueError, ["strategy='both'", "'recursive', 'direct'"]),
    ({"strategy": None}, ValueError, ["strategy=None", "'recursive', 'direct'"]),
    ({"missing": "drop"}, ValueError, ["missing='drop'", "'error', 'segment'"]),
    ({"missing": True}, ValueError, ["missing=True", "'error', 'segment'"]),
    ({"bias_adjust": "yes"}, TypeError, ["bias_adjust='yes'", "True or False"]),
    ({"bias_adjust": 1}, TypeError, ["bias_adjust=1", "True or False"]),
    ({"seasonal": "monthly"}, ValueError, ["seasonal='monthly'", '"auto"', '"stl"', '"lags"', "None"]),
    ({"seasonal": 12}, TypeError, ["seasonal=12", '"additive"', "None"]),
    ({"seasonal": True}, TypeError, ["seasonal=True", '"additive"', "None"]),
    ({"seasonal_period": 1}, ValueError, ["seasonal_period=1", "at least 2"]),
    ({"seasonal_period": -4}, ValueError, ["seasonal_period=-4", "at least 2"]),
    ({"seasonal_period": 12.0}, TypeError, ["seasonal_period", "integer", "12.0"]),
    ({"seasonal_period": "12"}, TypeError, ["seasonal_period", "integer", "'12'"]),
    ({"seasonal_period": True}, TypeError, ["seasonal_period", "integer", "True"]),
    ({"seasonal_period": []}, ValueError, ["seasonal_period=[]", "at least 2", "None"]),
    ({"seasonal_period": [4, 4]}, ValueError, ["seasonal_period=[4, 4]", "different"]),
    ({"seasonal_period": [4, 1]}, ValueError, ["seasonal_period[1]=1", "at least 2"]),
    ({"seasonal_period": [4, 6.5]}, TypeError, ["seasonal_period[1]", "integer", "6.5"]),
    ({"transform": "sqrt"}, ValueError, ["transform='sqrt'", '"log"', '"box_cox"', "-1 and 2", "None"]),
    ({"transform": 2.5}, ValueError, ["transform=2.5", "between -1 and 2"]),
    ({"transform": -2}, ValueError, ["transform=-2", "between -1 and 2"]),
    ({"transform": np.nan}, ValueError, ["transform=nan", "between -1 and 2"]),
    ({"transform": True}, TypeError, ["transform=True", "-1 and 2"]),
    ({"transform": [0.5]}, TypeError, ["transform=[0.5]", "-1 and 2"]),
    ({"damping": 0}, ValueError, ["damping=0", '"auto"', "above 0", "at most 1"]),
    ({"damping": 1.01}, ValueError, ["damping=1.01", "above 0", "at most 1"]),
    ({"damping": np.nan}, ValueError, ["damping=nan", "above 0"]),
    ({"damping": "much"}, TypeError, ["damping='much'", '"auto"', "above 0"]),
    ({"damping": None}, TypeError, ["damping=None", '"auto"', "above 0"]),
    ({"damping": True}, TypeError, ["damping=True", "above 0"]),
    ({"drift": -0.1}, ValueError, ["drift=-0.1", '"auto"', "from 0 to 1"]),
    ({"drift": 2}, ValueError, ["drift=2", "from 0 to 1"]),
    ({"drift": np.nan}, ValueError, ["drift=nan", "from 0 to 1"]),
    ({"drift": "none"}, TypeError, ["drift='none'", "from 0 to 1"]),
    ({"drift": False}, TypeError, ["drift=False", "from 0 to 1"]),
    ({"transform": "log"}, ValueError, ["transform='log'", "positive", "smallest", "transform=None"]),
    ({"transform": "box_cox"}, ValueError, ["transform='box_cox'", "positive", "smallest"]),
    ({"transform": 0.5}, ValueError, ["transform=0.5", "positive", "smallest"]),
    ({"seasonal": "multiplicative", "seasonal_period": 4}, ValueError,
     ["seasonal='multiplicative'", "period 4", "positive", "seasonal='additive'"]),
    ({"seasonal": "additive", "lags": 1}, ValueError, ["seasonal='additive'", "seasonal_period="]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "error", "words"), PREPARATION, ids=["-".join(map(str, p[0].values())) for p in PREPARATION]
)
def test_preparation(options, error, words):
    """The series is white noise with mean 0: values of both signs, no season to be found."""
    with expect(error, *words):
        forecaster_fit(**options)


# ---- the series ----

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


MONTHS = pd.date_range("2020-01-01", periods=N, freq="MS")
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


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda y: fit_ar(y, "AIC"), ValueError, ["order='AIC'", "'aic', 'aicc', 'bic', 'hqic'"]),
        (lambda y: fit_ar(y, -1), ValueError, ["order=-1", "at least 0"]),
        (lambda y: fit_ar(y, 40), ValueError, ["order=40", "between 0 and 39"]),
        (lambda y: fit_ar(y, 20, method="ols"), ValueError, ["order=20", "between 0 and 19"]),
        (lambda y: fit_ar(y, max_order=40), ValueError, ["max_order=40", "between 0 and 39"]),
        (lambda y: fit_ar(y, max_order=2.0), TypeError, ["max_order", "integer", "2.0"]),
        (lambda y: fit_ar(y, method="yw"), ValueError, ["method='yw'", "'yule_walker', 'burg', 'ols'"]),
        (lambda y: ar_sieve_bootstrap(y, 0), ValueError, ["n_samples=0", "at least 1"]),
        (lambda y: ar_sieve_bootstrap(y, 1.0), TypeError, ["n_samples", "integer", "1.0"]),
        (lambda y: ar_sieve_bootstrap(y, 2, method="x"), ValueError, ["method='x'", "'burg'"]),
        (lambda y: ar_sieve_bootstrap(y, 2, initial="x"), ValueError, ["initial='x'", "'mean'"]),
        (lambda y: ar_sieve_bootstrap(y, 2, burn_in=-1), ValueError, ["burn_in=-1", "at least 0"]),
        (lambda y: ar_sieve_bootstrap(y, 2, initial="mean", burn_in=5), ValueError, ["burn_in=5", "'mean'"]),
        (lambda y: ar_sieve_bootstrap(y, 2, random_state=-1), ValueError, ["random_state=-1", "between 0"]),
        (lambda y: ar_sieve_bootstrap(y, 2, order=99), ValueError, ["order=99", "between 0 and 39"]),
    ],
)  # fmt: skip
def test_parameters_of_the_functions(call, error, words):
    with expect(error, *words):
        call(series())


# ---- matrices ----

EXOG = np.random.default_rng(1).standard_normal((N, 2))


def spoiled(values, bad):
    """A copy whose entry at position 2, in the last column, is bad."""
    out = values.copy()
    out[(2, -1) if out.ndim == 2 else 2] = bad
    return out


BAD_ROWS = [
    ("nan in X", lambda X, y: (spoiled(X, np.nan), y), ["X contains NaN"]),
    ("inf in X", lambda X, y: (spoiled(X, np.inf), y), ["X contains infinity"]),
    ("nan in y", lambda X, y: (X, spoiled(y, np.nan)), ["y contains NaN"]),
    ("inf in y", lambda X, y: (X, spoiled(y, -np.inf)), ["y contains infinity"]),
    ("words in X", lambda X, y: (np.full(X.shape, "a"), y), ["could not convert string to float"]),
    ("words in y", lambda X, y: (X, np.full(len(y), "a")), ["could not convert string to float"]),
    ("complex X", lambda X, y: (X + 1j, y), ["Complex data not supported"]),
    ("complex y", lambda X, y: (X, y + 1j), ["Complex data not supported"]),
    ("2-D y", lambda X, y: (X, np.column_stack([y, y])), ["y should be a 1d array", "(40, 2)"]),
    ("1-D X", lambda X, y: (X[:, 0], y), ["Expected 2D array, got 1D"]),
    ("lengths", lambda X, y: (X, y[:-1]), ["inconsistent numbers of samples", "[40, 39]"]),
    ("no rows", lambda X, y: (X[:0], y[:0]), ["0 sample(s)", "minimum of 2"]),
    ("one row", lambda X, y: (X[:1], y[:1]), ["1 sample", "minimum of 2"]),
    ("no columns", lambda X, y: (X[:, :0], y), ["0 feature(s)", "minimum of 1"]),
    ("no y", lambda X, y: (X, None), ["requires y to be passed"]),
    ("X beyond float32", lambda X, y: (np.column_stack([X, EXOG * 1e39]), y), ["X contains", "for float32"]),
    ("lags near the end of float32", lambda X, y: (X * 1e37, y * 1e37), ["y contains", "±1e+36", "unit"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), [c[1:] for c in BAD_ROWS], ids=[c[0] for c in BAD_ROWS])
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "circular"])
@pytest.mark.filterwarnings("ignore:no column of X is a lag:UserWarning")
def test_rows_of_the_regressor(change, words, bootstrap):
    X, y = embedded()
    with expect(ValueError, *words):
        ARSieveForestRegressor(2, bootstrap=bootstrap).fit(*change(X, y))


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", None])
@pytest.mark.filterwarnings("ignore:no column of X is a lag:UserWarning")
def test_targets_near_the_end_of_float64(bootstrap, after_fit):
    """Sums over trees must not become infinite."""
    y = series()
    with expect(ValueError, "y contains", "±1e+300", "unit"):
        ARSieveForestRegressor(2, bootstrap=bootstrap).fit(EXOG, y / np.abs(y).max() * 1.7e308)
    y *= 1e300 / np.abs(y).max()
    assert np.isfinite(ARSieveForestRegressor(200, bootstrap=bootstrap).fit(EXOG, y).predict(EXOG)).all()


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([[1.0, 2.0, 3.0]], ["X has 3 features", "expecting 2 features"]),
        ([[1.0, np.nan]], ["X contains NaN"]),
        ([1.0, 2.0], ["Expected 2D array, got 1D"]),
        (np.empty((0, 2)), ["0 sample(s)"]),
        ([[1.0, 1e39]], ["X contains infinity or a value too large for dtype('float32')"]),
        ([["a", "b"]], ["could not convert string to float"]),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")  # before scikit-learn tells
def test_rows_at_prediction(X, words, after_fit):
    fitted = regressor_fit()
    for ask in (fitted.predict, fitted.apply):
        with expect(ValueError, *words):
            ask(X)


# ---- exogenous columns and horizons ----

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
        (FRAME.assign(v="a"), ["X['v'] must hold real numbers"]),
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


# ---- what is unusual but no mistake ----


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
