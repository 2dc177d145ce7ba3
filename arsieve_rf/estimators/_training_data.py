"""A feature matrix, its targets and what its columns are, as the forest floor takes them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forest.columns import Columns
from ..forest.training import TrainingSet
from ..resampling.base import Observed, Strategy
from ._groups import read_groups
from ._lag_detection import LagStructure, detect_lags

__all__ = ["find_lags", "in_float32", "training_set"]

_FLOAT32_MAX = float(np.finfo(np.float32).max)
# simulated series may leave the observed range; so far from the end of float32 they stay inside it
_LARGEST_LAG_VALUE = 1e36
# the sum over all trees must stay inside float64, and so must simulated targets
_LARGEST_TARGET = 1e300


def find_lags(
    X: NDArray, y: NDArray, names: Any, lags: Any, groups: Any, strategy: Strategy, looks_at_time: bool
) -> LagStructure:
    """What the columns are, for a bootstrap that may look at the order of rows or not."""
    if not looks_at_time and isinstance(lags, str) and lags == "auto":
        lags = [None] * X.shape[1]  # nothing to find, and shuffled rows are no fault here
    structure = detect_lags(X, y, names, lags, read_groups(groups, len(y)))
    for message in structure.warnings:
        warnings.warn(message, UserWarning, stacklevel=4)
    if strategy.draws == "series" and structure.max_lag == 0:
        warnings.warn(
            "no column of X is a lag of y: the sieve regresses y on X linearly and resamples the "
            "errors, which keeps linear effects only. Add lags of y as columns, say which they are by "
            "lags=[...], or choose bootstrap='iid'.",
            UserWarning,
            stacklevel=4,
        )
    return structure


def in_float32(X: NDArray) -> NDArray[np.float32]:
    """Rows as trees see them."""
    largest = float(np.abs(X).max())
    if largest > _FLOAT32_MAX:
        raise ValueError(
            f"X contains {largest:g}, too large for float32 (at most {_FLOAT32_MAX:.3g}): change the unit."
        )
    return np.ascontiguousarray(X, dtype=np.float32)


def training_set(X: NDArray, y: NDArray, structure: LagStructure, draws: int) -> TrainingSet:
    """What trees are grown from, after a look at sizes; ``draws`` is the number of rows drawn for a tree."""
    rows = in_float32(X)
    limit = _LARGEST_LAG_VALUE if structure.max_lag else _LARGEST_TARGET
    if float(np.abs(y).max()) > limit:
        reason = "with lags of y among the columns " if structure.max_lag else ""
        raise ValueError(
            f"y contains {np.abs(y).max():g}; {reason}it must lie within ±{limit:g}: change its unit."
        )
    _warn_if_float32_loses(X, y, structure)
    weights = {entry.column: np.append(entry.intercept, entry.weights) for entry in structure.linear}
    columns = Columns.of(list(structure.lags), weights)
    fixed = X[:, columns.fixed].astype(np.float64) if len(columns.fixed) else None
    observed = Observed(structure.series, structure.max_lag, fixed, draws)
    return TrainingSet(rows, y, columns, observed)


def _warn_if_float32_loses(X: NDArray, y: NDArray, structure: LagStructure) -> None:
    """A series that varies little around a large level, or hardly at all, loses its digits in float32."""
    if structure.max_lag == 0:
        return
    single = np.finfo(np.float32)
    largest = float(np.abs(y).max())
    spread = float(np.std(y / largest)) * largest if largest > 0.0 else 0.0  # whose squares may underflow
    step = max(largest * float(single.eps), float(single.smallest_subnormal))
    if spread > 0.0 and step > 0.01 * spread:
        warnings.warn(
            f"y varies by {spread:.3g} around {np.mean(y):.6g}: as float32 features its lags keep steps of "
            f"{step:.2g} only. Subtract a constant from y and its lags, or change their unit, first.",
            UserWarning,
            stacklevel=5,
        )
