"""Which lags the trees of a forecaster see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..resampling.ar_checks import as_integer
from ..resampling.ar_segments import fit_ar_segments
from ..resampling.base import Observed
from ..resampling.sieve import ARSieve
from ._embedding import n_rows

__all__ = ["ar_lags", "possible_lags", "read_lags"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def read_lags(lags: Any) -> IntArray | None:
    """Sorted, distinct lags; None where the AR model is to choose."""
    if lags is None or (isinstance(lags, str) and lags == "auto"):
        return None
    if isinstance(lags, str):
        raise ValueError(f'lags={lags!r} is not possible: it must be an integer, several, "auto" or None.')
    if np.ndim(lags) == 0:
        return np.arange(1, as_integer("lags", lags, 1) + 1)
    numbers = [as_integer(f"lags[{i}]", lag, 1) for i, lag in enumerate(lags)]
    if not numbers:
        raise ValueError('lags is empty: give at least one lag, a number of lags, "auto" or None.')
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"lags={list(lags)!r} names a lag twice.")
    return np.array(sorted(numbers))


def ar_lags(
    runs: Sequence[FloatArray],
    exog: FloatArray | None,
    order: Any,
    max_order: int | None,
    method: str,
) -> IntArray:
    """1..order of the AR model, at least 1; with columns beside it, of the errors of a regression on them."""
    if exog is None or 2 * exog.shape[1] > len(exog):  # so many columns would explain any errors away
        chosen = fit_ar_segments(list(runs), order, max_order, method).ar.order
    else:
        sieve = ARSieve(order, max_order, method)
        chosen = sieve.fit(Observed(tuple(runs), 0, exog, len(exog))).ar_.order
    return np.arange(1, max(chosen, 1) + 1)


def possible_lags(lags: IntArray, lengths: Sequence[int]) -> IntArray:
    """Those of the lags that leave two rows of the runs; lag 1 if none of them does."""
    for largest in lags[::-1]:
        if n_rows(lengths, int(largest)) >= 2:
            return lags[lags <= largest]
    return np.array([1])
