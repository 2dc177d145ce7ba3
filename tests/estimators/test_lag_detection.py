"""Lag detection: definitions, layouts by hand, degenerate data, and properties."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf.estimators._lag_detection import LagStructure, detect_lags
from arsieve_rf.estimators._lag_names import derived_window, is_derived, named_lags


def embed(series, lags, presample=None):
    """Lag columns and targets, by the definition X[t, j] = y[t - lags[j]]."""
    start = max(lags) if presample is None else presample
    rows = range(start, len(series))
    return np.array([[series[t - k] for k in lags] for t in rows]), np.array(series[start:])


def ar1(rng, n, phi=0.6):
    values = rng.standard_normal(n)
    for t in range(1, n):
        values[t] += phi * values[t - 1]
    return values


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


# ---- equality ----


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


# ---- noise, shuffled rows ----


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


# ---- linear functions ----


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


def test_noise_on_a_mean_and_non_linear_statistics_stay_fixed_with_a_word_if_named(rng):
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
    assert detect_lags(X, series[6:]).warnings == ()
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


# ---- names ----


@pytest.mark.parametrize(
    ("name", "lag"),
    [
        ("lag_1", 1),
        ("lag1", 1),
        ("Lag 12", 12),
        ("y_lag_7", 7),
        ("sales_lag7", 7),
        ("lag_3__sales", 3),
        ("lag_3__sales__north", 3),
        ("target_lag-12", 12),
        ("flag_1", None),
        ("lag_0", None),
        ("lag", None),
        ("lag_1_squared", None),
        ("rolling_mean_lag1_window_size3", None),
        ("expanding_std_lag7", None),
        ("", None),
        (3, None),
    ],
)
def test_names_of_lags(name, lag):
    assert {c: claim.lag for c, claim in named_lags([name], 1).items()} == ({} if lag is None else {0: lag})


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("roll_mean_28", 28),
        ("rolling_mean_lag1_window_size14", 15),
        ("rolling_std_lag7_window_size3", 10),
        ("expanding_mean_lag1", 0),
        ("promotion", 0),
        ("payroll_2", 0),
    ],
)
def test_names_of_windows(name, window):
    assert derived_window(name) == window
    assert is_derived(name) == name.startswith(("roll", "exp"))


def test_names_that_offset_the_lags_are_overruled_by_the_data(rng):
    X, y = embed(ar1(rng, 90), [3, 4, 5])  # a model three steps ahead whose columns are named 1, 2, 3
    found = detect_lags(X, y, ["lag_1", "lag_2", "lag_3"])
    assert found.lags == (3, 4, 5)
    assert len(found.warnings) == 1
    assert "another lag" in found.warnings[0]


def test_lags_of_another_variable_cause_no_alarm(rng):
    series = ar1(rng, 90)
    X, y = embed(series, [1, 2])
    promo = rng.random((len(y), 2))
    names = ["lag_1__y", "lag_2__y", "lag_1__promo", "lag_2__promo"]
    found = detect_lags(np.column_stack([X, promo]), y, names)
    assert found.lags == (1, 2, None, None)
    assert found.warnings == ()
    found = detect_lags(np.column_stack([X[:, :1], promo]), y, ["lag_1__y", "lag_2__y", "lag_1__promo"])
    assert len(found.warnings) == 1
    assert "lag_2__y" in found.warnings[0]
    assert "promo" not in found.warnings[0]


def test_a_logarithm_of_the_target_alone_falls_back(rng):
    X, y = embed(np.exp(ar1(rng, 90)), [1, 2])
    found = detect_lags(X, np.log(y), ["lag_1", "lag_2"])
    assert found.max_lag == 0
    assert found.fixed == (0, 1)
    assert len(found.warnings) == 1


@pytest.mark.parametrize("n_series", [2, 3, 7])
@pytest.mark.parametrize("scaled", [True, False])
def test_series_interleaved_by_time_are_refused(rng, n_series, scaled):
    parts = [embed(ar1(rng, 60), [1, 2, 4]) for _ in range(n_series)]
    X = np.stack([X for X, _ in parts], axis=1).reshape(-1, 3)
    y = np.stack([y for _, y in parts], axis=1).ravel()
    if scaled:
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    with pytest.raises(ValueError, match=rf"{n_series} series interleaved by time.*Sort the rows by series"):
        detect_lags(X, y, ["lag1", "lag2", "lag4"])
    # Without names they look like longer lags, which they are, row by row.
    assert detect_lags(X, y).lags_ == (n_series, 2 * n_series, 4 * n_series)


def test_wrong_number_of_names():
    with pytest.raises(ValueError, match=r"feature_names has 1 names, but X has 2 columns"):
        detect_lags(np.zeros((3, 2)), np.arange(3.0), ["a"])


# ---- explicit lags ----


@pytest.mark.parametrize(
    ("lags", "error", "message"),
    [
        ("all", ValueError, "lags must be 'auto'"),
        (3, TypeError, "lags must be 'auto'"),
        ([1], ValueError, "one entry per column of X, 2; got 1"),
        ([1, 0], ValueError, r"lags\[1\] must be at least 1.*got 0"),
        ([1, -2], ValueError, r"lags\[1\] must be at least 1.*got -2"),
        ([1, 1.5], TypeError, r"lags\[1\] must be an integer.*1.5"),
        ([True, 2], TypeError, r"lags\[0\] must be an integer.*True"),
        (["1", None], TypeError, r"lags\[0\] must be an integer.*'1'"),
        (
            [1, 3],
            ValueError,
            r"lags\[1\]=3 says that 'b' holds y 3 row\(s\) earlier, but 45 of 45 rows differ",
        ),
        ([2, None], ValueError, r"lags\[0\]=2 says that 'a'"),
    ],
)
def test_explicit_lags_that_cannot_be(rng, lags, error, message):
    X, y = embed(ar1(rng, 50), [1, 2])
    with pytest.raises(error, match=message):
        detect_lags(X, y, ["a", "b"], lags=lags)


def test_explicit_lags_are_verified_and_nothing_else_is_looked_for(rng):
    series = ar1(rng, 50)
    X, y = embed(series, [1, 2])
    found = detect_lags(X, y, lags=np.array([1, 2]))
    assert found.lags == (1, 2)
    np.testing.assert_array_equal(found.series[0], series)
    assert detect_lags(X, y, ["lag_1", "lag_2"], lags=[None, 2]).lags == (None, 2)
    nothing = detect_lags(X, y, ["lag_1", "lag_2"], lags=[None, None])
    assert nothing.max_lag == 0
    assert nothing.warnings == ()
    assert detect_lags(2 * X + 1, y, lags=[1, 2]).lags_ == (1, 2)


def test_explicit_lags_on_a_constant_series():
    found = detect_lags(np.full((10, 2), 3.0), np.full(10, 3.0), lags=[1, 4])
    assert found.lags == (1, 4)
    np.testing.assert_array_equal(found.series[0], np.full(14, 3.0))


# ---- segments ----


def stack(parts):
    return np.vstack([X for X, _ in parts]), np.concatenate([y for _, y in parts])


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


# ---- the layouts of the forecasting libraries, by hand ----


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


# ---- properties ----

lag_sets = st.lists(st.integers(1, 15), min_size=1, max_size=6, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    lags=lag_sets,
    n=st.integers(4, 80),
    n_noise=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    data=st.data(),
)
def test_detection_is_exact_for_any_lags_and_column_order(lags, n, n_noise, seed, scale, data):
    rng = np.random.default_rng(seed)
    series = scale * (ar1(rng, n + max(lags)) + rng.normal(0, 3))
    X, y = embed(series, lags)
    columns = np.column_stack([X, rng.standard_normal((n, n_noise))])
    truth = list(lags) + [None] * n_noise
    order = data.draw(st.permutations(range(len(truth))))
    expected = tuple(truth[c] for c in order)
    found = detect_lags(columns[:, order], y, lags=expected)
    assert found.lags == expected
    # What is seen without being told: lags of which three rows agree.
    auto = detect_lags(columns[:, order], y)
    visible = [k for k in lags if k <= n - 3]
    for got, k in zip(auto.lags, expected, strict=True):
        assert got == k if k in visible else got in (k, None)
    if len(visible) == len(lags):
        assert auto.max_lag == max(lags)
        assert auto.warnings == () or n < max(lags)
    if n >= max(lags):
        np.testing.assert_array_equal(found.series[0], series)
    np.testing.assert_array_equal(found.rebuild(found.series, columns[:, order]), columns[:, order])
    if n_noise:
        with_constant = detect_lags(np.column_stack([columns[:, order], np.full(n, 3.5)]), y)
        assert with_constant.lags[:-1] == auto.lags
        assert with_constant.lags[-1] is None


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(12, 40), min_size=2, max_size=6),
    extra=st.lists(st.integers(2, 8), max_size=3, unique=True),
    seed=st.integers(0, 2**32 - 1),
)
def test_stacked_series_come_back_in_order(lengths, extra, seed):
    rng = np.random.default_rng(seed)
    lags = [1, *extra]
    series = [ar1(rng, n + max(lags)) for n in lengths]
    X, y = stack([embed(s, lags) for s in series])
    found = detect_lags(X, y)
    assert found.lags == tuple(lags)
    np.testing.assert_array_equal(found.segments, np.concatenate([[0], np.cumsum(lengths)]))
    for got, expected in zip(found.series, series, strict=True):
        np.testing.assert_array_equal(got, expected)


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(1, 40),
    p=st.integers(0, 5),
    kind=st.sampled_from(["binary", "trend", "constant", "counts", "walk", "huge", "tiny", "periodic"]),
    named=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_never_fails_and_always_gives_finite_series(n, p, kind, named, seed):
    rng = np.random.default_rng(seed)
    make = {
        "binary": lambda shape: rng.integers(0, 2, shape).astype(float),
        "trend": lambda shape: np.arange(np.prod(shape), dtype=float).reshape(shape),
        "constant": lambda shape: np.full(shape, 2.5),
        "counts": lambda shape: rng.poisson(2, shape).astype(float),
        "walk": lambda shape: np.cumsum(rng.standard_normal(shape), axis=0),
        "huge": lambda shape: rng.standard_normal(shape) * 1e307,
        "tiny": lambda shape: rng.standard_normal(shape) * 5e-320,
        "periodic": lambda shape: np.tile(np.arange(3.0), (int(np.prod(shape)) + 2) // 3)[
            : np.prod(shape)
        ].reshape(shape),
    }[kind]
    series = make((n + p,))
    lagged = np.array([[series[p + t - k] for k in range(1, p + 1)] for t in range(n)]).reshape(n, p)
    X, y = np.column_stack([lagged, make((n, 2))]), series[p:]
    names = [*(f"lag_{k}" for k in range(1, p + 1)), "a", "b"] if named else None
    found = detect_lags(X, y, names)
    assert isinstance(found, LagStructure)
    assert len(found.lags_) == p + 2
    assert all(np.all(np.isfinite(s)) for s in found.series)
    np.testing.assert_array_equal(np.concatenate([s[found.max_lag :] for s in found.series]), y)
    assert np.all(np.isfinite(found.rebuild(found.series, X)))
    if named and kind not in ("huge", "tiny") and n >= 2:
        assert found.lags[:p] == tuple(range(1, p + 1))


def test_quick_enough_for_long_series(rng):
    series = rng.standard_normal(100_050)
    X = np.lib.stride_tricks.sliding_window_view(series, 50)[:-1][:, ::-1]
    began = time.perf_counter()
    found = detect_lags(X, series[50:])
    assert (
        time.perf_counter() - began < 3.0
    )  # .05 s on an idle core; the bound only catches a change of order
    assert found.lags == tuple(range(1, 51))
