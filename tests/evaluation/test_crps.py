from __future__ import annotations

import math

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from arsieve_rf.evaluation import crps, mae, pinball

numbers = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))


def draws(least=1):
    """Observed values (h,) and paths (n, h), with ties."""
    shapes = st.tuples(st.integers(least, 12), st.integers(1, 6))
    return shapes.flatmap(
        lambda s: st.tuples(arrays(float, s[1], elements=numbers), arrays(float, s, elements=numbers))
    )


def close(value):
    return pytest.approx(value, rel=1e-10, abs=1e-9)


@given(draws(2))
def test_agreement_with_scoringrules(case):
    y, paths = case
    for fair, estimator in ((False, "nrg"), (True, "fair")):
        theirs = scoringrules.crps_ensemble(y, paths, m_axis=0, estimator=estimator, backend="numpy")
        assert crps(y, paths, fair=fair) == close(np.mean(theirs))


@given(draws(2))
def test_the_definition(case):
    y, paths = case
    n = len(paths)
    to_value = np.abs(paths - y).mean(axis=0)
    between = np.abs(paths[:, None] - paths[None, :]).sum(axis=(0, 1))
    assert crps(y, paths) == close(np.mean(to_value - between / (2 * n**2)))
    assert crps(y, paths, fair=True) == close(np.mean(to_value - between / (2 * n * (n - 1))))


@given(draws())
def test_twice_the_integral_of_the_pinball_loss(case):
    """The quantile function is constant between multiples of 1/n, and the loss linear in the level."""
    y, paths = case
    ordered, n = np.sort(paths, axis=0), len(paths)
    integral = sum(pinball(y, ordered[i], (i + 0.5) / n) for i in range(n)) / n
    assert crps(y, paths) == close(2 * integral)


@given(draws())
def test_one_path_and_equal_paths_have_the_absolute_error(case):
    y, paths = case
    assert crps(y, paths[:1]) == mae(y, paths[0])
    equal = np.repeat(paths[:1], 7, axis=0)
    for fair in (False, True):
        assert crps(y, equal, fair=fair) == pytest.approx(mae(y, paths[0]), rel=1e-14)


@given(draws(2), st.integers(-900, 900), st.floats(1e-3, 1e3), st.booleans())
def test_it_has_the_unit_of_the_series(case, k, factor, fair):
    y, paths = case
    score = crps(y, paths, fair=fair)
    assert crps(np.ldexp(y, k), np.ldexp(paths, k), fair=fair) == math.ldexp(score, k)
    assert crps(factor * y, factor * paths, fair=fair) == pytest.approx(factor * score, rel=1e-9, abs=1e-7)


@given(draws(2), st.booleans(), st.randoms(use_true_random=False))
def test_paths_may_come_in_any_order_in_each_step(case, fair, random):
    y, paths = case
    mixed = paths.copy()
    for step in mixed.T:
        order = list(range(len(step)))
        random.shuffle(order)
        step[:] = step[order]
    assert crps(y, mixed, fair=fair) == crps(y, paths, fair=fair)


@given(draws(2))
def test_the_fair_score_is_no_larger(case):
    assert 0.0 <= crps(*case, fair=True) <= crps(*case) * (1 + 1e-12)


@pytest.mark.parametrize("value", [0.0, 5e-324, 1.7e308])
@pytest.mark.parametrize("fair", [False, True])
def test_ends_of_float64(value, fair):
    score = crps([value, -value], [[-value, value], [-value, value]], fair=fair)
    assert math.isfinite(score)
    assert (score > 0) == (value > 0)


def normal_score(z):
    """CRPS of the standard normal distribution (Gneiting and Raftery 2007, section 4.2)."""
    return z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi)


@pytest.mark.parametrize("z", [-3.0, 0.0, 0.7])
def test_the_normal_distribution(z):
    """Mid-points of 20,000 equally likely stretches stand for it, moved to mean 10 and spread 3."""
    n = 20_000
    x = norm.ppf((np.arange(n) + 0.5) / n)
    assert crps([10 + 3 * z], (10 + 3 * x)[:, None]) == pytest.approx(3 * normal_score(z), rel=1e-3)


@pytest.mark.parametrize("n", [2, 5])
def test_expectation_over_few_draws(n):
    """The fair score has no bias; the other E|X - X'| / (2 n) too much. 4.5 standard errors: 7e-6 each."""
    rng = np.random.default_rng(1)
    z, repeats = 0.4, 20_000
    paths = rng.normal(size=(n, repeats))
    bias = {True: 0.0, False: 2 / math.sqrt(math.pi) / (2 * n)}
    for fair, extra in bias.items():
        blocks = [
            crps(np.full(200, z), block, fair=fair) for block in np.split(paths, repeats // 200, axis=1)
        ]
        standard_error = np.std(blocks, ddof=1) / math.sqrt(len(blocks))
        assert abs(np.mean(blocks) - normal_score(z) - extra) < 4.5 * standard_error
        assert abs(extra) == 0 or extra > 20 * standard_error  # the test can tell the two apart


def test_the_true_distribution_scores_least_in_expectation():
    n = 2_000
    x = norm.ppf((np.arange(n) + 0.5) / n)
    y = norm.ppf((np.arange(100) + 0.5) / 100)

    def score(mean, spread):
        return crps(y, np.repeat((mean + spread * x)[:, None], len(y), axis=1))

    others = [(0.2, 1.0), (-0.2, 1.0), (0.0, 0.8), (0.0, 1.25)]
    assert score(0.0, 1.0) < min(score(*other) for other in others)
