from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from arsieve_rf.evaluation import coverage_rate

tables = st.tuples(st.integers(2, 15), st.integers(1, 8)).flatmap(lambda shape: arrays(bool, shape))


def found(hits, **options):
    """Of intervals [0, 1] and values 0.5 inside, 2 outside."""
    hits = np.asarray(hits)
    return coverage_rate(np.where(hits, 0.5, 2.0), np.zeros(hits.shape), np.ones(hits.shape), **options)


def test_bounds_are_inside():
    y = [1.0, 2.0, 0.999, 2.001, 1.5]
    result = coverage_rate(y, [1.0] * 5, [2.0] * 5)
    assert (result.rate, result.n) == (3 / 5, 5)
    assert coverage_rate([1.0], [1.0], [1.0]).rate == 1.0


@given(tables)
def test_rates_are_shares(hits):
    whole, steps = found(hits), found(hits, by_step=True)
    assert whole.rate == pytest.approx(hits.sum() / hits.size, abs=1e-15)
    assert whole.n == steps.n == len(hits)
    np.testing.assert_allclose(steps.rate, [column.sum() / len(hits) for column in hits.T], atol=1e-15)
    assert isinstance(whole.rate, float)
    assert isinstance(whole.standard_error, float)


@given(tables)
def test_each_step_is_what_its_column_alone_gives(hits):
    steps = found(hits, by_step=True)
    for j, column in enumerate(hits.T):
        alone = found(column)
        assert (alone.rate, alone.standard_error) == (steps.rate[j], steps.standard_error[j])
        assert alone.n == steps.n


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_the_standard_error_of_values_counts_two_more_hits_and_misses(hits):
    spread = np.std([*hits, True, True, False, False])
    assert found(hits).standard_error == pytest.approx(spread / math.sqrt(len(hits)), rel=1e-12)
    assert found(np.logical_not(hits)).standard_error == pytest.approx(found(hits).standard_error, rel=1e-12)


@given(tables)
def test_the_standard_error_of_rows_is_that_of_the_mean_of_their_rates(hits):
    rates = [sum(row) / len(row) for row in hits.tolist()]
    mean = sum(rates) / len(rates)
    between = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1) / len(rates))
    floor = found(hits.ravel()).standard_error
    assert found(hits).standard_error == pytest.approx(max(between, floor), rel=1e-12)


@pytest.mark.parametrize("n", [5, 10, 20, 50, 100, 400])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_two_standard_errors_hold_the_true_share(n, share):
    """Exact probabilities, added over all numbers of hits. With the plain formula they fall to .05."""
    probability = 0.0
    for k in range(n + 1):
        result = found(np.arange(n) < k)
        assert result.standard_error > 0.0
        if abs(result.rate - share) <= 1.96 * result.standard_error + 1e-12:
            probability += binom.pmf(k, n, share)
    assert probability > 0.88


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_the_standard_error_is_right_for_many_values(share):
    n = 100_000
    result = found(np.arange(n) < share * n)
    assert result.standard_error == pytest.approx(math.sqrt(share * (1 - share) / n), rel=1e-3)


def test_dependence_within_rows_is_allowed_for():
    """Rows that hit or miss as a whole tell no more than one value each."""
    first = np.random.default_rng(0).random(500) < 0.9
    one, ten = found(first[:, None]), found(np.repeat(first[:, None], 10, axis=1))
    assert ten.rate == pytest.approx(one.rate)
    assert ten.standard_error == pytest.approx(one.standard_error, rel=0.05)
    assert ten.standard_error > 3 * found(np.repeat(first, 10)).standard_error


def test_the_standard_error_is_the_spread_of_the_rate():
    """Rows share a level of difficulty; 400 experiments of 100 rows. The ratio is within 4 errors of 1."""
    rng = np.random.default_rng(3)
    experiments = []
    for _ in range(400):
        chance = rng.beta(4, 1, size=(100, 1))
        experiments.append(found(rng.random((100, 6)) < chance))
    spread = np.std([result.rate for result in experiments], ddof=1)
    claimed = math.sqrt(np.mean([result.standard_error**2 for result in experiments]))
    assert claimed / spread == pytest.approx(1.0, abs=4 / math.sqrt(2 * len(experiments)))


def test_rows_that_agree_are_no_certainty():
    everything = found(np.ones((4, 5), bool))
    assert everything.rate == 1.0
    assert everything.standard_error == found(np.ones(20, bool)).standard_error > 0.0


def test_the_result_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        found([True]).rate = 0.0
