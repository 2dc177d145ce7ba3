"""Integrated ARMA processes: unit roots, with or without drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from .arma import ARMA
from .base import Path
from .driven import Driven

__all__ = ["ARIMA"]


@dataclass(frozen=True)
class ARIMA(Driven):
    """ARIMA process: its d-th differences are ``drift`` plus a stationary ARMA process.

    The levels (and, for d = 2, their differences) are 0 before the first value; the differences start
    stationary. Conditional means are on levels, given levels and the infinite past of the ARMA process.

    Parameters
    ----------
    ar : sequence of float, default=()
        Autoregressive coefficients of the differences, stationary.
    d : int, default=1
        Order of integration, 1 or 2.
    ma : sequence of float, default=()
        Moving-average coefficients, invertible.
    drift : float, default=0.0
        Mean of the d-th differences.
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.

    Examples
    --------
    >>> import numpy as np
    >>> path = ARIMA(drift=2.0).simulate(100, 3, np.random.default_rng(0))
    >>> bool(np.allclose(path.mean - path.y[-1], [2.0, 4.0, 6.0]))
    True
    """

    name: ClassVar[str] = "arima"
    summary: ClassVar[str] = "(1 - B)^d y_t = drift + w_t, w_t ARMA(ar, ma)"
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = False

    ar: Sequence[float] = ()
    d: int = 1
    ma: Sequence[float] = ()
    drift: float = 0.0
    sigma: float = field(default=1.0, kw_only=True)

    @cached_property
    def differences(self) -> ARMA:
        """The process of the d-th differences, less the drift."""
        return ARMA(self.ar, self.ma, sigma=self.sigma, innovations=self.innovations)

    def own_problems(self) -> list[str]:
        """Order of integration, stationarity and invertibility of the differences, scale."""
        faults = [] if self.d in (1, 2) else [f"d={self.d} must be 1 or 2 (0 is the DGP 'arma')."]
        return faults + self.differences.own_problems()

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Sum up an ARMA path and its conditional means."""
        w = self.differences.draw(n, horizon, rng)
        assert w.mean is not None
        y = w.y + self.drift
        future, mean = w.future + self.drift, w.mean + self.drift
        for _ in range(self.d):
            y = np.cumsum(y)
            # summed beside y, from the same last value: y stays the same for every horizon
            future, mean = y[-1] + np.cumsum(future), y[-1] + np.cumsum(mean)
        return Path(y, future, mean)
