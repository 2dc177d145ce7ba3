"""``bootstrap="auto"``: a linear model and two kinds of trees, weighed by their out-of-bag errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..forest.columns import Columns
from ..forest.forest import Forest
from ..forest.grow import grow_forest
from ..forest.mixing import join, mix, on_all_columns
from ..forest.out_of_bag import OutOfBag
from ..forest.training import GrowthLimits, TrainingSet
from ..resampling.base import RowSampler
from ..resampling.iid import IID
from ._linear_baseline import LinearModel
from ._mixture_weights import mixture_weights

__all__ = ["Mixture", "fit_mixture"]

_ROUNDING = 1e-10  # residuals this small beside the targets are those of an exact fit
_FIRST_ROW_TREE = 1 << 40  # trees of the series itself draw from other streams than those of the residuals


@dataclass(frozen=True, eq=False)
class Mixture:
    """What ``bootstrap="auto"`` fits.

    Attributes
    ----------
    forest : Forest
        Baseline and all trees, so that its mean is the mixture's forecast.
    residual_trees, row_trees : float
        Weights of the trees of the residuals and of the trees of the series itself; the linear model has
        weight ``1 - row_trees``.
    out_of_bag : ndarray of float64, shape (n,)
        Forecasts of the rows, trees out of bag, the linear model in sample; NaN where every tree drew a row.
    sampler : RowSampler
        Draws the rows of a tree.
    """

    forest: Forest
    residual_trees: float
    row_trees: float
    out_of_bag: NDArray[np.float64]
    sampler: RowSampler

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each part."""
        return {
            "linear": 1.0 - self.row_trees,
            "residual_trees": self.residual_trees,
            "row_trees": self.row_trees,
        }


@dataclass(frozen=True)
class _Growth:
    """How all trees are grown."""

    sampler: RowSampler
    limits: GrowthLimits
    seed: int
    n_jobs: int | None
    verbose: int


class _Group:
    """Trees of one kind, to which more can be added without a change to those before."""

    def __init__(self, training: TrainingSet, growth: _Growth, first: int) -> None:
        self._training, self._growth, self._next = training, growth, first
        self._parts: list[Forest] = []
        n = len(training.y)
        self._seen = OutOfBag(np.zeros(n), np.zeros(n, np.int64))

    def grow(self, n_trees: int) -> None:
        if n_trees == 0:
            return
        g = self._growth
        forest = grow_forest(
            self._training, g.sampler, n_trees, g.limits, g.seed, g.n_jobs, g.verbose, self._next
        )
        self._seen += OutOfBag.of(forest, self._training, g.sampler, g.seed, self._next)
        self._parts.append(forest)
        self._next += n_trees

    @property
    def forest(self) -> Forest:
        return join(self._parts)

    @property
    def out_of_bag(self) -> NDArray[np.float64]:
        return self._seen.mean


def fit_mixture(
    training: TrainingSet,
    linear: LinearModel,
    exact: NDArray[np.floating],
    tree_columns: NDArray[np.int64] | None,
    n_trees: int,
    limits: GrowthLimits,
    seed: int,
    n_jobs: int | None = None,
    verbose: int = 0,
) -> Mixture:
    """Grow both kinds of trees, weigh them, and make one forest of them.

    Half of the trees learn the residuals of the linear model, half the series itself, on rows drawn one by
    one; a kind that gets no weight is left out, and the other one grown to ``n_trees``. Without any weight
    the trees are those of the residuals, and count nothing. ``exact`` (n, p) are the rows before they were
    rounded to float32, ``tree_columns`` the columns that trees may split on.
    """
    fitted = linear.baseline.at(exact)
    residuals = training.y - fitted
    columns = training.columns
    subset = np.arange(len(columns.lags)) if tree_columns is None else tree_columns
    on_subset = _restricted(training, subset)
    growth = _Growth(IID().fit(training.observed), limits, seed, n_jobs, verbose)
    of_residuals = _Group(replace(on_subset, y=residuals), growth, 0)
    of_rows = _Group(on_subset, growth, _FIRST_ROW_TREE)

    of_residuals.grow(n_trees - n_trees // 2)
    of_rows.grow(n_trees // 2)
    a = b = 0.0
    if np.abs(residuals).max() > _ROUNDING * training.scale:
        a, b = mixture_weights(
            residuals, of_residuals.out_of_bag, of_rows.out_of_bag - fitted, linear.n_parameters
        )
    if a > 0.0 and b > 0.0:
        parts = [(of_residuals, a), (of_rows, b)]
    elif b > 0.0:
        of_rows.grow(n_trees - n_trees // 2)
        parts = [(of_rows, b)]
    else:
        of_residuals.grow(n_trees // 2)
        parts = [(of_residuals, a)]
    baseline = linear.baseline.times(1.0 - b)
    forest = mix([group.forest for group, _ in parts], [weight for _, weight in parts], baseline)
    predicted = (1.0 - b) * fitted
    for group, weight in parts:
        predicted += weight * group.out_of_bag if weight else 0.0
    return Mixture(on_all_columns(forest, subset, columns), a, b, predicted, growth.sampler)


def _restricted(training: TrainingSet, subset: NDArray[np.int64]) -> TrainingSet:
    """The same rows with some of the columns; rows are drawn, so what the columns are does not matter."""
    X = np.ascontiguousarray(training.X[:, subset])
    return TrainingSet(X, training.y, Columns.of([None] * len(subset)), training.observed)
