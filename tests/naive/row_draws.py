"""Plain twin of :mod:`arsieve_rf._kernels.row_draws`: a list that grows block by block."""

from __future__ import annotations

import numpy as np

from arsieve_rf._kernels.row_draws import DISJOINT, FIXED, GEOMETRIC, SEASONAL
from tests.naive.rng import Stream


def draw_one(key, kind, n, m, b, n_starts, restart, period):
    stream = Stream(key)
    rows: list[int] = []
    if kind == FIXED:
        while len(rows) < m:
            start = stream.below(n_starts)
            rows += [(start + k) % n for k in range(b)]
    elif kind == GEOMETRIC:
        while len(rows) < m:
            anew = stream.uniform() < restart
            rows.append(stream.below(n) if anew or not rows else (rows[-1] + 1) % n)
    elif kind == DISJOINT:
        edges = sorted(n - k * b for k in range(-(-n // b)))
        blocks = [list(range(first, last)) for first, last in zip([0, *edges], edges)]
        if n % b or m % b:
            row = stream.below(n)
            rows = [k for block in blocks if row in block for k in block if k >= row]
        while len(rows) < m:
            rows += blocks[stream.below(len(blocks))]
    elif kind == SEASONAL:
        position = 0 if m == n else stream.below(period)
        while len(rows) < m:
            phase = (position + len(rows)) % period
            starts = list(range(phase, n - b + 1, period))
            if starts:
                start = starts[stream.below(len(starts))]
                rows += range(start, start + b)
            else:
                rows += range(phase, n)
    return rows[:m]


def draw_rows(keys, kind, n, m, b, n_starts, restart, period):
    rows = [draw_one(key, kind, n, m, b, n_starts, restart, period) for key in keys]
    return np.array(rows, dtype=np.int32).reshape(len(keys), m)
