"""AR models averaged by Akaike weights: fits averaged by hand, theory of the MA(1), scales, doors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_toeplitz, toeplitz
from scipy.signal import lfilter
from statsmodels.regression.linear_model import burg as statsmodels_burg

from arsieve_rf.resampling.ar_average import average_ar

THETAS = np.arange(-19, 20) / 20


def ar2(n=150, seed=0):
    noise = np.random.default_rng(seed).normal(size=n + 100)
    return lfilter([1.0], [1.0, -0.6, 0.3], noise)[100:] + 5.0


def ma1(theta, n=500, seed=0):
    return lfilter([1.0, theta], [1.0], np.random.default_rng(seed).normal(size=n + 1))[1:]


def akaike_weights(variances, parameters, n):
    aic = n * np.log(variances) + 2.0 * np.asarray(parameters)
    weights = np.exp(-0.5 * (aic - aic.min()))
    return weights / weights.sum()


def fitted(y, method, max_order):
    """Coefficients and innovation variances of orders 0..max_order."""
    x = y - y.mean()
    acov = np.array([x[k:] @ x[: len(x) - k] for k in range(max_order + 1)]) / len(x)
    coefs, variances = [np.empty(0)], [acov[0]]
    for order in range(1, max_order + 1):
        if method == "burg":
            coefs.append(statsmodels_burg(y, order, demean=True)[0])
        else:
            coefs.append(solve_toeplitz(acov[:order], acov[1 : order + 1]))
        variances.append(variances[-1] * (1.0 - coefs[-1][-1] ** 2))
    return coefs, np.array(variances)


def averaged(coefs, weights):
    out = np.zeros(max(map(len, coefs)))
    for weight, coef in zip(weights, coefs):
        out[: len(coef)] += weight * coef
    return out


def sum_of_squares(x, theta):
    errors = lfilter([1.0], [1.0, theta], x)
    return errors @ errors


@pytest.mark.parametrize("method", ["yule_walker", "burg"])
@pytest.mark.parametrize("max_order", [1, 4, 9])
def test_average_of_autoregressions_is_that_of_their_equations(method, max_order):
    y = ar2()
    coefs, variances = fitted(y, method, max_order)
    weights = akaike_weights(variances, np.arange(max_order + 1), len(y))
    found = average_ar([y], max_order, method=method, moving_average=False)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(found.coef, averaged(coefs, weights), rtol=1e-8)
    assert found.n_parameters == pytest.approx(weights @ np.arange(max_order + 1))
    assert found.mean == pytest.approx(y.mean())
    assert found.theta is None


def test_the_moving_average_is_one_more_candidate_with_one_parameter():
    y = ma1(-0.45)
    x = y - y.mean()
    coefs, variances = fitted(y, "yule_walker", 5)
    sums = [sum_of_squares(x, theta) for theta in THETAS]
    theta = THETAS[np.argmin(sums)]
    coefs.append(-((-theta) ** np.arange(1, 61)))
    weights = akaike_weights(np.append(variances, min(sums) / len(y)), [0, 1, 2, 3, 4, 5, 1], len(y))
    found = average_ar([y], 5)
    assert found.theta == pytest.approx(theta)
    assert 0.1 < weights[-1] < 1.0
    np.testing.assert_allclose(found.weights, weights, rtol=1e-7, atol=1e-300)
    np.testing.assert_allclose(found.coef, averaged(coefs, weights)[: len(found.coef)], rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("theta", [-0.8, 0.8])
@pytest.mark.parametrize("max_lag", [1, 2, 5])
def test_a_moving_average_that_is_cut_off_pays_for_it(theta, max_lag):
    """The error variance of its first coefficients, from the autocovariances of the process."""
    y = ma1(theta)
    x = y - y.mean()
    found = average_ar([y], max_lag, max_lag=max_lag)
    sums = [sum_of_squares(x, t) for t in THETAS]
    best = THETAS[np.argmin(sums)]
    kept = np.concatenate([[1.0], (-best) ** np.arange(1, max_lag + 1)])
    covariances = toeplitz(np.concatenate([[1.0 + best**2, best], np.zeros(max_lag - 1)]))
    _, variances = fitted(y, "yule_walker", max_lag)
    variances = np.append(variances, min(sums) / len(y) * (kept @ covariances @ kept))
    weights = akaike_weights(variances, [*range(max_lag + 1), 1], len(y))
    np.testing.assert_allclose(found.weights, weights, rtol=1e-7, atol=1e-300)
    assert len(found.coef) <= max_lag


def test_negligible_coefficients_are_left_out():
    """An MA(1) that no AR model comes near; the coefficients from .5**41 on sum to less than 1e-12."""
    e = np.concatenate([[0.0], np.random.default_rng(0).normal(size=20000)])
    found = average_ar([e[1:] - 0.5 * e[:-1]], 1)
    assert found.theta == pytest.approx(-0.5)
    np.testing.assert_allclose(found.coef, -(0.5 ** np.arange(1, 41)), rtol=1e-9, atol=1e-14)


def test_with_one_lag_the_coefficient_is_the_autocorrelation():
    y = ma1(0.8, n=2000)
    assert average_ar([y], max_lag=1).coef[0] == pytest.approx(0.8 / (1 + 0.64), abs=0.06)  # 3 s.e.


def test_a_long_series_gives_its_model_back():
    """Standard errors of both coefficients are sqrt((1 - .3**2) / 4000) = .015."""
    found = average_ar([ar2(4000)])
    np.testing.assert_allclose(found.coef[:2], [0.6, -0.3], atol=0.07)
    assert found.weights[0] < 1e-10


def test_white_noise_has_little_weight_on_coefficients():
    sizes = [np.abs(average_ar([np.random.default_rng(s).normal(size=400)]).coef).sum() for s in range(20)]
    assert np.mean(sizes) < 0.2


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=3),
    decimals=st.integers(0, 4),
    max_lag=st.none() | st.integers(1, 8),
)
def test_what_holds_for_any_segments(seed, lengths, decimals, max_lag):
    rng = np.random.default_rng(seed)
    segments = [rng.normal(size=n).round(decimals) for n in lengths]
    found = average_ar(segments, max_lag=max_lag)
    assert np.isfinite(found.coef).all()
    assert found.weights.sum() == pytest.approx(1.0)
    assert 0.0 <= found.n_parameters <= len(found.weights)
    assert len(found.coef) <= min(max(lengths), 60, max_lag or 60)
    assert not len(found.coef) or found.coef[-1] != 0.0
    low, high = min(s.min() for s in segments), max(s.max() for s in segments)
    assert low - 1e-12 <= found.mean <= high + 1e-12


@pytest.mark.parametrize("power", [-990, -300, 1, 990])
def test_powers_of_two_change_nothing_but_the_mean(power):
    segments = [ar2(60), ar2(40, 1)]
    plain = average_ar(segments)
    scaled = average_ar([np.ldexp(s, power) for s in segments])
    np.testing.assert_array_equal(scaled.coef, plain.coef)
    np.testing.assert_array_equal(scaled.weights, plain.weights)
    assert scaled.mean == np.ldexp(plain.mean, power)


def test_each_segment_has_its_own_level():
    segments = [ar2(60), ar2(40, 1)]
    plain, moved = average_ar(segments), average_ar([segments[0], segments[1] + 64.0])
    np.testing.assert_allclose(moved.coef, plain.coef, rtol=1e-6)
    assert moved.mean == pytest.approx(plain.mean + 64.0 * 40 / 100)


def test_nothing_is_looked_up_across_a_seam():
    """Pairs of equal values, one in each segment: alone they say nothing, in one series they would."""
    values = np.repeat(np.random.default_rng(0).normal(size=200), 2)
    together = average_ar([values], 1, moving_average=False).coef[0]
    assert together > 0.3
    apart = average_ar([values[i : i + 2] for i in range(1, 399, 2)], 1, moving_average=False)
    assert apart.coef[0] < -0.3  # two values around their own mean


@pytest.mark.parametrize("segments", [[[3.0]], [[0.1, 0.1, 0.1]], [[2.0, 2.0], [7.0]]])
def test_constant_series_have_no_coefficients(segments):
    found = average_ar([np.array(s) for s in segments])
    assert found.coef.shape == (0,)
    assert found.n_parameters == 0.0
    assert found.theta is None
    values = np.concatenate(segments)
    assert found.mean == (values[0] if np.ptp(values) == 0.0 else pytest.approx(values.mean()))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"max_order": -1}, ValueError, "max_order=-1 must be between 0 and 9"),
        ({"max_order": 10}, ValueError, "max_order=10 must be between 0 and 9"),
        ({"max_order": 2.5}, TypeError, "max_order must be an integer; got 2.5"),
        ({"max_lag": 0}, ValueError, "max_lag=0 must be at least 1"),
        ({"max_lag": "3"}, TypeError, "max_lag must be an integer; got '3'"),
        ({"method": "ols"}, ValueError, "method='ols' is not known; it must be one of 'yule_walker', 'burg'"),
    ],
)
def test_mistakes_are_told(options, error, words):
    with pytest.raises(error, match=words):
        average_ar([ar2(10)], **options)
