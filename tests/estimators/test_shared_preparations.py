"""Equal series are prepared once, and nothing tells the result from one of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, compare_bootstraps
from arsieve_rf.estimators import _preparing
from arsieve_rf.estimators._preparing import shared_preparations

MONTHS = pd.period_range("2001-01", periods=72, freq="M")
T = np.arange(72.0)
Y = pd.Series(50.0 + T + 9.0 * np.sin(T / 6.0 * np.pi) + np.random.default_rng(0).normal(size=72), MONTHS)
X = np.random.default_rng(1).normal(size=(72, 1))


@pytest.fixture
def made(monkeypatch):
    """Lengths of the series that were prepared."""
    lengths = []
    alone = _preparing.prepared_alone
    monkeypatch.setattr(
        _preparing, "prepared_alone", lambda y, *rest: lengths.append(len(y)) or alone(y, *rest)
    )
    return lengths


def forecaster(**options):
    return ARSieveForecaster(n_estimators=5, random_state=0, **options)


def forecasts(model):
    return model.predict_interval(6).to_numpy(), model.describe()


def test_once_for_all_bootstraps(made):
    bootstraps = ("iid", "ar_sieve", "moving", "auto")
    apart = [forecasts(forecaster(bootstrap=b).fit(Y)) for b in bootstraps]
    assert len(made) == 4
    with shared_preparations():
        together = [forecasts(forecaster(bootstrap=b).fit(Y)) for b in bootstraps]
    assert len(made) == 5
    for (numbers, words), (expected, sentences) in zip(together, apart, strict=True):
        np.testing.assert_array_equal(numbers, expected)
        assert words == sentences


@pytest.mark.parametrize(
    ("y", "options"),
    [
        (Y[:-1], {}),
        (Y + 1e-9, {}),
        (Y.to_numpy(), {}),
        (Y, {"differencing": 1}),
        (Y, {"transform": "log"}),
        (Y, {"seasonal": None}),
    ],
)
def test_what_differs_is_prepared_by_itself(y, options, made):
    expected = forecasts(forecaster(**options).fit(y))
    with shared_preparations():
        forecaster().fit(Y)
        np.testing.assert_array_equal(forecasts(forecaster(**options).fit(y))[0], expected[0])
    assert len(made) == 3


def test_columns_tell_series_apart(made):
    with shared_preparations():
        for columns in (X, X + 1.0, None, X):
            forecaster().fit(Y, columns)
    assert len(made) == 3


def test_updates_of_one_leave_the_other_alone():
    expected = forecasts(forecaster().fit(Y[:60]))
    with shared_preparations():
        first, second = forecaster().fit(Y[:60]), forecaster().fit(Y[:60])
        first.update(Y[60:])
    np.testing.assert_array_equal(forecasts(second)[0], expected[0])
    np.testing.assert_array_equal(forecasts(first)[0], forecasts(forecaster().fit(Y[:60]).update(Y[60:]))[0])


def test_nothing_stays_behind(made):
    with pytest.raises(ValueError, match="values"), shared_preparations():
        forecaster().fit([1.0])
    assert _preparing._memos == []
    with shared_preparations(), shared_preparations():
        pass
    assert _preparing._memos == []


def test_threads_share(made):
    with shared_preparations(), ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: forecasts(forecaster().fit(Y))[0], range(8)))
    assert len(made) <= 4
    for numbers in found:
        np.testing.assert_array_equal(numbers, found[0])


def test_a_comparison_prepares_each_window_once(made):
    compare_bootstraps(Y, bootstraps=("iid", "moving"), h=2, n_windows=3, forecaster=forecaster(lags=2))
    first = 72 - 2 - 2
    assert sorted(set(made)) == [first, first + 1, first + 2]
    # once without preparation, for the lags; then once at each cutoff
    assert len(made) == 4
