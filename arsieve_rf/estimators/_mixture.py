"""``bootstrap="auto"``: a linear model and two kinds of trees, weighed by their out-of-bag errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..forest.baseline import Baseline
from ..forest.columns import Columns
from ..forest.forest import Forest
from ..forest.grow import grow_forest
from ..forest.mixing import mix, on_all_columns
from ..forest.out_of_bag import out_of_bag_mean
from ..forest.training import GrowthLimits, TrainingSet
from ..resampling.base import RowSampler
from ..resampling.iid import IID
from ._linear_baseline import LinearModel

__all__ = ["Mixture", "fit_mixture", "mixture_weights"]

FloatArray = NDArray[np.float64]

_FIRST_ROW_TREE = 1 << 40  # trees of the series itself draw from other streams than those of the residuals
_LEAST_ROWS = 8


@dataclass(frozen=True)
class Mixture:
    """What ``bootstrap="auto"`` fits.

    Attributes
    ----------
    forest : Forest
        Baseline and all trees, so that its mean is the mixture's forecast.
    residual_trees, row_trees : float
        Weights of the trees of the residuals and of the trees of the series itself; the linear model has weight
        ``1 - row_trees``.
    out_of_bag : ndarray of float64, shape (n,)
        Forecasts of the rows, trees out of bag, the linear model in sample; NaN where every tree drew a row.
    sampler : RowSampler
    """

    forest: Forest
    residual_trees: float
    row_trees: float
    out_of_bag: FloatArray
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
class _Group:
    """Trees of one kind, and what more of them need."""

    training: TrainingSet
    sampler: RowSampler
    limits: GrowthLimits
    seed: int
    n_jobs: int | None
    verbose: int
    first: int

    def grow(self, n_trees: int, already: int = 0) -> Forest:
        return grow_forest(
            self.training,
            self.sampler,
            n_trees,
            self.limits,
            self.seed,
            self.n_jobs,
            self.verbose,
            self.first + already,
        )

    def out_of_bag(self, forest: Forest) -> FloatArray:
        return out_of_bag_mean(forest, self.training, self.sampler, self.seed, self.first)


def fit_mixture(
    training: TrainingSet,
    linear: LinearModel,
    exact: NDArray,
    tree_columns: NDArray[np.int64] | None,
    n_trees: int,
    limits: GrowthLimits,
    seed: int,
    n_jobs: int | None = None,
    verbose: int = 0,
) -> Mixture:
    """Grow both kinds of trees, weigh them, and make one forest of them.

    Half of the trees learn the residuals of the linear model, half the series itself, on rows drawn one by one;
    a kind that gets no weight is left out, and the other one grown to ``n_trees``. ``exact`` (n, p) are the rows
    before they were rounded to float32, ``tree_columns`` the columns that trees may split on.
    """
    fitted = linear.baseline.at(exact)
    residuals = training.y - fitted
    columns = training.columns
    subset = np.arange(len(columns.lags)) if tree_columns is None else tree_columns
    on_subset = _restricted(training, subset)
    sampler = IID().fit(training.observed)
    common = (sampler, limits, seed, n_jobs, verbose)
    residual = _Group(replace(on_subset, y=residuals), *common, 0)
    rows = _Group(on_subset, *common, _FIRST_ROW_TREE)

    n_residual = (n_trees + 1) // 2
    n_rows = n_trees - n_residual
    residual_forest = residual.grow(n_residual)
    first = residual.out_of_bag(residual_forest)
    row_forest = rows.grow(n_rows) if n_rows else None
    second = rows.out_of_bag(row_forest) if row_forest is not None else np.full(len(first), np.nan)
    a, b = mixture_weights(residuals, first, second - fitted, linear.n_parameters)
    if row_forest is None or b == 0.0:
        forests, weights = [residual_forest], [a]
        if n_rows:
            forests.append(residual.grow(n_rows, n_residual))
            weights = [a * n_residual / n_trees, a * n_rows / n_trees]
    elif a == 0.0:
        forests = [row_forest, rows.grow(n_residual, n_rows)]
        weights = [b * n_rows / n_trees, b * n_residual / n_trees]
    else:
        forests, weights = [residual_forest, row_forest], [a, b]
    baseline = Baseline((1.0 - b) * linear.baseline.intercept, (1.0 - b) * linear.baseline.weights)
    forest = on_all_columns(mix(forests, weights, baseline), subset, columns)
    predicted = fitted + (a * first if a else 0.0) + (b * (second - fitted) if b else 0.0)
    return Mixture(forest, a, b, predicted, sampler)


def _restricted(training: TrainingSet, subset: NDArray[np.int64]) -> TrainingSet:
    """The same rows with some of the columns; rows are drawn, so what the columns are does not matter."""
    X = np.ascontiguousarray(training.X[:, subset])
    return TrainingSet(X, training.y, Columns.of([None] * len(subset)), training.observed)


def mixture_weights(
    residuals: FloatArray, residual_trees: FloatArray, row_trees: FloatArray, n_parameters: float
) -> tuple[float, float]:
    """Weights a and b of the two kinds of trees.

    Their directions minimise the mean of ``(r - a f - b g)**2`` over the rows, with ``a, b >= 0`` and
    ``a + b <= 1``, where r are the residuals of the linear model, f the out-of-bag forecasts of r, and g those of
    the series itself minus the linear model. As r is in sample, the linear model looks better than it is, by
    ``2 (1 - b) n_parameters mean(r**2) / n``; that is added. A convex programme in two variables: its solution is
    the stationary point if that lies in the triangle, and otherwise on one of the three edges.

    Two weights that are estimated always find something. The solution is multiplied by its Akaike weight against
    the linear model alone, ``1 / (1 + exp(2 - n log(L0 / L) / 2))`` with L0 and L the mean squared errors without and
    with trees, which leaves next to nothing of a chance find in a short series and all of a clear one.

    Parameters
    ----------
    residuals, residual_trees, row_trees : ndarray of float64, shape (n,)
        r, f and g; rows with NaN in f are left out; NaN throughout in g rules b out.
    n_parameters : float
        Effective number of coefficients of the linear model.

    Returns
    -------
    a, b : float
        Both 0 with fewer than 8 rows, or where nothing is left to explain.
    """
    with_rows = not np.isnan(row_trees).all()
    g = row_trees if with_rows else np.zeros(len(residuals))
    known = ~(np.isnan(residual_trees) | np.isnan(g))
    r, f, g = residuals[known], residual_trees[known], g[known]
    size = float(np.abs(r).max(initial=0.0))
    if len(r) < _LEAST_ROWS or size == 0.0:
        return 0.0, 0.0
    unit = 2.0 ** np.clip(np.frexp(size)[1], -1021, 1022)
    r, f, g = r / unit, f / unit, g / unit
    quadratic = np.array([[np.mean(f * f), np.mean(f * g)], [np.mean(f * g), np.mean(g * g)]])
    optimism = n_parameters * np.mean(r * r) / len(r)
    linear = np.array([np.mean(r * f), (np.mean(r * g) + optimism) if with_rows else -1.0])
    candidates = [*_on_edges(quadratic, linear)]
    determinant = float(np.linalg.det(quadratic))
    if determinant > 1e-12 * float(np.prod(np.diag(quadratic))):
        inner = np.linalg.solve(quadratic, linear)
        if inner.min() >= 0.0 and inner.sum() <= 1.0:
            candidates = [inner]
    losses = [w @ quadratic @ w - 2.0 * w @ linear for w in candidates]
    best = candidates[int(np.argmin(losses))]
    alone = float(np.mean(r * r)) + 2.0 * optimism
    share = _akaike_weight(len(r) * np.log(alone / max(alone + min(losses), 1e-30 * alone)))
    return share * float(best[0]), share * float(best[1])


def _akaike_weight(gain: float) -> float:
    """Weight of a model with two more parameters, ``gain`` being the fall of -2 log-likelihood."""
    return float(1.0 / (1.0 + np.exp(np.clip((4.0 - gain) / 2.0, -500.0, 500.0))))


def _on_edges(quadratic: FloatArray, linear: FloatArray) -> list[FloatArray]:
    """Minimum on each edge of the triangle; the corner (0, 0) first, so that it wins ties."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = [corners[0]]
    for start, end in ((0, 1), (0, 2), (1, 2)):
        way = corners[end] - corners[start]
        curvature = way @ quadratic @ way
        slope = way @ (linear - quadratic @ corners[start])
        step = float(np.clip(slope / curvature, 0.0, 1.0)) if curvature > 0.0 else float(slope > 0.0)
        found.append(corners[start] + step * way)
    return found
