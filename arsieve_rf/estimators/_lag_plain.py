"""The plain case of the search for lags: one series, every column a lag of it, to the last bit.

It is what most callers bring, and one comparison of the whole matrix settles it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ._lag_equality import ChanceModel
from ._lag_names import is_derived, named_lags
from ._lag_structure import LagStructure

__all__ = ["plain_lags"]


def plain_lags(
    X: NDArray[np.floating], y: NDArray[np.floating], names: Sequence[object] | None
) -> LagStructure | None:
    """What the full search would find, where that takes no search; None where it may."""
    n, n_columns = X.shape
    if n_columns == 0 or not n_columns < n // 2:
        return None
    lags = _lags_at_last_row(X, y)
    if lags is None:
        return None
    claims = named_lags(names, n_columns)
    if any(claim.lag != lags[column] for column, claim in claims.items()):
        return None
    if names is not None and any(is_derived(name) for name in names):
        return None
    max_lag = max(lags)
    series = np.concatenate([X[:max_lag, lags.index(max_lag)], y]).astype(np.float64, copy=False)
    windows = np.lib.stride_tricks.sliding_window_view(series, n)[max_lag - np.array(lags)]
    chance = ChanceModel(series[max_lag:], n_columns)
    if not np.array_equal(windows, X.T) or not chance.is_convincing(max_lag, n - max_lag):
        return None
    return LagStructure(
        lags=tuple(lags),
        linear=(),
        segments=np.array([0, n], dtype=np.intp),
        max_lag=max_lag,
        series=(series,),
    )


def _lags_at_last_row(X: NDArray[np.floating], y: NDArray[np.floating]) -> list[int] | None:
    """The one lag that the last row allows each column, up to half the rows; None where any has not one."""
    n = len(y)
    lags = []
    for value in X[-1]:
        places = np.flatnonzero(y == value)
        if len(places) != 1 or not 1 <= n - 1 - places[0] <= n // 2:
            return None
        lags.append(int(n - 1 - places[0]))
    return lags
