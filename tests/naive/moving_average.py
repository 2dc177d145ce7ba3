"""Plain twin of :mod:`arsieve_rf._kernels.moving_average`: one theta at a time."""

from __future__ import annotations

import itertools

import numpy as np


def ma1_sums_of_squares(x, bounds, thetas):
    sums = []
    for theta in thetas:
        total = 0.0
        for first, last in itertools.pairwise(bounds):
            errors = [0.0]
            for value in x[first:last]:
                errors.append(float(value) - float(theta) * errors[-1])
                total += errors[-1] * errors[-1]
        sums.append(total)
    return np.array(sums)
