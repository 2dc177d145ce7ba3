"""What a regressor grows: a forest of one kind of trees, or the mixture of ``bootstrap="auto"``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..forest.forest import Forest
from ..forest.grow import grow_forest
from ..forest.out_of_bag import OutOfBag
from ..forest.training import TrainingSet
from ..resampling.ar_model import ARFit
from ..resampling.base import RowSampler, Sampler, Strategy
from ._linear_baseline import LinearModel
from ._mixture import fit_mixture

__all__ = ["Grown", "grow_mixture", "grow_one_kind"]


@dataclass(frozen=True, eq=False)
class Grown:
    """A forest and what was fitted for it.

    Attributes
    ----------
    forest : Forest
    sampler : RowSampler or SeriesSampler
        Draws what a tree is trained on.
    ar : ARFit or None
    n_parameters : float
        Effective number of coefficients of the linear model.
    weights : dict or None
        Of the parts of a mixture.
    out_of_bag : ndarray of float64, shape (n,), or None
        Predictions of a mixture for its rows, which its weights needed.
    """

    forest: Forest
    sampler: Sampler
    ar: ARFit | None
    n_parameters: float
    weights: dict[str, float] | None = None
    out_of_bag: NDArray[np.float64] | None = None

    def rows_out_of_bag(self, training: TrainingSet, seed: int) -> NDArray[np.float64]:
        """Predictions for the rows by trees that have not drawn them, shape (n,); rows must be drawn."""
        if self.out_of_bag is not None:
            return self.out_of_bag
        return OutOfBag.of(self.forest, training, cast(RowSampler, self.sampler), seed).mean


def grow_mixture(
    training: TrainingSet,
    linear: LinearModel,
    exact: NDArray[np.floating],
    tree_columns: NDArray[np.int64] | None,
    *growth: Any,
) -> Grown:
    """For ``bootstrap="auto"``; arguments as of `fit_mixture`."""
    mixture = fit_mixture(training, linear, exact, tree_columns, *growth)
    return Grown(
        mixture.forest,
        mixture.sampler,
        linear.ar,
        linear.n_parameters,
        mixture.weights,
        mixture.out_of_bag,
    )


def grow_one_kind(training: TrainingSet, strategy: Strategy, *growth: Any) -> Grown:
    """For a single strategy; ``growth`` as `grow_forest` takes it after the sampler."""
    sampler = strategy.fit(training.observed)
    ar: ARFit | None = getattr(sampler, "ar_", None)
    forest = grow_forest(training, sampler, *growth)
    return Grown(forest, sampler, ar, 0.0 if ar is None else float(ar.order))
