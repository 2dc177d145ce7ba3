"""The search for the best split of one node along presorted rows.

A candidate after position ``i`` of a feature's sorted rows sends the first k rows left. With the node's mean
m, the gain (decrease of the sum of squares) is (sum of the left targets - k m)^2 (1/k + 1/(N - k)). The best
split has the largest gain; ties go to the feature that comes first among the candidates, then to the lowest
position. Two neighbouring rows with equal feature values cannot be parted, which is checked only where a
candidate would otherwise win.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["scan_four", "scan_one", "scan_weighted"]


@kernel
def scan_one(rows, values, offset, targets, start, end, mean, reciprocals, min_leaf, rank, gain, best, at):
    """Best split of one feature; returns the better of it and (gain, best, at), where best is a rank."""
    n = end - start
    total = 0.0
    one = np.uint64(1)
    for i in range(start, start + min_leaf - one):
        total += targets[rows[i]]
    for i in range(start + min_leaf - one, end - min_leaf):
        total += targets[rows[i]]
        k = i - start + one
        d = total - k * mean
        g = d * d * (reciprocals[k] + reciprocals[n - k])
        if g > gain and values[offset + rows[i]] != values[offset + rows[i + one]]:
            gain, best, at = g, rank, i
    return gain, best, at


@kernel
def scan_four(
    rows_a, rows_b, rows_c, rows_d, values, offset_a, offset_b, offset_c, offset_d,
    targets, start, end, mean, reciprocals, min_leaf, rank, gain, best, at,
):  # fmt: skip
    """As :func:`scan_one` for four features of ranks ``rank .. rank + 3`` side by side.

    Four running sums hide the latency of the additions and share the loads that do not depend on the feature.
    """
    n = end - start
    a = b = c = d = 0.0
    one = np.uint64(1)
    for i in range(start, start + min_leaf - one):
        a += targets[rows_a[i]]
        b += targets[rows_b[i]]
        c += targets[rows_c[i]]
        d += targets[rows_d[i]]
    for i in range(start + min_leaf - one, end - min_leaf):
        ia, ib, ic, id_ = rows_a[i], rows_b[i], rows_c[i], rows_d[i]
        a += targets[ia]
        b += targets[ib]
        c += targets[ic]
        d += targets[id_]
        k = i - start + one
        expected = k * mean
        w = reciprocals[k] + reciprocals[n - k]
        da, db, dc, dd = a - expected, b - expected, c - expected, d - expected
        ga, gb, gc, gd = da * da * w, db * db * w, dc * dc * w, dd * dd * w
        if max(max(ga, gb), max(gc, gd)) >= gain:
            j = i + one
            if (ga > gain or (ga == gain and rank < best)) and values[offset_a + ia] != values[
                offset_a + rows_a[j]
            ]:
                gain, best, at = ga, rank, i
            if (gb > gain or (gb == gain and rank + 1 < best)) and values[offset_b + ib] != values[
                offset_b + rows_b[j]
            ]:
                gain, best, at = gb, rank + 1, i
            if (gc > gain or (gc == gain and rank + 2 < best)) and values[offset_c + ic] != values[
                offset_c + rows_c[j]
            ]:
                gain, best, at = gc, rank + 2, i
            if (gd > gain or (gd == gain and rank + 3 < best)) and values[offset_d + id_] != values[
                offset_d + rows_d[j]
            ]:
                gain, best, at = gd, rank + 3, i
    return gain, best, at


@kernel
def scan_weighted(
    rows, values, offset, sums, weights, start, end, count, mean, reciprocals, min_leaf, rank, gain, best, at
):
    """As :func:`scan_one` for rows with integer weights.

    ``sums`` is weight times target, ``count`` the node's total weight.
    """
    total = 0.0
    k = np.uint64(0)
    one = np.uint64(1)
    for i in range(start, end - one):
        row = rows[i]
        total += sums[row]
        k += weights[row]
        d = total - k * mean
        g = d * d * (reciprocals[k] + reciprocals[count - k])
        if (
            g > gain
            and k >= min_leaf
            and count - k >= min_leaf
            and values[offset + row] != values[offset + rows[i + one]]
        ):
            gain, best, at = g, rank, i
    return gain, best, at
