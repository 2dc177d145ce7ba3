"""Random numbers for kernels: SplitMix64 streams, one for each (tree, role).

A stream is a single uint64 that the caller holds: ``state = advance(state)``, then ``scramble(state)`` is the
next 64-bit word. Keys depend on the tree's index and on what the numbers are for, never on the order of
execution, so a tree is the same whichever thread grows it and however many trees stand beside it.

Reference: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA,
doi:10.1145/2660193.2660195; bounded integers by Lemire (2019), doi:10.1145/3230636.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = [
    "ROLE_DRAW",
    "ROLE_GROW",
    "ROLE_PATH",
    "advance",
    "below",
    "normal",
    "scramble",
    "stream_keys",
    "uniform",
]

ROLE_DRAW = 1
"""Role of the stream that draws a tree's training set."""
ROLE_GROW = 2
"""Role of the stream that picks candidate features while a tree grows."""
ROLE_PATH = 3
"""Role of the stream that draws a future path."""

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S32, _S11 = np.uint64(32), np.uint64(11)
_LOW32 = np.uint64(0xFFFFFFFF)
_TWO32 = np.uint64(1 << 32)
_INV53 = 1.0 / (1 << 53)


@kernel
def advance(state):
    """Next state of a stream."""
    return state + _GAMMA


@kernel
def scramble(state):
    """The 64-bit word of a state."""
    z = (state ^ (state >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@kernel
def below(state, bound):
    """Uniform integer in 0..bound-1, ``bound`` in 1..2**32; returns (state, integer), all uint64."""
    state = advance(state)
    product = (scramble(state) >> _S32) * bound
    low = product & _LOW32
    if low < bound:
        threshold = (_TWO32 - bound) % bound
        while low < threshold:
            state = advance(state)
            product = (scramble(state) >> _S32) * bound
            low = product & _LOW32
    return state, product >> _S32


@kernel
def uniform(state):
    """Uniform float64 in [0, 1) with 53 random bits; returns (state, float)."""
    state = advance(state)
    return state, np.float64(scramble(state) >> _S11) * _INV53


@kernel
def normal(state):
    """Standard normal float64 by Box and Muller (1958), doi:10.1214/aoms/1177706645; (state, float)."""
    state, radial = uniform(state)
    state, angle = uniform(state)
    return state, np.sqrt(-2.0 * np.log1p(-radial)) * np.cos(2.0 * np.pi * angle)


@kernel
def stream_keys(seed, first, count, role):
    """Starting states of trees ``first .. first + count - 1`` for one role: uint64 array (count,)."""
    keys = np.empty(count, np.uint64)
    base = scramble(np.uint64(seed) + np.uint64(role) * _MIX1)
    for i in range(count):
        keys[i] = scramble(base ^ scramble((np.uint64(first) + np.uint64(i) + np.uint64(1)) * _GAMMA))
    return keys
