"""Fractionally integrated ARMA processes, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate, lfilter
from scipy.special import gamma

from .arma import ARMA
from .base import Path
from .driven import Driven

__all__ = ["ARFIMA", "toeplitz_cholesky"]

_LONGEST = 5000


@dataclass(frozen=True)
class ARFIMA(Driven):
    """ARFIMA process ``(1 - sum_k ar_k B^k)(1 - B)^d y_t = (1 + sum_k ma_k B^k) e_t``.

    A path is the Cholesky factor of its autocovariance matrix times independent innovations: without any
    burn-in or truncation the autocovariances are exactly those of the stationary process, and the
    conditional mean given y_1..y_n is the best linear predictor (that of the Durbin-Levinson recursion). With
    normal innovations this is the ARFIMA process. With others it is the process with the same
    autocovariances whose one-step errors given y_1, y_2, ... are independent with that distribution.

    Parameters
    ----------
    ar : sequence of float, default=()
        Autoregressive coefficients, stationary.
    d : float, default=0.3
        Order of integration, strictly between -0.5 and 0.5; above 0 the memory is long.
    ma : sequence of float, default=()
        Moving-average coefficients, invertible.
    sigma : float, default=1.0
        Standard deviation of the innovations, positive.
    innovations : str or mapping, default="normal"
        Their distribution, see :mod:`simulation.dgps.innovations`.

    Notes
    -----
    A path of n values holds a matrix of n² numbers, kept for the next path: n with the horizon is at most
    5,000.

    References
    ----------
    J. R. M. Hosking (1981). "Fractional differencing". Biometrika 68, 165-176. doi:10.1093/biomet/68.1.165

    Examples
    --------
    >>> import numpy as np
    >>> ARFIMA(d=0.3).simulate(100, 2, np.random.default_rng(0)).mean.shape
    (2,)
    """

    name: ClassVar[str] = "arfima"
    summary: ClassVar[str] = "(1 - sum_k ar_k B^k)(1 - B)^d y_t = (1 + sum_k ma_k B^k) e_t, |d| < .5"
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = True

    ar: Sequence[float] = ()
    d: float = 0.3
    ma: Sequence[float] = ()
    sigma: float = field(default=1.0, kw_only=True)

    def own_problems(self) -> list[str]:
        """Range of d, stationarity, invertibility, scale."""
        faults = []
        if not -0.5 < self.d < 0.5:
            faults.append(f"d={self.d} must lie strictly between -0.5 and 0.5.")
        return faults + self._short_memory().own_problems()

    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Multiply innovations by the Cholesky factor: its later rows hold the conditional means."""
        if n + horizon > _LONGEST:
            raise ValueError(
                f"n={n} with horizon={horizon} must be at most {_LONGEST} for an ARFIMA process."
            )
        past, on_past, on_future = _factors(self._key, n, horizon)
        innovations = self.sigma * self.noise.draw(rng, n)
        # einsum, for its sums do not depend on the number of threads as those of BLAS do
        y = np.einsum("ij,j->i", past, innovations)
        mean = np.einsum("ij,j->i", on_past, innovations)
        surprise = np.einsum("ij,j->i", on_future, self.sigma * self.noise.draw(rng, horizon))
        return Path(y, mean + surprise, mean)

    def autocovariances(self, n_lags: int) -> NDArray[np.float64]:
        """Autocovariances at lags 0..n_lags.

        Parameters
        ----------
        n_lags : int
            Largest lag, 0 to 4,999.

        Returns
        -------
        ndarray of float64, shape (n_lags + 1,)
            Those of fractional noise, filtered by the ARMA part, whose weights are summed until they vanish.

        Examples
        --------
        >>> gamma = ARFIMA(d=0.25).autocovariances(1)
        >>> round(float(gamma[1] / gamma[0]), 12)  # d / (1 - d)
        0.333333333333
        """
        if not 0 <= n_lags < _LONGEST:
            raise ValueError(f"n_lags={n_lags} must be between 0 and {_LONGEST - 1}.")
        return self.sigma**2 * _autocovariances(*self._key)[: n_lags + 1]

    @property
    def _key(self) -> tuple[tuple[float, ...], float, tuple[float, ...]]:
        return tuple(self.ar), self.d, tuple(self.ma)

    def _short_memory(self) -> ARMA:
        return ARMA(self.ar, self.ma, sigma=self.sigma)


def toeplitz_cholesky(first: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cholesky factor of a symmetric positive definite Toeplitz matrix.

    Parameters
    ----------
    first : ndarray of float64, shape (n,)
        First row of the matrix (autocovariances at lags 0..n-1).

    Returns
    -------
    ndarray of float64, shape (n, n)
        Lower triangular. Its leading part does not depend on later autocovariances, to the last bit.

    Notes
    -----
    Schur's algorithm in n² multiplications; see A. W. Bojanczyk, R. P. Brent, F. R. de Hoog, D. R. Sweet
    (1995), "On the stability of the Bareiss and related Toeplitz factorization algorithms", SIAM Journal on
    Matrix Analysis and Applications 16, 40-57. doi:10.1137/S0895479891221563

    Examples
    --------
    >>> import numpy as np
    >>> toeplitz_cholesky(np.array([4.0, 2.0]))
    array([[2.        , 0.        ],
           [1.        , 1.73205081]])
    """
    n = len(first)
    columns = np.zeros((n, n))
    upper = first / math.sqrt(first[0])
    lower = upper.copy()
    columns[0] = upper
    for k in range(1, n):
        upper, lower = upper[:-1], lower[1:]
        reflection = lower[0] / upper[0]
        shrink = math.sqrt((1.0 - reflection) * (1.0 + reflection))
        upper = (upper - reflection * lower) / shrink
        lower = shrink * lower - reflection * upper
        columns[k, k:] = upper
    return np.ascontiguousarray(columns.T)


@lru_cache(maxsize=16)
def _autocovariances(ar: tuple[float, ...], d: float, ma: tuple[float, ...]) -> NDArray[np.float64]:
    """All lags that can be wanted, at sigma 1: of a shorter Fourier transform the last bits would differ."""
    short = ARMA(ar, ma)
    b, a = short.polynomials()
    impulse = np.zeros(short.burn_in)
    impulse[0] = 1.0
    weights = lfilter(b, a, impulse)
    products = correlate(weights, weights, method="fft")
    reach = len(weights) - 1
    noise = _fractional_noise(d, _LONGEST - 1 + reach)
    around = np.r_[noise[reach:0:-1], noise]
    return correlate(around, products, mode="valid", method="fft")


@lru_cache(maxsize=4)
def _factors(
    key: tuple[tuple[float, ...], float, tuple[float, ...]], n: int, horizon: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Parts of the factor at sigma 1: of the past, and of the future on past and future innovations."""
    process = ARFIMA(*key)
    factor = toeplitz_cholesky(process.autocovariances(n + horizon - 1))
    parts = factor[:n, :n], factor[n:, :n], factor[n:, n:]
    past, on_past, on_future = (np.ascontiguousarray(part) for part in parts)
    return past, on_past, on_future


def _fractional_noise(d: float, n_lags: int) -> NDArray[np.float64]:
    """Autocovariances of ``(1 - B)^-d e_t`` at lags 0..n_lags (Hosking 1981, theorem 1)."""
    k = np.arange(1.0, n_lags + 1)
    ratios = np.r_[1.0, (k - 1.0 + d) / (k - d)]
    return gamma(1.0 - 2.0 * d) / gamma(1.0 - d) ** 2 * np.cumprod(ratios)
