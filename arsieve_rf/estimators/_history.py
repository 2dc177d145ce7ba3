"""What a forecast starts from, where the end of the series has gaps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["complete_history"]

FloatArray = NDArray[np.float64]

OneStep = Callable[[FloatArray, int], float]
"""Forecast of the value at a position, from the values before it."""


def complete_history(
    series: FloatArray, n_kept: int, before: float, one_step: OneStep
) -> tuple[FloatArray, int]:
    """The last ``n_kept`` values, each missing one stood in for by its forecast from the values before it.

    Parameters
    ----------
    series : ndarray of float64, shape (n,)
        NaN is missing; the last value is not.
    n_kept : int
        How many values a forecast looks back to.
    before : float
        Stands for values before the series.
    one_step : callable
        Called with the ``n_kept`` values before a missing one, and its position in ``series``.

    Returns
    -------
    history : ndarray of float64, shape (n_kept,)
    n_filled : int
        How many of them are forecasts.
    """
    padded = np.concatenate([np.full(n_kept, before), series])
    missing = np.isnan(padded)
    n_filled = int(missing[len(padded) - n_kept :].sum())
    if n_filled:
        for t in range(_first_needed(missing, n_kept), len(padded)):
            if missing[t]:
                padded[t] = one_step(padded[t - n_kept : t], t - n_kept)
    return padded[len(padded) - n_kept :].copy(), n_filled


def _first_needed(missing: NDArray[np.bool_], n_kept: int) -> int:
    """Forecasts start after the last stretch of ``n_kept`` observed values that lies before the kept ones."""
    end = len(missing) - n_kept
    seen = 0
    for t in range(end - 1, -1, -1):
        seen = 0 if missing[t] else seen + 1
        if seen == n_kept:
            return t + n_kept
    return n_kept
