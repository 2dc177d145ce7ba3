"""Random streams: twin, uniformity, independence of chunking."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from arsieve_rf._kernels import rng
from tests.naive.rng import Stream, stream_key


@pytest.mark.parametrize("bound", [1, 2, 3, 10, 1000, 3_000_000_019, 2**32])
def test_streams_equal_the_twin(bound):
    keys = rng.stream_keys(2**61 + 5, 3, 4, rng.ROLE_DRAW)
    for i, key in enumerate(keys):
        assert int(key) == stream_key(2**61 + 5, 3 + i, rng.ROLE_DRAW)
        twin, state = Stream(key), key
        for _ in range(50):
            state, value = rng.below(np.uint64(state), np.uint64(bound))
            assert int(value) == twin.below(bound)
        state, u = rng.uniform(np.uint64(state))
        assert u == twin.uniform()


def test_keys_do_not_depend_on_the_chunk_and_differ_between_roles():
    whole = rng.stream_keys(7, 0, 100, rng.ROLE_DRAW)
    parts = np.concatenate([rng.stream_keys(7, i, 25, rng.ROLE_DRAW) for i in range(0, 100, 25)])
    np.testing.assert_array_equal(whole, parts)
    others = [rng.stream_keys(7, 0, 100, rng.ROLE_GROW), rng.stream_keys(8, 0, 100, rng.ROLE_DRAW)]
    assert len(np.unique(np.concatenate([whole, *others]))) == 300


def test_bounded_integers_are_uniform():
    state, counts = rng.stream_keys(1, 0, 1, 1)[0], np.zeros(7)
    for _ in range(14_000):
        state, value = rng.below(np.uint64(state), np.uint64(7))
        counts[value] += 1
    assert stats.chisquare(counts).pvalue > 1e-4


def test_first_words_of_neighbouring_trees_are_uncorrelated():
    u = np.array([rng.uniform(k)[1] for k in rng.stream_keys(0, 0, 4000, rng.ROLE_DRAW)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 4 / np.sqrt(4000)
