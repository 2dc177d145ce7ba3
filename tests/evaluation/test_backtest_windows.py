"""Where windows lie, by their definition, and how many fit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf import backtest
from arsieve_rf.evaluation._windows import read_windows
from tests.evaluation.backtest_cases import Count, Last, series


@settings(max_examples=200, deadline=None)
@given(
    n=st.integers(2, 60),
    h=st.integers(1, 10),
    n_windows=st.integers(1, 12),
    step=st.integers(1, 6),
    sliding=st.booleans(),
    refit=st.one_of(st.booleans(), st.integers(1, 15)),
)
def test_windows_by_their_definition(n, h, n_windows, step, sliding, refit):
    windows = read_windows(h, n_windows, step, "sliding" if sliding else "expanding", refit)
    first = n - h - (n_windows - 1) * step
    if first < 1:
        with pytest.raises(ValueError, match="y"):
            windows.check_length(n, "y")
        return
    windows.check_length(n, "y")
    blocks = windows.blocks(n)
    ends = [end for block in blocks for end in block.ends]
    assert ends[-1] + h == n
    assert len(ends) == n_windows
    assert {b - a for a, b in pairwise(ends)} <= {step}
    sizes = [len(block.ends) for block in blocks]
    every = {True: 1, False: n_windows}[refit] if isinstance(refit, bool) else refit
    assert all(size == min(every, n_windows) for size in sizes[:-1])
    assert sizes[-1] <= every
    for block in blocks:
        assert block.start == (block.ends[0] - first if sliding else 0)


@pytest.mark.parametrize("step", [1, 2, 5])
@pytest.mark.parametrize("h", [1, 4])
def test_the_message_says_how_many_windows_fit(h, step):
    y = np.arange(23.0)
    with pytest.raises(ValueError, match="n_windows=1000 is too many for y, which has 23 values") as caught:
        backtest(Last(), y, h=h, n_windows=1000, step=step)
    possible = int(str(caught.value).split("at most ")[1].split()[0])
    assert f"h={h} and step={step}" in str(caught.value)
    assert len(backtest(Last(), y, h=h, n_windows=possible, step=step)) == possible * h
    with pytest.raises(ValueError, match=f"at most {possible} window"):
        backtest(Last(), y, h=h, n_windows=possible + 1, step=step)


def test_a_horizon_longer_than_the_series():
    assert len(backtest(Last(), np.arange(5.0), h=4, n_windows=1)) == 4
    with pytest.raises(
        ValueError, match=r"h=5 is too long for y, which has 5 value\(s\): at least 6 are needed"
    ):
        backtest(Last(), np.arange(5.0), h=5, n_windows=1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"window": "expanding"}, [34, 36, 38]),
        ({"window": "sliding"}, [34, 34, 34]),
        ({"window": "sliding", "refit": 2}, [34, 36, 34]),  # what update appends is not cut off
    ],
)
def test_how_much_is_seen(options, expected):
    got = backtest(Count(), series(), h=2, n_windows=3, step=2, **options)
    assert got["yhat"].tolist() == np.repeat(expected, 2).tolist()
