"""Series that are linear, nearly linear and not linear at all, and a mixture to fit to them."""

from __future__ import annotations

import numpy as np

from arsieve_rf import ARSieveForestRegressor


def threshold_series(n=200, seed=0):
    """Non-linear enough for both kinds of trees to count."""
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = (0.9 if y[t - 1] < 0.0 else -0.4) * y[t - 1] + 0.7 * rng.standard_normal()
    return y


def logistic_map(n=200, seed=0):
    rng = np.random.default_rng(seed)
    y = np.full(n, 0.3)
    for t in range(1, n):
        y[t] = np.clip(3.9 * y[t - 1] * (1.0 - y[t - 1]) + 0.01 * rng.standard_normal(), 0.0, 1.0)
    return y


def ar_series(n=300, phi=0.7, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def embed(y, lags=(1, 2, 3)):
    most = max(lags)
    return np.column_stack([y[most - k : len(y) - k] for k in lags]), y[most:]


def auto(n_trees=40, **options):
    return ARSieveForestRegressor(n_trees, bootstrap="auto", **{"random_state": 3} | options)
