"""Automatic block lengths: the published rule where it is defined, the stated one elsewhere, at any scale."""

from __future__ import annotations

import math

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.block_length import automatic_block_length, resolve_block_length
from arsieve_rf.resampling.circular import CircularBlock
from arsieve_rf.resampling.moving import MovingBlock
from arsieve_rf.resampling.nonoverlapping import NonoverlappingBlock
from arsieve_rf.resampling.seasonal import SeasonalBlock
from arsieve_rf.resampling.stationary import StationaryBlock

AUTOMATIC = [
    MovingBlock(),
    CircularBlock(),
    StationaryBlock(),
    NonoverlappingBlock(),
    SeasonalBlock(period=2),
]


def observed(*series, max_lag=0):
    series = tuple(np.asarray(s, dtype=float) for s in series)
    return Observed(series, max_lag, None, sum(len(s) - max_lag for s in series))


def ar1(n, phi, seed=0):
    e = np.random.default_rng(seed).normal(size=n)
    for t in range(1, n):
        e[t] += phi * e[t - 1]
    return e


def bound(n):
    return math.ceil(min(3 * math.sqrt(n), n / 3))


@pytest.mark.parametrize("optimum", ["circular", "stationary"])
@pytest.mark.parametrize(("n", "phi"), [(50, 0.5), (300, 0.8), (1000, -0.6), (200, 0.0)])
def test_is_the_published_rule_on_the_targets(n, phi, optimum):
    y = 40 + ar1(n + 3, phi)
    expected = max(1.0, optimal_block_length(y[3:])[optimum].iloc[0])
    assert automatic_block_length(observed(y, max_lag=3), optimum=optimum) == pytest.approx(
        expected, rel=1e-9
    )


def test_approaches_the_closed_form_for_an_autoregression():
    """For AR(1) the optimum is (6 phi^2 / (1 - phi^2)^2)^(1/3) n^(1/3) for circular blocks."""
    n, phi = 20_000, 0.6
    expected = (6 * phi**2 / (1 - phi**2) ** 2 * n) ** (1 / 3)
    lengths = [automatic_block_length(observed(ar1(n, phi, seed)), optimum="circular") for seed in range(8)]
    assert np.median(lengths) == pytest.approx(expected, rel=0.2)


def test_strategies_use_the_optimum_of_their_kind_of_block():
    y = observed(ar1(400, 0.7))
    circular = automatic_block_length(y, optimum="circular")
    disjoint = circular * (2 / 3) ** (1 / 3)
    assert MovingBlock().fit(y).block_length_ == CircularBlock().fit(y).block_length_ == round(circular)
    assert NonoverlappingBlock().fit(y).block_length_ == round(disjoint)
    assert StationaryBlock().fit(y).block_length_ == pytest.approx(disjoint)


def test_levels_of_stacked_series_are_no_dependence():
    a, b = ar1(150, 0.3, 1), ar1(150, 0.3, 2)
    together = automatic_block_length(observed(a, b + 1e6), optimum="circular")
    centred = np.concatenate([a - a.mean(), b - b.mean()])
    assert together == pytest.approx(optimal_block_length(centred)["circular"].iloc[0], rel=1e-6)
    assert automatic_block_length(observed(np.r_[a, b + 1e6]), optimum="circular") > 4 * together


def test_a_fixed_season_is_no_dependence_for_the_seasonal_strategy():
    rng = np.random.default_rng(4)
    y = observed(10 * np.sin(np.arange(240) * np.pi / 6) + rng.normal(size=240))
    assert SeasonalBlock(period=12).fit(y).block_length_ <= 6 < CircularBlock().fit(y).block_length_


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 11, 19])
def test_short_series_follow_the_cube_root(n):
    expected = min(max(1, round(n ** (1 / 3))), bound(n))
    assert automatic_block_length(observed(ar1(n, 0.9)), optimum="circular") == expected


@pytest.mark.parametrize("level", [0.0, 0.1, -7e300, 5e-324])
def test_constant_series_follow_the_cube_root(level):
    assert automatic_block_length(observed(np.full(1000, level)), optimum="circular") == 10
    two_levels = observed(np.full(500, level), np.full(500, 3.3))
    assert automatic_block_length(two_levels, optimum="stationary") == 10


@pytest.mark.parametrize("exponent", [-1000, -30, 30, 900])
def test_scale_changes_nothing(exponent):
    y = ar1(200, 0.6)
    for strategy in (CircularBlock(), StationaryBlock()):
        scaled = strategy.fit(observed(np.ldexp(y, exponent))).block_length_
        assert scaled == strategy.fit(observed(y)).block_length_


def awkward(n):
    t = np.arange(n)
    spike = np.zeros(n)
    spike[n // 2] = 1.0
    return [
        spike, np.r_[1.0, np.zeros(n - 1)], np.r_[np.zeros(n - 1), 1.0], (-1.0) ** t, t * 1.0,
        t**3 * 1e290, np.exp(t / 2), 1e9 + 1e-7 * (-1.0) ** t, np.sign(np.sin(t)), np.cumsum(np.cos(t**2)),
        (t >= n // 2) * 1.0,
    ]  # fmt: skip


@pytest.mark.parametrize("n", [20, 21, 64, 250])
@pytest.mark.parametrize("which", range(11))
def test_awkward_series_have_a_length_within_the_bound(n, which):
    for strategy in AUTOMATIC:
        b = strategy.fit(observed(awkward(n)[which])).block_length_
        assert 1 <= b <= bound(n)
        assert isinstance(b, float if isinstance(strategy, StationaryBlock) else int)


@settings(max_examples=80, deadline=None)
@given(arrays(float, st.integers(4, 60), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_any_finite_series_has_a_length_and_no_warning(y):
    with np.errstate(all="raise"):
        for strategy in AUTOMATIC:
            assert 1 <= strategy.fit(observed(y)).block_length_ <= bound(len(y))


@pytest.mark.parametrize("b", [1, 7, np.int64(7), 30])
def test_a_given_length_is_kept(b):
    assert resolve_block_length(b, observed(ar1(30, 0.1)), optimum="circular") == b
