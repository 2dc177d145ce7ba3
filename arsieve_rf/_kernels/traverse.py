"""Sending rows down trees.

Node arrays hold all trees one after another; ``roots[b]`` is the first node of tree b and children are
counted from it. The left child of a node is ``left``, the right one the node after it; a leaf has
``left < 0`` and its value in ``threshold``. Means add the trees in their order, so they never depend on how
rows are shared out.

One descent is a chain of dependent loads. Eight descents side by side, of eight rows or of eight trees, fill
the waiting time.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["mean_at_row", "mean_at_rows", "nodes_at_rows", "out_of_bag_sums", "values_at_rows"]

_LANES = 8
_BLOCK = 128


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


@kernel
def _add_tree(X, first, last, root, left, feature, threshold, node, sums):
    """Add one tree's values at rows ``first .. last - 1``, a multiple of eight of them."""
    for i in range(first, last, _LANES):
        for k in range(_LANES):
            node[k] = root
        moving = True
        while moving:
            moving = False
            for k in range(_LANES):
                here = node[k]
                child = left[here]
                if child >= 0:
                    goes_right = X[np.uint64(i + k), np.uint64(feature[here])] > threshold[here]
                    node[k] = root + np.uint64(child) + np.uint64(goes_right)
                    moving = True
        for k in range(_LANES):
            sums[i + k] += threshold[node[k]]


@kernel
def mean_at_rows(X, roots, left, feature, threshold, out):
    """Mean over the trees for each row of float32 ``X`` (n, p), into ``out`` (n,).

    A block of rows passes through one tree after another, so that a tree is read from memory once a block.
    """
    n, n_trees = len(X), len(roots)
    full = n - n % _LANES
    node = np.empty(_LANES, np.uint64)
    for first in range(0, full, _BLOCK):
        last = min(first + _BLOCK, full)
        out[first:last] = 0.0
        for b in range(n_trees):
            _add_tree(X, first, last, np.uint64(roots[b]), left, feature, threshold, node, out)
        for i in range(first, last):
            out[i] /= n_trees
    for i in range(full, n):
        out[i] = mean_at_row(X[i], roots, left, feature, threshold)


@kernel
def values_at_rows(X, roots, left, feature, threshold, out):
    """Each tree's value for each row, into ``out`` (n, n_trees)."""
    for b in range(len(roots)):
        root = np.uint64(roots[b])
        for i in range(len(X)):
            out[i, b] = threshold[_leaf_of(X[i], root, left, feature, threshold)]


@kernel
def nodes_at_rows(X, roots, left, feature, threshold, out):
    """Number of the leaf, counted within its tree, for each row and tree, into ``out`` (n, n_trees)."""
    for b in range(len(roots)):
        root = np.uint64(roots[b])
        for i in range(len(X)):
            out[i, b] = np.int64(_leaf_of(X[i], root, left, feature, threshold) - root)


@kernel
def out_of_bag_sums(X, weights, roots, left, feature, threshold, sums, counts):
    """Add each tree's value at the rows that it did not see (``weights`` int32 (n_trees, n) is 0)."""
    for b in range(len(roots)):
        root = np.uint64(roots[b])
        for i in range(len(X)):
            if weights[b, i] == 0:
                sums[i] += threshold[_leaf_of(X[i], root, left, feature, threshold)]
                counts[i] += 1
