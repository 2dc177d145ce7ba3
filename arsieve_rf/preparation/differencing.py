"""Ordinary differences of order 0, 1, 2, ... and the way back to levels."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .base import (
    FloatArray,
    as_future,
    as_integer,
    as_series,
    check_fitted,
    clip_to_finite,
    observed_values,
)

__all__ = ["Differencing"]


class Differencing:
    """Replace a series by its differences of a given order.

    Parameters
    ----------
    order : int, default 1
        How often to difference, 0 or more; 0 leaves the series as it is.

    Raises
    ------
    TypeError
        If ``order`` is not an integer.
    ValueError
        If ``order`` is negative; in :meth:`fit`, if ``y`` has fewer than ``order + 1`` values or one of the
        last ``order`` is missing; in :meth:`forward`, if differences leave the float64 range (put
        :class:`~arsieve_rf.preparation.Standardize` before this step for such series).

    Notes
    -----
    A difference is missing (NaN) if one of the ``order + 1`` values that it is made of is.

    Series of whole numbers come back exactly as long as no difference exceeds 2**53; other series come back
    up to rounding, relative to their largest absolute value.

    Examples
    --------
    >>> step = Differencing(1).fit([1.0, 3.0, 6.0])
    >>> step.forward([1.0, 3.0, 6.0])
    array([2., 3.])
    >>> step.inverse([4.0, 5.0])  # differences that follow the series, as levels
    array([10., 15.])
    >>> step.update([10.0])
    array([4.])
    >>> step.inverse([5.0])
    array([15.])
    """

    def __init__(self, order: int = 1) -> None:
        self.order = as_integer("order", order, 0)
        self._tail: FloatArray | None = None  # the last `order` levels: all that differencing needs to go on

    def __repr__(self) -> str:
        return f"Differencing({self.order})"

    @property
    def n_lost(self) -> int:
        """Leading values of a series that have no difference: the order."""
        return self.order

    def fit(self, y: ArrayLike) -> Self:
        """Remember the end of a series.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n > order``; NaN is missing, the last ``order`` values are not.

        Returns
        -------
        Differencing
            This step.
        """
        levels = as_series(y, "y", missing=True)
        self._check_length(levels)
        observed_values(levels, "y")
        tail = levels[len(levels) - self.order :].copy()
        if n_missing := int(np.isnan(tail).sum()):
            raise ValueError(
                f"{n_missing} of the last {self.order} values of y are missing (NaN); "
                f"differencing of order {self.order} starts its way back from them: cut y after its last "
                f"{self.order} observed values in a row, or fill them"
            )
        self._tail = tail
        return self

    def forward(self, y: ArrayLike) -> FloatArray:
        """Difference a whole series.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n > order``; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n - order,)
            The differences, NaN where one of their values is missing.
        """
        levels = as_series(y, "y", missing=True)
        self._check_length(levels)
        return _differences(levels, self.order)

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Sum differences up to levels that continue the series.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite differences of the given order for the steps after the series.

        Returns
        -------
        ndarray of float64, same shape
            Levels. What leaves the float64 range is held at its end.
        """
        check_fitted(self._tail, self)
        assert self._tail is not None
        levels = as_future(values).copy()
        for order in range(self.order - 1, -1, -1):
            # From the last difference of this order on: x_t = x_{t-1} + dx_t, one step at a time.
            start = np.diff(self._tail, order)[-1]
            with np.errstate(over="ignore"):
                levels[..., :1] += start
                levels = clip_to_finite(np.cumsum(levels, axis=-1))
        return levels

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Append observations to the series.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite levels that follow the series.

        Returns
        -------
        ndarray of float64, shape (k,)
            Their differences, the first ones taken across the old end.
        """
        check_fitted(self._tail, self)
        assert self._tail is not None
        levels = np.concatenate([self._tail, as_series(y_new, "y_new", n_min=0)])
        changed = _differences(levels, self.order)
        self._tail = levels[len(levels) - self.order :].copy()
        return changed

    def _check_length(self, levels: FloatArray) -> None:
        """At least one difference must be left."""
        if len(levels) <= self.order:
            raise ValueError(
                f"y has {len(levels)} values; "
                f"differencing of order {self.order} needs at least {self.order + 1}"
            )


def _differences(levels: FloatArray, order: int) -> FloatArray:
    """``np.diff`` that refuses to overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        changed = np.diff(levels, order) if order else levels.copy()
    missing = np.isnan(levels)  # alone would not tell infinity less infinity, which is NaN too
    for _ in range(order):
        missing = missing[1:] | missing[:-1]
    if not (np.isfinite(changed) | missing).all():
        raise ValueError(
            f"differences of order {order} leave the float64 range "
            f"(largest |y| is {np.nanmax(np.abs(levels)):.3g}): divide y by a constant first"
        )
    return changed
