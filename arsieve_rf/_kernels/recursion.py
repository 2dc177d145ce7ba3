"""Forecasting h steps by feeding the forest's mean back as the next lag."""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .traverse import mean_at_row

__all__ = ["recurse_mean"]


@kernel
def recurse_mean(history, lags, slots, linear, fixed, roots, left, feature, threshold, out):
    """Forecast ``len(out)`` steps in the units of ``history``.

    ``history`` float64 holds the last values, at least the largest lag of them. Columns are described as for
    :func:`~arsieve_rf._kernels.grow.grow_on_series`; ``fixed`` float32 (h, n_fixed) are the future values of
    the fixed columns.
    """
    h, p, known = len(out), len(lags), len(history)
    n_linear, n_weights = linear.shape
    path = np.empty(known + h)
    path[:known] = history
    x = np.empty(p, np.float32)
    for step in range(h):
        t = known + step
        for j in range(p):
            if lags[j] > 0:
                x[j] = np.float32(path[t - lags[j]])
            elif slots[j] < n_linear:
                w = linear[slots[j]]
                value = w[0]
                for k in range(1, n_weights):
                    if w[k] != 0.0:
                        value += w[k] * path[t - k]
                x[j] = np.float32(value)
            else:
                x[j] = fixed[step, slots[j] - n_linear]
        out[step] = mean_at_row(x, roots, left, feature, threshold)
        path[t] = out[step]
