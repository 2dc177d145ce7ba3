"""Noise-free series go on exactly, and forecasts follow scale and level of the series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster

SEASON = np.array([3.0, -1.0, 4.0, -1.0, 5.0, -9.0, 2.0, 6.0, -5.0, 3.0, -5.0, -2.0])
N, H = 72, 30
by_strategy = pytest.mark.parametrize("strategy", ["recursive", "direct"])


def season(t, size=1.0):
    return size * SEASON[t.astype(int) % 12]


SERIES = {
    "line": (lambda t: 7.0 - 2.0 * t, {}),
    "line and season": (lambda t: 80.0 + 2.0 * t + season(t), {}),
    "line and season, given": (
        lambda t: 80.0 + 2.0 * t + season(t),
        {"seasonal": "additive", "seasonal_period": 12},
    ),
    "level and factors": (
        lambda t: 50.0 * (1.0 + season(t, 0.05)),
        {"seasonal": "multiplicative", "seasonal_period": 12},
    ),
    "growth": (lambda t: np.exp(0.05 * t - 3.0), {"transform": "log"}),
    "decay": (lambda t: np.exp(4.0 - 0.1 * t), {"transform": 0}),
    "growth and season": (
        lambda t: np.exp(0.05 * t + 2.0) * (1.0 + season(t, 0.05)),
        {"transform": "log"},
    ),
    "square of a line": (lambda t: (3.0 + 0.5 * t) ** 2, {"transform": 0.5}),
    "square of line and season": (
        lambda t: (30.0 + 0.5 * t + season(t)) ** 2,
        {"transform": 0.5, "seasonal_period": 12},
    ),
}


@by_strategy
@pytest.mark.parametrize("form", ["array", "months"])
@pytest.mark.parametrize("kind", SERIES)
def test_noise_free_series_go_on(kind, form, strategy):
    make, options = SERIES[kind]
    t = np.arange(float(N + H))
    y, future = make(t[:N]), make(t[N:])
    if form == "months":
        y = pd.Series(y, index=pd.period_range("2001-04", periods=N, freq="M"))
    model = ARSieveForecaster(strategy=strategy, n_estimators=8, random_state=0, **options).fit(y)
    forecasts = model.predict(H)
    np.testing.assert_allclose(forecasts, future, rtol=1e-9)
    if "season" in kind:
        source = "given" if "seasonal_period" in options else "calendar" if form == "months" else "found"
        assert source in model.describe()


@by_strategy
def test_two_seasons_go_on(strategy):
    """Hours: figures of the day and of the week, both known from the frequency."""
    t = np.arange(24 * 7 * 5)
    rng = np.random.default_rng(0)
    day, week = rng.normal(size=24), np.repeat(rng.normal(size=7), 24)
    y = pd.Series(10.0 + day[t % 24] + week[t % 168], pd.date_range("2024-01-01", periods=len(t), freq="h"))
    n = 24 * 7 * 4
    model = ARSieveForecaster(1, strategy=strategy, n_estimators=4, random_state=0, seasonal="additive")
    forecasts = model.fit(y[:n]).predict(48)
    pd.testing.assert_series_equal(forecasts, y[n : n + 48], rtol=1e-9, check_freq=False)
    assert [step.period for step in model.preparation_.steps[:2]] == [24, 168]


def noisy(seed=0, n=96):
    rng = np.random.default_rng(seed)
    t = np.arange(float(n))
    return 5.0 + np.cumsum(rng.normal(0.2, 1.0, n)) + season(t, 0.4)


@by_strategy
@pytest.mark.parametrize(
    "options", [{}, {"differencing": 0}, {"differencing": 2}, {"seasonal": "stl"}], ids=str
)
@pytest.mark.parametrize("exponent", [-900, -3, 20, 900])
def test_powers_of_two_scale_forecasts_exactly(strategy, options, exponent):
    parameters = {"strategy": strategy, "n_estimators": 8, "random_state": 0, "transform": None} | options
    y = noisy()
    forecasts = ARSieveForecaster(**parameters).fit(y).predict(14)
    scaled = ARSieveForecaster(**parameters).fit(np.ldexp(y, exponent)).predict(14)
    np.testing.assert_array_equal(scaled, np.ldexp(forecasts, exponent))


@pytest.mark.parametrize("differencing", [0, 1, 2])
def test_the_level_is_added_to_forecasts(differencing):
    """Multiples of 1/1024, so that the level rounds nothing away; one lag, so that no split is a tie."""
    y = np.round(noisy() * 1024.0) / 1024.0
    parameters = {"differencing": differencing, "n_estimators": 8, "random_state": 0, "order": 1}
    parameters |= {"transform": None, "seasonal": "additive", "seasonal_period": 12}
    still = ARSieveForecaster(1, **parameters).fit(y).predict(9)
    moved = ARSieveForecaster(1, **parameters).fit(y + 1000.0).predict(9)
    np.testing.assert_allclose(moved, still + 1000.0, rtol=0, atol=1e-8)


def test_a_power_has_no_units():
    """log(c y) = log c + log y: a logarithm makes scale a level. One lag, as above."""
    y = np.exp(0.3 * noisy())
    parameters = {"transform": "log", "n_estimators": 8, "random_state": 0, "order": 1, "seasonal": None}
    plain = ARSieveForecaster(1, **parameters).fit(y).predict(6)
    np.testing.assert_allclose(
        ARSieveForecaster(1, **parameters).fit(1e5 * y).predict(6), 1e5 * plain, rtol=1e-6
    )
