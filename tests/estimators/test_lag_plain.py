"""The plain case is settled as the full search settles it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from arsieve_rf.estimators._groups import Groups
from arsieve_rf.estimators._lag_detection import _found
from arsieve_rf.estimators._lag_plain import plain_lags
from tests.estimators.lag_cases import embed


def assert_as_searched(X, y, names=None):
    """Equal to the full search where the plain case answers; returns whether it does."""
    plain = plain_lags(X, y, names)
    if plain is None:
        return False
    full = _found(X, y, names, Groups.one(len(y)))
    assert (plain.lags, plain.linear, plain.max_lag) == (full.lags, full.linear, full.max_lag)
    assert plain.warnings == full.warnings == ()
    assert plain.order is full.order is None
    assert plain.segments.dtype == full.segments.dtype
    assert_array_equal(plain.segments, full.segments)
    assert_array_equal(plain.series, full.series)
    assert plain.series[0].dtype == full.series[0].dtype
    return True


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 10_000),
    st.integers(4, 80),
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.sampled_from([0, 1, 3, 12]),
    st.sampled_from([np.float32, np.float64]),
)
def test_it_equals_the_full_search(seed, n, lags, digits, dtype):
    rng = np.random.default_rng(seed)
    series = np.round(
        np.cumsum(rng.standard_normal(n + 30)) if seed % 3 == 0 else rng.standard_normal(n + 30), digits
    )
    X, y = embed(series.astype(dtype), lags, 30)
    if seed % 5 == 0:
        X[rng.integers(len(X)), 0] += 1.0
    assert_as_searched(X, y)


@pytest.mark.parametrize("trend", [0.0, 5.0])
@pytest.mark.parametrize("names", [None, ["lag_1", "lag_2", "lag_7"], ["a", "b", "c"], ["x", "lag_2", "y"]])
def test_it_answers_for_lag_matrices(names, trend):
    series = np.random.default_rng(0).standard_normal(200) + trend * np.arange(200)
    assert assert_as_searched(*embed(series, [1, 2, 7]), names)


def changed(X, y, where):
    X = X.copy()
    X[where] += 0.5
    return X, y


@pytest.mark.parametrize(
    "case",
    [
        lambda X, y: changed(X, y, (0, 0)),
        lambda X, y: changed(X, y, (50, 1)),
        lambda X, y: changed(X, y, (-1, 1)),
        lambda X, y: (np.column_stack([X, np.ones(len(y))]), y),
        lambda X, y: (np.column_stack([X, y]), y),
        lambda X, y: (2 * X, y),
        lambda X, y: (X, np.zeros_like(y)),
        lambda X, y: (X[:5], y[:5]),
        lambda X, y: (X[:, :0], y),
        lambda X, y: (np.tile(X, (2, 1)), np.tile(y, 2)),
    ],
)
def test_it_leaves_all_else_to_the_search(case):
    X, y = embed(np.random.default_rng(1).standard_normal(100), [1, 3])
    assert plain_lags(*case(X, y), None) is None


@pytest.mark.parametrize("names", [["lag_2", "lag_3"], ["lag_1", "rolling_mean_3"]])
def test_names_that_say_something_else_are_left_to_the_search(names):
    X, y = embed(np.random.default_rng(1).standard_normal(100), [1, 3])
    assert plain_lags(X, y, names) is None
