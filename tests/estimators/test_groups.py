"""`groups`: rows of several series in any order are those of the same series one after another."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.estimators._groups import read_groups
from arsieve_rf.estimators._lag_detection import detect_lags
from arsieve_rf.estimators._lag_equality import Hit, SeriesIndex
from arsieve_rf.estimators._lag_segments import ColumnMatch, Runs, agree_on_seams
from arsieve_rf.resampling.circular import CircularBlock
from tests.estimators.lag_cases import ar1, embed, stack

ARRAYS = ("left", "feature", "threshold", "n_samples", "impurity", "roots")
BOOTSTRAPS = [
    {"bootstrap": "ar_sieve"},
    {"bootstrap": "auto"},
    {"bootstrap": "iid"},
    {"bootstrap": "moving"},
    {"bootstrap": CircularBlock(2)},
    {"bootstrap": "seasonal", "period": 4},
    {"bootstrap": None, "max_features": 1},
]
by_bootstrap = pytest.mark.parametrize("options", BOOTSTRAPS, ids=lambda o: str(o["bootstrap"])[:13])


def panel(lengths=(40, 32, 52), lags=(1, 2, 5), exog=True, seed=0):
    """Series one after another: rows, targets, labels, in the order of labels."""
    rng = np.random.default_rng(seed)
    series = [10 * g + ar1(rng, n + max(lags)) for g, n in enumerate(lengths)]
    X, y = stack([embed(s, list(lags)) for s in series])
    if exog:
        X = np.column_stack([X, rng.standard_normal(len(y))])
    return X, y, np.repeat(np.arange(len(lengths)), lengths), series


def mixed(labels, seed=0):
    """A random order of rows in which those of a label keep theirs."""
    shuffled = np.random.default_rng(seed).permutation(labels)
    order = np.empty(len(labels), int)
    for label in np.unique(labels):
        order[shuffled == label] = np.flatnonzero(labels == label)
    return order


def assert_same_forest(a, b):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a.forest_, name), getattr(b.forest_, name), err_msg=name)


# ---- the fit ----


@by_bootstrap
def test_the_fit_is_that_on_stacked_series(options):
    X, y, labels, _ = panel()
    order = mixed(labels)
    forest = ARSieveForestRegressor(6, random_state=0, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stacked = forest.fit(X, y, groups=labels)
        expected = stacked.predict(X), stacked.predict_quantiles(X, [0.1, 0.9])
        mixed_up = ARSieveForestRegressor(6, random_state=0, **options)
        mixed_up.fit(X[order], y[order], groups=labels[order])
    assert_same_forest(mixed_up, stacked)
    looks = options["bootstrap"] not in ("iid", None)
    assert mixed_up.lags_ == ([1, 2, 5, None] if looks else [None] * 4)
    np.testing.assert_array_equal(mixed_up.segments_, [0, 40, 72, 124])
    np.testing.assert_array_equal(mixed_up.predict(X), expected[0])
    np.testing.assert_array_equal(mixed_up.predict_quantiles(X, [0.1, 0.9]), expected[1])


@by_bootstrap
def test_groups_that_the_rows_show_change_nothing(options):
    X, y, labels, _ = panel()
    with_groups = ARSieveForestRegressor(6, random_state=0, **options).fit(X, y, labels)
    without = ARSieveForestRegressor(6, random_state=0, **options).fit(X, y)
    assert_same_forest(with_groups, without)
    assert with_groups.lags_ == without.lags_


@pytest.mark.parametrize("options", [{"bootstrap": "iid"}, {"bootstrap": "moving"}, {"bootstrap": "auto"}])
def test_results_of_rows_come_back_in_the_order_of_the_rows(options):
    X, y, labels, _ = panel()
    order = mixed(labels)
    options = options | {"oob_score": True, "random_state": 0}
    stacked = ARSieveForestRegressor(30, **options).fit(X, y, labels)
    mixed_up = ARSieveForestRegressor(30, **options).fit(X[order], y[order], labels[order])
    np.testing.assert_array_equal(mixed_up.oob_prediction_, stacked.oob_prediction_[order])
    assert mixed_up.oob_score_ == stacked.oob_score_
    assert np.corrcoef(mixed_up.oob_prediction_, y[order])[0, 1] > 0.9  # levels are far apart
    if options["bootstrap"] == "auto":
        np.testing.assert_array_equal(mixed_up.residuals_, stacked.residuals_[order])
        np.testing.assert_allclose(mixed_up.residuals_, y[order] - mixed_up.oob_prediction_, atol=1e-12)


def test_the_labels_themselves_do_not_matter_but_for_their_order():
    X, y, labels, _ = panel()
    order = mixed(labels)
    X, y, labels = X[order], y[order], labels[order]
    forest = ARSieveForestRegressor(4, random_state=0).fit(X, y, labels)
    words = np.array(["a", "b", "c"])[labels]
    days = np.datetime64("2020-01-01") + labels
    kinds = [
        labels.tolist(),
        labels - 7,
        labels / 2,
        words,
        words.astype(object),
        list(words),
        list(zip(words, words)),
        pd.Series(words, index=np.arange(len(words))[::-1]),
        pd.Series(words).astype("category"),
        pd.Categorical(words),
        pd.Series(labels, dtype="Int64"),
        pd.Series(days),
        days,
        pd.Index(words),
    ]
    for kind in kinds:
        assert_same_forest(ARSieveForestRegressor(4, random_state=0).fit(X, y, groups=kind), forest)


def test_labels_that_cannot_be_compared_are_taken_as_they_come():
    X, y, labels, _ = panel()
    names = [(1, "two", None.__class__)[label] for label in labels]
    other = ["two" if name == 1 else (1 if name == "two" else name) for name in names]
    first = ARSieveForestRegressor(3, random_state=0).fit(X, y, groups=names)
    assert_same_forest(ARSieveForestRegressor(3, random_state=0).fit(X, y, groups=other), first)


def test_one_group_is_no_group():
    X, y = embed(ar1(np.random.default_rng(1), 90), [1, 3])
    plain = ARSieveForestRegressor(4, random_state=0).fit(X, y)
    grouped = ARSieveForestRegressor(4, random_state=0).fit(X, y, groups=["a"] * len(y))
    assert_same_forest(plain, grouped)


def test_trees_see_no_row_across_groups():
    """Segments of the sieve are the groups, also where the columns do not show them."""
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((60, 1)), rng.standard_normal(60)
    labels = np.arange(60) % 3
    with pytest.warns(UserWarning, match="no column of X is a lag of y"):
        forest = ARSieveForestRegressor(4, random_state=0).fit(X, y, labels)
    np.testing.assert_array_equal(forest.segments_, [0, 20, 40, 60])


@pytest.mark.parametrize("lengths", [(30, 1), (1, 30, 2), (3, 2, 40), (1, 1), (1,) * 12, (2,) * 9, (5, 4)])
@pytest.mark.parametrize("options", [o for o in BOOTSTRAPS if o["bootstrap"] != "seasonal"], ids=str)
def test_short_groups_are_no_mistake(lengths, options):
    X, y, labels, _ = panel(lengths, exog=False)
    order = mixed(labels)
    frame = pd.DataFrame(X, columns=["lag_1", "lag_2", "lag_5"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        forest = ARSieveForestRegressor(3, random_state=0, **options)
        forest.fit(frame.iloc[order], y[order], labels[order])
    assert np.isfinite(forest.predict(frame)).all()
    if options["bootstrap"] not in ("iid", None):
        assert forest.lags_ == [1, 2, 5]


# ---- the search for lags within groups ----


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(1, 25), min_size=1, max_size=6),
    kind=st.sampled_from(["equal", "scaled", "float32", "ties"]),
    named=st.booleans(),
)
def test_lags_are_found_in_any_mixture(seed, lengths, kind, named):
    lengths = [*lengths, 30]
    rng = np.random.default_rng(seed)
    lags = [2, 1, 4]
    series = [5 * rng.standard_normal() + ar1(rng, n + 4) for n in lengths]
    if kind == "ties":
        series = [np.round(5 * s) for s in series]
    if kind == "float32":
        series = [s.astype(np.float32).astype(float) for s in series]
    X, y = stack([embed(s, lags) for s in series])
    if kind == "scaled":
        X = 3.0 * X - 1.0
    labels = np.repeat(np.arange(len(lengths)), lengths)
    order = mixed(labels, seed)
    names = [f"lag_{k}" for k in lags] if named else None
    groups = read_groups(labels[order], len(y))
    found = detect_lags(X[order], y[order], names, "auto", groups)
    assert found.lags_ == tuple(lags)
    np.testing.assert_array_equal(np.isin(np.cumsum([0, *lengths]), found.segments), True)
    np.testing.assert_array_equal(order[found.order], np.arange(len(y)))
    np.testing.assert_allclose(found.rebuild(found.series, X), X, atol=1e-5)
    said = detect_lags(X[order], y[order], names, lags, groups)
    assert said.lags_ == tuple(lags)


def test_gaps_within_groups_are_seams():
    X, y, labels, _ = panel((60, 50), exog=False)
    kept = np.r_[0:20, 28:60, 60:110]  # eight rows of the first series are missing
    X, y, labels = X[kept], y[kept], labels[kept]
    order = mixed(labels)
    found = detect_lags(X[order], y[order], None, "auto", read_groups(labels[order], len(y)))
    assert found.lags == (1, 2, 5)
    np.testing.assert_array_equal(found.segments, [0, 20, 52, 102])


def test_gaps_at_the_beginning_of_groups_are_seams():
    """Rows that have no lag within their group tell nothing about a seam before them."""
    rng = np.random.default_rng(4)
    parts = [embed(ar1(rng, 26), [1, 6]) for _ in range(20)]
    kept = np.r_[0:2, 10:20]
    X, y = stack([(X[kept], y[kept]) for X, y in parts])
    order = mixed(np.repeat(np.arange(20), 12))
    groups = read_groups(np.repeat(np.arange(20), 12)[order], len(y))
    found = detect_lags(X[order], y[order], None, "auto", groups)
    assert found.lags == (1, 6)
    starts = 12 * np.arange(20)
    np.testing.assert_array_equal(found.segments, np.sort([*starts, *(starts + 2), 240]))


def test_seams_are_judged_by_rows_that_have_the_lag():
    """Groups of 12 with a seam after two rows: of lag 6, rows 6 and 7 differ, rows 2 to 5 have no lag."""
    starts = 12 * np.arange(20)
    short = ColumnMatch(0, 1, starts + 2)
    long = ColumnMatch(1, 6, np.sort([*(starts + 6), *(starts + 7)]))
    kept, seams = agree_on_seams([short, long], Runs(np.append(starts, 240)), 0.0)
    assert kept == [short, long]
    np.testing.assert_array_equal(seams, starts + 2)


def test_equal_values_in_other_groups_are_no_lags():
    """Three equal groups: every value occurs in each of them."""
    y = np.tile(ar1(np.random.default_rng(6), 40), 3)
    X = np.roll(y, 2)[:, None].T.copy()
    X[0, [30, 70, 110]] += 1.0  # otherwise the lag is exact
    bounds = np.array([0, 40, 80, 120])
    hit = SeriesIndex(y, Runs(bounds)).partial(X, np.array([0]))[0]
    assert hit.lag == 2
    np.testing.assert_array_equal(hit.differing, [30, 70, 110])
    far = np.concatenate([np.full(80, np.nan), y[:40]])[None, :]  # equals y in another group only
    assert SeriesIndex(y, Runs(bounds)).partial(far, np.array([0])).get(0, Hit(0, bounds)).lag not in (40, 80)


def test_exact_lags_show_in_the_longest_group():
    rng = np.random.default_rng(7)
    parts = [embed(rng.standard_normal(n), [3]) for n in (4, 33, 4)]
    X, y = stack(parts)
    index = SeriesIndex(y, Runs(np.array([0, 1, 31, 32])))
    assert index.exact(X.T.copy(), np.array([0])) == {0: [3]}
    assert index.exact(y[None, :], np.array([0])) == {0: [0]}


def test_rolling_means_are_found_within_groups():
    rng = np.random.default_rng(5)
    parts = [ar1(rng, 80) for _ in range(4)]
    X = [np.column_stack([s[4:-1], [s[t - 4 : t].mean() for t in range(5, 80)]]) for s in parts]
    X, y = np.stack(X, axis=1).reshape(-1, 2), np.stack([s[5:] for s in parts], axis=1).ravel()
    found = detect_lags(X, y, None, "auto", read_groups(np.arange(300) % 4, 300))
    assert found.lags == (1, None)
    (mean,) = found.linear
    np.testing.assert_allclose(mean.weights, [0.25] * 4, atol=1e-9)


def test_constant_groups_say_nothing_about_lags():
    labels = np.repeat(np.arange(8), 10)
    y = np.repeat(np.arange(8.0), 10)
    found = detect_lags(y[:, None], y, None, "auto", read_groups(labels, 80))
    assert found.lags == (None,)


def test_lags_that_groups_contradict_name_rows_as_given():
    X, y, labels, _ = panel((30, 30), lags=(1, 2), exog=False)
    order = np.arange(60).reshape(2, 30).T.ravel()  # by time
    X, y = X[order], y[order]
    labels = labels[order]
    with pytest.raises(ValueError, match=r"lags\[1\]=3 says .* 54 of 54 rows differ: at row 6, .*y\[0\]"):
        ARSieveForestRegressor(2, lags=[1, 3]).fit(X, y, labels)
    with pytest.raises(ValueError, match=r"lags\[0\]=1 says .*groups="):
        ARSieveForestRegressor(2, lags=[1, 2]).fit(X, y)
    assert ARSieveForestRegressor(2, lags=[1, 2]).fit(X, y, labels).lags_ == [1, 2]


# ---- interleaved series whose names show them ----


def test_groups_that_are_interleaved_themselves_are_split_further():
    """Two groups of two series each: the labels tell the groups apart, the names the rest."""
    X, y, labels, _ = panel((30, 30, 30, 30), lags=(1, 2), exog=False)
    order = np.arange(120).reshape(4, 30).T.ravel()
    X, y, coarse = pd.DataFrame(X[order], columns=["lag_1", "lag_2"]), y[order], labels[order] // 2
    with pytest.warns(UserWarning, match="2 series interleaved by time"):
        forest = ARSieveForestRegressor(3, random_state=0).fit(X, y, coarse)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = ARSieveForestRegressor(3, random_state=0).fit(X, y, labels[order])
    assert_same_forest(forest, expected)


def test_a_row_too_few_does_not_hide_interleaved_series():
    X, y, _, series = panel((30, 30, 30), lags=(1, 2), exog=False)
    order = np.arange(90).reshape(3, 30).T.ravel()[:-1]
    found = detect_lags(X[order], y[order], ["lag_1", "lag_2"])
    assert found.lags == (1, 2)
    np.testing.assert_array_equal(found.segments, [0, 30, 60, 89])
    np.testing.assert_array_equal(found.series[2], series[2][:-1])


def test_a_named_lag_longer_than_half_a_series_is_found_after_the_split():
    X, y, _, _ = panel((12,) * 5, lags=(1, 2, 9), exog=False)
    order = np.arange(60).reshape(5, 12).T.ravel()
    found = detect_lags(X[order], y[order], ["lag_1", "lag_2", "lag_9"])
    assert found.lags == (1, 2, 9)


def test_what_cannot_be_split_falls_back_and_names_the_remedies():
    """Runs of two and three times: by rows seams are few, within the series they would be everywhere."""
    rng = np.random.default_rng(0)
    rows = []
    for block in range(40):
        values = rng.standard_normal((4 + block % 2, 5))
        rows += [
            (values[t - 1, i], values[t - 2, i], values[t, i])
            for t in range(2, len(values))
            for i in range(5)
        ]
    X, y = np.array(rows)[:, :2], np.array(rows)[:, 2]
    found = detect_lags(X, y, ["lag_1", "lag_2"])
    assert found.max_lag == 0
    assert found.fixed == (0, 1)
    assert found.order is None
    (message,) = found.warnings
    assert "seems to hold 5 series interleaved" in message
    assert "pass groups=" in message
    assert "lags=" in message


def by_time(lengths, lost=()):
    """A panel with lags 1 and 2 sorted by time, rows of some times left out; and its labels."""
    X, y, labels, _ = panel(lengths, lags=(1, 2), exog=False)
    times = np.concatenate([np.arange(n) for n in lengths])
    order = np.lexsort((labels, times))
    order = order[~np.isin(times[order], lost)]
    return X[order], y[order], labels[order]


def test_series_of_unequal_length_are_not_split_at_equal_steps():
    """Where the shorter series have ended, every third row is of another series at each time."""
    X, y, labels = by_time((60, 45, 80))
    found = detect_lags(X, y, ["lag_1", "lag_2"])
    assert found.fixed == (0, 1)
    (message,) = found.warnings
    assert "unequal length" in message
    assert "pass groups=" in message
    with_labels = detect_lags(X, y, ["lag_1", "lag_2"], "auto", read_groups(labels, len(y)))
    assert with_labels.lags == (1, 2)
    assert with_labels.warnings == ()
    np.testing.assert_array_equal(with_labels.segments, [0, 60, 105, 185])


def test_times_that_all_series_lack_do_not_hide_interleaved_series():
    X, y, _ = by_time((40, 40, 40), lost=(10, 11, 12))
    found = detect_lags(X, y, ["lag_1", "lag_2"])
    assert found.lags == (1, 2)
    np.testing.assert_array_equal(found.segments, [0, 10, 37, 47, 74, 84, 111])
    assert "3 series interleaved" in found.warnings[0]


# ---- mistakes ----


@pytest.mark.parametrize(
    ("groups", "error", "message"),
    [
        ([1, 2], ValueError, "groups has 2 labels, but X has 6 rows"),
        (np.ones((6, 1)), ValueError, r"groups of shape \(6, 1\)"),
        (np.array(3), ValueError, r"groups of shape \(\)"),
        (pd.DataFrame({"a": [1] * 6}), ValueError, r"groups of shape \(6, 1\)"),
        ([[1], [1], [1], [2], [2], [2]], ValueError, r"groups\[0\] is \[1\]"),
        ([1, 1, None, 2, 2, 2], ValueError, r"groups\[2\] is None.*missing"),
        ([1.0, np.nan, 1.0, 2.0, 2.0, 2.0], ValueError, r"groups\[1\] is nan.*missing"),
        (np.array([1, 1, 1, 2, 2, np.nan]), ValueError, r"groups\[5\] is nan"),
        (pd.Series([1, pd.NA, 1, 2, 2, 2], dtype="Int64"), ValueError, r"groups\[1\] is <NA>"),
        (pd.Series(["a", None, "a", "b", "b", "b"]), ValueError, r"groups\[1\] is"),
        (pd.to_datetime(["2020-01-01"] * 5 + [None]), ValueError, r"groups\[5\] is NaT"),
        (np.array(["2020", "NaT"] * 3, dtype="datetime64[D]"), ValueError, r"groups\[1\] is .*NaT"),
        ("abcdef", TypeError, "groups='abcdef'"),
        ({1: 2}, TypeError, "groups={1: 2}"),
        (7, TypeError, "groups=7"),
        ([{1}, {1}, {1}, {2}, {2}, {2}], TypeError, "cannot be hashed"),
    ],
)
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid"])
def test_labels_that_cannot_be(groups, error, message, bootstrap):
    X, y = embed(np.arange(8.0) ** 2, [1, 2])
    with pytest.raises(error, match=message):
        ARSieveForestRegressor(2, bootstrap=bootstrap).fit(X, y, groups=groups)
