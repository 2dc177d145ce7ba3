"""Columns that hold the target or later values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.datasets import load_sunspots
from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_leaks import leaking
from arsieve_rf.estimators._lag_unexplained import Unexplained
from tests.estimators.lag_cases import ar1, embed

LEAKS = {
    "scaled": lambda y: 3 * y + 1,
    "negative": lambda y: -y,
    "change": lambda y: y.diff(),
    "yearly change": lambda y: y.diff(12),
    "mean": lambda y: y.rolling(3).mean(),
    "wide mean": lambda y: y.rolling(40).mean(),
    "sum": lambda y: y.rolling(7).sum(),
    "centred mean": lambda y: y.rolling(3, center=True).mean(),
    "wide centred mean": lambda y: y.rolling(13, center=True).mean(),
    "exponential weights": lambda y: y.ewm(alpha=0.3).mean(),
    "expanding mean": lambda y: y.expanding().mean(),
    "largest": lambda y: y.rolling(5).max(),
    "deviation": lambda y: y.rolling(5).std(),
    "lead": lambda y: y.shift(-1),
    "later lead": lambda y: 2 * y.shift(-7),
    "later mean": lambda y: y.rolling(3).mean().shift(-3),
}
HONEST = {
    "mean": lambda y: y.shift(1).rolling(3).mean(),
    "wide mean": lambda y: y.shift(1).rolling(40).mean(),
    "mean of a model two steps ahead": lambda y: y.shift(2).rolling(3).mean(),
    "exponential weights": lambda y: y.shift(1).ewm(alpha=0.3).mean(),
    "logarithm": lambda y: np.log(y.shift(1) - y.min() + 1),
    "maximum": lambda y: y.shift(1).rolling(5).max(),
    "maximum of many": lambda y: y.shift(1).rolling(60).max(),
    "maximum so far": lambda y: y.shift(1).cummax(),
    "expanding mean": lambda y: y.shift(1).expanding().mean(),
    "trend": lambda y: pd.Series(np.arange(float(len(y)))),
    "season": lambda y: pd.Series(np.arange(len(y)) % 12.0),
    "wave": lambda y: np.sin(pd.Series(np.arange(len(y)) / 3.0)),
    "step": lambda y: pd.Series((np.arange(len(y)) > 150).astype(float)),
    "large values": lambda y: (y > y.quantile(0.9)).astype(float),
    "rounded": lambda y: y.round(1),
    "noisy": lambda y: y + 1e-3 * pd.Series(ar1(np.random.default_rng(99), len(y))),
}


def noise(seed):
    return pd.Series(np.random.default_rng(seed).normal(size=240))


def walk(seed):
    return noise(seed).cumsum() + 20


def lag_frame(y, column, lags=(1, 2, 3)):
    frame = pd.DataFrame({f"lag_{k}": y.shift(k) for k in lags}).assign(f=column).assign(y=y)
    return frame.dropna()


def told(frame, names=True):
    X = frame.drop(columns="y")
    return detect_lags(X.to_numpy(), frame["y"].to_numpy(), list(X.columns) if names else None)


@pytest.mark.parametrize("series", [noise, walk])
@pytest.mark.parametrize("leak", LEAKS)
def test_leaks_are_told_and_nothing_else_is(leak, series):
    for seed in range(5):
        y = series(seed)
        frame = lag_frame(y, LEAKS[leak](y))
        for names, label in ((True, "'f'"), (False, "column 3")):
            found = told(frame, names)
            assert found.lags == (1, 2, 3, None)
            assert found.linear == ()
            (message,) = found.warnings
            assert "X has the target y, or later values" in message
            assert f"in {label};" in message


@pytest.mark.parametrize("series", [noise, walk])
@pytest.mark.parametrize("column", HONEST)
def test_what_is_known_in_time_is_no_leak(column, series):
    for seed in range(5):
        y = series(seed)
        assert not any(
            "X has the target" in message for message in told(lag_frame(y, HONEST[column](y))).warnings
        )


def test_a_leak_of_a_real_series():
    y = pd.Series(load_sunspots().to_numpy())
    (message,) = told(lag_frame(y, y.rolling(11, center=True).mean())).warnings
    assert "the target y" in message


@pytest.mark.parametrize("rows", [16, 25, 40])
def test_leaks_in_short_series(rows):
    y = walk(3)[: rows + 3]
    for leak in ("scaled", "change"):
        (message,) = told(lag_frame(y, LEAKS[leak](y))).warnings
        assert "the target y" in message


def test_leaks_of_stacked_series():
    frames = [lag_frame(y, y.rolling(3, center=True).mean()) for y in map(walk, range(6))]
    found = told(pd.concat(frames))
    assert found.lags == (1, 2, 3, None)
    assert len(found.segments) == 7
    (message,) = found.warnings
    assert "the target y" in message


def test_leaks_that_were_rounded_to_single_precision():
    y = walk(0)
    frame = lag_frame(y, y.rolling(3).mean()).astype(np.float32)
    (message,) = told(frame).warnings
    assert "the target y" in message


def test_names_of_statistics_do_not_hide_a_leak():
    y = walk(0)
    frame = lag_frame(y, y.rolling(3).mean()).rename(columns={"f": "rolling_mean_3"})
    (message,) = told(frame).warnings
    assert "the target y" in message
    assert "'rolling_mean_3'" in message


def test_earlier_values_are_no_leak_even_if_nothing_has_explained_them():
    X, y = embed(ar1(np.random.default_rng(0), 200), range(1, 9))
    assert leaking(Unexplained({0: X.mean(axis=1)}, y, np.array([0, len(y)]), lambda _: False)) == []
    assert leaking(Unexplained({0: X.mean(axis=1) + y}, y, np.array([0, len(y)]), lambda _: False)) == [0]


def test_a_column_must_follow_the_target_in_all_rows():
    y = walk(0)
    frame = lag_frame(y, y.ewm(alpha=0.1).mean())
    row = 119  # between two of the rows that are looked at first, and no row before one of them
    frame.iloc[row, frame.columns.get_loc("f")] += 0.01
    assert told(frame).warnings == ()


def test_indicators_of_rare_events_tell_too_little():
    """A few sales, all of three pieces, and a sign for them."""
    y = np.zeros(100)
    y[[55, 70, 90]] = 3.0
    column = (y > 0).astype(float)
    assert leaking(Unexplained({0: column}, y, np.array([0, 100]), lambda _: False)) == []


@pytest.mark.parametrize("trend", [0.0, 0.1])
def test_waves_are_linear_in_any_values_of_their_kind(trend):
    t = np.arange(200.0)
    y, column = np.sin(t / 5) + trend * t, np.cos(t / 5)
    assert leaking(Unexplained({0: column}, y, np.array([0, 200]), lambda _: False)) == []


def test_a_target_that_was_computed_from_a_column_is_no_leak():
    """As in a regression without lags; other functions of the target are leaks there, too."""
    y = walk(0)
    assert told(pd.DataFrame({"f": 3 * y + 1, "y": y})).warnings == ()
    (message,) = told(pd.DataFrame({"f": y.diff(), "y": y}).dropna()).warnings
    assert "the target y" in message


def test_lags_in_reverse_order_of_time():
    X, y = embed(ar1(np.random.default_rng(0), 100), [1, 2])
    assert "reverse order of time" in detect_lags(X[::-1], y[::-1]).warnings[0]
    (message,) = detect_lags(X[::-1], y[::-1], ["lag_1", "lag_2"]).warnings
    assert "have the names of lags, but do not hold earlier values of y" in message
