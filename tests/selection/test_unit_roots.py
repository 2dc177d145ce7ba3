"""Unit root tests beside statsmodels, and their rates beside theory."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from statsmodels.tsa.stattools import adfuller, kpss

from arsieve_rf import fit_ar
from arsieve_rf.selection.unit_roots import KPSS_CRITICAL, adf_p_value, kpss_statistic, longest_run, unit

SERIES = {
    "noise": lambda e: e,
    "ar": lambda e: lfilter([1.0], [1.0, -0.6, 0.2], e),
    "ma": lambda e: e + 0.7 * np.concatenate([[0.0], e[:-1]]),
    "walk": np.cumsum,
    "walk with drift": lambda e: np.cumsum(e + 0.4),
    "trend": lambda e: 3.0 + 0.1 * np.arange(len(e)) + e,
    "alternating": lambda e: e * (-1.0) ** np.arange(len(e)),
}
by_series = pytest.mark.parametrize("kind", SERIES)


def make(kind, n, seed=0):
    return SERIES[kind](np.random.default_rng(seed).standard_normal(n))


def quietly(test, y, **options):
    """statsmodels' result; it warns where the p-value leaves its table and that its type will change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return test(y, regression="c", **options)


# ---- KPSS ----


@by_series
@pytest.mark.parametrize("n", [12, 30, 101, 400])
def test_kpss_is_that_of_statsmodels(kind, n):
    y = make(kind, n)
    assert kpss_statistic(y) == pytest.approx(quietly(kpss, y, nlags="auto")[0], rel=1e-9)


def test_kpss_by_hand():
    """Errors (-1, 0, 1), partial sums (-1, -1, 0). Lag 1: gamma = 0, so no lags count: 2 / 3 / 2."""
    assert kpss_statistic(np.array([4.0, 5.0, 6.0])) == pytest.approx(1.0 / 3.0)
    assert kpss_statistic(np.full(20, 3.0)) == 0.0


@by_series
def test_kpss_has_no_units(kind):
    y = make(kind, 80)
    expected = kpss_statistic(y)
    for exponent in (-1000, -60, 60, 1000):
        assert kpss_statistic(np.ldexp(y, exponent)) == expected
    assert kpss_statistic(-y) == expected
    assert kpss_statistic(y + 1e3) == pytest.approx(expected, rel=1e-8)


def test_the_size_of_kpss():
    """White noise: 400 series, limit 5 %. Binomial bounds of a true rate from 2.5 to 8 % at 1e-4."""
    rng = np.random.default_rng(1)
    found = sum(kpss_statistic(rng.standard_normal(200)) > KPSS_CRITICAL[0.05] for _ in range(400))
    assert 2 <= found <= 55


def test_the_power_of_kpss():
    """A random walk is noticed more often than not."""
    rng = np.random.default_rng(2)
    found = sum(kpss_statistic(np.cumsum(rng.standard_normal(200))) > KPSS_CRITICAL[0.05] for _ in range(200))
    assert found > 120


# ---- ADF ----


@by_series
@pytest.mark.parametrize("n", [12, 30, 101, 400])
def test_adf_is_that_of_statsmodels_with_the_lags_of_the_ar_model(kind, n):
    y = make(kind, n)
    lags = min(max(fit_ar(y, "bic").order - 1, 0), n // 2 - 3)
    expected = quietly(adfuller, y, maxlag=lags, autolag=None)[1]
    assert adf_p_value(y) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@by_series
def test_adf_has_no_units(kind):
    y = make(kind, 80)
    expected = adf_p_value(y)
    for exponent in (-1000, -60, 60, 1000):
        assert adf_p_value(np.ldexp(y, exponent)) == expected
    assert adf_p_value(y + 1e3) == pytest.approx(expected, rel=1e-6)


def test_the_size_of_adf():
    """Random walks: 400 series, level 5 %. Binomial bounds of a true rate from 2.5 to 8 % at 1e-4."""
    rng = np.random.default_rng(3)
    found = sum(adf_p_value(np.cumsum(rng.standard_normal(200))) < 0.05 for _ in range(400))
    assert 2 <= found <= 55


def test_the_power_of_adf():
    rng = np.random.default_rng(4)
    stationary = [lfilter([1.0], [1.0, -0.5], rng.standard_normal(150))[50:] for _ in range(100)]
    assert sum(adf_p_value(y) < 0.05 for y in stationary) >= 95


@pytest.mark.parametrize(
    "y",
    [np.full(20, 2.5), np.arange(20.0), np.tile([1.0, -1.0], 10), 0.5 ** np.arange(20.0)],
    ids=["constant", "line", "alternating", "exact decay"],
)
def test_adf_of_what_is_no_sample_is_a_probability(y):
    """Exact fits have no t statistic; there the unit root is not rejected."""
    assert 0.0 <= adf_p_value(y) <= 1.0
    if np.ptp(np.diff(y)) == 0.0:
        assert adf_p_value(y) == 1.0


# ---- runs and units ----


@given(st.lists(st.sampled_from([1.0, 2.0, np.nan]), max_size=12))
def test_the_longest_run_by_trying_all(values):
    y = np.array(values, dtype=float)
    runs = [(a, b) for a in range(len(y) + 1) for b in range(a, len(y) + 1) if not np.isnan(y[a:b]).any()]
    a, b = max(runs, key=lambda run: (run[1] - run[0], run[0]))
    np.testing.assert_array_equal(longest_run(y), y[a:b])


@given(st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=5), st.booleans())
def test_units_are_powers_of_two(values, gap):
    y = np.array([*values, np.nan] if gap else values)
    small = unit(y)
    largest = np.nanmax(np.abs(y))
    if largest == 0.0:
        np.testing.assert_array_equal(small, y)
    else:
        assert 0.5 <= np.nanmax(np.abs(small)) < 1.0
        i = int(np.nanargmax(np.abs(y)))
        # the ratio is a power of two, taken in two halves that cannot overflow
        assert np.frexp(np.abs(small[i]))[0] == np.frexp(largest)[0]
    assert np.isnan(small).sum() == gap
