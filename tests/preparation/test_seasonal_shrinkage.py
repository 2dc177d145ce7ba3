"""Shrinkage of seasonal factors toward no season."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from arsieve_rf.preparation import SeasonalAdjustment


def noisy(seed, period=6, cycles=5, size=1.0, level=20.0):
    rng = np.random.default_rng(seed)
    factors = size * np.sin(2 * np.pi * np.arange(period) / period)
    n = period * cycles
    return level + np.tile(factors, cycles) + rng.normal(size=n), factors


@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("size", [0.0, 0.5, 3.0])
def test_the_weight_by_its_definition(kind, seed, size):
    y, _ = noisy(seed, size=size)
    period, neutral = 6, 1.0 if kind == "multiplicative" else 0.0
    parts = seasonal_decompose(y, model=kind, period=period)
    raw = SeasonalAdjustment(period, kind).fit(y)
    groups = [[] for _ in range(period)]
    for t, trend in enumerate(parts.trend):
        if not np.isnan(trend):
            groups[t % period].append(y[t] / trend if kind == "multiplicative" else y[t] - trend)
    level = np.mean([np.mean(group) for group in groups])
    squares, freedom = 0.0, 0
    for group in groups:
        unit = level if kind == "multiplicative" else 1.0
        squares += sum(((value - np.mean(group)) / unit) ** 2 for value in group)
        freedom += len(group) - 1
    variance = np.mean([squares / freedom / len(group) for group in groups])
    weight = min(1.0, (period - 3) * variance / np.sum((raw.factors_ - neutral) ** 2))
    step = SeasonalAdjustment(period, kind, shrink=True).fit(y)
    assert step.shrinkage_ == pytest.approx(weight, rel=1e-9)
    expected = weight * neutral + (1 - weight) * raw.factors_
    np.testing.assert_allclose(step.factors_, expected, rtol=0, atol=1e-12)
    assert step.factors_.mean() == pytest.approx(neutral, abs=1e-12)


def test_a_season_without_noise_stays():
    y = np.tile([1.0, 2.0, 4.0, 5.0], 5)
    for kind in ("multiplicative", "additive"):
        step = SeasonalAdjustment(4, kind, shrink=True).fit(y)
        assert step.shrinkage_ == pytest.approx(0.0, abs=1e-25)
        np.testing.assert_allclose(step.factors_, SeasonalAdjustment(4, kind).fit(y).factors_, rtol=1e-14)


def test_no_season_at_all_leaves_neutral_factors():
    assert SeasonalAdjustment(4, shrink=True).fit(np.full(12, 3.0)).factors_.tolist() == [1.0] * 4
    assert SeasonalAdjustment(4, "additive", shrink=True).fit(np.full(12, 3.0)).factors_.tolist() == [0.0] * 4


@pytest.mark.parametrize("size", [0.0, 0.3, 1.0])
def test_shrunk_factors_are_nearer_to_the_truth(size):
    # James and Stein: the summed squared error is smaller on average, whatever the truth. The mean of 400
    # paired differences lies 4 of its standard errors below zero here.
    differences = []
    for seed in range(400):
        y, factors = noisy(seed, period=12, cycles=4, size=size)
        raw = SeasonalAdjustment(12, "additive").fit(y).factors_
        shrunk = SeasonalAdjustment(12, "additive", shrink=True).fit(y).factors_
        differences.append(np.sum((shrunk - factors) ** 2) - np.sum((raw - factors) ** 2))
    assert np.mean(differences) < -4 * np.std(differences, ddof=1) / np.sqrt(400)


def test_too_few_cycles_to_know_the_noise():
    y = np.random.default_rng(0).uniform(1, 2, 18)
    with pytest.raises(
        ValueError, match=r"shrink=True needs 12 observed values .* three full cycles have; y has 11"
    ):
        SeasonalAdjustment(6, shrink=True).fit(y[:17])
    SeasonalAdjustment(6, shrink=True).fit(y)
    y[8] = np.nan
    with pytest.raises(ValueError, match="y has 11"):
        SeasonalAdjustment(6, shrink=True).fit(y)
