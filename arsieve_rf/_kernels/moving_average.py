"""Conditional sums of squares of first-order moving averages."""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["ma1_sums_of_squares"]


@kernel
def ma1_sums_of_squares(x, bounds, thetas):
    """Sum of e_t**2 with e_t = x_t - theta e_{t-1}, for each theta; shape (n_thetas,).

    ``x`` float64 holds centred values of one or several segments, ``bounds`` int64 their offsets 0, ..., n.
    Before a segment e is zero.
    """
    out = np.zeros(len(thetas))
    for i in range(len(thetas)):
        theta = thetas[i]
        total = 0.0
        for s in range(len(bounds) - 1):
            error = 0.0
            for t in range(bounds[s], bounds[s + 1]):
                error = x[t] - theta * error
                total += error * error
        out[i] = total
    return out
