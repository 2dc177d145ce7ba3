from __future__ import annotations

import math

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss

from arsieve_rf.evaluation import interval_score, mae, mase, msis, pinball

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
levels = st.floats(0.0, 1.0)
coverages = st.floats(0.001, 0.999)
positive = st.floats(1e-3, 1e3)


def columns(k):
    """k lists of equal length."""
    return st.integers(1, 20).flatmap(
        lambda n: st.tuples(*[st.lists(numbers, min_size=n, max_size=n).map(np.array)] * k)
    )


bounded = columns(3).map(lambda c: (c[0], np.minimum(c[1], c[2]), np.maximum(c[1], c[2])))


def close(value, scale=1.0):
    return pytest.approx(value, rel=1e-11, abs=1e-9 * scale)


@given(columns(2), levels)
def test_pinball_agrees_with_scikit_learn(pair, level):
    y, q = pair
    assert pinball(y, q, level) == close(mean_pinball_loss(y, q, alpha=level))


def test_pinball_by_hand():
    # 3 below: 0.2 * 3; 5 above: 0.8 * 5
    assert pinball([4.0, 1.0], [1.0, 6.0], 0.2) == pytest.approx((0.6 + 4.0) / 2, rel=1e-15)
    assert pinball([4.0, 1.0], [1.0, 6.0], 0) == 2.5
    assert pinball([4.0, 1.0], [1.0, 6.0], 1) == 1.5


@given(columns(2))
def test_pinball_of_the_median_is_half_the_absolute_error(pair):
    assert 2 * pinball(*pair, 0.5) == mae(*pair)


@given(bounded, coverages)
def test_interval_score_agrees_with_scoringrules(triple, coverage):
    expected = scoringrules.interval_score(*triple, 1 - coverage, backend="numpy")
    assert interval_score(*triple, coverage) == close(np.mean(expected), 1 / (1 - coverage))


def test_interval_score_by_hand():
    y, lower, upper = [5.0, 0.0, 9.0, 2.0, 8.0], [2.0] * 5, [8.0] * 5
    # Inside, 2 below, 1 above, on either bound; alpha = 1/4.
    assert interval_score(y, lower, upper, 0.75) == pytest.approx((5 * 6 + 8 * 2 + 8 * 1) / 5, rel=1e-15)


@given(bounded, coverages)
def test_interval_score_is_a_sum_of_pinball_losses(triple, coverage):
    y, lower, upper = triple
    alpha = 1 - coverage
    losses = pinball(y, lower, alpha / 2) + pinball(y, upper, 1 - alpha / 2)
    assert interval_score(y, lower, upper, coverage) == close(2 / alpha * losses, 1 / alpha)


@given(bounded, coverages, st.integers(-900, 900), positive)
def test_scores_have_the_unit_of_the_series(triple, coverage, k, factor):
    y, lower, upper = triple
    scores = {
        "pinball": lambda a: pinball(a * y, a * lower, coverage),
        "interval": lambda a: interval_score(a * y, a * lower, a * upper, coverage),
    }
    for score in scores.values():
        assert score(2.0**k) == math.ldexp(score(1.0), k)
        assert score(factor) == close(factor * score(1.0), factor / (1 - coverage))


@given(bounded, coverages, st.randoms(use_true_random=False))
def test_the_order_of_steps_does_not_matter(triple, coverage, random):
    order = list(range(len(triple[0])))
    random.shuffle(order)
    mixed = [values[order] for values in triple]
    assert interval_score(*mixed, coverage) == close(interval_score(*triple, coverage), 1 / (1 - coverage))


@pytest.mark.parametrize("value", [0.0, 5e-324, 1.7e308])
@pytest.mark.parametrize("coverage", [0.5, np.nextafter(1.0, 0.0)])
def test_ends_of_float64(value, coverage):
    far = [-value, value]
    near = [value, value]
    for score in (
        pinball(near, far, coverage),
        interval_score(near, [-value] * 2, far, coverage),
        msis(near, [-value] * 2, far, [1.0, 2.0], coverage),
    ):
        assert math.isfinite(score)
        assert score >= 0.0
    assert (interval_score(near, [-value] * 2, far, coverage) > 0) == (value > 0)


def expected_pinball(q, level):
    """Of a standard normal variable."""
    return level * -q + q * norm.cdf(q) + norm.pdf(q)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.95])
def test_pinball_of_the_normal_distribution(level):
    """Four standard errors: 6e-5 a comparison."""
    y = np.random.default_rng(0).normal(size=100_000)
    true = norm.ppf(level)
    means = {q: pinball(y, np.full_like(y, q), level) for q in (true - 0.5, true, true + 0.5)}
    for q, mean in means.items():
        spread = np.maximum(level * (y - q), (level - 1) * (y - q)).std() / math.sqrt(len(y))
        assert abs(mean - expected_pinball(q, level)) < 4 * spread
    assert means[true] == min(means.values())


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_the_interval_score_is_least_at_the_true_quantiles(coverage):
    """At the mid-points of 20,000 equally likely stretches of the normal distribution, not at draws."""
    n = 20_000
    y = norm.ppf((np.arange(n) + 0.5) / n)
    half = norm.ppf((1 + coverage) / 2)

    def score(left, right):
        return interval_score(y, np.full(n, -half + left), np.full(n, half + right), coverage)

    shifts = (-0.3, -0.1, 0.0, 0.1, 0.3)
    scores = {(left, right): score(left, right) for left in shifts for right in shifts}
    assert min(scores, key=scores.get) == (0.0, 0.0)
    # E = 2 * half + (4/alpha) * E(y - half)+ = 4 * phi(half) / alpha
    assert scores[0.0, 0.0] == pytest.approx(4 * norm.pdf(half) / (1 - coverage), rel=1e-3)


def test_msis_by_hand():
    # Scale: mean(|3-1|, |2-3|, |6-2|) = 7/3, and of two steps mean(1, 3) = 2; scores 4 and 4 + 2/.5 * 1.
    y, lower, upper, past = [3.0, 0.0], [1.0, 1.0], [5.0, 5.0], [1.0, 3.0, 2.0, 6.0]
    assert msis(y, lower, upper, past, 0.5) == pytest.approx(6 / (7 / 3), rel=1e-15)
    assert msis(y, lower, upper, past, 0.5, m=2) == pytest.approx(3.0, rel=1e-15)


@given(bounded, coverages, st.lists(numbers, min_size=5, max_size=30).filter(lambda x: len(set(x)) == len(x)))
def test_msis_is_the_score_in_units_of_the_naive_error(triple, coverage, past):
    y, lower, upper = triple
    for m in (1, 4):
        naive = np.mean(np.abs(np.array(past[m:]) - np.array(past[:-m])))
        expected = interval_score(y, lower, upper, coverage) / naive
        assert msis(y, lower, upper, past, coverage, m) == pytest.approx(expected, rel=1e-9)


def test_msis_of_intervals_of_width_zero_is_a_multiple_of_mase():
    y, f, past = [5.0, 0.0], [4.0, 6.0], [1.0, 3.0, 2.0, 6.0]
    assert msis(y, f, f, past, 0.75) == pytest.approx(8 * mase(y, f, past), rel=1e-15)


@pytest.mark.parametrize("k", [-900, 900])
def test_msis_has_no_unit(k):
    y, lower, upper, past = ([3.0, 0.0], [1.0, 1.0], [5.0, 5.0], [1.0, 3.0, 2.0, 6.0])
    moved = (np.ldexp(values, k) for values in (y, lower, upper, past))
    assert msis(*moved, 0.5) == msis(y, lower, upper, past, 0.5)
