"""Series, preparations and bootstraps that tests of paths and intervals share."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForecaster

PLAIN = {"differencing": 0, "seasonal": None, "transform": None}
BOOTSTRAPS = {
    "auto": {},
    "ar_sieve": {},
    "iid": {},
    "moving": {},
    "circular": {},
    "stationary": {},
    "nonoverlapping": {"block_length": 4},
    "seasonal": {"period": 4},
    None: {},
}
PREPARATIONS = {
    "plain": PLAIN,
    "chosen": {},
    "damped": {"differencing": 1, "damping": 0.7, "drift": 0.3},
    "twice": {"differencing": 2},
    "twice, damped": {"differencing": 2, "damping": 0.5, "drift": 0.5},
    "log": {"transform": "log", "differencing": 1},
    "power, additive": {"transform": 0.5, "seasonal": "additive", "seasonal_period": 4},
    "multiplicative": {"seasonal": "multiplicative", "seasonal_period": 4, "differencing": 1, "damping": 0.9},
    "stl, twice": {"seasonal": "stl", "seasonal_period": 4, "differencing": 2},
    "seasonal lags": {"seasonal": "lags", "seasonal_period": 4, "differencing": 0},
}
by_strategy = pytest.mark.parametrize("strategy", ["recursive", "direct"])
by_preparation = pytest.mark.parametrize("options", PREPARATIONS.values(), ids=PREPARATIONS)


def forecaster(lags=None, **options):
    return ARSieveForecaster(lags, **{"n_estimators": 12, "random_state": 5} | options)


def ar1(n=200, phi=0.7, seed=0):
    e = np.random.default_rng(seed).standard_normal(n + 100)
    for t in range(1, n + 100):
        e[t] += phi * e[t - 1]
    return e[100:]


def positive(n=60, seed=0):
    """A level that grows, a season of four that grows with it."""
    t = np.arange(n)
    season = np.array([1.0, 1.3, 0.9, 0.8])[t % 4]
    return (20.0 + 0.3 * t + np.cumsum(0.3 * np.random.default_rng(seed).standard_normal(n))) * season
