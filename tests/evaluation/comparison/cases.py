"""Small comparisons for tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster, compare_bootstraps


def series(n=70, seed=0):
    shocks = np.random.default_rng(seed).standard_normal(n)
    y = shocks.copy()
    for t in range(1, n):
        y[t] += 0.6 * y[t - 1]
    return y + 20


def small(**parameters):
    return ARSieveForecaster(**{"n_estimators": 10, **parameters})


def compared(y=None, X=None, **parameters):
    options = {"bootstraps": ["iid", "ar_sieve"], "h": 2, "n_windows": 5, "forecaster": small(), **parameters}
    return compare_bootstraps(series() if y is None else y, X, **options)


def panel(n_series=3, n=60):
    times = pd.date_range("2015-01-01", periods=n, freq="MS")
    return pd.concat(
        [pd.DataFrame({"unique_id": f"s{i}", "ds": times, "y": series(n, i)}) for i in range(n_series)],
        ignore_index=True,
    )


class Fixed:
    """Repeats the last value, off by an error that is the next of its list at each fit."""

    def __init__(self, errors):
        self.errors = errors

    def fit(self, y, X=None):
        self.forecast = y[-1] + self.errors[len(y)]
        return self

    def predict(self, h, X=None):
        return np.full(h, self.forecast)
