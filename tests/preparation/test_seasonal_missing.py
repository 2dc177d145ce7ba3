"""Seasonal factors of series with missing values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arsieve_rf.preparation import SeasonalAdjustment
from arsieve_rf.preparation._decomposition import ADDITIVE, MULTIPLICATIVE, decompose


def identified(y, period):
    """Whether each phase is observed, and one of them twice."""
    counts = np.bincount(np.flatnonzero(~np.isnan(y)) % period, minlength=period)
    return counts.min() >= 1 and counts.max() >= 2


@settings(deadline=None, max_examples=300)
@given(
    period=st.integers(2, 8),
    cycles=st.floats(2, 6),
    share=st.floats(0.02, 0.6),
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["additive", "stl"]),
)
def test_a_line_plus_a_season_becomes_the_line_whatever_is_missing(period, cycles, share, seed, kind):
    rng = np.random.default_rng(seed)
    n = int(np.ceil(cycles * period))
    line = 3.0 - 0.7 * np.arange(n + 5)
    factors = rng.normal(size=period)
    factors -= factors.mean()
    y = line + factors[np.arange(n + 5) % period]
    with_gaps = np.where(rng.random(n) < share, np.nan, y[:n])
    assume(identified(with_gaps, period))
    step = SeasonalAdjustment(period, kind).fit(with_gaps)
    np.testing.assert_allclose(step.factors_, factors, rtol=0, atol=1e-9)
    np.testing.assert_allclose(step.forward(y), line, rtol=0, atol=1e-9)
    np.testing.assert_allclose(step.inverse(line[n:]), y[n:], rtol=0, atol=1e-9)


@pytest.mark.parametrize("gap", [slice(0, 5), slice(7, 8), slice(10, 31), slice(30, 40), slice(1, 40, 3)])
def test_a_level_times_a_season_becomes_the_level(gap):
    factors = np.array([0.5, 1.25, 1.5, 0.75])
    y = 50.0 * factors[np.arange(40) % 4]
    with_gaps = y.copy()
    with_gaps[gap] = np.nan
    step = SeasonalAdjustment(4).fit(with_gaps)
    np.testing.assert_allclose(step.factors_, factors, rtol=1e-10)
    changed = step.forward(with_gaps)
    assert np.isnan(changed[gap]).all()
    np.testing.assert_allclose(changed[~np.isnan(changed)], 50.0, rtol=1e-10)


@pytest.mark.parametrize("arithmetic", [ADDITIVE, MULTIPLICATIVE], ids=["additive", "multiplicative"])
@pytest.mark.parametrize("seed", range(10))
def test_the_filled_values_have_settled(arithmetic, seed):
    # One more round by hand: at observed values, the factors are the phase means of the filled series
    # without its moving average.
    rng = np.random.default_rng(seed)
    period, n = 5, 43
    y = np.exp(0.2 * rng.normal(size=n).cumsum() + np.tile(rng.normal(size=period), 9)[:n])
    y[rng.choice(np.arange(3, n - 3), 9, replace=False)] = np.nan
    phases = np.arange(n) % period
    found = decompose(y, phases, period, arithmetic)
    average = np.array([found.filled[t - 2 : t + 3].mean() for t in range(2, n - 2)])
    inner = y[2:-2]
    without_trend = arithmetic.remove(inner, average)
    means = np.array([without_trend[(phases[2:-2] == j) & ~np.isnan(inner)].mean() for j in range(period)])
    np.testing.assert_allclose(found.factors, arithmetic.remove(means, means.mean()), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(found.filled[~np.isnan(y)], y[~np.isnan(y)])
    seen = np.isfinite(average) & ~np.isnan(inner)
    at = np.arange(2, n - 2)
    trend = np.interp(at, at[seen], arithmetic.to_line(average[seen]))
    expected = arithmetic.combine(arithmetic.from_line(trend), found.factors[phases[2:-2]])
    middle = np.isnan(inner) & (at > at[seen][0]) & (at < at[seen][-1])
    np.testing.assert_allclose(found.filled[2:-2][middle], expected[middle], rtol=1e-9)


@pytest.mark.parametrize("kind", ["multiplicative", "additive", "stl"])
def test_missing_ends_change_nothing_but_the_phase(kind):
    y = 10.0 + np.random.default_rng(2).uniform(size=30)
    whole = SeasonalAdjustment(4, kind).fit(y)
    padded = np.concatenate([np.full(6, np.nan), y, np.full(3, np.nan)])
    step = SeasonalAdjustment(4, kind).fit(padded)
    np.testing.assert_array_equal(step.forward(padded)[6:36], whole.forward(y))
    whole.update([11.0, 11.0, 11.0])
    np.testing.assert_array_equal(step.inverse(np.full(9, 11.0)), whole.inverse(np.full(9, 11.0)))


def test_what_stl_adds_before_the_first_observed_value_is_its_first_cycle():
    y = np.arange(30.0) + np.array([3.0, -1.0, -2.0])[np.arange(30) % 3]
    with_gap = y.copy()
    with_gap[:4] = np.nan
    step = SeasonalAdjustment(3, "stl").fit(with_gap)
    np.testing.assert_allclose(step.forward(y), np.arange(30.0), rtol=0, atol=1e-11)


def test_a_phase_without_any_value():
    y = np.arange(1.0, 21.0)
    y[3::4] = np.nan
    for kind in ("multiplicative", "additive", "stl"):
        with pytest.raises(ValueError, match=r"1 of the 4 phases .* phase 3 \(values 3, 7, \.\.\.\) is one"):
            SeasonalAdjustment(4, kind).fit(y)


def test_one_cycle_is_not_enough():
    y = np.full(12, np.nan)
    y[3:7] = [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(
        ValueError, match="no phase of the season is observed twice in y: one cycle of period=4"
    ):
        SeasonalAdjustment(4).fit(y)


def test_factors_that_do_not_settle_are_told_and_finite():
    # values that jump by six powers of ten at random: nothing that a trend times a season could be
    y = [1e-3, np.nan, 1e3, np.nan, np.nan, 1e3, 1e-3, 1e-2]
    with pytest.warns(
        UserWarning, match=r"3 of 8 values missing did not settle in 1000 rounds; .* leave out"
    ):
        step = SeasonalAdjustment(2).fit(y)
    assert np.isfinite(step.factors_).all()
    assert np.isfinite(step.inverse(np.ones(9))).all()
    SeasonalAdjustment(2, "additive").fit(y)  # without a warning
