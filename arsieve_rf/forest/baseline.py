"""The linear part of a forecast that trees are added to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Baseline"]

_LARGEST = 1e300  # as in recursion: sums stay finite wherever the rows are


@dataclass(frozen=True, eq=False)
class Baseline:
    """``intercept + weights @ columns``, in the units of the targets.

    Attributes
    ----------
    intercept : float
        Value where all columns are 0.
    weights : ndarray of float64, shape (p,)
        One for each column of the feature matrix; 0 where a column is not used.
    """

    intercept: float
    weights: NDArray[np.float64]

    def at(self, X: NDArray[np.floating]) -> NDArray[np.float64]:
        """Values at the rows of ``X`` (n, p), shape (n,), held within ±1e300.

        Columns are added one after another, as in recursion, so that a row's value does not depend on the
        others.
        """
        out = np.full(len(X), self.intercept)
        with np.errstate(over="ignore"):
            for j in np.flatnonzero(self.weights):
                out += np.multiply(X[:, j], self.weights[j], dtype=np.float64)
                np.clip(out, -_LARGEST, _LARGEST, out=out)
        return out

    def times(self, factor: float) -> Baseline:
        """The baseline multiplied by a number."""
        return Baseline(factor * self.intercept, factor * self.weights + 0.0)  # no -0.0
