"""Box-Cox transformation: logarithms and powers that even out the spread of a series over its levels."""

from __future__ import annotations

from numbers import Real
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ._guerrero import guerrero_lambda
from .base import (
    FloatArray,
    as_future,
    as_integer,
    as_series,
    check_fitted,
    clip_to_finite,
    observed_values,
)

__all__ = ["BoxCox"]


class BoxCox:
    """Transform a positive series by ``(y**lam - 1) / lam``, or by its natural logarithm for ``lam = 0``.

    Parameters
    ----------
    lam : float or "auto", default "auto"
        The power, in [-1, 2]. ``"auto"`` takes the one in [0, 1] that Guerrero's (1993) rule gives: the
        series is cut into subseries with mean m and standard deviation s each, and the coefficient of
        variation of ``s / m**(1 - lam)`` over the subseries is made smallest.
    period : int, default 1
        Length of the season, 1 or more. Subseries have ``max(2, period)`` values, counted from the end; only
        ``lam="auto"`` looks at it.

    Attributes
    ----------
    lam_ : float
        The power in use.

    Raises
    ------
    TypeError
        If ``lam`` is neither a number nor a string, or ``period`` is not an integer.
    ValueError
        If ``lam`` or ``period`` is out of range; if an observed value is not positive; if ``lam="auto"`` and
        there are fewer than two subseries with two observed values each; in :meth:`forward`, if transformed
        values leave the float64 range.

    Notes
    -----
    A series that is constant within each subseries tells nothing about ``lam``, which is then 1.

    With ``lam < 0``, transformed values stay below ``-1 / lam``, and large observations come very near to it:
    digits of ``y`` are lost there.

    References
    ----------
    G. E. P. Box and D. R. Cox (1964), An analysis of transformations, Journal of the Royal Statistical
    Society B 26(2), 211-252. doi:10.1111/j.2517-6161.1964.tb00553.x

    V. M. Guerrero (1993), Time-series analysis supported by power transformations, Journal of Forecasting
    12(1), 37-48. doi:10.1002/for.3980120104

    Examples
    --------
    >>> step = BoxCox(0).fit([1.0, 10.0, 100.0])
    >>> step.forward([1.0, 10.0, 100.0]).round(3)
    array([0.   , 2.303, 4.605])
    >>> step.inverse([6.0]).round(1), step.inverse([6.0], variance=[0.5]).round(1)  # median, mean
    (array([403.4]), array([518.]))
    >>> BoxCox(period=2).fit([1.0, 2.0, 10.0, 20.0, 100.0, 200.0]).lam_  # the spread grows with the level
    0.0
    """

    def __init__(self, lam: float | Literal["auto"] = "auto", *, period: int = 1) -> None:
        self.lam = _checked_lam(lam)
        self.period = as_integer("period", period, 1)
        self.lam_: float | None = None

    def __repr__(self) -> str:
        if self.lam == "auto":
            return f"BoxCox('auto', period={self.period})"
        return f"BoxCox({self.lam:g})"

    @property
    def n_lost(self) -> int:
        """Leading values that have no counterpart: none."""
        return 0

    def fit(self, y: ArrayLike) -> Self:
        """Find the power.

        Parameters
        ----------
        y : array-like of shape (n,)
            Positive values, ``n >= 1``; NaN is missing, at least one value is not.

        Returns
        -------
        BoxCox
            This step.
        """
        values = as_series(y, "y", missing=True)
        observed_values(values, "y")
        _check_positive(values, "y")
        self.lam_ = guerrero_lambda(values, max(2, self.period)) if self.lam == "auto" else float(self.lam)
        return self

    def forward(self, y: ArrayLike) -> FloatArray:
        """Transform a series.

        Parameters
        ----------
        y : array-like of shape (n,)
            Positive values; NaN is missing and stays so.

        Returns
        -------
        ndarray of float64, shape (n,)
            Transformed values.
        """
        return self._transformed(as_series(y, "y", n_min=0, missing=True), "y")

    def inverse(self, values: ArrayLike, variance: ArrayLike | None = None) -> FloatArray:
        """Bring transformed values back, as medians or as means.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite transformed values.
        variance : array-like of shape (h,), optional
            Variances of the forecast errors on the transformed scale, finite, 0 or more. With them ``values``
            are means of shape (h,), and the means of the series are returned; without, values go back one by
            one, which keeps medians and other quantiles, and is what paths need.

        Returns
        -------
        ndarray of float64, same shape
            Values in the units of the series, 0 or more. What leaves the float64 range is held at its end.

        Raises
        ------
        ValueError
            If ``variance`` is given and its shape is not (h,), or it is negative or not finite.

        Notes
        -----
        With v the transformed value and ``b = lam * v + 1``, the value is ``b**(1 / lam)``, and the mean is,
        to the second order in the standard deviation [1]_, ``b**(1 / lam) * (1 + variance * (1 - lam) / (2 *
        b**2))``. This is good where the standard deviation is small against ``b``, and held at 0 where it
        would be negative. For ``lam = 0`` the mean is ``exp(v + variance / 2)``, exact for normal errors.

        No observation has ``b <= 0``. Such a forecast gets the limit: 0 for ``lam > 0``, the largest float64
        for ``lam < 0``.

        References
        ----------
        .. [1] R. J. Hyndman and G. Athanasopoulos (2021), Forecasting: principles and practice, 3rd edition,
           section 5.6. https://otexts.com/fpp3/ftransformations.html
        """
        check_fitted(self.lam_, self)
        assert self.lam_ is not None
        lam, future = self.lam_, as_future(values)
        spread = None if variance is None else _checked_variance(variance, future)
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            if lam == 0.0:
                return clip_to_finite(np.exp(future if spread is None else future + spread / 2))
            base = np.maximum(lam * future + 1.0, 0.0)
            inside = base > 0.0
            limit = 0.0 if lam > 0.0 else np.inf
            back = np.where(inside, special.inv_boxcox(future, lam), limit)
            if spread is not None:
                # divided one after the other: the square of a small base would underflow
                bias = (1.0 - lam) * spread / base / base / 2
                back = np.where(inside & (back > 0.0), back * np.maximum(1.0 + bias, 0.0), back)
            return clip_to_finite(back)

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Transform observations that follow the series; the power stays as fitted.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite positive values.

        Returns
        -------
        ndarray of float64, shape (k,)
            Transformed values.
        """
        return self._transformed(as_series(y_new, "y_new", n_min=0), "y_new")

    def _transformed(self, values: FloatArray, name: str) -> FloatArray:
        """The transformation itself, on values that may be missing."""
        check_fitted(self.lam_, self)
        _check_positive(values, name)
        with np.errstate(over="ignore", under="ignore"):
            changed = special.boxcox(values, self.lam_)
        if np.isinf(changed).any():
            raise ValueError(
                f"the transformation with lam={self.lam_:g} leaves the float64 range ({name} goes from "
                f"{np.nanmin(values):.3g} to {np.nanmax(values):.3g}): divide it by a constant first"
            )
        return changed


def _checked_lam(lam: object) -> float | Literal["auto"]:
    """A power in [-1, 2] or the word, or an error."""
    if isinstance(lam, str):
        if lam == "auto":
            return "auto"
        raise ValueError(f"lam must be a number in [-1, 2] or 'auto', got {lam!r}")
    if isinstance(lam, bool) or not isinstance(lam, Real):
        raise TypeError(f"lam must be a number in [-1, 2] or 'auto', got {lam!r}")
    if not -1.0 <= float(lam) <= 2.0:
        raise ValueError(f"lam must be a number in [-1, 2] or 'auto', got {lam!r}")
    return float(lam)


def _check_positive(values: FloatArray, name: str) -> None:
    """Refuse observed values that have no logarithm."""
    if (values <= 0.0).any():
        raise ValueError(
            f"BoxCox needs positive values, but the smallest of {name} is {np.nanmin(values):g}: "
            "add a constant first, or leave the transformation out"
        )


def _checked_variance(variance: ArrayLike, future: FloatArray) -> FloatArray:
    """Variances beside the forecasts, or an error."""
    spread = np.asarray(variance, dtype=np.float64)
    if future.ndim != 1:
        raise ValueError(f"variance goes with values of shape (h,), not with paths of shape {future.shape}")
    if spread.shape != future.shape:
        raise ValueError(f"variance must have the shape of values, {future.shape}, got {spread.shape}")
    if not (np.isfinite(spread) & (spread >= 0.0)).all():
        raise ValueError(f"variance must be finite and 0 or more, got {spread}")
    return spread
