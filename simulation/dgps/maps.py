"""Strongly non-linear maps of the last value: a jump, a sine, the logistic map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from .nonlinear import NonLinear, contraction_faults

__all__ = ["Logistic", "Sine", "ThresholdJump"]


@dataclass(frozen=True)
class ThresholdJump(NonLinear):
    """A level that depends on the side of a threshold: ``y_t = below or above + coef y_{t-1} + e_t``.

    Parameters
    ----------
    below, above : float, default=2.0, -2.0
        Level after a value at or below the threshold, and after one above it.
    threshold : float, default=0.0
        The threshold.
    coef : float, default=0.0
        Coefficient of the last value, of absolute value below 1.
    sigma, innovations
        As in :class:`~simulation.dgps.nonlinear.NonLinear`.

    Examples
    --------
    >>> import numpy as np
    >>> path = ThresholdJump().simulate(100, 1, np.random.default_rng(0))
    >>> bool(path.mean[0] == (2.0 if path.y[-1] <= 0 else -2.0))
    True
    """

    name: ClassVar[str] = "threshold_jump"
    summary: ClassVar[str] = "y_t = (below if y_{t-1} <= threshold else above) + coef y_{t-1} + e_t"

    below: float = 2.0
    above: float = -2.0
    threshold: float = 0.0
    coef: float = 0.0

    @property
    def order(self) -> int:
        """One."""
        return 1

    @property
    def breaks(self) -> tuple[float, ...]:
        """The threshold."""
        return (self.threshold,)

    def map_problems(self) -> list[str]:
        """Finite levels, stationarity."""
        faults = [
            f"{name}={getattr(self, name)} must be finite."
            for name in ("below", "above", "threshold")
            if not math.isfinite(getattr(self, name))
        ]
        return faults + contraction_faults("coef", [[self.coef]])

    def step(self, past: Sequence[float]) -> float:
        """Level and linear part."""
        y = past[-1]
        return (self.below if y <= self.threshold else self.above) + self.coef * y


@dataclass(frozen=True)
class Sine(NonLinear):
    """Sine map ``y_t = amplitude sin(frequency y_{t-1}) + e_t``, stationary for all parameters.

    Parameters
    ----------
    amplitude : float, default=2.0
        Largest conditional mean.
    frequency : float, default=1.0
        Radians a unit of the series.
    sigma, innovations
        As in :class:`~simulation.dgps.nonlinear.NonLinear`.

    Examples
    --------
    >>> import numpy as np
    >>> path = Sine().simulate(100, 1, np.random.default_rng(0))
    >>> bool(path.mean[0] == 2.0 * np.sin(path.y[-1]))
    True
    """

    name: ClassVar[str] = "sine"
    summary: ClassVar[str] = "y_t = amplitude sin(frequency y_{t-1}) + e_t"

    amplitude: float = 2.0
    frequency: float = 1.0

    @property
    def order(self) -> int:
        """One."""
        return 1

    def map_problems(self) -> list[str]:
        """Finite parameters."""
        return [
            f"{name}={getattr(self, name)} must be finite."
            for name in ("amplitude", "frequency")
            if not math.isfinite(getattr(self, name))
        ]

    def step(self, past: Sequence[float]) -> float:
        """The map."""
        return self.amplitude * math.sin(self.frequency * past[-1])


@dataclass(frozen=True)
class Logistic(NonLinear):
    """Noisy logistic map ``y_t = rate x (1 - x) + e_t``, ``x`` the last value, held within 0 and 1.

    Innovations may take the series out of [0, 1]; the map then sees the nearer end, whose image is 0.

    Parameters
    ----------
    rate : float, default=3.9
        Rate, above 0 and at most 4; chaotic without innovations from about 3.57 on.
    sigma : float, default=0.05
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.

    Examples
    --------
    >>> import numpy as np
    >>> path = Logistic(sigma=1e-3).simulate(100, 1, np.random.default_rng(0))
    >>> bool(np.isclose(path.mean[0], 3.9 * path.y[-1] * (1 - path.y[-1])))
    True
    """

    name: ClassVar[str] = "logistic"
    summary: ClassVar[str] = "y_t = rate x (1 - x) + e_t, x = y_{t-1} held within [0, 1]"

    rate: float = 3.9
    sigma: float = field(default=0.05, kw_only=True)

    @property
    def order(self) -> int:
        """One."""
        return 1

    def map_problems(self) -> list[str]:
        """Range of the rate."""
        return [] if 0.0 < self.rate <= 4.0 else [f"rate={self.rate} must be above 0 and at most 4."]

    def step(self, past: Sequence[float]) -> float:
        """The map."""
        x = min(max(past[-1], 0.0), 1.0)
        return self.rate * x * (1.0 - x)
