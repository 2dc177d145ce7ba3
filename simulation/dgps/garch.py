"""GARCH(1,1) errors, alone or around an autoregression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .arma import filtered, lag_polynomial
from .base import Path
from .driven import LARGEST_MODULUS, Driven, burn_in_for, root_modulus, scale_faults, stability_faults

__all__ = ["GARCH"]

_SHORTEST_BURN_IN = 500


@dataclass(frozen=True)
class GARCH(Driven):
    """Autoregression with GARCH(1,1) errors.

    ``y_t = sum_k ar_k y_{t-k} + u_t`` with errors ``u_t = s_t e_t``, where
    ``s_t^2 = omega + alpha u_{t-1}^2 + beta s_{t-1}^2`` and ``e_t`` has variance 1. The variance starts at
    its mean and runs for a burn-in of at least 500 steps, as many more as it takes to forget its start to
    the last digit. The conditional mean is linear in the past.

    Parameters
    ----------
    alpha : float
        Effect of the last squared error, at least 0.
    beta : float, default=0.0
        Effect of the last variance, at least 0; ``alpha + beta`` at most 0.9999. 0 gives ARCH(1).
    omega : float, default=1.0
        Constant of the variance, positive; the errors have variance ``omega / (1 - alpha - beta)``.
    ar : sequence of float, default=()
        Coefficients of the mean at lags 1..p, stationary.
    innovations : str or mapping, default="normal"
        Distribution of ``e_t``, see :mod:`simulation.dgps.innovations`.

    References
    ----------
    T. Bollerslev (1986). "Generalized autoregressive conditional heteroskedasticity". Journal of
    Econometrics 31, 307-327. doi:10.1016/0304-4076(86)90063-1

    Examples
    --------
    >>> import numpy as np
    >>> GARCH(0.1, 0.8).simulate(100, 2, np.random.default_rng(0)).mean
    array([0., 0.])
    """

    name: ClassVar[str] = "garch"
    summary: ClassVar[str] = (
        "y_t = sum_k ar_k y_{t-k} + u_t, u_t = s_t e_t, s_t^2 = omega + alpha u_{t-1}^2 + beta s_{t-1}^2"
    )
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = True

    alpha: float
    beta: float = 0.0
    omega: float = 1.0
    ar: Sequence[float] = ()

    def own_problems(self) -> list[str]:
        """Signs, finite variance, stationary mean."""
        faults = scale_faults("omega", self.omega)
        for name, value in (("alpha", self.alpha), ("beta", self.beta)):
            if not 0.0 <= value < math.inf:
                faults.append(f"{name}={value} must be at least 0.")
        if self.alpha + self.beta > LARGEST_MODULUS:
            faults.append(
                f"alpha + beta = {self.alpha + self.beta:.6g} must be at most {LARGEST_MODULUS}, "
                "or the variance is not finite."
            )
        return faults + stability_faults("ar", self.ar)

    @property
    def burn_in(self) -> int:
        """Steps before the first value of a series."""
        slowest = max(self.alpha + self.beta, root_modulus(self.ar))
        return max(_SHORTEST_BURN_IN, burn_in_for(slowest, 1 + len(self.ar)))

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Recur on the variance, then filter the errors."""
        variance = self.omega / (1.0 - self.alpha - self.beta)
        burn_in = self.burn_in
        errors, variance = self._errors(self.noise.draw(rng, burn_in + n), variance)
        later_errors, _ = self._errors(self.noise.draw(rng, horizon), variance)
        y, future, mean = filtered(np.ones(1), lag_polynomial(self.ar, -1.0), errors, later_errors)
        return Path(y[burn_in:].copy(), future, mean)

    def _errors(self, e: NDArray[np.float64], variance: float) -> tuple[NDArray[np.float64], float]:
        """Errors ``s_t e_t`` from a first variance on, and the variance after them."""
        omega, alpha, beta = self.omega, self.alpha, self.beta
        variances = []
        for square in (e * e).tolist():
            variances.append(variance)
            variance = omega + (alpha * square + beta) * variance
        return np.sqrt(variances) * e, variance
