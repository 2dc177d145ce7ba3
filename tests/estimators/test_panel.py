"""Many series beside a loop over them; faults of single series; the door."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from arsieve_rf import ARSieveForecaster, forecast_panel

FAST = ARSieveForecaster(2, differencing=1, n_estimators=5, random_state=0)  # needs 4 values


class Last:
    """The last value, whatever the series; a forecaster of nobody's library."""

    def fit(self, y, X=None):
        self.last_, self.n_ = y.iloc[-1], len(y)
        return self

    def predict(self, h, X=None):
        return np.full(h, self.last_) if X is None else X.iloc[:, 0].to_numpy()


class Count(Last):
    """Length of the series, which shows what became of rows that are left out."""

    def predict(self, h, X=None):
        return np.full(h, float(self.n_))


TIMES = {
    "months": pd.date_range("2019-01-31", periods=24, freq="ME"),
    "working days": pd.date_range("2024-01-01", periods=24, freq="B", unit="s"),
    "hours of summer time": pd.date_range("2024-03-30 12:00", periods=24, freq="h", tz="Europe/Berlin"),
    "quarters": pd.period_range("2019Q1", periods=24, freq="Q"),
    "two months": pd.period_range("2019-01", periods=24, freq="2M"),
    "integers": pd.Index(np.arange(24) * 3 + 5, dtype="int32"),
    "nullable": pd.Index(pd.array(range(24), dtype="Int64")),
}


def frame_of(name, times, seed=0, n=24):
    y = np.random.default_rng(seed).normal(size=n)
    return pd.DataFrame({"unique_id": name, "ds": times[:n], "y": y})


def panel(times=TIMES["months"], names=("b", "a", "c")):
    """Series of 24, 23 and 22 values: their forecasts are for different times."""
    return pd.concat([frame_of(name, times, i, 24 - i) for i, name in enumerate(names)], ignore_index=True)


def looped(df, h, forecaster):
    """The definition: a clone a series."""
    parts = []
    for name in df["unique_id"].unique():
        rows = df[df["unique_id"] == name].sort_values("ds")
        y = pd.Series(rows["y"].to_numpy(float), index=pd.Index(rows["ds"]))
        mean = clone(forecaster).fit(y).predict(h)
        parts.append(pd.DataFrame({"unique_id": name, "ds": mean.index, "mean": mean.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def with_exog(df, h=2):
    """Two columns, and their future: rows of all series mixed."""
    rng = np.random.default_rng(7)
    df = df.assign(price=rng.normal(size=len(df)), open=rng.random(len(df)) < 0.5)
    future = forecast_panel(df[["unique_id", "ds", "y"]], h, forecaster=Last())[["unique_id", "ds"]]
    future = future.assign(open=rng.random(len(future)) < 0.5, price=rng.normal(size=len(future)))
    return df, future.sample(frac=1, random_state=1)


# --- equal to a loop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
def test_equals_a_loop_over_the_series(times):
    df = panel(times)
    got = forecast_panel(df, 3, forecaster=FAST)
    pd.testing.assert_frame_equal(got, looped(df, 3, FAST).astype({"ds": df["ds"].dtype}))
    assert got["ds"].dtype == df["ds"].dtype
    assert got.attrs == {"failures": {}, "warnings": {}}


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(69)))
def test_the_order_of_rows_orders_the_series_only(order):
    df = panel()
    shuffled = df.iloc[list(order)]
    got = forecast_panel(shuffled, 2, forecaster=FAST)
    assert got["unique_id"].tolist() == np.repeat(shuffled["unique_id"].unique(), 2).tolist()
    expected = forecast_panel(df, 2, forecaster=FAST)
    for name in "abc":
        pd.testing.assert_frame_equal(
            got[got["unique_id"] == name].reset_index(drop=True),
            expected[expected["unique_id"] == name].reset_index(drop=True),
        )


def test_exogenous_rows_are_matched_by_id_and_time():
    df, future = with_exog(panel())
    got = forecast_panel(df, 2, forecaster=FAST, X_df=future)
    for name in "abc":
        rows, later = (f[f["unique_id"] == name].sort_values("ds") for f in (df, future))
        X, X_later = (f[["price", "open"]].astype(float).to_numpy() for f in (rows, later))
        expected = clone(FAST).fit(rows["y"].to_numpy(), X).predict(2, X_later)
        assert got.loc[got["unique_id"] == name, "mean"].tolist() == expected.tolist()


@pytest.mark.parametrize(
    "names",
    [[3, 1, 2], ["x", "é", ""], [True, "yes", 2.5], pd.Categorical(["u", "t", "s"], list("stuv"))],
    ids=["integers", "strings", "objects", "categories"],
)
def test_ids_of_any_kind_come_back(names):
    df = panel()
    df["unique_id"] = pd.Series(names).take(np.repeat([0, 1, 2], [24, 23, 22])).reset_index(drop=True)
    got = forecast_panel(df, 1, forecaster=Last())
    assert got["unique_id"].dtype == df["unique_id"].dtype
    assert got["unique_id"].tolist() == list(names)


def test_frame_and_forecaster_stay_as_they_are():
    df = panel()
    before, forecaster = df.copy(), clone(FAST)
    forecast_panel(df, 1, forecaster=forecaster)
    pd.testing.assert_frame_equal(df, before)
    assert forecaster.get_params() == FAST.get_params()
    assert not hasattr(forecaster, "regressor_")


def test_default_forecaster(monkeypatch):
    used = []

    def fit(self, y, X=None):
        used.append(self.get_params())
        raise ValueError("seen")

    monkeypatch.setattr(ARSieveForecaster, "fit", fit)
    with pytest.raises(ValueError, match="seen"):
        forecast_panel(panel(names=("a",)), 1)
    assert used == [{**ARSieveForecaster().get_params(), "n_jobs": 1}]


def test_forests_within_do_not_start_threads(monkeypatch):
    seen = []

    def fit(self, y, X=None):
        seen.append(self.n_jobs)
        raise ValueError("seen")

    monkeypatch.setattr(ARSieveForecaster, "fit", fit)
    nested = Pipeline([("forecaster", ARSieveForecaster())])
    asked_for = ARSieveForecaster(n_jobs=2)
    for forecaster in (nested, asked_for):
        with pytest.raises(ValueError, match="seen"):
            forecast_panel(panel(names=("a",)), 1, forecaster=forecaster)
    assert seen == [1, 2]


# --- times --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["months", "working days", "hours of summer time", "quarters", "integers"])
def test_times_left_out_are_missing_values(kind):
    times = TIMES[kind]
    df = frame_of("a", times).drop(index=[9, 16, 17])
    got = forecast_panel(df, 2, forecaster=Count())
    assert got["mean"].tolist() == [24.0, 24.0]
    whole = forecast_panel(frame_of("a", times), 2, forecaster=Count())
    assert got["ds"].tolist() == whole["ds"].tolist()


def test_missing_values_reach_the_forecaster_in_their_places():
    seen = []

    class Look(Last):
        def fit(self, y, X=None):
            seen.append(y)
            return super().fit(y)

    df = frame_of("a", TIMES["months"]).drop(index=9)
    df.loc[4, "y"] = np.nan
    forecast_panel(df, 1, forecaster=Look())
    expected = frame_of("a", TIMES["months"]).set_index("ds")["y"]
    expected.iloc[[4, 9]] = np.nan
    pd.testing.assert_series_equal(seen[0], expected, check_freq=False)


@pytest.mark.parametrize(
    ("freq", "n"), [("D", 5), ("2D", 3), (pd.offsets.Hour(12), 9)], ids=["days", "two days", "half days"]
)
def test_freq_says_how_many_times_there_are(freq, n):
    df = pd.DataFrame({"unique_id": 1, "ds": pd.to_datetime(["2024-01-01", "2024-01-05"]), "y": [1.0, 2.0]})
    got = forecast_panel(df, 1, forecaster=Count(), freq=freq)
    assert got["mean"].tolist() == [float(n)]
    assert got["ds"][0] == pd.Timestamp("2024-01-05") + pd.tseries.frequencies.to_offset(freq)


def test_freq_of_integers():
    df = pd.DataFrame({"unique_id": 1, "ds": [0, 4, 8], "y": 1.0})
    assert forecast_panel(df, 2, forecaster=Count())["ds"].tolist() == [12, 16]
    got = forecast_panel(df, 2, forecaster=Count(), freq=2)
    assert got["ds"].tolist() == [10, 12]
    assert got["mean"].tolist() == [5.0, 5.0]


def test_freq_of_periods_is_theirs():
    df = panel(TIMES["quarters"])
    pd.testing.assert_frame_equal(
        forecast_panel(df, 1, forecaster=Last(), freq="Q"), forecast_panel(df, 1, forecaster=Last())
    )


def test_each_series_has_its_own_step():
    months, days = TIMES["months"], pd.date_range("2020-01-01", periods=24)
    df = pd.concat([frame_of("m", months), frame_of("d", days)])
    got = forecast_panel(df, 1, forecaster=FAST)["ds"].tolist()
    assert got == [pd.Timestamp("2021-01-31"), pd.Timestamp("2020-01-25")]


def test_whole_numbers_outgrow_their_dtype():
    df = pd.DataFrame({"unique_id": "a", "ds": np.arange(120, 128, dtype=np.int8), "y": range(8)})
    assert forecast_panel(df, 2, forecaster=Last())["ds"].tolist() == [128, 129]


# --- series that fail ---------------------------------------------------------------------------------------


def broken(kind):
    df = frame_of("bad", TIMES["months"], 9)
    if kind == "too short":
        return df[:3]
    if kind == "missing value":
        return df.assign(y=df["y"].where(df.index != 5))
    if kind == "infinite value":
        return df.assign(y=df["y"].where(df.index != 5, np.inf))
    if kind == "time left out":
        return df.drop(index=5)
    if kind == "two dates":
        return df[:2]
    return df.assign(ds=df["ds"].where(df.index != 5, pd.Timestamp("2019-06-17")))


@pytest.mark.parametrize(
    ("kind", "message", "continued"),
    [
        ("too short", "y has 3 values", True),
        ("missing value", "y has 1 missing", True),
        ("infinite value", "y has 1 infinite", True),
        ("time left out", "y has 1 missing", True),
        ("two dates", "no frequency can be inferred from 2 date", False),
        ("irregular", "ds is irregular: 2019-06-17", False),
    ],
)
def test_a_broken_series_does_not_stop_the_others(kind, message, continued):
    good = panel()
    df = pd.concat([good[:24], broken(kind), good[24:]], ignore_index=True)
    with pytest.warns(UserWarning, match="1 of 4 series could not be forecast.*'bad': ") as told:
        got = forecast_panel(df, 2, forecaster=FAST)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert list(got.attrs["failures"]) == ["bad"]
    assert message in got.attrs["failures"]["bad"]
    assert got["unique_id"].unique().tolist() == ["b", "bad", "a", "c"]
    bad = got["unique_id"] == "bad"
    assert got.loc[bad, "mean"].isna().all()
    assert bad.sum() == 2
    assert got["ds"].dtype == df["ds"].dtype
    if continued:
        last = df.loc[df["unique_id"] == "bad", "ds"].max()
        assert got.loc[bad, "ds"].tolist() == [last + k * pd.offsets.MonthEnd() for k in (1, 2)]
    else:
        assert got.loc[bad, "ds"].isna().all()
    rest = got[~bad].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, looped(good, 2, FAST), check_dtype=False)


def test_a_constant_series_is_forecast():
    df = panel()
    df.loc[df["unique_id"] == "a", "y"] = 4.0
    got = forecast_panel(df, 3, forecaster=FAST)
    assert got.loc[got["unique_id"] == "a", "mean"].tolist() == [4.0] * 3


def test_integer_times_that_cannot_go_on_are_missing():
    odd = pd.DataFrame({"unique_id": "odd", "ds": [0, 2, 4, 5], "y": 1.0})
    for dtype, expected in (("int32", "Int32"), ("uint8", "UInt8"), ("Int64", "Int64")):
        df = pd.concat([frame_of("a", pd.RangeIndex(24)), odd]).astype({"ds": dtype})
        with pytest.warns(UserWarning, match="'odd': ds is not equally spaced: after 4 comes 5"):
            ds = forecast_panel(df, 1, forecaster=FAST)["ds"]
        assert ds.dtype == expected
        assert ds[0] == 24
        assert ds[1] is pd.NA


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_first_fault_is_raised_on_request(n_jobs):
    # series by series, and in batches of one on two threads
    df = pd.concat([panel(), broken("too short"), broken("missing value").assign(unique_id="worse")])
    with (
        parallel_config(backend="threading"),
        pytest.raises(ValueError, match=r"^series 'bad': y has 3 values"),
    ):
        forecast_panel(df, 2, forecaster=FAST, errors="raise", n_jobs=n_jobs)


def test_no_series_left_is_an_error():
    df = pd.concat([broken("too short"), broken("missing value").assign(unique_id="worse")])
    with pytest.raises(ValueError, match=r"^series 'bad': y has 3 values"):
        forecast_panel(df, 2, forecaster=FAST)


def test_other_exceptions_say_where_they_come_from():
    class Raises(Last):
        def fit(self, y, X=None):
            raise KeyError("lost")

    with pytest.raises(RuntimeError, match="series 'b': KeyError: 'lost'") as caught:
        forecast_panel(panel(), 1, forecaster=Raises())
    assert 'raise KeyError("lost")' in "".join(caught.value.__notes__)


def test_forecasts_of_a_wrong_shape():
    class Two(Last):
        def predict(self, h, X=None):
            return np.zeros((h, 2))

    with pytest.raises(ValueError, match=r"predict\(3\) of the forecaster gave shape \(3, 2\), not \(3,\)"):
        forecast_panel(panel(), 3, forecaster=Two())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f[1:], "X_df must have ds 2021-01-31.*; it lacks"),
        (lambda f: pd.concat([f, f[:1].assign(ds=pd.Timestamp("2030-01-31"))]), "it also has 2030-01-31"),
        (lambda f: f.assign(ds=f["ds"] + pd.offsets.MonthEnd()), "it lacks .*, it also has"),
        (lambda f: f.assign(price=f["price"].where(f.index != f.index[0])), "price.* missing"),
    ],
    ids=["lacking", "surplus", "shifted", "missing value"],
)
def test_misaligned_exogenous_rows_fail_their_series(change, message):
    df, future = with_exog(panel())
    mine = future["unique_id"] == "b"
    future = pd.concat([future[~mine], change(future[mine].sort_values("ds"))])
    with pytest.warns(UserWarning, match="1 of 3 series"):
        got = forecast_panel(df, 2, forecaster=FAST, X_df=future)
    assert list(got.attrs["failures"]) == ["b"]
    assert pd.Series(got.attrs["failures"]).str.contains(message).all()
    assert got.loc[got["unique_id"] != "b", "mean"].notna().all()


# --- the door -----------------------------------------------------------------------------------------------


def missing_in(column):
    df = panel()
    return df.assign(**{column: df[column].where(df.index != 30)})


@pytest.mark.parametrize(
    ("df", "kind", "message"),
    [
        ([1, 2], TypeError, "df must be a pandas DataFrame, got list"),
        (panel()[:0], ValueError, "df has no rows"),
        (panel().drop(columns="y"), ValueError, r"df has no column \['y'\]; it needs"),
        (panel().set_index("unique_id"), ValueError, r"in the index: pass df.reset_index\(\)"),
        (pd.concat([panel(), panel()["y"]], axis=1), ValueError, "more than one column 'y'"),
        (missing_in("unique_id"), ValueError, r"df\['unique_id'\] is missing in row 30"),
        (missing_in("ds"), ValueError, r"df\['ds'\] is missing in row 30"),
        (panel().assign(y="one"), ValueError, r"df\['y'\] must hold real numbers"),
        (panel().assign(z="one"), ValueError, r"df\['z'\] must hold real numbers"),
        (panel().assign(ds="2024-01-01"), ValueError, r"pandas.to_datetime\(df\['ds'\]\)"),
        (panel().assign(ds=1.0), ValueError, r"got float64 \(first value 1.0\).*df\['ds'\].astype\(int\)"),
        (panel().assign(ds=pd.Timedelta(1)), ValueError, "Timestamp.* \\+ df"),
        (panel().assign(ds=np.uint64(2**63)), ValueError, "9223372036854775808, which is beyond int64"),
        (pd.concat([panel(), panel()[30:31]]), ValueError, "unique_id and ds: 'a' at 2019-07-31"),
        (panel().assign(unique_id=[[1]] * 69), TypeError, "what cannot be an id: unhashable"),
    ],
)  # fmt: skip
def test_wrong_frames(df, kind, message):
    with pytest.raises(kind, match=message):
        forecast_panel(df, 2, forecaster=FAST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: None, r"X_df is needed: df has the exogenous columns \['price', 'open'\]"),
        (lambda f: f.drop(columns="open"), r"X_df has no column \['open'\]"),
        (lambda f: f.assign(extra=1), r"X_df must have .* not \['extra'\]"),
        (lambda f: f.assign(ds=f["ds"].dt.tz_localize("UTC")), r"X_df\['ds'\] is datetime64.*must agree"),
        (lambda f: f.assign(ds=1), r"X_df\['ds'\] is int64"),
        (lambda f: f.assign(unique_id=f["unique_id"].str.upper()), "3 unique_id.* that df does not have"),
        (lambda f: f.assign(unique_id=None), r"X_df\['unique_id'\] is missing in row 0"),
        (lambda f: pd.concat([f, f[:1]]), "X_df has more than one row"),
        (lambda f: f.assign(price="x"), r"X_df\['price'\] must hold real numbers"),
    ],
)
def test_wrong_future_frames(change, message):
    df, future = with_exog(panel())
    with pytest.raises(ValueError, match=message):
        forecast_panel(df, 2, forecaster=FAST, X_df=change(future))


def test_future_rows_without_exogenous_columns():
    with pytest.raises(ValueError, match="X_df is given, but df has no columns beside"):
        forecast_panel(panel(), 2, forecaster=FAST, X_df=panel())


INTEGERS = panel(TIMES["integers"])
PERIODS = panel(TIMES["quarters"])


@pytest.mark.parametrize(
    ("df", "options", "kind", "message"),
    [
        (panel(), {"h": 0}, ValueError, "h must be at least 1, got 0"),
        (panel(), {"errors": "ignore"}, ValueError, "errors='ignore' is not known"),
        (panel(), {"n_jobs": 0}, ValueError, "n_jobs=0"),
        (panel(), {"n_jobs": 1.5}, TypeError, "n_jobs must be an integer"),
        (panel(), {"verbose": -1}, ValueError, "verbose=-1"),
        (panel(), {"forecaster": ARSieveForecaster}, TypeError, "got the class ARSieveForecaster"),
        (panel(), {"forecaster": "naive"}, TypeError, "'naive' has no fit"),
        (panel(), {"freq": "month"}, ValueError, "freq='month' is no pandas frequency"),
        (panel(), {"freq": "-1D"}, ValueError, "freq='-1D' does not go forward"),
        (panel(), {"freq": 1}, TypeError, "freq must be a pandas frequency"),
        (panel(), {"freq": "W"}, ValueError, "series 'b': ds has .*, which is not on the grid of 'W-SUN'"),
        (panel(), {"freq": "s"}, ValueError, "steps of 's' for 24 row.*check ds and freq"),
        (PERIODS, {"freq": "M"}, ValueError, "freq='M' does not fit ds of period"),
        (PERIODS, {"freq": 3}, ValueError, "freq=3 does not fit ds of period"),
        (INTEGERS, {"freq": "M"}, ValueError, "freq='M' does not fit ds of int32"),
        (INTEGERS, {"freq": 0}, ValueError, "freq=0 must be at least 1"),
        (INTEGERS.replace({"ds": {74: 10**9}}), {}, ValueError, "ds runs from 5 to 1000000000"),
    ],
)  # fmt: skip
def test_wrong_options(df, options, kind, message):
    with pytest.raises(kind, match=message):
        forecast_panel(df[df["unique_id"] == "b"], **{"h": 2, "forecaster": FAST, **options})


def test_progress(capsys):
    forecast_panel(panel(), 1, forecaster=Last(), verbose=1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "forecasting series" in err
    assert "3" in err
