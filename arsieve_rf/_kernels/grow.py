"""Growing forests: one call grows a chunk of trees into flat arrays."""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .order import stable_order
from .tree import add_child, grow_nodes, push

__all__ = ["grow_on_rows", "grow_on_series", "lay_out", "leaves_to_units", "reciprocals_to"]


@kernel
def grow_on_rows(
    values, orders, targets, weights, keys, max_depth, min_split, min_leaf, max_features,
    center, scale, left, feature, threshold, n_samples, impurity, n_nodes,
):  # fmt: skip
    """Grow a chunk of trees on weighted rows of one fixed feature matrix.

    Parameters: ``values`` float32 (p * n,), one column after another; ``orders`` uint32 (p, n), stable order
    of each column; ``targets`` float64 (n,); ``weights`` int32 (n_trees, n); ``keys`` uint64
    (n_trees,). Results: node arrays (n_trees * capacity,) filled without gaps, ``n_nodes`` int64 (n_trees,).
    Sums are taken of ``(target - center) / scale``, ``scale`` a power of two, so that squares neither
    overflow nor lose the digits that a large mean would take; impurities stay in these units, leaf values
    do not.
    """
    n_trees, n = weights.shape
    p = len(orders)
    stride = np.uint64(n)
    offsets = np.empty(p, np.uint64)
    for j in range(p):
        offsets[j] = np.uint64(j * n)
    lists = np.empty(2 * p * n, np.uint32)
    original = np.arange(n).astype(np.uint32)
    sums = np.empty(n)
    weight = np.empty(n, np.uint32)
    is_left = np.empty(n, np.uint8)
    candidates = np.empty(p, np.int64)
    active = np.empty(p, np.uint64)
    stack = np.empty((n + 1, 6), np.uint64)
    stack_mean = np.empty(n + 1)
    reciprocals = np.empty(0)
    scaled = np.empty(n)
    for i in range(n):
        scaled[i] = (targets[i] - center) / scale
    used = 0
    for tree in range(n_trees):
        total = 0
        for i in range(n):
            w = weights[tree, i]
            weight[i] = np.uint32(w)
            sums[i] = w * scaled[i]
            total += w
        if total + 1 > len(reciprocals):
            reciprocals = reciprocals_to(total)
        n_root = np.uint64(0)
        for j in range(p):
            n_root = np.uint64(0)
            for i in range(n):
                row = orders[j, i]
                lists[offsets[j] + n_root] = row
                n_root += np.uint64(weight[row] > 0)
        grown = _grow_exactly(
            lists, stride, n_root, values, offsets, original, scaled, sums, weight, True, reciprocals,
            np.uint64(max_depth), np.uint64(min_split), np.uint64(min_leaf), max_features, keys[tree],
            is_left, candidates, active, stack, stack_mean,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        leaves_to_units(left, threshold, used, grown, center, scale)
        n_nodes[tree] = grown
        used += grown
    return used


@kernel
def _grow_exactly(
    lists, stride, n_root, values, offsets, original, targets, sums, weights, weighted, reciprocals,
    max_depth, min_split, min_leaf, max_features, state, is_left, candidates, active, stack, stack_mean,
    left, feature, threshold, n_samples, impurity,
):  # fmt: skip
    """Grow one tree from lists of all rows; returns the number of its nodes."""
    for f in range(len(offsets)):
        candidates[f] = f
    zero, top = np.uint64(0), 0
    count, mean, splits = add_child(
        0, lists, zero, n_root, zero, targets, sums, weights, weighted, is_left, np.uint8(1),
        max_depth, min_split, min_leaf, left, feature, threshold, n_samples, impurity,
    )  # fmt: skip
    if splits:
        top = push(stack, stack_mean, 0, 0, zero, n_root, zero, count, zero, mean)
    return grow_nodes(
        lists, stride, values, offsets, original, targets, sums, weights, weighted, reciprocals,
        max_depth, min_split, min_leaf, max_features, state, is_left, candidates, active, stack, stack_mean,
        top, 1, left, feature, threshold, n_samples, impurity,
    )  # fmt: skip


@kernel
def reciprocals_to(n):
    out = np.empty(n + 1)
    out[0] = 0.0
    for k in range(1, n + 1):
        out[k] = 1.0 / k
    return out


@kernel
def leaves_to_units(left, threshold, first, count, center, scale):
    for i in range(first, first + count):
        if left[i] < 0:
            threshold[i] = center + scale * threshold[i]


@kernel
def grow_on_series(
    series, lags, slots, linear, max_lag, valid, fixed_values, fixed_orders, keys,
    max_depth, min_split, min_leaf, max_features, center, scale,
    left, feature, threshold, n_samples, impurity, n_nodes,
):  # fmt: skip
    """Grow a chunk of trees, each on the lag matrix of its own series.

    Row r of the lag matrix has the target ``series[tree, r + max_lag]``; ``valid`` uint8 (n_rows,) is 0 where
    a row would straddle two segments. Column j is lag ``lags[j]``, or where that is 0 the materialised
    column ``slots[j]``: first the linear ones (rows of ``linear``: intercept, weights of lags 1..K), which
    follow the series, then the fixed ones (``fixed_values`` float32 (n_fixed * n_rows,), ``fixed_orders``
    uint32 (n_fixed, n_rows), whose first entries are the stable order of the valid rows).

    All lag columns are windows of one vector: one sort of the series orders them all.
    Units and results are those of :func:`grow_on_rows`.
    """
    n_trees, length = series.shape
    n_rows = length - max_lag
    p = len(lags)
    n_linear = len(linear)
    offsets = np.empty(p, np.uint64)
    for j in range(p):
        offsets[j] = np.uint64(max_lag - lags[j] if lags[j] > 0 else length + slots[j] * n_rows)
    values = np.empty(length + n_linear * n_rows + len(fixed_values), np.float32)
    values[length + n_linear * n_rows :] = fixed_values
    n_root = np.uint64(0)
    for r in range(n_rows):
        n_root += np.uint64(valid[r] > 0)
    stride = np.uint64(n_rows)
    lists = np.empty(2 * p * n_rows, np.uint32)
    original = np.arange(n_rows).astype(np.uint32)
    scaled = np.empty(n_rows)
    no_weights = np.empty(0, np.uint32)
    order = np.empty(length, np.uint32)
    column_orders = np.empty((n_linear, n_rows), np.uint32)
    sort_scratch = np.empty(3 * length, np.uint32)
    is_left = np.empty(n_rows, np.uint8)
    candidates = np.empty(p, np.int64)
    active = np.empty(p, np.uint64)
    stack = np.empty((n_rows + 1, 6), np.uint64)
    stack_mean = np.empty(n_rows + 1)
    reciprocals = reciprocals_to(n_rows)
    used = 0
    for tree in range(n_trees):
        lay_out(series[tree], max_lag, linear, values, order, column_orders, sort_scratch)
        for j in range(p):
            rows = lists[j * n_rows : (j + 1) * n_rows]
            if lags[j] > 0:
                _window_order(order, max_lag - lags[j], valid, rows)
            elif slots[j] < n_linear:
                _window_order(column_orders[slots[j]], 0, valid, rows)
            else:
                rows[:] = fixed_orders[slots[j] - n_linear]
        for r in range(n_rows):
            scaled[r] = (series[tree, r + max_lag] - center) / scale
        grown = _grow_exactly(
            lists, stride, n_root, values, offsets, original, scaled, scaled, no_weights, False, reciprocals,
            np.uint64(max_depth), np.uint64(min_split), np.uint64(min_leaf), max_features, keys[tree],
            is_left, candidates, active, stack, stack_mean,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        leaves_to_units(left, threshold, used, grown, center, scale)
        n_nodes[tree] = grown
        used += grown
    return used


@kernel
def lay_out(series, max_lag, linear, values, order, column_orders, scratch):
    """Values of a series and of its linear columns, one after another, and the stable order of each."""
    length = len(series)
    n_linear, n_weights = linear.shape
    n_rows = length - max_lag
    for t in range(length):
        values[t] = np.float32(series[t]) + np.float32(0.0)
    stable_order(values[:length], order, scratch)
    for slot in range(n_linear):
        w = linear[slot]
        column = values[length + slot * n_rows : length + (slot + 1) * n_rows]
        for r in range(n_rows):
            value = w[0]
            for k in range(1, n_weights):
                if w[k] != 0.0:
                    value += w[k] * series[r + max_lag - k]
            column[r] = np.float32(value) + np.float32(0.0)
        stable_order(column, column_orders[slot], scratch)


@kernel
def _window_order(order, shift, valid, rows):
    """Order of the window that starts at ``shift``: the valid rows among ``order - shift``."""
    n = len(valid)
    c = 0
    for i in range(len(order)):
        r = np.int64(order[i]) - shift
        if 0 <= r < n and valid[r]:
            rows[c] = np.uint32(r)
            c += 1
