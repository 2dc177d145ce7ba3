"""Seasonal adjustment of whole series: exactness, other programs, phases, scales, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.seasonal import STL, seasonal_decompose

from arsieve_rf.preparation import SeasonalAdjustment
from tests.preparation.steps import positive_series

KINDS = ("multiplicative", "additive", "stl")


def season(period, seed=0):
    """Additive factors with mean 0."""
    factors = np.random.default_rng(seed).normal(size=period)
    return factors - factors.mean()


@settings(deadline=None)
@given(
    period=st.integers(2, 13),
    cycles=st.floats(2, 6),
    level=st.floats(-100, 100),
    slope=st.floats(-5, 5),
    kind=st.sampled_from(["additive", "stl"]),
)
def test_a_line_plus_a_season_becomes_the_line(period, cycles, level, slope, kind):
    n = int(np.ceil(cycles * period))
    line = level + slope * np.arange(n + 5)
    y = line + season(period)[np.arange(n + 5) % period]
    step = SeasonalAdjustment(period, kind).fit(y[:n])
    scale = 1e-12 * np.abs(y).max()
    np.testing.assert_allclose(step.factors_, season(period), rtol=0, atol=scale)
    np.testing.assert_allclose(step.forward(y), line, rtol=0, atol=scale)
    np.testing.assert_allclose(step.inverse(line[n:]), y[n:], rtol=0, atol=scale)


@pytest.mark.parametrize("period", [2, 3, 4, 7, 12])
def test_a_level_times_a_season_becomes_the_level(period):
    factors = 1.0 + 0.5 * season(period) / np.abs(season(period)).max()
    time = np.arange(3 * period + 1)
    step = SeasonalAdjustment(period).fit(50.0 * factors[time % period])
    np.testing.assert_allclose(step.factors_, factors, rtol=1e-14)
    np.testing.assert_allclose(step.forward(50.0 * factors[time % period]), 50.0, rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0.1, 7.0, 1e300])
def test_a_constant_series_has_no_season(kind, value):
    y = np.full(9, value)
    step = SeasonalAdjustment(4, kind).fit(y)
    np.testing.assert_allclose(step.forward(y), y, rtol=1e-15)
    np.testing.assert_allclose(step.inverse(y), y, rtol=1e-15)


@pytest.mark.parametrize("period", [2, 3, 4, 12])
@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
@settings(deadline=None)
@given(y=positive_series(24, 60))
def test_classical_factors_are_those_of_statsmodels(period, kind, y):
    other = seasonal_decompose(y, model=kind, period=period).seasonal
    step = SeasonalAdjustment(period, kind).fit(y)
    np.testing.assert_allclose(step.factors_, other[:period], rtol=1e-11, atol=1e-12 * y.max())
    middle = 1.0 if kind == "multiplicative" else 0.0
    assert step.factors_.mean() == pytest.approx(middle, abs=1e-13 * (1 + y.max()))
    assert step.shrinkage_ == 0.0


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("n", [24, 61, 100])
def test_stl_is_that_of_statsmodels_and_its_last_cycle_goes_on(n, robust):
    rng = np.random.default_rng(n)
    y = rng.normal(size=n).cumsum() + (1 + np.arange(n) / n) * season(12)[np.arange(n) % 12]
    y[5] += 20.0
    other = STL(y, period=12, robust=robust).fit().seasonal
    step = SeasonalAdjustment(12, "stl", robust=robust).fit(y)
    np.testing.assert_allclose(step.forward(y), y - other, rtol=0, atol=1e-11)
    np.testing.assert_allclose(step.inverse(np.zeros(24)), np.tile(other[-12:], 2), rtol=0, atol=1e-12)
    for t in range(n - 12, n):
        assert step.factors_[t % 12] == pytest.approx(other[t], abs=1e-12)


def test_robust_stl_is_drawn_less_by_an_outlier():
    y = 0.1 * np.arange(72.0) + season(6)[np.arange(72) % 6]
    y += 0.01 * np.random.default_rng(1).normal(size=72)
    spoiled = y.copy()
    spoiled[40] += 50.0
    errors = [
        np.abs(SeasonalAdjustment(6, "stl", robust=robust).fit(spoiled).factors_ - season(6)).max()
        for robust in (False, True)
    ]
    assert errors[1] < errors[0] / 10


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_new", range(9))
def test_update_moves_the_phase_on(kind, n_new):
    y = 10.0 + np.random.default_rng(5).uniform(size=30) + season(7)[np.arange(30) % 7]
    step = SeasonalAdjustment(7, kind).fit(y[:20])
    factors = step.factors_.copy()
    whole = step.forward(y)
    np.testing.assert_array_equal(step.update(y[20 : 20 + n_new]), whole[20 : 20 + n_new])
    np.testing.assert_array_equal(step.factors_, factors)
    phases = (20 + n_new + np.arange(10)) % 7
    neutral = np.ones(10) if kind == "multiplicative" else np.zeros(10)
    np.testing.assert_array_equal(step.inverse(neutral), factors[phases])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("power", [-1000, -60, 60, 950])
def test_a_power_of_two_scales_and_nothing_else(kind, power):
    y = 10.0 + np.random.default_rng(6).uniform(size=30) + season(4)[np.arange(30) % 4]
    one, other = SeasonalAdjustment(4, kind).fit(y), SeasonalAdjustment(4, kind).fit(np.ldexp(y, power))
    np.testing.assert_array_equal(other.forward(np.ldexp(y, power)), np.ldexp(one.forward(y), power))


@pytest.mark.parametrize("kind", KINDS)
def test_the_ends_of_float64(kind):
    wild = np.array([1e308, 1e-308, 1e308, 5e-324, 1.7e308, 1.0, 3e-310, 1.7e308])
    series = [wild, wild[::-1], np.where(np.arange(8) == 2, np.nan, wild)]
    if kind != "multiplicative":
        series.append(wild * np.array([1, -1, -1, 1, -1, 1, 1, 1]))
    for y in series:
        step = SeasonalAdjustment(2, kind).fit(y)
        assert np.isfinite(step.factors_).all()
        assert np.isfinite(step.forward(y)[~np.isnan(y)]).all()
        assert np.isfinite(step.inverse([1e308, -1e308, 0.0])).all()


def test_values_that_are_not_positive_after_the_fit_are_adjusted():
    step = SeasonalAdjustment(2).fit([5.0, 15.0, 5.0, 15.0])
    np.testing.assert_array_equal(step.update([0.0, -3.0]), [0.0, -2.0])


def test_too_short():
    for kind in KINDS:
        with pytest.raises(ValueError, match="y has 23 values; a season of period=12 needs at least 24"):
            SeasonalAdjustment(12, kind).fit(np.ones(23))
        SeasonalAdjustment(12, kind).fit(np.ones(24))


@pytest.mark.parametrize("bad", [0.0, -3.5])
def test_multiplicative_needs_positive_values(bad):
    with pytest.raises(
        ValueError, match=f"needs positive values, but the smallest of y is {bad:g}: use kind"
    ):
        SeasonalAdjustment(2).fit([1.0, 2.0, bad, 4.0, np.nan])


@pytest.mark.parametrize(
    ("error", "arguments", "message"),
    [
        (ValueError, {"period": 1}, "period must be 2 or more, got 1"),
        (TypeError, {"period": 12.0}, r"period must be an integer, got 12\.0"),
        (TypeError, {"period": True}, "period must be an integer, got True"),
        (ValueError, {"period": 4, "kind": "add"}, "kind must be one of 'multiplicative', .* got 'add'"),
        (ValueError, {"period": 4, "kind": None}, "kind must be one of .* got None"),
        (TypeError, {"period": 4, "shrink": 1}, "shrink must be True or False, got 1"),
        (TypeError, {"period": 4, "kind": "stl", "robust": "yes"}, "robust must be True or False, got 'yes'"),
        (ValueError, {"period": 4, "robust": True}, "robust=True goes with kind 'stl' only"),
        (
            ValueError,
            {"period": 4, "kind": "stl", "shrink": True},
            "shrink=True goes with kind .* not with 'stl'",
        ),
        (ValueError, {"period": 3, "shrink": True}, "shrink=True needs a period of 4 or more, got 3"),
    ],
)
def test_bad_parameters(error, arguments, message):
    with pytest.raises(error, match=message):
        SeasonalAdjustment(**arguments)
