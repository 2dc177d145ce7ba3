"""Periods and kinds of seasons: planted ones are found, cycles without a period are not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

from arsieve_rf import fit_ar
from arsieve_rf.selection import choose_adjustment, detect_period, is_seasonal

CLASSIC = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "classic.parquet"


def pattern(period, rng):
    """Seasonal figures of variance 9, none of them the same."""
    return 3.0 * rng.permutation(np.linspace(-1.7, 1.7, period))


# ---- the period is known ----


def test_the_size_of_the_test():
    """White noise and walks, one-sided 10 %: 400 series each. Bound of a true rate of 11 % at 1e-4."""
    rng = np.random.default_rng(0)
    for make in (lambda e: e, np.cumsum):
        found = sum(is_seasonal(make(rng.standard_normal(120)), 12) for _ in range(400))
        assert found <= 70


@pytest.mark.parametrize("period", [2, 4, 7, 12, 24])
@pytest.mark.parametrize("trend", [0.0, 1.0])
def test_a_clear_season_is_seen(period, trend):
    rng = np.random.default_rng(period)
    n = 6 * period
    y = trend * np.cumsum(rng.standard_normal(n)) + np.tile(pattern(period, rng), 6) + rng.standard_normal(n)
    assert is_seasonal(y, period)


def bic(x, n_means):
    """n log v + k log n, of the AR model that BIC chooses, errors from the start of the series on."""
    coef, centred = fit_ar(x, "bic").coef, x - x.mean()
    total = 0.0
    for t in range(len(x)):
        total += (centred[t] - sum(c * centred[t - k] for k, c in enumerate(coef, 1) if k <= t)) ** 2
    return len(x) * np.log(total / len(x)) + (len(coef) + n_means) * np.log(len(x))


@pytest.mark.parametrize("period", [2, 5])
def test_the_definition(period):
    """r_m against 1.2816 sqrt((1 + 2 sum r_k**2) / n), or BIC with m means, of which m - 1 are free."""
    rng = np.random.default_rng(3)
    answers = Counter()
    for _ in range(300):
        y = np.cumsum(rng.standard_normal(30)) + 0.5 * (np.arange(30) % period == 0)
        changes = np.diff(y)
        x = changes - changes.mean()
        r = [float(x[k:] @ x[: len(x) - k]) / float(x @ x) for k in range(1, period + 1)]
        by_bartlett = r[-1] > 1.2816 * np.sqrt((1.0 + 2.0 * sum(v * v for v in r[:-1])) / len(x))
        means = np.array([changes[phase::period].mean() for phase in range(period)])
        gain = bic(changes, 0) - bic(changes - means[np.arange(29) % period], period - 1)
        assert is_seasonal(y, period) == (by_bartlett or gain > 0.0)
        answers[by_bartlett, gain > 0.0] += 1
    assert {bool(by_bartlett or by_bic) for by_bartlett, by_bic in answers} == {True, False}


def test_three_cycles_are_needed():
    y = np.tile([9.0] + 11 * [0.0], 3)
    assert is_seasonal(y, 12)
    assert not is_seasonal(y[:-1], 12)


@pytest.mark.parametrize("y", [np.zeros(40), np.full(40, 1e300), np.arange(40.0)])
def test_a_line_has_no_season(y):
    assert not is_seasonal(y, 4)
    assert detect_period(y) is None


# ---- the period is looked for ----


@pytest.mark.parametrize("period", [3, 4, 6, 7, 12, 24])
def test_planted_periods_are_found(period):
    """30 series of ten cycles on a walk; noise of variance 1 and 0.25 beside figures of variance 9."""
    rng = np.random.default_rng(period)
    found = Counter()
    for _ in range(30):
        n = 10 * period
        walk = np.cumsum(0.5 * rng.standard_normal(n))
        found[detect_period(np.tile(pattern(period, rng), 10) + walk + rng.standard_normal(n))] += 1
    assert found[period] >= 24


@pytest.mark.parametrize("kind", ["noise", "walk", "cycle"])
def test_where_there_is_none_none_is_found(kind):
    """100 series of 150 values. The cycle is an AR(2) with a root of modulus .9 at period 10."""
    cycle = [1.0, -1.8 * np.cos(2.0 * np.pi / 10.0), 0.81]
    make = {"noise": lambda e: e, "walk": np.cumsum, "cycle": lambda e: lfilter([1.0], cycle, e)}[kind]
    rng = np.random.default_rng(4)
    found = Counter(detect_period(make(rng.standard_normal(250))[100:]) for _ in range(100))
    assert found[None] >= 92


def test_one_cycle_is_preferred_to_two():
    """Monthly figures whose second autocorrelation is by chance the higher one, as in temperatures."""
    rng = np.random.default_rng(0)
    figures = 10.0 * np.sin(2.0 * np.pi * np.arange(12) / 12.0)
    found = Counter(detect_period(np.tile(figures, 20) + 2.5 * rng.standard_normal(240)) for _ in range(40))
    assert found[12] >= 38


def test_units_do_not_matter():
    rng = np.random.default_rng(1)
    y = np.tile(pattern(7, rng), 12) + rng.standard_normal(84)
    for exponent in (-990, -100, 100, 990):
        assert detect_period(np.ldexp(y, exponent)) == 7
        assert is_seasonal(np.ldexp(y, exponent), 7)
    assert detect_period(-y) == 7


def test_the_longest_run_is_searched():
    rng = np.random.default_rng(1)
    y = np.tile(pattern(4, rng), 12) + rng.standard_normal(48)
    assert detect_period(np.concatenate([rng.standard_normal(30), [np.nan], y])) == 4
    assert detect_period(np.full(20, np.nan)) is None


@pytest.mark.parametrize("n", range(9))
def test_less_than_three_cycles_of_three_are_no_season(n):
    assert detect_period(np.tile([1.0, 5.0, 2.0], 3)[:n]) is None


@pytest.mark.skipif(not CLASSIC.is_file(), reason="the classic series are not here")
@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("AirPassengers", 12), ("JohnsonJohnson", 4), ("UKgas", 4), ("USAccDeaths", 12), ("co2", 12),
        ("nottem", 12), ("ldeaths", 12), ("wineind", 12), ("ausbeer", 4), ("elecequip", 12),
        ("lynx", None), ("sunspot.year", None), ("Nile", None), ("LakeHuron", None), ("BJsales", None),
        ("uspop", None), ("airmiles", None),
    ],
)  # fmt: skip
def test_classic_series(name, period):
    """Monthly and quarterly series with a well-known season; yearly ones, with and without cycles."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(CLASSIC)
    assert detect_period(frame.loc[frame["unique_id"] == name, "y"].to_numpy()) == period


# ---- terms or factors ----


@pytest.mark.parametrize("period", [2, 3, 4, 12])
@pytest.mark.parametrize("exponent", [-900, 0, 900])
def test_the_kind_that_leaves_a_smooth_series(period, exponent):
    t = np.arange(6.0 * period)
    line, wave = 10.0 + t, np.tile(np.random.default_rng(period).uniform(-0.8, 0.8, period), 6)
    for y, kind in ((line + 5.0 * wave, "additive"), (line * (1.0 + 0.5 * wave), "multiplicative")):
        found = choose_adjustment(np.ldexp(y, exponent), period)
        assert found.kind == kind
        assert found.shrink == (period >= 4)


def test_a_slope_and_the_largest_value_do_not_count():
    """A line with one high quarter: additive factors leave the line, whose differences do not vary at all."""
    for n in range(12, 60):
        y = 10.0 + np.arange(float(n)) + 5.0 * (np.arange(n) % 4 == 0)
        assert choose_adjustment(y, 4).kind == "additive"


def test_values_near_zero_hide_no_season():
    """A trend from nearly zero on: in logarithms one jump drowns all else."""
    t = np.arange(120)
    y = t + 5.0 * np.sin(2.0 * np.pi * t / 12.0) + np.random.default_rng(0).standard_normal(120)
    y += 0.01 - y.min()
    assert detect_period(y) == 12


def test_factors_need_positive_values():
    t = np.arange(36.0)
    y = (1.0 + t) * (1.0 + 0.5 * np.sin(t * np.pi / 6.0)) - 1.0  # begins with zero
    assert choose_adjustment(y, 12).kind == "additive"


def test_gaps_are_left_out():
    t = np.arange(72.0)
    y = (10.0 + t) * (1.0 + 0.5 * np.sin(t * np.pi / 6.0))
    y[[5, 30, 31, 50]] = np.nan
    found = choose_adjustment(y, 12)
    assert found.kind == "multiplicative"
    np.testing.assert_array_equal(np.isnan(found.forward(y)), np.isnan(y))


def test_a_phase_that_was_never_seen_is_an_error():
    y = np.random.default_rng(0).uniform(1.0, 2.0, 40)
    y[3::4] = np.nan
    with pytest.raises(ValueError, match="phase 3"):
        choose_adjustment(y, 4)


def test_a_smooth_season_in_a_short_series_is_seen():
    # its autocorrelations are large at all lags, and so is Bartlett's standard error: only BIC sees it
    t = np.arange(54)
    rng = np.random.default_rng(3)
    found = [
        is_seasonal(2000.0 + 700.0 * np.cos(2 * np.pi * t / 12) + 180.0 * rng.normal(size=54), 12)
        for _ in range(40)
    ]
    assert np.mean(found) > 0.95


def test_factors_that_multiply_can_be_ruled_out():
    y = np.arange(10.0, 58.0) * np.tile([1.5, 0.5, 1.2, 0.8], 12)
    assert choose_adjustment(y, 4).kind == "multiplicative"
    assert choose_adjustment(y, 4, only_additive=True).kind == "additive"
