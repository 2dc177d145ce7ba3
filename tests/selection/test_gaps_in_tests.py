"""What the unit root tests are shown of a series with gaps."""

from __future__ import annotations

import numpy as np

from arsieve_rf.selection import choose_differencing
from arsieve_rf.selection.unit_roots import longest_run, without_gaps


def test_a_long_run_stands_for_the_series():
    y = np.arange(30.0) ** 2
    y[5] = y[8] = np.nan
    np.testing.assert_array_equal(without_gaps(y), longest_run(y))
    np.testing.assert_array_equal(without_gaps(y), np.arange(9.0, 30.0) ** 2)


def test_many_short_gaps_are_bridged_by_straight_lines():
    line = 3.0 + 2.0 * np.arange(40.0)
    y = line.copy()
    y[::5] = np.nan
    np.testing.assert_allclose(without_gaps(y), line[1:], rtol=1e-14)


def test_more_gap_than_series_is_not_bridged():
    y = np.full(40, np.nan)
    y[::4] = 1.0
    assert len(without_gaps(y)) == 1


def test_scattered_gaps_do_not_blind_the_tests():
    # 60 series each: with only the longest run, which has some 25 of 174 values, many would be taken amiss
    rng = np.random.default_rng(0)
    orders = {"noise": [], "walk": []}
    for _ in range(60):
        e = rng.normal(size=200)
        for name, y in (("noise", e.copy()), ("walk", np.cumsum(e))):
            y[rng.random(200) < 0.13] = np.nan
            orders[name].append(choose_differencing(y).order)
    assert np.mean(np.array(orders["noise"]) == 0) > 0.85
    assert np.mean(np.array(orders["walk"]) >= 1) > 0.8
