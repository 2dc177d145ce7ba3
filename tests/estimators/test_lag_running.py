"""Statistics of all earlier values, by value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_running import running_statistics
from arsieve_rf.estimators._lag_unexplained import Unexplained

RUNNING = {
    "expanding mean": lambda y: y.expanding().mean(),
    "fading weights": lambda y: y.ewm(alpha=0.1).mean(),
    "fading weights without a start": lambda y: y.ewm(alpha=0.1, adjust=False).mean(),
    "expanding sum": lambda y: y.cumsum(),
    "largest so far": lambda y: y.cummax(),
    "smallest so far": lambda y: y.cummin(),
}
OTHER = {
    "logarithm": lambda y: np.log(y - y.min() + 1),
    "noise": lambda y: pd.Series(np.random.default_rng(99).normal(size=len(y))),
    "walk": lambda y: pd.Series(np.random.default_rng(98).normal(size=len(y)).cumsum()),
    "trend": lambda y: pd.Series(np.arange(float(len(y)))),
    "growth": lambda y: 1.01 ** pd.Series(np.arange(float(len(y)))),
    "season": lambda y: pd.Series(np.arange(len(y)) % 7.0),
    "step": lambda y: pd.Series((np.arange(len(y)) > 100).astype(float)),
    "count of events": lambda y: (y > y.mean()).cumsum().astype(float),
    "expanding mean of another series": lambda y: OTHER["noise"](y).expanding().mean(),
    "largest so far of another series": lambda y: OTHER["walk"](y).cummax(),
}


def series(kind, seed, n=160):
    steps = np.random.default_rng(seed).normal(size=n)
    wider = steps * np.arange(n)  # which often leaves the range that it had before
    return pd.Series(100 + {"noise": steps, "walk": steps.cumsum(), "wider": wider}[kind])


def running(column, y, lag=1, first=10, rounded=False):
    frame = pd.DataFrame({"x": column.shift(lag), "y": y})[first:]
    segments = np.array([0, len(frame)])
    columns = {0: frame["x"].to_numpy()}
    data = Unexplained(columns, frame["y"].to_numpy(), segments, lambda _: rounded)
    return running_statistics(data, [1, lag])


@pytest.mark.parametrize("kind", ["noise", "walk", "wider"])
@pytest.mark.parametrize("lag", [1, 4])
@pytest.mark.parametrize("name", RUNNING)
def test_statistics_of_all_values_before(name, lag, kind):
    for seed in range(6):
        y = series(kind, seed)
        column = RUNNING[name](y)
        if column[9 : len(y) - lag].nunique() > 1:
            assert running(column, y, lag) == [0]
        wrong = column.copy()
        wrong[100] += 0.05 * column.std()
        assert running(wrong, y, lag) == []


@pytest.mark.parametrize("kind", ["noise", "walk", "wider"])
@pytest.mark.parametrize("name", OTHER)
def test_other_columns(name, kind):
    for seed in range(6):
        y = series(kind, seed)
        assert running(OTHER[name](y), y) == []


@pytest.mark.parametrize("name", RUNNING)
def test_rounded_to_single_precision(name):
    y = series("wider", 2) - 100
    column = RUNNING[name](y).astype(np.float32).astype(float)
    assert running(column, y, rounded=True) == [0]


def test_largest_values_of_counts_tell_little():
    """A column that rises once, to a count, agrees by chance; one that rises often does not."""
    y = pd.Series(np.r_[np.zeros(60), 1.0, np.zeros(60)] + 0.0)
    assert running(y.cummax(), y) == []
    y = pd.Series(np.random.default_rng(0).poisson(np.linspace(1, 60, 150)).astype(float))
    assert running(y.cummax(), y) == [0]


@pytest.mark.parametrize("lag", [0, 1])
@pytest.mark.parametrize("share", [0.03, 0.05, 0.1, 0.5])
def test_rare_events_are_no_means_of_each_other(share, lag):
    for seed in range(30):
        rng = np.random.default_rng(seed)
        events = rng.random((2, 200)) < share
        assert running(pd.Series(events[0].astype(float)), pd.Series(events[1].astype(float)), lag) == []


def test_means_of_rare_events():
    y = pd.Series((np.random.default_rng(0).random(300) < 0.1).astype(float))
    assert running(y.expanding().mean(), y) == [0]


def test_one_step_tells_nothing():
    y = series("noise", 0)
    assert running(pd.Series(np.arange(len(y)) == len(y) - 2).astype(float), y) == []


def test_trends_are_means_of_trends():
    y = pd.Series(np.arange(100.0))
    assert running(y.expanding().mean(), y) == []


def test_series_one_after_another():
    parts = [series("noise", seed) for seed in range(4)]
    frames = [pd.DataFrame({"x": y.expanding().mean().shift(1), "y": y})[5:] for y in parts]
    frame, bounds = pd.concat(frames), np.arange(5) * 155
    data = Unexplained({0: frame["x"].to_numpy()}, frame["y"].to_numpy(), bounds, lambda _: False)
    assert running_statistics(data, [1]) == [0]


def test_few_rows_show_nothing():
    y = series("noise", 0)[:12]
    assert running(y.expanding().mean(), y, first=1) == []


@pytest.mark.parametrize("name", RUNNING)
def test_the_remark_says_that_they_stay_fixed(name):
    y = series("wider", 1)
    frame = pd.DataFrame({"a": y.shift(1), "b": y.shift(2), "f": RUNNING[name](y).shift(1), "y": y}).dropna()[
        10:
    ]
    found = detect_lags(frame[["a", "b", "f"]].to_numpy(), frame["y"].to_numpy())
    assert found.lags == (1, 2, None)
    assert found.linear == ()
    (message,) = found.warnings
    assert "column 2 of X seems to be computed from earlier values of y" in message
