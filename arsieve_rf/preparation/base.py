"""The contract of a preparation step, and the checks that all steps share.

A new step (a seasonal adjustment, a power transform) is one new file with one class that has the members of
:class:`Step`; :class:`~arsieve_rf.preparation.chain.Chain` then takes it like any other.
"""

from __future__ import annotations

from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Step", "as_future", "as_series", "clip_to_finite"]

FloatArray = NDArray[np.float64]


@runtime_checkable
class Step(Protocol):
    """One invertible change of a series.

    A step is fitted to a series and from then on knows two things: its parameters (a mean, seasonal
    factors), which only :meth:`fit` sets, and where the series ends, which :meth:`update` moves on.
    :meth:`inverse` takes values that *follow* that end.

    Attributes
    ----------
    n_lost : int
        Leading values of a series that have no counterpart after :meth:`forward` (the order of differencing).
    """

    @property
    def n_lost(self) -> int:
        """Leading values of a series that :meth:`forward` uses up."""

    def fit(self, y: ArrayLike) -> Self:
        """Learn the parameters from a series, and remember its end.

        Parameters
        ----------
        y : array-like of shape (n,)
            Finite values, ``n > n_lost``.

        Returns
        -------
        Step
            This step.
        """

    def forward(self, y: ArrayLike) -> FloatArray:
        """Change a whole series; the remembered end does not move.

        Parameters
        ----------
        y : array-like of shape (n,)
            Finite values, ``n > n_lost``.

        Returns
        -------
        ndarray of float64, shape (n - n_lost,)
            The changed series.
        """

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Change back values that follow the series.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            A forecast or paths, finite.

        Returns
        -------
        ndarray of float64, same shape
            Values in the units of the series.
        """

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Append observations to the series.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite values that follow the series.

        Returns
        -------
        ndarray of float64, shape (k,)
            The observations, changed.
        """


def as_series(y: ArrayLike, name: str, *, n_min: int = 1) -> FloatArray:
    """Finite float64 array (n,) with n >= n_min, or a ValueError that names the parameter."""
    values = np.asarray(y, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {values.shape}")
    if len(values) < n_min:
        raise ValueError(f"{name} has {len(values)} values, at least {n_min} are needed")
    _check_finite(values, name)
    return values


def as_future(values: ArrayLike) -> FloatArray:
    """Finite float64 array (h,) or (n_paths, h), or a ValueError."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"values must have shape (h,) or (n_paths, h), got {array.shape}")
    _check_finite(array, "values")
    return array


def _check_finite(array: FloatArray, name: str) -> None:
    """Refuse NaN and infinities, telling how many there are."""
    n_bad = array.size - int(np.isfinite(array).sum())
    if n_bad:
        raise ValueError(f"{name} has {n_bad} values that are NaN or infinite")


def check_fitted(state: Any, step: object) -> None:
    """Refuse to go on where ``fit`` has not been called."""
    if state is None:
        raise ValueError(f"{type(step).__name__} is not fitted yet: call fit(y) first")


def clip_to_finite(array: FloatArray) -> FloatArray:
    """Hold values that left the float64 range at its end: way back, a forecast must not become infinite."""
    largest = np.finfo(np.float64).max
    return np.clip(array, -largest, largest)
