"""Threshold autoregression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .nonlinear import NonLinear, contraction_faults

__all__ = ["SETAR"]


@dataclass(frozen=True)
class SETAR(NonLinear):
    """Self-exciting threshold autoregression with two regimes.

    ``y_t = lower_intercept + sum_k lower_k y_{t-k} + e_t`` where ``y_{t-delay} <= threshold``, else the same
    with ``upper``.

    Parameters
    ----------
    lower, upper : sequence of float
        Coefficients of lags 1, 2, ... in each regime, at least one in each. Stationary with delay 1 and one
        lag if both are below 1 and so is their product; otherwise absolute values must sum to less than 1.
    threshold : float, default=0.0
        Largest value of the lower regime.
    lower_intercept, upper_intercept : float, default=0.0
        Constants of the regimes.
    delay : int, default=1
        Which past value chooses the regime, at least 1.
    sigma, innovations
        As in :class:`~simulation.dgps.nonlinear.NonLinear`.

    References
    ----------
    J. D. Petruccelli, S. W. Woolford (1984). "A threshold AR(1) model". Journal of Applied Probability 21,
    270-286. doi:10.2307/3213639

    Examples
    --------
    >>> import numpy as np
    >>> path = SETAR([0.9], [-0.4]).simulate(100, 1, np.random.default_rng(0))
    >>> bool(path.mean[0] == (0.9 if path.y[-1] <= 0 else -0.4) * path.y[-1])
    True
    """

    name: ClassVar[str] = "setar"
    summary: ClassVar[str] = (
        "y_t = sum_k lower_k y_{t-k} + e_t if y_{t-delay} <= threshold, else with upper_k"
    )

    lower: Sequence[float]
    upper: Sequence[float]
    threshold: float = 0.0
    lower_intercept: float = 0.0
    upper_intercept: float = 0.0
    delay: int = 1

    @property
    def order(self) -> int:
        """Longest lag of coefficients and threshold."""
        return max(len(self.lower), len(self.upper), self.delay)

    @property
    def breaks(self) -> tuple[float, ...]:
        """The threshold."""
        return (self.threshold,)

    def map_problems(self) -> list[str]:
        """Coefficients there, delay, finite constants, stationarity."""
        faults = [
            f"{name}=[] needs at least one coefficient."
            for name in ("lower", "upper")
            if not len(getattr(self, name))
        ]
        if self.delay < 1:
            faults.append(f"delay={self.delay} must be at least 1.")
        for name in ("threshold", "lower_intercept", "upper_intercept"):
            if not math.isfinite(getattr(self, name)):
                faults.append(f"{name}={getattr(self, name)} must be finite.")
        if faults:
            return faults
        if self.order > 1:
            return contraction_faults("lower, upper", [self.lower, self.upper])
        low, up = self.lower[0], self.upper[0]
        if low < 1.0 and up < 1.0 and low * up < 1.0:
            return []
        return [
            f"lower={list(self.lower)}, upper={list(self.upper)}: both coefficients and their product "
            "must be below 1, or the process is not stationary."
        ]

    def step(self, past: Sequence[float]) -> float:
        """The regime's linear combination."""
        if past[-self.delay] <= self.threshold:
            mean, coef = self.lower_intercept, self.lower
        else:
            mean, coef = self.upper_intercept, self.upper
        for k, c in enumerate(coef, 1):
            mean += c * past[-k]
        return mean
