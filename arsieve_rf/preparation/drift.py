"""Carry only part of the mean of a series into its forecasts."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .base import (
    FloatArray,
    ForecastOnly,
    as_future,
    as_real,
    as_series,
    bounded_mean,
    check_fitted,
    clip_to_finite,
    observed_values,
)

__all__ = ["DriftShrinkage"]


class DriftShrinkage(ForecastOnly):
    """Take a share of the mean out of forecasts.

    Used after :class:`~arsieve_rf.preparation.Differencing`, whose changes have the drift of the series as
    their mean: forecasts then grow by ``weight`` times the drift, everything else being equal.

    Parameters
    ----------
    weight : float
        Share of the mean that stays, 0 to 1; 1 leaves forecasts as they are.

    Attributes
    ----------
    mean_ : float
        Mean of the fitted series.

    Raises
    ------
    TypeError
        If ``weight`` is not a number.
    ValueError
        If ``weight`` is not in [0, 1].

    Notes
    -----
    Like :class:`~arsieve_rf.preparation.Damping` it acts on forecasts only: :meth:`forward` is the identity.

    Examples
    --------
    >>> step = DriftShrinkage(0.5).fit([1.0, 3.0])
    >>> step.forward([1.0, 3.0])
    array([1., 3.])
    >>> step.inverse([2.0, 2.0])
    array([1., 1.])
    """

    def __init__(self, weight: float) -> None:
        self.weight = as_real("weight", weight)
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"weight must be between 0 and 1, got {weight!r}")
        self.mean_ = None

    def __repr__(self) -> str:
        return f"DriftShrinkage({self.weight:.3g})"

    def fit(self, y: ArrayLike) -> Self:
        """Take the mean.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n >= 1``; NaN is missing, at least one value is not.

        Returns
        -------
        DriftShrinkage
            This step.
        """
        values = observed_values(as_series(y, "y", missing=True), "y")
        self.mean_ = bounded_mean(values)
        return self

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Take the share that does not stay out of a forecast.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite values.

        Returns
        -------
        ndarray of float64, same shape
            ``values - (1 - weight) * mean_``. What leaves the float64 range is held at its end.
        """
        check_fitted(self.mean_, self)
        assert self.mean_ is not None
        with np.errstate(over="ignore"):
            return clip_to_finite(as_future(values) - (1.0 - self.weight) * self.mean_)
