"""Autocovariances, the Levinson-Durbin recursion and the residuals of an AR model.

All three take several segments (runs of consecutive times) in one flat array with ``bounds``, the offsets
0, ..., n, and never look across a seam. Reference: Durbin (1960), "The fitting of time-series models",
doi:10.2307/1401322; Brockwell and Davis (1991), "Time Series: Theory and Methods", section 5.2,
doi:10.1007/978-1-4419-0320-4.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["ar_residuals", "levinson_durbin", "pooled_autocovariances"]


@kernel
def pooled_autocovariances(x, bounds, max_lag):
    """Biased autocovariances at lags 0..max_lag of centred values, all segments pooled, divided by len(x)."""
    sums = np.zeros(max_lag + 1)
    for s in range(bounds.size - 1):
        first, last = bounds[s], bounds[s + 1]
        for t in range(first, last):
            value = x[t]
            # The lags are innermost because sums over lags are independent: they vectorise without
            # changing the order of any one sum.
            n_lags = min(max_lag + 1, last - t)
            ahead = x[t : t + n_lags]
            for k in range(n_lags):
                sums[k] += value * ahead[k]
    for k in range(max_lag + 1):
        sums[k] /= x.size
    return sums


@kernel
def levinson_durbin(autocovariances):
    """Yule-Walker fits of all orders 0..p: coefs (p+1, p), innovation variances (p+1,), pacf (p,).

    Row i of ``coefs`` holds order i, padded with zeros. When a variance reaches 0 (by rounding: the exact one
    of a non-constant series is positive) the higher orders repeat that fit, with pacf 0.
    """
    p = autocovariances.size - 1
    coefs = np.zeros((p + 1, p))
    variances = np.zeros(p + 1)
    partial = np.zeros(p)
    variances[0] = autocovariances[0]
    for i in range(1, p + 1):
        previous = coefs[i - 1]
        current = coefs[i]
        reflection = 0.0
        if variances[i - 1] > 0.0:
            unexplained = autocovariances[i]
            for k in range(i - 1):
                unexplained -= previous[k] * autocovariances[i - 1 - k]
            reflection = min(max(unexplained / variances[i - 1], -1.0), 1.0)
        for k in range(i - 1):
            current[k] = previous[k] - reflection * previous[i - 2 - k]
        current[i - 1] = reflection
        partial[i - 1] = reflection
        variances[i] = variances[i - 1] * (1.0 - reflection * reflection)
    return coefs, variances, partial


@kernel
def ar_residuals(x, bounds, coef, intercept):
    """Residuals ``x_t - intercept - sum_k coef_k x_{t-k}`` of each segment from time p on, and their bounds.

    A segment of p values or fewer has none.
    """
    p = coef.size
    n_segments = bounds.size - 1
    out_bounds = np.zeros(n_segments + 1, np.int64)
    for s in range(n_segments):
        out_bounds[s + 1] = out_bounds[s] + max(bounds[s + 1] - bounds[s] - p, 0)
    out = np.empty(out_bounds[n_segments])
    for s in range(n_segments):
        position = out_bounds[s]
        for t in range(bounds[s] + p, bounds[s + 1]):
            value = x[t] - intercept
            window = x[t - p : t]
            for k in range(p):
                value -= coef[k] * window[p - 1 - k]
            out[position] = value
            position += 1
    return out, out_bounds
