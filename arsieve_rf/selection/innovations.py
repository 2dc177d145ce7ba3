"""One-step errors of an AR model along a series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["innovation_variance"]


def innovation_variance(y: NDArray[np.float64], coef: NDArray[np.float64]) -> float:
    """Mean squared one-step error around the mean of ``y``; values before the series count as the mean."""
    errors = np.convolve(np.concatenate([[1.0], -coef]), y - y.mean())[: len(y)]
    return float(np.mean(errors**2))
