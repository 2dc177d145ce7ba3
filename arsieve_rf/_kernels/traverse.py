"""Sending rows down trees.

Node arrays hold all trees one after another, in the order of ``roots``; ``roots[b]`` is the first node of
tree b and children are counted from it. The left child of a node is ``left``, the right one the node after
it; a leaf has ``left < 0`` and its value in ``threshold``. Means add the trees in their order, so they never
depend on how rows are shared out.

One descent is a chain of dependent loads; eight of them side by side, of eight trees or of eight rows, fill
the waiting time. Many rows go down a copy of the tree in which a leaf leads to itself: all rows take as many
steps as the tree is deep, and no step is a branch that the processor could guess wrongly.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from .jit import inlined, kernel

__all__ = ["mean_at_row", "mean_at_rows", "nodes_at_rows", "out_of_bag_sums", "values_at_rows"]

_LANES = 8
_BLOCK = 4096
_FEW = 64  # for fewer rows making the copy costs more than it brings

Copy = namedtuple("Copy", "sizes child column border depth leaves")


@kernel
def _leaf_of(x, root, left, feature, threshold):
    """Index of the leaf, among all nodes of the forest, that the float32 row ``x`` reaches from ``root``."""
    node = root
    child = left[node]
    while child >= 0:
        node = root + np.uint64(child) + np.uint64(x[np.uint64(feature[node])] > threshold[node])
        child = left[node]
    return node


@kernel
def mean_at_row(x, roots, left, feature, threshold):
    """Mean over the trees at one float32 row; eight trees at a time."""
    n_trees = len(roots)
    node = np.empty(_LANES, np.uint64)
    total = 0.0
    full = n_trees - n_trees % _LANES
    for b in range(0, full, _LANES):
        for k in range(_LANES):
            node[k] = np.uint64(roots[b + k])
        moving = True
        while moving:
            moving = False
            for k in range(_LANES):
                here = node[k]
                child = left[here]
                if child >= 0:
                    goes_right = x[np.uint64(feature[here])] > threshold[here]
                    node[k] = np.uint64(roots[b + k]) + np.uint64(child) + np.uint64(goes_right)
                    moving = True
        for k in range(_LANES):
            total += threshold[node[k]]
    for b in range(full, n_trees):
        total += threshold[_leaf_of(x, np.uint64(roots[b]), left, feature, threshold)]
    return total / n_trees


@inlined
def _copy_tree(root, count, left, feature, threshold, child, column, border, depth):
    """Fill the copy's arrays for the tree of ``count`` nodes at ``root``; returns how deep it is."""
    deepest = 0
    depth[0] = 0
    for i in range(count):
        c = left[root + i]
        if c < 0:
            child[i], column[i], border[i] = i, 0, np.inf
        else:
            child[i], column[i], border[i] = c, feature[root + i], threshold[root + i]
            below = depth[i] + 1
            depth[c], depth[c + 1] = below, below
            deepest = max(deepest, below)
    return deepest


@inlined
def _step(X, i, node, child, column, border):
    """The node after ``node`` on the way of row ``i``."""
    return np.uint64(child[node]) + np.uint64(X[i, np.uint64(column[node])] > border[node])


@kernel
def _descend(X, first, last, child, column, border, deepest, leaves):
    """Leaves of the copied tree that rows ``first .. last - 1`` reach, into ``leaves`` from its start on."""
    one = np.uint64(1)
    i, end = np.uint64(first), np.uint64(last)
    at = np.uint64(0)
    while i + np.uint64(_LANES) <= end:
        b, c, d, e = i + one, i + np.uint64(2), i + np.uint64(3), i + np.uint64(4)
        f, g, h = i + np.uint64(5), i + np.uint64(6), i + np.uint64(7)
        n_a = n_b = n_c = n_d = n_e = n_f = n_g = n_h = np.uint64(0)
        for _ in range(deepest):
            n_a = _step(X, i, n_a, child, column, border)
            n_b = _step(X, b, n_b, child, column, border)
            n_c = _step(X, c, n_c, child, column, border)
            n_d = _step(X, d, n_d, child, column, border)
            n_e = _step(X, e, n_e, child, column, border)
            n_f = _step(X, f, n_f, child, column, border)
            n_g = _step(X, g, n_g, child, column, border)
            n_h = _step(X, h, n_h, child, column, border)
        leaves[at], leaves[at + one] = n_a, n_b
        leaves[at + np.uint64(2)], leaves[at + np.uint64(3)] = n_c, n_d
        leaves[at + np.uint64(4)], leaves[at + np.uint64(5)] = n_e, n_f
        leaves[at + np.uint64(6)], leaves[at + np.uint64(7)] = n_g, n_h
        i += np.uint64(_LANES)
        at += np.uint64(_LANES)
    while i < end:
        n_a = np.uint64(0)
        for _ in range(deepest):
            n_a = _step(X, i, n_a, child, column, border)
        leaves[at] = n_a
        i += one
        at += one


@kernel
def _sizes(roots, left):
    """Number of nodes of each tree; the last one ends after its last node's children."""
    n_trees = len(roots)
    sizes = np.empty(n_trees, np.int64)
    for b in range(n_trees - 1):
        sizes[b] = roots[b + 1] - roots[b]
    if n_trees > 0:
        root, i, count = roots[n_trees - 1], 0, 1
        while i < count:
            c = left[root + i]
            if c >= 0:
                count = max(count, c + 2)
            i += 1
        sizes[n_trees - 1] = count
    return sizes


@kernel
def _room(n, roots, left):
    """Arrays for the copy of any of the trees, and for the leaves of a block of ``n`` rows or fewer."""
    sizes = _sizes(roots, left)
    most = 0
    if n >= _FEW:
        for b in range(len(sizes)):
            most = max(most, sizes[b])
    return Copy(
        sizes,
        np.empty(most, np.uint32),
        np.empty(most, np.uint32),
        np.empty(most),
        np.empty(most, np.int64),
        np.empty(min(n, _BLOCK), np.uint32),
    )


@kernel
def _find_leaves(X, first, last, b, roots, left, feature, threshold, copy):
    """Numbers within tree ``b`` of the leaves that rows ``first .. last - 1`` reach, into ``copy.leaves``."""
    if last - first >= _FEW:
        child, column, border = copy.child, copy.column, copy.border
        deepest = _copy_tree(
            roots[b], copy.sizes[b], left, feature, threshold, child, column, border, copy.depth
        )
        _descend(X, first, last, child, column, border, deepest, copy.leaves)
    else:
        root = np.uint64(roots[b])
        for i in range(first, last):
            copy.leaves[i - first] = np.uint32(_leaf_of(X[i], root, left, feature, threshold) - root)


@kernel
def mean_at_rows(X, roots, left, feature, threshold, out):
    """Mean over the trees for each row of float32 ``X`` (n, p), into ``out`` (n,)."""
    n, n_trees = len(X), len(roots)
    if n < _FEW:
        for i in range(n):
            out[i] = mean_at_row(X[i], roots, left, feature, threshold)
        return
    out[:n] = 0.0
    copy = _room(n, roots, left)
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        for b in range(n_trees):
            _find_leaves(X, first, last, b, roots, left, feature, threshold, copy)
            root = np.uint64(roots[b])
            for i in range(first, last):
                out[i] += threshold[root + np.uint64(copy.leaves[i - first])]
        for i in range(first, last):
            out[i] /= n_trees


@kernel
def values_at_rows(X, roots, left, feature, threshold, out):
    """Each tree's value for each row, into ``out`` (n, n_trees)."""
    n = len(X)
    copy = _room(n, roots, left)
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        for b in range(len(roots)):
            _find_leaves(X, first, last, b, roots, left, feature, threshold, copy)
            for i in range(first, last):
                out[i, b] = threshold[roots[b] + copy.leaves[i - first]]


@kernel
def nodes_at_rows(X, roots, left, feature, threshold, out):
    """Number of the leaf, counted within its tree, for each row and tree, into ``out`` (n, n_trees)."""
    n = len(X)
    copy = _room(n, roots, left)
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        for b in range(len(roots)):
            _find_leaves(X, first, last, b, roots, left, feature, threshold, copy)
            for i in range(first, last):
                out[i, b] = copy.leaves[i - first]


@kernel
def out_of_bag_sums(X, weights, roots, left, feature, threshold, sums, counts):
    """Add each tree's value at the rows that it did not see (``weights`` int32 (n_trees, n) is 0)."""
    n = len(X)
    copy = _room(n, roots, left)
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        for b in range(len(roots)):
            _find_leaves(X, first, last, b, roots, left, feature, threshold, copy)
            for i in range(first, last):
                if weights[b, i] == 0:
                    sums[i] += threshold[roots[b] + copy.leaves[i - first]]
                    counts[i] += 1
