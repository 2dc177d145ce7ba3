"""Predictions for each row from the trees that did not draw it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._kernels.rng import ROLE_DRAW, stream_keys
from .._kernels.traverse import out_of_bag_sums
from ..resampling.base import RowSampler
from .forest import Forest
from .training import TrainingSet

__all__ = ["out_of_bag_mean"]

_TREES_A_CHUNK = 64


def out_of_bag_mean(
    forest: Forest, training: TrainingSet, sampler: RowSampler, seed: int, first_tree: int = 0
) -> NDArray[np.float64]:
    """Mean over the trees that did not draw a row, shape (n,); NaN where every tree drew it.

    The draws are made again from the trees' streams rather than kept; ``first_tree`` is the number that the first
    tree was grown with.
    """
    n = len(training.y)
    sums, counts = np.zeros(n), np.zeros(n, np.int64)
    for first in range(0, len(forest), _TREES_A_CHUNK):
        count = min(_TREES_A_CHUNK, len(forest) - first)
        weights = sampler.draw(stream_keys(seed, first_tree + first, count, ROLE_DRAW))
        roots = forest.roots[first : first + count]
        out_of_bag_sums(
            training.X, weights, roots, forest.left, forest.feature, forest.threshold, sums, counts
        )
    return np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0)
