"""AR fits: what the definitions say, doors, extreme input."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from arsieve_rf.resampling.ar import fit_ar
from arsieve_rf.resampling.ar_segments import CentredSegments, fit_ar_segments

METHODS = ("yule_walker", "burg", "ols")
CRITERIA = ("aic", "aicc", "bic", "hqic")


def noise(n, seed=0):
    return np.random.default_rng(seed).normal(size=n)


def make_series(kind, n, seed, scale):
    """Series that are hard in one way each."""
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    values = {
        "noise": rng.normal(size=n),
        "walk": rng.normal(size=n).cumsum(),
        "ties": rng.integers(0, 3, n),
        "trend": t,
        "noisy trend": t + 0.01 * rng.normal(size=n),
        "explosive": 1.1 ** np.minimum(t, 200),
        "constant": np.ones(n),
        "alternating": (-1.0) ** t,
        "sine": np.sin(0.3 * t),
        "spike": (t == n // 2),
        "far": 1e6 + rng.normal(size=n),
    }[kind]
    return scale * np.asarray(values, dtype=np.float64)


KINDS = ["noise", "walk", "ties", "trend", "noisy trend", "explosive", "constant"]
KINDS += ["alternating", "sine", "spike", "far"]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(2, 300),
    seed=st.integers(0, 10**6),
    exponent=st.integers(-9, 9),
    criterion=st.sampled_from(CRITERIA),
)
def test_any_series_gives_a_finite_fit(method, kind, n, seed, exponent, criterion):
    y = make_series(kind, n, seed, 10.0**exponent)
    fit = fit_ar(y, order=criterion, method=method)
    assert fit.coef.shape == (fit.order,)
    assert fit.residuals.shape == (n - fit.order,)
    assert np.isfinite(fit.coef).all()
    assert np.isfinite(fit.residuals).all()
    assert math.isfinite(fit.mean)
    assert math.isfinite(fit.intercept)
    assert math.isfinite(fit.sigma2)
    assert fit.sigma2 >= 0.0
    assert abs(fit.residuals.mean()) <= 1e-12 * max(np.abs(y).max(), 1e-300)
    assert not np.isinf(fit.criteria).any()
    if fit.order:
        assert fit.criteria[fit.order] == np.nanmin(fit.criteria)
    if method == "yule_walker":
        assert fit.is_stationary


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(5))
def test_residuals_and_model_belong_together(method, seed):
    y = noise(80, seed).cumsum() * 0.3 + noise(80, seed + 100)
    fit = fit_ar(y, order=3, method=method)
    u = y - fit.mean
    raw = u[3:] - fit.intercept - sum(fit.coef[k] * u[2 - k : 79 - k] for k in range(3))
    np.testing.assert_allclose(fit.residuals, raw - raw.mean(), atol=1e-12)
    if method == "ols":
        lags = np.column_stack([u[2 - k : 79 - k] for k in range(3)])
        np.testing.assert_allclose(lags.T @ fit.residuals, 0.0, atol=1e-9)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_criteria_follow_their_formulas(criterion):
    y = noise(60, 3).cumsum()
    n, top = y.size, 10
    fit = fit_ar(y, order=criterion, max_order=top)
    k = np.arange(top + 1) + 1
    v = np.array(
        [fit_ar(y, order=p).sigma2 * (n - p - 1) / n for p in range(top + 1)]
    )  # sigma2 takes degrees of freedom off
    penalty = {
        "aic": 2 * k,
        "aicc": 2 * k + 2 * k * (k + 1) / (n - k - 1),
        "bic": k * math.log(n),
        "hqic": 2 * k * math.log(math.log(n)),
    }[criterion]
    np.testing.assert_allclose(fit.criteria, n * np.log(v) + penalty, rtol=1e-11)
    assert fit.order == np.argmin(fit.criteria)
    assert fit.criterion == criterion


def test_aicc_is_undefined_where_parameters_outnumber_rows():
    fit = fit_ar(noise(6), order="aicc", max_order=5)
    assert_array_equal(np.isnan(fit.criteria), [False, False, False, False, True, True])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300])
def test_constant_series(method, value):
    y = np.full(37, value)
    fit = fit_ar(y, method=method)
    assert (fit.order, fit.mean, fit.intercept, fit.sigma2) == (0, value, 0.0, 0.0)
    assert not fit.residuals.any()
    fixed = fit_ar(y, order=2, method=method)
    assert fixed.order == 2
    assert not fixed.coef.any()
    assert not fixed.residuals.any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("power", [-1030, -40, 40, 980])
def test_unit_does_not_matter(method, power):
    """A change of unit by a power of two changes no bit of the coefficients."""
    y = noise(90, 5).cumsum()
    scaled = np.ldexp(np.ldexp(y, power), -power)  # what the subnormal range leaves of y
    small = fit_ar(scaled, method=method, max_order=6)
    large = fit_ar(np.ldexp(scaled, power), method=method, max_order=6)
    assert_array_equal(small.coef, large.coef)
    assert large.mean == np.ldexp(small.mean, power)
    assert_array_equal(large.residuals, np.ldexp(small.residuals, power))
    assert math.isfinite(large.sigma2)


@pytest.mark.parametrize("value", [1e-300, 1e300])
@pytest.mark.parametrize("method", METHODS)
def test_ends_of_the_range_of_floats(method, value):
    fit = fit_ar(value * np.sin(np.arange(50.0) ** 2), method=method)
    assert np.isfinite(fit.residuals).all()
    assert np.isfinite(fit.criteria[~np.isnan(fit.criteria)]).all()
    assert math.isfinite(fit.sigma2)


@pytest.mark.parametrize("method", ["yule_walker", "burg"])
@pytest.mark.parametrize("seed", range(10))
def test_recursive_methods_are_stationary(method, seed):
    y = noise(40, seed).cumsum()
    for order in (1, 3, 8, 20):
        assert fit_ar(y, order=order, method=method).is_stationary


def test_perfectly_predictable_series():
    """AR(1) is all there is to a geometric series: no larger order looks better by rounding."""
    fit = fit_ar(0.9 ** np.arange(60), method="ols")
    assert fit.order == 1
    np.testing.assert_allclose(fit.coef, [0.9], rtol=1e-10)
    assert np.abs(fit.residuals).max() < 1e-14


def test_order_zero():
    y = noise(50) + 3.0
    fit = fit_ar(y, order=0)
    assert fit.coef.shape == (0,)
    np.testing.assert_allclose(fit.residuals, y - y.mean(), atol=1e-15)
    np.testing.assert_allclose(fit.sigma2, y.var(ddof=1))
    assert fit.max_root_modulus == 0.0
    assert fit.criterion is None
    assert fit.criteria.size == 0


def test_root_modulus_and_autocovariances():
    fit = fit_ar(noise(300, 2).cumsum() * 0.1 + noise(300, 3), order=4)
    roots = np.roots(np.r_[1.0, -fit.coef])
    np.testing.assert_allclose(fit.max_root_modulus, np.abs(roots).max())
    gamma = fit.autocovariances(8)
    np.testing.assert_allclose(gamma[0] - fit.coef @ gamma[1:5], fit.sigma2)
    for k in range(5, 9):
        np.testing.assert_allclose(gamma[k], fit.coef @ gamma[k - 4 : k][::-1])
    explosive = fit_ar(1.1 ** np.arange(40), order=1, method="ols")
    assert not explosive.is_stationary
    with pytest.raises(ValueError, match="not stationary"):
        explosive.autocovariances(2)


def test_fit_survives_pickling():
    fit = fit_ar(noise(40))
    again = pickle.loads(pickle.dumps(fit))
    assert_array_equal(again.residuals, fit.residuals)
    assert again.max_root_modulus == fit.max_root_modulus


# ---- several segments


@pytest.mark.parametrize("method", METHODS)
def test_two_segments_have_own_means_and_common_coefficients(method):
    a, b = noise(60, 1).cumsum() + 100.0, noise(45, 2).cumsum() - 20.0
    joint = fit_ar_segments([a, b], 2, None, method)
    np.testing.assert_allclose(joint.means, [a.mean(), b.mean()])
    shifted = fit_ar_segments([a + 7.0, b - 1e3], 2, None, method)
    np.testing.assert_allclose(shifted.ar.coef, joint.ar.coef, rtol=1e-8)
    swapped = fit_ar_segments([b, a], 2, None, method)
    np.testing.assert_allclose(swapped.ar.coef, joint.ar.coef, rtol=1e-9)
    assert_array_equal(joint.residual_bounds, [0, 58, 101])
    np.testing.assert_allclose(joint.ar.mean, np.concatenate([a, b]).mean())


@pytest.mark.parametrize("method", METHODS)
def test_a_repeated_segment_teaches_nothing_new(method):
    a = noise(70, 1).cumsum()
    one, two = fit_ar_segments([a], 3, None, method), fit_ar_segments([a, a], 3, None, method)
    np.testing.assert_allclose(two.ar.coef, one.ar.coef, rtol=1e-9)
    np.testing.assert_allclose(two.ar.residuals, np.tile(one.ar.residuals, 2), atol=1e-12)


def test_pooled_yule_walker_solves_the_pooled_equations():
    parts = [noise(n, n).cumsum() for n in (30, 12, 3)]
    centred = [p - p.mean() for p in parts]
    total = sum(map(len, parts))
    r = [sum(c[: len(c) - k] @ c[k:] for c in centred if len(c) > k) / total for k in range(5)]
    phi = np.linalg.solve([[r[abs(i - j)] for j in range(4)] for i in range(4)], r[1:])
    fit = fit_ar_segments(parts, 4, None, "yule_walker")
    np.testing.assert_allclose(fit.ar.coef, phi, rtol=1e-9)
    assert_array_equal(fit.residual_bounds, [0, 26, 34, 34])


@pytest.mark.parametrize("method", METHODS)
def test_one_segment_is_fit_ar(method):
    y = noise(50).cumsum()
    a, b = fit_ar(y, method=method), fit_ar_segments([y], "aic", None, method).ar
    for name in ("coef", "residuals", "criteria"):
        assert_array_equal(getattr(a, name), getattr(b, name))
    assert (a.mean, a.sigma2, a.intercept) == (b.mean, b.sigma2, b.intercept)


def test_centring_leaves_the_input_alone():
    y = noise(10)
    before = y.copy()
    CentredSegments.of([y])
    fit_ar(y)
    assert_array_equal(y, before)


# ---- doors


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        ([1.0, np.nan, 2.0], ValueError, "y must be finite; got nan at position 1"),
        ([1.0, np.inf], ValueError, "finite"),
        ([[1.0, 2.0]], ValueError, "one-dimensional"),
        (3.0, ValueError, "one-dimensional"),
        ([1.0], ValueError, "at least 2"),
        ([], ValueError, "at least 2"),
        (["a", "b"], TypeError, "numeric"),
        ([1.0, 2.0j], TypeError, "real"),
        ([1.0, None, "x"], TypeError, "numeric"),
        (np.array(["2020-01", "2020-02"], dtype="datetime64[M]"), TypeError, "numeric"),
        ([1e301, 0.0], ValueError, "unit"),
        (np.ma.masked_values([1.0, 2.0, -9.0], -9.0), ValueError, "masked"),
    ],
)
def test_bad_series(y, error, words):
    with pytest.raises(error, match=words):
        fit_ar(y)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"order": "AIC"}, ValueError, "'aic', 'aicc', 'bic', 'hqic'"),
        ({"order": -1}, ValueError, "order=-1 must be at least 0"),
        ({"order": 20}, ValueError, "order=20 must be between 0 and 19"),
        ({"order": 2.0}, TypeError, "order must be an integer"),
        ({"order": True}, TypeError, "order must be an integer"),
        ({"order": None}, TypeError, "order must be an integer"),
        ({"max_order": 20}, ValueError, "max_order=20 must be between 0 and 19"),
        ({"max_order": -2}, ValueError, "max_order"),
        ({"max_order": 2.5}, TypeError, "max_order must be an integer"),
        ({"method": "mle"}, ValueError, "'yule_walker', 'burg', 'ols'"),
        ({"method": "ols", "order": 10}, ValueError, "order=10 must be between 0 and 9"),
        ({"method": "ols", "max_order": 10}, ValueError, "between 0 and 9"),
    ],
)
def test_bad_options(options, error, words):
    with pytest.raises(error, match=words):
        fit_ar(noise(20), **options)


def test_numbers_of_any_kind_are_taken():
    expected = fit_ar([1.0, 2.0, 4.0, 3.0, 5.0, 1.0], order=1)
    for y in (
        (1, 2, 4, 3, 5, 1),
        np.array([1, 2, 4, 3, 5, 1], np.int8),
        np.array([1, 2, 4, 3, 5, 1], object),
    ):
        assert_array_equal(fit_ar(y, order=1).coef, expected.coef)
    assert_array_equal(fit_ar(expected.residuals[::-2], order=0).residuals.shape, (3,))
    assert fit_ar([1, 2, 4, 3, 5, 1], order=np.int64(1)).order == 1
