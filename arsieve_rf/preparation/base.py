"""The contract of a preparation step, and the checks that all steps share.

A new step is one new file with one class that has the members of :class:`Step`;
:class:`~arsieve_rf.preparation.chain.Chain` then takes it like any other.
"""

from __future__ import annotations

import operator
from numbers import Real
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Step",
    "as_flag",
    "as_future",
    "as_integer",
    "as_series",
    "check_fitted",
    "clip_to_finite",
    "observed_values",
]

FloatArray = NDArray[np.float64]


@runtime_checkable
class Step(Protocol):
    """One invertible change of a series.

    A step is fitted to a series and from then on knows two things: its parameters (a mean, seasonal
    factors), which only :meth:`fit` sets, and where the series ends, which :meth:`update` moves on.
    :meth:`inverse` takes values that *follow* that end.

    NaN in a series means that the value is missing: it stays missing, and the parameters come from the
    values that were observed. What is appended or changed back must be finite.

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
            Values, ``n > n_lost``; NaN is missing, at least one value is not.

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
            Values, ``n > n_lost``; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n - n_lost,)
            The changed series, NaN where a value that it needs is missing.
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


class ForecastOnly:
    """What steps share that change forecasts and leave the series as it is.

    Attributes
    ----------
    mean_ : float or None
        What forecasts are changed around; None before it is known.
    """

    mean_: float | None

    @property
    def n_lost(self) -> int:
        """Leading values that have no counterpart: none."""
        return 0

    def forward(self, y: ArrayLike) -> FloatArray:
        """Leave a series as it is.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values; NaN is missing and stays so.

        Returns
        -------
        ndarray of float64, shape (n,)
            A copy of the values.
        """
        return as_series(y, "y", n_min=0, missing=True).copy()

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Append observations to the series; what was fitted stays.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite values that follow the series.

        Returns
        -------
        ndarray of float64, shape (k,)
            A copy of the observations.
        """
        check_fitted(self.mean_, self)
        return as_series(y_new, "y_new", n_min=0).copy()


def as_series(y: ArrayLike, name: str, *, n_min: int = 1, missing: bool = False) -> FloatArray:
    """Float64 array (n,) with n >= n_min, NaN in it only if ``missing``; or a ValueError that names it."""
    values = np.asarray(y, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {values.shape}")
    if len(values) < n_min:
        raise ValueError(f"{name} has {len(values)} values, at least {n_min} are needed")
    if not missing:
        _check_finite(values, name)
    elif n_infinite := int(np.isinf(values).sum()):
        raise ValueError(f"{name} has {n_infinite} values that are infinite (a missing value is NaN)")
    return values


def observed_values(values: FloatArray, name: str) -> FloatArray:
    """The values that are not missing, or a ValueError if all are."""
    observed = values[~np.isnan(values)]
    if not len(observed):
        raise ValueError(f"{name} has {len(values)} values, all missing (NaN): at least 1 must be observed")
    return observed


def bounded_mean(values: FloatArray) -> float:
    """Mean that cannot overflow, and that rounding cannot take beside a constant series."""
    mean = np.mean(values / len(values)) * len(values)
    return float(np.clip(mean, values.min(), values.max()))


def as_future(values: ArrayLike) -> FloatArray:
    """Finite float64 array (h,) or (n_paths, h), or a ValueError."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"values must have shape (h,) or (n_paths, h), got {array.shape}")
    _check_finite(array, "values")
    return array


def as_integer(name: str, value: object, minimum: int) -> int:
    """``value`` as an int of at least ``minimum``, or an error that names the parameter."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}") from None
    if number < minimum:
        raise ValueError(f"{name} must be {minimum} or more, got {number}")
    return number


def as_real(name: str, value: object) -> float:
    """``value`` as a float, or an error that names the parameter."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    return float(value)


def as_flag(name: str, value: object) -> bool:
    """``value`` as a bool, or an error that names the parameter."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


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
