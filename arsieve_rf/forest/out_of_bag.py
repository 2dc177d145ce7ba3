"""Predictions for each row from the trees that did not draw it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._kernels.rng import ROLE_DRAW, stream_keys
from .._kernels.traverse import out_of_bag_sums
from ..resampling.base import RowSampler
from .forest import Forest
from .training import TrainingSet

__all__ = ["OutOfBag"]

_TREES_A_CHUNK = 64


@dataclass(frozen=True)
class OutOfBag:
    """For each row, the sum and the number of the values of trees that did not draw it."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(
        cls, forest: Forest, training: TrainingSet, sampler: RowSampler, seed: int, first: int = 0
    ) -> OutOfBag:
        """Send the rows down the trees, whose first one was grown with the number ``first``.

        The draws are made again from the trees' streams rather than kept.
        """
        n = len(training.y)
        sums, counts = np.zeros(n), np.zeros(n, np.int64)
        for start in range(0, len(forest), _TREES_A_CHUNK):
            count = min(_TREES_A_CHUNK, len(forest) - start)
            drawn = sampler.draw(stream_keys(seed, first + start, count, ROLE_DRAW))
            roots = forest.roots[start : start + count]
            out_of_bag_sums(
                training.X, drawn, roots, forest.left, forest.feature, forest.threshold, sums, counts
            )
        return cls(sums, counts)

    def __add__(self, other: OutOfBag) -> OutOfBag:
        """Of both forests together."""
        return OutOfBag(self.sums + other.sums, self.counts + other.counts)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean over the trees that did not draw a row, shape (n,); NaN where every tree drew it."""
        nothing = np.full(len(self.sums), np.nan)
        return np.divide(self.sums, self.counts, out=nothing, where=self.counts > 0)
