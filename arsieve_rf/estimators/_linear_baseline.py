"""The linear model that ``bootstrap="auto"`` starts from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forest.baseline import Baseline
from ..resampling.ar_average import average_ar
from ..resampling.ar_segments import fit_ar_segments
from ._lag_structure import LagStructure

__all__ = ["LinearModel", "ar_baseline", "linear_baseline"]

FloatArray = NDArray[np.float64]


class LinearModel:
    """A baseline and the number of coefficients that it took.

    Attributes
    ----------
    baseline : Baseline
    n_parameters : float
        Effective number of coefficients, the intercept aside.
    """

    def __init__(self, baseline: Baseline, n_parameters: float) -> None:
        self.baseline = baseline
        self.n_parameters = n_parameters


def linear_baseline(
    X: NDArray, y: FloatArray, structure: LagStructure, order: Any, max_order: int | None, method: str
) -> LinearModel:
    """Fit the baseline to the columns of a feature matrix.

    An AR model, as the sieve would simulate from, where the columns are lags 1..p and nothing else: averaged over
    orders where AIC is to choose the order. Least squares on all columns otherwise, as far as there are rows for it.
    """
    p = len(structure.lags)
    if sorted(lag or 0 for lag in structure.lags) == list(range(1, p + 1)):
        return _autoregression(y, structure, order, max_order, method)
    return _least_squares(np.asarray(X, dtype=np.float64), y)


def _autoregression(
    y: FloatArray, structure: LagStructure, order: Any, max_order: int | None, method: str
) -> LinearModel:
    coef, n_parameters = ar_baseline(structure.series, order, max_order, method)
    lags = np.array(structure.lags, np.int64)
    kept = np.zeros(len(lags))
    kept[: len(coef)] = coef[: len(lags)]
    weights = kept[lags - 1]
    mean = float(np.clip(np.mean(y / len(y)) * len(y), y.min(), y.max()))
    return LinearModel(Baseline(mean * (1.0 - float(weights.sum())), weights), n_parameters)


def ar_baseline(
    series: tuple[FloatArray, ...] | list[FloatArray], order: Any, max_order: int | None, method: str
) -> tuple[FloatArray, float]:
    """Coefficients of an AR model and their effective number."""
    if isinstance(order, str) and order == "aic":
        averaged = average_ar(series, max_order)
        return averaged.coef, averaged.n_parameters
    fit = fit_ar_segments(list(series), order, max_order, method).ar
    return fit.coef, float(fit.order)


def _least_squares(X: FloatArray, y: FloatArray) -> LinearModel:
    """Minimum-norm least squares on standardised columns; the mean where there are too few rows."""
    n, p = X.shape
    unit = _power_of_two(y)
    target = y / unit
    centre = float(target.mean())
    if n <= 2 * p + 2:
        return LinearModel(Baseline(centre * unit, np.zeros(p)), 0.0)
    units = np.array([_power_of_two(column) for column in X.T])
    scaled = X / units
    means = scaled.mean(axis=0)
    spread = np.sqrt(np.mean((scaled - means) ** 2, axis=0))
    used = spread > 1e-12
    design = (scaled[:, used] - means[used]) / spread[used]
    solution, _, rank, _ = np.linalg.lstsq(design, target - centre, rcond=1e-10)
    slopes = np.zeros(p)
    slopes[used] = solution / spread[used]
    with np.errstate(over="ignore", under="ignore"):
        weights = slopes / units * unit
        intercept = (centre - float(slopes @ means)) * unit
    if not (np.isfinite(weights).all() and math.isfinite(intercept)):
        return LinearModel(Baseline(centre * unit, np.zeros(p)), 0.0)
    return LinearModel(Baseline(intercept, weights), float(rank))


def _power_of_two(values: FloatArray) -> float:
    """Near the largest absolute value; dividing by it rounds nothing."""
    exponent = math.frexp(float(np.abs(values).max()))[1]
    return math.ldexp(1.0, min(max(exponent, -1021), 1022))
