"""ARFIMA: exact autocovariances, exact factorization, exact predictors, the slope at frequency zero."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.linalg import solve_toeplitz, toeplitz
from statsmodels.tsa.arima_process import arma_acovf

from simulation.dgps.arfima import toeplitz_cholesky
from simulation.dgps.registry import make_dgp


def spectral_density(frequency, ar, d, ma):
    """Definition: that of the ARMA process times ``|1 - exp(-i f)|^(-2 d)``."""
    z = np.exp(-1j * frequency)
    ratio = abs(1 + sum(c * z**k for k, c in enumerate(ma, 1))) / abs(
        1 - sum(c * z**k for k, c in enumerate(ar, 1))
    )
    return ratio**2 / (2 * math.pi) * (2 * math.sin(frequency / 2)) ** (-2 * d)


@pytest.mark.parametrize(
    ("ar", "d", "ma"),
    [([], 0.3, []), ([0.5], 0.3, []), ([], -0.4, []), ([0.9], 0.45, [-0.3]), ([0.3, 0.2], -0.2, [0.6])],
)
def test_autocovariances_are_the_fourier_coefficients_of_the_spectral_density(ar, d, ma):
    dgp = make_dgp("arfima", {"ar": ar, "d": d, "ma": ma, "sigma": 2.0})
    power = 1.0 / (1.0 - 2.0 * d)  # this substitution takes the pole at 0 away

    def integrand(u, lag):
        frequency = u**power
        density = spectral_density(frequency, ar, d, ma)
        return 2.0 * density * math.cos(lag * frequency) * power * u ** (power - 1.0)

    found = dgp.autocovariances(7)
    for lag in (0, 1, 2, 7):
        wanted = quad(integrand, 0.0, math.pi ** (1.0 / power), args=(lag,), epsabs=1e-12, epsrel=1e-10)[0]
        assert found[lag] == pytest.approx(4.0 * wanted, abs=1e-8)


def test_autocovariances_of_fractional_noise_have_hosking_s_closed_form():
    d = 0.3
    found = make_dgp("arfima", {"d": d}).autocovariances(4000)
    variance = math.gamma(1 - 2 * d) / math.gamma(1 - d) ** 2
    for lag in (0, 1, 5, 100, 4000):
        logs = math.lgamma(lag + d) - math.lgamma(d) - math.lgamma(lag + 1 - d) + math.lgamma(1 - d)
        assert found[lag] == pytest.approx(variance * math.exp(logs), rel=1e-10)


def test_without_integration_it_is_the_arma_process():
    found = make_dgp("arfima", {"ar": [0.7, -0.2], "d": 0.0, "ma": [0.4]}).autocovariances(30)
    assert_allclose(found, arma_acovf([1, -0.7, 0.2], [1, 0.4], 31), atol=1e-12)


@pytest.mark.parametrize("parameters", [{"d": 0.45}, {"d": -0.45}, {"d": 0.3, "ar": [0.95]}])
def test_the_factor_is_that_of_lapack(parameters):
    row = make_dgp("arfima", parameters).autocovariances(299)
    factor = toeplitz_cholesky(row)
    assert_allclose(factor, np.linalg.cholesky(toeplitz(row)), atol=1e-10)
    assert_array_equal(toeplitz_cholesky(row[:100]), factor[:100, :100])


@pytest.mark.parametrize("innovations", ["normal", {"name": "t", "df": 5}])
def test_conditional_means_are_the_best_linear_predictors(innovations):
    dgp = make_dgp("arfima", {"ar": [0.5], "d": 0.3, "sigma": 3.0, "innovations": innovations})
    n, horizon = 120, 4
    path = dgp.simulate(n, horizon, np.random.default_rng(3))
    row = dgp.autocovariances(n + horizon)
    for h in range(1, horizon + 1):
        weights = solve_toeplitz(row[:n], row[h : n + h])  # of the newest value first
        assert path.mean[h - 1] == pytest.approx(weights @ path.y[::-1], abs=1e-9)


def test_the_oracle_errs_as_much_as_theory_says():
    """Squared errors over 4,000 paths against the predictor's variance; 4.5 standard errors."""
    dgp = make_dgp("arfima", {"d": 0.4, "innovations": {"name": "skewed", "skewness": 1.0}})
    n, horizon, rng = 20, 5, np.random.default_rng(4)
    paths = [dgp.simulate(n, horizon, rng) for _ in range(4000)]
    squares = np.array([(path.future - path.mean) ** 2 for path in paths])
    row = dgp.autocovariances(n + horizon)
    for h in range(1, horizon + 1):
        across = row[h : n + h]
        wanted = row[0] - across @ solve_toeplitz(row[:n], across)
        errors = squares[:, h - 1]
        assert abs(errors.mean() - wanted) < 4.5 * errors.std() / np.sqrt(len(paths))


def test_series_have_the_autocovariances_from_first_to_last_value():
    """Products of the first value and later ones, and of the last and earlier ones; 4.5 standard errors."""
    dgp = make_dgp("arfima", {"d": 0.3, "ar": [0.5]})
    rng = np.random.default_rng(5)
    paths = np.array([dgp.simulate(50, 0, rng).y for _ in range(4000)])
    wanted = dgp.autocovariances(49)
    for i, j in ((0, 0), (0, 1), (0, 49), (49, 49), (49, 47)):
        products = paths[:, i] * paths[:, j]
        assert abs(products.mean() - wanted[abs(i - j)]) < 4.5 * products.std() / np.sqrt(len(paths))


@pytest.mark.parametrize("d", [-0.3, 0.0, 0.2, 0.4])
def test_the_spectrum_has_slope_minus_2d_at_frequency_zero(d):
    """Log-periodogram regression over the lowest frequencies, mean over 300 series.

    At 4 to 20 of 1,000 frequencies the bias of single periodogram ordinates is below .01; the standard error
    of the mean slope is taken from the series.
    """
    dgp = make_dgp("arfima", {"d": d})
    rng = np.random.default_rng(6)
    frequencies = 2.0 * np.pi * np.arange(4, 21) / 1000
    regressor = np.log(2.0 * np.sin(frequencies / 2.0))
    regressor -= regressor.mean()
    slopes = []
    for _ in range(300):
        transform = np.fft.rfft(dgp.simulate(1000, 0, rng).y)[4:21]
        slopes.append(regressor @ np.log(np.abs(transform) ** 2) / (regressor @ regressor))
    error = np.std(slopes) / np.sqrt(len(slopes))
    assert abs(np.mean(slopes) + 2.0 * d) < 4.0 * error + 0.02
    assert error < 0.06
