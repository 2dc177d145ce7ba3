from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsieve_rf.preparation import Chain, Differencing, DriftShrinkage


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
def test_a_walk_with_drift_goes_on_with_the_share_of_its_drift(weight):
    y = np.array([0.0, 3.0, 4.0, 8.0])  # mean change 8/3
    chain = Chain([Differencing(1), DriftShrinkage(weight)]).fit(y)
    out = chain.inverse(np.full(3, 8.0 / 3.0))
    np.testing.assert_allclose(out, 8.0 + weight * 8.0 / 3.0 * np.arange(1, 4), rtol=1e-14)


@given(weight=st.floats(0, 1), values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_deviations_from_the_mean_are_kept(weight, values):
    step = DriftShrinkage(weight).fit(values)
    out = step.inverse(values)
    np.testing.assert_allclose(
        out - out[0], np.array(values) - values[0], atol=1e-9 * (1 + np.abs(values).max())
    )
    assert np.mean(out) == pytest.approx(weight * np.mean(values), abs=1e-9 * (1 + np.abs(values).max()))


def test_paths_are_treated_like_points_and_the_series_is_left_alone():
    y = np.array([1.0, np.nan, 5.0])
    step = DriftShrinkage(0.5).fit(y)
    assert step.mean_ == 3.0
    np.testing.assert_array_equal(step.forward(y), y)
    np.testing.assert_array_equal(step.update([9.0]), [9.0])
    np.testing.assert_array_equal(step.inverse([[3.0, 4.0]]), [[1.5, 2.5]])


def test_large_values_stay_finite():
    step = DriftShrinkage(0.0).fit([1e308, 1.2e308])
    assert np.isfinite(step.inverse([-1.7e308])).all()


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_weights_outside_the_unit_interval_are_refused(weight):
    with pytest.raises(ValueError, match="weight must be between 0 and 1"):
        DriftShrinkage(weight)


def test_other_mistakes_are_refused():
    with pytest.raises(TypeError, match="weight must be a number, got '1'"):
        DriftShrinkage("1")
    with pytest.raises(ValueError, match="not fitted"):
        DriftShrinkage(1.0).inverse([1.0])
    with pytest.raises(ValueError, match="not fitted"):
        DriftShrinkage(1.0).update([1.0])
    with pytest.raises(ValueError, match="all missing"):
        DriftShrinkage(1.0).fit([np.nan])
