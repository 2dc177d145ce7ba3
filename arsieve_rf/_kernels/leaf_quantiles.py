"""Quantiles of the targets that share leaves with a row.

A *member* is a target in a leaf of a tree, once for each time that the tree drew it. Members lie leaf by
leaf: those of node k, counted among all nodes, are entries ``starts[k] .. starts[k + 1] - 1``.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .traverse import nodes_at_rows

__all__ = ["group_by_leaf", "nodes_on_series", "quantiles_at_rows"]

_BLOCK = 64
_DIGIT_BITS = 11
_DIGITS = 1 << _DIGIT_BITS


@kernel
def nodes_on_series(
    series, lags, slots, linear, max_lag, rows, fixed, roots, left, feature, threshold, out,
):  # fmt: skip
    """Leaf that each row of a tree's own series reaches, counted within the tree, into ``out`` (n, n_trees).

    Columns are described as for :func:`~arsieve_rf._kernels.grow.grow_on_series` and computed alike, to the
    last bit. Row i has the target ``series[tree, rows[i] + max_lag]``; ``rows`` int64 (n,), ``fixed`` float32
    (n, n_fixed), ``out`` int64.
    """
    n, p = len(rows), len(lags)
    n_linear, n_weights = linear.shape
    X = np.empty((n, p), np.float32)
    for b in range(len(roots)):
        for i in range(n):
            t = rows[i] + max_lag
            for j in range(p):
                if lags[j] > 0:
                    X[i, j] = np.float32(series[b, t - lags[j]])
                elif slots[j] < n_linear:
                    w = linear[slots[j]]
                    value = w[0]
                    for k in range(1, n_weights):
                        if w[k] != 0.0:
                            value += w[k] * series[b, t - k]
                    X[i, j] = np.float32(value)
                else:
                    X[i, j] = fixed[i, slots[j] - n_linear]
        nodes_at_rows(X, roots[b : b + 1], left, feature, threshold, out[:, b : b + 1])


@kernel
def group_by_leaf(nodes, counts, roots, wanted, stride, sizes, members):
    """Write down the members of the wanted leaves, leaf by leaf, and return their number.

    Row i of tree b, which lies in its leaf ``nodes[i, b]`` (int64), is written ``counts[b, i]`` (int32) times
    as the number ``b * stride + i``. ``wanted`` uint8 (n_nodes,) is 0 for nodes to pass over. Results:
    ``sizes`` int64 (n_nodes,) and ``members`` int64, with room for the sum of ``counts``.
    """
    n, n_trees = nodes.shape
    sizes[:] = 0
    for b in range(n_trees):
        for i in range(n):
            node = roots[b] + nodes[i, b]
            if wanted[node]:
                sizes[node] += counts[b, i]
    position = np.empty(len(sizes), np.int64)
    total = 0
    for k in range(len(sizes)):
        position[k] = total
        total += sizes[k]
    for b in range(n_trees):
        for i in range(n):
            node = roots[b] + nodes[i, b]
            if wanted[node]:
                for _ in range(counts[b, i]):
                    members[position[node]] = b * stride + i
                    position[node] += 1
    return total


@kernel
def _sorted_by_key(keys, shares, other_keys, other_shares, n, n_keys):
    """The first ``n`` keys, all below ``n_keys``, in ascending order, each with its share; stable.

    Radix sort, least significant digit first, from one pair of buffers to the other and back.
    """
    position = np.empty(_DIGITS + 1, np.int64)
    shift = 0
    while n_keys - 1 >> shift > 0:
        position[:] = 0
        for e in range(n):
            position[((np.int64(keys[e]) >> shift) & (_DIGITS - 1)) + 1] += 1
        for d in range(_DIGITS):
            position[d + 1] += position[d]
        for e in range(n):
            digit = (np.int64(keys[e]) >> shift) & (_DIGITS - 1)
            other_keys[position[digit]] = keys[e]
            other_shares[position[digit]] = shares[e]
            position[digit] += 1
        keys, other_keys = other_keys, keys
        shares, other_shares = other_shares, shares
        shift += _DIGIT_BITS
    return keys, shares


@kernel
def _read(keys, shares, n, values, levels, out):
    """Quantiles of ``values[keys]`` with weights ``shares``, of ``n`` sorted members; both are used up."""
    last = 0
    for e in range(1, n):
        if keys[e] == keys[last]:
            shares[last] += shares[e]
        else:
            last += 1
            keys[last] = keys[e]
            shares[last] = shares[e]
    for e in range(1, last + 1):
        shares[e] += shares[e - 1]
    whole = shares[last]
    unit = whole / n
    below = -1
    for q in range(len(levels)):
        mass = whole - (1.0 - levels[q]) * (whole - unit)
        while below < last and shares[below + 1] <= mass:
            below += 1
        if below < 0 or below == last:
            out[q] = values[keys[max(below, 0)]]
        else:
            low, high = values[keys[below]], values[keys[below + 1]]
            part = min((mass - shares[below]) / unit, 1.0)
            out[q] = min(low + part * (high - low), high)


@kernel
def quantiles_at_rows(X, roots, left, feature, threshold, starts, ranks, values, levels, out):
    """Quantiles at each row of float32 ``X`` (n, p), into ``out`` (n, n_levels).

    ``values`` float64 are ascending, ``ranks`` uint32 the positions of members among them, ``levels`` float64
    ascending. A member weighs 1 / (number of members of its leaf); trees whose leaf has none are passed over,
    and if no tree is left, all ``values`` weigh the same.

    Let values v_1, v_2, ... have cumulated weights C_1, C_2, ..., scaled so that they sum to the number N of
    members. The quantile of level q is that of q (N - 1) + 1 units of weight: with k the last C_k up to
    there, v_k plus the units left over, at most one, times (v_{k+1} - v_k). If all weights are whole,
    this is linear interpolation between the members in their order.
    """
    n, n_trees = len(X), len(roots)
    nodes = np.empty((_BLOCK, n_trees), np.int64)
    keys, other_keys = np.empty(0, np.uint32), np.empty(0, np.uint32)
    shares, other_shares = np.empty(0), np.empty(0)
    for first in range(0, n, _BLOCK):
        here = min(_BLOCK, n - first)
        nodes_at_rows(X[first : first + here], roots, left, feature, threshold, nodes)
        for i in range(here):
            total = 0
            for b in range(n_trees):
                node = roots[b] + nodes[i, b]
                total += starts[node + 1] - starts[node]
            n_members = total if total > 0 else len(values)
            if n_members > len(keys):
                room = 2 * n_members
                keys, other_keys = np.empty(room, np.uint32), np.empty(room, np.uint32)
                shares, other_shares = np.empty(room), np.empty(room)
            at = 0
            for b in range(n_trees):
                node = roots[b] + nodes[i, b]
                size = starts[node + 1] - starts[node]
                for m in range(starts[node], starts[node + 1]):
                    keys[at] = ranks[m]
                    shares[at] = 1.0 / size
                    at += 1
            if total == 0:
                for k in range(n_members):
                    keys[k] = np.uint32(k)
                    shares[k] = 1.0
            sorted_keys, sorted_shares = _sorted_by_key(
                keys, shares, other_keys, other_shares, n_members, len(values)
            )
            _read(sorted_keys, sorted_shares, n_members, values, levels, out[first + i])
