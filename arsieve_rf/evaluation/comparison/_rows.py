"""Rows of lags of a prepared series, and how alike the trees of a forest are at some of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...forest.correlation import mean_tree_correlation

__all__ = ["lag_rows", "prepared_exog", "tree_correlation"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def lag_rows(
    series: FloatArray, lags: IntArray, times: IntArray, exog: FloatArray | None = None
) -> FloatArray:
    """Rows for the targets at ``times``: values the lags before, then exogenous columns.

    Shape (n_times, n_lags + n_exog); NaN for values before the series.
    """
    reach = int(lags.max(initial=0))
    padded = np.concatenate([np.full(reach, np.nan), series])
    rows = padded[reach + times[:, np.newaxis] - lags]
    return rows if exog is None else np.column_stack([rows, exog[times]])


def prepared_exog(chain: Any, exog: FloatArray | None) -> FloatArray | None:
    """Exogenous columns, differenced as the series is; the other steps leave them as they are."""
    return None if exog is None else np.diff(exog, chain.n_lost, axis=0)


def tree_correlation(forecaster: Any, values: FloatArray, exog: FloatArray | None, first: int) -> float:
    """Mean correlation of the trees' values at the rows of all observations from ``first`` on.

    ``forecaster`` is a fitted :class:`~arsieve_rf.ARSieveForecaster` that knows what comes before ``first``.
    """
    regressor, chain = forecaster.regressor_, forecaster.preparation_
    series = chain.forward(values)
    lags = np.array([lag for lag in regressor.lags_ if lag is not None], dtype=np.int64)
    times = np.arange(first - chain.n_lost, len(series))
    rows = lag_rows(series, lags, times, prepared_exog(chain, exog))
    rows = rows[~np.isnan(rows).any(axis=1)]
    if len(rows) < 2:
        return float("nan")
    return mean_tree_correlation(regressor.forest_.tree_values(rows.astype(np.float32)))
