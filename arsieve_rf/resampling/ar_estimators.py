"""The three AR estimators, on the centred values of one or several segments.

Several segments (stacked series, or a series with gaps) share their coefficients: sums run over all segments
and never across a seam. The values come in as one flat array with ``bounds``, the offsets 0, ..., n of the
segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arsieve_rf._kernels.levinson import levinson_durbin, pooled_autocovariances

__all__ = ["Candidates", "burg", "ols_coefficients", "ols_variances", "yule_walker"]

Floats = NDArray[np.float64]
Bounds = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Fits of all orders 0..p: row i of ``coefs`` is order i; ``partial`` is the partial acf."""

    coefs: Floats
    variances: Floats
    partial: Floats


def yule_walker(x: Floats, bounds: Bounds, max_order: int) -> Candidates:
    """Yule-Walker equations on biased autocovariances, by Levinson-Durbin: stationary at every order."""
    return Candidates(*levinson_durbin(pooled_autocovariances(x, bounds, max_order)))


def burg(x: Floats, bounds: Bounds, max_order: int) -> Candidates:
    """Burg's method: each reflection coefficient minimises forward plus backward prediction errors.

    statsmodels has it for one series only; here the sums of squares are pooled over segments.
    Burg (1968), "A new analysis technique for time series data"; Brockwell and Davis (1991), section 8.2.
    """
    forward = [x[first:last] for first, last in pairwise(bounds)]
    backward = list(forward)
    coefs = np.zeros((max_order + 1, max_order))
    variances = np.zeros(max_order + 1)
    partial = np.zeros(max_order)
    variances[0] = sum(float(f @ f) for f in forward) / x.size
    for i in range(1, max_order + 1):
        forward = [f[1:] for f in forward]
        backward = [b[:-1] for b in backward]
        power = sum(float(f @ f + b @ b) for f, b in zip(forward, backward))
        cross = sum(float(f @ b) for f, b in zip(forward, backward))
        # Rounding noise of a series that is already predicted perfectly says nothing about its partial acf.
        known = power > 0.0 and variances[i - 1] > 1e-30 * variances[0]
        reflection = min(max(2.0 * cross / power, -1.0), 1.0) if known else 0.0
        previous = coefs[i - 1, : i - 1]
        coefs[i, : i - 1] = previous - reflection * previous[::-1]
        coefs[i, i - 1] = partial[i - 1] = reflection
        variances[i] = variances[i - 1] * (1.0 - reflection**2)
        forward, backward = (
            [f - reflection * b for f, b in zip(forward, backward)],
            [b - reflection * f for f, b in zip(forward, backward)],
        )
    return Candidates(coefs, variances, partial)


def _design(
    x: Floats, bounds: Bounds, order: int, regressors: Floats | None, first: int
) -> tuple[Floats, Floats]:
    """Columns 1, regressors, lags 1..order, and the targets, for times >= ``first`` of every segment."""
    parts = []
    for begin, end in pairwise(bounds):
        times = np.arange(begin + first, end)
        columns = [np.ones((times.size, 1))]
        if regressors is not None:
            columns.append(regressors[times])
        columns += [x[times - k][:, None] for k in range(1, order + 1)]
        parts.append(np.hstack([*columns, x[times][:, None]]))
    both = np.vstack(parts)
    return both[:, :-1], both[:, -1]


def ols_variances(
    x: Floats, bounds: Bounds, max_order: int, regressors: Floats | None = None, first: int = 0
) -> tuple[Floats, int]:
    """Mean squared residual of every order on the rows that the largest leaves, and their number.

    One QR decomposition serves all orders, as their designs are nested. An order whose design has not full
    column rank is no candidate: NaN, like all orders above it.
    """
    design, target = _design(x, bounds, max_order, regressors, max(first, max_order))
    n, n_fixed = len(target), design.shape[1] - max_order
    triangle = np.asarray(np.linalg.qr(np.column_stack([design, target]), mode="r"))
    column_norms = np.sqrt((design**2).sum(axis=0))
    tolerance = max(design.shape) * np.finfo(float).eps
    diagonal = np.zeros(design.shape[1])
    diagonal[: len(triangle)] = np.abs(np.diag(triangle))[: design.shape[1]]
    full = diagonal > tolerance * column_norms
    # What is left of the target below row r is what the first r columns do not explain.
    left = np.zeros(design.shape[1] + 1)
    left[: len(triangle)] = np.cumsum(triangle[::-1, -1] ** 2)[::-1] / n
    variances = np.full(max_order + 1, np.nan)
    for order in range(max_order + 1):
        if order and not full[n_fixed + order - 1]:
            break
        variances[order] = left[n_fixed + order]
    return variances, n


def ols_coefficients(
    x: Floats, bounds: Bounds, order: int, regressors: Floats | None = None, first: int = 0
) -> tuple[Floats, float, Floats]:
    """Least squares on all rows that ``order`` leaves (minimum norm where not unique).

    Returns the coefficients of the lags, the intercept, and the coefficients of the regressors.
    """
    design, target = _design(x, bounds, order, regressors, max(first, order))
    solution = np.asarray(np.linalg.lstsq(design, target, rcond=None)[0], np.float64)
    n_fixed = design.shape[1] - order
    return solution[n_fixed:], float(solution[0]), solution[1:n_fixed]
