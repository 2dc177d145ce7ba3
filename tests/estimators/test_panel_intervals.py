"""Intervals of many series beside a loop over them; forecasters that cannot, or that answer wrongly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import clone

from arsieve_rf import forecast_panel
from tests.estimators.test_panel import FAST, Last, panel, with_exog

COLUMNS = ["mean", "lower_0.95", "upper_0.95", "lower_0.5", "upper_0.5"]


class Spread(Last):
    """The last value and a multiple of the coverage about it; says no when the series is 22 values long."""

    def predict_interval(self, h, X=None, coverage=0.9, *, n_paths=1000, random_state=None):
        if self.n_ == 22:
            raise ValueError("too short for intervals")
        columns = {"mean": self.predict(h, X)}
        for c in [coverage] if np.isscalar(coverage) else coverage:
            columns[f"lower_{c:g}"] = columns["mean"] - n_paths * c
            columns[f"upper_{c:g}"] = columns["mean"] + n_paths * c
        return pd.DataFrame(columns)


def answer(change):
    """A forecaster whose answer is changed."""

    class Odd(Spread):
        def predict_interval(self, h, X=None, coverage=0.9, **options):
            return change(super().predict_interval(h, X, coverage, **options))

    return Odd()


def long_enough():
    df = panel()
    return df[df["unique_id"] != "c"]


# --- what it does -------------------------------------------------------------------------------------------


def test_columns_come_in_the_order_asked_for():
    df = long_enough()
    got = forecast_panel(df, 2, forecaster=Spread(), coverage=[0.95, 0.5])
    assert got.columns.tolist() == ["unique_id", "ds", *COLUMNS]
    means = forecast_panel(df, 2, forecaster=Spread())
    pd.testing.assert_frame_equal(got[means.columns], means)
    for c in (0.95, 0.5):
        np.testing.assert_allclose(got["mean"] - got[f"lower_{c}"], 1000 * c)
        np.testing.assert_allclose(got[f"upper_{c}"] - got["mean"], 1000 * c)


@pytest.mark.parametrize("coverage", [0.9, [0.9], (0.9,), np.array([0.9]), np.float32(0.5), np.float64(0.9)])
def test_one_coverage(coverage):
    got = forecast_panel(long_enough(), 1, forecaster=Spread(), coverage=coverage)
    c = f"{float(np.ravel(coverage)[0]):g}"
    assert got.columns.tolist() == ["unique_id", "ds", "mean", f"lower_{c}", f"upper_{c}"]
    assert got.dtypes.iloc[2:].eq(np.float64).all()


def test_the_number_of_paths_is_handed_on():
    got = forecast_panel(long_enough(), 1, forecaster=Spread(), coverage=0.5, n_paths=40)
    np.testing.assert_allclose(got["upper_0.5"] - got["mean"], 20.0)


def test_exogenous_rows_reach_the_intervals():
    df, future = with_exog(long_enough())
    got = forecast_panel(df, 2, forecaster=Spread(), X_df=future, coverage=0.5)
    matched = got.merge(future, on=["unique_id", "ds"])
    assert matched["mean"].tolist() == matched["price"].tolist()
    assert (matched["lower_0.5"] == matched["price"] - 500.0).all()


def test_columns_of_the_forecaster_may_stand_in_any_order():
    turned = forecast_panel(
        long_enough(), 2, forecaster=answer(lambda f: f[f.columns[::-1]]), coverage=[0.95, 0.5]
    )
    straight = forecast_panel(long_enough(), 2, forecaster=Spread(), coverage=[0.95, 0.5])
    pd.testing.assert_frame_equal(turned, straight)


def test_failing_series_have_no_numbers():
    with pytest.warns(UserWarning, match="1 of 3 series could not be forecast, their forecasts are NaN"):
        got = forecast_panel(panel(), 2, forecaster=Spread(), coverage=[0.95, 0.5])
    failed = got["unique_id"] == "c"
    assert got.loc[failed, COLUMNS].isna().all(axis=None)
    assert got.loc[~failed, COLUMNS].notna().all(axis=None)
    assert got.attrs["failures"] == {"c": "too short for intervals"}


def test_workers_change_nothing():
    alone = forecast_panel(long_enough(), 2, forecaster=Spread(), coverage=[0.95, 0.5])
    with parallel_config(backend="threading"):
        shared = forecast_panel(long_enough(), 2, forecaster=Spread(), coverage=[0.95, 0.5], n_jobs=2)
    pd.testing.assert_frame_equal(shared, alone, check_exact=True)


# --- with our forecaster ------------------------------------------------------------------------------------


def looped(df, h, coverage):
    """The definition: a clone a series."""
    parts = []
    for name in df["unique_id"].unique():
        y = df[df["unique_id"] == name].sort_values("ds").set_index("ds")["y"]
        frame = clone(FAST).fit(y).predict_interval(h, coverage=coverage)
        parts.append(frame.rename_axis("ds").reset_index().assign(unique_id=name))
    return pd.concat(parts, ignore_index=True)[["unique_id", "ds", *frame.columns]]


def test_equals_a_loop_over_the_series():
    df = panel()
    got = forecast_panel(df, 3, forecaster=FAST, coverage=[0.95, 0.5])
    pd.testing.assert_frame_equal(got, looped(df, 3, [0.95, 0.5]).astype({"ds": df["ds"].dtype}))
    pd.testing.assert_series_equal(got["mean"], forecast_panel(df, 3, forecaster=FAST)["mean"])
    order = got[["lower_0.95", "lower_0.5", "upper_0.5", "upper_0.95"]]
    assert (order.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
    for n_jobs, backend in ((2, "threading"), (2, "loky")):
        with parallel_config(backend=backend):
            shared = forecast_panel(df, 3, forecaster=FAST, coverage=[0.95, 0.5], n_jobs=n_jobs)
        pd.testing.assert_frame_equal(shared, got, check_exact=True)


def test_exogenous_rows_with_our_forecaster():
    df, future = with_exog(panel())
    got = forecast_panel(df, 2, forecaster=FAST, X_df=future, coverage=0.8, n_paths=50)
    rows, later = (f[f["unique_id"] == "a"].sort_values("ds") for f in (df, future))
    X, X_later = (f[["price", "open"]].astype(float).to_numpy() for f in (rows, later))
    fitted = clone(FAST).fit(rows["y"].to_numpy(), X)
    expected = fitted.predict_interval(2, X_later, coverage=0.8, n_paths=50)
    assert got[got["unique_id"] == "a"].iloc[:, 2:].to_numpy().tolist() == expected.to_numpy().tolist()


# --- mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"coverage": 0.0}, ValueError, "coverage has the value 0: it must be a number between 0 and 1"),
        ({"coverage": 1}, ValueError, "coverage has the value 1"),
        ({"coverage": -0.5}, ValueError, "coverage has the value -0.5"),
        ({"coverage": np.nan}, ValueError, "coverage has the value nan"),
        ({"coverage": 95}, ValueError, "coverage has the value 95.*for 95 % pass 0.95"),
        ({"coverage": [0.5, 97.5]}, ValueError, r"coverage has the value 97.5.*for 97.5 % pass 0.975"),
        ({"coverage": []}, ValueError, r"coverage=\[\] is not possible"),
        ({"coverage": [0.5, 0.8, 0.5]}, ValueError, r"coverage=\[0.5, 0.8, 0.5\] is not .*several different"),
        ({"coverage": [0.9, 0.9000000001]}, ValueError, "several different ones"),  # of one name
        ({"coverage": "0.9"}, TypeError, "coverage='0.9' is not possible"),
        ({"coverage": True}, TypeError, "coverage=True is not possible"),
        ({"coverage": 0.9, "n_paths": 0}, ValueError, "n_paths=0 must be at least"),
        ({"coverage": 0.9, "n_paths": 9.5}, TypeError, "n_paths must be an integer; got 9.5"),
        ({"n_paths": 100}, ValueError, "n_paths=100 is not used without coverage"),
        (
            {"coverage": 0.9, "forecaster": Last()},
            TypeError,
            "must have fit and predict_interval where coverage is given; .* has no predict_interval",
        ),
    ],
)
def test_wrong_options(options, kind, message):
    with pytest.raises(kind, match=message):
        forecast_panel(panel(), 2, **{"forecaster": Spread(), **options})


def test_a_forecaster_of_intervals_alone_will_do():
    class Alone:
        def fit(self, y):
            return self

        def predict_interval(self, h, coverage):
            return pd.DataFrame({"mean": np.zeros(h), "lower_0.9": -1.0, "upper_0.9": 1.0})

    assert forecast_panel(panel(), 1, forecaster=Alone(), coverage=0.9)["upper_0.9"].tolist() == [1.0] * 3
    with pytest.raises(TypeError, match=r"must have fit and predict; .* has no predict$"):
        forecast_panel(panel(), 1, forecaster=Alone())


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (lambda f: f.to_numpy(), TypeError, "gave a ndarray, not a DataFrame"),
        (lambda f: f[1:], ValueError, "gave 1 rows and the columns .*, not 2 rows"),
        (
            lambda f: f.drop(columns="upper_0.9"),
            ValueError,
            r"gave 2 rows and the columns \['mean', 'lower_0.9'\], not",
        ),
    ],
)
def test_wrong_answers_of_the_forecaster(change, kind, message):
    with pytest.raises(kind, match=r"predict_interval\(2\) of the forecaster " + message):
        forecast_panel(long_enough(), 2, forecaster=answer(change), coverage=0.9)
