"""Columns that are statistics of earlier values of y, seen from their values alone."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_statistics import window_statistics
from arsieve_rf.estimators._lag_unexplained import Unexplained
from tests.estimators.lag_cases import ar1

STATISTICS = {
    "mean": np.mean,
    "sum": np.sum,
    "min": np.min,
    "max": np.max,
    "median": np.median,
    "deviation": np.std,
    "sample deviation": lambda w: np.std(w, ddof=1),
    "variance": np.var,
    "range": np.ptp,
    "ratio of extremes": lambda w: w.min() / w.max(),
    "coefficient of variation": lambda w: w.std() / w.mean(),
}


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


def statistic(series, first, kind, width, lag=1):
    """One value for each target from `first` on, of the window that ends `lag` values before."""
    return np.array(
        [STATISTICS[kind](series[t - lag - width + 1 : t - lag + 1]) for t in range(first, len(series))]
    )


def found(columns, y, segments=None, nearest=(1,), rounded=False):
    bounds = np.array([0, len(y)] if segments is None else segments)
    return window_statistics(
        Unexplained(dict(enumerate(columns)), y, bounds, lambda column: rounded), nearest
    )


@pytest.mark.parametrize("level", [0.0, 40.0])
@pytest.mark.parametrize("width", [3, 24])
@pytest.mark.parametrize("kind", STATISTICS)
def test_statistics_of_windows_are_seen(rng, kind, width, level):
    series = level + ar1(rng, 200)
    column = statistic(series, 30, kind, width)
    assert found([rng.standard_normal(170), column], series[30:]) == [1]
    assert found([-3.0 + 0.01 * column], series[30:]) == [0]
    assert found([column.astype(np.float32).astype(float)], series[30:], rounded=True) == [0]


def test_windows_may_begin_further_back(rng):
    """A model for a later step ahead has its windows end at the same origin as its lags."""
    series = ar1(rng, 200)
    column = statistic(series, 30, "max", 5, lag=4)
    assert found([column], series[30:], nearest=(1, 4)) == [0]
    assert found([column], series[30:]) == []


def test_windows_do_not_reach_over_seams(rng):
    parts = [ar1(rng, 80), 5 + ar1(rng, 90)]
    column = np.concatenate([statistic(part, 10, "deviation", 6) for part in parts])
    y = np.concatenate([part[10:] for part in parts])
    assert found([column], y, [0, 70, 150]) == [0]


def test_other_columns_are_left_alone(rng):
    series = ar1(rng, 300)
    n = 270
    t = np.arange(n)
    others = [
        rng.standard_normal(n),
        rng.random(n) < 0.1,
        t % 7,
        t,
        statistic(series, 30, "deviation", 6) + 1e-4 * rng.random(n),
        ar1(rng, n),
        statistic(ar1(rng, 300), 30, "max", 5),
        np.log(np.abs(series[29:-1])),
    ]
    assert found([np.asarray(x, dtype=float) for x in others], series[30:], nearest=(1, 2)) == []


def test_indicators_tell_too_little(rng):
    """A record, and a campaign that follows it: the campaign equals a rolling maximum of the sales."""
    sales = rng.integers(0, 4, 400).astype(float)
    sales[249] = 4.0
    campaign = (np.arange(400) >= 250).astype(float)
    assert found([campaign], sales) == []


def test_waves_are_no_evidence():
    """A wave is a rolling mean of any other of its period, up to scale; a time of year is none of y."""
    angle = 2 * np.pi * np.arange(200) / 12
    seasons = [np.sin(angle), np.cos(angle), -np.sin(angle), -np.cos(angle)]
    assert found(seasons, np.sin(angle)) == []


@pytest.mark.parametrize("n", [2, 3, 10, 15])
def test_few_rows_show_nothing(rng, n):
    assert found([rng.standard_normal(n)], rng.standard_normal(n)) == []
