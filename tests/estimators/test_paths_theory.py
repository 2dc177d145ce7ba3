"""Paths beside known distributions and theory, and for any series."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.estimators.path_cases import PLAIN, ar1, forecaster
from tests.estimators.test_properties import quietly, series

# --- known distributions ---

N_SERIES, N, H, PHI = 40, 400, 6, 0.7


@pytest.fixture(scope="module")
def futures():
    """Last values and paths of Gaussian AR(1) series with innovations of variance 1."""
    found = []
    for seed in range(N_SERIES):
        y = ar1(N, PHI, seed)
        found.append((y[-1], forecaster(order=1, **PLAIN).fit(y).predict_paths(H, n_paths=500)))
    return found


def near(values, expected, bias):
    """The mean over series: 4.5 of its standard errors, and what estimation and finite n may add."""
    values = np.asarray(values)
    error = np.abs(values.mean(axis=0) - expected)
    assert (error < 4.5 * values.std(axis=0) / np.sqrt(len(values)) + bias).all(), (
        values.mean(axis=0),
        expected,
    )


def test_the_spread_of_each_step_is_that_of_the_process(futures):
    """sqrt(sum psi_k**2), psi_k = phi**k; within 3 % and the Monte Carlo error of 40 series."""
    expected = np.sqrt(np.cumsum(PHI ** (2 * np.arange(H))))
    near([paths.std(axis=0) / expected for _, paths in futures], 1.0, 0.03)


def test_neighbouring_steps_depend_on_each_other_as_in_the_process(futures):
    """Correlation of the errors of steps 2 and 3."""
    variance = np.cumsum(PHI ** (2 * np.arange(3)))
    expected = PHI * variance[1] / np.sqrt(variance[1] * variance[2])
    near([np.corrcoef(paths[:, 1], paths[:, 2])[0, 1] for _, paths in futures], expected, 0.03)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_quantiles_of_sums_are_those_of_the_process(futures, level):
    """The probability, in the true model, of a sum below the paths' quantile is its level on average."""
    mean = np.sum(PHI ** np.arange(1, H + 1))
    sd = np.sqrt(np.sum(np.cumsum(PHI ** np.arange(H)) ** 2))
    found = [
        stats.norm.cdf((np.quantile(paths.sum(axis=1), level) - mean * last) / sd) for last, paths in futures
    ]
    near(found, level, 0.02)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_quantiles_of_maxima_are_those_of_the_process(futures, level):
    """As above, by 2,000 simulations of the true model from each last value."""
    found = []
    for seed, (last, paths) in enumerate(futures):
        true = np.random.default_rng(1000 + seed).standard_normal((2000, H))
        true[:, 0] += PHI * last
        for step in range(1, H):
            true[:, step] += PHI * true[:, step - 1]
        found.append(np.mean(true.max(axis=1) <= np.quantile(paths.max(axis=1), level)))
    near(found, level, 0.02)


def test_coefficients_are_as_uncertain_as_theory_says():
    """Brockwell and Davis (1991), theorem 8.1.1: an estimated phi has the variance (1 - phi**2) / n.

    Estimated residuals and variances: within a tenth; and the level, the variance of the innovations over n.
    """
    n = 2000
    model = forecaster(order=1, bootstrap="ar_sieve", n_estimators=50, **PLAIN).fit(ar1(n, 0.6, seed=8))
    unknown = model._model._uncertainty(1)
    sd = np.sqrt(np.mean(unknown.pool**2) + unknown.bandwidths[0] ** 2)
    unit = np.std(model._model._series) * np.sqrt(1.0 - 0.36)  # of the innovations, as standardised
    assert unknown.tilt_lags.tolist() == [1]
    assert unknown.factor[0, 0] == pytest.approx(sd / unit * np.sqrt((1.0 - 0.36) / n), rel=0.1)
    assert unknown.level_sd == pytest.approx(sd / np.sqrt(n), rel=1e-9)
    assert unknown.center == pytest.approx(np.mean(model._model._series), abs=1e-12)


@pytest.mark.parametrize("lags", [[1], [1, 2], [1, 4], [2, 3, 7]])
def test_coefficients_depend_on_each_other_as_theory_says(lags):
    """The same theorem for several lags: variance of the innovations / n times inverse autocovariances."""
    model = forecaster(lags, **PLAIN).fit(ar1(150, 0.6, seed=8))
    unknown, z = model._model._uncertainty(1), model._model._series - np.mean(model._model._series)
    gamma = np.array([[z[abs(i - j) :] @ z[: 150 - abs(i - j)] / 150 for i in lags] for j in lags])
    variance = np.mean(unknown.pool**2) + unknown.bandwidths[0] ** 2
    share = model.regressor_.mixture_["linear"]
    assert unknown.tilt_lags.tolist() == lags
    np.testing.assert_array_equal(unknown.coef[np.array(lags) - 1], model.regressor_.baseline_.weights)
    np.testing.assert_allclose(
        unknown.factor @ unknown.factor.T, share**2 * variance * np.linalg.inv(gamma) / 150, rtol=1e-6
    )


# --- a forest for each step ---


@pytest.mark.parametrize("gap", [False, True])
def test_direct_paths_take_all_residuals_of_one_origin(gap):
    """Rows of the pool are what followed an origin, up to one size; they end where a gap begins."""
    y = ar1(80, 0.9)
    if gap:
        y[[30, 31, 55]] = np.nan
    model = forecaster(2, bootstrap="ar_sieve", strategy="direct", missing="segment", **PLAIN).fit(y)
    z = model.preparation_.forward(y)
    expected = []
    for origin in range(1, 77):
        window = z[origin - 1 : origin + 4]
        if not np.isnan(window).any():
            row = window[[1, 0]][None]
            forecasts = [model._model.regressor(k).predict(row)[0] for k in (1, 2, 3)]
            expected.append(window[2:] - forecasts)
    pool = model._model._uncertainty(3).pool
    assert pool.shape == (len(expected), 3)
    np.testing.assert_allclose(pool / pool[0, 0], np.array(expected) / expected[0][0], rtol=1e-9)


def test_direct_paths_depend_between_steps():
    """Errors of the second and third step of an AR(1): corr as of moving averages of one innovation."""
    phi = 0.9
    model = forecaster(1, strategy="direct", n_estimators=30, **PLAIN).fit(ar1(800, phi, seed=1))
    paths = model.predict_paths(3, n_paths=1000)
    expected = phi * (1 + phi**2) / np.sqrt((1 + phi**2) * (1 + phi**2 + phi**4))
    assert np.corrcoef(paths[:, 1], paths[:, 2])[0, 1] == pytest.approx(expected, abs=0.12)
    assert paths[:, 2].std() > paths[:, 0].std()


def test_no_residual_is_said():
    """Every tree drew every row: of two rows a single tree may, and does for some of the first seeds."""
    y = np.array([1.0, 2.0, 0.5])
    for seed in range(20):
        options = {"bootstrap": "iid", "n_estimators": 1, "random_state": seed} | PLAIN
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = forecaster(**options).fit(y)
        if np.isnan(model._model._residuals(1)).all():
            break
    with pytest.raises(ValueError, match=r"^y has no value whose .* 1 step.*more trees, a longer series"):
        model.predict_paths(1)


def test_how_far_direct_paths_reach_is_said_as_for_forecasts():
    model = forecaster(4, strategy="direct", differencing=1, seasonal=None, n_estimators=60)
    model.fit(np.random.default_rng(0).normal(size=20))
    assert np.isfinite(model.predict_paths(14, n_paths=5)).all()
    with pytest.raises(ValueError, match=r"h=15 .*strategy='direct'.* at most 14 .*'recursive'"):
        model.predict_paths(15)


# --- any series ---


@settings(max_examples=70, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    y=st.one_of(series(), series(scales=st.sampled_from([-300.0, -160.0, 160.0, 299.0]))),
    bootstrap=st.sampled_from(["auto", "auto", "ar_sieve", "iid", "circular", None]),
    strategy=st.sampled_from(["recursive", "recursive", "direct"]),
    differencing=st.sampled_from(["auto", "auto", 0]),
    h=st.integers(1, 8),
)
def test_paths_are_finite_for_any_series(y, bootstrap, strategy, differencing, h):
    """From 3 values on; what a forest for each step reaches beyond them is the shortest run less the lags."""
    model = forecaster(bootstrap=bootstrap, strategy=strategy, differencing=differencing, n_estimators=20)
    quietly(lambda: model.fit(y))
    if strategy == "direct":
        h = min(h, max(1, (len(y) - 2 - model.preparation_.n_lost) - int(model.lags_.max())))
    paths = quietly(lambda: model.predict_paths(h, n_paths=30))
    assert paths.shape == (30, h)
    assert np.isfinite(paths).all()
    np.testing.assert_array_equal(paths, model.predict_paths(h, n_paths=30))


@pytest.mark.parametrize("n", range(3, 11))
@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid", "moving", None])
def test_tiny_series_have_futures_of_their_own_size(n, bootstrap):
    """Steps of one: no path of four steps is a hundred away."""
    y = np.random.default_rng(n).normal(size=n)
    paths = quietly(
        lambda: (
            forecaster(bootstrap=bootstrap, n_estimators=30, differencing=0)
            .fit(y)
            .predict_paths(4, n_paths=200)
        )
    )
    assert np.isfinite(paths).all()
    assert np.abs(paths).max() < 100.0 * np.abs(y).max()
    assert paths.std(axis=0).min() > 0.0


@pytest.mark.parametrize("phi", [0.99, 0.999, 1.0])
@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve"])
def test_near_a_unit_root_paths_do_not_explode(phi, bootstrap):
    """No coefficients are drawn that explode: 100 steps ahead, a random walk would be 10 from its start."""
    y = ar1(150, phi, seed=2)
    paths = forecaster(bootstrap=bootstrap, **PLAIN).fit(y).predict_paths(100, n_paths=300)
    assert np.abs(paths - y[-1]).max() < 100.0
