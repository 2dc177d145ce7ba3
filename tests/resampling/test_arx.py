"""Other columns beside the lags: ARX sieve, and regression with AR errors."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tsa.ar_model import AutoReg

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.resampling.ar import fit_ar
from arsieve_rf.resampling.arx import fit_arx, fit_regression, principal_scores
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.sieve import INITIALS, ARSieve


def keys(count, seed=0):
    return stream_keys(np.uint64(seed), 0, count, ROLE_DRAW)


def observed(y, exog, max_lag):
    exog = np.asarray(exog, float).reshape(len(y) - max_lag, -1)
    return Observed((y,), max_lag, exog, len(y) - max_lag)


def arx_series(n, seed=0, phi=0.5, beta=2.0, noise=0.5):
    """Series, and its regressor at all times: y_t = phi y_{t-1} + beta z_t + e_t."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + beta * z[t] + noise * rng.normal()
    return y, z


# ---- ARX


@pytest.mark.parametrize("order", [1, 2, 4])
def test_coefficients_agree_with_statsmodels(order):
    y, z = arx_series(150)
    w = np.random.default_rng(1).normal(size=150)
    exog = np.column_stack([z, 1e6 + 1e3 * w])
    peer = AutoReg(y, lags=order, trend="c", exog=exog).fit()
    fit = fit_arx([y], order, exog[order:], order, None)
    assert_allclose(fit.model.ar.coef, peer.params[1 : order + 1], atol=1e-9)
    effect = exog[order:] @ peer.params[order + 1 :]
    assert_allclose(fit.effect, effect - effect.mean(), atol=1e-8)
    assert_allclose(fit.model.ar.residuals, peer.resid, atol=1e-9)
    assert_allclose(fit.model.ar.sigma2, peer.resid @ peer.resid / peer.df_resid, rtol=1e-9)
    assert fit.model.ar.method == "arx"


def test_order_above_max_lag_uses_the_rows_that_are_defined():
    """z is known for targets only, lags for all times: rows need both."""
    y, z = arx_series(100)
    fit = fit_arx([y], 2, z[2:, None], 5, None)
    assert fit.model.ar.residuals.size == 95
    low = fit_arx([y], 8, z[8:, None], 1, None)
    assert low.model.ar.residuals.size == 92
    peer = np.linalg.lstsq(np.column_stack([np.ones(92), y[7:-1], z[8:]]), y[8:], rcond=None)[0]
    assert_allclose(low.model.ar.coef, [peer[1]], atol=1e-10)


def test_segments_never_mix():
    (a, za), (b, zb) = arx_series(80, 1), arx_series(60, 2)
    fit = fit_arx([a + 100.0, b - 50.0], 2, np.r_[za[2:], zb[2:]][:, None], 2, None)
    rows = [
        np.column_stack([np.ones(len(y) - 2), z[2:], (y - y.mean())[1:-1], (y - y.mean())[:-2]])
        for y, z in ((a, za), (b, zb))
    ]
    target = np.r_[(a - a.mean())[2:], (b - b.mean())[2:]]
    solution = np.linalg.lstsq(np.vstack(rows), target, rcond=None)[0]
    assert_allclose(fit.model.ar.coef, solution[2:], atol=1e-9)
    assert_array_equal(fit.model.residual_bounds, [0, 78, 136])


def test_criterion_finds_the_order_and_beta():
    y, z = arx_series(400, 3)
    sampler = ARSieve(order="bic").fit(observed(y, z[1:], 1))
    assert sampler.ar_.order == 1
    assert_allclose(sampler.ar_.coef, [0.5], atol=0.06)


@pytest.mark.parametrize("initial", INITIALS)
def test_drawn_series_keep_the_signal(initial):
    """Regressions on drawn series give, on average, the coefficients that they were simulated from."""
    y, z = arx_series(200, 4)
    sampler = ARSieve(order=1, initial=initial).fit(observed(y, z[1:], 1))
    fit = np.linalg.lstsq(np.column_stack([np.ones(199), y[:-1], z[1:]]), y[1:], rcond=None)[0]
    slopes = []
    for path in sampler.draw(keys(400)):
        design = np.column_stack([np.ones(199), path[:-1], z[1:]])
        slopes.append(np.linalg.lstsq(design, path[1:], rcond=None)[0][1:])
    mean, error = np.mean(slopes, axis=0), np.std(slopes, axis=0) / 20.0
    # Given the lag, the regression is unbiased for beta; for phi it has a bias of order 1/n.
    assert abs(mean[1] - fit[2]) < 4.5 * error[1]
    assert abs(mean[0] - fit[1]) < 4.5 * error[0] + 2.0 / 200


def test_recovered_innovations_are_residuals():
    y, z = arx_series(90, 5)
    sampler = ARSieve(order=2, initial="mean").fit(observed(y, z[2:], 2))
    fit = sampler.ar_
    u = sampler.draw(keys(20)) - fit.mean
    effect = fit_arx([y], 2, z[2:, None], 2, None).effect
    e = u[:, 2:] - fit.coef[0] * u[:, 1:-1] - fit.coef[1] * u[:, :-2] - fit.intercept - effect
    assert np.abs(e[..., None] - fit.residuals).min(axis=-1).max() < 1e-12


def test_a_trend_column_leads_to_no_jump_at_the_start():
    n = 300
    rng = np.random.default_rng(0)
    t = np.arange(n, dtype=float)
    u = np.zeros(n)
    for i in range(1, n):
        u[i] = 0.7 * u[i - 1] + rng.normal()
    y = 0.5 * t + u
    sampler = ARSieve(order=1).fit(observed(y, t[1:], 1))
    mean = sampler.draw(keys(500)).mean(axis=0)
    # By reflection the process comes down to the start as it goes up from it: it is above the line by
    # 2 slope phi / (1 - phi) = 2.3 there, where a start at the mean drift would be above it by 75.
    assert np.abs(mean[:20] - 0.5 * t[:20]).max() < 5.0
    assert np.abs(mean[10:] - 0.5 * t[10:]).max() < 3.0


def test_units_of_columns_do_not_matter():
    y, z = arx_series(80, 6)
    w = np.random.default_rng(9).normal(size=80)
    exog = np.column_stack([z, w])[1:]
    draws = [
        ARSieve(order=2).fit(observed(y, columns, 1)).draw(keys(3))
        for columns in (exog, exog * [1e-200, 1e200], exog * [-3.0, 1e3] + [5.0, -1e6])
    ]
    assert_allclose(draws[1], draws[0], atol=1e-9)
    assert_allclose(draws[2], draws[0], atol=1e-7)


def test_constant_and_repeated_columns_change_nothing():
    y, z = arx_series(80, 6)
    plain = ARSieve(order=2).fit(observed(y, z[1:], 1)).draw(keys(3))
    more = np.column_stack([np.full(79, 3.0), z[1:], -2.0 * z[1:] + 1.0])
    repeated = ARSieve(order=2).fit(observed(y, more, 1)).draw(keys(3))
    # Two copies of a column weigh as much as one, once standardised.
    assert_allclose(repeated, plain, atol=1e-9)
    alone = ARSieve(order=2).fit(observed(y, np.ones(79), 1))
    assert_allclose(alone.ar_.coef, fit_ar(y, 2, method="ols").coef, atol=1e-10)


# ---- no lag column


def test_regression_with_ar_errors():
    rng = np.random.default_rng(2)
    n = 120
    z = rng.normal(size=(n, 2))
    u = np.zeros(n)
    for t in range(1, n):
        u[t] = 0.6 * u[t - 1] + rng.normal()
    y = 4.0 + z @ [3.0, -1.0] + u
    design = np.column_stack([np.ones(n), z])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    errors = y - fitted
    fit = fit_regression([y], z, "aic", None, "yule_walker")
    assert_allclose(fit.effect, fitted, atol=1e-10)
    peer = fit_ar(errors)
    assert fit.model.ar.order == peer.order
    assert_allclose(fit.model.ar.coef, peer.coef, atol=1e-10)
    sampler = ARSieve().fit(observed(y, z, 0))
    paths = sampler.draw(keys(2000))
    spread = paths.std(axis=0).mean()
    assert np.abs(paths.mean(axis=0) - fitted).max() < 5.0 * spread / np.sqrt(2000)
    assert_allclose(spread, np.sqrt(peer.autocovariances(0)[0]), rtol=0.1)


def test_exact_regression_is_reproduced():
    z = np.random.default_rng(0).normal(size=50)
    y = 2.0 * z + 1.0
    assert_allclose(ARSieve().fit(observed(y, z, 0)).draw(keys(3)), np.tile(y, (3, 1)), atol=1e-12)


def test_no_lags_and_no_columns_is_the_plain_sieve():
    y, _ = arx_series(60)
    data = Observed((y,), 0, None, 60)
    sampler = ARSieve(order=1).fit(data)
    assert_array_equal(sampler.ar_.coef, fit_ar(y, 1).coef)
    assert sampler.draw(keys(2)).shape == (2, 60)


# ---- many columns, degenerate data


def test_principal_scores_span_the_columns():
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(40, 3))
    columns = np.column_stack([columns, columns @ [1.0, 2.0, 3.0], np.ones(40)])
    scores = principal_scores(columns, 20)
    assert scores.shape == (40, 3)
    assert_allclose(scores.T @ scores / 40.0, np.eye(3), atol=1e-12)
    assert_allclose(scores.sum(axis=0), 0.0, atol=1e-10)
    centred = columns - columns.mean(axis=0)
    assert_allclose(scores @ (scores.T @ centred) / 40.0, centred, atol=1e-10)


@pytest.mark.parametrize("max_lag", [0, 1])
@pytest.mark.parametrize("n_exog", [30, 200])
def test_more_columns_than_rows(max_lag, n_exog):
    rng = np.random.default_rng(0)
    y = rng.normal(size=30)
    exog = rng.normal(size=(30 - max_lag, n_exog))
    with pytest.warns(UserWarning, match="directions of largest variance"):
        sampler = ARSieve().fit(observed(y, exog, max_lag))
    paths = sampler.draw(keys(5))
    assert np.isfinite(paths).all()
    assert paths.std(axis=0).min() > 0.0


@settings(max_examples=80, deadline=None)
@given(
    n=st.integers(3, 60),
    n_exog=st.integers(1, 8),
    max_lag=st.integers(0, 5),
    seed=st.integers(0, 10**6),
    exponent=st.integers(-9, 9),
    kind=st.sampled_from(["noise", "ties", "trend", "constant", "walk"]),
    initial=st.sampled_from(INITIALS),
)
def test_any_data_gives_finite_paths(n, n_exog, max_lag, seed, exponent, kind, initial):
    rng = np.random.default_rng(seed)
    max_lag = min(max_lag, n - 1)
    t = np.arange(float(n))
    y = {
        "noise": rng.normal(size=n),
        "ties": rng.integers(0, 2, n).astype(float),
        "trend": t,
        "constant": np.ones(n),
        "walk": rng.normal(size=n).cumsum(),
    }[kind] * 10.0**exponent
    exog = np.column_stack([t, rng.integers(0, 2, n), rng.normal(size=(n, 8))])[max_lag:, :n_exog]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        sampler = ARSieve(initial=initial).fit(observed(y, exog, max_lag))
    paths = sampler.draw(keys(3))
    assert paths.shape == (3, n)
    assert np.isfinite(paths).all()
    assert np.abs(paths).max() <= 1e10 * max(np.abs(y).max(), 1e-300)


def test_not_finite_exog_is_refused():
    y, z = arx_series(30)
    z[5] = np.nan
    with pytest.raises(ValueError, match="exog must be finite"):
        ARSieve().fit(observed(y, z[1:], 1))
