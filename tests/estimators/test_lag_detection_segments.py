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


def poisson(mean):
    return lambda rng, n: rng.poisson(mean, n).astype(float)


def walk(rng, n):
    return np.trunc(rng.normal(size=n).cumsum())


def seams_that_show(series, span):
    """Seams at which some value before the first target is not the one that stood there in the series before.

    Where all of them tie, X and y are to the last bit those of one longer series.
    """
    starts = np.cumsum([len(s) - span for s in series])[:-1]
    pairs = zip(series[:-1], series[1:], starts, strict=True)
    return [start for before, after, start in pairs if np.any(before[-span:] != after[:span])]


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("span", [1, 2, 3, 7])
@pytest.mark.parametrize("draw", [walk, poisson(0.3), poisson(5), poisson(100)])
def test_ties_at_a_seam_lose_neither_lags_nor_the_seam(draw, span, names):
    """With all lags up to the largest, every seam that leaves any trace is found at its row."""
    lags = range(1, span + 1)
    for seed in range(12):
        rng = np.random.default_rng(seed)
        series = [draw(rng, 100) for _ in range(2 + seed % 3)]
        X, y = stack([embed(s, lags) for s in series])
        found = detect_lags(X, y, [f"lag_{k}" for k in lags] if names else None)
        assert found.lags == tuple(lags)
        assert found.segments.tolist() == [0, *seams_that_show(series, span), len(y)]
        assert found.warnings == ()
        said = detect_lags(X, y, lags=lags)
        np.testing.assert_array_equal(said.segments, found.segments)


@pytest.mark.parametrize("lags", [[3, 7], [1, 2, 7], [2, 12]])
@pytest.mark.parametrize("draw", [walk, poisson(0.5), poisson(5)])
def test_ties_never_make_two_seams_of_one(draw, lags):
    """Lags far apart may leave the row of a seam open, by less than the largest of them."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        series = [draw(rng, 100) for _ in range(3)]
        X, y = stack([embed(s, lags) for s in series])
        found = detect_lags(X, y)
        assert found.lags == tuple(lags)
        seams = seams_that_show(series, max(lags))
        assert len(found.segments) == len(seams) + 2
        off = found.segments[1:-1] - seams
        assert np.all((off >= 0) & (off < max(lags)))
        np.testing.assert_array_equal(found.rebuild(found.series, X), X)
        assert found.warnings == ()


def test_wrong_values_are_no_seams_even_among_ties():
    """A lag that differs here and there while the others run on: ties are no excuse for that."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        X, y = embed(rng.poisson(5, 200).astype(float), [1, 2, 3])
        for column in range(3):
            wrong = X.copy()
            wrong[rng.choice(np.arange(3, len(y)), 12, replace=False), column] += 1.0
            found = detect_lags(wrong, y)
            assert found.lags[column] is None
            np.testing.assert_array_equal(found.segments, [0, len(y)])


@pytest.mark.parametrize(("mean", "column", "span"), [(0.5, 0, 7), (0.5, 3, 7), (5, 6, 7), (100, 3, 4)])
def test_one_wrong_value_is_no_seam_even_among_ties(mean, column, span):
    """Of a seam longer lags would tell, too, and with values that tie rarely many of them would."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        X, y = embed(rng.poisson(mean, 200).astype(float), range(1, span + 1))
        X[100, column] += 1.0
        found = detect_lags(X, y)
        assert [c for c, lag in enumerate(found.lags) if lag is None] == [column]
        np.testing.assert_array_equal(found.segments, [0, len(y)])


def test_a_lag_that_ties_at_every_seam():
    """Shops where nothing was sold on the last day, nor on the day before the first."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        series = [rng.poisson(0.1, 40).astype(float) for _ in range(140)]
        for s in series:
            s[[1, -1]] = 0.0
        X, y = stack([embed(s, [1, 2]) for s in series])
        found = detect_lags(X, y)
        assert found.lags == (1, 2)
        np.testing.assert_array_equal(found.segments, [0, *seams_that_show(series, 2), len(y)])


def test_a_series_of_as_few_rows_as_the_smallest_lag(rng):
    series = [ar1(rng, n + 3) for n in (60, 2, 60)]
    X, y = stack([embed(s, [2, 3]) for s in series])
    np.testing.assert_array_equal(detect_lags(X, y).segments, [0, 60, 62, 122])


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
