"""Several forests and a baseline as one forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .baseline import Baseline
from .columns import Columns
from .forest import Forest

__all__ = ["mix", "on_all_columns"]


def mix(forests: Sequence[Forest], weights: Sequence[float], baseline: Baseline | None) -> Forest:
    """A forest whose mean is the baseline plus the weighted sum of the forests' means.

    Leaf values of a forest are multiplied by its weight and by the share of all trees that it does not have, so that
    the plain mean over all trees is the weighted sum. The forests are of the same columns.
    """
    total, scale = sum(map(len, forests)), forests[0].scale
    parts = [_scaled(f, w * total / len(f), scale) for f, w in zip(forests, weights, strict=True)]
    offsets = np.cumsum([0, *(len(part.left) for part in parts)])
    names = ("left", "feature", "threshold", "n_samples", "impurity", "importances")
    return Forest(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
        roots=np.concatenate([part.roots + offset for part, offset in zip(parts, offsets)]),
        columns=parts[0].columns,
        scale=scale,
        baseline=baseline,
    )


def _scaled(forest: Forest, factor: float, scale: float) -> Forest:
    """Leaf values multiplied; impurities and importances in units of ``scale**2``."""
    if factor == 1.0 and forest.scale == scale:
        return forest
    square = (factor * (forest.scale / scale)) ** 2
    return replace(
        forest,
        threshold=np.where(forest.left < 0, forest.threshold * factor, forest.threshold),
        impurity=(forest.impurity * square).astype(np.float32),
        importances=forest.importances * square,
        scale=scale,
    )


def on_all_columns(forest: Forest, subset: np.ndarray, columns: Columns) -> Forest:
    """A forest grown on some columns as one of the whole matrix.

    ``subset`` int64 holds the numbers of its columns among ``columns``.
    """
    feature = np.where(forest.left >= 0, subset[np.maximum(forest.feature, 0)], forest.feature)
    importances = np.zeros((len(forest), len(columns.lags)))
    importances[:, subset] = forest.importances
    return replace(forest, feature=feature.astype(np.int32), importances=importances, columns=columns)
