"""AR, MA and ARMA processes; the linear filter that other linear families use too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .base import Path
from .driven import Driven, burn_in_for, root_modulus, scale_faults, stability_faults

__all__ = ["AR", "ARMA", "MA", "LinearFilter", "filtered", "lag_polynomial"]


@dataclass(frozen=True)
class LinearFilter(Driven):
    """A stationary process ``a(B) y_t = b(B) e_t`` with its true innovations known.

    It starts from zero and runs until the start is forgotten to the last digit. The conditional means are
    those given the infinite past, which for an invertible process is the past of its innovations.

    Parameters
    ----------
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.
    """

    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = True

    sigma: float = field(default=1.0, kw_only=True)

    @abstractmethod
    def polynomials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``b`` and ``a`` in powers of the lag operator, each beginning with 1."""

    @abstractmethod
    def lag_problems(self) -> list[str]:
        """What is impossible about the parameters of the lag polynomials."""

    def own_problems(self) -> list[str]:
        """What is impossible about polynomials and scale."""
        return [*self.lag_problems(), *scale_faults("sigma", self.sigma)]

    @cached_property
    def burn_in(self) -> int:
        """Steps before the first value of a series."""
        b, a = self.polynomials()
        return burn_in_for(root_modulus(-a[1:]), len(a) + len(b))

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Filter the innovations; the conditional means are the filter's answer to no further innovations."""
        b, a = self.polynomials()
        burn_in = self.burn_in
        past = self.sigma * self.noise.draw(rng, burn_in + n)
        later = self.sigma * self.noise.draw(rng, horizon)
        y, future, mean = filtered(b, a, past, later)
        return Path(y[burn_in:].copy(), future, mean)


@dataclass(frozen=True)
class AR(LinearFilter):
    """Autoregression ``y_t = sum_k coef_k y_{t-k} + e_t``.

    Parameters
    ----------
    coef : sequence of float
        Coefficients of lags 1..p, at least one; stationary. ``[0.0]`` is white noise.
    sigma, innovations
        As in :class:`LinearFilter`.

    Examples
    --------
    >>> import numpy as np
    >>> path = AR([0.5]).simulate(100, 3, np.random.default_rng(0))
    >>> bool(np.allclose(path.mean, path.y[-1] * np.array([0.5, 0.25, 0.125])))
    True
    """

    name: ClassVar[str] = "ar"
    summary: ClassVar[str] = "y_t = sum_k coef_k y_{t-k} + e_t"

    coef: Sequence[float]

    def lag_problems(self) -> list[str]:
        """Stationarity."""
        return [*_some("coef", self.coef), *stability_faults("coef", self.coef)]

    def polynomials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``b = 1``, ``a = 1 - coef``."""
        return np.ones(1), lag_polynomial(self.coef, -1.0)


@dataclass(frozen=True)
class MA(LinearFilter):
    """Moving average ``y_t = e_t + sum_k coef_k e_{t-k}``.

    Parameters
    ----------
    coef : sequence of float
        Coefficients of lags 1..q, at least one; invertible.
    sigma, innovations
        As in :class:`LinearFilter`.

    Examples
    --------
    >>> import numpy as np
    >>> MA([0.5]).simulate(100, 3, np.random.default_rng(0)).mean[1:]
    array([0., 0.])
    """

    name: ClassVar[str] = "ma"
    summary: ClassVar[str] = "y_t = e_t + sum_k coef_k e_{t-k}"

    coef: Sequence[float]

    def lag_problems(self) -> list[str]:
        """Invertibility."""
        return [*_some("coef", self.coef), *stability_faults("coef", self.coef, moving_average=True)]

    def polynomials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``b = 1 + coef``, ``a = 1``."""
        return lag_polynomial(self.coef, 1.0), np.ones(1)


@dataclass(frozen=True)
class ARMA(LinearFilter):
    """ARMA process ``y_t = sum_k ar_k y_{t-k} + e_t + sum_k ma_k e_{t-k}``.

    Parameters
    ----------
    ar : sequence of float
        Autoregressive coefficients of lags 1..p, stationary; may be empty.
    ma : sequence of float
        Moving-average coefficients of lags 1..q, invertible; may be empty.
    sigma, innovations
        As in :class:`LinearFilter`.

    Examples
    --------
    >>> import numpy as np
    >>> path = ARMA([0.5], [0.5]).simulate(100, 3, np.random.default_rng(0))
    >>> bool(np.isclose(path.mean[1], 0.5 * path.mean[0]))
    True
    """

    name: ClassVar[str] = "arma"
    summary: ClassVar[str] = "y_t = sum_k ar_k y_{t-k} + e_t + sum_k ma_k e_{t-k}"

    ar: Sequence[float]
    ma: Sequence[float]

    def lag_problems(self) -> list[str]:
        """Stationarity and invertibility."""
        return [*stability_faults("ar", self.ar), *stability_faults("ma", self.ma, moving_average=True)]

    def polynomials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``b = 1 + ma``, ``a = 1 - ar``."""
        return lag_polynomial(self.ma, 1.0), lag_polynomial(self.ar, -1.0)


def filtered(
    b: NDArray[np.float64], a: NDArray[np.float64], past: NDArray[np.float64], later: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Solve ``a(B) y_t = b(B) e_t`` from zero on.

    Parameters
    ----------
    b, a : ndarray of float64
        Lag polynomials that begin with 1.
    past : ndarray of float64, shape (n,)
        Innovations up to now.
    later : ndarray of float64, shape (horizon,)
        Innovations after now.

    Returns
    -------
    y : ndarray of float64, shape (n,)
        Values up to now; they do not depend on ``later``.
    future : ndarray of float64, shape (horizon,)
        Values after now.
    mean : ndarray of float64, shape (horizon,)
        What they would be without later innovations: their conditional means.

    Examples
    --------
    >>> import numpy as np
    >>> y, future, mean = filtered(np.ones(1), np.array([1.0, -0.5]), np.ones(1), np.array([1.0, 0.0]))
    >>> future, mean
    (array([1.5 , 0.75]), array([0.5 , 0.25]))
    """
    y, state = lfilter(b, a, past, zi=np.zeros(max(len(a), len(b)) - 1))
    if not len(later):
        return y, later, later.copy()
    future, _ = lfilter(b, a, later, zi=state)
    mean, _ = lfilter(b, a, np.zeros(len(later)), zi=state)
    return y, future, mean


def lag_polynomial(coef: Sequence[float], sign: float) -> NDArray[np.float64]:
    """Coefficients of ``1 + sign * sum_k coef_k B^k``.

    Parameters
    ----------
    coef : sequence of float
        Coefficients of lags 1..p.
    sign : float
        1 for a moving average, -1 for an autoregression.

    Returns
    -------
    ndarray of float64, shape (p + 1,)
        In powers of the lag operator.

    Examples
    --------
    >>> lag_polynomial([0.5], -1.0)
    array([ 1. , -0.5])
    """
    return np.r_[1.0, sign * np.asarray(coef, dtype=np.float64)]


def _some(name: str, coef: Sequence[float]) -> list[str]:
    return [] if len(coef) else [f"{name}=[] needs at least one coefficient."]
