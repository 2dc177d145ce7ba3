"""Stable partition of a node's sorted rows into the rows of its two children."""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["keep_left", "keep_right", "part_both"]


@kernel
def part_both(rows, is_left, start, end, scratch):
    """Left rows first, right rows after them, both in the order they had."""
    left = start
    right = np.uint64(0)
    one = np.uint64(1)
    for i in range(start, end):
        row = rows[i]
        rows[left] = row
        scratch[right] = row
        goes_left = np.uint64(is_left[row])
        left += goes_left
        right += one - goes_left
    for i in range(right):
        rows[left + np.uint64(i)] = scratch[i]


@kernel
def keep_left(rows, is_left, start, end):
    """Only the left rows, from ``start`` on; what follows them is rubbish."""
    left = start
    for i in range(start, end):
        row = rows[i]
        rows[left] = row
        left += np.uint64(is_left[row])


@kernel
def keep_right(rows, is_left, start, end):
    """Only the right rows, up to ``end``; what stands before them is rubbish."""
    one = np.uint64(1)
    right = end
    for k in range(end - start):
        row = rows[end - one - np.uint64(k)]
        rows[right - one] = row
        right -= one - np.uint64(is_left[row])
