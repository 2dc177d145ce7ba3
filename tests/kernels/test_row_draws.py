"""Row draws against their plain twin, exactly, and the two outputs against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf._kernels.row_draws import DISJOINT, FIXED, GEOMETRIC, SEASONAL, draw_rows
from tests.naive import row_draws as naive


def run(keys, kind, n, m, b, n_starts, restart, period, counting):
    out = np.zeros((len(keys), n if counting else m), np.int32)
    sizes = [np.uint64(value) for value in (n, m, b, n_starts)]
    draw_rows(keys, kind, *sizes, restart, np.uint64(period), counting, out)
    return out


@st.composite
def problems(draw):
    kind = draw(st.sampled_from([FIXED, GEOMETRIC, DISJOINT, SEASONAL]))
    n = draw(st.integers(1, 40))
    m = draw(st.one_of(st.just(n), st.integers(1, 90)))
    b = draw(st.integers(1, n))
    n_starts = draw(st.sampled_from([n, n - b + 1]))
    restart = draw(st.sampled_from([1.0, 1 / b, 0.37, 1e-12]))
    return kind, n, m, b, n_starts, restart, draw(st.integers(1, n))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**63), problem=problems())
@example(seed=0, problem=(DISJOINT, 7, 7, 7, 1, 1.0, 1))
@example(seed=0, problem=(SEASONAL, 11, 30, 9, 1, 1.0, 5))
def test_equals_twin(seed, problem):
    keys = stream_keys(np.uint64(seed), 0, 4, ROLE_DRAW)
    indices = run(keys, *problem, False)
    np.testing.assert_array_equal(indices, naive.draw_rows(keys, *problem))
    counts = np.array([np.bincount(row, minlength=problem[1]) for row in indices])
    np.testing.assert_array_equal(run(keys, *problem, True), counts)


@pytest.mark.parametrize("kind", [FIXED, GEOMETRIC, DISJOINT, SEASONAL])
@pytest.mark.parametrize("counting", [False, True])
def test_chunking_changes_nothing(kind, counting):
    keys = stream_keys(np.uint64(5), 0, 9, ROLE_DRAW)
    problem = (kind, 30, 33, 4, 27, 0.25, 7)
    parts = [run(keys[a:z], *problem, counting) for a, z in ((0, 1), (1, 5), (5, 9))]
    np.testing.assert_array_equal(run(keys, *problem, counting), np.vstack(parts))
    assert run(keys[:0], *problem, counting).shape[0] == 0
