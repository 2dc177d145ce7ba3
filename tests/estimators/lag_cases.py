"""Series and lag matrices for the tests of lag detection."""

from __future__ import annotations

import numpy as np


def embed(series, lags, presample=None):
    """Lag columns and targets, by the definition X[t, j] = y[t - lags[j]]."""
    start = max(lags) if presample is None else presample
    rows = range(start, len(series))
    return np.array([[series[t - k] for k in lags] for t in rows]), np.array(series[start:])


def ar1(rng, n, phi=0.6):
    """A first-order autoregression started at its first innovation."""
    values = rng.standard_normal(n)
    for t in range(1, n):
        values[t] += phi * values[t - 1]
    return values


def stack(parts):
    """Several lag matrices with their targets, one below the other."""
    return np.vstack([X for X, _ in parts]), np.concatenate([y for _, y in parts])
