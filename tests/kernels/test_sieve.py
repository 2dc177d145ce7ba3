"""The sieve recursion against its plain twin, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf._kernels.sieve import simulate_sieve
from tests.naive import sieve as naive


def random_problem(rng, order, extra_lead, lengths, with_drift, with_starts):
    """Arguments of the kernel after ``keys``."""
    lead = max(order - min(lengths), 0) + extra_lead
    total, n_segments = sum(lengths), len(lengths)
    pool = rng.normal(size=max(total, 2))
    first = rng.integers(0, pool.size, n_segments)
    count = np.array([rng.integers(1, pool.size - f + 1) for f in first])
    drift = rng.normal(size=total + n_segments * lead) if with_drift else np.empty(0)
    positions = [max(n - order + 1, 0) if with_starts and order else 0 for n in lengths]
    coef = rng.uniform(-1, 1, order) / max(order, 1)
    return (
        coef,
        lead,
        np.array(lengths),
        rng.normal(size=total),
        pool,
        first,
        count,
        drift,
        rng.normal(size=total),
        np.array(positions),
    )


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    order=st.integers(0, 12),
    extra_lead=st.integers(0, 20),
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    with_drift=st.booleans(),
    with_starts=st.booleans(),
)
def test_equals_twin(seed, order, extra_lead, lengths, with_drift, with_starts):
    rng = np.random.default_rng(seed)
    arguments = random_problem(rng, order, extra_lead, lengths, with_drift, with_starts)
    keys = stream_keys(np.uint64(seed), 0, 3, ROLE_DRAW)
    np.testing.assert_array_equal(simulate_sieve(keys, *arguments), naive.simulate_sieve(keys, *arguments))


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_chunking_changes_nothing(cut):
    arguments = random_problem(np.random.default_rng(1), 3, 4, [20, 9], True, True)
    keys = stream_keys(np.uint64(9), 0, 7, ROLE_DRAW)
    whole = simulate_sieve(keys, *arguments)
    parts = [simulate_sieve(keys[:cut], *arguments), simulate_sieve(keys[cut:], *arguments)]
    np.testing.assert_array_equal(whole, np.vstack(parts))


def test_no_trees():
    arguments = random_problem(np.random.default_rng(1), 2, 0, [5], False, False)
    assert simulate_sieve(np.empty(0, np.uint64), *arguments).shape == (0, 5)


def test_zero_innovations_follow_the_difference_equation():
    """Without innovations the path is the AR recursion of its start block alone: here a known closed form."""
    n, phi = 40, 0.7
    out = simulate_sieve(
        stream_keys(np.uint64(0), 0, 2, ROLE_DRAW),
        np.array([phi]),
        0,
        np.array([n]),
        np.zeros(n),
        np.zeros(1),
        np.array([0]),
        np.array([1]),
        np.empty(0),
        np.ones(n),
        np.array([n]),
    )
    np.testing.assert_allclose(out, np.tile(phi ** np.arange(n), (2, 1)), rtol=1e-13)
