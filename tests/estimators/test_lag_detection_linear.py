"""Columns that are linear functions of lags."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from tests.estimators.lag_cases import ar1, embed, stack


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


def test_scaled_columns_as_from_a_pipeline(rng):
    series = 50 + 8 * ar1(rng, 200)
    X, y = embed(series, [1, 2, 36])
    other = rng.standard_normal(len(y))
    raw = np.column_stack([X, other])
    scaled = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    found = detect_lags(scaled, y)
    assert found.lags == (None,) * 4
    assert found.lags_ == (1, 2, 36, None)
    assert [entry.column for entry in found.linear] == [0, 1, 2]
    np.testing.assert_allclose(
        [e.intercept for e in found.linear], -raw.mean(axis=0)[:3] / raw.std(axis=0)[:3]
    )
    np.testing.assert_allclose([e.weights[-1] for e in found.linear], 1 / raw.std(axis=0)[:3])
    np.testing.assert_allclose(found.series[0], series, rtol=1e-10)
    np.testing.assert_allclose(found.rebuild(found.series, scaled), scaled, rtol=1e-8, atol=1e-8)
    assert found.warnings == ()


def test_negative_slopes_and_scaled_targets(rng):
    X, y = embed(ar1(rng, 100), [1, 2])
    found = detect_lags(-2.0 * X, (y - y.mean()) / y.std())
    assert found.lags_ == (1, 2)
    assert all(entry.weights[-1] < 0 for entry in found.linear)


def test_rolling_means_and_differences(rng):
    series = 10 + ar1(rng, 300)
    rows = np.arange(12, len(series))
    mean5 = np.array([series[t - 5 : t].mean() for t in rows])
    late3 = np.array([series[t - 9 : t - 6].mean() for t in rows])
    change = series[rows - 1] - series[rows - 2]
    X = np.column_stack([series[rows - 1], mean5, change, late3])
    found = detect_lags(X, series[12:])
    assert found.lags == (1, None, None, None)
    by_column = {entry.column: entry for entry in found.linear}
    np.testing.assert_allclose(by_column[1].weights, np.full(5, 0.2), atol=1e-9)
    np.testing.assert_allclose(by_column[2].weights, [1, -1], atol=1e-9)
    np.testing.assert_allclose(by_column[3].weights, [0] * 6 + [1 / 3] * 3, atol=1e-9)
    assert all(entry.lag is None and abs(entry.intercept) < 1e-7 for entry in found.linear)
    assert found.max_lag == 9
    # Values before the first target that only the means show are solved for.
    np.testing.assert_allclose(found.series[0], series[3:], rtol=1e-7)
    np.testing.assert_allclose(found.rebuild(found.series, X), X, atol=1e-7)


def test_rolling_mean_over_more_values_than_usual_is_found_by_its_name(rng):
    series = ar1(rng, 400)
    rows = np.arange(28, len(series))
    X = np.column_stack([series[rows - 1], [series[t - 28 : t].mean() for t in rows]])
    found = detect_lags(X, series[28:], ["lag1", "rolling_mean_lag1_window_size28"])
    assert found.lags == (1, None)
    np.testing.assert_allclose(found.linear[0].weights, np.full(28, 1 / 28), atol=1e-9)


def test_single_precision_rolling_mean(rng):
    series = 3 + ar1(rng, 300)
    rows = np.arange(4, len(series))
    X = np.column_stack([series[rows - 1], [series[t - 4 : t].mean() for t in rows]]).astype(np.float32)
    found = detect_lags(X, series[4:].astype(np.float32))
    assert found.lags == (1, None)
    np.testing.assert_allclose(found.linear[0].weights, np.full(4, 0.25), atol=1e-4)


@pytest.mark.parametrize("width", [24, 60])
def test_rolling_means_over_many_values_are_found_without_a_name(rng, width):
    series = 5 + ar1(rng, 600)
    decay = 0.8 ** np.arange(width)
    rows = np.arange(width, len(series))
    windows = np.array([series[t - width : t][::-1] for t in rows])
    X = np.column_stack([windows[:, 0], windows.mean(axis=1), windows @ decay, rng.random(len(rows))])
    found = detect_lags(X, series[width:])
    assert found.lags == (1, None, None, None)
    assert found.fixed == (3,)
    assert found.max_lag == width
    assert found.warnings == ()
    np.testing.assert_allclose(found.linear[0].weights, np.full(width, 1 / width), atol=1e-9)
    np.testing.assert_allclose(found.linear[1].weights, decay, atol=1e-7)
    np.testing.assert_allclose(found.rebuild(found.series, X), X, atol=1e-6)


def test_noise_on_a_mean_and_non_linear_statistics_stay_fixed_with_a_word(rng):
    series = ar1(rng, 200)
    rows = np.arange(6, len(series))
    windows = np.array([series[t - 6 : t] for t in rows])
    X = np.column_stack(
        [
            windows[:, -1],
            windows.std(axis=1),
            windows.max(axis=1),
            windows.mean(axis=1) + 1e-4 * rng.random(len(rows)),
        ]
    )
    found = detect_lags(X, series[6:])
    assert found.fixed == (1, 2, 3)
    assert len(found.warnings) == 1
    assert "column 1, column 2 of X seem to be computed from earlier values" in found.warnings[0]
    assert detect_lags(X, series[6:], lags=[1, None, None, None]).warnings == ()
    found = detect_lags(X, series[6:], ["lag_1", "roll_std_6", "rolling_max_lag1_window_size6", "noisy"])
    assert found.fixed == (1, 2, 3)
    assert len(found.warnings) == 1
    assert "roll_std_6" in found.warnings[0]
    assert "rolling_max" in found.warnings[0]
    assert "noisy" not in found.warnings[0]


def test_mean_over_fewer_values_in_the_first_rows_is_reported(rng):
    series = ar1(rng, 120)
    partial = np.array([series[max(0, t - 6) : t].mean() for t in range(3, 120)])
    X, y = embed(series, [1, 2, 3])
    found = detect_lags(np.column_stack([X, partial]), y)
    assert found.lags == (1, 2, 3, None)
    assert np.all(np.isfinite(found.series[0]))
    np.testing.assert_array_equal(found.series[0][-len(y) - 3 :], series)


def test_means_over_stacked_series_show_the_values_before_each(rng):
    series = [ar1(rng, 40) + level for level in (0.0, 3.0, -2.0, 8.0)]
    parts = []
    for values in series:
        rows = np.arange(6, 40)
        parts.append(
            (np.column_stack([values[rows - 1], [values[t - 4 : t].mean() for t in rows]]), values[6:])
        )
    X, y = stack(parts)
    found = detect_lags(X, y)
    assert found.lags == (1, None)
    assert found.max_lag == 4
    for got, expected in zip(found.series, series, strict=True):
        np.testing.assert_allclose(got, expected[2:], atol=1e-8)
