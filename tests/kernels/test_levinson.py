"""Autocovariances, Levinson-Durbin and residuals: plain twins bit for bit, and the equations they solve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import toeplitz

from arsieve_rf._kernels.levinson import ar_residuals, levinson_durbin, pooled_autocovariances
from tests.naive import levinson as naive

lengths_and_seed = {
    "seed": st.integers(0, 2**32 - 1),
    "lengths": st.lists(st.integers(1, 40), min_size=1, max_size=4),
}


def segments(seed, lengths):
    rng = np.random.default_rng(seed)
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    return rng.normal(size=bounds[-1]).round(rng.integers(0, 5)), bounds


@settings(max_examples=60, deadline=None)
@given(**lengths_and_seed, max_lag=st.integers(0, 45))
def test_autocovariances_equal_twin(seed, lengths, max_lag):
    x, bounds = segments(seed, lengths)
    ours = pooled_autocovariances(x, bounds, max_lag)
    np.testing.assert_array_equal(ours, naive.pooled_autocovariances(x, bounds, max_lag))


@settings(max_examples=60, deadline=None)
@given(**lengths_and_seed, max_order=st.integers(0, 20))
def test_levinson_equals_twin(seed, lengths, max_order):
    x, bounds = segments(seed, lengths)
    acov = pooled_autocovariances(x, bounds, max_order)
    for ours, plain in zip(levinson_durbin(acov), naive.levinson_durbin(acov)):
        np.testing.assert_array_equal(ours, plain)


@settings(max_examples=60, deadline=None)
@given(**lengths_and_seed, order=st.integers(0, 8))
def test_residuals_equal_twin(seed, lengths, order):
    x, bounds = segments(seed, lengths)
    coef = np.random.default_rng(seed).normal(size=order)
    for ours, plain in zip(ar_residuals(x, bounds, coef, 0.3), naive.ar_residuals(x, bounds, coef, 0.3)):
        np.testing.assert_array_equal(ours, plain)


@pytest.mark.parametrize("seed", range(5))
def test_levinson_solves_the_yule_walker_equations(seed):
    x, bounds = segments(seed, [60])
    acov = pooled_autocovariances(x - x.mean(), bounds, 12)
    coefs, variances, partial = levinson_durbin(acov)
    for order in range(1, 13):
        phi = np.linalg.solve(toeplitz(acov[:order]), acov[1 : order + 1])
        np.testing.assert_allclose(coefs[order, :order], phi, atol=1e-12)
        assert not coefs[order, order:].any()
        np.testing.assert_allclose(variances[order], acov[0] - phi @ acov[1 : order + 1], rtol=1e-12)
        assert partial[order - 1] == coefs[order, order - 1]


def test_zero_variance_is_defined():
    coefs, variances, partial = levinson_durbin(np.zeros(4))
    assert not coefs.any()
    assert not variances.any()
    assert not partial.any()
    # A perfect alternation, as rounding may produce it: order 1 explains all, nothing is added after.
    coefs, variances, partial = levinson_durbin(np.array([1.0, -1.0, 1.0, -1.0]))
    np.testing.assert_array_equal(coefs, [[0, 0, 0], [-1, 0, 0], [-1, 0, 0], [-1, 0, 0]])
    np.testing.assert_array_equal(variances, [1, 0, 0, 0])
