"""Growing one tree from presorted rows.

All sorting is done at the root. Below it every feature keeps its own list of the node's rows, sorted by that
feature, and a split parts every list stably, so a level of the tree costs O(features x rows).
"""

from __future__ import annotations

import numpy as np

from .jit import inlined, kernel
from .partition import part_lists
from .rng import below
from .split import scan_four, scan_four_weighted, scan_one, scan_weighted

__all__ = ["add_child", "grow_nodes", "push"]

LEAF = -1
# columns of a stack of nodes to be split
NODE, START, END, DEPTH, COUNT, BUFFER = range(6)


@inlined
def node_statistics(lists, start, end, targets, sums, weights, weighted, is_left, flag):
    """Mark the rows' side; returns (sum, sum of squares, weight, whether targets differ)."""
    total = 0.0
    squares = 0.0
    first = targets[lists[start]]
    differ = False
    count = end - start
    if weighted:
        count = np.uint64(0)
        for i in range(start, end):
            row = lists[i]
            is_left[row] = flag
            y = targets[row]
            s = sums[row]
            total += s
            squares += s * y
            count += weights[row]
            differ |= y != first
    else:
        for i in range(start, end):
            row = lists[i]
            is_left[row] = flag
            y = targets[row]
            total += y
            squares += y * y
            differ |= y != first
    return total, squares, count, differ


@inlined
def add_child(
    node, lists, start, end, depth, targets, sums, weights, weighted, is_left, flag,
    max_depth, min_split, min_leaf, left, feature, threshold, n_samples, impurity,
):  # fmt: skip
    """Write a node as a leaf; returns its weight, its mean, and whether it may be split."""
    total, squares, count, differ = node_statistics(
        lists, start, end, targets, sums, weights, weighted, is_left, flag
    )
    mean = total / count
    left[node] = LEAF
    feature[node] = LEAF
    threshold[node] = mean
    n_samples[node] = np.int32(count)
    impurity[node] = max(squares / count - mean * mean, 0.0)
    splits = differ and count >= min_split and count >= min_leaf + min_leaf and depth < max_depth
    return count, mean, splits


@inlined
def push(stack, stack_mean, top, node, start, end, depth, count, buffer, mean):
    """Put a node that may be split on the stack; returns the new height."""
    stack[top, NODE] = np.uint64(node)
    stack[top, START], stack[top, END], stack[top, DEPTH] = start, end, depth
    stack[top, COUNT], stack[top, BUFFER] = count, buffer
    stack_mean[top] = mean
    return top + 1


@inlined
def _best_split(
    lists, base, stride, p, values, offsets, original, targets, sums, weights, weighted, start, end, count,
    mean, reciprocals, shares, min_leaf, max_features, candidates, active, state,
):  # fmt: skip
    """Search ``max_features`` drawn features, and further ones until a valid split is found.

    They are drawn even if all are wanted: the order decides between features that split equally well, which
    in small nodes is frequent.
    """
    gain, best, at = -1.0, p, start
    one = np.uint64(1)
    drawn = 0
    want = max_features
    if weighted:
        for k in range(min_leaf, count - min_leaf + one):
            shares[k] = reciprocals[k] + reciprocals[count - k]
    while drawn < p:
        n_active = 0
        while drawn < want:
            state, r = below(state, np.uint64(p - drawn))
            other = drawn + np.int64(r)
            candidates[drawn], candidates[other] = candidates[other], candidates[drawn]
            f = np.uint64(candidates[drawn])
            drawn += 1
            a, offset = base + f * stride, offsets[f]
            lowest, highest = lists[a + start], lists[a + end - one]
            if values[offset + original[lowest]] != values[offset + original[highest]]:
                active[n_active] = f
                n_active += 1
        i = 0
        # ranks must be consecutive in a group of four (the rule on ties), so they count active features
        while i + 4 <= n_active:
            fa, fb, fc, fd = active[i], active[i + 1], active[i + 2], active[i + 3]
            a, b, c, d = base + fa * stride, base + fb * stride, base + fc * stride, base + fd * stride
            if weighted:
                gain, best, at = scan_four_weighted(
                    lists, a, b, c, d, values, offsets[fa], offsets[fb], offsets[fc], offsets[fd], original,
                    sums, weights, start, end, count, mean, shares, min_leaf, i, gain, best, at,
                )  # fmt: skip
            else:
                gain, best, at = scan_four(
                    lists, a, b, c, d, values, offsets[fa], offsets[fb], offsets[fc], offsets[fd], original,
                    targets, start, end, mean, reciprocals, min_leaf, i, gain, best, at,
                )  # fmt: skip
            i += 4
        while i < n_active:
            fa = active[i]
            if weighted:
                gain, best, at = scan_weighted(
                    lists, base + fa * stride, values, offsets[fa], original, sums, weights, start, end,
                    count, mean, shares, min_leaf, i, gain, best, at,
                )  # fmt: skip
            else:
                gain, best, at = scan_one(
                    lists, base + fa * stride, values, offsets[fa], original, targets, start, end, mean,
                    reciprocals, min_leaf, i, gain, best, at,
                )  # fmt: skip
            i += 1
        if gain >= 0.0:
            break
        want = drawn + 1
    return (np.int64(active[best]) if gain >= 0.0 else -1), at, state


@kernel
def grow_nodes(
    lists, stride, values, offsets, original, targets, sums, weights, weighted, reciprocals,
    max_depth, min_split, min_leaf, max_features, state, is_left, candidates, active, stack, stack_mean, top,
    n_nodes, left, feature, threshold, n_samples, impurity,
):  # fmt: skip
    """Split the ``top`` nodes on the stack, and what comes of them, depth first; returns how many nodes are.

    ``lists`` are two buffers of p lists of ``stride`` rows: a node's rows stand in the one that its place in
    the stack names, its children's in the other. Leaves keep their mean in ``threshold``.
    """
    p = len(offsets)
    one = np.uint64(1)
    size = np.uint64(p) * stride
    shares = np.zeros(len(reciprocals) if weighted else 0)  # places that no node fills must be finite
    while top > 0:
        top -= 1
        node, start, end = stack[top, NODE], stack[top, START], stack[top, END]
        depth, count, buffer = stack[top, DEPTH] + one, stack[top, COUNT], stack[top, BUFFER]
        base = buffer * size
        f, at, state = _best_split(
            lists, base, stride, p, values, offsets, original, targets, sums, weights, weighted, start, end,
            count, stack_mean[top], reciprocals, shares, min_leaf, max_features, candidates, active, state,
        )  # fmt: skip
        if f < 0:
            continue
        middle = at + one
        first = base + np.uint64(f) * stride
        offset = offsets[f]
        low = np.float64(values[offset + original[lists[first + at]]])
        high = np.float64(values[offset + original[lists[first + middle]]])
        left[node] = n_nodes
        feature[node] = f
        threshold[node] = low / 2.0 + high / 2.0
        before = top
        for side in range(2):
            begin, stop = (start, middle) if side == 0 else (middle, end)
            count, mean, splits = add_child(
                n_nodes, lists[first:], begin, stop, depth, targets, sums, weights, weighted, is_left,
                np.uint8(1 - side), max_depth, min_split, min_leaf,
                left, feature, threshold, n_samples, impurity,
            )  # fmt: skip
            if splits:
                top = push(stack, stack_mean, top, n_nodes, begin, stop, depth, count, one - buffer, mean)
            n_nodes += 1
        if top > before:
            part_lists(lists, base, (one - buffer) * size, stride, p, is_left, start, middle, end)
    return n_nodes
