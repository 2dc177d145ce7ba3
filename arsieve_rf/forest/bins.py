"""Bins of the observed columns, made once for a forest on many rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._kernels.bins import column_codes
from .training import GrowthLimits, TrainingSet

__all__ = ["Bins"]

# with fewer rows a bin than this a node is searched exactly: its histograms would cost more than its rows
_ROWS_A_BIN = 4


@dataclass(frozen=True)
class Bins:
    """Codes of all columns that trees have in common: of all for row strategies, of the fixed ones otherwise.

    Attributes
    ----------
    codes : ndarray of uint8, shape (n_columns * n,)
        Bin of each value: one row after another for row strategies, so that a row's codes are neighbours; one
        column after another as in ``TrainingSet.fixed_values`` otherwise.
    edges : ndarray of float64, shape (n_columns, n_bins)
        Borders between bins.
    smallest : int
        Nodes of more rows are split at borders of bins.
    """

    codes: NDArray[np.uint8]
    edges: NDArray[np.float64]
    smallest: int

    @classmethod
    def of(cls, training: TrainingSet, limits: GrowthLimits, for_rows: bool) -> Bins | None:
        """Bins where they are wanted and any node is large enough for them."""
        n = len(training.y)
        if limits.n_bins == 0:
            return None
        smallest = max(_ROWS_A_BIN * limits.n_bins, -(-n // limits.n_bins))  # or one bin could hold a node
        if n <= smallest:
            return None
        if for_rows:
            values, orders = training.by_column, training.orders
            steps = 1, len(orders)
        else:
            values, orders = training.fixed_values, training.fixed_orders[:, :n]
            steps = len(training.valid), 1
        codes = np.zeros(len(values), np.uint8)
        edges = np.zeros((len(orders), limits.n_bins))
        column_codes(values, orders, codes, *steps, edges)
        return cls(codes, edges, smallest)
