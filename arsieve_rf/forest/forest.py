"""A forest: flat arrays of all trees' nodes, and what can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._kernels.importances import shares_of_decrease
from .._kernels.recursion import recurse_mean
from .._kernels.traverse import mean_at_rows, nodes_at_rows, values_at_rows
from .baseline import Baseline
from .columns import Columns
from .parallel import map_chunks, workers

__all__ = ["Forest", "Tree"]

# a thread should have work for a few milliseconds, or starting it costs more than it brings
_ROWS_TIMES_TREES_A_TASK = 200_000
# nor should it work for long without listening to an interrupt
_MOST_ROWS_TIMES_TREES = 20_000_000


@dataclass(frozen=True)
class Tree:
    """One tree: views of a forest's node arrays; children are numbered from the root, 0.

    The right child of a node is ``left + 1``; a leaf has ``left == -1`` and its value in ``threshold``.
    """

    left: NDArray[np.int32]
    feature: NDArray[np.signedinteger]
    threshold: NDArray[np.float64]
    n_samples: NDArray[np.int32]
    impurity: NDArray[np.float32]


@dataclass(frozen=True)
class Forest:
    """All trees' nodes one tree after another: 22 bytes a node, or 24 with 2**15 columns or more.

    Attributes
    ----------
    left, feature, threshold, n_samples, impurity : ndarray, shape (n_nodes,)
        See :class:`Tree`. Impurities are in units of ``scale**2``; ``feature`` is of the type
        ``columns.number_dtype``.
    roots : ndarray of int64, shape (n_trees,)
        First node of each tree.
    columns : Columns
    scale : float
    baseline : Baseline or None
        Linear part that is added to the mean of the trees.
    """

    left: NDArray[np.int32]
    feature: NDArray[np.signedinteger]
    threshold: NDArray[np.float64]
    n_samples: NDArray[np.int32]
    impurity: NDArray[np.float32]
    roots: NDArray[np.int64]
    columns: Columns
    scale: float
    baseline: Baseline | None = None

    def __len__(self) -> int:
        """Number of trees."""
        return len(self.roots)

    def tree(self, b: int) -> Tree:
        """The nodes of tree ``b``."""
        end = self.roots[b + 1] if b + 1 < len(self) else len(self.left)
        nodes = slice(self.roots[b], end)
        return Tree(
            self.left[nodes],
            self.feature[nodes],
            self.threshold[nodes],
            self.n_samples[nodes],
            self.impurity[nodes],
        )

    @property
    def _nodes(self) -> tuple[NDArray, ...]:
        return self.roots, self.left, self.feature, self.threshold

    def mean(
        self, X: NDArray[np.float32], n_jobs: int | None = None, exact: NDArray[np.floating] | None = None
    ) -> NDArray[np.float64]:
        """Forecast at each row of ``X`` (n, p), shape (n,): mean of the trees plus the baseline.

        The baseline is taken at ``exact``, the rows before they were rounded to float32, where it is given.
        """
        out = np.empty(len(X))
        n_workers = workers(n_jobs)
        worthwhile = len(X) * len(self) // _ROWS_TIMES_TREES_A_TASK if n_workers > 1 else 1
        size = -(-len(X) // max(1, min(4 * n_workers, worthwhile)))
        size = min(size, -(-_MOST_ROWS_TIMES_TREES // len(self)))
        bounds = [(i, min(i + size, len(X))) for i in range(0, len(X), size)]
        tasks = [(X[a:b], *self._nodes) for a, b in bounds]
        for (a, b), part in zip(bounds, map_chunks(_mean_of_rows, tasks, n_jobs)):
            out[a:b] = part
        if self.baseline is not None:
            out += self.baseline.at(X if exact is None else exact)
        return out

    def tree_values(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Each tree's value at each row, shape (n, n_trees), without the baseline."""
        out = np.empty((len(X), len(self)))
        values_at_rows(X, *self._nodes, out)
        return out

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.int64]:
        """Number of the leaf that each row reaches in each tree, shape (n, n_trees)."""
        out = np.empty((len(X), len(self)), np.int64)
        nodes_at_rows(X, *self._nodes, out)
        return out

    def recurse(
        self, history: NDArray[np.float64], h: int, fixed: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Forecast ``h`` steps, each forecast becoming the next step's lag 1; shape (h,).

        ``history`` ends with the last observed value and holds at least ``columns.max_lag`` values; ``fixed``
        (h, n_fixed) are the future values of the fixed columns, in their order.
        """
        out = np.empty(h)
        recurse_mean(*self.recursion_arguments(history, h, fixed), out)
        return out

    def recursion_arguments(
        self, history: NDArray[np.float64], h: int, fixed: NDArray[np.float64] | None
    ) -> tuple[Any, ...]:
        """What the kernels that walk on from ``history`` take, up to the nodes; see :meth:`recurse`."""
        if fixed is None:
            fixed = np.empty((h, 0))
        c, base = self.columns, self.baseline
        intercept, weights = (0.0, np.empty(0)) if base is None else (base.intercept, base.weights)
        # kernels do not check
        if len(history) < c.max_lag or len(fixed) < h or fixed.shape[1] < len(c.fixed):
            raise ValueError(
                f"{len(history)} known values and fixed columns of shape {fixed.shape} are too few for "
                f"lag {c.max_lag} and shape {(h, len(c.fixed))}"
            )
        known = history[len(history) - c.max_lag :]
        roots = self.roots if self._counts else self.roots[:0]
        return known, c.lags, c.slots, c.linear, fixed, intercept, weights, roots, *self._nodes[1:]

    @cached_property
    def _counts(self) -> bool:
        """Whether any leaf has a value other than 0; trees of a mixture may weigh nothing."""
        return bool(np.any(self.threshold[self.left < 0]))

    def feature_importances(self) -> NDArray[np.float64]:
        """Mean over trees of each tree's normalised decrease of impurity, normalised to sum 1; (p,)."""
        shares = np.empty(len(self.columns.lags))
        shares_of_decrease(self.roots, self.left, self.feature, self.n_samples, self.impurity, shares)
        total = shares.sum()
        return shares / total if total > 0.0 else shares


def _mean_of_rows(
    X: NDArray, roots: NDArray, left: NDArray, feature: NDArray, threshold: NDArray
) -> NDArray[np.float64]:
    out = np.empty(len(X))
    mean_at_rows(X, roots, left, feature, threshold, out)
    return out
