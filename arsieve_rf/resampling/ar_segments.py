"""AR fits of several segments: own means, common coefficients, sums that never cross a seam."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arsieve_rf._kernels.levinson import ar_residuals

from .ar_checks import as_integer, as_order
from .ar_criteria import best_order, default_max_order, information_criterion
from .ar_estimators import burg, ols_coefficients, ols_variances, yule_walker
from .ar_model import ARFit

__all__ = ["CentredSegments", "SegmentedFit", "fit_ar_segments", "fit_least_squares"]

_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class CentredSegments:
    """Segments without their means, in units of 2**exponent, so that squares cannot overflow."""

    values: NDArray[np.float64]
    bounds: NDArray[np.int64]
    means: NDArray[np.float64]
    exponent: int

    @classmethod
    def of(cls, segments: Sequence[NDArray[np.float64]]) -> CentredSegments:
        """Centre each segment at its own mean; a constant segment becomes exactly zero."""
        bounds = np.zeros(len(segments) + 1, np.int64)
        np.cumsum([len(s) for s in segments], out=bounds[1:])
        values = segments[0].copy() if len(segments) == 1 else np.concatenate(segments)
        # Powers of two twice: before the mean against overflow, after it because little may be left.
        outer = _exponent(values)
        values = np.ldexp(values, -outer)
        means = np.empty(len(segments))
        for s, (first, last) in enumerate(pairwise(bounds)):
            part = values[first:last]
            means[s] = part[0] if part.min() == part.max() else part.mean()
            part -= means[s]
        inner = _exponent(values)
        return cls(np.ldexp(values, -inner), bounds, np.ldexp(means, outer), outer + inner)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each segment."""
        return np.diff(self.bounds)

    @property
    def grand_mean(self) -> float:
        """Mean of all values of all segments."""
        if len(self.means) == 1:
            return float(self.means[0])
        return float(np.sum(self.means * (self.lengths / self.bounds[-1])))

    def to_unit(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of this scale in the unit of the series."""
        return np.ldexp(values, self.exponent)

    def variance_to_unit(self, variance: float) -> float:
        """A variance of this scale in the squared unit of the series, limited to the largest float64."""
        with np.errstate(over="ignore", under="ignore"):
            return float(min(np.ldexp(variance, 2 * self.exponent), _LARGEST))


@dataclass(frozen=True)
class SegmentedFit:
    """An AR model with common coefficients for segments that have their own means.

    ``ar.residuals`` is centred as a whole; ``residual_bounds`` says which part belongs to which segment.
    """

    ar: ARFit
    means: NDArray[np.float64]
    residual_bounds: NDArray[np.int64]


def fit_ar_segments(
    segments: Sequence[NDArray[np.float64]], order: str | int, max_order: int | None, method: str
) -> SegmentedFit:
    """:func:`~arsieve_rf.fit_ar` for several segments; with one it is the same, bit for bit."""
    centred = CentredSegments.of(segments)
    if method == "ols":
        return fit_least_squares(centred, order, max_order)[0]
    limit = int(centred.lengths.max()) - 1
    usual = min(limit, default_max_order(centred.values.size))
    order, largest = resolve_orders(order, max_order, limit, usual)
    estimate = yule_walker if method == "yule_walker" else burg
    candidates = estimate(centred.values, centred.bounds, largest)
    n = centred.values.size
    p, criterion, criteria = _choose_order(order, candidates.variances, n, centred.exponent, 1)
    coef = candidates.coefs[p, :p].copy()
    residuals, residual_bounds = ar_residuals(centred.values, centred.bounds, coef, 0.0)
    residuals -= residuals.mean()
    ar = ARFit(
        order=p,
        coef=coef,
        mean=centred.grand_mean,
        intercept=0.0,
        residuals=centred.to_unit(residuals),
        sigma2=centred.variance_to_unit(float(candidates.variances[p]) * n / max(n - (p + 1), 1)),
        method=method,
        criterion=criterion,
        criteria=criteria,
        n_obs=n,
        partial_autocorrelations=candidates.partial,
    )
    return SegmentedFit(ar, centred.means, residual_bounds)


def fit_least_squares(
    centred: CentredSegments,
    order: str | int,
    max_order: int | None,
    regressors: NDArray[np.float64] | None = None,
    first: int = 0,
) -> tuple[SegmentedFit, NDArray[np.float64]]:
    """Least squares on lags, and on ``regressors`` (n, n_regressors) which are known from time ``first`` on.

    Orders are compared on the rows that the largest leaves; the chosen one is fitted on all of its rows. Also
    returns the coefficients of the regressors, in the unit of the series.
    """
    values, bounds = centred.values, centred.bounds
    n_fixed = 1 + (0 if regressors is None else regressors.shape[1])
    limit = _least_squares_limit(centred.lengths, n_fixed, first, 1)
    usual = _least_squares_limit(centred.lengths, n_fixed, first, 2)
    order, largest = resolve_orders(order, max_order, limit, min(usual, default_max_order(values.size)))
    variances, n_common = ols_variances(values, bounds, largest, regressors, first)
    p, criterion, criteria = _choose_order(order, variances, n_common, centred.exponent, n_fixed)
    coef, intercept, beta = ols_coefficients(values, bounds, p, regressors, first)
    residuals, residual_bounds = ar_residuals(values, bounds, coef, intercept)
    if regressors is not None:
        residuals, residual_bounds = _without_regression(
            residuals, bounds, regressors @ beta, p, max(first, p)
        )
    squares = float(residuals @ residuals)
    residuals -= residuals.mean()
    ar = ARFit(
        order=p,
        coef=coef,
        mean=centred.grand_mean,
        intercept=float(np.ldexp(intercept, centred.exponent)),
        residuals=centred.to_unit(residuals),
        sigma2=centred.variance_to_unit(squares / max(residuals.size - (p + n_fixed), 1)),
        method="ols" if regressors is None else "arx",
        criterion=criterion,
        criteria=criteria,
        n_obs=values.size,
        partial_autocorrelations=np.empty(0),
    )
    return SegmentedFit(ar, centred.means, residual_bounds), centred.to_unit(beta)


def resolve_orders(order: str | int, max_order: int | None, limit: int, usual: int) -> tuple[str | int, int]:
    """Order (word or int) and largest candidate within ``limit``; ``usual`` is the default one."""
    order = as_order(order)
    why = " for a series of this length"
    if max_order is not None:
        max_order = as_integer("max_order", max_order, 0, limit, why)
    if isinstance(order, int):
        return order, as_integer("order", order, 0, limit, why)
    return order, usual if max_order is None else max_order


def _least_squares_limit(lengths: NDArray[np.int64], n_fixed: int, first: int, ratio: int) -> int:
    """Largest order with more than ``ratio`` rows to a parameter, 0 if none has."""
    order = int(lengths.max()) - 1
    while order > 0 and np.maximum(lengths - max(order, first), 0).sum() <= ratio * (order + n_fixed):
        order -= 1
    return order


def _without_regression(
    residuals: NDArray[np.float64],
    bounds: NDArray[np.int64],
    fitted: NDArray[np.float64],
    order: int,
    first: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Residuals, which begin at time ``order``, minus the regression's part, from time ``first`` on."""
    parts, position = [], 0
    for begin, end in pairwise(bounds):
        n = max(end - begin - order, 0)
        part = residuals[position : position + n] - fitted[end - n : end]
        parts.append(part[first - order :])
        position += n
    residual_bounds = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=residual_bounds[1:])
    return np.concatenate(parts), residual_bounds


def _choose_order(
    order: str | int, variances: NDArray[np.float64], n: int, exponent: int, n_fixed: int
) -> tuple[int, str | None, NDArray[np.float64]]:
    """Order, criterion and its values, with ``n_fixed`` parameters beside the lags."""
    if isinstance(order, int):
        return order, None, np.empty(0)
    n_parameters = np.arange(variances.size) + n_fixed
    log_scale = 2.0 * exponent * math.log(2.0)
    criteria = information_criterion(order, variances, n, n_parameters, log_scale)
    return best_order(criteria), order, criteria


def _exponent(values: NDArray[np.float64]) -> int:
    """Exponent e with largest absolute value in [2**(e-1), 2**e); 0 for zeros."""
    return int(math.frexp(float(np.abs(values).max()))[1])
