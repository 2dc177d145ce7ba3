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
def column_codes(values, orders, codes, column_step, row_step, edges):
    """Codes and borders of several columns, each with bins of its own, see :func:`quantile_codes`.

    ``values`` float32 (n_columns * n,) has one column after another, row j of ``orders`` (uint32) the order
    of column j, row j of ``edges`` float64 (n_columns, n_bins) its borders. The code of row i is written to
    ``codes[j * column_step + i * row_step]``.
    """
    n_columns, n_bins = edges.shape
    n = len(values) // max(1, n_columns)
    own = np.zeros(n, np.uint8)
    for j in range(n_columns):
        quantile_codes(values[j * n : (j + 1) * n], orders[j], n_bins, own, edges[j])
        for i in range(n):
            codes[j * column_step + i * row_step] = own[i]
