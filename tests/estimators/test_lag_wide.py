"""How far means over a window reach back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_unexplained import Unexplained
from arsieve_rf.estimators._lag_wide import window_spans
from tests.estimators.lag_cases import ar1


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


def windows(series, first, width, lag):
    """Values lag, lag + 1, ..., lag + width - 1 before each target from `first` on."""
    return np.array([[series[t - k] for k in range(lag, lag + width)] for t in range(first, len(series))])


def spans(columns, y, bounds=None, nearest=(1,), rounded=False):
    segments = np.array([0, len(y)] if bounds is None else bounds)
    return window_spans(Unexplained(dict(enumerate(columns)), y, segments, lambda column: rounded), nearest)


@pytest.mark.parametrize("weights", ["equal", "fading", "growing"])
@pytest.mark.parametrize(("width", "lag"), [(3, 1), (24, 1), (24, 5), (90, 1)])
def test_spans_of_means(rng, width, lag, weights):
    factor = {"equal": 1.0, "fading": 0.9, "growing": 1.05}[weights]
    series = 20 + ar1(rng, 400)
    column = windows(series, 100, width, lag) @ factor ** np.arange(width)
    noise = rng.standard_normal(300)
    assert spans([noise, 7 - column], series[100:], nearest=(1, 5)) == {1: lag + width - 1}
    assert spans([column + 1e-3 * noise], series[100:], nearest=(1, 5)) == {}
    single = column.astype(np.float32).astype(float)
    assert spans([single], series[100:], nearest=(1, 5), rounded=True) == {0: lag + width - 1}


def test_columns_that_go_on_by_themselves_are_no_means(rng):
    t = np.arange(300.0)
    step, early = (t > 150).astype(float), (t > 3).astype(float)
    others = [
        t,
        1.01**t,
        step,
        early,
        t % 7,
        np.sin(t),
        ar1(rng, 300),
        ar1(rng, 300, 0.999),
        np.cumsum(rng.random(300) < 0.1),
    ]
    assert spans(others, ar1(rng, 300)) == {}


def test_windows_do_not_reach_over_seams(rng):
    parts = [ar1(rng, 150), 50 + ar1(rng, 160)]
    column = np.concatenate([windows(part, 30, 25, 1).mean(axis=1) for part in parts])
    y = np.concatenate([part[30:] for part in parts])
    assert spans([column], y, [0, 120, 250]) == {0: 25}


@pytest.mark.parametrize("n", [2, 3, 10, 15])
def test_few_rows_show_nothing(rng, n):
    assert spans([rng.standard_normal(n)], rng.standard_normal(n)) == {}


def test_a_wide_mean_in_a_model_of_a_later_step(rng):
    """Lags 4 to 6 and the mean of the 30 values before the same origin."""
    series = ar1(rng, 500)
    lagged = windows(series, 40, 30, 4)
    found = detect_lags(np.column_stack([lagged[:, :3], lagged.mean(axis=1)]), series[40:])
    assert found.lags == (4, 5, 6, None)
    (mean,) = found.linear
    np.testing.assert_allclose(mean.weights, [0.0] * 3 + [1 / 30] * 30, atol=1e-9)


@pytest.mark.parametrize(("alpha", "rows"), [(0.5, 150), (0.3, 280), (0.1, 900)])
@pytest.mark.parametrize("adjust", [True, False])
def test_geometric_weights_are_rebuilt_once_they_fade_within_a_quarter_of_the_rows(rng, alpha, rows, adjust):
    for _ in range(5):
        y = pd.Series(20 + ar1(rng, rows + 3))
        frame = pd.DataFrame({k: y.shift(k) for k in (1, 2, 3)})
        frame["mean"] = y.ewm(alpha=alpha, adjust=adjust).mean().shift(1)
        frame["window"] = y.rolling(24, min_periods=1).mean().shift(1)  # unharmed by the longer one
        found = detect_lags(frame[3:].to_numpy(), y[3:].to_numpy())
        assert found.lags == (1, 2, 3, None, None)
        fading, window = found.linear
        lags = np.arange(fading.span)
        np.testing.assert_allclose(fading.weights, alpha * (1 - alpha) ** lags, atol=1e-7)
        assert window.span == 24


@pytest.mark.parametrize(("alpha", "rows"), [(0.1, 95), (0.3, 100), (0.02, 400)])
def test_weights_that_fade_more_slowly_are_told(rng, alpha, rows):
    y = pd.Series(20 + ar1(rng, rows))
    frame = pd.DataFrame(
        {1: y.shift(1), 2: y.shift(2), "mean": y.ewm(alpha=alpha, adjust=False).mean().shift(1)}
    )
    found = detect_lags(frame[2:].to_numpy(), y[2:].to_numpy())
    assert found.linear == ()
    (message,) = found.warnings
    assert "column 2 of X seems to be computed from earlier values of y" in message
