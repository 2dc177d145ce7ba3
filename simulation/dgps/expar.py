"""Exponential autoregression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .nonlinear import NonLinear, contraction_faults

__all__ = ["ExponentialAR"]


@dataclass(frozen=True)
class ExponentialAR(NonLinear):
    """Exponential autoregression ``y_t = sum_k (coef_k + near_k exp(-gamma y_{t-1}^2)) y_{t-k} + e_t``.

    Parameters
    ----------
    coef : sequence of float
        Coefficients of lags 1..p far from 0, at least one.
    near : sequence of float
        What is added to them near 0, as many. Stationary with one lag if ``|coef| < 1``; with more, absolute
        values of ``coef`` and of ``coef + near`` must each sum to less than 1.
    gamma : float, default=1.0
        How fast the addition fades, positive.
    sigma, innovations
        As in :class:`~simulation.dgps.nonlinear.NonLinear`.

    References
    ----------
    V. Haggan, T. Ozaki (1981). "Modelling nonlinear random vibrations using an amplitude-dependent
    autoregressive time series model". Biometrika 68, 189-196. doi:10.1093/biomet/68.1.189

    Examples
    --------
    >>> import numpy as np
    >>> path = ExponentialAR([0.3], [-1.5]).simulate(100, 1, np.random.default_rng(0))
    >>> bool(np.isclose(path.mean[0], (0.3 - 1.5 * np.exp(-path.y[-1] ** 2)) * path.y[-1]))
    True
    """

    name: ClassVar[str] = "expar"
    summary: ClassVar[str] = "y_t = sum_k (coef_k + near_k exp(-gamma y_{t-1}^2)) y_{t-k} + e_t"

    coef: Sequence[float]
    near: Sequence[float]
    gamma: float = 1.0

    @property
    def order(self) -> int:
        """Number of lags."""
        return len(self.coef)

    def map_problems(self) -> list[str]:
        """Coefficients there and as many of each kind, positive gamma, stationarity."""
        if not len(self.coef) or len(self.coef) != len(self.near):
            return [
                f"coef={list(self.coef)} and near={list(self.near)} must have the same number of "
                "coefficients, at least one."
            ]
        if not 0.0 < self.gamma < math.inf:
            return [f"gamma={self.gamma} must be positive and finite."]
        if self.order == 1:
            # the addition to the linear map is bounded
            return contraction_faults("coef", [self.coef])
        together = [c + a for c, a in zip(self.coef, self.near)]
        return contraction_faults("coef, near", [self.coef, together])

    def step(self, past: Sequence[float]) -> float:
        """Linear combination with the coefficients of this amplitude."""
        share = math.exp(-self.gamma * past[-1] * past[-1])
        mean = 0.0
        for k, (c, a) in enumerate(zip(self.coef, self.near), 1):
            mean += (c + a * share) * past[-k]
        return mean
