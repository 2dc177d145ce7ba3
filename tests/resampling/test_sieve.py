"""The AR sieve: definition of the start modes, of the innovations, moments of the process, doors."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chisquare
from statsmodels.tsa.arima_process import arma_acovf

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.resampling.ar import fit_ar
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.generate import ar_sieve_bootstrap
from arsieve_rf.resampling.seeding import seed_from
from arsieve_rf.resampling.sieve import INITIALS, ARSieve

METHODS = ("yule_walker", "burg", "ols")


def keys(count, seed=0, first=0):
    return stream_keys(np.uint64(seed), first, count, ROLE_DRAW)


def ar2(n, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n + 50)
    for t in range(2, n + 50):
        y[t] = 0.9 * y[t - 1] - 0.4 * y[t - 2] + rng.exponential() - 1.0
    return 10.0 + y[50:]


def observed(*series, max_lag=1, exog=None):
    n = sum(len(s) - max_lag for s in series)
    return Observed(tuple(np.asarray(s, float) for s in series), max_lag, exog, n)


def innovations(fit, paths, before=0.0):
    """Innovations behind paths (n_paths, n) from time ``order`` on; from 0 on if the past is ``before``."""
    u = paths - fit.mean
    if before is not None:
        u = np.hstack([np.full((len(u), fit.order), before), u])
    e = u[:, fit.order :].copy()
    for k in range(1, fit.order + 1):
        e -= fit.coef[k - 1] * u[:, fit.order - k : u.shape[1] - k]
    return e - fit.intercept


def index_of(values, support):
    """Position in ``support`` of each value, which must be there but for rounding."""
    order = np.argsort(support)
    right = np.clip(np.searchsorted(support[order], values), 1, support.size - 1)
    left = support[order][right - 1]
    nearer = right - (np.abs(values - left) < np.abs(values - support[order][right]))
    assert_allclose(support[order][nearer], values, atol=1e-11)
    return order[nearer]


# ---- innovations


@pytest.mark.parametrize("method", METHODS)
def test_innovations_are_the_residuals_drawn_uniformly(method):
    y = ar2(120)
    fit = fit_ar(y, order=2, method=method)
    paths = ar_sieve_bootstrap(y, 200, order=2, method=method, initial="mean", random_state=1)
    drawn = index_of(innovations(fit, paths, before=None).ravel(), fit.residuals)
    counts = np.bincount(drawn, minlength=fit.residuals.size)
    assert counts.sum() == 200 * 118
    assert chisquare(counts).pvalue > 1e-4


def test_innovations_are_independent_over_time_and_trees():
    y = ar2(100)
    fit = fit_ar(y, order=2)
    paths = ar_sieve_bootstrap(y, 400, order=2, initial="mean", random_state=2)
    drawn = index_of(innovations(fit, paths, before=None), fit.residuals)
    for first, second in [(drawn[:, :-1], drawn[:, 1:]), (drawn[:-1], drawn[1:])]:
        halves = 2 * (first < 49) + (second < 49)  # 98 residuals, two halves: four equally likely cases
        assert chisquare(np.bincount(halves.ravel(), minlength=4)).pvalue > 1e-4


def test_each_segment_draws_from_its_own_residuals():
    quiet, loud, short = 0.01 * ar2(60, 1), 100.0 * ar2(80, 2), ar2(9, 3)
    sampler = ARSieve(order=1, initial="mean").fit(observed(quiet, loud, short))
    paths = sampler.draw(keys(50))
    u = paths - np.repeat([quiet.mean(), loud.mean(), short.mean()], [60, 80, 9])
    e = u[:, 1:] - sampler.ar_.coef[0] * u[:, :-1]
    residuals = sampler.ar_.residuals
    assert residuals.size == 59 + 79 + 8
    own = residuals[:59] - residuals[:59].mean()
    index_of(e[:, :59].ravel(), own)
    own = residuals[59:138] - residuals[59:138].mean()
    index_of(e[:, 60:139].ravel(), own)
    index_of(e[:, 140:].ravel(), residuals)  # fewer than 10 of its own: those of all


def test_zero_residuals_continue_the_start_block_deterministically():
    y = 5.0 + 0.9 ** np.arange(40)
    sampler = ARSieve(order=1, ar_method="ols", initial="observed").fit(observed(y))
    for path in sampler.draw(keys(20)):
        start = int(np.argmin(np.abs(y - path[0])))
        assert path[0] == pytest.approx(y[start], abs=1e-15)
        assert_allclose(path, 5.0 + 0.9 ** np.arange(start, start + 40), atol=1e-12)


# ---- start modes


@pytest.mark.parametrize("order", [0, 1, 3])
def test_initial_mean(order):
    y = ar2(50)
    paths = ar_sieve_bootstrap(y, 30, order=order, initial="mean", random_state=0)
    assert (paths[:, :order] == y.mean()).all()
    assert (paths[:, order:] != y.mean()).all()


def test_initial_observed_is_a_block_at_a_uniform_position():
    y = ar2(42)
    paths = ar_sieve_bootstrap(y, 4000, order=3, initial="observed", random_state=0)
    windows = np.lib.stride_tricks.sliding_window_view(y, 3)
    distance = np.abs(paths[:, None, :3] - windows[None]).max(axis=2)
    assert distance.min(axis=1).max() < 1e-12
    counts = np.bincount(distance.argmin(axis=1), minlength=40)
    assert counts.size == 40
    assert chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize("initial", INITIALS)
@pytest.mark.parametrize("max_lag", [1, 3, 6])
def test_every_target_is_simulated(initial, max_lag):
    """The innovations of the targets are residuals, whether ``max_lag`` is below or above the order."""
    y = ar2(60)
    order = 3
    sampler = ARSieve(order=order, initial=initial).fit(observed(y, max_lag=max_lag))
    paths = sampler.draw(keys(40))
    e = innovations(sampler.ar_, paths, before=None)
    index_of(e.ravel(), sampler.ar_.residuals)
    if initial == "mean":
        lead = max(order - max_lag, 0)
        start = order - lead  # start values inside the series
        assert (paths[:, :start] == y.mean()).all()
        assert (paths[:, start:] != y.mean()).all()
        assert start == min(order, max_lag)
        # The lead is known here, so that the first targets' innovations are known as well.
        index_of(innovations(sampler.ar_, paths)[:, start:].ravel(), sampler.ar_.residuals)


def test_no_burn_in_starts_at_zero_and_simulates_all():
    y = ar2(60)
    sampler = ARSieve(order=2, burn_in=0).fit(observed(y, max_lag=2))
    index_of(innovations(sampler.ar_, sampler.draw(keys(30))).ravel(), sampler.ar_.residuals)


def test_default_burn_in():
    for phi, expected in [(0.5, 50), (0.95, math.ceil(math.log(1e-3) / math.log(0.95)))]:
        fit = fit_ar(ar2(60), order=1)
        sampler = ARSieve(order=1).fit(observed(ar2(60)))
        assert 50 <= sampler.burn_in_ <= 1000
        assert fit.max_root_modulus**sampler.burn_in_ < 1e-3
        strategy = ARSieve()
        assert strategy._burn_in(np.array([phi]), 60) == expected
    assert ARSieve()._burn_in(np.array([1.0 - 1e-9]), 60) == 1000
    assert ARSieve()._burn_in(np.array([1.0 - 1e-9]), 7000) == 7000
    assert ARSieve(order=0).fit(observed(ar2(60))).burn_in_ == 0
    assert ARSieve(burn_in=7).fit(observed(ar2(60))).burn_in_ == 7


def test_short_segments_start_at_the_mean():
    long, short = ar2(80), ar2(2, 5)
    sampler = ARSieve(order=3, initial="observed").fit(observed(long, short))
    assert_array_equal(sampler.start_count, [78, 0])
    assert np.isfinite(sampler.draw(keys(5))).all()


# ---- moments


def check_moments(paths, mean, gamma):
    """Marginal mean and autocovariances within 4.5 Monte Carlo standard errors (7e-6 a comparison)."""
    u = paths - mean
    n = u.shape[1]
    statistics = [u.mean(axis=1)] + [(u[:, : n - k] * u[:, k:]).mean(axis=1) for k in range(len(gamma))]
    for statistic, expected in zip(statistics, [0.0, *gamma]):
        error = statistic.std(ddof=1) / math.sqrt(statistic.size)
        assert abs(statistic.mean() - expected) < 4.5 * error


@pytest.mark.parametrize("method", METHODS)
def test_stationary_sieve_has_the_moments_of_the_model(method):
    y = ar2(150, 4)
    sampler = ARSieve(order=3, ar_method=method).fit(observed(y, max_lag=3))
    fit = sampler.ar_
    gamma = arma_acovf(np.r_[1.0, -fit.coef], [1.0], 9, sigma2=np.mean(fit.residuals**2))
    mean = fit.mean + fit.intercept / (1.0 - fit.coef.sum())
    paths = sampler.draw(keys(4000, 3))
    check_moments(paths, mean, gamma)
    check_moments(paths[:, :8], mean, gamma[:6])  # stationary from the first value on
    check_moments(paths[:, -8:], mean, gamma[:6])


def test_order_zero_is_the_iid_bootstrap_of_the_series():
    y = ar2(40)
    paths = ar_sieve_bootstrap(y, 300, order=0, random_state=5)
    counts = np.bincount(index_of(paths.ravel(), y), minlength=40)
    assert chisquare(counts).pvalue > 1e-4


# ---- bounded paths


def test_explosive_fit_is_damped_with_a_warning():
    y = 1.05 ** np.arange(80) + 0.01 * ar2(80)
    strategy = ARSieve(order=1, ar_method="ols")
    with pytest.warns(UserWarning, match="yule_walker"):
        sampler = strategy.fit(observed(y))
    assert sampler.ar_.max_root_modulus > 1.0
    assert_allclose(sampler.coef, [0.999])
    paths = sampler.draw(keys(200))
    assert np.abs(paths - y.mean()).max() < 1e4 * np.abs(y - y.mean()).max()


def test_damping_keeps_the_mean_of_a_trending_series():
    y = 3.0 * np.arange(100.0)
    with pytest.warns(UserWarning, match="not stationary"):
        sampler = ARSieve(order=1, ar_method="ols").fit(observed(y))
    assert_allclose(sampler.draw(keys(3)), y.mean(), rtol=1e-6)


def test_no_warning_for_stationary_fits():
    for method in METHODS:
        ARSieve(ar_method=method).fit(observed(ar2(100)))


# ---- properties


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(
        ["noise", "walk", "ties", "trend", "square", "explosive", "constant", "alternating", "sine"]
    ),
    n=st.integers(3, 300),
    seed=st.integers(0, 10**6),
    exponent=st.integers(-9, 9),
    method=st.sampled_from(METHODS),
    initial=st.sampled_from(INITIALS),
)
def test_any_series_gives_finite_reproducible_paths(kind, n, seed, exponent, method, initial):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    y = 10.0**exponent * np.asarray(
        {
            "noise": rng.normal(size=n),
            "walk": rng.normal(size=n).cumsum(),
            "ties": rng.integers(0, 3, n),
            "trend": t + 0.01 * rng.normal(size=n),
            "square": t**2,
            "explosive": 1.1**t,
            "constant": np.ones(n),
            "alternating": (-1.0) ** t,
            "sine": np.sin(0.3 * t),
        }[kind],
        dtype=float,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The fitted AR", UserWarning)
        paths = ar_sieve_bootstrap(y, 4, method=method, initial=initial, random_state=seed)
        again = ar_sieve_bootstrap(y, 2, method=method, initial=initial, random_state=seed)
    assert paths.shape == (4, n)
    assert np.isfinite(paths).all()
    assert np.abs(paths).max() <= 1.1e9 * np.abs(y).max()
    assert_array_equal(paths[:2], again)
    if kind == "constant":
        assert (paths == y[0]).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e9, 1e300])
@pytest.mark.parametrize("method", METHODS)
def test_extreme_units(method, scale):
    paths = ar_sieve_bootstrap(scale * (ar2(60) - 9.0) / 10.0, 20, method=method, random_state=0)
    assert np.isfinite(paths).all()
    assert np.ptp(paths) > 0.1 * scale


def test_chunks_and_first_trees():
    sampler = ARSieve().fit(observed(ar2(70), ar2(30, 1), max_lag=2))
    whole = sampler.draw(keys(9))
    assert whole.shape == (9, 100)
    assert_array_equal(np.vstack([sampler.draw(keys(4)), sampler.draw(keys(5, first=4))]), whole)


def test_strategy_is_a_value():
    assert ARSieve() == ARSieve("aic", None, "yule_walker", "stationary", None)
    assert hash(ARSieve(order=3)) == hash(ARSieve(order=3))
    assert ARSieve.draws == "series"
    assert not ARSieve.has_out_of_bag


# ---- doors


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"order": "best"}, ValueError, "'aic'"),
        ({"order": 1.5}, TypeError, "order"),
        ({"max_order": -1}, ValueError, "max_order"),
        ({"ar_method": "mle"}, ValueError, "'yule_walker', 'burg', 'ols'"),
        ({"initial": "zero"}, ValueError, "'stationary', 'observed', 'mean'"),
        ({"burn_in": -1}, ValueError, "burn_in=-1 must be at least 0"),
        ({"burn_in": 2.0}, TypeError, "burn_in"),
        ({"burn_in": 5, "initial": "mean"}, ValueError, "only used with initial='stationary'"),
    ],
)
def test_bad_options(options, error, words):
    with pytest.raises(error, match=words):
        ARSieve(**options)


def test_bad_calls():
    y = ar2(30)
    with pytest.raises(ValueError, match="n_samples=0"):
        ar_sieve_bootstrap(y, 0)
    with pytest.raises(TypeError, match="n_samples"):
        ar_sieve_bootstrap(y, 2.0)
    with pytest.raises(ValueError, match="method='foo'"):
        ar_sieve_bootstrap(y, 2, method="foo")
    with pytest.raises(ValueError, match="order=30 must be between 0 and 29"):
        ar_sieve_bootstrap(y, 2, order=30)
    with pytest.raises(ValueError, match="y must be finite"):
        ar_sieve_bootstrap([1.0, np.nan, 2.0], 2)


# ---- seeds


def test_seed_from():
    assert seed_from(5) == 5
    assert seed_from(np.int32(5)) == 5
    assert 0 <= seed_from(None) < 2**62
    for make in (np.random.RandomState, np.random.default_rng):
        source = make(3)
        first, second = seed_from(source), seed_from(source)
        assert first != second
        assert first == seed_from(make(3))
        assert 0 <= first < 2**62


def test_seed_from_leaves_global_state_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    seed_from(None)
    assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize(
    ("value", "error"),
    [(-1, ValueError), (2**62, ValueError), (1.0, TypeError), ("a", TypeError), (True, TypeError)],
)
def test_bad_seeds(value, error):
    with pytest.raises(error, match="random_state"):
        seed_from(value)
