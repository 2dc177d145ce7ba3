"""Weights of trees beside a linear model: the quadratic programme, the Akaike weight, and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from arsieve_rf.estimators._mixture_weights import minimum_on_triangle, mixture_weights


def problem(seed, n=60, signal=1.0):
    """Residuals and two forecasts of them, all correlated by chance or by the signal."""
    rng = np.random.default_rng(seed)
    r = rng.standard_normal(n)
    f = signal * rng.uniform(-1, 1) * r + rng.standard_normal(n) * rng.uniform(0.1, 1.5)
    g = signal * rng.uniform(-1, 1) * r + rng.uniform(-1, 1) * f + rng.standard_normal(n)
    return r, f, g


def objective(w, r, f, g, n_parameters):
    """What is minimised, without its constant."""
    optimism = 2.0 * (1.0 - w[1]) * n_parameters * np.mean(r**2) / len(r)
    return np.mean((r - w[0] * f - w[1] * g) ** 2) + optimism


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("n_parameters", [0.0, 3.5])
def test_weights_solve_the_programme_times_their_akaike_weight(seed, n_parameters):
    r, f, g = problem(seed)
    inside = {"type": "ineq", "fun": lambda w: 1.0 - w[0] - w[1]}
    best = minimize(
        objective, (0.3, 0.3), (r, f, g, n_parameters), "SLSQP", bounds=[(0, 1)] * 2, constraints=inside,
        options={"ftol": 1e-14},
    )  # fmt: skip
    alone = objective((0.0, 0.0), r, f, g, n_parameters)
    aic = len(r) * math.log(best.fun / alone) + 2 * 2  # against the linear model alone
    share = math.exp(-aic / 2) / (1 + math.exp(-aic / 2))
    found = mixture_weights(r, f, g, n_parameters)
    np.testing.assert_allclose(found, share * best.x, atol=2e-5)


unit = st.floats(-1, 1)


@settings(max_examples=200, deadline=None)
@given(factor=st.lists(unit, min_size=4, max_size=4), linear=st.lists(unit, min_size=2, max_size=2))
def test_no_point_of_the_triangle_is_below_the_minimum(factor, linear):
    root = np.array(factor).reshape(2, 2)
    quadratic, linear = root @ root.T, np.array(linear)
    w, fall = minimum_on_triangle(quadratic, linear)
    assert w.min() >= 0.0
    assert w.sum() <= 1.0 + 1e-12
    assert fall >= 0.0
    assert fall == pytest.approx(2 * w @ linear - w @ quadratic @ w)
    grid = np.array([(a, b) for a in np.linspace(0, 1, 21) for b in np.linspace(0, 1 - a, 21)])
    falls = 2 * grid @ linear - np.einsum("ij,jk,ik->i", grid, quadratic, grid)
    assert falls.max() <= fall + 1e-12


@pytest.mark.parametrize(
    ("quadratic", "linear", "expected"),
    [
        ([[2, 0], [0, 2]], [0.5, 0.25], [0.25, 0.125]),  # inside
        ([[1, 0], [0, 1]], [2, 2], [0.5, 0.5]),  # on the slope
        ([[1, 0], [0, 1]], [-1, 0.5], [0, 0.5]),  # on an axis
        ([[1, 0], [0, 1]], [-1, -1], [0, 0]),
        ([[0, 0], [0, 0]], [0, 0], [0, 0]),
        ([[0, 0], [0, 1]], [0.1, 0], [1, 0]),  # a direction that costs nothing
        ([[1, 1], [1, 1]], [0.5, 0.5], [0.5, 0]),  # equal forecasts: any split does, the first is taken
    ],
)
def test_minima_by_hand(quadratic, linear, expected):
    found, _ = minimum_on_triangle(np.array(quadratic, float), np.array(linear, float))
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_clear_cases():
    rng = np.random.default_rng(0)
    r, noise = rng.standard_normal((2, 200))
    noise -= (noise @ r) / (r @ r) * r  # says nothing about r
    assert mixture_weights(r, r, noise, 0.0) == pytest.approx((1.0, 0.0), abs=1e-6)
    assert mixture_weights(r, noise, r, 0.0) == pytest.approx((0.0, 1.0), abs=1e-6)
    assert mixture_weights(r, r / 2, noise, 0.0) == pytest.approx((1.0, 0.0), abs=1e-6)
    assert mixture_weights(r, 2 * r, noise, 0.0) == pytest.approx((0.5, 0.0), abs=1e-6)
    assert mixture_weights(r, -r, -r, 0.0) == (0.0, 0.0)


def test_forecasts_of_noise_have_little_weight():
    """Without signal the Akaike weight leaves less than half of what the programme finds.

    The gain of two free weights is then at most exponential with mean 2, and the mean of
    1 / (1 + exp(2 - gain / 2)) is .29; it is more where the weights are large, hence the margin.
    """
    found, alone = [], []
    for seed in range(200):
        r, f, g = problem(seed, 40, signal=0.0)
        found.append(sum(mixture_weights(r, f, g, 0.0)))
        quadratic = np.array([[f @ f, f @ g], [f @ g, g @ g]]) / 40
        alone.append(minimum_on_triangle(quadratic, np.array([f @ r, g @ r]) / 40)[0].sum())
    assert np.mean(found) < 0.5 * np.mean(alone)
    assert np.mean(found) < 0.1


def test_more_parameters_of_the_linear_model_speak_for_trees_of_the_series():
    r, f, g = problem(3)
    g = 0.4 * r + 0.3 * g
    weights = [mixture_weights(r, f, g, k)[1] for k in (0.0, 2.0, 5.0, 10.0)]
    assert (np.diff(weights) > 0.0).all()


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), power=st.integers(-900, 900))
def test_scale_does_not_matter(seed, power):
    r, f, g = problem(seed)
    found = mixture_weights(*(np.ldexp(values, power) for values in (r, f, g)), 2.0)
    assert found == mixture_weights(r, f, g, 2.0)


def test_rows_without_forecasts_are_left_out():
    r, f, g = problem(1)
    f[::7], g[1::9] = np.nan, np.nan
    seen = ~np.isnan(f) & ~np.isnan(g)
    assert mixture_weights(r, f, g, 1.0) == mixture_weights(r[seen], f[seen], g[seen], 1.0)


def test_one_kind_of_trees():
    r, f, _ = problem(5)
    a, b = mixture_weights(r, r + 0.2 * f, np.full(60, np.nan), 5.0)
    assert a > 0.5
    assert b == 0.0


@pytest.mark.parametrize("n", [0, 1, 7])
def test_too_few_rows(n):
    r = np.arange(n, dtype=float)
    assert mixture_weights(r, r, r, 0.0) == (0.0, 0.0)
    unseen = np.concatenate([r, np.full(20, np.nan)])
    assert mixture_weights(np.ones(n + 20), unseen, unseen, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-300, 1e-17])
def test_residuals_that_are_nothing_beside_the_forecasts(size):
    _, f, g = problem(2)
    for r in (np.zeros(60), size * np.sign(f)):
        a, b = mixture_weights(r, f, g, 1.0)
        assert a + b < 1e-12


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(8, 30), decimals=st.integers(0, 3))
def test_weights_lie_in_the_triangle(seed, n, decimals):
    values = [v.round(decimals) for v in problem(seed, n)]
    assume(any(v.any() for v in values))
    a, b = mixture_weights(*values, 1.0)
    assert min(a, b) >= 0.0
    assert a + b <= 1.0 + 1e-12
