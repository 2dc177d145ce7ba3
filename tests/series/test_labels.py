"""What is remembered of an index survives pickling without pandas objects in it."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.series.index import read_series

INDEXES = [
    pd.date_range("2015-01-31", periods=5, freq="ME", name="month"),
    pd.date_range("2024-03-29", periods=5, freq="D", tz="Europe/Berlin"),
    pd.date_range("2024-01-01", periods=5, freq="15min", tz="-03:30").as_unit("s"),
    pd.DatetimeIndex(list(pd.date_range("2024-01-01", periods=5, freq="W-WED"))),
    pd.date_range("2010-01-01", periods=5, freq=pd.DateOffset(months=2)),
    pd.date_range("2024-03-08", periods=5, freq="B"),
    pd.date_range("2024-03-08 16:00", periods=5, freq="bh", tz="Europe/Berlin"),
    pd.date_range("2024-03-28", periods=5, freq=pd.offsets.CDay(holidays=["2024-04-01"]), name="trading day"),
    pd.date_range("2024-03-28", periods=5, freq="CBMS"),
    pd.period_range("1990Q1", periods=5, freq="Q-NOV", name=("a", 1)),
    pd.period_range("2001-01", periods=5, freq="3M"),
    pd.RangeIndex(10, 25, 3, name="k"),
    pd.Index(np.arange(5, dtype=np.int16)),
    pd.Index(np.arange(5), dtype="Int64"),
]
WITHOUT_RECORD = pd.date_range("2024-03-29", periods=5, freq="h", tz="dateutil/Europe/Berlin")


PLAIN = (type(None), bool, int, float, str, list, tuple, dict, np.ndarray)


def others(value):
    """What is no plain value, all the way down."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    own = [] if type(value) in PLAIN else [value]
    return own + [found for part in parts for found in others(part)]


@pytest.mark.parametrize("duplicate", [lambda info: pickle.loads(pickle.dumps(info)), copy.deepcopy])
@pytest.mark.parametrize("index", [*INDEXES, WITHOUT_RECORD], ids=lambda index: f"{index.dtype} {index.name}")
def test_pickles_continue_the_index_alike(index, duplicate):
    info = read_series(pd.Series(np.arange(5.0), index=index, name="y"))[1]
    again = duplicate(info)
    pd.testing.assert_index_equal(again.index, info.index, exact=True)
    assert getattr(again.index, "freq", None) == getattr(info.index, "freq", None)
    assert again.step == info.step
    pd.testing.assert_index_equal(again.future(3), info.future(3), exact=True)
    assert (again.kind, again.n, again.name) == (info.kind, info.n, info.name)


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: f"{index.dtype} {index.name}")
def test_states_hold_plain_values(index):
    info = read_series(pd.Series(np.arange(5.0), index=index, name="y"))[1]
    assert not others(info.__getstate__())


def test_indexes_that_have_no_record_stay_as_they_are():
    info = read_series(pd.Series(np.arange(5.0), index=WITHOUT_RECORD))[1]
    assert info.__getstate__()["index"] is info.index


def test_business_days_that_are_periods():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # pandas would rather have dates
        info = read_series(
            pd.Series(np.arange(5.0), index=pd.period_range("2024-03-08", periods=5, freq="B"))
        )[1]
        assert not others(info.__getstate__())
        again = pickle.loads(pickle.dumps(info))
        assert again.future(3).equals(info.future(3))
        assert [str(day) for day in again.future(1)] == ["2024-03-15"]


def test_series_without_an_index():
    info = read_series([1.0, 2.0])[1]
    assert vars(pickle.loads(pickle.dumps(info))) == vars(info)
