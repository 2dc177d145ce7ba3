"""The sieve recursion: bootstrap series of a fitted AR model, all trees of a chunk in one call.

Every start mode is the same recursion on a *path*: ``lead`` values, then the segment itself. The first
``order`` values of a path are given (zeros, or a block of observed values), all others are simulated, and the
path without its lead, plus a level, is what comes out.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .rng import below

__all__ = ["simulate_sieve"]


@kernel
def simulate_sieve(
    keys, coef, lead, lengths, level, pool, pool_first, pool_count, drift, starts, start_count
):
    """Bootstrap series of len(keys) trees, shape (len(keys), sum(lengths)).

    Parameters
    ----------
    keys : uint64 (n_trees,)
        Stream of each tree. For each segment in turn it gives the position of the start block (only where
        ``start_count`` is positive), then the innovations in the order of time.
    coef : float64 (p,)
        Coefficients of lags 1..p.
    lead : int
        Values of a path before the segment begins; ``lead + lengths[s] >= p``.
    lengths : int64 (n_segments,)
        Length of each segment.
    level : float64 (sum(lengths),)
        Added to the simulated values at the end: the mean, and a regression's fit where there is one.
    pool, pool_first, pool_count : float64 (n_pool,), int64 (n_segments,), int64 (n_segments,)
        Segment s draws its innovations from ``pool[first : first + count]``, ``count >= 1``.
    drift : float64 (sum(lead + lengths),), or empty for none
        Enters the recursion beside the innovations, one path after another.
    starts, start_count : float64 (sum(lengths),), int64 (n_segments,)
        Centred observed values, and the number of positions at which a start block may begin; 0: zeros.
    """
    n_segments = lengths.size
    p = coef.size
    longest = 0
    total = 0
    for s in range(n_segments):
        longest = max(longest, lengths[s])
        total += lengths[s]
    out = np.empty((keys.size, total))
    path = np.empty(lead + longest)
    # Oldest lag first, as in memory; lag 1 apart, so that only its product waits for the step before.
    older = coef[1:][::-1].copy()
    newest = coef[0] if p > 0 else 0.0
    one, order = np.uint64(1), np.uint64(p)
    for b in range(keys.size):
        state = keys[b]
        offset = 0
        drift_offset = 0
        for s in range(n_segments):
            n = lengths[s]
            first = np.uint64(pool_first[s])
            count = np.uint64(pool_count[s])
            end = np.uint64(lead + n)
            if start_count[s] > 0:
                state, block = below(state, np.uint64(start_count[s]))
                begin = np.uint64(offset) + block
                for k in range(order):
                    path[k] = starts[begin + k]
            else:
                for k in range(order):
                    path[k] = 0.0
            for t in range(order, end):
                state, j = below(state, count)
                path[t] = pool[first + j]
            if drift.size > 0:
                moved = np.uint64(drift_offset)
                for t in range(order, end):
                    path[t] += drift[moved + t]
            if p > 0:
                previous = path[order - one]
                for t in range(order, end):
                    value = path[t]
                    window = t - order
                    for k in range(older.size):
                        value += older[k] * path[window + np.uint64(k)]
                    previous = value + newest * previous
                    path[t] = previous
            for t in range(n):
                out[b, offset + t] = path[lead + t] + level[offset + t]
            offset += n
            drift_offset += lead + n
    return out
