"""Sums of squares of a moving average: the plain twin bit for bit, scipy's filter, and the true theta."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from arsieve_rf._kernels.moving_average import ma1_sums_of_squares
from tests.naive import moving_average as naive


def segments(seed, lengths):
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    return np.random.default_rng(seed).normal(size=bounds[-1]), bounds


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    thetas=st.lists(st.floats(-0.99, 0.99), max_size=5),
)
def test_sums_equal_twin(seed, lengths, thetas):
    x, bounds = segments(seed, lengths)
    ours = ma1_sums_of_squares(x, bounds, np.array(thetas))
    np.testing.assert_array_equal(ours, naive.ma1_sums_of_squares(x, bounds, thetas))


@pytest.mark.parametrize("theta", [-0.95, -0.3, 0.0, 0.6])
def test_errors_are_those_of_the_inverse_filter(theta):
    x, bounds = segments(1, [50])
    errors = lfilter([1.0], [1.0, theta], x)
    np.testing.assert_allclose(ma1_sums_of_squares(x, bounds, np.array([theta])), [errors @ errors])


def test_segments_start_anew():
    x, bounds = segments(2, [30, 1, 25])
    thetas = np.array([-0.5, 0.8])
    parts = [ma1_sums_of_squares(x[a:b], np.array([0, b - a]), thetas) for a, b in pairwise(bounds)]
    np.testing.assert_allclose(ma1_sums_of_squares(x, bounds, thetas), sum(parts), rtol=1e-14)
    whole = ma1_sums_of_squares(x, np.array([0, len(x)]), thetas)
    assert (np.abs(whole - sum(parts)) > 1e-6).all()


def test_innovations_come_back_at_the_true_theta():
    e = np.random.default_rng(3).normal(size=400)
    e[0] = 0.0
    x = e[1:] + 0.7 * e[:-1]
    found = ma1_sums_of_squares(x, np.array([0, len(x)]), np.array([0.7]))
    np.testing.assert_allclose(found, [e @ e], rtol=1e-12)
