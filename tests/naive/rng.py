"""Plain twin of the random streams, on Python's unbounded integers."""

from __future__ import annotations

import math

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
MIX1 = 0xBF58476D1CE4E5B9
MIX2 = 0x94D049BB133111EB


def scramble(state: int) -> int:
    z = (state ^ (state >> 30)) * MIX1 & MASK
    z = (z ^ (z >> 27)) * MIX2 & MASK
    return z ^ (z >> 31)


def stream_key(seed: int, tree: int, role: int) -> int:
    base = scramble((seed + role * MIX1) & MASK)
    return scramble(base ^ scramble((tree + 1) * GAMMA & MASK))


class Stream:
    def __init__(self, key: int):
        self.state = int(key)

    def word(self) -> int:
        self.state = (self.state + GAMMA) & MASK
        return scramble(self.state)

    def below(self, bound: int) -> int:
        while True:
            product = (self.word() >> 32) * bound
            if product & 0xFFFFFFFF >= ((1 << 32) - bound) % bound:
                return product >> 32

    def uniform(self) -> float:
        return (self.word() >> 11) / (1 << 53)

    def normal(self) -> float:
        radius, angle = math.sqrt(-2.0 * math.log1p(-self.uniform())), 2.0 * math.pi * self.uniform()
        return radius * math.cos(angle)
