"""Stacked series, gaps, and what looks like them."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from tests.estimators.lag_cases import ar1, embed, stack


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


@pytest.mark.parametrize("names", [None, ["lag_1", "lag_2", "lag_3"]])
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("lengths", [[40, 40], [30, 25, 60, 33], [15] * 20])
def test_stacked_series(rng, names, scaled, lengths):
    series = [rng.normal(0, 5) + ar1(rng, n + 3) for n in lengths]
    X, y = stack([embed(s, [1, 2, 3]) for s in series])
    if scaled:
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    found = detect_lags(X, y, names)
    assert found.lags_ == (1, 2, 3)
    np.testing.assert_array_equal(found.segments, np.concatenate([[0], np.cumsum(lengths)]))
    for got, expected in zip(found.series, series, strict=True):
        np.testing.assert_allclose(
            got, expected, rtol=1e-9, atol=1e-9
        ) if scaled else np.testing.assert_array_equal(got, expected)
    assert found.warnings == ()
    explicit = detect_lags(X, y, names, lags=[1, 2, 3])
    np.testing.assert_array_equal(explicit.segments, found.segments)


def test_stacked_counts_with_ties(rng):
    series = [rng.poisson(20, 40).astype(float) for _ in range(6)]
    X, y = stack([embed(s, [1, 2, 3, 4]) for s in series])
    found = detect_lags(X, y)
    assert found.lags == (1, 2, 3, 4)
    np.testing.assert_allclose(found.rebuild(found.series, X), X)


def test_stacked_series_shorter_than_a_lag(rng):
    series = [ar1(rng, 9) for _ in range(30)]
    lags = [1, 2, 3]
    X, y = stack([embed(s, lags) for s in series])  # 6 rows each
    assert detect_lags(X, y).lags == (1, 2, 3)
    lags = [1, 2, 3, 4, 5, 6, 7, 8]
    series = [ar1(rng, 14) for _ in range(30)]
    X, y = stack([embed(s, lags) for s in series])
    for names in (None, [f"lag{k}" for k in lags]):
        found = detect_lags(X, y, names)
        assert found.lags == tuple(lags)
        assert len(found.series) == 30
        for got, expected in zip(found.series, series, strict=True):
            np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("lags", [[1, 52], [2, 8], [1, 60, 61]])
def test_stacked_series_less_than_twice_as_long_as_a_lag(rng, lags):
    for rows in (5 * max(lags) // 4, 3 * max(lags) // 2, 2 * max(lags) + 1):
        series = [ar1(rng, rows + max(lags)) for _ in range(6)]
        X, y = stack([embed(s, lags) for s in series])
        noise = rng.standard_normal(len(y))
        found = detect_lags(np.column_stack([X, noise]), y)
        assert found.lags == (*lags, None)
        for got, expected in zip(found.series, series, strict=True):
            np.testing.assert_array_equal(got, expected)


def test_values_that_no_column_shows_are_interpolated_and_told(rng):
    series = [ar1(rng, 20) for _ in range(12)]
    X, y = stack([embed(s, [1, 12]) for s in series])  # 8 rows, four values before them in no column
    found = detect_lags(X, y, ["lag_1", "lag_12"])
    assert found.lags == (1, 12)
    assert len(found.warnings) == 1
    assert "36 value(s)" in found.warnings[0]
    np.testing.assert_array_equal(found.rebuild(found.series, X), X)
    assert all(np.all(np.isfinite(s)) for s in found.series)


def test_gap_with_dropped_rows(rng):
    series = ar1(rng, 120)
    X, y = embed(series, [1, 2, 7])
    kept = np.r_[0:50, 63:113]  # rows whose target or lags are missing are left out
    found = detect_lags(X[kept], y[kept])
    assert found.lags == (1, 2, 7)
    np.testing.assert_array_equal(found.segments, [0, 50, 100])
    np.testing.assert_array_equal(found.series[0], series[:57])
    np.testing.assert_array_equal(found.series[1], series[63:])


def test_direct_step_on_stacked_series(rng):
    series = [ar1(rng, 60) for _ in range(4)]
    X, y = stack([embed(s, [4, 5, 6]) for s in series])
    found = detect_lags(X, y)
    assert found.lags == (4, 5, 6)
    np.testing.assert_allclose(found.rebuild(found.series, X), X)
    assert len(found.segments) == 5


def test_corrupted_column_does_not_make_seams(rng):
    X, y = embed(ar1(rng, 200), [1, 2, 3])
    X[rng.choice(200 - 3, 12, replace=False), 0] += 1.0
    found = detect_lags(X, y)
    assert found.lags == (None, 2, 3)
    np.testing.assert_array_equal(found.segments, [0, len(y)])
    with pytest.raises(ValueError, match=r"lags\[0\]=1 says that column 0 .* 1[12] of 196 rows differ"):
        detect_lags(X, y, lags=[1, 2, 3])


def test_filled_first_rows_are_reported(rng):
    series = ar1(rng, 80)
    X, y = embed(series, [1, 2, 3])
    X[0, 0], X[:2, 1], X[:3, 2] = X[:, 0].mean(), X[:, 1].mean(), X[:, 2].mean()  # imputed column by column
    found = detect_lags(X, y)
    assert found.lags == (1, 2, 3)
    assert len(found.warnings) == 1
    assert "first rows" in found.warnings[0]
    np.testing.assert_array_equal(found.series[0][3:], y)
    zero, y = embed(series, [1, 2, 3])
    for column in range(3):
        zero[: column + 1, column] = 0.0
    assert detect_lags(zero, y).warnings == ()
