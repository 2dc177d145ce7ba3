"""Values that a file can hold come back with their types; what it cannot hold is named."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from dateutil.relativedelta import MO
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from arsieve_rf.persistence import files
from arsieve_rf.persistence.classes import Stored, by_name


class Box:
    """Holds anything."""

    def __init__(self, content):
        self.content = content


@dataclass(frozen=True)
class Pair:
    left: object
    right: object = 3


CLASSES = by_name([Stored(Box), Stored(Pair)])


def again(value, folder):
    files.write(Box(value), folder / "box", CLASSES, "1.2.3")
    return files.read(folder / "box", Box, CLASSES, "1.2.3").content


def assert_same(one, other):
    """Equal values of equal types, all the way down; nan equals nan, and 0.0 is not -0.0."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.flags.f_contiguous == other.flags.f_contiguous or not one.flags.f_contiguous
        if one.dtype == object:
            for x, y in zip(one.ravel(), other.ravel()):
                assert_same(x, y)
        else:
            assert one.tobytes() == other.tobytes()
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for x, y in zip(one, other):
            assert_same(x, y)
    elif isinstance(one, dict):
        assert_same(list(one.items()), list(other.items()))
    elif isinstance(one, float | np.floating) and math.isnan(one):
        assert math.isnan(other)
    elif isinstance(one, float | np.floating):
        assert one == other
        assert math.copysign(1.0, one) == math.copysign(1.0, other)
    elif isinstance(one, pd.Index):
        pd.testing.assert_index_equal(one, other, exact=True)
    else:
        assert one == other


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.builds(np.float32, st.floats(width=32))
    | st.builds(np.int8, st.integers(-128, 127))
    | st.builds(np.str_, st.text(alphabet="aä%"))
    | st.builds(slice, st.none() | st.integers(), st.integers(), st.none())
    | st.builds(range, st.integers(-5, 5), st.integers(), st.integers(1, 9))
)
HASHABLE = st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.text(), st.integers())
ARRAYS = arrays(
    st.sampled_from(["?", "i1", "u2", "i4", "u8", "f4", "f8", ">f8", "<U3", "m8[s]", "M8[ns]"]).map(np.dtype),
    array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
NESTED = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(NESTED)
@settings(max_examples=150, deadline=None)
def test_nested_values_come_back(tmp_path_factory, value):
    assert_same(value, again(value, tmp_path_factory.getbasetemp()))


@pytest.mark.parametrize(
    "value",
    [
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(12.0)[::-2],
        np.array(["a", None, ("b", 1), 2.5], object),
        np.array([["a", "b"], ["c", "d"]], object),
        np.array([], object),
        np.float64("nan"),
        np.datetime64("2024-01-01"),
        np.bool_(True),
        {"a": {1: (), "b": [[]]}, 1.5: float("-inf"), (1, "x"): -0.0},
        10**400,
        "\ud800 a lone surrogate, and \x00",
        pd.Timestamp("2024-01-01 12:00:00.000000001", tz="Europe/Berlin"),
        pd.Period("2024-01", "M"),
        pd.Index(["a", "b"], name="letters"),
        pd.Index([1, None, "a"], dtype=object),
        pd.DatetimeIndex(["2024-01-01", "2024-01-05", "2025-01-02"], tz="UTC"),
        pd.offsets.BusinessMonthEnd(2),
        pd.offsets.Week(),
        pd.DateOffset(months=2, days=1),
        pd.offsets.FY5253(startingMonth=3, weekday=4, variation="last"),
        pd.offsets.BusinessDay(-2, normalize=True, offset=timedelta(days=-1, hours=3, microseconds=7)),
        pd.offsets.BusinessHour(start=["08:30", "14:00"], end=["12:00", "19:45"]),
        pd.offsets.CustomBusinessDay(3, weekmask="Sun Mon Tue Wed", holidays=["2024-04-01", "2023-01-02"]),
        pd.offsets.CustomBusinessDay(calendar=np.busdaycalendar(holidays=["2024-04-01", "2024-04-06"])),
        pd.offsets.CustomBusinessMonthEnd(holidays=["2024-04-30"]),
        pd.offsets.CustomBusinessHour(start="10:00", weekmask="1111000"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_particular_values_come_back(value, tmp_path):
    assert_same(value, again(value, tmp_path))


OFFSETS = (
    st.builds(
        pd.offsets.BusinessDay,
        st.integers(-9, 9),
        normalize=st.booleans(),
        offset=st.timedeltas(timedelta(-9), timedelta(9)),
    )
    | st.builds(
        pd.offsets.CustomBusinessDay,
        st.integers(1, 9),
        weekmask=st.from_regex("[01]{7}", fullmatch=True).filter(lambda days: "1" in days),
        holidays=st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), max_size=4),
    )
    | st.builds(
        lambda n, opening, hours: pd.offsets.BusinessHour(n, start=time(opening), end=time(opening + hours)),
        st.integers(1, 9),
        st.integers(0, 11),
        st.integers(1, 12),
    )
)


@given(OFFSETS, st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_offsets_move_dates_as_before(tmp_path_factory, offset, moment):
    back = again(offset, tmp_path_factory.getbasetemp())
    assert back == offset
    assert pd.Timestamp(moment) + back == pd.Timestamp(moment) + offset


def test_what_is_one_object_stays_one_object(tmp_path):
    inner, array = [1], np.zeros(3)
    back = again({"a": inner, "b": inner, "c": [1], "x": array, "y": array, "z": array.copy()}, tmp_path)
    assert back["a"] is back["b"]
    assert back["a"] is not back["c"]
    assert back["x"] is back["y"]
    assert back["x"] is not back["z"]


def test_an_object_may_hold_itself(tmp_path):
    box = Box([])
    box.content.append(box)
    files.write(box, tmp_path / "box", CLASSES, "")
    back = files.read(tmp_path / "box", Box, CLASSES, "")
    assert back.content[0] is back


def test_objects_are_made_without_running_their_init(tmp_path, monkeypatch):
    monkeypatch.setattr(Box, "__init__", lambda self, content: vars(self).update(content=content))
    files.write(Box(Pair(1, 2)), tmp_path / "box", CLASSES, "")
    monkeypatch.setattr(Box, "__init__", lambda self: pytest.fail("was run"))
    assert files.read(tmp_path / "box", Box, CLASSES, "").content == Pair(1, 2)


def test_only_the_fields_of_dataclasses_are_stored(tmp_path):
    pair = Pair(1)
    vars(pair)["cached"] = 5
    assert vars(again(pair, tmp_path)) == {"left": 1, "right": 3}


class Own:
    def __repr__(self):
        return "Own(" + "x" * 100 + ")"


class OwnBox(Box):
    pass


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (Own(), r"content = Own\(xxx"),
        ([1, {"key": Own()}], r"content\[1\].'key' = Own"),
        (Pair(1, (Own(),)), r"content.right\[0\] = Own"),
        (OwnBox(1), "content = <.*OwnBox"),
        (np.array([1, Own()], object), r"content\[1\] = Own"),
        (len, "content = <built-in function len>"),
        (Own, "content = <class"),
        ({1, 2}, "content = {1, 2} .builtins.set"),
        (np.longdouble(1), "content = .*longdouble"),
        (np.zeros(2, [("a", "f8")]), "content = array"),
        (pd.Series([1.0]), "content = "),
        (
            pd.MultiIndex.from_tuples([(1, 2)]),
            "content = MultiIndex.*pandas tells of it does not make it again",
        ),
        (
            pd.date_range("2024", periods=3, tz="dateutil/Europe/Berlin"),
            "content = DatetimeIndex.* time zone has no name such as 'Europe/Berlin', which tz_convert",
        ),
        (
            pd.Timestamp("2024-01-01", tz="dateutil/Europe/Berlin"),
            "content.* time zone has no name",
        ),
        # pandas' own words for it would give the calendar of a full week
        (
            pd.offsets.CustomBusinessDay(calendar=np.busdaycalendar("1111000")),
            "content = <CustomBusinessDay>.*what pandas tells of it",
        ),
        (pd.offsets.DateOffset(weekday=MO(1)), r"content = <DateOffset: weekday=MO\(\+1\)>"),
        (pd.offsets.BusinessDay(offset=pd.Timedelta(1, "ns")), "content = <BusinessDay: "),
        (np.ma.masked_array([1.0]), "content = masked_array"),
    ],
)
def test_other_objects_are_refused_with_their_place(value, place, tmp_path):
    with pytest.raises(TypeError, match=place) as caught:
        again(value, tmp_path)
    assert "Use pickle, joblib or skops.io" in str(caught.value)
    assert len(str(caught.value)) < 400
    assert not list(tmp_path.iterdir())


def test_two_classes_of_one_name_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match="two classes are called Box"):
        by_name([Stored(Box), Stored(type("Box", (), {}))])


def test_the_document_is_json_that_others_read(tmp_path):
    files.write(Box([float("nan"), float("inf")]), tmp_path / "box", CLASSES, "1.2.3")
    import zipfile

    with zipfile.ZipFile(tmp_path / "box") as archive:
        text = archive.read("arsieve_rf.json").decode("ascii")
    document = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    assert {name: document[name] for name in ("format", "format_version", "library_version", "class")} == {
        "format": "arsieve-rf",
        "format_version": files.FORMAT_VERSION,
        "library_version": "1.2.3",
        "class": "Box",
    }
