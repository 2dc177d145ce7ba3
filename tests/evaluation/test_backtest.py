"""Backtests beside slow loops of fresh fits: intervals, columns, gaps, indexes, any forecaster."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from arsieve_rf import ARSieveForecaster, backtest
from tests.evaluation.backtest_cases import FAST, INDEXES, Last, assert_is, by_hand, exog, series

# --- the same bits as a loop --------------------------------------------------------------------------------


@pytest.mark.parametrize("window", ["expanding", "sliding"])
@pytest.mark.parametrize("refit", [True, 1, 2, 3, 100, False])
@pytest.mark.parametrize("step", [1, 3])
def test_the_same_bits_as_a_loop(window, refit, step):
    asked = {"h": 3, "n_windows": 5, "step": step, "window": window, "refit": refit}
    assert_is(backtest(FAST, series(), **asked), by_hand(FAST, series(), **asked))


@pytest.mark.parametrize(
    "forecaster",
    [
        ARSieveForecaster(n_estimators=10, random_state=3),
        ARSieveForecaster(2, n_estimators=5, strategy="direct", bootstrap="moving", random_state=1),
        ARSieveForecaster(2, n_estimators=5, bootstrap="iid", differencing=1, random_state=1),
    ],
    ids=["defaults", "direct", "differences"],
)
def test_the_same_bits_with_other_forecasters(forecaster):
    asked = {"h": 2, "n_windows": 3, "step": 2}
    for refit in (True, False):
        got = backtest(forecaster, series(60), refit=refit, **asked)
        assert_is(got, by_hand(forecaster, series(60), refit=refit, **asked))


@pytest.mark.parametrize("refit", [True, 2])
@pytest.mark.parametrize("coverage", [0.8, [0.95, 0.5]])
def test_intervals(coverage, refit):
    asked = {"h": 2, "n_windows": 3, "refit": refit, "coverage": coverage}
    got = backtest(FAST, series(), **asked)
    assert_is(got, by_hand(FAST, series(), **asked))
    levels = [0.8] if coverage == 0.8 else [0.95, 0.5]
    names = [f"{end}_{c:g}" for c in levels for end in ("lower", "upper")]
    assert got.columns.tolist() == ["cutoff", "step", "y", "yhat", *names]


@pytest.mark.parametrize("refit", [True, 2, False])
@pytest.mark.parametrize("window", ["expanding", "sliding"])
@pytest.mark.parametrize("as_frame", [False, True])
def test_exogenous_columns(as_frame, window, refit):
    y, X = series(), exog()
    y += 2.0 * X[:, 0]
    asked = {"h": 2, "n_windows": 4, "window": window, "refit": refit}
    expected = by_hand(FAST, y, X, **asked)
    if as_frame:
        index = INDEXES["months"]
        y, X = pd.Series(y, index), pd.DataFrame(X, index, columns=["price", "open"])
        got = backtest(FAST, y, X, **asked)
        expected = [row | {"cutoff": index[row["cutoff"]]} for row in expected]
        pd.testing.assert_frame_equal(got, pd.DataFrame(expected), check_exact=True, check_dtype=False)
    else:
        assert_is(backtest(FAST, y, X, **asked), expected)


def test_exogenous_columns_of_the_steps_ahead():
    X = np.arange(40.0)[:, None]
    got = backtest(Last(), series(), X, h=3, n_windows=2, step=4)
    assert got["yhat"].tolist() == [33.0, 34.0, 35.0, 37.0, 38.0, 39.0]


def test_an_array_beside_a_pandas_object():
    y, X, index = series(), exog(), INDEXES["quarters"]
    expected = backtest(FAST, y, X, h=2, n_windows=2)["yhat"].tolist()
    seen = []

    class Look(Last):
        def fit(self, y, X=None):
            seen.append((type(y), type(X)))
            return super().fit(y)

    frame = pd.DataFrame(X, index, columns=["price", "open"])
    for data in ((pd.Series(y, index), X), (y, frame)):
        assert backtest(FAST, *data, h=2, n_windows=2)["yhat"].tolist() == expected
        backtest(Look(), *data, h=2, n_windows=1)
    assert seen == [(pd.Series, np.ndarray), (np.ndarray, pd.DataFrame)]


# --- gaps ---------------------------------------------------------------------------------------------------


def test_gaps_are_left_to_the_forecaster():
    y = series()
    y[[10, 33, 36]] = np.nan
    forecaster = clone(FAST).set_params(missing="segment")
    asked = {"h": 2, "n_windows": 5}
    got = backtest(forecaster, y, **asked)
    assert_is(got, by_hand(forecaster, y, **asked))
    assert got["y"].isna().sum() == 2  # the value at 36, one and two steps ahead
    assert got["yhat"].notna().all()


def test_a_gap_after_the_last_cutoff_bothers_nobody():
    y = series()
    y[-1] = np.nan
    got = backtest(FAST, y, h=2, n_windows=1)
    assert got["yhat"].tolist() == backtest(FAST, series(), h=2, n_windows=1)["yhat"].tolist()


def test_a_gap_where_the_forecaster_takes_none_is_told_with_its_cutoff():
    y = series()
    y[36] = np.nan
    with pytest.raises(ValueError, match=r"y, cutoff 36 \(37 value\(s\) to fit to\): y has 1 missing"):
        backtest(FAST, y, h=1, n_windows=5)
    forecaster = clone(FAST).set_params(missing="segment")
    told = r"cutoff 36 \(moved on from the fit at 34; refit=True fits at every cutoff\): y_new has 1 missing"
    with pytest.raises(ValueError, match=told):
        backtest(forecaster, y, h=1, n_windows=5, refit=False)


# --- indexes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.parametrize("refit", [True, False])
def test_cutoffs_are_labels_of_the_index(kind, refit):
    index = INDEXES[kind]
    y = pd.Series(series(), index, name="sales")
    asked = {"h": 2, "n_windows": 4, "step": 3, "refit": refit}
    got = backtest(FAST, y, **asked)
    plain = backtest(FAST, series(), **asked)
    assert got["cutoff"].tolist() == [index[at] for at in plain["cutoff"]]
    assert got["cutoff"].dtype == index.dtype
    assert got["y"].tolist() == plain["y"].tolist()
    assert got["yhat"].tolist() == [row["yhat"] for row in by_hand(FAST, y, **asked)]


def test_the_forecaster_gets_series_that_know_name_and_frequency():
    seen = []

    class Look(Last):
        def fit(self, y, X=None):
            seen.append((y, X))
            return super().fit(y)

        def update(self, y_new, X_new=None):
            seen.append((y_new, X_new))
            return super().update(y_new)

        def predict(self, h, X=None):
            seen.append((None, X))
            return super().predict(h)

    index = INDEXES["dates without a frequency"]
    y, X = pd.Series(series(), index, name="sales"), pd.DataFrame(exog(), index, columns=["a", "b"])
    backtest(Look(), y, X, h=2, n_windows=2, step=2, refit=False, window="sliding")
    parts = [slice(0, 36), slice(36, 38), slice(36, 38), slice(38, 40)]
    for (given_y, given_X), part in zip(seen, parts):
        if given_y is not None:
            pd.testing.assert_series_equal(given_y, y.iloc[part], check_freq=False)
            assert given_y.index.freq == "B"
        pd.testing.assert_frame_equal(given_X, X.iloc[part], check_freq=False)


@pytest.mark.parametrize("kind", [list, tuple, np.float32, "Int64", "object"])
def test_values_of_any_kind(kind):
    y = np.round(series() * 10)
    expected = backtest(Last(), y, h=1, n_windows=3)
    if kind in (list, tuple):
        values = kind(y.tolist())
    else:
        values = y.astype(kind) if kind is np.float32 else pd.Series(y).astype(kind)
    pd.testing.assert_frame_equal(backtest(Last(), values, h=1, n_windows=3), expected)


# --- any forecaster -----------------------------------------------------------------------------------------


def test_the_forecaster_stays_as_it_is_and_every_fit_has_a_fresh_one():
    class Once(Last):
        def fit(self, y, X=None):
            assert not hasattr(self, "n_")
            return super().fit(y)

    once = Once()
    backtest(once, series(), h=1, n_windows=4)
    assert vars(once) == {}
    forecaster = clone(FAST)
    backtest(forecaster, series(), h=1, n_windows=2)
    assert forecaster.get_params() == FAST.get_params()
    assert not hasattr(forecaster, "regressor_")


def test_a_fitted_forecaster_does_not_tell_what_it_knows():
    fitted = clone(FAST).fit(series())
    pd.testing.assert_frame_equal(
        backtest(fitted, series(), h=2, n_windows=3), backtest(FAST, series(), h=2, n_windows=3)
    )


def test_methods_may_return_nothing_or_another_object():
    class Quiet(Last):
        def fit(self, y, X=None):
            super().fit(y)

        def update(self, y_new, X_new=None):
            super().update(y_new)

    class Results(Last):
        def fit(self, y, X=None):
            return Last().fit(y)

        def predict(self, h, X=None):
            raise AssertionError("the results are to be asked")

    class Moves(Last):
        def update(self, y_new, X_new=None):
            moved = Moves()
            moved.last_, moved.n_ = float(y_new[-1]), self.n_ + len(y_new)
            return moved

    for refit in (True, False):
        expected = backtest(Last(), series(), h=2, n_windows=3, refit=refit)
        for forecaster in (Quiet(), Results(), Moves()):
            got = backtest(forecaster, series(), h=2, n_windows=3, refit=refit)
            pd.testing.assert_frame_equal(got, expected)


def test_pipelines():
    pd.testing.assert_frame_equal(
        backtest(Pipeline([("forecaster", FAST)]), series(), h=1, n_windows=2),
        backtest(FAST, series(), h=1, n_windows=2),
    )


def test_a_generator_as_random_state_starts_anew_in_each_window():
    state = np.random.RandomState(5)
    forecaster = clone(FAST).set_params(random_state=state)
    before = state.get_state()[1].tolist()
    assert_is(
        backtest(forecaster, series(), h=1, n_windows=3, n_jobs=2),
        by_hand(forecaster, series(), h=1, n_windows=3),
    )
    assert state.get_state()[1].tolist() == before


# --- what comes back beside the forecasts -------------------------------------------------------------------


def test_seconds_of_fits_and_updates():
    class Slow(Last):
        def fit(self, y, X=None):
            time.sleep(0.05)
            return super().fit(y)

        def update(self, y_new, X_new=None):
            time.sleep(0.02)
            return super().update(y_new)

        def predict(self, h, X=None):
            time.sleep(0.2)
            return super().predict(h)

    seconds = backtest(Slow(), series(), h=1, n_windows=4, refit=3).attrs["fit_seconds"]
    assert len(seconds) == 4
    for at, least in enumerate([0.05, 0.02, 0.02, 0.05]):
        assert least <= seconds[at] < 0.2


def test_the_frame_can_be_joined_to_another_and_written(tmp_path):
    y = pd.Series(series(), INDEXES["months"])
    frame = backtest(Last(), y, h=1, n_windows=2)
    assert len(pd.concat([frame.assign(method="a"), frame.assign(method="b")])) == 4
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "frame.parquet")  # attrs become JSON there
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "frame.parquet"), frame)


class Warns(Last):
    """Warns when it is fitted, and at odd lengths when it is asked."""

    def fit(self, y, X=None):
        warnings.warn("always the same", UserWarning, stacklevel=2)
        warnings.warn("always the same", UserWarning, stacklevel=2)
        return super().fit(y)

    def predict(self, h, X=None):
        if self.n_ % 2:
            warnings.warn("odd", RuntimeWarning, stacklevel=2)
        return super().predict(h)


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_warnings_are_told_once_with_the_number_of_windows(n_jobs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        backtest(Warns(), series(), h=1, n_windows=5, n_jobs=n_jobs)
    assert [(w.category, str(w.message)) for w in caught] == [
        (UserWarning, "always the same [5 of 5 windows]"),
        (RuntimeWarning, "odd [3 of 5 windows]"),
    ]


def test_warnings_obey_the_filters_of_the_caller():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "always the same")
        warnings.filterwarnings("error", "odd")
        with pytest.raises(RuntimeWarning, match="odd"):
            backtest(Warns(), series(), h=1, n_windows=5)


def test_progress(capsys):
    backtest(Last(), series(), h=1, n_windows=7, refit=3)
    assert capsys.readouterr() == ("", "")
    backtest(Last(), series(), h=1, n_windows=7, refit=3, verbose=1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "backtest" in err
    assert "7/7" in err
