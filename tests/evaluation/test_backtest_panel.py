"""Several series at once: each as it would be alone."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, backtest
from tests.evaluation.backtest_cases import FAST, INDEXES, Last, exog, series

LENGTHS = {"b": 30, "a": 40, "c": 25}
ASKED = {"h": 2, "n_windows": 3, "step": 2}


def panel(kind="months"):
    """Series of different lengths, rows out of order."""
    parts = [
        pd.DataFrame({"unique_id": name, "ds": INDEXES[kind][:n], "y": series(n, seed=n)})
        for name, n in LENGTHS.items()
    ]
    together = pd.concat(parts, ignore_index=True)
    first = together.groupby("unique_id").head(1).index
    rest = together.index.difference(first)
    return together.loc[[*first, *np.random.default_rng(0).permutation(rest)]].reset_index(drop=True)


def alone(name, kind="months", X=None, **options):
    y = pd.Series(series(LENGTHS[name], seed=LENGTHS[name]), INDEXES[kind][: LENGTHS[name]])
    return backtest(FAST, y, X, **ASKED, **options)


@pytest.mark.parametrize("kind", INDEXES)
def test_each_series_as_it_would_be_alone(kind):
    got = backtest(FAST, panel(kind), **ASKED)
    expected = pd.concat([alone(name, kind).assign(unique_id=name) for name in LENGTHS], ignore_index=True)
    pd.testing.assert_frame_equal(got, expected[got.columns], check_exact=True)
    assert got.columns.tolist() == ["unique_id", "cutoff", "step", "y", "yhat"]
    assert len(got.attrs["fit_seconds"]) == 3 * 3


@pytest.mark.parametrize("options", [{"refit": 2}, {"refit": False, "window": "sliding"}, {"coverage": 0.8}])
def test_options_hold_for_each_series(options):
    got = backtest(FAST, panel(), **ASKED, **options)
    expected = pd.concat(
        [alone(name, **options).assign(unique_id=name) for name in LENGTHS], ignore_index=True
    )
    pd.testing.assert_frame_equal(got, expected[got.columns], check_exact=True)


def test_other_columns_are_exogenous():
    df = panel()
    X = {name: exog(n, seed=n) for name, n in LENGTHS.items()}
    place = df["ds"].map({time: i for i, time in enumerate(INDEXES["months"])})
    for j, column in enumerate(["price", "open"]):
        df[column] = [X[name][at, j] for name, at in zip(df["unique_id"], place)]
    got = backtest(FAST, df, **ASKED)
    for name in LENGTHS:
        expected = alone(name, X=pd.DataFrame(X[name], INDEXES["months"][: LENGTHS[name]]))
        assert got.loc[got["unique_id"] == name, "yhat"].tolist() == expected["yhat"].tolist()


@pytest.mark.parametrize("kind", ["months", "quarters", "every third number"])
def test_times_left_out_are_gaps(kind):
    df = panel(kind)
    times = INDEXES[kind][[5, 36]]
    forecaster = ARSieveForecaster(n_estimators=5, lags=2, missing="segment", random_state=0)
    got = backtest(forecaster, df[~((df["unique_id"] == "a") & df["ds"].isin(times))], **ASKED)
    y = series(40, seed=40)
    y[[5, 36]] = np.nan
    expected = backtest(forecaster, pd.Series(y, INDEXES[kind]), **ASKED)
    own = got[got["unique_id"] == "a"].drop(columns="unique_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, expected, check_exact=True)
    assert own["y"].isna().any()


@pytest.mark.parametrize(
    ("names", "dtype"),
    [
        ([3, 1, 2], "int32"),
        (["x", "é", ""], pd.CategoricalDtype(["", "spare", "é", "x"])),
        (["x", "é", ""], object),
        ([True, "yes", 2.5], object),
    ],
)
def test_ids_and_times_keep_their_dtypes(names, dtype):
    df = panel("every third number")
    df["unique_id"] = df["unique_id"].map(dict(zip(LENGTHS, names))).astype(dtype)
    df["ds"] = df["ds"].astype("UInt8")
    got = backtest(Last(), df, **ASKED)
    assert got["unique_id"].dtype == df["unique_id"].dtype
    assert got["unique_id"].tolist() == np.repeat(np.array(names, dtype=object), 6).tolist()
    assert got["cutoff"].dtype == "UInt8"


def test_freq_says_what_the_times_do_not():
    df = pd.DataFrame({"unique_id": 1, "ds": pd.to_datetime(["2024-01-01", "2024-01-05"]), "y": [1.0, 2.0]})
    got = backtest(Last(), df, h=1, n_windows=2, freq="2D")
    assert got["cutoff"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-03")]
    with pytest.raises(ValueError, match="series 1 of y: no frequency can be inferred from 2"):
        backtest(Last(), df, h=1, n_windows=2)


def test_the_frame_stays_as_it_is():
    df = panel()
    before = df.copy()
    backtest(Last(), df, **ASKED)
    pd.testing.assert_frame_equal(df, before)


def test_warnings_are_told_once_with_their_series():
    class Warns(Last):
        def fit(self, y, X=None):
            if len(y) > 28:
                warnings.warn("long", UserWarning, stacklevel=2)
            return super().fit(y)

    with pytest.warns(UserWarning, match=r"^long \[1 series: 'a'\]$"):
        backtest(Warns(), panel(), **ASKED)


@pytest.mark.parametrize(
    ("change", "options", "kind", "told"),
    [
        (lambda df: df.drop(columns="ds"), {}, ValueError, r"it has no \['ds'\]. For a single series"),
        (lambda df: df[["y"]], {}, ValueError, "pass a Series or an array"),
        (lambda df: df.iloc[:0], {}, ValueError, "^y, read as the df of forecast_panel: df has no rows"),
        (lambda df: pd.concat([df, df]), {}, ValueError, "more than one row for the same"),
        (lambda df: df, {"X": np.ones((95, 1))}, ValueError, "X must be None where y is a DataFrame"),
        (lambda df: df, {"freq": "nonsense"}, ValueError, "^freq='nonsense' is no pandas frequency"),
        (lambda df: df, {"freq": 3}, TypeError, "^freq must be a pandas frequency"),
        (lambda df: df, {"n_windows": 13}, ValueError, "n_windows=13 is too many for series 'c', .* 25 val"),
        (lambda df: df, {"h": 25}, ValueError, "h=25 is too long for series 'c'"),
    ],
)
def test_mistakes(change, options, kind, told):
    asked = {**ASKED, **options}
    with pytest.raises(kind, match=told):
        backtest(Last(), change(panel()), asked.pop("X", None), **asked)


def test_a_series_that_cannot_be_forecast_is_named_with_its_cutoff():
    df = panel()
    df.loc[(df["unique_id"] == "a") & (df["ds"] == INDEXES["months"][34]), "y"] = np.nan
    told = r"^series 'a', cutoff 2021-12-31 00:00:00 \(36 value\(s\) to fit to\): y has 1 missing"
    with pytest.raises(ValueError, match=told):
        backtest(FAST, df, **ASKED)
