"""The layouts of X that forecasting libraries make, built by hand."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from tests.estimators.lag_cases import ar1, embed, stack


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


def test_skforecast_recursive_layout(rng):
    # lag 1 to p as a read-only view with negative strides, then window statistics, then exogenous columns
    series = 20 + ar1(rng, 150)
    p = 5
    windows = np.lib.stride_tricks.sliding_window_view(series, p)[:-1][:, ::-1]
    y = series[p:]
    assert detect_lags(windows, y).lags == (1, 2, 3, 4, 5)
    assert not windows.flags.writeable
    assert windows.strides[1] < 0
    exog = rng.random((len(y), 2))
    X = np.column_stack([windows, windows[:, :3].mean(axis=1), exog])
    found = detect_lags(X, y)
    assert found.lags == (1, 2, 3, 4, 5, None, None, None)
    assert [e.column for e in found.linear] == [5]
    assert found.fixed == (6, 7)


@pytest.mark.parametrize("step", [1, 2, 6])
def test_skforecast_direct_layout(rng, step):
    X, y = embed(ar1(rng, 120), [step, step + 1, step + 2])
    found = detect_lags(np.column_stack([X, rng.random(len(y))]), y)
    assert found.lags == (step, step + 1, step + 2, None)


def test_skforecast_multiseries_layout(rng):
    parts = [embed(level + ar1(rng, 64), [1, 2, 3, 4]) for level in (0.0, 10.0, -4.0)]
    X, y = stack(parts)
    level = np.repeat([0.0, 1.0, 2.0], 60)
    names = ["lag_1", "lag_2", "lag_3", "lag_4", "_level_skforecast"]
    found = detect_lags(np.column_stack([X, level]), y, names)
    assert found.lags == (1, 2, 3, 4, None)
    np.testing.assert_array_equal(found.segments, [0, 60, 120, 180])


def test_mlforecast_layout(rng):
    # exogenous first, lags, transforms, dates; one series after another; rows without all lags dropped
    frames = []
    for _ in range(3):
        series = 30 + ar1(rng, 107)
        rows = np.arange(7, 107)
        frames.append(
            (
                np.column_stack(
                    [
                        rng.random(100),
                        series[rows - 1],
                        series[rows - 7],
                        [series[t - 3 : t].mean() for t in rows],
                        rows % 7,
                    ]
                ),
                series[7:],
            )
        )
    X, y = stack(frames)
    names = ["price", "lag1", "lag7", "rolling_mean_lag1_window_size3", "dayofweek"]
    found = detect_lags(X, y, names)
    assert found.lags == (None, 1, 7, None, None)
    assert [e.column for e in found.linear] == [3]
    np.testing.assert_array_equal(found.segments, [0, 100, 200, 300])
    np.testing.assert_allclose(found.rebuild(found.series, X), X, atol=1e-7)
    assert found.warnings == ()


def test_darts_layout(rng):
    # oldest lag first, then covariates; Fortran order; single precision; a static covariate per series
    parts = [embed(ar1(rng, 84).astype(np.float32), [4, 3, 2, 1]) for _ in range(2)]
    X, y = stack(parts)
    covariates = rng.random((len(y), 2)).astype(np.float32)
    static = np.repeat(np.float32([0, 1]), 80)
    X = np.asfortranarray(np.column_stack([X, covariates, static]))
    assert X.dtype == np.float32
    found = detect_lags(X, y)
    assert found.lags == (4, 3, 2, 1, None, None, None)
    np.testing.assert_array_equal(found.segments, [0, 80, 160])


def test_sktime_layout(rng):
    # a window of y, oldest first, then a window of X; a slice of a larger array
    series, exog = ar1(rng, 100), rng.random(100)
    both = np.array([np.r_[series[t - 3 : t + 1], exog[t - 3 : t + 1]] for t in range(3, 100)])
    X, y = both[:, [0, 1, 2, 4, 5, 6]], both[:, 3]
    X = np.repeat(X, 2, axis=0)[::2]
    assert not X.flags.c_contiguous
    assert detect_lags(X, y).lags == (3, 2, 1, None, None, None)


def test_differenced_series(rng):
    series = np.diff(np.cumsum(rng.standard_normal(150)))
    X, y = embed(series, [1, 2, 12])
    assert detect_lags(X, y).lags == (1, 2, 12)
