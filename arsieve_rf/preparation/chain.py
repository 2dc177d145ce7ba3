"""Several preparation steps, one after another, as one step."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .base import FloatArray, ForecastOnly, Step, as_future, as_series, clip_to_finite, observed_values

__all__ = ["Chain"]


class Chain:
    """Apply steps in order; go back through them in reverse order.

    Parameters
    ----------
    steps : sequence of Step
        The first one sees the user's series. An empty sequence leaves the series as it is.

    Raises
    ------
    TypeError
        If a member is not a step.

    Notes
    -----
    NaN in a series is a missing value, which each step passes on as its own page says. What is appended or
    brought back must be finite. Each step needs at least one observed value of what it is fitted to.

    Examples
    --------
    >>> from arsieve_rf.preparation import Differencing, Standardize
    >>> chain = Chain([Standardize(), Differencing(1)]).fit([2.0, 4.0, 9.0, 11.0])
    >>> chain.forward([2.0, 4.0, 9.0, 11.0])
    array([0.5 , 1.25, 0.5 ])
    >>> chain.inverse([0.5, 0.5])
    array([13., 15.])
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        for position, step in enumerate(self.steps):
            if not isinstance(step, Step):
                raise TypeError(f"steps[{position}] is not a preparation step: {step!r}")

    def __repr__(self) -> str:
        return f"Chain([{', '.join(map(repr, self.steps))}])"

    @property
    def n_lost(self) -> int:
        """Leading values that all steps together use up."""
        return sum(step.n_lost for step in self.steps)

    def fit(self, y: ArrayLike) -> Self:
        """Fit each step to what the steps before it leave of ``y``.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n > n_lost``; NaN is missing.

        Returns
        -------
        Chain
            This chain.
        """
        self.fit_forward(y)
        return self

    def fit_forward(self, y: ArrayLike) -> FloatArray:
        """``fit(y)`` and ``forward(y)`` in one walk.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n > n_lost``; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n - n_lost,)
            The series after all steps.
        """
        values = self._checked(y)
        observed_values(values, "y")
        for position, step in enumerate(self.steps):
            if np.isnan(values).all():
                raise ValueError(
                    f"y has too many missing values (NaN): none is left observed "
                    f"after {Chain(self.steps[:position])!r}, which {step!r} could be fitted to"
                )
            values = step.fit(values).forward(values)
        return values

    def forward(self, y: ArrayLike) -> FloatArray:
        """Pass a whole series through all steps.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n > n_lost``; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n - n_lost,)
            The series after all steps.
        """
        values = self._checked(y)
        for step in self.steps:
            values = step.forward(values)
        return values

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Bring values that follow the series back through all steps, last step first.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite values as they come after the last step.

        Returns
        -------
        ndarray of float64, same shape
            Values in the units of the series.
        """
        changed = as_future(values)
        for step in reversed(self.steps):
            changed = step.inverse(changed)
        return changed if self.steps else changed.copy()

    def inverse_paths(self, paths: ArrayLike, forecast: ArrayLike) -> FloatArray:
        """Bring paths back through all steps, last step first.

        Steps that change forecasts only (damping, drift) move all paths as they move the forecast: what fades
        is the forecast, not what is not known about it.

        Parameters
        ----------
        paths : array-like of shape (n_paths, h)
            Finite values as they come after the last step.
        forecast : array-like of shape (h,)
            The forecast that the paths lie around. A path that equals it becomes ``inverse(forecast)``.

        Returns
        -------
        ndarray of float64, shape (n_paths, h)
            Values in the units of the series.
        """
        changed, middle = as_future(paths), as_future(forecast)
        for step in reversed(self.steps):
            moved = step.inverse(middle)
            if isinstance(step, ForecastOnly):
                with np.errstate(over="ignore"):
                    changed = clip_to_finite(moved + (changed - middle))
            elif isinstance(step, Chain):
                changed = step.inverse_paths(changed, middle)
            else:
                changed = step.inverse(changed)
            middle = moved
        return changed if self.steps else changed.copy()

    def update(self, y_new: ArrayLike) -> FloatArray:
        """Append observations to the series in every step.

        Parameters
        ----------
        y_new : array-like of shape (k,)
            Finite values that follow the series.

        Returns
        -------
        ndarray of float64, shape (k,)
            The observations after all steps. Where a step refuses them, no step has moved on.
        """
        values = as_series(y_new, "y_new", n_min=0).copy()
        steps = deepcopy(self.steps)
        for step in steps:
            values = step.update(values)
        self.steps = steps
        return values

    def _checked(self, y: ArrayLike) -> FloatArray:
        """Refuse a series that is too short in the user's terms, before a step does in its own."""
        values = as_series(y, "y", missing=True)
        if len(values) <= self.n_lost:
            raise ValueError(f"y has {len(values)} values; {self!r} needs at least {self.n_lost + 1}")
        return np.array(values)
