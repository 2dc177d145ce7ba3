"""Errors of all methods on the same windows, in units that neither overflow nor underflow."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .._scaled import ldexp

__all__ = ["Errors"]

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-10  # relative to the largest value: smaller errors say how sums were taken, and nothing else
_LARGEST = 1e150  # in units of the largest value: squares of what explodes stay finite


@dataclass(frozen=True, eq=False)
class Errors:
    """What was observed and forecast.

    Attributes
    ----------
    y : ndarray of float64, shape (n_windows, h)
        Observed; NaN is missing.
    yhat, lower, upper : ndarray of float64, shape (n_methods, n_windows, h)
        Forecasts and bounds, NaN for methods without intervals.
    train : ndarray of float64, shape (n_train,)
        The series up to the first cutoff.
    """

    y: FloatArray
    yhat: FloatArray
    lower: FloatArray
    upper: FloatArray
    train: FloatArray

    @cached_property
    def exponent(self) -> int:
        """The unit is two to this power, the least above all observed absolute values."""
        largest = max(np.nanmax(np.abs(self.y), initial=0.0), np.nanmax(np.abs(self.train), initial=0.0))
        return int(np.frexp(largest)[1])

    def _scaled(self, values: FloatArray) -> FloatArray:
        return np.clip(np.ldexp(values, -self.exponent), -_LARGEST, _LARGEST)

    @cached_property
    def errors(self) -> FloatArray:
        """Forecast less observed, in units, shape (n_methods, n_windows, h); NaN where y is missing."""
        found = self._scaled(self.yhat) - self._scaled(self.y)
        found[np.abs(found) <= _ROUNDING] = 0.0
        return found

    @cached_property
    def losses(self) -> FloatArray:
        """Mean squared error of each window with observed values, in squared units, (n_seen, n_methods)."""
        return self._mean(self.errors**2)

    def _mean(self, values: FloatArray) -> FloatArray:
        """Over the steps of each window."""
        seen = ~np.isnan(self.y).all(axis=1)
        return np.nanmean(values[:, seen], axis=2).T

    @property
    def mse(self) -> FloatArray:
        """Of each method, in squared units of the series."""
        return self._back(self.losses.mean(axis=0), 2)

    @property
    def mae(self) -> FloatArray:
        """Of each method, in units of the series."""
        return self._back(self._mean(np.abs(self.errors)).mean(axis=0), 1)

    def _back(self, values: FloatArray, power: int) -> FloatArray:
        return np.array([ldexp(float(value), power * self.exponent) for value in values])

    def mase(self, season: int) -> FloatArray:
        """Mean absolute error in units of that of the (seasonal) naive forecast before the first cutoff."""
        train = self._scaled(self.train)
        changes = np.abs(train[season:] - train[:-season])
        known = changes[~np.isnan(changes)]
        scale = known.mean() if len(known) else 0.0
        mae = self._mean(np.abs(self.errors)).mean(axis=0)
        return mae / scale if scale > _ROUNDING else np.full(len(mae), np.nan)

    def mse_by_step(self) -> FloatArray:
        """In squared units of the series, shape (n_methods, h); NaN for a step that was never observed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # mean of nothing
            means = np.nanmean(self.errors**2, axis=1)
        return np.array([self._back(row, 2) for row in means])

    def coverage(self) -> FloatArray:
        """Share of observed values inside the intervals, NaN for methods without any."""
        seen = ~np.isnan(self.y)
        inside = (self.lower <= self.y) & (self.y <= self.upper)
        shares = inside[:, seen].mean(axis=1)
        return np.where(np.isnan(self.lower[:, seen]).any(axis=1), np.nan, shares)

    def interval_score(self, coverage: float) -> FloatArray:
        """Mean interval (Winkler) score, in units of the series; NaN for methods without intervals."""
        seen = ~np.isnan(self.y)
        y, low, high = self._scaled(self.y[seen]), self._scaled(self.lower), self._scaled(self.upper)
        low, high = low[:, seen], high[:, seen]
        outside = np.maximum(np.maximum(low - y, y - high), 0.0)
        scores = (high - low + 2.0 / (1.0 - coverage) * outside).mean(axis=1)
        return self._back(scores, 1)
