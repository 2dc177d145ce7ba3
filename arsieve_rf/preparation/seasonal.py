"""Seasonal adjustment by classical decomposition or STL, and the way back to the seasonal series."""

from __future__ import annotations

import math
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from ._decomposition import (
    ADDITIVE,
    MULTIPLICATIVE,
    Arithmetic,
    Decomposition,
    IntArray,
    decompose,
    shrinkage_weight,
)
from .base import (
    FloatArray,
    as_flag,
    as_future,
    as_integer,
    as_series,
    check_fitted,
    clip_to_finite,
    observed_values,
)

__all__ = ["SeasonalAdjustment"]

KINDS = ("multiplicative", "additive", "stl")
SMALLEST = float(np.finfo(np.float64).tiny)


class SeasonalAdjustment:
    """Remove the season from a series, and give it back to a forecast.

    Parameters
    ----------
    period : int
        Length of the season, 2 or more (12 for months of a year).
    kind : {"multiplicative", "additive", "stl"}, default "multiplicative"
        Divide by seasonal factors, subtract them (both from a classical decomposition, the same factors in
        all cycles), or subtract the seasonal component of STL, which may change from cycle to cycle; its
        last cycle goes on into the future.
    shrink : bool, default False
        Draw the factors toward no season, by as much as their noise suggests: positive-part James-Stein
        shrinkage, as Miller and Williams (2003) proposed. Not for ``"stl"``; needs ``period >= 4``.
    robust : bool, default False
        Give outliers less weight. Only for ``"stl"``.

    Attributes
    ----------
    factors_ : ndarray of float64, shape (period,)
        Factors by phase, counted from the first fitted value. Multiplicative factors have mean 1, additive
        ones mean 0, in the units of the series. With ``"stl"`` the last cycle of the component, as it is.
    shrinkage_ : float
        Weight of "no season" in the factors: 0 without shrinkage, 1 if no season is left.

    Raises
    ------
    TypeError
        If ``period`` is not an integer, or ``shrink`` or ``robust`` not a bool.
    ValueError
        If a parameter is out of range or does not go with ``kind``; in :meth:`fit`, if the series is shorter
        than two cycles, if a phase is never observed, if no phase is observed twice, if
        ``kind="multiplicative"`` and an observed value is not positive, or if ``shrink`` finds fewer than
        two values a phase that the moving average reaches (three full cycles have them).

    Warns
    -----
    UserWarning
        If so much is missing that the factors do not settle.

    Notes
    -----
    Classical decomposition: the trend is the centred moving average over one period (2 x m for even m); the
    ratios or differences of series and trend are averaged by phase, and the averages normalised. A straight
    line plus a season is taken apart exactly.

    Missing values are filled for the estimation only, by the trend interpolated and the factors, both of
    which are estimated anew until the filled values settle. STL gets the series filled in this way, with
    additive factors.

    Shrinkage: with factors S_j of m phases, the variance V of a factor and the neutral factor c (1 or 0),
    the weight is ``W = min(1, (m - 3) V / sum((S_j - c)**2))``, and S_j becomes ``W c + (1 - W) S_j``. V
    comes from the spread of ratios or differences about their phase's mean, pooled over the phases.

    References
    ----------
    R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning (1990), STL: a seasonal-trend
    decomposition procedure based on loess, Journal of Official Statistics 6(1), 3-73.

    D. M. Miller and D. Williams (2003), Shrinkage estimators of time series seasonal factors and their effect
    on forecasting accuracy, International Journal of Forecasting 19(4), 669-684.
    doi:10.1016/S0169-2070(02)00077-8

    Examples
    --------
    >>> y = [5.0, 15.0, 5.0, 15.0, 5.0]
    >>> step = SeasonalAdjustment(2).fit(y)
    >>> step.factors_
    array([0.5, 1.5])
    >>> step.forward(y)
    array([10., 10., 10., 10., 10.])
    >>> step.inverse([10.0, 20.0])  # the phase after the last value comes first
    array([15., 10.])
    >>> step.update([18.0])
    array([12.])
    >>> step.inverse([12.0])
    array([6.])
    """

    def __init__(
        self,
        period: int,
        kind: Literal["multiplicative", "additive", "stl"] = "multiplicative",
        *,
        shrink: bool = False,
        robust: bool = False,
    ) -> None:
        self.period = as_integer("period", period, 2)
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}")
        self.kind = kind
        self.shrink = as_flag("shrink", shrink)
        self.robust = as_flag("robust", robust)
        if self.shrink and kind == "stl":
            raise ValueError("shrink=True goes with kind 'multiplicative' or 'additive', not with 'stl'")
        if self.shrink and self.period < 4:
            raise ValueError(f"shrink=True needs a period of 4 or more, got {self.period}")
        if self.robust and kind != "stl":
            raise ValueError(f"robust=True goes with kind 'stl' only, not with {kind!r}")
        self._length: int | None = None  # of the series up to its end, which update moves on
        self._first = 0  # where the stretch begins that the season was estimated from
        self._component = np.empty(0)  # STL's seasonal component on that stretch

    def __repr__(self) -> str:
        flags = "".join(f", {name}=True" for name in ("shrink", "robust") if getattr(self, name))
        return f"SeasonalAdjustment({self.period}, {self.kind!r}{flags})"

    @property
    def n_lost(self) -> int:
        """Leading values that have no counterpart: none."""
        return 0

    def fit(self, y: ArrayLike) -> Self:
        """Estimate the season of a series.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n >= 2 * period``; NaN is missing.

        Returns
        -------
        SeasonalAdjustment
            This step.
        """
        values = as_series(y, "y", missing=True)
        self._check(values)
        first, stop = self._stretch(values)
        phases = np.arange(first, stop) % self.period
        # A power of two rounds nothing and keeps sums and squares inside float64.
        unit = math.frexp(float(np.nanmax(np.abs(values))))[1]
        small = np.ldexp(values[first:stop], -unit)
        if self.kind == "multiplicative":
            small = np.maximum(small, SMALLEST)  # what is 300 powers of ten below the largest value
        found = None
        if self.kind != "stl" or np.isnan(small).any():
            found = decompose(small, phases, self.period, self._arithmetic)
        if self.kind == "stl":
            self._take_stl(small if found is None else found.filled, phases, unit)
        elif found is not None:
            self._take_factors(found, unit)
        self._length, self._first = len(values), first
        return self

    def forward(self, y: ArrayLike) -> FloatArray:
        """Remove the season from a series that begins where the fitted one began.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values; NaN is missing and stays so. It may go on beyond the fitted series.

        Returns
        -------
        ndarray of float64, shape (n,)
            The adjusted series. What leaves the float64 range is held at its end.
        """
        check_fitted(self._length, self)
        return self._adjusted(as_series(y, "y", n_min=0, missing=True), 0)

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Give the season back to values that follow the series.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite adjusted values.

        Returns
        -------
        ndarray of float64, same shape
            Values with season. What leaves the float64 range is held at its end.
        """
        check_fitted(self._length, self)
        assert self._length is not None
        future = as_future(values)
        season = self._season(self._length, future.shape[-1])
        with np.errstate(over="ignore", under="ignore"):
            return clip_to_finite(self._arithmetic.combine(future, season))

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Append observations to the series; the season stays as fitted, its phase moves on.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite values that follow the series.

        Returns
        -------
        ndarray of float64, shape (k,)
            The observations, adjusted.
        """
        check_fitted(self._length, self)
        assert self._length is not None
        values = as_series(y_new, "y_new", n_min=0)
        changed = self._adjusted(values, self._length)
        self._length += len(values)
        return changed

    @property
    def _arithmetic(self) -> Arithmetic:
        """STL takes a series for a sum, too."""
        return MULTIPLICATIVE if self.kind == "multiplicative" else ADDITIVE

    def _adjusted(self, values: FloatArray, start: int) -> FloatArray:
        """The values at ``start, start + 1, ...`` without season."""
        with np.errstate(over="ignore", under="ignore"):
            return clip_to_finite(self._arithmetic.remove(values, self._season(start, len(values))))

    def _season(self, start: int, h: int) -> FloatArray:
        """Factors, or the seasonal component, at h times; the first fitted value has time 0."""
        time = np.arange(start, start + h)
        season = self.factors_[time % self.period]
        if self.kind == "stl":
            # before the stretch its first cycle, after it its last one
            since = time - self._first
            since = np.where(since < 0, since % self.period, since)
            within = since < len(self._component)
            season[within] = self._component[since[within]]
        return season

    def _stretch(self, values: FloatArray) -> tuple[int, int]:
        """From the first to the last observed value, or two cycles if that is less."""
        observed = np.flatnonzero(~np.isnan(values))
        first = int(observed[0])
        stop = max(int(observed[-1]) + 1, min(first + 2 * self.period, len(values)))
        return min(first, stop - 2 * self.period), stop

    def _check(self, values: FloatArray) -> None:
        """Refuse a series that has not enough in it to tell a season from a trend."""
        needed = 2 * self.period
        if len(values) < needed:
            raise ValueError(
                f"y has {len(values)} values; a season of period={self.period} needs at least {needed}"
            )
        observed_values(values, "y")
        counts = np.bincount(np.flatnonzero(~np.isnan(values)) % self.period, minlength=self.period)
        if not counts.all():
            unseen = np.flatnonzero(counts == 0)
            raise ValueError(
                f"{len(unseen)} of the {self.period} phases of the season have no observed value in y: "
                f"phase {unseen[0]} (values {unseen[0]}, {unseen[0] + self.period}, ...) is one"
            )
        if counts.max() == 1:
            raise ValueError(
                "no phase of the season is observed twice in y: "
                f"one cycle of period={self.period} cannot tell a season from a trend"
            )
        if self.kind == "multiplicative" and (values <= 0.0).any():
            raise ValueError(
                f"kind='multiplicative' needs positive values, but the smallest of y is "
                f"{np.nanmin(values):g}: use kind='additive' or 'stl'"
            )

    def _take_factors(self, found: Decomposition, unit: int) -> None:
        """Shrink the factors where wanted, and keep them in the units of the series."""
        weight = 0.0
        neutral = self._arithmetic.neutral
        if self.shrink:
            n_used, n_needed = len(found.phases), 2 * self.period
            if n_used < n_needed:
                raise ValueError(
                    f"shrink=True needs {n_needed} observed values that the moving average reaches, "
                    f"as three full cycles have; y has {n_used}"
                )
            weight = shrinkage_weight(found, self._arithmetic)
        factors = weight * neutral + (1.0 - weight) * found.factors if weight else found.factors
        self.shrinkage_ = weight
        if self.kind == "multiplicative":
            self.factors_ = np.maximum(factors, SMALLEST)  # so that forward may divide by them
        else:
            self.factors_ = clip_to_finite(np.ldexp(factors, unit))

    def _take_stl(self, filled: FloatArray, phases: IntArray, unit: int) -> None:
        """Keep the seasonal component of STL, and its last cycle by phase."""
        from statsmodels.tsa.seasonal import STL

        small = STL(filled, period=self.period, robust=self.robust).fit().seasonal
        self._component = clip_to_finite(np.ldexp(small, unit))
        self.factors_ = np.empty(self.period)
        self.factors_[phases[-self.period :]] = self._component[-self.period :]
        self.shrinkage_ = 0.0
