"""Plain twin of :mod:`arsieve_rf._kernels.sieve`, with its own random words from Python integers."""

from __future__ import annotations

import numpy as np

_MASK = (1 << 64) - 1


class Stream:
    """SplitMix64 on Python integers, bounded by Lemire's method on the upper 32 bits."""

    def __init__(self, key: int) -> None:
        self.state = int(key)

    def word(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        while True:
            product = (self.word() >> 32) * bound
            if product % (1 << 32) >= (1 << 32) % bound:
                return product >> 32


def simulate_sieve(
    keys, coef, lead, lengths, level, pool, pool_first, pool_count, drift, starts, start_count
):
    p = len(coef)
    rows = []
    for key in keys:
        stream = Stream(key)
        row = []
        drift_offset = 0
        for s, n in enumerate(lengths):
            offset = len(row)
            path = [0.0] * p
            if start_count[s] > 0:
                begin = offset + stream.below(int(start_count[s]))
                path = [float(value) for value in starts[begin : begin + p]]
            for t in range(p, lead + n):
                value = float(pool[pool_first[s] + stream.below(int(pool_count[s]))])
                if len(drift):
                    value += float(drift[drift_offset + t])
                for k in range(p, 0, -1):
                    value += float(coef[k - 1]) * path[t - k]
                path.append(value)
            row += [path[lead + t] + float(level[offset + t]) for t in range(n)]
            drift_offset += lead + n
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(len(keys), int(sum(lengths)))
