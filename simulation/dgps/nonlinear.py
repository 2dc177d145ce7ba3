"""Non-linear autoregressions with additive innovations: what they share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from .base import Path
from .driven import Driven, scale_faults
from .kolmogorov import MeanTable

__all__ = ["NonLinear", "contraction_faults"]

_PILOT_LENGTH = 5000


@dataclass(frozen=True)
class NonLinear(Driven):
    """Autoregression ``y_t = g(y_{t-1}, ..., y_{t-p}) + e_t``.

    It starts from zeros and runs for a burn-in of 500 steps. The conditional mean one step ahead is g. For
    p = 1 those of later steps are integrals, computed by :class:`~simulation.dgps.kolmogorov.MeanTable` to
    about 1e-4 of sigma; for p > 1, and for series that range over more than 200 sigma, they are NaN.

    Parameters
    ----------
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.
    """

    linear: ClassVar[bool] = False
    stationary: ClassVar[bool] = True
    burn_in: ClassVar[int] = 500

    sigma: float = field(default=1.0, kw_only=True)

    @property
    @abstractmethod
    def order(self) -> int:
        """Number of past values p that g looks at."""

    @abstractmethod
    def step(self, past: Sequence[float]) -> float:
        """``g`` of past values, the last of which is the newest; at least ``order`` of them."""

    @abstractmethod
    def map_problems(self) -> list[str]:
        """What is impossible about the parameters of g."""

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where g jumps, for p = 1."""
        return ()

    def own_problems(self) -> list[str]:
        """What is impossible about g and the scale."""
        return [*self.map_problems(), *scale_faults("sigma", self.sigma)]

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Recur, one value after another."""
        values = [0.0] * self.order
        self._extend(values, self.burn_in + n, rng)
        y = np.array(values[-n:])
        first = self.step(values)
        self._extend(values, horizon, rng)
        mean = np.full(horizon, np.nan)
        if horizon:
            mean[0] = first
        if horizon > 1 and self.order == 1 and self._table is not None:
            mean[1:] = self._table.later_means(first, horizon - 1)
        return Path(y, np.array(values[len(values) - horizon :]), mean)

    def _extend(self, values: list[float], count: int, rng: np.random.Generator) -> None:
        step = self.step
        for e in (self.sigma * self.noise.draw(rng, count)).tolist():
            values.append(step(values) + e)

    @cached_property
    def _table(self) -> MeanTable | None:
        """Means of later steps over the range of a pilot path, widened on both sides by half of it."""
        pilot = [0.0]
        self._extend(pilot, _PILOT_LENGTH, np.random.default_rng(0))
        low, high = min(pilot), max(pilot)
        half = 0.5 * (high - low)
        return MeanTable.build(
            lambda y: self.step([y]), self.noise.cdf, self.sigma, low - half, high + half, self.breaks
        )


def contraction_faults(name: str, regimes: Sequence[Sequence[float]]) -> list[str]:
    """Whether every regime's coefficients have absolute values that sum to less than 1.

    Parameters
    ----------
    name : str
        The parameters, for the message.
    regimes : sequence of sequences of float
        Coefficients of lags 1..p of each regime.

    Returns
    -------
    list of str
        One sentence, or none.

    Notes
    -----
    This suffices for geometric ergodicity of an autoregression whose coefficients change with its past:
    K. S. Chan, H. Tong (1985), "On the use of the deterministic Lyapunov function for the ergodicity of
    stochastic difference equations", Advances in Applied Probability 17, 666-678. doi:10.2307/1427125

    Examples
    --------
    >>> contraction_faults("lower", [[0.5, -0.6]])
    ['lower: absolute values of the coefficients sum to 1.1, which must be below 1 ...']
    """
    largest = max(sum(abs(c) for c in coef) for coef in regimes)
    if largest < 1.0:
        return []
    return [
        f"{name}: absolute values of the coefficients sum to {largest:.6g}, which must be below 1 in every "
        "regime for a process known to be stationary."
    ]
