from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsieve_rf.preparation import Chain, Damping, Differencing


@given(phi=st.floats(0.01, 1.0), h=st.integers(1, 30))
def test_step_k_is_multiplied_by_phi_k_times(phi, h):
    out = Damping(phi).fit([1.0]).inverse(np.ones(h))
    by_hand, product = [], 1.0
    for _ in range(h):
        product *= phi
        by_hand.append(product)
    np.testing.assert_allclose(out, by_hand, rtol=1e-13)


@pytest.mark.parametrize("phi", [0.3, 0.8, 0.98])
def test_equal_changes_give_the_damped_trend(phi):
    # Gardner and McKenzie: level + (phi + ... + phi**h) * trend, and level + trend * phi / (1 - phi) at last
    chain = Chain([Differencing(1), Damping(phi)]).fit([1.0, 3.0, 7.0])
    h = np.arange(1, 3001)
    out = chain.inverse(np.full(3000, 2.0))
    np.testing.assert_allclose(out, 7.0 + 2.0 * phi * (1 - phi**h) / (1 - phi), rtol=1e-12)
    assert out[-1] == pytest.approx(7.0 + 2.0 * phi / (1 - phi))


def test_after_an_update_the_count_starts_anew():
    step = Damping(0.5).fit([1.0, 2.0])
    before = step.inverse([8.0, 8.0])
    np.testing.assert_array_equal(before, [4.0, 2.0])
    np.testing.assert_array_equal(step.update([3.0, 4.0]), [3.0, 4.0])
    np.testing.assert_array_equal(step.inverse([8.0, 8.0]), before)


def test_the_series_is_left_as_it_is():
    y = np.array([1.0, np.nan, -3.0])
    np.testing.assert_array_equal(Damping(0.5).fit(y).forward(y), y)


@pytest.mark.parametrize("phi", [0.0, -0.5, 1.0000001, np.nan, np.inf])
def test_phi_out_of_range(phi):
    with pytest.raises(ValueError, match=f"phi must be above 0 and at most 1, got {phi}"):
        Damping(phi)


@pytest.mark.parametrize("phi", ["0.9", None, True, 1j])
def test_phi_of_a_wrong_kind(phi):
    with pytest.raises(TypeError, match="phi must be a number, got"):
        Damping(phi)


@pytest.mark.parametrize("phi", [0.3, 0.9])
def test_forecasts_can_fade_to_the_mean_of_the_series(phi):
    step = Damping(phi, to_mean=True).fit([1.0, np.nan, 3.0])
    assert step.mean_ == 2.0
    out = step.inverse(np.full(60, 5.0))
    np.testing.assert_allclose(out - 2.0, 3.0 * phi ** np.arange(1, 61), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(step.inverse(np.full((2, 4), 2.0)), np.full((2, 4), 2.0))
    with pytest.raises(TypeError, match="to_mean must be True or False, got 1"):
        Damping(phi, to_mean=1)
    for unfitted in (Damping(phi, to_mean=True).inverse, Damping(phi, to_mean=True).update):
        with pytest.raises(ValueError, match="Damping is not fitted yet"):
            unfitted([1.0])
