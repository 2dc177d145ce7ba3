from __future__ import annotations

import pickle
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsieve_rf.series.index import (
    check_horizon,
    read_exog,
    read_future_exog,
    read_new,
    read_series,
)

MONTHS = pd.date_range("2024-01-01", periods=6, freq="MS", name="month")


def series(index, n=None):
    return pd.Series(np.arange(float(len(index) if n is None else n)), index=index, name="sales")


# --- values -------------------------------------------------------------------------------------------------

ACCEPTED = {
    "list": [1, 2, 3],
    "tuple": (1.0, 2.0, 3.0),
    "int8": np.array([1, 2, 3], np.int8),
    "uint64": np.array([1, 2, 3], np.uint64),
    "float32": np.array([1, 2, 3], np.float32),
    "longdouble": np.array([1, 2, 3], np.longdouble),
    "read-only, reversed view": np.array([3.0, 2.0, 1.0])[::-1],
    "objects": np.array([1, Decimal("2"), Fraction(3)], dtype=object),
    "masked, nothing hidden": np.ma.array([1.0, 2.0, 3.0]),
    "range": range(1, 4),
    "Series": pd.Series([1, 2, 3]),
    "Series of objects": pd.Series([1, 2.0, np.float32(3)], dtype=object),
    "Int64": pd.Series([1, 2, 3], dtype="Int64"),
    "Float64": pd.Series([1, 2, 3], dtype="Float64"),
    "pyarrow": pd.Series([1, 2, 3], dtype="double[pyarrow]"),
    "sparse": pd.Series(pd.arrays.SparseArray([1.0, 2.0, 3.0])),
}


@pytest.mark.parametrize("y", ACCEPTED.values(), ids=ACCEPTED)
def test_numbers_of_all_kinds(y):
    values, info = read_series(y)
    assert values.dtype == np.float64
    assert values.flags.c_contiguous
    assert values.flags.writeable
    np.testing.assert_array_equal(values, [1.0, 2.0, 3.0])
    assert info.n == 3
    assert not (isinstance(y, np.ndarray) and np.shares_memory(values, y))


VALUE_FAULTS = {
    "NaN": ([1.0, np.nan, 3.0, np.nan], r"y has 2 missing \(NaN\) values, the first at position 1"),
    "inf": ([1.0, 2.0, -np.inf], r"y has 1 infinite value, the first at position 2"),
    "both": ([np.inf, np.nan], r"y has 1 missing \(NaN\) and 1 infinite values, the first at position 0"),
    "label": (
        pd.Series([1.0, np.nan], index=pd.period_range("2024-01", periods=2, freq="M")),
        r"position 1 \(2024-02\)",
    ),
    "pd.NA": (pd.Series([1, None, 3], dtype="Int64"), r"1 missing \(NaN\) value, the first at position 1"),
    "pyarrow null": (pd.Series([1, None], dtype="double[pyarrow]"), "1 missing"),
    "None among numbers": ([1.0, None, 2.0], "1 missing"),
    "masked": (np.ma.array([1.0, 2.0], mask=[False, True]), "1 missing"),
    "beyond float64": (np.array([1, 10**400], dtype=object), "fit in float64, got 1000.*at position 1"),
    "longdouble beyond float64": (
        np.array([1.0, 2.0], np.longdouble) * np.longdouble("1e4000"),
        "2 infinite",
    ),
    "strings": (["1", "2"], "y must hold real numbers, got dtype <U1.*pandas.to_numeric"),
    "string Series": (pd.Series(["1", "2"]), "y must hold real numbers, got dtype (str|object)|got '1'"),
    "a word among objects": (np.array([1, "x"], dtype=object), r"got 'x' \(str\) at position 1"),
    "complex": (np.array([1j, 2.0]), "complex numbers.*y.real"),
    "bool": (np.array([True, False]), r"booleans.*y.astype\(float\)"),
    "bool Series": (pd.Series([True, False]), "booleans"),
    "nullable bool": (pd.Series([True, False], dtype="boolean"), "booleans"),
    "bool objects": (np.array([1, True], dtype=object), r"got True \(bool\) at position 1"),
    "dates": (MONTHS.to_numpy(), "times .*belong in the index"),
    "categories": (pd.Series([1, 2], dtype="category"), "categories; encode"),
    "ragged": ([[1.0], [1.0, 2.0]], "cannot be read as a numeric array"),
    "column": (np.ones((3, 1)), r"one-dimensional, got shape \(3, 1\); pass y.ravel\(\)"),
    "matrix": (np.ones((3, 2)), r"one-dimensional, got shape \(3, 2\)"),
    "scalar array": (np.array(1.0), r"one-dimensional, got shape \(\)"),
    "empty": ([], "y is empty"),
    "empty Series": (pd.Series([], dtype=float), "y is empty"),
    "DataFrame": (pd.DataFrame({"a": [1], "b": [2]}), r"columns \['a', 'b'\]; pick one: y\['a'\]"),
    "DataFrame without columns": (pd.DataFrame(index=[1, 2]), "without columns"),
}


@pytest.mark.parametrize(("y", "message"), VALUE_FAULTS.values(), ids=VALUE_FAULTS)
def test_bad_values_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        read_series(y)


@pytest.mark.parametrize("y", [None, "1,2,3", b"12", {"a": 1}, {1, 2}, 3.0, object()], ids=repr)
def test_what_is_no_array_is_a_type_error(y):
    with pytest.raises(TypeError, match="y must be an array or a sequence of numbers"):
        read_series(y)


def test_the_parameter_is_named():
    with pytest.raises(ValueError, match=r"^y_train is empty"):
        read_series([], "y_train")


# --- regular indexes ----------------------------------------------------------------------------------------

DATETIME_FREQS = [
    "D",
    "B",
    "W-SUN",
    "MS",
    "ME",
    "QE-DEC",
    "QS-OCT",
    "YS-JAN",
    "YE-DEC",
    "h",
    "15min",
    "2D",
    "3MS",
]


@pytest.mark.parametrize("set_freq", [True, False])
@pytest.mark.parametrize("tz", [None, "Europe/Berlin"])
@pytest.mark.parametrize("freq", DATETIME_FREQS)
def test_dates_go_on(freq, tz, set_freq):
    # 24 March 2024 is a week before the clocks change in Berlin.
    whole = pd.date_range("2024-03-24", periods=30, freq=freq, tz=tz, name="when")
    past = whole[:20] if set_freq else pd.DatetimeIndex(list(whole[:20]), name="when")
    assert (past.freq is None) != set_freq
    _, info = read_series(series(past))
    assert info.kind == "datetime"
    out = info.wrap(np.arange(10.0))
    assert out.index.equals(whole[20:])
    assert (out.index.name, out.index.dtype) == (whole.name, whole.dtype)
    if set_freq:  # inferred ones may have an equivalent name: QS-JAN for QS-OCT
        assert out.index.freq == whole.freq
    assert out.name == "sales"


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_resolution_of_dates_is_kept(unit):
    _, info = read_series(series(MONTHS.as_unit(unit)))
    assert info.future(2).unit == unit


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D", "h", "2Y", "3M"])
@pytest.mark.parametrize("n", [1, 2, 12])
def test_periods_go_on(freq, n):
    whole = pd.period_range("2020-01-01", periods=n + 5, freq=freq, name="year")
    _, info = read_series(series(whole[:n]))
    assert info.kind == "period"
    pd.testing.assert_index_equal(info.wrap(np.zeros(5)).index, whole[n:], exact=True)


@given(start=st.integers(-100, 100), step=st.integers(1, 9), n=st.integers(1, 20), h=st.integers(0, 5))
def test_integers_go_on(start, step, n, h):
    whole = pd.RangeIndex(start, start + step * (n + h), step, name="t")
    info = read_series(series(whole[:n]))[1]
    assert info.kind == "range"
    pd.testing.assert_index_equal(info.future(h), whole[n:], exact=True)
    if n >= 2:
        info = read_series(series(pd.Index(list(whole[:n]), dtype="int32", name="t")))[1]
        expected = pd.Index(list(whole[n:]), dtype="int32", name="t")
        pd.testing.assert_index_equal(info.future(h), expected, exact=True)


def test_arrays_stay_arrays():
    _, info = read_series([1.0, 2.0])
    out = info.wrap(np.array([5.0]))
    assert type(out) is np.ndarray
    np.testing.assert_array_equal(info.future(2), [2, 3])


def test_two_dates_need_a_set_frequency():
    dates = pd.to_datetime(["2024-01-01", "2024-02-01"])
    with pytest.raises(ValueError, match=r"none can be inferred from 2 dates; set it: y.index.freq"):
        read_series(series(dates))
    info = read_series(series(pd.DatetimeIndex(dates, freq="MS")))[1]
    assert info.future(1)[0] == pd.Timestamp("2024-03-01")


INDEX_FAULTS = {
    "gap": (
        MONTHS.delete(3),
        r"irregular: 2024-05-01 00:00:00 where 2024-04-01 00:00:00.*\(position 3\).*y.asfreq\('MS'\)",
    ),
    "off the grid": (
        MONTHS[:5].append(pd.DatetimeIndex(["2024-06-02"])),
        r"2024-06-02 00:00:00 where 2024-06-01 00:00:00.*\(position 5\).*resample\('MS'\)",
    ),
    "no frequency": (
        pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-07", "2024-01-21"]),
        "no frequency fits, the spacing first changes",
    ),
    "repeated": (MONTHS.insert(2, MONTHS[1]), r"repeats 2024-02-01 00:00:00 \(position 2\).*groupby"),
    "backwards": (MONTHS[::-1], r"goes back in time: .*\(position 1\).*sort_index"),
    "unsorted": (MONTHS[[0, 1, 3, 2, 4]], r"goes back in time: .*\(position 3\)"),
    "NaT": (MONTHS.insert(1, pd.NaT), r"missing label \(position 1\)"),
    "period gap": (
        pd.PeriodIndex(["2000", "2001", "2003"], freq="Y"),
        r"2003 where 2002 is expected.*\(position 2\).*reindex\(pandas.period_range\('2000', '2003'",
    ),
    "period repeated": (pd.PeriodIndex(["2000", "2000"], freq="Y"), r"repeats 2000 \(position 1\)"),
    "integers with a gap": (
        pd.Index([1, 2, 3, 5, 6]),
        r"not equally spaced: after 3 comes 5, but most steps are 1 \(position 3\)",
    ),
    "integers repeated": (pd.Index([1, 2, 2]), r"repeats 2 \(position 2\)"),
    "integers backwards": (pd.RangeIndex(5, 0, -1), "goes back in time"),
    "floats": (pd.Index([1700.0, 1701.0]), r"got Index of float64.*astype\(int\)"),
    "words": (pd.Index(["2024-01", "2024-02"]), r"pandas.to_datetime\(y.index\)"),
    "date objects": (pd.Index([date(2024, 1, 1), date(2024, 1, 2)]), r"pandas.to_datetime\(y.index\)"),
    "mixed zones": (
        pd.Index([pd.Timestamp("2024-01-01", tz="UTC"), pd.Timestamp("2024-01-02", tz="Asia/Tokyo")]),
        "mixes time zones.*utc=True",
    ),
    "time differences": (pd.to_timedelta([1, 2], unit="D"), "add a start date"),
    "levels": (pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]), r"several levels .MultiIndex.; fit one"),
}


@pytest.mark.parametrize(("index", "message"), INDEX_FAULTS.values(), ids=INDEX_FAULTS)
def test_bad_indexes_are_refused(index, message):
    with pytest.raises(ValueError, match=message):
        read_series(series(index))


@given(n=st.integers(6, 40), data=st.data())
def test_a_missing_date_is_found_wherever_it_is(n, data):
    freq = data.draw(st.sampled_from(["D", "MS", "W-SUN", "h"]))
    gone = data.draw(st.integers(1, n - 2))
    whole = pd.date_range("2024-01-01", periods=n, freq=freq)
    with pytest.raises(ValueError, match=rf"position {gone}\).*") as caught:
        read_series(series(whole.delete(gone)))
    if n >= 12:  # with fewer dates, another frequency may fit the larger part
        assert str(whole[gone]) in str(caught.value)


@pytest.mark.parametrize("fault", ["gap", "off the grid", "period gap"])
def test_the_advised_expression_works(fault):
    y = series(INDEX_FAULTS[fault][0])
    with pytest.raises(ValueError, match="irregular") as caught:
        read_series(y)
    advice = str(caught.value).split(": ")[-1]
    read_series(eval(advice, {"y": y, "pandas": pd}))


# --- new observations ---------------------------------------------------------------------------------------

PAST = {
    "datetime": MONTHS,
    "period": pd.period_range("2024-01", periods=6, freq="M"),
    "range": pd.RangeIndex(10, 22, 2),
    "int": pd.Index([10, 12, 14, 16, 18, 20]),
}


@pytest.mark.parametrize("index", PAST.values(), ids=PAST)
def test_new_observations_move_the_index_on(index):
    y = series(index)
    _, info = read_series(y[:4])
    values, moved = read_new(y[4:], info)
    np.testing.assert_array_equal(values, [4.0, 5.0])
    whole = read_series(y)[1]
    assert (moved.n, moved.kind) == (6, whole.kind)
    pd.testing.assert_index_equal(moved.future(3), whole.future(3), exact=True)
    pd.testing.assert_index_equal(moved.index, whole.index)
    # Bare numbers are taken to follow.
    pd.testing.assert_index_equal(read_new([1.0, 2.0], info)[1].future(3), whole.future(3))
    assert info.n == 4


@pytest.mark.parametrize("index", PAST.values(), ids=PAST)
@pytest.mark.parametrize("start", [3, 5])
def test_overlapping_or_late_observations_are_refused(index, start):
    y = series(index)
    _, info = read_series(y[:4])
    with pytest.raises(ValueError, match="the index of y_new must continue the series: expected"):
        read_new(y[start:], info)


def test_new_observations_of_another_kind_of_index_are_refused():
    _, info = read_series(series(MONTHS))
    with pytest.raises(ValueError, match=r"expected 2024-07-01 .* got 0 to 0"):
        read_new(pd.Series([1.0]), info)


def test_new_observations_are_checked_like_the_series():
    _, info = read_series([1.0])
    for bad in ([np.nan], [[1.0]], []):
        with pytest.raises(ValueError, match=r"^y_new"):
            read_new(bad, info)


def test_series_after_array_is_taken_as_numbers():
    _, info = read_series([1.0])
    assert read_new(series(MONTHS), info)[1].future(1).tolist() == [7]


# --- exogenous columns --------------------------------------------------------------------------------------


def frame(index, columns=("a", "b")):
    return pd.DataFrame({c: np.arange(float(len(index))) + j for j, c in enumerate(columns)}, index=index)


@pytest.fixture
def fitted():
    y = series(MONTHS)
    return read_exog(frame(MONTHS), 6, read_series(y)[1])[1]


def test_exogenous_columns_are_read():
    info = read_series([1.0, 2.0])[1]
    assert read_exog(None, 2, info)[0] is None
    values, moved = read_exog([[1, 2, 3], [4, 5, 6]], 2, info)
    assert (moved.n_exog, moved.exog_names, values.dtype) == (3, None, np.float64)
    mixed = pd.DataFrame(
        {"bool": [True, False], "Int64": pd.array([1, 2], "Int64"), "int": [3, 4], "f": [0.5, 1.5]}
    )
    values, moved = read_exog(mixed, 2, info)
    np.testing.assert_array_equal(values, [[1, 1, 3, 0.5], [0, 2, 4, 1.5]])
    assert values.flags.c_contiguous
    assert moved.exog_names == ("bool", "Int64", "int", "f")


EXOG_FAULTS = {
    "one-dimensional": (np.ones(6), r"must have shape \(rows, columns\), got \(6,\).*reshape\(-1, 1\)"),
    "Series": (series(MONTHS), r"got a Series; pass X.to_frame\(\)"),
    "three-dimensional": (np.ones((6, 1, 1)), "must have shape"),
    "rows": (np.ones((5, 1)), "X has 5 rows, y has 6 values"),
    "no columns": (np.ones((6, 0)), "X has no columns"),
    "NaN": (np.array([[1.0]] * 5 + [[np.nan]]), r"1 missing \(NaN\) value, the first at position 5"),
    "NaN in a frame": (
        frame(MONTHS).replace(3.0, np.nan),
        r"X\['a'\] has 1 missing \(NaN\) value, the first at position 3 \(2024-04-01",
    ),
    "words": (frame(MONTHS).assign(b="x"), r"X\['b'\] must hold real numbers"),
    "categories": (
        frame(MONTHS).assign(b=pd.Categorical(list("xyxyxy"))),
        r"X\['b'\] must hold real numbers, got categories; encode .*get_dummies",
    ),
    "complex": (np.ones((6, 1)) * 1j, "complex"),
    "same name twice": (frame(MONTHS).set_axis(["a", "a"], axis=1), "more than one column 'a'"),
    "index": (
        frame(MONTHS + pd.DateOffset(months=1)),
        r"the index of X must equal the index of y: expected 2024-01-01 .* to 2024-06-01 .* "
        r"got 2024-02-01 .* to 2024-07-01",
    ),
    "other kind of index": (frame(range(6)), "must equal the index of y"),
    "one label": (
        frame(MONTHS[:5].append(pd.DatetimeIndex(["2024-06-05"]))),
        r"first difference is 2024-06-05 .* where 2024-06-01 .* \(position 5\)",
    ),
}


@pytest.mark.parametrize(("X", "message"), EXOG_FAULTS.values(), ids=EXOG_FAULTS)
def test_bad_exogenous_columns_are_refused(X, message):
    info = read_series(series(MONTHS))[1]
    with pytest.raises(ValueError, match=message):
        read_exog(X, 6, info)


def test_no_array_is_a_type_error_for_columns_too():
    with pytest.raises(TypeError, match="X must be an array"):
        read_exog("a", 6, read_series(series(MONTHS))[1])


def test_future_columns_are_ordered_by_name(fitted):
    future = frame(fitted.future(3))
    expected = future.to_numpy()
    np.testing.assert_array_equal(read_future_exog(future, 3, fitted), expected)
    np.testing.assert_array_equal(read_future_exog(future[["b", "a"]], 3, fitted), expected)
    np.testing.assert_array_equal(read_future_exog(expected, 3, fitted), expected)


def test_future_columns_follow_new_observations(fitted):
    moved = read_new([6.0], fitted)[1]
    read_future_exog(frame(moved.future(2)), 2, moved)
    with pytest.raises(ValueError, match="must be that of the future steps"):
        read_future_exog(frame(fitted.future(2)), 2, moved)


FUTURE_FAULTS = {
    "missing": (lambda f: None, r"X is needed.* 2 exogenous column\(s\) \['a', 'b'\]"),
    "rows": (lambda f: frame(f.future(2)), "X has 2 rows; one for each of the 3 future steps"),
    "old index": (lambda f: frame(f.index[-3:]), "expected 2024-07-01 .* to 2024-09-01 .* got 2024-04-01"),
    "fresh index": (lambda f: frame(range(3)), r"got 0 to 2 .*RangeIndex.*X.to_numpy\(\)"),
    "lacks": (lambda f: frame(f.future(3), ["a"]), r"fitted columns \['a', 'b'\]; it lacks \['b'\]"),
    "other": (lambda f: frame(f.future(3), ["a", "c"]), r"lacks \['b'\] and also has \['c'\]"),
    "too many": (lambda f: frame(f.future(3), ["a", "b", "c"]), r"it also has \['c'\]"),
    "array width": (lambda f: np.ones((3, 1)), "X has 1 columns, the model was fitted with 2"),
    "name twice": (lambda f: frame(f.future(3)).set_axis(["a", "a"], axis=1), "more than one column 'a'"),
    "NaN": (lambda f: np.full((3, 2), np.nan), "6 missing"),
}


@pytest.mark.parametrize(("make", "message"), FUTURE_FAULTS.values(), ids=FUTURE_FAULTS)
def test_bad_future_columns_are_refused(make, message, fitted):
    with pytest.raises(ValueError, match=message):
        read_future_exog(make(fitted), 3, fitted)


def test_future_columns_for_a_model_without_are_refused():
    info = read_series([1.0, 2.0])[1]
    assert read_future_exog(None, 3, info) is None
    with pytest.raises(ValueError, match="X is given, but the model was fitted without X"):
        read_future_exog(np.ones((3, 1)), 3, info)


# --- horizon, pickling, import ------------------------------------------------------------------------------


@pytest.mark.parametrize("h", [1, np.int64(12), np.uint8(3)])
def test_horizons(h):
    assert check_horizon(h) == h
    assert type(check_horizon(h)) is int


@pytest.mark.parametrize("h", [1.0, "3", None, True, np.bool_(True), [1], np.float64(2)], ids=repr)
def test_horizons_must_be_integers(h):
    with pytest.raises(TypeError, match="h must be an integer of at least 1, got"):
        check_horizon(h)


@pytest.mark.parametrize("h", [0, -3])
def test_horizons_must_be_positive(h):
    with pytest.raises(ValueError, match=f"h must be at least 1, got {h}"):
        check_horizon(h)


def test_dates_beyond_pandas_are_refused():
    info = read_series(series(MONTHS.as_unit("ns")))[1]
    with pytest.raises(ValueError, match="h=100000 steps after 2024-06-01 00:00:00 leave the range"):
        info.future(100_000)


def test_info_can_be_pickled(fitted):
    twin = pickle.loads(pickle.dumps(fitted))
    pd.testing.assert_index_equal(twin.future(3), fitted.future(3))


def test_arrays_are_read_without_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)  # importing it raises
    values, info = read_series([1.0, 2.0])
    _, info = read_exog([[1.0], [2.0]], 2, info)
    read_future_exog([[3.0]], 1, read_new([3.0], info)[1])
    assert info.wrap(values) is values
