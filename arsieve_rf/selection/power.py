"""Whether to take square roots of a series first."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..resampling.ar_average import average_ar
from .innovations import innovation_variance
from .unit_roots import longest_run, unit

__all__ = ["choose_power"]

_LEAST = 8
_LEAST_GAIN = 2.0  # the price of a parameter in AIC


def choose_power(y: NDArray[np.float64]) -> float:
    """Choose between a series (1) and its square roots (0.5) by likelihood.

    AR models are fitted to the differences of both; the likelihoods, the Jacobian included, are those of the
    same data. The square root is taken where -2 log-likelihood falls by more than 2.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        A series without season; NaN is missing.

    Returns
    -------
    float
        0.5 or 1; 1 where a value is not positive or fewer than 8 stand in a row.

    Notes
    -----
    The logarithm is not among the candidates: where it fits better it also extrapolates exponentially, and
    the few forecasts that this ruins cost more than the others gain (``python -m benchmarks.m3 --inner
    --options '{"transform": "log"}'`` beside ``'{"transform": null}'`` and the default).

    References
    ----------
    G. E. P. Box, D. R. Cox (1964). "An analysis of transformations". Journal of the Royal Statistical Society
    B 26, 211-252. doi:10.1111/j.2517-6161.1964.tb00553.x

    Examples
    --------
    >>> import numpy as np
    >>> walk = np.cumsum(np.random.default_rng(0).normal(1.0, 1.0, 200))
    >>> choose_power(50.0 + walk), choose_power((50.0 + walk) ** 2)
    (1.0, 0.5)
    """
    run = longest_run(y)
    # values outside the longest run are transformed, too
    if len(run) < _LEAST or (y <= 0.0).any():
        return 1.0
    run = unit(run)
    if run.min() < 1e-290:
        return 1.0
    levels = _log_variance(run)
    # of the Box-Cox transform 2 (sqrt(y) - 1), whose Jacobian is the product of 1 / sqrt(y)
    roots = _log_variance(2.0 * np.sqrt(run)) + float(np.mean(np.log(run[1:])))
    if math.isinf(levels):
        return 1.0
    return 0.5 if (len(run) - 1) * (levels - roots) > _LEAST_GAIN else 1.0


def _log_variance(values: NDArray[np.float64]) -> float:
    """Log innovation variance of the AR model of the differences; -inf for an exact fit."""
    changes = np.diff(values)
    variance = innovation_variance(changes, average_ar((changes,)).coef)
    return math.log(variance) if variance > 1e-30 else -math.inf
