from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.preparation import Differencing

ORDERS = (0, 1, 2, 3)


def split(values, n_ahead):
    return values[: len(values) - n_ahead], values[len(values) - n_ahead :]


whole = arrays(np.float64, st.integers(8, 40), elements=st.integers(-(2**40), 2**40).map(float))
real = arrays(np.float64, st.integers(8, 40), elements=st.floats(-1e9, 1e9))


@pytest.mark.parametrize("order", ORDERS)
@given(y=whole)
def test_whole_numbers_come_back_exactly(order, y):
    past, future = split(y, 3)
    step = Differencing(order).fit(past)
    # The differences of the future, as a perfect forecast would give them.
    changed = step.forward(y)[-3:]
    np.testing.assert_array_equal(step.inverse(changed), future)


@pytest.mark.parametrize("order", ORDERS)
@given(y=real)
def test_real_numbers_come_back_up_to_rounding(order, y):
    past, future = split(y, 3)
    step = Differencing(order).fit(past)
    np.testing.assert_allclose(
        step.inverse(step.forward(y)[-3:]), future, rtol=0, atol=1e-13 * max(1e-300, np.abs(y).max())
    )


@pytest.mark.parametrize("order", ORDERS)
def test_forward_is_the_difference_operator(order):
    # Differences of order d annihilate polynomials of degree d - 1 and turn t**d into d!.
    t = np.arange(12.0)
    changed = Differencing(order).fit(t).forward(t**order)
    assert len(changed) == 12 - order
    factorial = float(np.prod(np.arange(1, order + 1)))
    np.testing.assert_array_equal(changed, np.full(12 - order, factorial))


@pytest.mark.parametrize("order", ORDERS)
@given(y=real, seed=st.integers(0, 1000))
def test_paths_equal_a_loop_over_points(order, y, seed):
    step = Differencing(order).fit(y)
    paths = np.random.default_rng(seed).normal(size=(4, 6))
    looped = np.stack([step.inverse(path) for path in paths])
    np.testing.assert_array_equal(step.inverse(paths), looped)
    np.testing.assert_array_equal(step.inverse(np.asfortranarray(paths)), looped)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("n_new", [0, 1, 2, 5])
def test_update_equals_fit_on_the_longer_series(order, n_new):
    y = np.random.default_rng(1).integers(-50, 50, 20).astype(float)
    past, new = split(y, n_new)
    step = Differencing(order).fit(past)
    whole_step = Differencing(order).fit(y)
    np.testing.assert_array_equal(step.update(new), whole_step.forward(y)[len(y) - order - n_new :])
    ahead = np.array([1.0, -2.0, 4.0])
    np.testing.assert_array_equal(step.inverse(ahead), whole_step.inverse(ahead))


def test_input_is_left_alone_and_not_shared():
    y = np.arange(6.0)
    step = Differencing(0).fit(y)
    out = step.forward(y)
    out += 1
    values = np.ones(3)
    Differencing(2).fit(y).inverse(values)
    np.testing.assert_array_equal(y, np.arange(6.0))
    np.testing.assert_array_equal(values, np.ones(3))


@pytest.mark.parametrize("order", [1, 2])
def test_levels_outside_float64_are_held_at_its_end(order):
    step = Differencing(order).fit([0.0, 0.0, 0.0])
    out = step.inverse([1.7e308, 1.7e308, -1.7e308])
    assert np.isfinite(out).all()


def test_overflowing_differences_are_refused():
    with pytest.raises(ValueError, match="leave the float64 range"):
        Differencing(1).fit([0.0, 1.0]).forward([1.7e308, -1.7e308])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_too_short_a_series_is_refused(order):
    with pytest.raises(ValueError, match=f"y has {order} values.*needs at least {order + 1}"):
        Differencing(order).fit(np.arange(float(order)))


@pytest.mark.parametrize("order", [1.0, "1", None, True])
def test_order_must_be_an_integer(order):
    with pytest.raises(TypeError, match="order must be an integer"):
        Differencing(order)


def test_order_must_not_be_negative():
    with pytest.raises(ValueError, match="order must be 0 or more, got -1"):
        Differencing(-1)


def test_use_before_fit_is_refused():
    for call in (Differencing(1).inverse, Differencing(1).update):
        with pytest.raises(ValueError, match="not fitted"):
            call([1.0])


def test_bad_values_are_refused():
    step = Differencing(1).fit([1.0, 2.0])
    with pytest.raises(ValueError, match="1 values that are NaN or infinite"):
        step.inverse([np.nan, 1.0])
    with pytest.raises(ValueError, match="one-dimensional"):
        step.fit([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"shape \(h,\) or \(n_paths, h\)"):
        step.inverse(np.ones((2, 2, 2)))


@pytest.mark.parametrize("order", ORDERS)
@given(y=whole, gaps=st.sets(st.integers(0, 39)))
def test_a_difference_with_a_missing_end_is_missing(order, y, gaps):
    with_gaps = y.copy()
    with_gaps[[at for at in gaps if at < len(y)]] = np.nan
    changed = Differencing(order).fit(y).forward(with_gaps)
    for t, value in enumerate(changed):
        if np.isnan(with_gaps[t : t + order + 1]).any():
            assert np.isnan(value)
        else:
            assert value == np.diff(y, order)[t]


@pytest.mark.parametrize(("order", "at", "n_missing"), [(1, [5], 1), (2, [4], 1), (3, [3, 5], 2)])
def test_the_end_must_be_observed(order, at, n_missing):
    y = np.arange(6.0)
    y[at] = np.nan
    with pytest.raises(ValueError, match=rf"{n_missing} of the last {order} values of y are missing \(NaN\)"):
        Differencing(order).fit(y)
    Differencing(0).fit(y)
    y[5 - order] = np.nan  # one before the end
    y[6 - order :] = 1.0
    np.testing.assert_array_equal(Differencing(order).fit(y).inverse(np.zeros(2))[0], 1.0)


def test_overflow_is_refused_beside_missing_values():
    with pytest.raises(ValueError, match=r"largest \|y\| is 1.7e\+308"):
        Differencing(1).fit([0.0, 1.0]).forward([np.nan, 1.7e308, -1.7e308, np.nan])
