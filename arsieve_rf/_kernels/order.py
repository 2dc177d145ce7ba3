"""Stable sorting of float32 values: the order of every lag column comes from one such sort."""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["column_orders", "stable_order"]

_SIGN = np.uint32(0x80000000)
_ALL = np.uint32(0xFFFFFFFF)
_BYTE = np.uint32(0xFF)


@kernel
def stable_order(values, order, scratch):
    """Write the stable ascending order of ``values`` (float32, no NaN, no -0.0) into ``order`` (uint32).

    ``scratch`` is uint32 of three times their number.

    Radix sort on the bits, least significant byte first. The bits of a float32 rise with its value once
    the sign bit is flipped for positive numbers and all bits for negative ones.
    """
    n = len(values)
    bits = values.view(np.uint32)
    keys, other_keys, other = scratch[:n], scratch[n : 2 * n], scratch[2 * n : 3 * n]
    counts = np.zeros((4, 256), np.uint32)
    for i in range(n):
        b = bits[i]
        k = b ^ (_ALL if b & _SIGN else _SIGN)
        keys[i] = k
        order[i] = np.uint32(i)
        for byte in range(4):
            counts[byte, (k >> np.uint32(8 * byte)) & _BYTE] += np.uint32(1)
    swapped = False
    for byte in range(4):
        shift = np.uint32(8 * byte)
        source, target = (other_keys, keys) if swapped else (keys, other_keys)
        source_order, target_order = (other, order) if swapped else (order, other)
        if counts[byte, (source[0] >> shift) & _BYTE] == n:
            continue  # all values share this byte
        position = np.uint32(0)
        for v in range(256):
            count = counts[byte, v]
            counts[byte, v] = position
            position += count
        for i in range(n):
            k = source[i]
            v = (k >> shift) & _BYTE
            at = counts[byte, v]
            counts[byte, v] = at + np.uint32(1)
            target[at] = k
            target_order[at] = source_order[i]
        swapped = not swapped
    if swapped:
        for i in range(n):
            order[i] = other[i]


@kernel
def column_orders(values, orders):
    """Stable order of each column into the rows of ``orders`` (uint32, (p, n)).

    ``values`` float32 (p * n,) holds one column after another, as :func:`stable_order` wants them.
    """
    p, n = orders.shape
    scratch = np.empty(3 * n, np.uint32)
    for j in range(p):
        stable_order(values[j * n : (j + 1) * n], orders[j], scratch)
