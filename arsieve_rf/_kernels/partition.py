"""Stable partition of a node's sorted rows into the rows of its two children."""

from __future__ import annotations

import numpy as np

from .jit import inlined

__all__ = ["part_lists"]

_SHORT = 64


@inlined
def part_lists(lists, source, target, stride, p, is_left, start, middle, end):
    """Part all ``p`` lists from the buffer at ``source`` to the one at ``target``.

    List j of a buffer begins ``j * stride`` after it. Left rows come to ``start``, right ones to ``middle``,
    both in the order they had. Each row is written once, since the number of left rows is known before.
    """
    one = np.uint64(1)
    j, n = np.uint64(0), np.uint64(p)
    if end - start < _SHORT:
        # four lists side by side: a loop as short as this one costs as much to enter as to run
        while j + np.uint64(4) <= n:
            a, to_a = source + j * stride, target + j * stride
            b, to_b = a + stride, to_a + stride
            c, to_c = b + stride, to_b + stride
            d, to_d = c + stride, to_c + stride
            left_a = left_b = left_c = left_d = start
            for i in range(start, end):
                row = lists[a + i]
                goes_left = np.uint64(is_left[row])
                lists[to_a + (left_a if goes_left else middle + i - left_a)] = row
                left_a += goes_left
                row = lists[b + i]
                goes_left = np.uint64(is_left[row])
                lists[to_b + (left_b if goes_left else middle + i - left_b)] = row
                left_b += goes_left
                row = lists[c + i]
                goes_left = np.uint64(is_left[row])
                lists[to_c + (left_c if goes_left else middle + i - left_c)] = row
                left_c += goes_left
                row = lists[d + i]
                goes_left = np.uint64(is_left[row])
                lists[to_d + (left_d if goes_left else middle + i - left_d)] = row
                left_d += goes_left
            j += np.uint64(4)
    while j < n:
        base, to = source + j * stride, target + j * stride
        left, right = start, middle
        for i in range(start, end):
            row = lists[base + i]
            goes_left = np.uint64(is_left[row])
            lists[to + (left if goes_left else right)] = row
            left += goes_left
            right += one - goes_left
        j += one
