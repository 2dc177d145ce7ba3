"""Missing values: no change where there are none, gaps in exact series are bridged, mistakes are told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.estimators._embedding import embed, n_rows, observed_runs
from arsieve_rf.estimators._history import complete_history

BOOTSTRAPS = ["auto", "ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", None]
by_strategy = pytest.mark.parametrize("strategy", ["recursive", "direct"])


def walk(n=80, seed=0):
    return 100.0 + np.cumsum(np.random.default_rng(seed).normal(0.3, 1.0, n))


def without(y, *positions):
    out = np.array(y, dtype=float)
    out[list(positions)] = np.nan
    return out


def forecaster(lags=None, **options):
    return ARSieveForecaster(lags, **{"missing": "segment", "n_estimators": 6, "random_state": 0} | options)


# ---- pieces ----


def test_runs():
    series = np.array([np.nan, 1.0, 2.0, np.nan, np.nan, 3.0, np.nan])
    assert observed_runs(series) == [slice(1, 3), slice(5, 6)]
    assert observed_runs(np.array([1.0])) == [slice(0, 1)]
    assert observed_runs(np.full(3, np.nan)) == []
    assert n_rows([2, 1, 5], 1) == 5
    assert n_rows([2, 1, 5], 4) == 1


def test_rows_of_runs_by_hand():
    series = np.array([1.0, 2.0, 3.0, np.nan, 5.0, 6.0, 7.0, 8.0])
    exog = np.arange(8.0)[:, None] * 10.0
    rows = embed(series, observed_runs(series), np.array([1, 2, 3]), exog, 2, -1.0)
    # lag 3 belongs to a linear model only: before a run it is the mean, -1
    np.testing.assert_array_equal(
        rows.X, [[2.0, 1.0, -1.0, 20.0], [6.0, 5.0, -1.0, 60.0], [7.0, 6.0, 5.0, 70.0]]
    )
    np.testing.assert_array_equal(rows.y, [3.0, 7.0, 8.0])
    assert rows.structure.lags == (1, 2, 3, None)
    np.testing.assert_array_equal(rows.structure.segments, [0, 1, 3])


def test_history_by_hand():
    """One-step forecasts are the sum of the two values before: the gap is filled in the order of time."""
    calls = []

    def one_step(known, position):
        calls.append(position)
        return known.sum()

    series = np.array([1.0, 2.0, np.nan, np.nan, 4.0])
    history, n_filled = complete_history(series, 2, 0.0, one_step)
    np.testing.assert_array_equal(history, [5.0, 4.0])
    assert n_filled == 1
    assert calls == [2, 3]
    history, n_filled = complete_history(series[:2], 3, 9.0, one_step)
    np.testing.assert_array_equal(history, [9.0, 1.0, 2.0])
    assert n_filled == 0


# ---- forecasts ----


@by_strategy
@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_nothing_changes_where_nothing_is_missing(strategy, bootstrap):
    options = {"strategy": strategy, "bootstrap": bootstrap}
    segment, error = forecaster(**options).fit(walk()), forecaster(**options, missing="error").fit(walk())
    np.testing.assert_array_equal(segment.predict(5), error.predict(5))
    assert segment.describe() == error.describe()


@by_strategy
@pytest.mark.parametrize("lags", [None, 5])
@pytest.mark.parametrize("gap", [[20], [20, 21, 22, 50], [0, 1], [77], [75, 78], [74, 75, 76, 78]])
def test_a_line_goes_on_over_gaps(strategy, lags, gap):
    t = np.arange(80.0)
    model = forecaster(lags, strategy=strategy).fit(without(3.0 - 2.0 * t, *gap))
    np.testing.assert_allclose(model.predict(4), 3.0 - 2.0 * np.arange(80, 84), rtol=1e-12)


@by_strategy
@pytest.mark.parametrize("n_missing", [1, 3])
def test_a_trailing_gap_is_forecast_first(strategy, n_missing):
    """The same as the series cut off, asked for more steps; the index ends where the user's ended."""
    index = pd.date_range("2020-01-01", periods=80, freq="D")
    y = pd.Series(without(walk(), *range(80 - n_missing, 80)), index)
    model = forecaster(strategy=strategy, seasonal=None).fit(y)
    expected = forecaster(strategy=strategy, seasonal=None).fit(y[: 80 - n_missing]).predict(4 + n_missing)
    pd.testing.assert_series_equal(model.predict(4), expected[n_missing:])
    assert model.predict(4).index[0] == pd.Timestamp("2020-03-21")
    assert f"last {n_missing} values are missing" in model.describe()
    with pytest.raises(ValueError, match=f"ended with {n_missing} missing value.*fit the whole series anew"):
        model.update([1.0])


def test_a_gap_in_the_last_lags_is_stood_in_for_by_forecasts():
    """Levels, one lag in the linear part, lags 1 to 4 for trees: by hand from the fitted regressor."""
    y = without(walk(60) - 100.0, 57)
    model = forecaster(4, differencing=0, seasonal=None, transform=None, bootstrap="iid").fit(y)
    series = model.preparation_.forward(y)
    filled = series.copy()
    filled[57] = model.regressor_.predict(series[[56, 55, 54, 53]][None])[0]
    first = model.regressor_.predict(filled[[59, 58, 57, 56]][None])
    np.testing.assert_allclose(model.predict(1), model.preparation_.inverse(first), rtol=1e-6)
    assert "1 of the last 4 fitted values are missing" in model.describe()


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_rows_are_those_of_the_runs(bootstrap):
    y = without(walk(), 10, 11, 40, 43)
    model = forecaster(3, bootstrap=bootstrap, differencing=1, seasonal=None, transform=None).fit(y)
    changes = np.diff(y)
    lengths = [run.stop - run.start for run in observed_runs(changes)]
    assert lengths == [9, 27, 1, 35]
    np.testing.assert_array_equal(model.regressor_.segments_, np.cumsum([0, 6, 24, 32]))
    drawn = model.regressor_.sampler_.draw(np.arange(3, dtype=np.uint64))
    # a sieve draws whole runs, the values before the first targets with them
    assert drawn.shape[1] == (9 + 27 + 35 if bootstrap == "ar_sieve" else 6 + 24 + 32)


def test_exogenous_columns_beside_gaps():
    """y is a line in u: what u explains is known in gaps, too."""
    rng = np.random.default_rng(0)
    u = rng.normal(size=84)
    y = without(5.0 + 3.0 * u[:80], 10, 30, 31, 78)
    for strategy in ("recursive", "direct"):
        for differencing in (0, 1):
            model = forecaster(1, strategy=strategy, differencing=differencing).fit(y, u[:80, None])
            np.testing.assert_allclose(model.predict(4, u[80:, None]), 5.0 + 3.0 * u[80:], rtol=1e-5)
    ends = forecaster(1, differencing=1).fit(without(y, 79), u[:80, None])
    np.testing.assert_allclose(ends.predict(4, u[80:, None]), 5.0 + 3.0 * u[80:], rtol=1e-5)


def test_update_after_gaps():
    """As if the values had been there: the way back through the steps starts from the new end."""
    y = without(walk(90), 20, 50, 51)
    model = forecaster(2, differencing=1, seasonal=None, transform=None).fit(y[:80]).update(y[80:])
    changes = np.diff(y)
    again = forecaster(2, differencing=1, seasonal=None, transform=None).fit(y[:80])
    for t in range(80, 90):
        again.update(y[t : t + 1])
    np.testing.assert_allclose(model.predict(3), again.predict(3), rtol=1e-12)
    prepared = model.preparation_.forward(y)
    assert len(prepared) == len(changes)
    first = model.regressor_.predict(prepared[[-1, -2]][None])
    np.testing.assert_allclose(model.predict(1), model.preparation_.inverse(first), rtol=1e-6)


@pytest.mark.parametrize(
    "form", [list, np.array, lambda y: pd.Series(y, dtype="Float64"), np.ma.masked_invalid]
)
def test_missing_values_of_all_kinds(form):
    y = without(walk(), 5, 40)
    expected = forecaster().fit(y).predict(3)
    np.testing.assert_array_equal(forecaster().fit(form(y)).predict(3), expected)
    with_none = [None if np.isnan(v) else v for v in y]
    np.testing.assert_array_equal(forecaster().fit(with_none).predict(3), expected)


# ---- mistakes ----


def test_gaps_are_a_mistake_unless_said():
    with pytest.raises(
        ValueError, match=r"y has 2 missing \(NaN\) values, the first at position 5.*missing='segment'"
    ):
        ARSieveForecaster().fit(without(walk(), 5, 40))
    with pytest.raises(ValueError, match="y has 1 infinite value, the first at position 4"):
        forecaster().fit([1.0, np.nan, 3.0, 4.0, np.inf, 2.0])
    with pytest.raises(ValueError, match="y_new has 1 missing"):
        forecaster().fit(without(walk(), 5)).update([np.nan])


@pytest.mark.parametrize(
    ("y", "differencing", "words"),
    [
        (np.full(9, np.nan), "auto", "y has 9 values, all missing"),
        ([1.0, np.nan, np.nan], "auto", "y has 1 values; at least 3"),
        (
            [np.nan, np.nan, 2.0, np.nan, np.nan],
            "auto",
            "at most 1 observed values stand in a row.*Fill the gaps",
        ),
        ([1.0, np.nan] * 20, "auto", "at most 1 observed values stand in a row, and 3 in a row, or 2 twice"),
        ([1.0, 2.0, np.nan] * 5, 1, "at most 2 .* 4 in a row, or 3 twice, are needed with differencing=1"),
        ([*range(20), np.nan, 3.0], 2, "differencing=2 goes on from the last 2 values of y.* has 1"),
    ],
)
def test_runs_that_are_too_short(y, differencing, words):
    with pytest.raises(ValueError, match=words):
        forecaster(differencing=differencing).fit(np.asarray(y, dtype=float))


@pytest.mark.parametrize(
    "y", [[1.0, 2.0, np.nan, 2.0, 4.0], [np.nan, 1.0, 2.0, 4.0, np.nan], [3.0, 1.0, np.nan] * 9]
)
def test_the_shortest_runs(y):
    """Two pairs of neighbours are enough; "auto" then differences as often as leaves two."""
    model = forecaster().fit(y)
    assert np.isfinite(model.predict(5)).all()
