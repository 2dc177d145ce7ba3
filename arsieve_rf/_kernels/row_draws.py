"""Drawing rows of the observed lag matrix: one by one, or in blocks of consecutive rows.

Every strategy is a rule that gives one block after another, each a first row and a length, until enough rows
are drawn; the last block is cut. What is done with a block does not depend on the rule: its rows are written
down in the order of drawing, or only counted. Counting marks a block at its two ends and sums once per tree,
except for single rows, which are counted at once.

All integers are uint64. Geometric blocks are drawn row by row, each row going on or starting anew, not from a
logarithm: the bits are then the same on every platform, and no mean length needs special care.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .rng import below, uniform

__all__ = ["DISJOINT", "FIXED", "GEOMETRIC", "SEASONAL", "draw_rows"]

FIXED = 0
"""Blocks of one length that start at any of the first ``n_starts`` rows: iid, moving, circular."""
GEOMETRIC = 1
"""Blocks of geometric length that start anywhere and wrap: stationary."""
DISJOINT = 2
"""Blocks of a fixed partition of the rows: nonoverlapping."""
SEASONAL = 3
"""Blocks that start at a row of the phase of the position that they fill: seasonal."""


@kernel
def _geometric_row(state, n, restart, drawn, previous):
    """Row after ``previous``, wrapping; a uniform one with probability ``restart`` and at the beginning."""
    state, u = uniform(state)
    if drawn == 0 or u < restart:
        return below(state, n)
    row = previous + np.uint64(1)
    return state, row if row < n else np.uint64(0)


@kernel
def _disjoint_block(state, n, b, enter_anywhere):
    """One of the blocks counted from the last row; entered at a row uniform over all rows if so asked."""
    one = np.uint64(1)
    missing = (b - n % b) % b  # rows that the first block lacks
    if enter_anywhere:
        state, start = below(state, n)
        block = (start + missing) // b
    else:
        state, block = below(state, (n + missing) // b)
        start = block * b - min(missing, block * b)
    return state, start, (block + one) * b - missing - start


@kernel
def _seasonal_block(state, n, b, period, position):
    """Block that starts at a row of the phase of ``position`` and lies within the series.

    Where no start of that phase leaves room for b rows: the phase's first row, up to the end of the series.
    """
    phase = position % period
    if phase + b > n:
        return state, phase, n - phase
    state, k = below(state, (n - b - phase) // period + np.uint64(1))
    return state, phase + k * period, b


@kernel
def _mark(row, start, length, n):
    """Add one at the block's first row and take one off after its last, for a running sum; wraps."""
    while length > 0:
        part = min(length, n - start)
        row[start] += 1
        if start + part < n:
            row[start + part] -= 1
        length -= part
        start = np.uint64(0)


@kernel
def _write(row, drawn, start, length, n):
    """Write the block's row numbers from place ``drawn`` on; wraps."""
    one = np.uint64(1)
    for place in range(drawn, drawn + length):
        row[place] = np.int32(start)
        start += one
        if start == n:
            start = np.uint64(0)


@kernel
def draw_rows(keys, kind, n, m, b, n_starts, restart, period, counting, out):
    """Draw m of n rows for each tree.

    Parameters
    ----------
    keys : uint64 (n_trees,)
        Stream of each tree.
    kind : int
        ``FIXED``, ``GEOMETRIC``, ``DISJOINT`` or ``SEASONAL``.
    n, m : uint64
        Rows to draw from, rows to draw; both at least 1, n below 2**31.
    b : uint64
        Block length, 1..n; unused by ``GEOMETRIC``, but not 0.
    n_starts : uint64
        ``FIXED``: starts are uniform on 0..n_starts-1.
    restart : float64
        ``GEOMETRIC``: probability that a block ends after a row, in (0, 1].
    period : uint64
        ``SEASONAL``: rows of a season, 1..n.
    counting : bool
        Whether ``out`` takes counts or row numbers.
    out : int32 (n_trees, n), zeros, if counting; (n_trees, m) otherwise
        Result.
    """
    # Whole blocks where they fit; where one must be cut, a uniform first row keeps all rows equally likely.
    fits = n % b == 0 and m % b == 0
    one = np.uint64(1)
    single = counting and (kind == GEOMETRIC or b == 1)
    for i in range(keys.size):
        row = out[i]
        state = keys[i]
        drawn = start = np.uint64(0)
        first_position = np.uint64(0)
        if kind == SEASONAL and m != n:
            state, first_position = below(state, period)
        while drawn < m:
            if kind == FIXED:
                state, start = below(state, n_starts)
                length = b
            elif kind == GEOMETRIC:
                state, start = _geometric_row(state, n, restart, drawn, start)
                length = one
            elif kind == DISJOINT:
                state, start, length = _disjoint_block(state, n, b, drawn == 0 and not fits)
            else:
                state, start, length = _seasonal_block(state, n, b, period, first_position + drawn)
            length = min(length, m - drawn)
            if single:
                row[start] += 1
            elif counting:
                _mark(row, start, length, n)
            else:
                _write(row, drawn, start, length, n)
            drawn += length
        if counting and not single:
            total = np.int32(0)
            for t in range(n):
                total += row[t]
                row[t] = total
