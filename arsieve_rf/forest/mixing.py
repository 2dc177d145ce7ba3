"""Several forests and a baseline as one forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .baseline import Baseline
from .columns import Columns
from .forest import Forest

__all__ = ["join", "mix", "on_all_columns"]

_JOINED = ("left", "feature", "threshold", "n_samples", "impurity", "importances")


def join(forests: Sequence[Forest]) -> Forest:
    """All trees of forests of the same columns and scale, one forest after another."""
    offsets = np.cumsum([0, *(len(forest.left) for forest in forests[:-1])])
    joined: dict[str, Any] = {name: np.concatenate([getattr(f, name) for f in forests]) for name in _JOINED}
    return replace(
        forests[0], **joined, roots=np.concatenate([f.roots + offset for f, offset in zip(forests, offsets)])
    )


def mix(forests: Sequence[Forest], weights: Sequence[float], baseline: Baseline | None = None) -> Forest:
    """A forest whose mean is the baseline plus the weighted sum of the forests' means.

    Leaf values of a forest with B_g of all B trees are multiplied by its weight times B / B_g, so that the
    plain mean over all trees is the weighted sum. The forests are of the same columns and have no baseline.
    """
    total = sum(map(len, forests))
    scale = max(forest.scale for forest in forests)
    scaled = [_scaled(f, w * total / len(f), scale) for f, w in zip(forests, weights, strict=True)]
    return replace(join(scaled), baseline=baseline)


def _scaled(forest: Forest, factor: float, scale: float) -> Forest:
    """Leaf values multiplied; impurities and importances in units of ``scale**2``."""
    square = (factor * (forest.scale / scale)) ** 2
    return replace(
        forest,
        threshold=np.where(forest.left < 0, forest.threshold * factor, forest.threshold),
        impurity=(forest.impurity * square).astype(np.float32),
        importances=forest.importances * square,
        scale=scale,
    )


def on_all_columns(forest: Forest, subset: NDArray[np.int64], columns: Columns) -> Forest:
    """A forest grown on some columns as one of the whole matrix.

    ``subset`` int64 holds the numbers of its columns among ``columns``.
    """
    feature = np.where(forest.left >= 0, subset[np.maximum(forest.feature, 0)], forest.feature)
    importances = np.zeros((len(forest), len(columns.lags)))
    importances[:, subset] = forest.importances
    return replace(forest, feature=feature.astype(np.int32), importances=importances, columns=columns)
