"""Conditional means of a first-order non-linear autoregression several steps ahead, by integration."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

__all__ = ["MeanTable"]

_CELLS = 4000
_WIDEST = 200.0
_FEWEST_KNOTS, _MOST_KNOTS = 257, 1025


class MeanTable:
    """Means ``M_k(u) = E[y_{t+k} | g(y_{t-1}) = u]`` of ``y_t = g(y_{t-1}) + e_t``, tabulated in u.

    ``M_0(u) = u``, and by the Chapman-Kolmogorov equation ``M_k(u) = E[M_{k-1}(g(u + e))]``. The values are
    put into narrow cells, whose probabilities given u are exact; none lies across a jump of g. ``M_k`` is
    smooth in u even where g jumps, for the innovations smooth it.

    Parameters
    ----------
    weights : ndarray of float64, shape (n_knots, n_cells)
        Probabilities of the cells given u at each knot.
    knots : ndarray of float64, shape (n_knots,)
        Values of u.
    images : ndarray of float64, shape (n_cells,)
        g at the midpoints of the cells.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import ndtr
    >>> table = MeanTable.build(lambda y: 0.5 * y, ndtr, 1.0, -8.0, 8.0)
    >>> table.later_means(1.0, 2).round(4)
    array([0.5 , 0.25])
    """

    def __init__(
        self, weights: NDArray[np.float64], knots: NDArray[np.float64], images: NDArray[np.float64]
    ) -> None:
        self._weights = weights
        self._knots = knots
        self._images = images
        self._means: list[CubicSpline] = []

    @classmethod
    def build(
        cls,
        step: Callable[[float], float],
        cdf: Callable[[ArrayLike], NDArray[np.float64]],
        sigma: float,
        low: float,
        high: float,
        breaks: Sequence[float] = (),
    ) -> MeanTable | None:
        """Table for a map and innovations ``sigma * z``.

        Parameters
        ----------
        step : callable
            The map g, of one number.
        cdf : callable
            Distribution function of z, of an array.
        sigma : float
            Scale of the innovations.
        low, high : float
            Range of the series that is divided into cells; what lies beyond goes to the outermost cells.
        breaks : sequence of float, optional
            Where g jumps.

        Returns
        -------
        MeanTable or None
            None if the range is more than 200 sigma, too wide for cells that are narrow beside sigma.
        """
        if not 0.0 < high - low <= _WIDEST * sigma:
            return None
        edges = np.unique(np.r_[np.linspace(low, high, _CELLS + 1), [b for b in breaks if low < b < high]])
        images = np.array([step(y) for y in (0.5 * (edges[1:] + edges[:-1])).tolist()])
        least, most = images.min() - 0.1 * sigma, images.max() + 0.1 * sigma
        count = int(np.clip(5.0 * (most - least) / sigma, _FEWEST_KNOTS, _MOST_KNOTS))
        knots = np.linspace(least, most, count)
        below = cdf((edges[None, 1:-1] - knots[:, None]) / sigma)
        below = np.hstack([np.zeros((count, 1)), below, np.ones((count, 1))])
        return cls(np.diff(below, axis=1), knots, images)

    def later_means(self, u: float, steps: int) -> NDArray[np.float64]:
        """``M_1(u)``, ..., ``M_steps(u)``.

        Parameters
        ----------
        u : float
            The conditional mean one step ahead.
        steps : int
            Number of further steps.

        Returns
        -------
        ndarray of float64, shape (steps,)
            Means of the values that follow; beyond the table continued along straight lines.
        """
        while len(self._means) < steps:
            before = self._at(len(self._means), self._images)
            # einsum, for its sums do not depend on the number of threads as those of BLAS do
            self._means.append(CubicSpline(self._knots, np.einsum("ij,j->i", self._weights, before)))
        return np.array([float(self._at(k + 1, np.asarray(u))) for k in range(steps)])

    def _at(self, k: int, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """``M_k`` at ``u``."""
        if k == 0:
            return u
        mean = self._means[k - 1]
        inside = np.clip(u, self._knots[0], self._knots[-1])
        return mean(inside) + mean(inside, 1) * (u - inside)
