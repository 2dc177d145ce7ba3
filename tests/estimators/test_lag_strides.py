"""Values between the rows: every k-th row of a lag matrix."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.datasets import load_elnino, load_sunspots
from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_strides import between_rows
from tests.estimators.lag_cases import ar1, embed


def strided(series, lags, stride):
    X, y = embed(series, lags)
    return X[::stride], y[::stride]


def whole(X, y):
    return between_rows(X.T, y, np.array([0, len(y)]))


@pytest.mark.parametrize("stride", [2, 3, 5])
@pytest.mark.parametrize("phi", [0.6, 0.9])
def test_values_between_rows_are_seen(phi, stride):
    X, y = strided(7 + 3 * ar1(np.random.default_rng(0), 900, phi), range(1, stride), stride)
    found = whole(X, y)
    assert found == list(range(stride - 1)) or (stride == 5 and len(found) >= 2)  # not each of them for sure


@pytest.mark.parametrize("series", [load_sunspots, load_elnino])
def test_values_between_rows_of_real_series(series):
    X, y = strided(series().to_numpy(), [1], 2)
    assert whole(X, y) == [0]


@pytest.mark.parametrize("phi", [0.0, 0.6, 0.9])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_another_series_is_none_of_them(phi, rho):
    """Nor one of the same mean and variance, however correlated: in the worst case about once in 200."""
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(50):
        z = rng.multivariate_normal([0.0, 0.0], [[1.0, rho], [rho, 1.0]], 400)
        for t in range(1, 400):
            z[t] += phi * z[t - 1]
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        alarms += bool(whole(embed(z[:, 1], [1, 2, 3, 4])[0], z[4:, 0]))
    assert alarms <= (2 if phi == rho == 0.9 else 0)


def test_a_level_or_a_scale_of_its_own_rules_a_column_out():
    X, y = strided(ar1(np.random.default_rng(0), 900, 0.9), [1], 2)
    assert whole(X, y) == [0]
    assert whole(X + 0.5 * y.std(), y) == []
    assert whole(1.3 * X, y) == []


def test_a_logarithm_of_the_target_is_no_stride():
    """Few rows with long tails leave moments unsure; distributions differ all the same."""
    for seed in range(20):
        series = ar1(np.random.default_rng(seed), 164, 0.7)
        X, y = embed(series, [1, 2, 3, 4])
        assert whole(np.exp(X), y) == []


def test_values_at_the_rows_are_not_between_them():
    series = ar1(np.random.default_rng(0), 600, 0.9)
    X, y = embed(series, [1, 2, 3])
    assert whole(X, y) == []


def test_seams_are_left_out():
    """Levels of stacked series differ by much more than neighbours do."""
    rng = np.random.default_rng(0)
    parts = [strided(level + ar1(rng, 41, 0.9), [1], 2) for level in 500.0 * np.arange(20)]
    X, y = np.vstack([X for X, _ in parts]), np.concatenate([y for _, y in parts])
    bounds = np.concatenate([[0], np.cumsum([len(y) for _, y in parts])])
    assert between_rows(X.T, y, bounds) == [0]
    assert between_rows(X.T + 3.0, y, bounds) == []


def test_few_rows_show_nothing():
    X, y = strided(ar1(np.random.default_rng(0), 190, 0.9), [1], 2)
    assert whole(X, y) == []


def test_the_remark_names_columns_and_remedy():
    X, y = strided(ar1(np.random.default_rng(0), 900, 0.9), [5, 4, 3, 2, 1], 2)
    found = detect_lags(X, y)
    assert found.lags == (None, 2, None, 1, None)
    assert len(found.warnings) == 1
    assert "column 4 of X looks like values of the series between its rows" in found.warnings[0]
    assert "lags=" in found.warnings[0]
    assert detect_lags(X, y, lags=[None, 2, None, 1, None]).warnings == ()


@pytest.mark.parametrize("names", [["x", "lag_1", "lag_2"], ["x", "lag_1", "b"]])
def test_a_name_that_counts_rows_says_that_none_was_left_out(names):
    """A lag by name and in rows: whatever the first column is, rows are not every second one."""
    X, y = strided(ar1(np.random.default_rng(0), 900, 0.9), [1, 2, 4], 2)
    (message,) = detect_lags(X, y).warnings
    assert "column 0 of X looks like values of the series between its rows" in message
    assert detect_lags(X, y, names).warnings == ()
    (message,) = detect_lags(X[:, :2], y, ["x", "a"]).warnings
    assert "'x' of X looks like values of the series between its rows" in message
