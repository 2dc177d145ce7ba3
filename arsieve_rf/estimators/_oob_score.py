"""`oob_score`: whether it can be had, and the R² of out-of-bag predictions."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..resampling.base import Strategy
from ._parameters import check_flag

__all__ = ["check_oob_score", "out_of_bag_r2"]


def check_oob_score(value: Any, strategy: Strategy, bootstrap: Any) -> bool:
    """``value`` as a bool, which cannot be true of trees that leave no row out."""
    wanted = check_flag("oob_score", value)
    if wanted and not strategy.has_out_of_bag:
        raise ValueError(
            f"oob_score=True cannot be used with bootstrap={bootstrap!r}: its trees leave no observed row "
            "out, so an out-of-bag score would be an in-sample one. Use a hold-out at the end of the series."
        )
    return wanted


def out_of_bag_r2(y: NDArray[np.float64], predictions: NDArray[np.float64], unit: float) -> float:
    """R² over the rows whose prediction is not NaN, with a warning where it is; NaN for fewer than two rows.

    ``unit`` is a power of two near the spread of ``y`` (n,): division by it rounds nothing and keeps squares
    inside float64.
    """
    from sklearn.metrics import r2_score  # slow to import, and seldom needed

    seen = np.isfinite(predictions)
    if not seen.all():
        warnings.warn(
            f"{np.sum(~seen)} of {len(seen)} rows were drawn by every tree and have no out-of-bag "
            "prediction; more trees (n_estimators) give each row one.",
            UserWarning,
            stacklevel=4,
        )
    return float(r2_score(y[seen] / unit, predictions[seen] / unit)) if seen.sum() > 1 else np.nan
