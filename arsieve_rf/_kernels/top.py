"""The top of a tree on many rows: large nodes are split at borders of bins.

A node's histogram tells all its candidates. Only the smaller child's is summed over rows, the larger one's is
what is left of the parent's. The rows of a node are one list for all features. Nodes of few rows are left on
a stack, for the exact search of :mod:`.tree`.
"""

from __future__ import annotations

import numpy as np

from .histogram import best_bin, fill_histogram, take_away
from .jit import inlined, kernel
from .rng import below
from .tree import BUFFER, COUNT, DEPTH, END, NODE, START, add_child, push

__all__ = ["grow_top", "n_histograms"]

SLOT = BUFFER  # a node on the stack of large ones has a histogram in this place


@kernel
def n_histograms(n_rows, smallest):
    """Most histograms that are needed at a time.

    Of two children the smaller is split first, so each one that waits is above another of half its size.
    """
    count = 3
    while n_rows > smallest:
        n_rows //= 2
        count += 1
    return count


@inlined
def _part_rows(rows, start, end, codes, offset, step, last, scratch):
    """Rows of bins up to ``last`` first, the others after them, stably; returns where the others begin."""
    left = start
    right = np.uint64(0)
    one = np.uint64(1)
    for i in range(start, end):
        row = rows[i]
        rows[left] = row
        scratch[right] = row
        goes_left = np.uint64(codes[offset + np.uint64(row) * step] <= last)
        left += goes_left
        right += one - goes_left
    for i in range(right):
        rows[left + np.uint64(i)] = scratch[i]
    return left


@inlined
def _best_border(histogram, p, count, mean, min_leaf, max_features, candidates, state):
    """Search ``max_features`` drawn features, and further ones until a valid split is found."""
    gain, best, at = -1.0, p, 0
    drawn = 0
    want = max_features
    while drawn < p:
        while drawn < want:
            state, r = below(state, np.uint64(p - drawn))
            other = drawn + np.int64(r)
            candidates[drawn], candidates[other] = candidates[other], candidates[drawn]
            j = np.uint64(candidates[drawn])
            gain, best, at = best_bin(histogram, j, count, mean, min_leaf, drawn, gain, best, at)
            drawn += 1
        if gain >= 0.0:
            break
        want = drawn + 1
    return (candidates[best] if gain >= 0.0 else -1), at, state


@kernel
def grow_top(
    rows, n_root, codes, offsets, step, books, edges, targets, sums, weights, weighted, pairs, smallest,
    max_depth, min_split, min_leaf, max_features, state, is_left, scratch, candidates, histograms,
    large, large_mean, stack, stack_mean,
    left, feature, threshold, n_samples, impurity,
):  # fmt: skip
    """Split nodes of more than ``smallest`` rows, but for those that no border parts.

    Returns (number of nodes, height of ``stack``, state).

    ``rows`` uint32 holds the rows of the tree in ascending order; they end up grouped by the nodes that
    are split no further here, and those that may be split are on ``stack`` with their places in ``rows``.
    The bin of row r in feature j is ``codes[offsets[j] + r * step]``; bins are parted at ``edges[books[j]]``.
    ``histograms`` float64 (n_histograms, p, n_bins, 2), ``large`` (as ``stack``) and ``scratch`` (as
    ``rows``) are room to work in.
    """
    p = len(offsets)
    one, zero = np.uint64(1), np.uint64(0)
    for f in range(p):
        candidates[f] = f
    free = np.empty(len(histograms), np.uint64)
    for k in range(len(histograms)):
        free[k] = np.uint64(len(histograms) - 1 - k)
    n_free = len(histograms)
    top, n_large, n_nodes = 0, 0, 1
    count, mean, splits = add_child(
        0, rows, zero, n_root, zero, targets, sums, weights, weighted, is_left, np.uint8(1),
        max_depth, min_split, min_leaf, left, feature, threshold, n_samples, impurity,
    )  # fmt: skip
    if splits and n_root > smallest:
        n_free -= 1
        fill_histogram(rows, zero, n_root, codes, offsets, step, pairs, histograms[free[n_free]])
        n_large = push(large, large_mean, 0, 0, zero, n_root, zero, count, free[n_free], mean)
    elif splits:
        top = push(stack, stack_mean, 0, 0, zero, n_root, zero, count, zero, mean)
    # of both children: rows from, to, weight, mean, whether to be split here, number
    begins, ends = np.empty(2, np.uint64), np.empty(2, np.uint64)
    counts, means = np.empty(2, np.uint64), np.empty(2)
    goes_on = np.empty(2, np.bool_)
    while n_large > 0:
        n_large -= 1
        node, start, end = large[n_large, NODE], large[n_large, START], large[n_large, END]
        depth, count, slot = large[n_large, DEPTH] + one, large[n_large, COUNT], large[n_large, SLOT]
        f, at, state = _best_border(
            histograms[slot], p, np.float64(count), large_mean[n_large], np.float64(min_leaf), max_features,
            candidates, state,
        )  # fmt: skip
        free[n_free] = slot
        n_free += 1
        if f < 0:
            top = push(
                stack, stack_mean, top, node, start, end, depth - one, count, zero, large_mean[n_large]
            )
            continue
        left[node] = n_nodes
        feature[node] = f
        threshold[node] = edges[books[f], at]
        middle = _part_rows(rows, start, end, codes, offsets[f], step, np.uint8(at), scratch)
        for side in range(2):
            begins[side], ends[side] = (start, middle) if side == 0 else (middle, end)
            counts[side], means[side], splits = add_child(
                n_nodes, rows, begins[side], ends[side], depth, targets, sums, weights, weighted, is_left,
                np.uint8(1 - side), max_depth, min_split, min_leaf,
                left, feature, threshold, n_samples, impurity,
            )  # fmt: skip
            goes_on[side] = splits and ends[side] - begins[side] > smallest
            if splits and not goes_on[side]:
                top = push(
                    stack, stack_mean, top, n_nodes, begins[side], ends[side], depth, counts[side], zero,
                    means[side],
                )  # fmt: skip
            n_nodes += 1
        small = 0 if middle - start <= end - middle else 1
        if goes_on[0] or goes_on[1]:
            # the parent's place was given back above: it is the topmost free one, and its child's from now on
            n_free -= 1
            other = free[n_free - 1]
            fill_histogram(rows, begins[small], ends[small], codes, offsets, step, pairs, histograms[other])
            if goes_on[1 - small]:
                take_away(histograms[slot], histograms[other])
                n_large = push(
                    large, large_mean, n_large, n_nodes - 1 - small, begins[1 - small], ends[1 - small],
                    depth, counts[1 - small], slot, means[1 - small],
                )  # fmt: skip
            if goes_on[small]:
                n_free -= 1
                n_large = push(
                    large, large_mean, n_large, n_nodes - 2 + small, begins[small], ends[small], depth,
                    counts[small], other, means[small],
                )  # fmt: skip
            if not goes_on[1 - small]:
                free[n_free] = slot
                n_free += 1
    return n_nodes, top, state
