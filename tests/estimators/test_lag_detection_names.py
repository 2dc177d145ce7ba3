"""What names say, and lags that the user states."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_names import derived_window, interleaving, is_derived, named_lags
from tests.estimators.lag_cases import ar1, embed


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


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


@pytest.mark.parametrize(
    ("named", "found", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], (1, 0)),
        ([1, 2, 3], [3, 4, 5], (1, 2)),
        ([1, 2, 3], [4, 8, 12], (4, 0)),
        ([2, 7, 1], [6, 16, 4], (2, 1)),
        ([1, 2, 3], [3, 4, 6], None),
        ([1, 2], [3, 5], None),
        ([3, 4], [1, 2], None),
        ([1, 2], [4, 2], None),
        ([1, 2, 2], [2, 4, 6], None),
        ([1, 2], [5, 5], None),
        ([1, 1], [4, 4], None),
        ([], [], None),
    ],
)
def test_number_of_series_and_steps_ahead(named, found, expected):
    assert interleaving(dict(enumerate(named)), dict(enumerate(found))) == expected


def test_names_that_count_from_the_origin_of_a_later_step_are_no_contradiction(rng):
    X, y = embed(ar1(rng, 90), [3, 4, 5])  # a model three steps ahead whose columns are named 1, 2, 3
    found = detect_lags(X, y, ["lag_1", "lag_2", "lag_3"])
    assert found.lags == (3, 4, 5)
    assert found.warnings == ()


@pytest.mark.parametrize(("lags", "names"), [([3], ["lag_1"]), ([3, 4, 6], ["lag_1", "lag_2", "lag_3"])])
def test_names_that_contradict_the_data_are_overruled(rng, lags, names):
    X, y = embed(ar1(rng, 90), lags)
    found = detect_lags(X, y, names)
    assert found.lags == tuple(lags)
    (message,) = found.warnings
    assert "another lag" in message
    assert "groups=" in message
    assert "lags=" in message


def test_interleaved_series_of_a_later_step_are_told_apart_by_names(rng):
    parts = [embed(ar1(rng, 60), [3, 4]) for _ in range(3)]
    X = np.stack([X for X, _ in parts], axis=1).reshape(-1, 2)
    y = np.stack([y for _, y in parts], axis=1).ravel()
    found = detect_lags(X, y, ["lag1", "lag2"])
    assert found.lags == (3, 4)
    np.testing.assert_array_equal(found.segments, [0, 56, 112, 168])
    (message,) = found.warnings
    assert "3 series interleaved" in message


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
def test_series_interleaved_by_time_are_told_apart_by_names(rng, n_series, scaled):
    parts = [embed(ar1(rng, 60), [1, 2, 4]) for _ in range(n_series)]
    X = np.stack([X for X, _ in parts], axis=1).reshape(-1, 3)
    y = np.stack([y for _, y in parts], axis=1).ravel()
    if scaled:
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    found = detect_lags(X, y, ["lag1", "lag2", "lag4"])
    assert found.lags_ == (1, 2, 4)
    np.testing.assert_array_equal(found.order.reshape(n_series, 56), np.arange(len(y)).reshape(56, -1).T)
    np.testing.assert_array_equal(found.segments, 56 * np.arange(n_series + 1))
    for got, (_, expected) in zip(found.series, parts, strict=True):
        np.testing.assert_array_equal(got[4:], expected)
    (message,) = found.warnings
    assert f"{n_series} series interleaved by time" in message
    assert "pass groups=" in message
    assert "lags=" in message
    # The user may say that they are one series with longer lags.
    lags = [n_series, 2 * n_series, 4 * n_series]
    said = detect_lags(X, y, ["lag1", "lag2", "lag4"], lags)
    assert said.order is None
    assert said.lags_ == tuple(lags)
    assert said.warnings == ()
    # Without names they look like longer lags, which they are, row by row.
    assert detect_lags(X, y).lags_ == (n_series, 2 * n_series, 4 * n_series)


def test_wrong_number_of_names():
    with pytest.raises(ValueError, match=r"feature_names has 1 names, but X has 2 columns"):
        detect_lags(np.zeros((3, 2)), np.arange(3.0), ["a"])


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
