"""What a fitted regressor misses on rows that its trees have not seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..forest.columns import Columns
from ..forest.forest import Forest
from ..forest.grow import grow_forest
from ..forest.leaf_contents import Sample
from ..forest.out_of_bag import OutOfBag
from ..forest.training import GrowthLimits, TrainingSet
from ..resampling.all_rows import AllRows, AllRowsSampler
from ..resampling.base import Observed, RowSampler, Sampler

__all__ = ["unseen_residuals"]

_FOLDS = 5
_MOST_TREES = 100  # of a fold, enough for its mean

FloatArray = NDArray[np.float64]


def unseen_residuals(forest: Forest, sampler: Sampler, sample: Sample, limits: GrowthLimits) -> FloatArray:
    """Targets minus predictions by trees that were not grown on them, shape (n,); NaN where there are none.

    Out of bag where trees leave rows out. A series sampler's trees were grown on other series altogether.
    Where each tree has all rows, a fifth of the rows after another is held out.
    """
    if isinstance(sampler, AllRowsSampler):
        return _held_out(len(forest), sample, limits)
    if isinstance(sampler, RowSampler):
        training = _rows(sample, np.arange(len(sample.y)))
        return sample.y - OutOfBag.of(forest, training, sampler, sample.seed).mean
    return sample.y - forest.mean(sample.X)


def _held_out(n_trees: int, sample: Sample, limits: GrowthLimits) -> FloatArray:
    n, n_columns = sample.X.shape
    # without a choice of columns all trees are the same one
    count = 1 if limits.max_features == n_columns else min(n_trees, _MOST_TREES)
    out = np.full(n, np.nan)
    for fold in np.array_split(np.arange(n), min(_FOLDS, n)):
        others = np.setdiff1d(np.arange(n), fold)
        training = _rows(sample, others)
        forest = grow_forest(training, AllRows().fit(training.observed), count, limits, sample.seed)
        out[fold] = sample.y[fold] - forest.mean(sample.X[fold])
    return out


def _rows(sample: Sample, rows: NDArray[np.int64]) -> TrainingSet:
    """Some rows as what trees are grown on; rows are drawn, so what the columns are does not matter."""
    y = sample.y[rows]
    observed = Observed((y,), 0, None, len(rows))
    columns = Columns.of([None] * sample.X.shape[1])
    return TrainingSet(np.ascontiguousarray(sample.X[rows]), y, columns, observed)
