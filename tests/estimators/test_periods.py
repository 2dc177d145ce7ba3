"""Seasons that a calendar suggests, from what a calendar says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.estimators._periods import natural_periods

DAY, WEEK = 86_400, 7 * 86_400
PERIODS = {
    "ME": (12,), "MS": (12,), "BME": (12,), "BMS": (12,), "2MS": (6,), "3ME": (4,), "5MS": (),
    "QE": (4,), "QS": (4,), "QE-MAR": (4,), "BQE": (4,), "2QE": (2,), "4QE": (),
    "SME": (24,), "SMS": (24,), "W": (52,), "W-WED": (52,), "2W": (26,), "4W": (13,),
    "YE": (), "YS": (), "YE-JUN": (), "BYE": (),
    "D": (7, 365), "B": (5, 260), "2D": (),
    "h": (24, 168), "2h": (12, 84), "12h": (2, 14), "7h": (24,), "30min": (48, 336), "15min": (96, 672),
    "min": (DAY // 60, WEEK // 60), "s": (DAY, WEEK), "ms": (1000 * DAY, 1000 * WEEK),
}  # fmt: skip


@pytest.mark.parametrize("frequency", PERIODS)
def test_periods_of_frequencies(frequency):
    assert natural_periods(pd.tseries.frequencies.to_offset(frequency)) == PERIODS[frequency]


@pytest.mark.parametrize(
    ("frequency", "expected"), [("M", (12,)), ("Q-JUN", (4,)), ("h", (24, 168)), ("Y", ())]
)
def test_periods_of_period_indexes(frequency, expected):
    index = pd.period_range("2020-01-01", periods=3, freq=frequency)
    assert natural_periods(index.freq) == expected


@pytest.mark.parametrize("step", [None, 1, 12, object()])
def test_what_has_no_calendar(step):
    assert natural_periods(step) == ()


def seasonal(period, n, index=None):
    rng = np.random.default_rng(period)
    figures = 4.0 * rng.permutation(np.linspace(-1.0, 1.0, period))
    y = 30.0 + np.tile(figures, n // period + 1)[:n] + np.cumsum(rng.normal(0.0, 0.3, n))
    return y if index is None else pd.Series(y, index=index)


@pytest.mark.parametrize(
    ("period", "index"),
    [
        (12, pd.date_range("2015-01-31", periods=96, freq="ME")),
        (12, pd.DatetimeIndex(pd.date_range("2015-01-01", periods=96, freq="MS"), freq=None)),
        (4, pd.period_range("2000Q1", periods=60, freq="Q")),
        (7, pd.date_range("2024-01-01", periods=90, freq="D")),
        (24, pd.date_range("2024-01-01", periods=140, freq="h", tz="Europe/Berlin")),
    ],
)
def test_the_calendar_of_the_index_is_used(period, index):
    model = ARSieveForecaster(n_estimators=2, random_state=0).fit(seasonal(period, len(index), index))
    assert f"season of {period} (of the calendar): " in model.describe()
    assert model.preparation_.steps[0].period == period


def test_years_have_no_season_even_if_one_could_be_found():
    y = seasonal(6, 60)
    assert "season of 6 (found in the series)" in ARSieveForecaster(n_estimators=2).fit(y).describe()
    years = pd.period_range("1950", periods=60, freq="Y")
    assert "season" not in ARSieveForecaster(n_estimators=2).fit(pd.Series(y, years)).describe()
    # unless the user says that there is one
    said = ARSieveForecaster(n_estimators=2, seasonal="additive").fit(pd.Series(y, years))
    assert "season of 6 (found in the series): additive" in said.describe()


def test_a_given_period_comes_before_the_calendar():
    y = seasonal(6, 72, pd.date_range("2015-01-31", periods=72, freq="ME"))
    model = ARSieveForecaster(n_estimators=2, seasonal_period=6).fit(y)
    assert model.preparation_.steps[0].period == 6
    assert "season of 6 (given)" in model.describe()


def test_periods_without_three_cycles_are_told():
    y = seasonal(12, 30, pd.date_range("2015-01-31", periods=30, freq="ME"))
    described = ARSieveForecaster(n_estimators=2).fit(y).describe()
    assert "season of 12 (of the calendar): not looked at, 30 values are fewer than 3 cycles" in described


def test_several_periods_are_taken_in_turn_shortest_first():
    rng = np.random.default_rng(0)
    t = np.arange(100)
    y = 12.0 * rng.normal(size=4)[t % 4] + 5.0 * rng.normal(size=10)[t % 10] + rng.normal(size=100)
    model = ARSieveForecaster(n_estimators=2, seasonal_period=[10, 4]).fit(y)
    assert [step.period for step in model.preparation_.steps[:2]] == [4, 10]
    lags = ARSieveForecaster(2, n_estimators=2, seasonal="lags", seasonal_period=[10, 4]).fit(y).lags_
    assert lags.tolist() == [1, 2, 4, 10]


@pytest.mark.parametrize(
    ("freq", "periods"),
    [("7D", (52,)), ("14D", (26,)), ("C", (5, 260)), ("W", (52,)), ("5h", ()), ("YS", ())],
)
def test_weeks_of_days_and_custom_business_days(freq, periods):
    assert natural_periods(pd.tseries.frequencies.to_offset(freq)) == periods


def test_steps_without_a_natural_season_are_searched_for_one_but_years_are_not():
    t = np.arange(120)
    values = 20.0 + 8.0 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(1).normal(size=120)
    for freq, found in (("5h", True), ("YS", False)):
        index = pd.date_range("1850", periods=120, freq=freq)
        model = ARSieveForecaster(n_estimators=3, random_state=0).fit(pd.Series(values, index=index))
        assert ("season of 12 (found in the series)" in model.describe()) == found
