"""Quantiles at rows: the levels that a user asks for, and which targets a forest reads them from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forest.forest import Forest
from ..forest.leaf_contents import LeafContents, Sample
from ..resampling.base import RowSampler, Sampler

__all__ = ["check_levels", "leaf_quantiles", "residual_quantiles"]


def check_levels(quantiles: Any) -> NDArray[np.float64]:
    """``quantiles`` as an array of no dimension for a number, of one for a sequence."""
    must = "it must be a number between 0 and 1 (0.9 for 90 %) or a sequence of such numbers"
    try:
        levels = np.asarray(quantiles)
    except ValueError:  # a ragged list
        raise TypeError(f"quantiles={quantiles!r} is not possible: {must}.") from None
    if levels.dtype.kind not in "iuf":
        raise TypeError(f"quantiles={quantiles!r} is not possible: {must}.")
    if levels.ndim > 1 or levels.size == 0:
        raise ValueError(f"quantiles of shape {levels.shape} is not possible: {must}.")
    wrong = levels[~((levels >= 0) & (levels <= 1))]  # NaN is neither
    if wrong.size:
        raise ValueError(f"quantiles has the value {wrong[0]:g}: {must}.")
    return levels.astype(np.float64)


def leaf_quantiles(
    forest: Forest,
    sampler: Sampler,
    sample: Sample,
    rows: NDArray[np.float32],
    levels: NDArray[np.float64],
    n_jobs: int | None,
) -> NDArray[np.float64]:
    """Quantiles of the targets that the trees were grown on; (n_rows, n_levels), or (n_rows,) for one number.

    ``rows`` float32 (n_rows, p); ``levels`` as `check_levels` gives them.
    """
    if isinstance(sampler, RowSampler):
        contents = LeafContents.of_rows(forest, rows, sample, sampler, n_jobs)
    else:
        contents = LeafContents.of_series(forest, rows, sample, sampler, n_jobs)
    return _read(contents, forest, rows, levels, n_jobs)


def residual_quantiles(
    forest: Forest,
    residuals: NDArray[np.float64],
    sample: Sample,
    rows: NDArray[np.float32],
    levels: NDArray[np.float64],
    n_jobs: int | None,
) -> NDArray[np.float64]:
    """Quantiles of the ``residuals`` (n,) of observed rows, NaN left out; shapes as of `leaf_quantiles`."""
    contents = LeafContents.of_rows(forest, rows, replace(sample, y=residuals), None, n_jobs)
    return _read(contents, forest, rows, levels, n_jobs)


def _read(
    contents: LeafContents,
    forest: Forest,
    rows: NDArray[np.float32],
    levels: NDArray[np.float64],
    n_jobs: int | None,
) -> NDArray[np.float64]:
    out = contents.quantiles(forest, rows, levels.ravel(), n_jobs)
    return out.reshape(len(rows), *levels.shape)
