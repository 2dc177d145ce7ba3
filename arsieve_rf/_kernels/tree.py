"""Growing one tree from presorted rows.

All sorting is done at the root. Below it every feature keeps its own list of the node's rows, sorted by that
feature, and a split parts every list stably, so a level of the tree costs O(features x rows).
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .partition import keep_left, keep_right, part_both
from .rng import below
from .split import scan_four, scan_one, scan_weighted

__all__ = ["grow_tree"]

LEAF = -1


@kernel
def _child_statistics(rows, start, end, targets, sums, weights, weighted, is_left, flag):
    """Mark the rows' side; returns (sum, sum of squares, weight, whether targets differ)."""
    total = 0.0
    squares = 0.0
    first = targets[rows[start]]
    differ = False
    count = end - start
    if weighted:
        count = np.uint64(0)
        for i in range(start, end):
            row = rows[i]
            is_left[row] = flag
            y = targets[row]
            s = sums[row]
            total += s
            squares += s * y
            count += weights[row]
            differ |= y != first
    else:
        for i in range(start, end):
            row = rows[i]
            is_left[row] = flag
            y = targets[row]
            total += y
            squares += y * y
            differ |= y != first
    return total, squares, count, differ


@kernel
def _best_split(
    lists, values, offsets, targets, sums, weights, weighted, start, end, count, mean, reciprocals,
    min_leaf, max_features, candidates, active, state,
):  # fmt: skip
    """Search ``max_features`` drawn features, and further ones until a valid split is found.

    They are drawn even if all are wanted: the order decides between features that split equally well, which
    in small nodes is frequent.
    """
    p = len(lists)
    gain, best, at = -1.0, p, start
    one = np.uint64(1)
    drawn = 0
    want = max_features
    while drawn < p:
        n_active = 0
        while drawn < want:
            state, r = below(state, np.uint64(p - drawn))
            other = drawn + np.int64(r)
            candidates[drawn], candidates[other] = candidates[other], candidates[drawn]
            f = candidates[drawn]
            drawn += 1
            offset = offsets[f]
            if values[offset + lists[f, start]] != values[offset + lists[f, end - one]]:
                active[n_active] = drawn - 1
                n_active += 1
        i = 0
        if not weighted:
            # ranks must be consecutive in a group of four (the rule on ties), so they count active features
            while i + 4 <= n_active:
                fa, fb = candidates[active[i]], candidates[active[i + 1]]
                fc, fd = candidates[active[i + 2]], candidates[active[i + 3]]
                gain, best, at = scan_four(
                    lists[fa], lists[fb], lists[fc], lists[fd], values,
                    offsets[fa], offsets[fb], offsets[fc], offsets[fd],
                    targets, start, end, mean, reciprocals, min_leaf, i, gain, best, at,
                )  # fmt: skip
                i += 4
            while i < n_active:
                f = candidates[active[i]]
                gain, best, at = scan_one(
                    lists[f], values, offsets[f], targets, start, end, mean, reciprocals, min_leaf,
                    i, gain, best, at,
                )  # fmt: skip
                i += 1
        else:
            while i < n_active:
                f = candidates[active[i]]
                gain, best, at = scan_weighted(
                    lists[f], values, offsets[f], sums, weights, start, end, count, mean, reciprocals,
                    min_leaf, i, gain, best, at,
                )  # fmt: skip
                i += 1
        if gain >= 0.0:
            break
        want = drawn + 1
    feature = candidates[active[best]] if gain >= 0.0 else -1
    return gain, feature, at, state


@kernel
def grow_tree(
    lists, n_root, values, offsets, targets, sums, weights, weighted, reciprocals,
    max_depth, min_split, min_leaf, max_features, state,
    is_left, scratch, candidates, active, stack, stack_mean,
    left, feature, threshold, n_samples, impurity, importances,
):  # fmt: skip
    """Grow one tree depth first into the given node arrays; returns the number of its nodes.

    ``stack`` rows hold (node, start, end, depth, count). Leaves keep their mean in ``threshold``.
    """
    p = len(lists)
    one = np.uint64(1)
    for f in range(p):
        candidates[f] = f
        importances[f] = 0.0
    total, squares, count, differ = _child_statistics(
        lists[0], np.uint64(0), n_root, targets, sums, weights, weighted, is_left, np.uint8(1)
    )
    mean = total / count
    left[0] = LEAF
    feature[0] = LEAF
    threshold[0] = mean
    n_samples[0] = np.int32(count)
    impurity[0] = max(squares / count - mean * mean, 0.0)
    n_nodes = 1
    top = 0
    if differ and count >= min_split and count >= min_leaf + min_leaf and max_depth > 0:
        stack[0, 0], stack[0, 1], stack[0, 2] = np.uint64(0), np.uint64(0), n_root
        stack[0, 3], stack[0, 4] = np.uint64(0), count
        stack_mean[0] = mean
        top = 1
    while top > 0:
        top -= 1
        node, start, end = stack[top, 0], stack[top, 1], stack[top, 2]
        depth, count, mean = stack[top, 3], stack[top, 4], stack_mean[top]
        gain, f, at, state = _best_split(
            lists, values, offsets, targets, sums, weights, weighted, start, end, count, mean, reciprocals,
            min_leaf, max_features, candidates, active, state,
        )  # fmt: skip
        if f < 0:
            continue
        rows = lists[f]
        middle = at + one
        low = np.float64(values[offsets[f] + rows[at]])
        high = np.float64(values[offsets[f] + rows[middle]])
        left[node] = n_nodes
        feature[node] = f
        threshold[node] = low / 2.0 + high / 2.0
        importances[f] += gain
        splits_left = splits_right = False
        for side in range(2):
            begin, stop = (start, middle) if side == 0 else (middle, end)
            total, squares, weight, differ = _child_statistics(
                rows, begin, stop, targets, sums, weights, weighted, is_left, np.uint8(1 - side)
            )
            child_mean = total / weight
            left[n_nodes] = LEAF
            feature[n_nodes] = LEAF
            threshold[n_nodes] = child_mean
            n_samples[n_nodes] = np.int32(weight)
            impurity[n_nodes] = max(squares / weight - child_mean * child_mean, 0.0)
            splits = (
                differ and weight >= min_split and weight >= min_leaf + min_leaf and depth + one < max_depth
            )
            if splits:
                stack[top, 0], stack[top, 1], stack[top, 2] = np.uint64(n_nodes), begin, stop
                stack[top, 3], stack[top, 4] = depth + one, weight
                stack_mean[top] = child_mean
                top += 1
            if side == 0:
                splits_left = splits
            else:
                splits_right = splits
            n_nodes += 1
        if splits_left and splits_right:
            for j in range(p):
                if j != f:
                    part_both(lists[j], is_left, start, end, scratch)
        elif splits_left:
            for j in range(p):
                if j != f:
                    keep_left(lists[j], is_left, start, end)
        elif splits_right:
            for j in range(p):
                if j != f:
                    keep_right(lists[j], is_left, start, end)
    return n_nodes
