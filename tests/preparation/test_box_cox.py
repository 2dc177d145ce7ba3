from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from arsieve_rf.preparation import BoxCox
from tests.preparation.steps import positive_series

POWERS = (-1.0, -0.3, 0.0, 1e-9, 0.25, 0.5, 1.0, 1.7, 2.0)
LARGEST = np.finfo(np.float64).max


def variation(y, lam, length):
    """Guerrero's coefficient of variation, written from its definition."""
    n_rows = len(y) // length
    ratios = []
    for row in range(n_rows):
        end = len(y) - length * (n_rows - 1 - row)
        seen = [value for value in y[end - length : end] if not math.isnan(value)]
        if len(seen) >= 2:
            mean = sum(seen) / len(seen)
            spread = math.sqrt(sum((value - mean) ** 2 for value in seen) / (len(seen) - 1))
            ratios.append(spread / mean ** (1 - lam))
    return float(np.std(ratios, ddof=1) / np.mean(ratios))


@pytest.mark.parametrize("lam", POWERS)
@given(y=positive_series(1, 20))
def test_forward_and_inverse_are_scipys(lam, y):
    step = BoxCox(lam).fit(y)
    z = step.forward(y)
    np.testing.assert_allclose(z, stats.boxcox(y, lam), rtol=1e-12)
    np.testing.assert_allclose(step.inverse(z), special.inv_boxcox(z, lam), rtol=1e-12)


def test_the_definition():
    y = np.array([0.5, 1.0, 4.0])
    np.testing.assert_allclose(BoxCox(0).fit(y).forward(y), np.log(y))
    np.testing.assert_allclose(BoxCox(0.5).fit(y).forward(y), 2 * (np.sqrt(y) - 1))
    np.testing.assert_allclose(BoxCox(-1).fit(y).forward(y), 1 - 1 / y)
    np.testing.assert_allclose(BoxCox(1).fit(y).forward(y), y - 1)
    assert BoxCox(0.5).fit(y).lam_ == 0.5


@settings(deadline=None)  # the first case imports scipy.optimize
@given(
    y=positive_series(8, 60),
    period=st.integers(1, 4),
    gaps=st.sets(st.integers(0, 7), max_size=3),
)
def test_guerrero_finds_no_worse_a_power_than_brute_force(y, period, gaps):
    y[sorted(gaps)] = np.nan
    length = max(2, period)
    rows = y[len(y) % length :].reshape(-1, length)
    usable = rows[(~np.isnan(rows)).sum(axis=1) >= 2]
    if len(usable) < 2:
        return
    lam = BoxCox(period=period).fit(y).lam_
    assert 0.0 <= lam <= 1.0
    if np.all(np.nanmax(usable, axis=1) == np.nanmin(usable, axis=1)):
        assert lam == 1.0
        return
    brute = min(variation(y, trial, length) for trial in np.linspace(0, 1, 51))
    assert variation(y, lam, length) <= brute * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("true", [0.0, 0.3, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("scale", [1e-290, 1e-3, 1.0, 1e290])
def test_guerrero_solves_what_it_should(true, scale):
    # the spread of subseries with mean m is m**(1 - true) exactly, up to one factor
    means = np.array([1.0, 3.0, 10.0, 40.0, 100.0, 700.0])
    spreads = 0.01 * means ** (1 - true)
    y = (means[:, None] + spreads[:, None] * np.array([-1.0, 0.0, 1.0])).ravel() * scale
    assert BoxCox(period=3).fit(y).lam_ == pytest.approx(true, abs=1e-6)


def test_guerrero_takes_subseries_from_the_end():
    y = np.random.default_rng(0).lognormal(size=24)
    assert BoxCox(period=4).fit(np.append([1e6, 1e-6, 5.0], y)).lam_ == BoxCox(period=4).fit(y).lam_


def test_values_outside_the_domain_get_its_limit():
    assert BoxCox(0.5).fit([1.0]).inverse([-2.0, -2.5, -1e308]).tolist() == [0.0, 0.0, 0.0]
    assert BoxCox(2).fit([1.0]).inverse([-0.5, -7.0]).tolist() == [0.0, 0.0]
    assert BoxCox(-1).fit([1.0]).inverse([1.0, 5.0]).tolist() == [LARGEST, LARGEST]
    assert BoxCox(0).fit([1.0]).inverse([1e4, -1e4]).tolist() == [LARGEST, 0.0]


@pytest.mark.parametrize("lam", POWERS)
@given(
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=8),
    v=st.floats(0, 1e308),
)
def test_any_forecast_has_a_finite_value_in_order(lam, values, v):
    step = BoxCox(lam).fit([1.0])
    back = step.inverse(sorted(values))
    assert np.isfinite(back).all()
    assert (back >= 0).all()
    assert (np.diff(back) >= 0).all()
    means = step.inverse(values, variance=np.full(len(values), v))
    assert np.isfinite(means).all()
    assert (means >= 0).all()


@pytest.mark.parametrize("lam", POWERS)
def test_no_variance_no_adjustment(lam):
    step = BoxCox(lam).fit([1.0])
    z = np.linspace(-0.3, 0.5, 9)
    np.testing.assert_allclose(step.inverse(z, variance=np.zeros(9)), step.inverse(z), rtol=1e-15)


@pytest.mark.parametrize("lam", POWERS)
def test_adjusted_means_agree_with_integrals_to_the_second_order(lam):
    # Gauss-Hermite quadrature of the inverse; what is left shrinks as the square of the variance
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    step = BoxCox(lam).fit([1.0])
    z = step.forward([3.0])
    b = lam * z[0] + 1.0  # the distance to the end of the domain, or 1 for the logarithm
    errors = []
    for variance in ((0.03 * b) ** 2, (0.01 * b) ** 2):
        exact = step.inverse(z + math.sqrt(variance) * nodes) @ weights / weights.sum()
        errors.append(abs(step.inverse(z, variance=[variance])[0] - exact) / exact)
    assert errors[0] < 1e-5
    assert errors[1] < max(errors[0] / 50, 1e-13)


def test_the_lognormal_mean_is_exact():
    mean = BoxCox(0).fit([1.0]).inverse([0.7, 1.0], variance=[2.0, 0.5])
    exact = [
        stats.lognorm(s=math.sqrt(2.0), scale=math.exp(0.7)).mean(),
        stats.lognorm(s=0.5**0.5, scale=math.e).mean(),
    ]
    np.testing.assert_allclose(mean, exact, rtol=1e-13)


def test_the_square_root_mean_is_exact():
    # (z/2 + 1)**2 has the mean (mu/2 + 1)**2 + variance/4
    mean = BoxCox(0.5).fit([1.0]).inverse([1.0, 3.0], variance=[0.4, 9.0])
    np.testing.assert_allclose(mean, [1.5**2 + 0.1, 2.5**2 + 2.25], rtol=1e-14)


def test_update_keeps_the_power():
    y = np.random.default_rng(3).lognormal(size=40)
    step = BoxCox(period=4).fit(y)
    lam = step.lam_
    np.testing.assert_array_equal(step.update([1e5, 1e-5]), step.forward([1e5, 1e-5]))
    assert step.lam_ == lam


@pytest.mark.parametrize("bad", [0.0, -3.5])
def test_values_that_are_not_positive(bad):
    for lam in (0, "auto"):
        with pytest.raises(ValueError, match=rf"needs positive values, but the smallest of y is {bad:g}"):
            BoxCox(lam).fit([1.0, bad, np.nan, 2.0])
    with pytest.raises(ValueError, match="the smallest of y_new is"):
        BoxCox(0).fit([1.0]).update([bad])


def test_values_that_leave_float64():
    with pytest.raises(ValueError, match=r"lam=2 leaves the float64 range \(y goes from 1 to 1e\+200\)"):
        BoxCox(2).fit([1.0]).forward([1.0, 1e200])
    with pytest.raises(ValueError, match="lam=-1 leaves the float64 range"):
        BoxCox(-1).fit([1.0]).update([1e-310])


@pytest.mark.parametrize("lam", [-1.01, 2.01, np.nan, np.inf, "log"])
def test_lam_out_of_range(lam):
    with pytest.raises(ValueError, match=r"lam must be a number in \[-1, 2\] or 'auto', got"):
        BoxCox(lam)


@pytest.mark.parametrize("lam", [None, True, [0.5], 1j])
def test_lam_of_a_wrong_kind(lam):
    with pytest.raises(TypeError, match="lam must be a number"):
        BoxCox(lam)


def test_period_must_be_a_positive_integer():
    with pytest.raises(ValueError, match="period must be 1 or more, got 0"):
        BoxCox(period=0)
    with pytest.raises(TypeError, match=r"period must be an integer, got 4\.0"):
        BoxCox(period=4.0)


@pytest.mark.parametrize("y", [[1.0], [1.0, 2.0, 3.0], [1.0, np.nan, 2.0, 3.0]])
def test_too_few_subseries(y):
    with pytest.raises(
        ValueError, match=rf"at least 2 subseries of 2 values .*\({len(y)} values\): give lam"
    ):
        BoxCox().fit(y)


@pytest.mark.parametrize(
    ("values", "variance", "message"),
    [
        ([1.0, 2.0], [1.0], r"must have the shape of values, \(2,\), got \(1,\)"),
        ([1.0, 2.0], 1.0, r"got \(\)"),
        ([1.0], [-1.0], "finite and 0 or more"),
        ([1.0], [np.nan], "finite and 0 or more"),
        ([[1.0]], [[1.0]], r"not with paths of shape \(1, 1\)"),
    ],
)
def test_bad_variances(values, variance, message):
    with pytest.raises(ValueError, match=message):
        BoxCox(0).fit([1.0]).inverse(values, variance=variance)
