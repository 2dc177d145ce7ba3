"""Quantile bins: a code of one byte a value, by which large nodes are searched."""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["column_codes", "quantile_codes"]


@kernel
def quantile_codes(values, order, n_bins, codes, edges):
    """Write the bin of each value into ``codes`` (uint8) and the borders between bins into ``edges``.

    ``order`` is the stable ascending order of ``values`` (float32); only values that it names get a code.
    ``edges`` float64 has ``n_bins`` places; border b parts bins b and b + 1 and lies half-way between the
    values on both sides. Values that are equal share a bin. Up to ``n_bins`` (at most 256) distinct values
    have one bin each. Of more, a bin takes as many as there are values left for each bin left, and those
    equal to its last one. Returns the number of bins.
    """
    n = len(order)
    distinct = 1
    for i in range(1, n):
        distinct += values[order[i]] != values[order[i - 1]]
    each = distinct <= n_bins
    code = 0
    first = 0
    for i in range(n):
        codes[order[i]] = np.uint8(code)
        if i + 1 < n:
            low, high = values[order[i]], values[order[i + 1]]
            full = (i + 1 - first) * (n_bins - code) >= n - first
            if low != high and (each or full):
                edges[code] = np.float64(low) / 2.0 + np.float64(high) / 2.0
                code += 1
                first = i + 1
    return code + 1


@kernel
def column_codes(values, orders, stride, codes, edges):
    """Codes and borders of several columns, each with bins of its own, see :func:`quantile_codes`.

    Column j has its values and codes from ``j * stride`` on, its order in row j of ``orders`` (uint32), its
    borders in row j of ``edges`` float64 (n_columns, n_bins).
    """
    n_bins = edges.shape[1]
    for j in range(len(orders)):
        own = slice(j * stride, (j + 1) * stride)
        quantile_codes(values[own], orders[j], n_bins, codes[own], edges[j])
