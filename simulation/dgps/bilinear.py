"""A bilinear process."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .base import Path
from .driven import LARGEST_MODULUS, Driven, burn_in_for, scale_faults
from .innovations import innovation_faults

__all__ = ["Bilinear"]

_SHORTEST_BURN_IN = 500


@dataclass(frozen=True)
class Bilinear(Driven):
    """Bilinear process ``y_t = coef y_{t-1} + bilinear y_{t-1} e_{t-1} + e_t``.

    It starts from 0 and runs for a burn-in of at least 500 steps. Conditional means are those given the
    innovations, which the infinite past of an invertible process determines; given them, the means at all
    steps have a closed form: ``m_1`` by the equation, ``m_h = coef m_{h-1} + bilinear sigma^2``.

    Parameters
    ----------
    coef : float
        Linear coefficient.
    bilinear : float
        Coefficient of the product. The second moment is finite if ``coef^2 + bilinear^2 sigma^2 < 1``; at
        most 0.9999 is allowed. And ``bilinear^2 E[y^2]`` must be below 1, which suffices for invertibility.
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`; its fourth moment must be finite.

    References
    ----------
    B. G. Quinn (1982). "Stationarity and invertibility of simple bilinear models". Stochastic Processes and
    their Applications 12, 225-230. doi:10.1016/0304-4149(82)90045-4

    Examples
    --------
    >>> import numpy as np
    >>> path = Bilinear(0.4, 0.3).simulate(100, 3, np.random.default_rng(0))
    >>> bool(np.isclose(path.mean[1], 0.4 * path.mean[0] + 0.3))
    True
    """

    name: ClassVar[str] = "bilinear"
    summary: ClassVar[str] = "y_t = coef y_{t-1} + bilinear y_{t-1} e_{t-1} + e_t"
    linear: ClassVar[bool] = False
    stationary: ClassVar[bool] = True

    coef: float
    bilinear: float
    sigma: float = field(default=1.0, kw_only=True)

    def own_problems(self) -> list[str]:
        """Scale, finite second moment, invertibility."""
        if faults := scale_faults("sigma", self.sigma):
            return faults
        if not self._growth <= LARGEST_MODULUS:
            return [
                f"coef={self.coef} and bilinear={self.bilinear}: coef^2 + bilinear^2 sigma^2 = "
                f"{self._growth:.6g} must be at most {LARGEST_MODULUS}, or the process is not stationary "
                "with finite variance."
            ]
        if innovation_faults(self.innovations) or self.bilinear == 0.0:
            return []
        if not math.isfinite(self.noise.kurtosis):
            return ["innovations must have a finite fourth moment (t: df above 4)."]
        size = self.bilinear**2 * self.second_moment()
        if size < 1.0:
            return []
        return [
            f"bilinear={self.bilinear}: bilinear^2 E[y^2] = {size:.6g} must be below 1, or the innovations "
            "may not be known from the past (the process not be invertible)."
        ]

    def second_moment(self) -> float:
        """Raw second moment ``E[y^2]``.

        Returns
        -------
        float
            From ``y_t = m + e_t``, with m the conditional mean, whose second moment solves a linear equation.

        Examples
        --------
        >>> round(Bilinear(0.5, 0.0).second_moment(), 12)
        1.333333333333
        """
        a, b, s2 = self.coef, self.bilinear, self.sigma**2
        third, fourth = self.noise.skewness * self.sigma**3, self.noise.kurtosis * s2 * s2
        m = b * s2 / (1.0 - a)
        constant = a * a * s2 + 2.0 * a * b * (2.0 * m * s2 + third) + b * b * (2.0 * m * third + fourth)
        return constant / (1.0 - self._growth) + s2

    @property
    def burn_in(self) -> int:
        """Steps before the first value of a series."""
        return max(_SHORTEST_BURN_IN, burn_in_for(self._growth))

    @property
    def _growth(self) -> float:
        return self.coef**2 + self.bilinear**2 * self.sigma**2

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Recur on value and conditional mean."""
        burn_in = self.burn_in
        y, mean = self._run(self.sigma * self.noise.draw(rng, burn_in + n), 0.0)
        future, _ = self._run(self.sigma * self.noise.draw(rng, horizon), mean)
        means = np.empty(horizon)
        for h in range(horizon):
            means[h] = mean
            mean = self.coef * mean + self.bilinear * self.sigma**2
        return Path(y[burn_in:].copy(), future, means)

    def _run(self, innovations: NDArray[np.float64], mean: float) -> tuple[NDArray[np.float64], float]:
        """Values from a first conditional mean on, and the conditional mean after them."""
        a, b = self.coef, self.bilinear
        values = []
        for e in innovations.tolist():
            y = mean + e
            values.append(y)
            mean = (a + b * e) * y
        return np.array(values), mean
