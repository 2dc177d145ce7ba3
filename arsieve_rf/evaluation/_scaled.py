"""Arithmetic on values divided by a power of two, which rounds nothing and keeps clear of overflow."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["ldexp", "scaled", "scaled_difference"]

FloatArray = NDArray[np.float64]


def scaled(*arrays: FloatArray) -> tuple[list[FloatArray], int]:
    """The arrays divided by 2**e, and e; the largest absolute value of all is in [1/2, 1)."""
    exponent = int(np.frexp(max(np.abs(array).max() for array in arrays))[1])
    return [np.ldexp(array, -exponent) for array in arrays], exponent


def scaled_difference(a: FloatArray, b: FloatArray) -> tuple[FloatArray, int]:
    """``(a - b) / 2**e`` with the largest absolute value in [1/2, 1), and e."""
    (a, b), unit = scaled(a, b)
    (difference,), exponent = scaled(a - b)
    return difference, unit + exponent


def ldexp(value: float, exponent: int) -> float:
    """``value * 2**exponent``, held at the largest float64."""
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return float(np.finfo(np.float64).max)
