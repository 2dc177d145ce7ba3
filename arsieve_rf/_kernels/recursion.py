"""Forecasting h steps by feeding the forest's mean back as the next lag."""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .traverse import mean_at_row

__all__ = ["held", "next_row", "recurse_mean"]

_LARGEST = 1e300  # an explosive baseline is held here, or its sums would become infinite, then NaN


@kernel
def held(value):
    """``value`` within the range that sums stay finite in."""
    return min(max(value, -_LARGEST), _LARGEST)


@kernel
def next_row(path, t, step, lags, slots, linear, fixed, intercept, weights, x):
    """Fill float32 ``x`` (p,) with the columns for the value at ``path[t]``; returns the baseline there."""
    n_linear, n_weights = linear.shape
    with_baseline = len(weights) > 0
    base = intercept
    for j in range(len(lags)):
        if lags[j] > 0:
            value = path[t - lags[j]]
        elif slots[j] < n_linear:
            w = linear[slots[j]]
            value = w[0]
            for k in range(1, n_weights):
                if w[k] != 0.0:
                    value += w[k] * path[t - k]
        else:
            value = fixed[step, slots[j] - n_linear]
        x[j] = np.float32(value)
        if with_baseline and weights[j] != 0.0:
            base += weights[j] * value
    return base


@kernel
def recurse_mean(
    history, lags, slots, linear, fixed, intercept, weights, roots, left, feature, threshold, out,
):  # fmt: skip
    """Forecast ``len(out)`` steps in the units of ``history``: mean of the trees plus a linear baseline.

    ``history`` float64 holds the last values, at least the largest lag of them. Columns are described as for
    :func:`~arsieve_rf._kernels.grow.grow_on_series`; ``fixed`` float64 (h, n_fixed) are the future values of
    the fixed columns. The baseline is ``intercept + sum_j weights[j] column_j``, on values before they are
    rounded to float32 for the trees; ``weights`` float64 has one entry a column, or none where there is no
    baseline. Without ``roots`` the trees count nothing.
    """
    h, known = len(out), len(history)
    path = np.empty(known + h)
    path[:known] = history
    x = np.empty(len(lags), np.float32)
    for step in range(h):
        t = known + step
        base = next_row(path, t, step, lags, slots, linear, fixed, intercept, weights, x)
        out[step] = mean_at_row(x, roots, left, feature, threshold) if len(roots) > 0 else 0.0
        if len(weights) > 0:
            out[step] = held(out[step] + base)
        path[t] = out[step]
