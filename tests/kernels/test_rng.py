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


def normals(n, seed, role=rng.ROLE_PATH):
    """The first numbers of so many streams."""
    return np.array([rng.normal(key)[1] for key in rng.stream_keys(seed, 0, n, role)])


def test_normals_are_those_of_the_twin():
    for key in rng.stream_keys(11, 0, 200, rng.ROLE_PATH):
        twin, state = Stream(key), key
        for _ in range(3):
            state, z = rng.normal(np.uint64(state))
            assert z == pytest.approx(twin.normal(), rel=1e-12)
        assert int(state) == twin.state


@pytest.mark.parametrize("seed", [0, 1, 2**61])
def test_normals_are_standard_normal(seed):
    """Moments within 4.5 of their standard errors; the distribution by Kolmogorov and Smirnov."""
    z = normals(8000, seed)
    assert stats.kstest(z, "norm").pvalue > 1e-4
    for power, moment, variance in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]:
        assert abs(np.mean(z**power) - moment) < 4.5 * np.sqrt(variance / len(z)), power


def test_numbers_of_a_stream_are_uncorrelated_and_normal_too():
    state, z = rng.stream_keys(3, 0, 1, rng.ROLE_PATH)[0], np.empty(8000)
    for i in range(len(z)):
        state, z[i] = rng.normal(np.uint64(state))
    assert stats.kstest(z, "norm").pvalue > 1e-4
    for values in (z, z**2):
        for lag in (1, 2):
            assert abs(np.corrcoef(values[lag:], values[:-lag])[0, 1]) < 4.5 / np.sqrt(len(z))
