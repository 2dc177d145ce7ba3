from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.preparation import Standardize

any_series = arrays(
    np.float64, st.integers(1, 30), elements=st.floats(allow_nan=False, allow_infinity=False, width=64)
)


@given(y=any_series)
def test_round_trip_from_the_smallest_to_the_largest_number(y):
    step = Standardize().fit(y)
    z = step.forward(y)
    assert np.isfinite(z).all()
    np.testing.assert_allclose(step.inverse(z), y, rtol=0, atol=4 * math.ulp(np.abs(y).max() / 2) * 2)


@given(y=any_series)
def test_mean_zero_and_spread_near_one(y):
    z = Standardize().fit(y).forward(y)
    if np.ptp(y / 2 if np.abs(y).max() > 1e300 else y) == 0:
        np.testing.assert_array_equal(z, np.zeros(len(y)))
        return
    # A power of two is within a factor sqrt(2) of the standard deviation; where the spread is only a few
    # units in the last place of the values, the rounding of the mean shows.
    near_constant = np.ptp(y / 2) < 1e-10 * np.abs(y / 2).max()
    if not near_constant:
        assert 0.70 < z.std() < 1.42
        assert abs(z.mean()) < 1e-5


@given(
    y=arrays(np.float64, st.integers(2, 30), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3))),
    k=st.integers(-900, 900),
)
def test_a_power_of_two_changes_no_bit(y, k):
    np.testing.assert_array_equal(
        Standardize().fit(y).forward(y), Standardize().fit(np.ldexp(y, k)).forward(np.ldexp(y, k))
    )


@pytest.mark.parametrize("value", [0.0, 0.1, 7.0, -3e-310, 5e-324, 1.7e308])
@pytest.mark.parametrize("n", [1, 3, 100])
def test_constant_series_become_zeros_and_come_back_exactly(value, n):
    y = np.full(n, value)
    step = Standardize().fit(y)
    np.testing.assert_array_equal(step.forward(y), np.zeros(n))
    np.testing.assert_array_equal(step.inverse(np.zeros(4)), np.full(4, value))


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e9, 1e300])
def test_definition(scale):
    y = np.random.default_rng(0).normal(3.0, 5.0, 50) * scale
    step = Standardize().fit(y)
    assert step.mean == pytest.approx(y.mean(), rel=1e-12)
    # The spread of y / scale is computed without the extreme scale, where the squares would overflow.
    nearest = math.log2((y / scale).std()) + math.log2(scale)
    assert abs(step.exponent - nearest) <= 0.5 + 1e-9
    by_hand = np.ldexp(y / 1.0 - step.mean, -step.exponent)
    np.testing.assert_allclose(step.forward(y), by_hand, rtol=1e-12, atol=1e-14)


def test_paths_equal_a_loop_over_points():
    rng = np.random.default_rng(2)
    step = Standardize().fit(rng.normal(size=30))
    paths = rng.normal(size=(5, 7))
    np.testing.assert_array_equal(step.inverse(paths), np.stack([step.inverse(p) for p in paths]))


def test_update_keeps_mean_and_scale():
    step = Standardize().fit([1.0, 2.0, 3.0])
    before = step.mean, step.exponent
    np.testing.assert_array_equal(step.update([100.0]), step.forward([100.0]))
    assert (step.mean, step.exponent) == before
    assert step.n_lost == 0


def test_values_outside_float64_are_held_at_its_end():
    step = Standardize().fit([1e308, -1e308])
    out = step.inverse([1e5, -1e5, 1e308])
    assert np.isfinite(out).all()
    assert out[0] == np.finfo(float).max
    assert np.isfinite(Standardize().fit([5e-324, 0.0]).forward([1e308, -1e308])).all()


def test_use_before_fit_and_empty_series_are_refused():
    with pytest.raises(ValueError, match="not fitted"):
        Standardize().forward([1.0])
    with pytest.raises(ValueError, match="y has 0 values"):
        Standardize().fit([])
    with pytest.raises(ValueError, match="1 values that are infinite"):
        Standardize().fit([1.0, np.inf])


@given(y=any_series, gaps=st.sets(st.integers(0, 29)))
def test_missing_values_are_as_if_left_out(y, gaps):
    with_gaps = y.copy()
    with_gaps[[at for at in gaps if at < len(y)]] = np.nan
    observed = ~np.isnan(with_gaps)
    if not observed.any():
        return
    step, other = Standardize().fit(with_gaps), Standardize().fit(y[observed])
    assert (step.mean, step.exponent) == (other.mean, other.exponent)
    np.testing.assert_array_equal(step.forward(with_gaps)[observed], other.forward(y[observed]))
    assert np.isnan(step.forward(with_gaps)[~observed]).all()
