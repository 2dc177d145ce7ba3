"""What holds of every step: the way back, paths, updates, the contract."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf.preparation import Step
from tests.preparation.steps import ALL, INVERTIBLE, positive_series


def close(step, got, expected, largest):
    """Up to rounding in units of the largest value; a reciprocal of 100 lies 0.01 below its limit of 1."""
    np.testing.assert_allclose(got, expected, rtol=1e-8, atol=1e-10 * largest, err_msg=repr(step))


@pytest.mark.parametrize("make", INVERTIBLE.values(), ids=INVERTIBLE)
@settings(deadline=None)  # the first case of a step imports what it needs
@given(y=positive_series(24, 40), n_new=st.integers(0, 6), n_ahead=st.integers(1, 6))
def test_the_future_comes_back(make, y, n_new, n_ahead):
    # the last values are ahead, those before them arrive by update, the others are fitted
    known = len(y) - n_ahead
    step = make().fit(y[: known - n_new])
    whole = step.forward(y)
    assert len(whole) == len(y) - step.n_lost
    close(
        step,
        step.update(y[known - n_new : known]),
        whole[: len(whole) - n_ahead][-n_new or len(whole) :],
        1e4,
    )
    ahead = whole[-n_ahead:]
    close(step, step.inverse(ahead), y[known:], y.max())
    close(step, step.inverse(np.stack([ahead, ahead])), np.stack([y[known:]] * 2), y.max())


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@settings(deadline=None)  # the first case of a step imports what it needs
@given(y=positive_series(24, 40), seed=st.integers(0, 1000))
def test_paths_equal_a_loop_over_points(make, y, seed):
    step = make().fit(y)
    paths = np.random.default_rng(seed).normal(size=(3, 7))
    looped = np.stack([step.inverse(path) for path in paths])
    assert np.isfinite(looped).all()
    np.testing.assert_array_equal(step.inverse(paths), looped)
    np.testing.assert_array_equal(step.inverse(np.asfortranarray(paths)), looped)


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@settings(deadline=None)  # the first case of a step imports what it needs
@given(y=positive_series(24, 40), gaps=st.sets(st.integers(0, 30), max_size=5))
def test_missing_values_stay_missing_and_only_they(make, y, gaps):
    step = make()
    with_gaps = y.copy()
    with_gaps[[at for at in gaps if at < len(y) - 12]] = np.nan  # the last three cycles are whole
    changed = step.fit(with_gaps).forward(with_gaps)
    expected = np.isnan(with_gaps)
    for _ in range(step.n_lost):
        expected = expected[1:] | expected[:-1]
    np.testing.assert_array_equal(np.isnan(changed), expected)
    # what is there is what the same step makes of the whole series
    np.testing.assert_array_equal(changed[~expected], step.forward(y)[~expected])
    assert np.isfinite(step.inverse(np.zeros(5))).all()


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_contract(make):
    y = np.exp(np.sin(np.arange(30.0)))
    given_values = y.copy()
    step = make()
    assert isinstance(step, Step)
    assert step.fit(y) is step
    for out in (step.forward(y), step.inverse(y), step.update(y)):
        assert out.dtype == np.float64
        assert not np.shares_memory(out, y)
    np.testing.assert_array_equal(y, given_values)
    assert step.update([]).shape == (0,)
    for twin in (copy.deepcopy(step), pickle.loads(pickle.dumps(step))):
        np.testing.assert_array_equal(twin.inverse([1.0, 0.5]), step.inverse([1.0, 0.5]))


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_name_tells_how_to_make_it(make):
    from arsieve_rf import preparation

    step = make()
    assert repr(eval(repr(step), vars(preparation).copy())) == repr(step)


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_bad_values_are_refused(make):
    y = np.exp(np.sin(np.arange(30.0)))
    infinite = np.where(np.arange(30) == 3, np.inf, y)
    step = make()
    with pytest.raises(ValueError, match="y has 1 values that are infinite"):
        step.fit(infinite)
    with pytest.raises(ValueError, match=r"all missing \(NaN\): at least 1 must be observed"):
        step.fit(np.full(30, np.nan))
    with pytest.raises(ValueError, match="y must be one-dimensional"):
        step.fit(np.ones((30, 1)))
    with pytest.raises(ValueError, match="y has 0 values"):
        step.fit([])
    step.fit(y)
    with pytest.raises(ValueError, match="y has 1 values that are infinite"):
        step.forward(infinite)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="y_new has 1 values that are NaN or infinite"):
            step.update([1.0, bad])
        with pytest.raises(ValueError, match="values has 1 values that are NaN or infinite"):
            step.inverse([1.0, bad])
    with pytest.raises(ValueError, match=r"shape \(h,\) or \(n_paths, h\)"):
        step.inverse(np.ones((2, 2, 2)))


@pytest.mark.parametrize("name", [name for name in ALL if "damped" not in name and name != "chain"])
def test_use_before_fit_is_refused(name):
    for call in (ALL[name]().inverse, ALL[name]().update):
        with pytest.raises(ValueError, match="not fitted yet: call fit"):
            call([1.0])
