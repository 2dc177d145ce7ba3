"""The linear model that ``bootstrap="auto"`` starts from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forest.baseline import Baseline
from ..resampling.ar_average import average_ar
from ..resampling.ar_model import ARFit
from ..resampling.ar_segments import fit_ar_segments
from ._lag_structure import LagStructure

__all__ = ["LinearModel", "ar_baseline", "linear_baseline"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A baseline and what its fit took.

    Attributes
    ----------
    baseline : Baseline
        The model as a function of the columns.
    n_parameters : float
        Effective number of coefficients, the intercept aside.
    ar : ARFit or None
        The AR model that the options choose, where the columns are lags 1..p and nothing else.
    """

    baseline: Baseline
    n_parameters: float
    ar: ARFit | None = None


def linear_baseline(
    X: NDArray, y: FloatArray, structure: LagStructure, order: Any, max_order: int | None, method: str
) -> LinearModel:
    """Fit the baseline to the columns of a feature matrix.

    An AR model, as the sieve would simulate from, where the columns are lags 1..p and nothing else. Least
    squares on all columns otherwise, as far as there are rows for it: with too few of them first the longest
    lags are left out, then every other column.
    """
    p = len(structure.lags)
    if sorted(lag or 0 for lag in structure.lags) == list(range(1, p + 1)):
        return _autoregression(y, structure, order, max_order, method)
    used = _affordable(structure, len(y))
    return _least_squares(np.asarray(X, dtype=np.float64), y, used)


def ar_baseline(
    series: Sequence[FloatArray], order: Any, max_order: int | None, method: str, max_lag: int | None = None
) -> tuple[FloatArray, float]:
    """Coefficients of an AR model of at most ``max_lag`` lags, and their effective number.

    Averaged over orders where AIC is to choose the order and the method gives all of them, otherwise those of
    the order that the options say.
    """
    if isinstance(order, str) and order == "aic" and method != "ols":
        averaged = average_ar(series, max_order, method=method, max_lag=max_lag)
        return averaged.coef, averaged.n_parameters
    fit = fit_ar_segments(series, order, max_order, method).ar
    if max_lag is not None and fit.order > max_lag:
        lower = order if isinstance(order, str) else max_lag
        fit = fit_ar_segments(series, lower, max_lag, method).ar
    return fit.coef, float(fit.order)


def _autoregression(
    y: FloatArray, structure: LagStructure, order: Any, max_order: int | None, method: str
) -> LinearModel:
    lags = np.array(structure.lags, np.int64)
    coef, n_parameters = ar_baseline(structure.series, order, max_order, method, len(lags))
    by_lag = np.zeros(len(lags))
    by_lag[: len(coef)] = coef
    weights = by_lag[lags - 1]
    intercept = _mean(y) * (1.0 - float(weights.sum()))
    ar = fit_ar_segments(structure.series, order, max_order, method).ar
    return LinearModel(Baseline(intercept, weights), n_parameters, ar)


def _affordable(structure: LagStructure, n_rows: int) -> IntArray:
    """Columns that leave more than two rows to a parameter, shortest lags last to go."""
    budget = max((n_rows - 3) // 2, 0)
    lags = np.array([lag or 0 for lag in structure.lags], np.int64)
    others = np.flatnonzero(lags == 0)
    by_lag = np.argsort(lags, kind="stable")[len(others) :]
    if len(others) > budget:
        return by_lag[:budget]
    return np.concatenate([others, by_lag[: budget - len(others)]])


def _least_squares(X: FloatArray, y: FloatArray, used: IntArray) -> LinearModel:
    """Minimum-norm least squares of y on some columns, standardised."""
    unit = _power_of_two(y)
    target = y / unit
    centre = _mean(target)
    flat = LinearModel(Baseline(centre * unit, np.zeros(X.shape[1])), 0.0)
    if not len(used):
        return flat
    units = np.array([_power_of_two(column) for column in X[:, used].T])
    scaled = X[:, used] / units
    means = scaled.mean(axis=0)
    spread = np.sqrt(np.mean((scaled - means) ** 2, axis=0))
    varying = spread > 1e-12
    design = (scaled[:, varying] - means[varying]) / spread[varying]
    solution, _, rank, _ = np.linalg.lstsq(design, target - centre, rcond=1e-10)
    slopes = np.zeros(len(used))
    slopes[varying] = solution / spread[varying]
    weights = np.zeros(X.shape[1])
    with np.errstate(over="ignore", under="ignore"):
        weights[used] = slopes / units * unit
        intercept = (centre - float(slopes @ means)) * unit
    # columns that are far smaller than y may ask for weights that float64 does not hold
    if not (np.isfinite(weights).all() and math.isfinite(intercept)):
        return flat
    return LinearModel(Baseline(intercept, weights), float(rank))


def _mean(y: FloatArray) -> float:
    """Mean without overflow; exactly the value of a constant."""
    return float(np.clip(np.mean(y / len(y)) * len(y), y.min(), y.max()))


def _power_of_two(values: FloatArray) -> float:
    """Near the largest absolute value; dividing by it rounds nothing."""
    exponent = math.frexp(float(np.abs(values).max()))[1]
    return math.ldexp(1.0, min(max(exponent, -1021), 1022))
