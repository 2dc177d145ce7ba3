"""Series and oracles for the tests of the regressor inside other libraries' forecasters.

The forecaster subtracts the mean of a series and divides by a power of two before it grows its forest. On a
series of numbers with few binary digits whose mean is exactly zero, that rounds nothing, and forests grown on
it as it is must be the same to the last bit.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor

FOREST = {"n_estimators": 30, "random_state": 3}
BOOTSTRAPS = ["ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "auto", None]
_UNIT = 1024.0


def forest(**options):
    return ARSieveForestRegressor(**{**FOREST, **options})


def forecaster(lags, **options):
    """Our forecaster without preparation."""
    plain = {"bootstrap": "ar_sieve", "differencing": 0, "seasonal": None, "transform": None}
    return ARSieveForecaster(lags, **{**plain, **FOREST, **options})


def zero_mean(n=160, seed=0, phi=0.7):
    """An autoregression whose mean is exactly zero."""
    values = np.random.default_rng(seed).standard_normal(n)
    for t in range(1, n):
        values[t] += phi * values[t - 1]
    whole = np.rint(_UNIT * values).astype(int)
    each, rest = divmod(int(whole.sum()), n)
    whole -= each
    whole[:rest] -= 1
    assert whole.sum() == 0
    return whole / _UNIT


def walk(n=160, seed=0):
    """A random walk from 0 to 0 whose mean is exactly zero, and so is that of its steps."""
    first = np.cumsum(np.rint(_UNIT * np.random.default_rng(seed).standard_normal(n // 2))) / _UNIT
    first -= first[0]
    return np.concatenate([first, -first[::-1]])


def daily(values, start="2001-01-01", name="y"):
    return pd.Series(values, pd.date_range(start, periods=len(values), freq="D"), name=name)


def embedded(values, lags, last=None):
    """Lag columns in the order of `lags`, and targets, by definition."""
    values, start = np.asarray(values, dtype=float), max(lags)
    rows = range(start, len(values) if last is None else last)
    return np.array([[values[t - k] for k in lags] for t in rows]), values[start : rows.stop]


def walked(regressor, values, lags, h):
    """Forecasts of a fitted regressor that feed the next step, one row at a time."""
    known = list(values)
    for _ in range(h):
        known.append(float(regressor.predict([[known[-k] for k in lags]])[0]))
    return np.array(known[len(values) :])


def by_hand(values, lags, h, **options):
    """Forecasts of a regressor whose columns are built here."""
    regressor = forest(lags=list(lags), **options).fit(*embedded(values, lags))
    return walked(regressor, values, lags, h)


class Ours:
    """Records warnings; ours and scikit-learn's are plain UserWarning, other libraries derive theirs."""

    def __enter__(self):
        self._recorder = warnings.catch_warnings(record=True)
        self._all = self._recorder.__enter__()
        warnings.simplefilter("always")
        return self

    def __exit__(self, *exception):
        self._recorder.__exit__(*exception)

    @property
    def texts(self):
        return [str(w.message) for w in self._all if w.category is UserWarning]

    def names(self):
        """Names of the categories of all warnings."""
        return {w.category.__name__ for w in self._all}
