"""Lag detection by equality: definitions, degenerate data, noise."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_equality import ChanceModel
from tests.estimators.lag_cases import ar1, embed


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


def test_lags_in_any_column_order_with_other_columns_between(rng):
    series = ar1(rng, 80)
    X, y = embed(series, [12, 1, 3])
    noise = rng.standard_normal(len(y))
    found = detect_lags(np.column_stack([noise, X, noise**2]), y)
    assert found.lags == found.lags_ == (None, 12, 1, 3, None)
    assert found.fixed == (0, 4)
    assert found.linear == ()
    assert found.max_lag == 12
    assert found.warnings == ()
    np.testing.assert_array_equal(found.segments, [0, len(y)])
    assert len(found.series) == 1
    np.testing.assert_array_equal(found.series[0], series)
    np.testing.assert_array_equal(found.presample[0], series[:12])


@pytest.mark.parametrize("lag", [2, 30, 50, 55])
def test_long_lags_up_to_half_the_rows_and_more(rng, lag):
    series = rng.standard_normal(60 + lag)
    X, y = embed(series, [1, lag])
    assert len(y) == 60
    assert detect_lags(X, y).lags == (1, lag)


def test_memory_layouts_do_not_matter(rng):
    series = ar1(rng, 60)
    X, y = embed(series, [1, 2, 3])
    backwards = np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1]
    assert backwards.strides[0] < 0
    frozen = X.copy()
    frozen.setflags(write=False)
    for layout in (X, np.asfortranarray(X), backwards, frozen, np.repeat(X, 2, axis=1)[:, ::2]):
        before = layout.copy()
        found = detect_lags(layout, y)
        assert found.lags == (1, 2, 3)
        np.testing.assert_array_equal(found.series[0], series)
        np.testing.assert_array_equal(layout, before)


def test_single_precision_as_darts_gives_it(rng):
    series = ar1(rng, 90).astype(np.float32)
    X, y = embed(series, [3, 2, 1])
    assert X.dtype == y.dtype == np.float32
    for X_given, y_given in ((X, y), (X.astype(float), y.astype(float)), (X, y.astype(float))):
        found = detect_lags(np.asfortranarray(X_given), y_given)
        assert found.lags == (3, 2, 1)
        np.testing.assert_array_equal(found.series[0], series.astype(float))


@pytest.mark.parametrize("rounded", ["X", "y"])
def test_only_one_of_X_and_y_rounded_to_single(rng, rounded):
    series = ar1(rng, 90)
    X, y = embed(series, [1, 2])
    if rounded == "X":
        found = [detect_lags(X.astype(np.float32), y), detect_lags(X.astype(np.float32).astype(float), y)]
    else:
        found = [detect_lags(X, y.astype(np.float32)), detect_lags(X, y.astype(np.float32).astype(float))]
    for one in found:
        assert one.lags == (1, 2)
        assert one.warnings == ()
        np.testing.assert_allclose(one.series[0], series, rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-300, 1e-40, 1e-9, 1e9, 1e40, 1e300])
def test_scales(rng, scale):
    series = ar1(rng, 60) * scale
    X, y = embed(series, [2, 5])
    found = detect_lags(X, y)
    assert found.lags == (2, 5)
    np.testing.assert_array_equal(found.series[0], series)
    affine = detect_lags(np.column_stack([3.0 * (X[:, 0] / scale) - 1.0, X[:, 1]]), y)
    assert affine.lags_ == (2, 5)
    assert affine.lags == (None, 5)


def test_integer_series_with_ties(rng):
    series = rng.poisson(4, 120).astype(float)
    X, y = embed(series, [1, 2, 12])
    other = rng.poisson(4, (len(y), 3)).astype(float)
    assert detect_lags(np.column_stack([other, X]), y).lags == (None, None, None, 1, 2, 12)


def test_binary_series_long_enough_is_found_and_chance_is_not(rng):
    series = (rng.random(120) < 0.5).astype(float)
    X, y = embed(series, [1, 4])
    assert detect_lags(X, y).lags == (1, 4)
    # Unrelated coin tosses, short: with 12 rows and 10 columns chance agreements at long lags are plenty.
    for seed in range(40):
        toss = np.random.default_rng(seed)
        X, y = (toss.random((12, 10)) < 0.5).astype(float), (toss.random(12) < 0.5).astype(float)
        assert detect_lags(X, y).max_lag == 0


def test_one_step_in_y_and_in_a_dummy_is_no_evidence():
    y = np.where(np.arange(100) < 40, 0.0, 1.0)
    dummy = np.where(np.arange(100) < 43, 0.0, 1.0)
    assert detect_lags(dummy[:, None], y).lags == (None,)
    assert detect_lags(dummy[:, None], y, lags=[3]).lags == (3,)


def test_intermittent_demand(rng):
    series = np.where(rng.random(200) < 0.15, rng.poisson(5, 200) + 1.0, 0.0)
    X, y = embed(series, [1, 2, 3])
    assert detect_lags(X, y).lags == (1, 2, 3)


def test_exactly_periodic_series_take_the_smallest_lag_or_the_named_one():
    series = np.tile([3.0, 1.0, 4.0, 1.5, 9.0, 2.0], 12)
    X, y = embed(series, [1, 6, 8])
    assert detect_lags(X, y).lags == (1, 6, 2)
    named = detect_lags(X, y, ["lag_1", "lag_6", "lag_8"])
    assert named.lags == (1, 6, 8)
    assert named.warnings == ()


def test_pure_trend_is_settled_by_equality():
    series = 5.0 + 2.0 * np.arange(50)
    X, y = embed(series, [1, 2, 3])
    calendar = np.sin(np.arange(len(y)))
    elapsed = 0.37 * np.arange(len(y)) + 11.0  # an affine map of every lag, and of none in particular
    found = detect_lags(np.column_stack([X, calendar, elapsed]), y)
    assert found.lags_ == (1, 2, 3, None, None)


def test_constant_series_without_names_says_so_and_with_names_believes_them():
    X, y = np.full((20, 3), 7.0), np.full(20, 7.0)
    X[:, 2] = np.arange(20)
    found = detect_lags(X, y)
    assert found.max_lag == 0
    assert len(found.warnings) == 1
    assert "constant" in found.warnings[0]
    named = detect_lags(X, y, ["lag_1", "lag_2", "time"])
    assert named.lags == (1, 2, None)
    assert named.warnings == ()
    assert detect_lags(X[:, 2:], y).warnings == ()


def test_constant_columns_are_fixed(rng):
    X, y = embed(ar1(rng, 50), [1, 2])
    found = detect_lags(np.column_stack([np.ones(len(y)), X, np.zeros(len(y))]), y)
    assert found.lags == (None, 1, 2, None)


def test_the_target_itself_among_the_columns(rng):
    X, y = embed(ar1(rng, 50), [1, 2])
    found = detect_lags(np.column_stack([X, y]), y)
    assert found.lags_ == (1, 2, None)
    assert len(found.warnings) == 1
    assert "column 2" in found.warnings[0]
    assert "target" in found.warnings[0]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 20])
def test_tiny_lag_matrices(rng, n):
    lags = list(range(1, 7))
    series = rng.standard_normal(n + 6)
    X, y = embed(series, lags)
    names = [f"lag_{k}" for k in lags]
    named = detect_lags(X, y, names)
    if n >= 2:
        assert named.lags == tuple(lags)
        np.testing.assert_array_equal(named.series[0], series)
    assert detect_lags(X, y, lags=lags).lags == tuple(lags)
    # By the values alone three rows must agree; longer lags then show themselves in the columns.
    assert detect_lags(X, y).lags == (tuple(lags) if n >= 4 else (None,) * 6)


@pytest.mark.parametrize(("n", "p"), [(1, 1), (2, 3), (3, 10), (10, 1), (20, 20), (100, 5), (300, 3)])
def test_independent_columns_give_no_lags_and_no_warnings(n, p):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        for X, y in (
            (rng.standard_normal((n, p)), rng.standard_normal(n)),
            (rng.uniform(size=(n, p)), rng.integers(0, 3, n).astype(float)),
            (np.cumsum(rng.standard_normal((n, p)), axis=0), np.cumsum(rng.standard_normal(n))),
            (rng.integers(0, 10, (n, p)).astype(float), rng.integers(0, 10, n).astype(float)),
        ):
            found = detect_lags(X, y)
            assert found.lags_ == (None,) * p
            assert found.max_lag == 0
            assert found.warnings == ()
            np.testing.assert_array_equal(found.series[0], y)


@pytest.mark.parametrize("named", [True, False])
def test_shuffled_rows_give_no_lags(rng, named):
    X, y = embed(ar1(rng, 150), [1, 2, 3])
    order = rng.permutation(len(y))
    found = detect_lags(X[order], y[order], ["lag_1", "lag_2", "lag_3"] if named else None)
    assert found.max_lag == 0
    assert len(found.warnings) == named
    assert all("lag_1" in message for message in found.warnings)


def test_smooth_exogenous_columns_are_not_taken_for_linear_functions(rng):
    t = np.arange(200)
    X, y = embed(ar1(rng, 201), [1])
    waves = np.column_stack(
        [np.sin(2 * np.pi * t / 12), np.cos(2 * np.pi * t / 7), t / 200, (t % 12 == 0) * 1.0]
    )
    assert detect_lags(np.column_stack([X, waves]), y).lags_ == (1, None, None, None, None)
    # Even where y is a wave itself, so that every wave of its period is a function of two lags.
    wave = np.sin(2 * np.pi * np.arange(201) / 12.345)
    X, y = embed(wave, [1])
    exog = np.cos(2 * np.pi * t / 12.345)
    found = detect_lags(np.column_stack([X, exog]), y)
    assert found.lags == (1, None)
    assert found.linear == ()


@pytest.mark.parametrize("kind", ["coins", "rare", "counts", "integer walk", "switching"])
def test_unrelated_columns_with_many_ties_give_no_lags(kind):
    make = {
        "coins": lambda rng, shape: (rng.random(shape) < 0.5) * 1.0,
        "rare": lambda rng, shape: (rng.random(shape) < 0.1) * 1.0,
        "counts": lambda rng, shape: rng.poisson(2, shape) * 1.0,
        "integer walk": lambda rng, shape: np.cumsum(rng.integers(-1, 2, shape), axis=0) * 1.0,
        "switching": lambda rng, shape: np.cumsum(rng.random(shape) < 0.05, axis=0) % 2 * 1.0,
    }[kind]
    # By the bound on chance agreements, at most one search in 10,000 errs where the model of chance holds.
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = (6, 12, 30, 100, 300)[seed % 5]
        assert detect_lags(make(rng, (n, 6)), make(rng, n)).max_lag == 0


def test_seasonal_ramps_are_no_lags_of_a_trend():
    t = np.arange(300.0)
    assert detect_lags(np.column_stack([t % 12, (t + 5) % 12, t % 7]), 3.0 * t + 1).max_lag == 0
    assert detect_lags(np.column_stack([t % 12, t % 7]), t).max_lag == 0


def test_chance_agreement_of_coin_tosses_is_a_power_of_one_half():
    y = np.random.default_rng(5).integers(0, 2, 4000).astype(float)
    per_row = ChanceModel(y, 1).log_probability(1, 4000) / 4000
    assert per_row == pytest.approx(np.log(0.5), abs=0.05)  # shares of ones and of changes, 3 s.e. each
    one = ChanceModel(y, 1).log_probability(5, 100)
    assert ChanceModel(y, 8).log_probability(5, 100) == pytest.approx(one + np.log(8))
    assert ChanceModel(y, 1).log_probability(5, 100, 10) > one
    assert not ChanceModel(y, 1).is_convincing(1, 2)
    assert ChanceModel(np.repeat([0.0, 1.0], 50), 1).log_probability(1, 100) > np.log(0.01)
