"""The search for the best split of one node along presorted rows.

A candidate after position ``i`` of a feature's sorted rows sends the first k rows left. With the node's mean
m, the gain (decrease of the sum of squares) is (sum of the left targets - k m)^2 (1/k + 1/(N - k)). The best
split has the largest gain; ties go to the feature that comes first among the candidates, then to the lowest
position. Two neighbouring rows with equal feature values cannot be parted, which is checked only where a
candidate would otherwise win.

A feature's list begins at ``a`` of the flat array ``lists``, its values at ``offset`` of ``values``, where
row r has the place ``original[r]``. Flat arrays with places are much cheaper to hand on in small nodes than
one array a list.
"""

from __future__ import annotations

import numpy as np

from .jit import inlined, kernel

__all__ = ["scan_four", "scan_four_weighted", "scan_one", "scan_weighted"]


@inlined
def _differ(lists, at, values, offset, original):
    """Whether the rows at ``at`` of ``lists`` and after it have different values."""
    return values[offset + original[lists[at]]] != values[offset + original[lists[at + np.uint64(1)]]]


@inlined
def scan_one(
    lists, a, values, offset, original, targets, start, end, mean, reciprocals, min_leaf, rank, gain, best, at
):
    """Best split of one feature; returns the better of it and (gain, best, at), where best is a rank."""
    n = end - start
    total = 0.0
    one = np.uint64(1)
    for i in range(start, start + min_leaf - one):
        total += targets[lists[a + i]]
    for i in range(start + min_leaf - one, end - min_leaf):
        total += targets[lists[a + i]]
        k = i - start + one
        d = total - k * mean
        g = d * d * (reciprocals[k] + reciprocals[n - k])
        if g > gain and _differ(lists, a + i, values, offset, original):
            gain, best, at = g, rank, i
    return gain, best, at


@inlined
def scan_four(
    lists, a, b, c, d, values, offset_a, offset_b, offset_c, offset_d, original,
    targets, start, end, mean, reciprocals, min_leaf, rank, gain, best, at,
):  # fmt: skip
    """As :func:`scan_one` for four features of ranks ``rank .. rank + 3`` side by side.

    Four running sums hide the latency of the additions and share the loads that do not depend on the feature.
    """
    n = end - start
    sum_a = sum_b = sum_c = sum_d = 0.0
    one = np.uint64(1)
    for i in range(start, start + min_leaf - one):
        sum_a += targets[lists[a + i]]
        sum_b += targets[lists[b + i]]
        sum_c += targets[lists[c + i]]
        sum_d += targets[lists[d + i]]
    for i in range(start + min_leaf - one, end - min_leaf):
        sum_a += targets[lists[a + i]]
        sum_b += targets[lists[b + i]]
        sum_c += targets[lists[c + i]]
        sum_d += targets[lists[d + i]]
        k = i - start + one
        expected = k * mean
        w = reciprocals[k] + reciprocals[n - k]
        d_a = sum_a - expected
        d_b = sum_b - expected
        d_c = sum_c - expected
        d_d = sum_d - expected
        g_a = d_a * d_a * w
        g_b = d_b * d_b * w
        g_c = d_c * d_c * w
        g_d = d_d * d_d * w
        if max(max(g_a, g_b), max(g_c, g_d)) >= gain:
            if (g_a > gain or (g_a == gain and rank < best)) and _differ(
                lists, a + i, values, offset_a, original
            ):
                gain, best, at = g_a, rank, i
            if (g_b > gain or (g_b == gain and rank + 1 < best)) and _differ(
                lists, b + i, values, offset_b, original
            ):
                gain, best, at = g_b, rank + 1, i
            if (g_c > gain or (g_c == gain and rank + 2 < best)) and _differ(
                lists, c + i, values, offset_c, original
            ):
                gain, best, at = g_c, rank + 2, i
            if (g_d > gain or (g_d == gain and rank + 3 < best)) and _differ(
                lists, d + i, values, offset_d, original
            ):
                gain, best, at = g_d, rank + 3, i
    return gain, best, at


@kernel
def scan_weighted(
    lists, a, values, offset, original, sums, weights, start, end, count, mean, shares, min_leaf, rank,
    gain, best, at,
):  # fmt: skip
    """As :func:`scan_one` for rows with integer weights.

    ``sums`` is weight times target, ``count`` the node's total weight, ``shares[k]`` is 1/k + 1/(count - k).
    """
    total = 0.0
    k = np.uint64(0)
    one = np.uint64(1)
    for i in range(start, end - one):
        row = lists[a + i]
        total += sums[row]
        k += weights[row]
        d = total - k * mean
        g = d * d * shares[k]
        if (
            g > gain
            and k >= min_leaf
            and count - k >= min_leaf
            and _differ(lists, a + i, values, offset, original)
        ):
            gain, best, at = g, rank, i
    return gain, best, at


@kernel
def scan_four_weighted(
    lists, a, b, c, d, values, offset_a, offset_b, offset_c, offset_d, original,
    sums, weights, start, end, count, mean, shares, min_leaf, rank, gain, best, at,
):  # fmt: skip
    """As :func:`scan_four` for rows with integer weights, see :func:`scan_weighted`."""
    sum_a = sum_b = sum_c = sum_d = 0.0
    k_a = k_b = k_c = k_d = np.uint64(0)
    most = count - min_leaf
    one = np.uint64(1)
    for i in range(start, end - one):
        row_a = lists[a + i]
        row_b = lists[b + i]
        row_c = lists[c + i]
        row_d = lists[d + i]
        sum_a += sums[row_a]
        k_a += weights[row_a]
        sum_b += sums[row_b]
        k_b += weights[row_b]
        sum_c += sums[row_c]
        k_c += weights[row_c]
        sum_d += sums[row_d]
        k_d += weights[row_d]
        d_a = sum_a - k_a * mean
        g_a = d_a * d_a * shares[k_a]
        d_b = sum_b - k_b * mean
        g_b = d_b * d_b * shares[k_b]
        d_c = sum_c - k_c * mean
        g_c = d_c * d_c * shares[k_c]
        d_d = sum_d - k_d * mean
        g_d = d_d * d_d * shares[k_d]
        if max(max(g_a, g_b), max(g_c, g_d)) >= gain:
            if (
                (g_a > gain or (g_a == gain and rank < best))
                and min_leaf <= k_a <= most
                and _differ(lists, a + i, values, offset_a, original)
            ):
                gain, best, at = g_a, rank, i
            if (
                (g_b > gain or (g_b == gain and rank + 1 < best))
                and min_leaf <= k_b <= most
                and _differ(lists, b + i, values, offset_b, original)
            ):
                gain, best, at = g_b, rank + 1, i
            if (
                (g_c > gain or (g_c == gain and rank + 2 < best))
                and min_leaf <= k_c <= most
                and _differ(lists, c + i, values, offset_c, original)
            ):
                gain, best, at = g_c, rank + 2, i
            if (
                (g_d > gain or (g_d == gain and rank + 3 < best))
                and min_leaf <= k_d <= most
                and _differ(lists, d + i, values, offset_d, original)
            ):
                gain, best, at = g_d, rank + 3, i
    return gain, best, at
