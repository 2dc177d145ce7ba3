"""Levels or square roots: definition, known processes, units, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsieve_rf.resampling.ar_average import average_ar
from arsieve_rf.selection import choose_power


def walk(seed, n=120, start=20.0, drift=1.0, noise=1.0):
    return start + np.cumsum(np.random.default_rng(seed).normal(drift, noise, n))


def gain_by_definition(y):
    """-2 log-likelihood of levels less that of square roots, with loops."""

    def minus_twice(z):
        changes = np.diff(z)
        coef, mean = average_ar((changes,)).coef, changes.mean()
        centred = changes - mean
        total = 0.0
        for t in range(len(centred)):
            past = sum(c * centred[t - k] for k, c in enumerate(coef, 1) if k <= t)
            total += (centred[t] - past) ** 2
        return len(centred) * math.log(total / len(centred))

    # density of y from that of sqrt(y): d sqrt(y) / d y = 1 / (2 sqrt(y))
    jacobian = sum(math.log(0.5 / math.sqrt(v)) for v in y[1:])
    return minus_twice(y) - (minus_twice(np.sqrt(y)) - 2.0 * jacobian)


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0, 3.0])
def test_the_definition(power):
    for seed in range(15):
        y = walk(seed, n=60) ** power
        gain = gain_by_definition(y)
        if abs(gain - 2.0) > 1e-6:
            assert choose_power(y) == (0.5 if gain > 2.0 else 1.0)


def test_squares_of_walks_are_known_from_walks():
    """100 of each; for walks -2 log-likelihood would have to fall by 2 for a transform that is wrong."""
    squares = [choose_power(walk(seed) ** 2) for seed in range(100)]
    assert squares.count(0.5) >= 95
    walks = [choose_power(walk(seed)) for seed in range(100)]
    assert walks.count(1.0) >= 80


@given(st.integers(0, 50), st.sampled_from([1.0, 2.0]), st.integers(-900, 900))
def test_units_do_not_matter(seed, power, exponent):
    y = walk(seed, n=40, start=15.0) ** power
    if y.min() > 0.0:
        assert choose_power(np.ldexp(y, exponent)) == choose_power(y)
        assert choose_power(3.7e5 * y) == choose_power(y)


@pytest.mark.parametrize(
    "y",
    [
        [], [4.0], np.arange(1.0, 8.0) ** 2, np.full(30, 5.0), np.arange(1.0, 30.0), walk(0) ** 2 - 1e6,
        np.append(walk(0) ** 2, 0.0), np.append(walk(0) ** 2, 1e-300), np.full(9, np.nan),
    ],
    ids=["none", "one", "few", "constant", "line", "negative", "a zero", "far from others", "missing"],
)  # fmt: skip
def test_where_levels_are_kept(y):
    assert choose_power(np.asarray(y, dtype=float)) == 1.0


def test_the_longest_run_decides():
    y = walk(3) ** 2
    assert choose_power(np.concatenate([np.linspace(1.0, 2.0, 20), [np.nan], y, [np.nan]])) == 0.5
    # but all values must have a square root
    assert choose_power(np.concatenate([[1.0, np.nan], y])) == 0.5
    assert choose_power(np.concatenate([[0.0, np.nan], y])) == 1.0
