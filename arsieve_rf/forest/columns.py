"""What the columns of a feature matrix are, as the arrays that kernels read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns"]


@dataclass(frozen=True)
class Columns:
    """Roles of the columns of a feature matrix.

    Attributes
    ----------
    lags : ndarray of int64, shape (p,)
        The lag of a lag column, 0 for the others.
    slots : ndarray of int64, shape (p,)
        For the others: their number, linear columns first, then fixed ones.
    linear : ndarray of float64, shape (n_linear, 1 + K)
        Intercept and weights of lags 1..K, one row a linear column.
    fixed : ndarray of int64, shape (n_fixed,)
        Which columns of the matrix are fixed (exogenous).
    max_lag : int
        Largest lag that any column needs, 0 where none is a function of the series.
    """

    lags: NDArray[np.int64]
    slots: NDArray[np.int64]
    linear: NDArray[np.float64]
    fixed: NDArray[np.int64]
    max_lag: int

    @property
    def number_dtype(self) -> type[np.signedinteger]:
        """Type of the numbers of these columns in the nodes of trees: int16 as far as it reaches."""
        return np.int16 if len(self.lags) < 2**15 else np.int32

    @classmethod
    def of(cls, lags: list[int | None], linear: dict[int, NDArray[np.float64]] | None = None) -> Columns:
        """Lay out columns: a lag or None for each, and intercept and weights for some of the Nones."""
        linear = linear or {}
        n_weights = max((len(w) for w in linear.values()), default=1)
        weights = np.zeros((len(linear), n_weights))
        slots = np.zeros(len(lags), np.int64)
        for slot, (column, w) in enumerate(sorted(linear.items())):
            weights[slot, : len(w)] = w
            slots[column] = slot
        fixed = np.array([j for j, lag in enumerate(lags) if lag is None and j not in linear], np.int64)
        slots[fixed] = len(linear) + np.arange(len(fixed))
        as_numbers = np.array([0 if lag is None else lag for lag in lags], np.int64)
        return cls(as_numbers, slots, weights, fixed, max(int(as_numbers.max(initial=0)), n_weights - 1))
