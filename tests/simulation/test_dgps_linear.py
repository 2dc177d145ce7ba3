"""Linear processes against statsmodels and their definitions.

A linear path is a sum of its innovations: with a single innovation of 1 it shows the weights exactly, so
that most of this needs no statistics.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tsa.arima_process import ArmaProcess, arma_acovf

from simulation.dgps.registry import make_dgp


class Impulse:
    """Innovations of which one is 1: the one at ``position`` among all that are drawn."""

    def __init__(self, position):
        self.position = position
        self.drawn = 0

    def draw(self, rng, size):
        values = np.zeros(size)
        if 0 <= self.position - self.drawn < size:
            values[self.position - self.drawn] = 1.0
        self.drawn += size
        return values


def with_noise(dgp, noise):
    dgp.__dict__["noise"] = noise  # where the cached property looks
    return dgp


def polynomial_of_seasonal(period, coef, seasonal):
    """Product of both factors, term by term."""
    product = np.zeros(len(coef) + period * len(seasonal) + 1)
    for i, c in enumerate([1.0, *[-c for c in coef]]):
        for j, s in enumerate([1.0, *[-s for s in seasonal]]):
            product[i + period * j] += c * s
    return product


# word, parameters, autoregressive and moving-average polynomial
STATIONARY = [
    ("ar", {"coef": [0.5]}, [1, -0.5], [1]),
    ("ar", {"coef": [1.0, -0.5]}, [1, -1.0, 0.5], [1]),
    ("ar", {"coef": [0.99]}, [1, -0.99], [1]),
    ("ma", {"coef": [-0.8]}, [1], [1, -0.8]),
    ("ma", {"coef": [0.4, 0.2, 0.1]}, [1], [1, 0.4, 0.2, 0.1]),
    ("arma", {"ar": [0.5], "ma": [0.5]}, [1, -0.5], [1, 0.5]),
    (
        "seasonal_ar",
        {"period": 12, "coef": [0.4], "seasonal_coef": [0.5, 0.2]},
        polynomial_of_seasonal(12, [0.4], [0.5, 0.2]),
        [1],
    ),
]
stationary = pytest.mark.parametrize(
    ("name", "parameters", "ar", "ma"), STATIONARY, ids=[f"{c[0]}-{i}" for i, c in enumerate(STATIONARY)]
)


@stationary
def test_weights_of_innovations_are_those_of_statsmodels(name, parameters, ar, ma):
    """An innovation right after the series moves the future, and not the conditional mean."""
    dgp = make_dgp(name, parameters)
    n, horizon = 5, 40
    path = with_noise(dgp, Impulse(dgp.burn_in + n)).simulate(n, horizon, np.random.default_rng(0))
    assert_array_equal(path.y, 0.0)
    assert_array_equal(path.mean, 0.0)
    assert_allclose(path.future, ArmaProcess(ar, ma).arma2ma(horizon), atol=1e-12)


@stationary
def test_past_innovations_move_future_and_conditional_mean_alike(name, parameters, ar, ma):
    n, horizon, back = 30, 8, 20
    dgp = make_dgp(name, parameters)
    path = with_noise(dgp, Impulse(dgp.burn_in + n - back)).simulate(n, horizon, np.random.default_rng(0))
    weights = ArmaProcess(ar, ma).arma2ma(back + horizon)
    assert_allclose(path.y[-back:], weights[:back], atol=1e-12)
    assert_allclose(path.mean, weights[back:], atol=1e-12)
    assert_array_equal(path.future, path.mean)


@stationary
def test_the_burn_in_forgets(name, parameters, ar, ma):
    dgp = make_dgp(name, parameters)
    path = with_noise(dgp, Impulse(0)).simulate(20, 1, np.random.default_rng(0))
    assert np.abs(path.y).max() < 1e-14


@stationary
def test_series_have_the_autocovariances_of_statsmodels_from_their_first_value_on(name, parameters, ar, ma):
    """Products y_1 y_{1+k} over 3,000 independent paths; 4.5 standard errors."""
    dgp = make_dgp(name, parameters | {"sigma": 2.0, "innovations": {"name": "skewed", "skewness": 1.0}})
    rng = np.random.default_rng(11)
    lags = [0, 1, 2, 3, 12]
    paths = np.array([dgp.simulate(13, 0, rng).y for _ in range(3000)])
    wanted = arma_acovf(ar, ma, 13, sigma2=4.0)
    for lag in lags:
        products = paths[:, 0] * paths[:, lag]
        error = products.std() / np.sqrt(len(paths))
        assert abs(products.mean() - wanted[lag]) < 4.5 * error


@stationary
def test_the_oracle_errs_as_much_as_theory_says(name, parameters, ar, ma):
    """Squared errors at every horizon against the sum of squared weights, over 3,000 paths; 4.5 s.e."""
    dgp = make_dgp(name, parameters)
    rng = np.random.default_rng(12)
    paths = [dgp.simulate(3, 5, rng) for _ in range(3000)]
    squares = np.array([(path.future - path.mean) ** 2 for path in paths])
    wanted = np.cumsum(ArmaProcess(ar, ma).arma2ma(5) ** 2)
    errors = squares.std(axis=0) / np.sqrt(len(paths))
    assert (np.abs(squares.mean(axis=0) - wanted) < 4.5 * errors).all()


@pytest.mark.parametrize(("name", "parameters", "ar", "ma"), [case for case in STATIONARY if case[3] == [1]])
def test_conditional_means_follow_the_recursion_in_the_series(name, parameters, ar, ma):
    """Where there is no moving average the oracle is a function of the observed values alone."""
    path = make_dgp(name, parameters).simulate(60, 6, np.random.default_rng(5))
    values = list(path.y)
    for _ in range(6):
        values.append(sum(-c * values[-k] for k, c in enumerate(ar[1:], 1)))
    assert_allclose(path.mean, values[60:], atol=1e-12)


@pytest.mark.parametrize("d", [1, 2])
def test_differences_of_an_integrated_path_are_the_arma_path(d):
    parameters = {"ar": [0.5], "ma": [0.3], "sigma": 2.0}
    levels = make_dgp("arima", parameters | {"d": d, "drift": 0.25}).simulate(50, 4, np.random.default_rng(1))
    short = make_dgp("arma", parameters).simulate(50, 4, np.random.default_rng(1))
    start = [0.0] * d
    assert_allclose(np.diff(np.r_[start, levels.y], d), short.y + 0.25, atol=1e-11)
    for part in ("future", "mean"):
        continued = np.r_[start, levels.y, getattr(levels, part)]
        assert_allclose(np.diff(continued, d)[50:], getattr(short, part) + 0.25, atol=1e-11)


@pytest.mark.parametrize("d", [1, 2])
def test_the_oracle_of_levels_errs_as_much_as_theory_says(d):
    dgp = make_dgp("arima", {"ar": [0.5], "d": d, "drift": 0.1})
    rng = np.random.default_rng(13)
    paths = [dgp.simulate(10, 5, rng) for _ in range(3000)]
    squares = np.array([(path.future - path.mean) ** 2 for path in paths])
    weights = ArmaProcess(np.convolve([1, -0.5], np.poly([1.0] * d)), [1]).arma2ma(5)
    errors = squares.std(axis=0) / np.sqrt(len(paths))
    assert (np.abs(squares.mean(axis=0) - np.cumsum(weights**2)) < 4.5 * errors).all()


def test_a_level_shift_is_an_autoregression_on_two_levels():
    plain = make_dgp("ar", {"coef": [0.5]}).simulate(10, 3, np.random.default_rng(2))
    shifted = make_dgp("level_shift", {"coef": [0.5], "size": 8.0, "at": 0.7}).simulate(
        10, 3, np.random.default_rng(2)
    )
    assert_array_equal(shifted.y, plain.y + np.r_[np.zeros(7), np.full(3, 8.0)])
    assert_array_equal(shifted.future, plain.future + 8.0)
    assert_array_equal(shifted.mean, plain.mean + 8.0)
