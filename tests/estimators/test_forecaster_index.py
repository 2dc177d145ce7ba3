"""Forecasts come back as the user's kind of object, the index continued; values do not depend on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster

N, H = 48, 5


def values(n=N):
    rng = np.random.default_rng(0)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = 0.6 * y[t - 1] + rng.standard_normal()
    return y


def forecaster():
    return ARSieveForecaster(2, n_estimators=4, random_state=0)


PLAIN = values()

INDEXES = {
    "range": pd.RangeIndex(N + H),
    "range with offset and step": pd.RangeIndex(100, 100 + 3 * (N + H), 3),
    "integers": pd.Index(np.arange(1950, 1950 + N + H)),
    "years": pd.period_range("1950", periods=N + H, freq="Y"),
    "fiscal years": pd.period_range("1950", periods=N + H, freq="Y-JUN"),
    "quarters": pd.period_range("1990Q1", periods=N + H, freq="Q"),
    "months": pd.period_range("1990-01", periods=N + H, freq="M"),
    "weeks as periods": pd.period_range("1990-01", periods=N + H, freq="W"),
    "hours as periods": pd.period_range("1990-01", periods=N + H, freq="h"),
    "year ends": pd.date_range("1950", periods=N + H, freq="YE"),
    "year starts": pd.date_range("1950", periods=N + H, freq="YS"),
    "quarter ends": pd.date_range("1990", periods=N + H, freq="QE"),
    "month starts": pd.date_range("1990", periods=N + H, freq="MS"),
    "month ends": pd.date_range("1990", periods=N + H, freq="ME"),
    "weeks": pd.date_range("1990", periods=N + H, freq="W-WED"),
    "business days": pd.date_range("1990-01-01", periods=N + H, freq="B"),
    "days": pd.date_range("1990-01-01", periods=N + H, freq="D"),
    "hours": pd.date_range("2024-03-30", periods=N + H, freq="h"),
    "hours over a change of clocks": pd.date_range("2024-03-30", periods=N + H, freq="h", tz="Europe/Berlin"),
    "days with a zone": pd.date_range("2024-03-01", periods=N + H, freq="D", tz="America/New_York"),
    "quarters of an hour": pd.date_range("2024-03-30", periods=N + H, freq="15min"),
}
BARE = {
    f"{name}, frequency to be found": pd.DatetimeIndex(index, freq=None)
    for name, index in INDEXES.items()
    if isinstance(index, pd.DatetimeIndex)
}
by_index = pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES.keys())


@pytest.mark.parametrize("index", [*INDEXES.values(), *BARE.values()], ids=[*INDEXES, *BARE])
def test_the_index_continues(index):
    y = pd.Series(PLAIN, index=index[:N].rename("when"), name="sales")
    forecasts = forecaster().fit(y).predict(H)
    assert isinstance(forecasts, pd.Series)
    assert type(forecasts.index) is type(index)
    assert forecasts.index.equals(index[N:])
    assert forecasts.index.dtype == index.dtype
    assert forecasts.index.name == "when"
    assert forecasts.name == "sales"
    assert forecasts.dtype == np.float64
    np.testing.assert_array_equal(forecasts, forecaster().fit(PLAIN).predict(H))


@by_index
def test_updates_move_the_index(index):
    y = pd.Series(PLAIN, index=index[:N])
    moved = forecaster().fit(y[: N - 6])
    moved.update(y[N - 6 : N - 2]).update(y[N - 2 :])
    assert moved.predict(H).index.equals(index[N:])
    plain = forecaster().fit(PLAIN[: N - 6]).update(PLAIN[N - 6 :])
    np.testing.assert_array_equal(moved.predict(H), plain.predict(H))
    by_array = forecaster().fit(y[: N - 6]).update(PLAIN[N - 6 :])  # plain values go on where the index ends
    pd.testing.assert_series_equal(by_array.predict(H), moved.predict(H))


@pytest.mark.parametrize(
    "kind",
    [list, tuple, np.array, lambda y: y.astype(np.float32).astype(float), lambda y: y[::-1].copy()[::-1]],
    ids=["list", "tuple", "array", "copy", "negative strides"],
)
def test_plain_sequences_give_arrays(kind):
    y = PLAIN.astype(np.float32).astype(float)
    forecasts = forecaster().fit(kind(y)).predict(np.int64(H))
    assert type(forecasts) is np.ndarray
    assert forecasts.shape == (H,)
    assert forecasts.dtype == np.float64
    np.testing.assert_array_equal(forecasts, forecaster().fit(y).predict(H))


def test_integers_of_any_kind_are_numbers():
    counts = np.round(PLAIN * 10).astype(int) + 50
    expected = forecaster().fit(counts.astype(float)).predict(H)
    for y in (counts, counts.tolist(), counts.astype(np.uint8), pd.Series(counts, dtype="Int64")):
        np.testing.assert_array_equal(forecaster().fit(y).predict(H), expected)


def test_the_series_is_not_changed():
    y = pd.Series(PLAIN.copy(), index=INDEXES["months"][:N])
    forecaster().fit(y).predict(H)
    np.testing.assert_array_equal(y, PLAIN)
    raw = PLAIN.copy()
    fitted = forecaster().fit(raw)
    raw[:] = 0.0  # nor does the forecaster look at the user's array later
    np.testing.assert_array_equal(fitted.predict(H), forecaster().fit(PLAIN).predict(H))


def test_a_horizon_beyond_the_calendar_is_refused():
    y = pd.Series(PLAIN, index=pd.date_range("2200-01-01", periods=N, freq="YS").as_unit("ns"))
    with pytest.raises(ValueError, match=r"h=60 steps after .* leave the range of the index"):
        forecaster().fit(y).predict(60)
