"""Backtests written out as slow loops, and small forecasters of nobody's library."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster

FAST = ARSieveForecaster(n_estimators=5, lags=2, random_state=0)
INDEXES = {
    "months": pd.date_range("2019-01-31", periods=40, freq="ME", name="month"),
    "dates without a frequency": pd.DatetimeIndex(pd.date_range("2024-01-01", periods=40, freq="B").tolist()),
    "hours of summer time": pd.date_range("2024-03-30 12:00", periods=40, freq="h", tz="Europe/Berlin"),
    "quarters": pd.period_range("2012Q1", periods=40, freq="Q"),
    "two months": pd.period_range("2012-01", periods=40, freq="2M"),
    "every third number": pd.Index(np.arange(40) * 3 + 5, dtype="int32"),
    "a range": pd.RangeIndex(7, 87, 2),
}


class Last:
    """The last value that it saw, or the last exogenous columns."""

    def fit(self, y, X=None):
        self.last_, self.n_ = float(np.asarray(y)[-1]), len(y)
        return self

    def update(self, y_new, X_new=None):
        self.last_, self.n_ = float(np.asarray(y_new)[-1]), self.n_ + len(y_new)
        return self

    def predict(self, h, X=None):
        return np.full(h, self.last_) if X is None else np.asarray(X)[:, 0]


class Count(Last):
    """How many values it saw."""

    def predict(self, h, X=None):
        return np.full(h, float(self.n_))


def series(n=40, seed=0):
    """An AR(1) process about 10."""
    rng = np.random.default_rng(seed)
    y = np.empty(n)
    level = 0.0
    for t in range(n):
        level = 0.7 * level + rng.normal()
        y[t] = 10.0 + level
    return y


def exog(n=40, seed=1):
    """Two columns."""
    return np.random.default_rng(seed).normal(size=(n, 2))


def part(data, start, stop):
    """Rows of an array or a pandas object."""
    return data.iloc[start:stop] if hasattr(data, "iloc") else data[start:stop]


def by_hand(
    forecaster, y, X=None, *, h, n_windows, step=1, window="expanding", refit=True, coverage=None
) -> list[dict[str, float]]:
    """One window after another, as the definition says; cutoffs are positions."""
    n = len(y)
    cutoffs = [n - h - 1 - step * k for k in range(n_windows)][::-1]
    length = cutoffs[0] + 1
    rows = []
    for number, cutoff in enumerate(cutoffs):
        if refit is True or number == 0 or (refit is not False and number % refit == 0):
            first = cutoff + 1 - length if window == "sliding" else 0
            data = [part(d, first, cutoff + 1) for d in (y, X) if d is not None]
            fitted = clone(forecaster, safe=False).fit(*data)
        else:
            data = [part(d, cutoff + 1 - step, cutoff + 1) for d in (y, X) if d is not None]
            fitted.update(*data)
        ahead = () if X is None else (part(X, cutoff + 1, cutoff + 1 + h),)
        if coverage is None:
            forecasts = {"yhat": np.asarray(fitted.predict(h, *ahead))}
        else:
            frame = fitted.predict_interval(h, *ahead, coverage=coverage).rename(columns={"mean": "yhat"})
            forecasts = {name: frame[name].to_numpy() for name in frame}
        for k in range(h):
            row = {"cutoff": cutoff, "step": k + 1, "y": float(np.asarray(y)[cutoff + 1 + k])}
            rows.append(row | {name: float(values[k]) for name, values in forecasts.items()})
    return rows


def assert_is(got, expected):
    """To the last bit, by the names of the columns."""
    pd.testing.assert_frame_equal(got, pd.DataFrame(expected)[list(got.columns)], check_exact=True)
