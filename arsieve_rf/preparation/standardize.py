"""Shift and scale a series to mean 0 and a standard deviation near 1, for any scale that float64 can hold."""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .base import FloatArray, as_future, as_series, check_fitted, clip_to_finite, observed_values

__all__ = ["Standardize"]


class Standardize:
    """Subtract the mean and divide by the power of two nearest to the standard deviation.

    A power of two changes the exponent only, so the division itself rounds nothing, and a series multiplied
    by a power of two is standardized to the same bits. A constant series becomes zeros.

    Notes
    -----
    The work is done on ``y / 2**e`` with the largest absolute value in [1/2, 1), so that neither sums nor
    squares overflow or underflow, from the smallest subnormal number to the largest float64.

    Examples
    --------
    >>> step = Standardize().fit([1e300, 3e300, 5e300])
    >>> z = step.forward([1e300, 3e300, 5e300])
    >>> bool(abs(z.mean()) < 1e-12), bool(0.7 < z.std() < 1.5)
    (True, True)
    >>> bool(step.inverse(z)[0] == 1e300)
    True
    >>> Standardize().fit([7.0, 7.0]).forward([7.0, 8.0])
    array([0., 1.])
    """

    def __init__(self) -> None:
        self._unit: int | None = None  # e: exponent that brings the largest |y| into [1/2, 1)
        self._mean = 0.0  # mean of y / 2**e
        self._spread = 0  # exponent of the standard deviation of y / 2**e

    def __repr__(self) -> str:
        return "Standardize()"

    @property
    def n_lost(self) -> int:
        """Leading values that have no counterpart: none."""
        return 0

    @property
    def mean(self) -> float:
        """Mean of the fitted series, in its units."""
        check_fitted(self._unit, self)
        assert self._unit is not None
        return math.ldexp(self._mean, self._unit)

    @property
    def exponent(self) -> int:
        """The series was divided by 2 to this power."""
        check_fitted(self._unit, self)
        assert self._unit is not None
        return self._unit + self._spread

    def fit(self, y: ArrayLike) -> Self:
        """Find the mean and the scale.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n >= 1``; NaN is missing, at least one value is not.

        Returns
        -------
        Standardize
            This step.

        Raises
        ------
        ValueError
            If a value is infinite, or if none is observed.
        """
        values = observed_values(as_series(y, "y", missing=True), "y")
        unit = math.frexp(float(np.abs(values).max()))[1]
        small = np.ldexp(values, -unit)
        # A rounded mean may fall beside a constant series; inside [min, max] it cannot.
        mean = float(np.clip(small.mean(), small.min(), small.max()))
        deviation = float(np.sqrt(np.mean((small - mean) ** 2)))
        # Constant: any scale will do; 2**0 in the user's units keeps later values readable.
        spread = round(math.log2(deviation)) if deviation > 0.0 else -unit
        self._unit, self._mean, self._spread = unit, mean, spread
        return self

    def forward(self, y: ArrayLike) -> FloatArray:
        """Standardize a series with the fitted mean and scale.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values; NaN is missing and stays so.

        Returns
        -------
        ndarray of float64, shape (n,)
            Standardized values. What leaves the float64 range is held at its end.
        """
        return self._standardized(as_series(y, "y", n_min=0, missing=True))

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Bring standardized values back to the units of the series.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite standardized values.

        Returns
        -------
        ndarray of float64, same shape
            Values in the units of the series. What leaves the float64 range is held at its end.
        """
        check_fitted(self._unit, self)
        assert self._unit is not None
        with np.errstate(over="ignore", under="ignore"):
            small = clip_to_finite(np.ldexp(as_future(values), self._spread)) + self._mean
            return clip_to_finite(np.ldexp(small, self._unit))

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Standardize observations that follow the series; mean and scale stay as fitted.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite values.

        Returns
        -------
        ndarray of float64, shape (k,)
            Standardized values.
        """
        return self._standardized(as_series(y_new, "y_new", n_min=0))

    def _standardized(self, values: FloatArray) -> FloatArray:
        """The change itself, on checked values."""
        check_fitted(self._unit, self)
        assert self._unit is not None
        with np.errstate(over="ignore", under="ignore"):
            small = clip_to_finite(np.ldexp(values, -self._unit)) - self._mean
            return clip_to_finite(np.ldexp(small, -self._spread))
