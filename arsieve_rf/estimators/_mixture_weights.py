"""How much trees count beside a linear model, by what they forecast of rows that they did not see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["minimum_on_triangle", "mixture_weights"]

FloatArray = NDArray[np.float64]

_LEAST_ROWS = 8


def mixture_weights(
    residuals: FloatArray, residual_trees: FloatArray, row_trees: FloatArray, n_parameters: float
) -> tuple[float, float]:
    """Weights a and b of the two kinds of trees.

    Their direction minimises the mean of ``(r - a f - b g)**2`` over the rows, with ``a, b >= 0`` and
    ``a + b <= 1``, where r are the residuals of the linear model, f the out-of-bag forecasts of r, and g
    those of the series itself minus the linear model. As r is in sample, the linear model looks better than
    it is, by ``2 (1 - b) n_parameters mean(r**2) / n``; that is added.

    Two weights that are estimated always find something. The solution is multiplied by its Akaike weight
    against the linear model alone, ``1 / (1 + exp(2 - n log(L0 / L) / 2))`` with L0 and L the mean squared
    errors without and with trees, which leaves next to nothing of a chance find in a short series and all of
    a clear one.

    Parameters
    ----------
    residuals, residual_trees, row_trees : ndarray of float64, shape (n,)
        r, f and g; rows with NaN in f or g are left out; NaN throughout in g rules b out.
    n_parameters : float
        Effective number of coefficients of the linear model.

    Returns
    -------
    a, b : float
        Both 0 with fewer than 8 rows, or where nothing is left to explain.
    """
    with_rows = not np.isnan(row_trees).all()
    g = row_trees if with_rows else np.zeros(len(residuals))
    known = ~(np.isnan(residual_trees) | np.isnan(g))
    all_three = np.array([residuals[known], residual_trees[known], g[known]])
    n = all_three.shape[1]
    largest = float(np.abs(all_three).max(initial=0.0))
    if n < _LEAST_ROWS or largest == 0.0:
        return 0.0, 0.0
    # a power of two, so that squares neither overflow nor lose digits
    r, f, g = np.ldexp(all_three, -int(np.frexp(largest)[1]))
    alone = float(np.mean(r * r))
    optimism = n_parameters * alone / n
    quadratic = np.array([[np.mean(f * f), np.mean(f * g)], [np.mean(f * g), np.mean(g * g)]])
    linear = np.array([np.mean(r * f), np.mean(r * g) + optimism if with_rows else -1.0])
    weights, fall = minimum_on_triangle(quadratic, linear)
    before = alone + 2.0 * optimism
    if fall <= 0.0 or before == 0.0:  # residuals so small beside forecasts that their squares vanish
        return 0.0, 0.0
    share = _akaike_weight(-n * np.log(max(1.0 - fall / before, 1e-30)))
    return share * float(weights[0]), share * float(weights[1])


def minimum_on_triangle(quadratic: FloatArray, linear: FloatArray) -> tuple[FloatArray, float]:
    """Where ``w' quadratic w - 2 linear' w`` is least for ``w >= 0``, ``sum(w) <= 1``, and how far below 0.

    A convex programme in two variables: its solution is the stationary point if that lies in the triangle,
    and otherwise on one of the three edges. ``quadratic`` is symmetric and positive semidefinite.
    """
    candidates = _on_edges(quadratic, linear)
    (ff, fg), (_, gg) = quadratic.tolist()
    determinant = ff * gg - fg * fg
    if determinant > 1e-12 * ff * gg:
        rf, rg = linear.tolist()
        inner = np.array([gg * rf - fg * rg, ff * rg - fg * rf])
        if inner.min() >= 0.0 and inner.sum() <= determinant:
            candidates.append(inner / determinant)
    falls = [2.0 * w @ linear - w @ quadratic @ w for w in candidates]
    best = int(np.argmax(falls))
    return candidates[best], float(falls[best])


def _on_edges(quadratic: FloatArray, linear: FloatArray) -> list[FloatArray]:
    """Minimum on each edge of the triangle; the corner (0, 0) first, so that it wins ties."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = [corners[0]]
    for start, end in ((0, 1), (0, 2), (1, 2)):
        way = corners[end] - corners[start]
        curvature = float(way @ quadratic @ way)
        slope = max(float(way @ (linear - quadratic @ corners[start])), 0.0)
        step = slope / curvature if slope < curvature else 1.0
        found.append(corners[start] + step * way)
    return found


def _akaike_weight(gain: float) -> float:
    """Weight of a model with two more parameters, ``gain`` being the fall of -2 log-likelihood."""
    return float(1.0 / (1.0 + np.exp(np.clip((4.0 - gain) / 2.0, -500.0, 500.0))))
