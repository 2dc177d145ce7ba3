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

_JOINED = ("left", "feature", "threshold", "n_samples", "impurity")


def join(forests: Sequence[Forest], **changed: Any) -> Forest:
    """All trees of forests of the same columns and scale, one forest after another; ``changed`` as given."""
    if len(forests) == 1:
        return replace(forests[0], **changed)
    offsets = np.cumsum([0, *(len(forest.left) for forest in forests[:-1])])
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(f, name) for f in forests]) for name in _JOINED if name not in changed
    }
    roots = np.concatenate([f.roots + offset for f, offset in zip(forests, offsets)])
    return replace(forests[0], **joined, **changed, roots=roots)


def mix(forests: Sequence[Forest], weights: Sequence[float], baseline: Baseline | None = None) -> Forest:
    """A forest whose mean is the baseline plus the weighted sum of the forests' means.

    Leaf values of a forest with B_g of all B trees are multiplied by its weight times B / B_g, so that the
    plain mean over all trees is the weighted sum. The forests are of the same columns and have no baseline.
    """
    total = sum(map(len, forests))
    scale = max(forest.scale for forest in forests)
    factors = [w * total / len(f) for f, w in zip(forests, weights, strict=True)]
    squares = [(a * (f.scale / scale)) ** 2 for f, a in zip(forests, factors)]
    # one field at a time, since large forests lie in memory already: leaf values multiplied, impurities
    # in units of scale**2
    threshold = np.concatenate(
        [np.where(f.left < 0, f.threshold * a, f.threshold) for f, a in zip(forests, factors)]
    )
    impurity = np.concatenate([(f.impurity * s).astype(np.float32) for f, s in zip(forests, squares)])
    return join(forests, threshold=threshold, impurity=impurity, scale=scale, baseline=baseline)


def on_all_columns(forest: Forest, subset: NDArray[np.int64], columns: Columns) -> Forest:
    """A forest grown on some columns as one of the whole matrix.

    ``subset`` int64 holds the numbers of its columns among ``columns``.
    """
    numbers = subset.astype(columns.number_dtype)
    feature = np.where(forest.left >= 0, numbers[forest.feature.clip(0)], forest.feature)
    return replace(forest, feature=feature, columns=columns)
