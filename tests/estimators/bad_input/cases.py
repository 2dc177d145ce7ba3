"""Fits, data and the form of expectation that all tests of mistakes share."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor

N = 40
MONTHS = pd.date_range("2020-01-01", periods=N, freq="MS")
EXOG = np.random.default_rng(1).standard_normal((N, 2))


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


def expect(error, *words):
    """The exception with all of these words in its message, in this order."""
    return pytest.raises(error, match="(?s)" + ".*".join(re.escape(word) for word in words))


def spoiled(values, bad):
    """A copy whose entry at position 2, in the last column, is bad."""
    out = values.copy()
    out[(2, -1) if out.ndim == 2 else 2] = bad
    return out
