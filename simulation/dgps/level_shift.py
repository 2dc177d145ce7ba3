"""An autoregression whose level changes once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from .arma import AR
from .base import Path
from .driven import Driven

__all__ = ["LevelShift"]


@dataclass(frozen=True)
class LevelShift(Driven):
    """Autoregression whose level jumps within the observed series and stays there.

    The first ``round(at * n)`` values have mean 0, all others mean ``size``. The conditional mean is that of
    one who knows when and by how much the level shifted.

    Parameters
    ----------
    coef : sequence of float
        Coefficients of lags 1..p, stationary.
    size : float
        Change of the level, in the units of the series.
    at : float, default=0.5
        Share of the series before the shift, strictly between 0 and 1.
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.

    Examples
    --------
    >>> import numpy as np
    >>> path = LevelShift([0.0], 10.0).simulate(100, 2, np.random.default_rng(0))
    >>> path.mean
    array([10., 10.])
    """

    name: ClassVar[str] = "level_shift"
    summary: ClassVar[str] = "y_t = x_t + size 1{t > at n}, x_t AR(coef)"
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = False

    coef: Sequence[float]
    size: float
    at: float = 0.5
    sigma: float = field(default=1.0, kw_only=True)

    @cached_property
    def around_level(self) -> AR:
        """The process around the level."""
        return AR(self.coef, sigma=self.sigma, innovations=self.innovations)

    def own_problems(self) -> list[str]:
        """Stationarity around the level, size, and time of the shift."""
        faults = self.around_level.own_problems()
        if not math.isfinite(self.size):
            faults.append(f"size={self.size} must be finite.")
        if not 0.0 < self.at < 1.0:
            faults.append(f"at={self.at} must lie strictly between 0 and 1.")
        return faults

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Add the level to an AR path."""
        x = self.around_level.draw(n, horizon, rng)
        assert x.mean is not None
        x.y[round(self.at * n) :] += self.size
        return Path(x.y, x.future + self.size, x.mean + self.size)
