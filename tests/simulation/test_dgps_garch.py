"""GARCH: kurtosis and autocorrelation of squares in closed form, and the recursion itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import lfilter

from simulation.dgps.registry import make_dgp


def batch_error(values, n_batches=100):
    """Standard error of the mean of a dependent series, from means of batches."""
    means = values[: len(values) // n_batches * n_batches].reshape(n_batches, -1).mean(axis=1)
    return means.std(ddof=1) / np.sqrt(n_batches)


# eighth moments exist, so that sample kurtosis has a standard error
@pytest.mark.parametrize(
    ("alpha", "beta", "innovations", "kurtosis"),
    [
        (0.2, 0.5, "normal", 3.0),
        (0.15, 0.0, "normal", 3.0),
        (0.05, 0.5, {"name": "skewed", "skewness": 1.0}, 4.5),
    ],
)
def test_variance_kurtosis_and_correlation_of_squares(alpha, beta, innovations, kurtosis):
    """Against Bollerslev (1986), with the innovations' kurtosis k in place of 3; 4.5 standard errors."""
    dgp = make_dgp("garch", {"alpha": alpha, "beta": beta, "omega": 2.0, "innovations": innovations})
    u = dgp.simulate(300_000, 0, np.random.default_rng(8)).y
    both = alpha + beta
    variance = 2.0 / (1.0 - both)
    fourth = kurtosis * (1.0 - both**2) / (1.0 - both**2 - (kurtosis - 1.0) * alpha**2) * variance**2
    assert abs(np.mean(u**2) - variance) < 4.5 * batch_error(u**2)
    assert abs(np.mean(u**4) - fourth) < 4.5 * batch_error(u**4)
    correlation = alpha * (1.0 - alpha * beta - beta**2) / (1.0 - 2.0 * alpha * beta - beta**2)
    products = (u[1:] ** 2 - variance) * (u[:-1] ** 2 - variance)
    assert abs(products.mean() - correlation * (fourth - variance**2)) < 4.5 * batch_error(products)
    assert abs(np.mean(u)) < 4.5 * batch_error(u)


def test_errors_follow_the_recursion_of_the_definition():
    dgp = make_dgp("garch", {"alpha": 0.2, "beta": 0.6, "omega": 0.5, "ar": [0.5, 0.2]})
    n, horizon = 30, 4
    path = dgp.simulate(n, horizon, np.random.default_rng(9))
    rng = np.random.default_rng(9)
    e = np.r_[dgp.noise.draw(rng, dgp.burn_in + n), dgp.noise.draw(rng, horizon)]
    y = [0.0, 0.0]
    variance, u = 0.5 / (1 - 0.8), None
    for value in e:
        if u is not None:
            variance = 0.5 + 0.2 * u * u + 0.6 * variance
        u = np.sqrt(variance) * value
        y.append(0.5 * y[-1] + 0.2 * y[-2] + u)
    assert_allclose(np.r_[path.y, path.future], y[-n - horizon :], rtol=1e-10)


def test_the_conditional_mean_is_that_of_the_autoregression():
    path = make_dgp("garch", {"alpha": 0.2, "beta": 0.6, "ar": [0.5, 0.2]}).simulate(
        40, 5, np.random.default_rng(10)
    )
    values = list(path.y)
    for _ in range(5):
        values.append(0.5 * values[-1] + 0.2 * values[-2])
    assert_allclose(path.mean, values[40:], atol=1e-12)


def test_volatility_clusters_around_the_autoregression_too():
    """Removing the autoregression leaves the errors of the pure process with the same innovations."""
    with_mean = make_dgp("garch", {"alpha": 0.3, "ar": [0.5]}).simulate(50, 0, np.random.default_rng(1)).y
    alone = make_dgp("garch", {"alpha": 0.3}).simulate(50, 0, np.random.default_rng(1)).y
    assert_allclose(lfilter([1.0, -0.5], [1.0], with_mean)[1:], alone[1:], atol=1e-12)
