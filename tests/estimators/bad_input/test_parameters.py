"""Wrong parameters of the estimators and functions."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ar_sieve_bootstrap, fit_ar
from tests.estimators.bad_input.cases import (
    N,
    expect,
    forecaster_fit,
    regressor_fit,
    series,
)

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
    ({"max_bins": 1}, ValueError, ["max_bins=1", "from 2 to 256"]),
    ({"max_bins": 257}, ValueError, ["max_bins=257", "'auto', None"]),
    ({"max_bins": "many"}, ValueError, ["max_bins='many'"]),
    ({"max_bins": 12.5}, ValueError, ["max_bins=12.5"]),
    ({"max_bins": True}, TypeError, ["max_bins=True"]),
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
    ({"calibration": "split"}, ValueError, ["calibration='split'", "'conformal', 'adaptive'", "None"]),
    ({"calibration": True}, ValueError, ["calibration=True", "'conformal', 'adaptive'", "None"]),
    ({"calibration": ["conformal"]}, ValueError, ["calibration=['conformal']", "'adaptive'", "None"]),
    ({"calibration": np.array(["conformal", "adaptive"])}, ValueError, ["calibration=", "known", "None"]),
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
