"""Row strategies: support and block structure read from the drawn rows, edge cases, refusals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.resampling.all_rows import AllRows
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.circular import CircularBlock
from arsieve_rf.resampling.iid import IID
from arsieve_rf.resampling.moving import MovingBlock
from arsieve_rf.resampling.nonoverlapping import NonoverlappingBlock
from arsieve_rf.resampling.row_sampler import BlockSampler
from arsieve_rf.resampling.seasonal import SeasonalBlock
from arsieve_rf.resampling.stationary import StationaryBlock

BLOCKS = [MovingBlock, CircularBlock, StationaryBlock, NonoverlappingBlock]


def observed(n, m=None, max_lag=0, lengths=None):
    rng = np.random.default_rng(n)
    series = tuple(rng.normal(size=max_lag + length) for length in lengths or [n])
    return Observed(series, max_lag, None, n if m is None else m)


def keys(count, seed=0):
    return stream_keys(np.uint64(seed), 0, count, ROLE_DRAW)


def every_strategy(b, period=3):
    return [IID(), *(cls(b) for cls in BLOCKS), SeasonalBlock(b, period)]


sizes = st.integers(2, 50).flatmap(
    lambda n: st.tuples(
        st.just(n), st.integers(1, n), st.one_of(st.just(n), st.integers(1, 2 * n)), st.integers(0, 2**32)
    )
)


@settings(max_examples=60, deadline=None)
@given(sizes)
def test_every_draw_is_m_rows_of_the_observed_and_counts_agree(size):
    n, b, m, seed = size
    strategies = every_strategy(b, 2) if n >= 4 else [IID(), *(cls(b) for cls in BLOCKS)]
    for strategy in strategies:
        sampler = strategy.fit(observed(n, m, max_lag=3))
        indices, counts = sampler.draw_indices(keys(3, seed)), sampler.draw(keys(3, seed))
        assert indices.shape == (3, m)
        assert counts.shape == (3, n)
        assert indices.dtype == counts.dtype == np.int32
        assert indices.min() >= 0
        assert indices.max() < n
        np.testing.assert_array_equal(counts, [np.bincount(row, minlength=n) for row in indices])
        np.testing.assert_array_equal(indices[1:2], sampler.draw_indices(keys(3, seed)[1:2]))


@settings(max_examples=60, deadline=None)
@given(sizes)
def test_moving_and_circular_blocks(size):
    n, b, m, seed = size
    for cls, wraps in ((MovingBlock, False), (CircularBlock, True)):
        for rows in cls(b).fit(observed(n, m)).draw_indices(keys(3, seed)).astype(int):
            for first in range(0, m, b):
                block = rows[first : first + b]
                expected = block[0] + np.arange(len(block))
                np.testing.assert_array_equal(block, expected % n if wraps else expected)
                assert wraps or block[0] <= n - b


@settings(max_examples=60, deadline=None)
@given(sizes)
def test_nonoverlapping_blocks_are_counted_from_the_end(size):
    n, b, m, seed = size
    starts = {0, *(n - k * b for k in range(1, n // b + 1))}
    for rows in NonoverlappingBlock(b).fit(observed(n, m)).draw_indices(keys(3, seed)):
        for row, following in pairwise(rows):
            ends_block = row + 1 == n or row + 1 in starts
            assert following in starts if ends_block else following == row + 1
        if n % b == 0 and m % b == 0:
            assert rows[0] in starts


@settings(max_examples=80, deadline=None)
@given(sizes, st.data())
def test_seasonal_rows_have_the_phase_of_their_position(size, data):
    n, b, m, seed = size
    if n < 4:
        return
    period = data.draw(st.integers(2, n // 2))
    for rows in SeasonalBlock(b, period).fit(observed(n, m)).draw_indices(keys(3, seed)):
        first = 0 if m == n else rows[0]
        np.testing.assert_array_equal(rows % period, (first + np.arange(m)) % period)
        # a block may end early only at the end of the series, and only for want of a start of its phase
        length = 0
        for place, row in enumerate(rows):
            begins = length == 0
            if begins:
                has_start = row % period + b <= n
                assert row <= n - b if has_start else row < period
            else:
                assert row == rows[place - 1] + 1
            length = 0 if length + 1 == b or row == n - 1 else length + 1


def test_a_seasonal_block_of_whole_seasons_starts_at_phase_0():
    rows = SeasonalBlock(8, 4).fit(observed(50)).draw_indices(keys(500))
    assert set(np.unique(rows[:, ::8])) == set(range(0, 43, 4))


def test_leftover_rows_of_nonoverlapping_blocks_are_drawn():
    counts = NonoverlappingBlock(6).fit(observed(20)).draw(keys(200))
    assert (counts[:, :2].sum(axis=0) > 0).all()


@pytest.mark.parametrize("cls", [MovingBlock, CircularBlock])
def test_blocks_of_one_row_are_iid_to_the_bit(cls):
    data = observed(17, 23)
    np.testing.assert_array_equal(
        cls(1).fit(data).draw_indices(keys(20)), IID().fit(data).draw_indices(keys(20))
    )


@pytest.mark.parametrize("strategy", [MovingBlock(12), CircularBlock(12), NonoverlappingBlock(12)])
def test_one_block_as_long_as_the_series_is_every_row_once(strategy):
    np.testing.assert_array_equal(strategy.fit(observed(12)).draw(keys(30)), np.ones((30, 12), int))


def test_circular_block_as_long_as_the_series_is_a_random_rotation():
    rows = CircularBlock(5).fit(observed(5)).draw_indices(keys(200))
    assert {tuple(row) for row in rows} == {tuple(np.roll(np.arange(5), k)) for k in range(5)}


def test_all_rows():
    sampler = AllRows().fit(observed(6, max_lag=2))
    np.testing.assert_array_equal(sampler.draw(keys(2)), np.ones((2, 6)))
    np.testing.assert_array_equal(sampler.draw_indices(keys(2)), [range(6)] * 2)
    assert not AllRows.has_out_of_bag
    assert IID.has_out_of_bag


def test_trees_differ_and_keys_alone_decide():
    for strategy in every_strategy(4):
        sampler = strategy.fit(observed(40))
        first, again, other = (sampler.draw_indices(keys(8, seed)) for seed in (0, 0, 1))
        np.testing.assert_array_equal(first, again)
        assert len({tuple(row) for row in np.vstack([first, other])}) == 16


def test_segments_count_as_one_sequence_of_rows():
    data = observed(0, m=30, max_lag=2, lengths=[12, 18])
    rows = CircularBlock(5).fit(data).draw_indices(keys(200))
    assert set(np.unique(rows)) == set(range(30))
    SeasonalBlock(5, 6).fit(data)
    with pytest.raises(ValueError, match=r"period=5 .*\[12, 18\]"):
        SeasonalBlock(5, 5).fit(data)


@pytest.mark.parametrize("strategy", [cls(11) for cls in BLOCKS] + [SeasonalBlock(11, 2)])
def test_a_block_longer_than_the_series_is_refused(strategy):
    with pytest.raises(ValueError, match=r"block_length must be between 1 and n_rows = 10; got 11"):
        strategy.fit(observed(10))


@pytest.mark.parametrize("cls", [*BLOCKS, lambda b: SeasonalBlock(b, 2)])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, ValueError),
        (-3, ValueError),
        ("long", ValueError),
        (None, TypeError),
        (True, TypeError),
        ([2], TypeError),
    ],
)
def test_impossible_block_lengths(cls, value, error):
    with pytest.raises(error, match=r"block_length must be .*between 1 and n_rows; got"):
        cls(value)


@pytest.mark.parametrize("cls", [MovingBlock, CircularBlock, NonoverlappingBlock])
def test_only_mean_lengths_may_be_fractional(cls):
    with pytest.raises(TypeError, match=r"an integer between .*2\.5"):
        cls(2.5)
    assert StationaryBlock(2.5).fit(observed(9)).block_length_ == 2.5


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf")])
def test_impossible_mean_lengths(value):
    with pytest.raises(ValueError, match="a number between 1 and n_rows"):
        StationaryBlock(value)


@pytest.mark.parametrize(
    ("value", "error"),
    [(None, ValueError), (1, ValueError), (-4, ValueError), (4.0, TypeError), (True, TypeError)],
)
def test_impossible_periods(value, error):
    with pytest.raises(error, match=r"period must be an integer between 2 and n_rows / 2"):
        SeasonalBlock(3, value)


def test_a_period_needs_two_seasons():
    SeasonalBlock(3, 5).fit(observed(10))
    with pytest.raises(ValueError, match=r"period must be between 2 and n_rows / 2 = 4.5 .*got 5"):
        SeasonalBlock(3, 5).fit(observed(9))


@pytest.mark.parametrize(("n", "m", "name"), [(0, 3, "n_rows"), (3, 0, "n_draws")])
def test_nothing_to_draw_is_refused(n, m, name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1; got 0"):
        BlockSampler(0, n, m)
