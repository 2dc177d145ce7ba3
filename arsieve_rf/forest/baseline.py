"""The linear part of a forecast that trees are added to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Baseline"]


@dataclass(frozen=True, eq=False)
class Baseline:
    """``intercept + weights @ columns``, in the units of the targets.

    Attributes
    ----------
    intercept : float
    weights : ndarray of float64, shape (p,)
        One for each column of the feature matrix; 0 where a column is not used.
    """

    intercept: float
    weights: NDArray[np.float64]

    def at(self, X: NDArray[np.floating]) -> NDArray[np.float64]:
        """Values at the rows of ``X`` (n, p), shape (n,).

        Columns are added one after another, as in recursion, so that a row's value does not depend on the others.
        """
        out = np.full(len(X), self.intercept)
        for j in np.flatnonzero(self.weights):
            out += self.weights[j] * X[:, j]
        return out
