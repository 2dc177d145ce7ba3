"""Series and small models that the tests beside sktime share."""

from __future__ import annotations

import numpy as np
import pandas as pd

SMALL = {"n_estimators": 20, "random_state": 0}
PLAIN = {"differencing": 0, "seasonal": None, "transform": None}  # nothing is prepared


def months(n: int, first: str = "2000-01") -> pd.PeriodIndex:
    return pd.period_range(first, periods=n, freq="M")


def ar1(n: int, seed: int = 0, coefficient: float = 0.7) -> np.ndarray:
    """An AR(1) process from zero."""
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = coefficient * y[t - 1] + rng.normal()
    return y


def with_columns(n: int, seed: int = 0) -> tuple[pd.Series, pd.DataFrame]:
    """A series that follows one of the two columns beside it."""
    X = pd.DataFrame(np.random.default_rng(seed).normal(size=(n, 2)), index=months(n), columns=["a", "b"])
    return pd.Series(ar1(n, seed + 1) + 2.0 * X["a"], name="y"), X


def panel(lengths: tuple[int, ...], seed: int = 0) -> pd.DataFrame:
    """AR(1) series of these lengths, one after another."""
    series = {f"s{i}": pd.DataFrame({"y": ar1(n, seed + i)}, index=months(n)) for i, n in enumerate(lengths)}
    return pd.concat(series, names=["id", "time"])
