"""Non-linear processes: regime shares, moments, and conditional means by other ways of integrating."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

from simulation.dgps.registry import make_dgp


def density(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def batch_error(values, n_batches=100):
    """Standard error of the mean of a dependent series, from means of batches."""
    means = values[: len(values) // n_batches * n_batches].reshape(n_batches, -1).mean(axis=1)
    return means.std(ddof=1) / np.sqrt(n_batches)


def stationary_law(g, sigma, low, high, split):
    """Midpoints of 800 cells, none across ``split``, and their stationary probabilities.

    The density at the midpoints solves a linear system (Nyström's method): independent of the cells with
    exact probabilities that the package uses for conditional means.
    """
    below = round(800 * (split - low) / (high - low))
    edges = np.r_[np.linspace(low, split, below + 1), np.linspace(split, high, 801 - below)[1:]]
    y, widths = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    kernel = density((y[:, None] - g(y)[None, :]) / sigma) / sigma * widths[:, None]
    balance = kernel - np.eye(len(y))
    balance[-1] = 1.0  # probabilities sum to 1: in place of an equation that follows from the others
    return y, np.linalg.solve(balance, np.eye(len(y))[-1])


@pytest.mark.parametrize(
    ("parameters", "g"),
    [
        ({"lower": [0.9], "upper": [-0.4]}, lambda y: np.where(y <= 0.0, 0.9 * y, -0.4 * y)),
        (
            {
                "lower": [0.5],
                "upper": [0.2],
                "threshold": 0.5,
                "lower_intercept": 1.0,
                "upper_intercept": -1.0,
            },
            lambda y: np.where(y <= 0.5, 1.0 + 0.5 * y, -1.0 + 0.2 * y),
        ),
    ],
)
def test_regime_shares_and_moments_of_setar(parameters, g):
    """A long run against the stationary law; 4.5 standard errors."""
    dgp = make_dgp("setar", parameters)
    series = dgp.simulate(100_000, 0, np.random.default_rng(20)).y
    split = parameters.get("threshold", 0.0)
    y, probabilities = stationary_law(g, 1.0, -14.0, 8.0, split)
    for function in (lambda x: (x <= split).astype(float), lambda x: x, lambda x: x * x):
        values = function(series)
        assert abs(values.mean() - probabilities @ function(y)) < 4.5 * batch_error(values)


@pytest.mark.parametrize(
    ("name", "g", "sigma", "low", "high"),
    [
        ("threshold_jump", lambda y: np.where(y <= 0, 2.0, -2.0), 1.0, -8.0, 8.0),
        ("sine", lambda y: 2.0 * np.sin(y), 1.0, -8.0, 8.0),
        ("logistic", lambda y: 3.9 * np.clip(y, 0, 1) * (1 - np.clip(y, 0, 1)), 0.05, -0.4, 1.4),
    ],
)
def test_moments_of_the_maps(name, g, sigma, low, high):
    """A long run against the stationary law; 4.5 standard errors."""
    series = make_dgp(name, {}).simulate(100_000, 0, np.random.default_rng(21)).y
    y, probabilities = stationary_law(g, sigma, low, high, 0.0)
    for function in (lambda x: x, lambda x: x * x, lambda x: (x <= 0.3).astype(float)):
        values = function(series)
        assert abs(values.mean() - probabilities @ function(y)) < 4.5 * batch_error(values) + 1e-3 * sigma


def starts(dgp, count=8):
    """Paths with four conditional means each."""
    rng = np.random.default_rng(22)
    return [dgp.simulate(5, 4, rng) for _ in range(count)]


def test_two_steps_of_setar_in_closed_form():
    """``E[g(u + e)]`` of a piecewise linear map: truncated normal means."""
    sigma, split = 1.5, 0.4
    dgp = make_dgp("setar", {"lower": [0.9], "upper": [-0.4], "threshold": split, "sigma": sigma})
    for path in starts(dgp):
        u = path.mean[0]
        z = (split - u) / sigma
        lower = 0.9 * (u * ndtr(z) - sigma * density(z))
        upper = -0.4 * (u * ndtr(-z) + sigma * density(z))
        assert path.mean[1] == pytest.approx(lower + upper, abs=1e-4)


def test_two_steps_of_a_threshold_jump_in_closed_form():
    dgp = make_dgp("threshold_jump", {"below": 3.0, "above": -1.0, "threshold": 0.25, "coef": 0.3})
    for path in starts(dgp):
        u = path.mean[0]
        share = ndtr(0.25 - u)
        assert path.mean[1] == pytest.approx(3.0 * share - (1.0 - share) + 0.3 * u, abs=1e-4)


@pytest.mark.parametrize("skewness", [None, 1.0, -2.0])
def test_two_steps_of_the_sine_map_by_the_characteristic_function(skewness):
    """``E[sin(f (u + e))]`` is the imaginary part of ``exp(i f u)`` times the characteristic function."""
    sigma, frequency = 0.7, 1.3
    innovations = {"name": "skewed", "skewness": skewness} if skewness else "normal"
    dgp = make_dgp("sine", {"frequency": frequency, "sigma": sigma, "innovations": innovations})
    t = frequency * sigma
    if skewness:
        root, sign = 2.0 / abs(skewness), math.copysign(1.0, skewness)
        factor = (1.0 - 1j * sign * t / root) ** (-(root**2)) * np.exp(-1j * sign * t * root)
    else:
        factor = math.exp(-0.5 * t * t)
    for path in starts(dgp):
        wanted = 2.0 * (np.exp(1j * frequency * path.mean[0]) * factor).imag
        assert path.mean[1] == pytest.approx(wanted, abs=1e-4)


def test_the_table_is_exact_for_a_linear_map():
    """Coefficients of zero at all amplitudes: an AR(1), also far outside of the usual range."""
    dgp = make_dgp("expar", {"coef": [0.6], "near": [0.0], "sigma": 2.0})
    for path in starts(dgp):
        assert path.mean == pytest.approx(path.mean[0] * 0.6 ** np.arange(4), abs=2e-4)
    far = dgp._table.later_means(1000.0, 2)
    assert far == pytest.approx([600.0, 360.0], rel=1e-3)


@pytest.mark.parametrize(
    ("name", "parameters", "g"),
    [
        ("setar", {"lower": [0.9], "upper": [-0.4]}, lambda y: np.where(y <= 0, 0.9, -0.4) * y),
        ("expar", {"coef": [0.3], "near": [-2.0]}, lambda y: (0.3 - 2.0 * np.exp(-y * y)) * y),
        ("sine", {"innovations": {"name": "t", "df": 5}}, lambda y: 2.0 * np.sin(y)),
        ("logistic", {}, lambda y: 3.9 * np.clip(y, 0, 1) * (1 - np.clip(y, 0, 1))),
    ],
)
def test_later_means_by_simulation(name, parameters, g):
    """200,000 continuations from one state, drawn here; 4.5 standard errors and the table's 1e-4 sigma."""
    dgp = make_dgp(name, parameters)
    rng = np.random.default_rng(23)
    path = dgp.simulate(5, 5, rng)
    y = np.full(200_000, path.y[-1])
    for h in range(5):
        y = g(y) + dgp.sigma * dgp.noise.draw(rng, len(y))
        assert abs(y.mean() - path.mean[h]) < 4.5 * y.std() / np.sqrt(len(y)) + 2e-4 * dgp.sigma


def test_where_later_means_are_not_computed_they_are_nan():
    higher_order = make_dgp("setar", {"lower": [0.5, 0.1], "upper": [0.2]})
    too_wide = make_dgp("logistic", {"sigma": 1e-4})
    for dgp in (higher_order, too_wide):
        mean = dgp.simulate(30, 3, np.random.default_rng(0)).mean
        assert np.isfinite(mean[0])
        assert np.isnan(mean[1:]).all()


def test_regimes_of_higher_order_follow_the_definition():
    parameters = {
        "lower": [0.5, 0.2],
        "upper": [-0.4],
        "lower_intercept": -1.0,
        "upper_intercept": 1.0,
        "threshold": 0.3,
        "delay": 2,
    }
    dgp = make_dgp("setar", parameters)
    path = dgp.simulate(60, 1, np.random.default_rng(1))
    rng = np.random.default_rng(1)
    e = dgp.noise.draw(rng, dgp.burn_in + 60)[-60:]
    y = path.y
    for t in range(2, 60):
        wanted = -1.0 + 0.5 * y[t - 1] + 0.2 * y[t - 2] if y[t - 2] <= 0.3 else 1.0 - 0.4 * y[t - 1]
        assert y[t] == pytest.approx(wanted + e[t], abs=1e-12)


def test_exponential_autoregression_of_higher_order_follows_the_definition():
    dgp = make_dgp("expar", {"coef": [0.3, 0.2], "near": [-0.9, 0.1], "gamma": 0.5})
    y = dgp.simulate(60, 1, np.random.default_rng(1)).y
    e = dgp.noise.draw(np.random.default_rng(1), dgp.burn_in + 60)[-60:]
    for t in range(2, 60):
        share = math.exp(-0.5 * y[t - 1] ** 2)
        wanted = (0.3 - 0.9 * share) * y[t - 1] + (0.2 + 0.1 * share) * y[t - 2]
        assert y[t] == pytest.approx(wanted + e[t], abs=1e-12)


@pytest.mark.parametrize("innovations", ["normal", {"name": "skewed", "skewness": 1.0}])
def test_moments_of_the_bilinear_process(innovations):
    """A long run against the closed forms of mean and second moment; 4.5 standard errors."""
    dgp = make_dgp("bilinear", {"coef": 0.3, "bilinear": 0.3, "sigma": 1.2, "innovations": innovations})
    y = dgp.simulate(400_000, 0, np.random.default_rng(24)).y
    assert abs(y.mean() - 0.3 * 1.44 / 0.7) < 4.5 * batch_error(y)
    assert abs(np.mean(y**2) - dgp.second_moment()) < 4.5 * batch_error(y**2)


def test_conditional_means_of_the_bilinear_process_by_simulation():
    """200,000 continuations from one state; 4.5 standard errors."""
    dgp = make_dgp("bilinear", {"coef": 0.4, "bilinear": 0.4})
    path = dgp.simulate(5, 4, np.random.default_rng(25))
    e_last = dgp.noise.draw(np.random.default_rng(25), dgp.burn_in + 5)[-1]
    y = np.full(200_000, path.y[-1])
    e = np.full(200_000, e_last)
    rng = np.random.default_rng(26)
    for h in range(4):
        new = rng.standard_normal(len(y))
        y = 0.4 * y + 0.4 * y * e + new
        e = new
        assert abs(y.mean() - path.mean[h]) < 4.5 * y.std() / np.sqrt(len(y))


def test_innovations_of_a_bilinear_process_are_known_from_its_past():
    """Invertibility: recovered from observed values alone, with a wrong start."""
    dgp = make_dgp("bilinear", {"coef": 0.4, "bilinear": 0.4})
    y = dgp.simulate(300, 0, np.random.default_rng(27)).y
    e = 0.0
    for t in range(1, 300):
        e = y[t] - 0.4 * y[t - 1] - 0.4 * y[t - 1] * e
    assert e == pytest.approx(dgp.noise.draw(np.random.default_rng(27), dgp.burn_in + 300)[-1], abs=1e-9)
