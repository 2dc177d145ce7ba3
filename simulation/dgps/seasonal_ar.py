"""Multiplicative seasonal autoregression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .arma import LinearFilter, lag_polynomial
from .driven import stability_faults

__all__ = ["SeasonalAR"]


@dataclass(frozen=True)
class SeasonalAR(LinearFilter):
    """Seasonal autoregression ``(1 - sum_k coef_k B^k)(1 - sum_k seasonal_coef_k B^(period k)) y_t = e_t``.

    Parameters
    ----------
    period : int
        Length of the season, at least 2.
    coef : sequence of float
        Coefficients of lags 1, 2, ..., stationary; may be empty.
    seasonal_coef : sequence of float
        Coefficients of lags period, 2 period, ..., at least one; stationary.
    sigma, innovations
        As in :class:`~simulation.dgps.arma.LinearFilter`.

    Examples
    --------
    >>> import numpy as np
    >>> path = SeasonalAR(12, [], [0.5]).simulate(100, 2, np.random.default_rng(0))
    >>> bool(np.allclose(path.mean, 0.5 * path.y[-12:-10]))
    True
    """

    name: ClassVar[str] = "seasonal_ar"
    summary: ClassVar[str] = "(1 - sum_k coef_k B^k)(1 - sum_k seasonal_coef_k B^(period k)) y_t = e_t"

    period: int
    coef: Sequence[float]
    seasonal_coef: Sequence[float]

    def lag_problems(self) -> list[str]:
        """Period and stationarity of both factors."""
        faults = [] if self.period >= 2 else [f"period={self.period} must be at least 2."]
        if not len(self.seasonal_coef):
            faults.append("seasonal_coef=[] needs at least one coefficient.")
        faults += stability_faults("coef", self.coef)
        return faults + stability_faults("seasonal_coef", self.seasonal_coef)

    def polynomials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``b = 1``, ``a`` the product of both factors."""
        seasonal = np.zeros(self.period * len(self.seasonal_coef) + 1)
        seasonal[:: self.period] = lag_polynomial(self.seasonal_coef, -1.0)
        return np.ones(1), np.convolve(lag_polynomial(self.coef, -1.0), seasonal)
