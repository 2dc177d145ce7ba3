"""Fitted forecasters of all kinds, and what must be equal after a file."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster

N = 72
BOOTSTRAPS = (
    "auto",
    "ar_sieve",
    "iid",
    "moving",
    "circular",
    "stationary",
    "nonoverlapping",
    "seasonal",
    None,
)


def values(n: int = N) -> np.ndarray:
    """A positive seasonal series with a trend."""
    rng = np.random.default_rng(3)
    t = np.arange(n)
    return 50.0 + 0.4 * t + 8.0 * np.sin(2 * np.pi * t / 12) + rng.normal(size=n)


def forecaster(**options: Any) -> ARSieveForecaster:
    """A small one."""
    return ARSieveForecaster(**{"n_estimators": 12, "random_state": 0, **options})


def same(one: Any, other: Any) -> None:
    """Equal to the last bit, of the same type, with the same labels."""
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_freq=True)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_exact=True, check_freq=True)
    else:
        np.testing.assert_array_equal(one, other, strict=True)


def same_forecasts(one: ARSieveForecaster, other: ARSieveForecaster, X: Any = None, h: int = 3) -> None:
    """Forecasts, paths, intervals and the words are equal."""
    same(one.predict(h, X), other.predict(h, X))
    same(one.predict_paths(h, X, n_paths=200), other.predict_paths(h, X, n_paths=200))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # few errors to calibrate by
        same(one.predict_interval(h, X), other.predict_interval(h, X))
    assert one.describe() == other.describe()
    assert str(one.get_params()) == str(other.get_params())
