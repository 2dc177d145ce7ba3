"""Plain twins of :mod:`arsieve_rf._kernels.levinson`: the same sums in the same order."""

from __future__ import annotations

import itertools

import numpy as np


def pooled_autocovariances(x, bounds, max_lag):
    sums = []
    for k in range(max_lag + 1):
        total = 0.0
        for first, last in itertools.pairwise(bounds):
            for t in range(first, last - k):
                total += float(x[t]) * float(x[t + k])
        sums.append(total / len(x))
    return np.array(sums)


def levinson_durbin(autocovariances):
    r = [float(value) for value in autocovariances]
    p = len(r) - 1
    rows, variances, partial = [[]], [r[0]], []
    for i in range(1, p + 1):
        previous = rows[-1]
        reflection = 0.0
        if variances[-1] > 0.0:
            unexplained = r[i]
            for k, coef in enumerate(previous):
                unexplained -= coef * r[i - 1 - k]
            reflection = min(max(unexplained / variances[-1], -1.0), 1.0)
        rows.append([a - reflection * b for a, b in zip(previous, reversed(previous))] + [reflection])
        partial.append(reflection)
        variances.append(variances[-1] * (1.0 - reflection * reflection))
    coefs = np.zeros((p + 1, p))
    for i, row in enumerate(rows):
        coefs[i, :i] = row
    return coefs, np.array(variances), np.array(partial)


def ar_residuals(x, bounds, coef, intercept):
    p = len(coef)
    out, out_bounds = [], [0]
    for first, last in itertools.pairwise(bounds):
        for t in range(first + p, last):
            value = float(x[t]) - intercept
            for k in range(1, p + 1):
                value -= float(coef[k - 1]) * float(x[t - k])
            out.append(value)
        out_bounds.append(len(out))
    return np.array(out, dtype=np.float64), np.array(out_bounds)
