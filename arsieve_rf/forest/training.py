"""The observed data as the growing kernels want them, made once for a forest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .._kernels.order import column_orders
from ..resampling.base import Observed
from .columns import Columns

__all__ = ["GrowthLimits", "TrainingSet"]


@dataclass(frozen=True)
class GrowthLimits:
    """When a node is split, in whole numbers, and in how many bins large nodes are searched; 0: exactly.

    Sizes count a row as often as the bootstrap drew it.
    """

    max_depth: int
    min_samples_split: int
    min_samples_leaf: int
    max_features: int
    n_bins: int = 0

    def max_nodes(self, n_samples: int) -> int:
        """Most nodes that a tree on so many samples can have."""
        smallest_parent = max(self.min_samples_split, 2 * self.min_samples_leaf)
        leaves = max(1, n_samples // self.min_samples_leaf)
        if n_samples < smallest_parent:
            leaves = 1
        if self.max_depth < 40:
            leaves = min(leaves, 2**self.max_depth)
        return 2 * leaves - 1


@dataclass(frozen=True)
class TrainingSet:
    """Features and targets of the observed rows.

    Attributes
    ----------
    X : ndarray of float32, shape (n, p)
    y : ndarray of float64, shape (n,)
    columns : Columns
    observed : Observed
        The series behind the rows, in the units of ``y``.
    """

    X: NDArray[np.float32]
    y: NDArray[np.float64]
    columns: Columns
    observed: Observed

    @cached_property
    def center(self) -> float:
        """Mean of the targets, where sums are taken from."""
        with np.errstate(over="ignore"):
            mean = float(np.mean(self.y))
        return mean if np.isfinite(mean) else float(np.mean(self.y / 2.0**64) * 2.0**64)

    @cached_property
    def scale(self) -> float:
        """Power of two near the targets' largest deviation: dividing by it rounds nothing."""
        spread = max(float(self.y.max()) / 2 - self.center / 2, self.center / 2 - float(self.y.min()) / 2)
        if spread == 0.0:
            return 1.0
        return float(2.0 ** np.clip(np.frexp(spread)[1] + 1, -1021, 1022))

    @cached_property
    def by_column(self) -> NDArray[np.float32]:
        """Features, one column after another; -0.0 is made 0.0, which sorts alike."""
        return np.ascontiguousarray(self.X.T).ravel() + np.float32(0.0)

    @cached_property
    def orders(self) -> NDArray[np.uint32]:
        """Stable order of each column, (p, n); row strategies share it among all trees."""
        orders = np.empty(self.X.shape[::-1], np.uint32)
        column_orders(self.by_column, orders)
        return orders

    @cached_property
    def series_rows(self) -> NDArray[np.int64]:
        """Row number of each target on the time line on which the segments lie one after another."""
        max_lag, start, parts = self.observed.max_lag, 0, []
        for segment in self.observed.series:
            parts.append(start + np.arange(len(segment) - max_lag))
            start += len(segment)
        return np.concatenate(parts)

    @cached_property
    def valid(self) -> NDArray[np.uint8]:
        """1 where a row of that time line has a target whose lags lie in the same segment."""
        valid = np.zeros(self.series_rows[-1] + 1, np.uint8)
        valid[self.series_rows] = 1
        return valid

    @cached_property
    def fixed_values(self) -> NDArray[np.float32]:
        """Fixed columns spread over that time line, one column after another."""
        spread = np.zeros((len(self.columns.fixed), len(self.valid)), np.float32)
        spread[:, self.series_rows] = self.X[:, self.columns.fixed].T + np.float32(0.0)
        return spread.ravel()

    @cached_property
    def fixed_orders(self) -> NDArray[np.uint32]:
        """Stable order of the valid rows by each fixed column, (n_fixed, n_rows)."""
        out = np.zeros((len(self.columns.fixed), len(self.valid)), np.uint32)
        for k, column in enumerate(self.columns.fixed):
            order = np.argsort(self.X[:, column], kind="stable")
            out[k, : len(order)] = self.series_rows[order]
        return out

    def prepare(self, for_rows: bool) -> TrainingSet:
        """Compute what trees share, before threads ask for it at the same time."""
        shared = ("orders", "by_column") if for_rows else ("valid", "fixed_values", "fixed_orders")
        for name in (*shared, "center", "scale"):
            getattr(self, name)
        return self
