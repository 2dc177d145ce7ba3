"""Comparisons from end to end: the same windows, lags and seeds for all, results that say what they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from arsieve_rf import ARSieveForecaster, backtest, compare_bootstraps
from arsieve_rf.evaluation import mae, mase, mse, seasonal_naive_forecast
from arsieve_rf.evaluation.comparison import Comparison
from arsieve_rf.evaluation.comparison._rows import tree_correlation
from arsieve_rf.evaluation.comparison._significance import (
    confidence_set,
    diebold_mariano,
    holm,
    ratio_intervals,
)
from arsieve_rf.resampling.base import RowSampler
from arsieve_rf.resampling.iid import IID
from arsieve_rf.resampling.moving import MovingBlock
from tests.evaluation.comparison.cases import Fixed, compared, panel, series, small


@dataclass(frozen=True)
class Reseeded(IID):
    """IID rows, in other draws than those of the seed."""

    number: int = 0

    def fit(self, data):
        return OtherDraws(super().fit(data), self.number)


@dataclass(frozen=True)
class OtherDraws(RowSampler):
    sampler: RowSampler
    number: int

    @property
    def n_rows(self):
        return self.sampler.n_rows

    def draw_indices(self, keys):
        return self.sampler.draw_indices(keys + np.uint64(self.number))

    def draw(self, keys):
        return self.sampler.draw(keys + np.uint64(self.number))


def smoothing(y):
    return SimpleExpSmoothing(np.asarray(y), initialization_method="heuristic").fit(0.3, optimized=False)


@pytest.fixture(scope="module")
def result():
    return compared(
        bootstraps=["ar_sieve", "iid", "auto"], extra={"line": LinearRegression(), "smooth": smoothing}
    )


def test_each_forest_is_backtested_as_by_hand(result):
    y = series()
    first = len(y) - 2 - 4
    lags = small().fit(y[:first]).lags_.tolist()
    assert result.lags == tuple(lags)
    for name in ("ar_sieve", "iid", "auto"):
        forecaster = ARSieveForecaster(lags, n_estimators=10, bootstrap=name, random_state=0)
        wanted = backtest(forecaster, y, h=2, n_windows=5, coverage=0.9)
        found = result.forecasts[result.forecasts["method"] == name].drop(columns="method")
        pd.testing.assert_frame_equal(found.reset_index(drop=True), wanted)


def test_others_are_backtested_too(result):
    y = series()
    assert result.methods == ("ar_sieve", "iid", "auto", "ar", "naive", "line", "smooth")
    frames = dict(list(result.forecasts.groupby("method")))
    for name in result.methods:
        np.testing.assert_array_equal(frames[name]["cutoff"], np.repeat(np.arange(63, 68), 2))
        np.testing.assert_array_equal(
            frames[name]["y"], y[np.array([c + s for c in range(63, 68) for s in (1, 2)])]
        )
    np.testing.assert_array_equal(frames["naive"]["yhat"], np.repeat(y[63:68], 2))
    wanted = [value for end in range(64, 69) for value in smoothing(y[:end]).forecast(2)]
    np.testing.assert_allclose(frames["smooth"]["yhat"], wanted)
    assert frames["naive"][["lower_0.9", "upper_0.9"]].isna().all(axis=None)


def test_summary_says_what_the_forecasts_say(result):
    table, y = result.summary(), series()
    for name, frame in result.forecasts.groupby("method"):
        assert table.loc[name, "mse"] == pytest.approx(mse(frame["y"], frame["yhat"]))
        assert table.loc[name, "mae"] == pytest.approx(mae(frame["y"], frame["yhat"]))
        assert table.loc[name, "mase"] == pytest.approx(mase(frame["y"], frame["yhat"], y[:64], 1))
    assert table["mse"].is_monotonic_increasing
    losses = result.losses
    np.testing.assert_allclose(losses.mean().reindex(table.index), table["mse"])
    assert losses.index.tolist() == [63, 64, 65, 66, 67]
    squares = (result.forecasts["y"] - result.forecasts["yhat"]) ** 2
    by_window = squares.groupby([result.forecasts["cutoff"], result.forecasts["method"]]).mean().unstack()
    np.testing.assert_allclose(losses, by_window[list(losses.columns)])


def test_summary_holds_the_tests(result):
    table, losses = result.summary(), result.losses
    assert result.reference == "iid"
    others = ["ar_sieve", "auto"]
    p_values = np.array([diebold_mariano(losses[name], losses["iid"], 2) for name in others])
    np.testing.assert_allclose(table.loc[others, "p_value"], p_values)
    np.testing.assert_allclose(table.loc[others, "p_holm"], holm(p_values))
    beside = ["ar", "naive", "line", "smooth"]
    np.testing.assert_allclose(table.loc[beside, "p_holm"], holm(table.loc[beside, "p_value"].to_numpy()))
    assert table.loc["iid", ["p_value", "p_holm"]].isna().all()
    wanted = ratio_intervals(losses.to_numpy(), 1, 2, seed=0)
    columns = ["ratio", "ratio_lower", "ratio_upper"]
    np.testing.assert_allclose(table.loc[list(losses), columns].astype(float), wanted)
    assert (
        table.loc[list(losses), "in_confidence_set"].tolist()
        == confidence_set(losses.to_numpy(), 2, 0).tolist()
    )
    assert result.p_value("ar", "naive") == pytest.approx(diebold_mariano(losses["ar"], losses["naive"], 2))


def test_only_forests_have_trees_and_intervals(result):
    table = result.summary()
    known = table[["coverage", "interval_score"]].notna().all(axis=1)
    assert set(table.index[known]) == {"ar_sieve", "iid", "auto"}
    assert set(table.index[table["tree_correlation"].notna()]) >= {"ar_sieve", "iid"}
    assert table.loc[["ar", "naive", "line"], "tree_correlation"].isna().all()
    assert (table["fit_seconds"] >= 0).all()


def test_trees_are_correlated_at_the_rows_after_the_first_cutoff(result):
    y = series()
    for name in ("iid", "ar_sieve"):
        model = small(lags=list(result.lags), bootstrap=name, random_state=0).fit(y[:64])
        wanted = tree_correlation(model, y, None, 64)
        assert result.summary().loc[name, "tree_correlation"] == pytest.approx(wanted)


def test_the_summary_is_a_copy(result):
    table = result.summary()
    table["mse"] = 0.0
    assert (result.summary()["mse"] > 0).all()


def test_best_is_a_bootstrap(result):
    table = result.summary()
    assert result.best_ == next(name for name in table.index if name in result.bootstraps)
    assert result.winner_ in (None, result.best_)


def test_the_forecaster_is_fitted_to_the_whole_series(result):
    y = series()
    wanted = ARSieveForecaster(list(result.lags), n_estimators=10, bootstrap="iid", random_state=0).fit(y)
    np.testing.assert_array_equal(result.forecaster("iid").predict(4), wanted.predict(4))
    best = result.forecaster()
    assert (best.bootstrap, len(best._history)) == (result.best_, len(y))
    assert result.forecaster("naive").predict(2).tolist() == [y[-1]] * 2
    with pytest.raises(ValueError, match=r"name must be one of \['ar_sieve', .* got 'forest'"):
        result.forecaster("forest")


def test_results_do_not_depend_on_workers_or_calls(result):
    options = {
        "bootstraps": ["ar_sieve", "iid", "auto"],
        "extra": {"line": LinearRegression(), "smooth": smoothing},
    }
    columns = [c for c in result.summary() if c != "fit_seconds"]
    for n_jobs in (1, 2):
        again = compared(**options, n_jobs=n_jobs)
        pd.testing.assert_frame_equal(again.forecasts, result.forecasts)
        pd.testing.assert_frame_equal(again.summary()[columns], result.summary()[columns])


def test_the_seed_matters_and_the_template_stays_as_it_is():
    template = small(random_state=99)
    before = template.get_params()
    one = compared(forecaster=template, coverage=None)
    assert template.get_params() == before
    other = compared(coverage=None, random_state=1)
    forests = one.forecasts["method"].isin(one.bootstraps)
    pd.testing.assert_frame_equal(one.forecasts, compared(coverage=None).forecasts)
    assert (one.forecasts["yhat"] != other.forecasts["yhat"])[forests].all()
    assert (one.forecasts["yhat"] == other.forecasts["yhat"])[~forests].all()


def test_lags_that_are_given_are_kept():
    assert compared(forecaster=small(lags=[1, 4]), coverage=None).lags == (1, 4)
    assert compared(forecaster=small(lags=3), coverage=None).lags == (1, 2, 3)


def test_without_coverage_there_are_no_intervals():
    found = compared(coverage=None)
    assert list(found.forecasts) == ["method", "cutoff", "step", "y", "yhat"]
    assert not {"coverage", "interval_score"} & set(found.summary())
    assert "intervals" not in found.describe()


def test_a_series_with_a_calendar_has_a_season():
    y = pd.Series(series(), pd.period_range("2015-01", periods=70, freq="M"), name="sales")
    found = compared(y, coverage=None)
    rows = found.forecasts[found.forecasts["method"] == "seasonal_naive"]
    wanted = np.concatenate([seasonal_naive_forecast(series()[:end], 2, 12) for end in range(64, 69)])
    np.testing.assert_array_equal(rows["yhat"], wanted)
    assert rows["cutoff"].iloc[0] == y.index[63]
    assert found.summary().loc["naive", "mase"] == pytest.approx(
        mase(y[64:66], [y.iloc[63]] * 2, y[:64], 12) * found.summary().loc["naive", "mae"]
        / mae(y[64:66], [y.iloc[63]] * 2)
    )  # fmt: skip
    assert found.forecaster().predict(2).index.equals(pd.period_range("2020-11", periods=2, freq="M"))
    assert "seasonal_naive" not in compared(y, season=1, coverage=None).methods


def test_exogenous_columns():
    y, X = series(), np.random.default_rng(1).standard_normal((70, 2))
    found = compared(y, X, extra={"line": LinearRegression(), "smooth": smoothing})
    wanted = backtest(small(lags=list(found.lags), bootstrap="iid", random_state=0), y, X, h=2, n_windows=5)
    rows = found.forecasts[found.forecasts["method"] == "iid"]
    np.testing.assert_array_equal(rows["yhat"], wanted["yhat"])
    frame = compared(pd.Series(y), pd.DataFrame(X, columns=["a", "b"]), extra={"line": LinearRegression()})
    assert frame.forecaster().predict(1, pd.DataFrame([[0.0, 1.0]], [70], ["a", "b"])).index.tolist() == [70]


@pytest.mark.parametrize("options", [{"refit": False}, {"refit": 2}, {"window": "sliding"}, {"step": 3}])
def test_windows_are_those_of_a_backtest(options):
    y = series()
    others = {"smooth": smoothing, "line": LinearRegression()}
    found = compared(y, extra=others, coverage=None, **options)
    forecaster = small(lags=list(found.lags), bootstrap="ar_sieve", random_state=0)
    wanted = backtest(forecaster, y, h=2, n_windows=5, **options)
    rows = found.forecasts[found.forecasts["method"] == "ar_sieve"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows.drop(columns="method"), wanted)
    assert np.isfinite(found.forecasts["yhat"]).all()


def test_gaps():
    y = series()
    y[[20, 66, 67]] = np.nan
    found = compared(y, forecaster=small(missing="segment"), n_windows=6)
    assert np.isfinite(found.forecasts["yhat"]).all()
    # positions 66 and 67 are all that the window after 65 forecasts
    assert found.losses.index.tolist() == [62, 63, 64, 66, 67]
    assert found.summary()["mse"].notna().all()
    with pytest.raises(ValueError, match="missing"):
        compared(y)


def test_scales():
    y = series()
    for unit in (2.0**-300, 2.0**300):
        found, wanted = compared(y * unit, coverage=None).summary(), compared(coverage=None).summary()
        assert list(found.index) == list(wanted.index)
        np.testing.assert_allclose(found["mse"], wanted["mse"] * unit**2, rtol=1e-6)
        columns = ["ratio", "ratio_lower", "ratio_upper", "p_value", "mase"]
        np.testing.assert_allclose(found[columns].astype(float), wanted[columns].astype(float), rtol=1e-6)


def test_a_constant_series_has_nothing_to_choose():
    found = compared(np.full(40, 3.0), coverage=None)
    assert (found.summary()["mse"] == 0).all()
    assert found.winner_ is None
    assert "it does not matter: all forecast the same." in found.describe()


def test_names_of_bootstraps():
    found = compared(bootstraps={"short": MovingBlock(2), "long": MovingBlock(9)}, coverage=None)
    assert found.bootstraps == ("short", "long")
    assert found.reference == "short"
    assert found.forecaster("long").bootstrap == MovingBlock(9)
    assert "none" in compared(bootstraps=[None, "iid"], coverage=None).bootstraps


def test_an_old_statsmodels_is_told_once(monkeypatch):
    monkeypatch.delattr("statsmodels.tsa.stattools.diebold_mariano_test")
    found = compared(coverage=None)
    with pytest.warns(UserWarning, match=r'statsmodels 0\.15.*pip install "arsieve-rf\[compare\]"') as caught:
        table = found.summary()
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert table["p_value"].isna().all()
    assert table["ratio_lower"].notna().all()
    assert found.winner_ is None
    with pytest.warns(UserWarning, match="Diebold-Mariano"):
        assert "cannot be tested" in found.describe()


def test_repr(result):
    assert (
        repr(result)
        == f"<Comparison of 7 methods on 5 windows of 2 step(s), best bootstrap {result.best_!r}>"
    )
    assert isinstance(result, Comparison)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"h": 0}, ValueError, "h must be at least 1, got 0"),
        ({"n_windows": 1}, ValueError, "n_windows=1 must be at least 2"),
        ({"n_windows": 69}, ValueError, "n_windows=69 is too many.*at most 68"),
        ({"step": 0}, ValueError, "step=0"),
        ({"window": "rolling"}, ValueError, "window='rolling'"),
        ({"refit": 0}, ValueError, "refit=0"),
        ({"coverage": 90}, ValueError, "coverage must be between 0 and 1.*pass 0.9"),
        ({"coverage": [0.5, 0.9]}, TypeError, "coverage must be a number"),
        ({"season": 0}, ValueError, "season=0 must be at least 1"),
        ({"season": 64}, ValueError, "season=64 must be between 1 and 63"),
        ({"season": 2.0}, TypeError, "season must be an integer"),
        ({"random_state": -1}, ValueError, "random_state=-1"),
        ({"n_jobs": 0}, ValueError, "n_jobs=0"),
        ({"freq": "MS"}, ValueError, "freq='MS'"),
        ({"verbose": "yes"}, TypeError, "verbose must be an integer"),
        ({"bootstraps": ["iid", "seasonal"]}, ValueError, 'period must be .*"seasonal"; got None'),
        ({"bootstraps": {"b": MovingBlock(90)}}, ValueError, "bootstrap 'b', before .* cutoff: block_length"),
        ({"forecaster": small(n_estimators=0)}, ValueError, "n_estimators"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_the_work(options, error, words, monkeypatch):
    def no_work(*_, **__):
        raise AssertionError("work began")

    monkeypatch.setattr("arsieve_rf.evaluation._runs.run_block", no_work)
    with pytest.raises(error, match=words):
        compared(**options)


def test_nothing_of_the_future_is_seen():
    """Whatever comes after the first cutoff, the first forecasts are the same, and so are the lags."""
    y = pd.Series(series(), pd.period_range("2015-01", periods=70, freq="M"))
    planted = y.copy()
    planted.iloc[64:] = 1e6 * np.arange(6)
    options = {"extra": {"line": LinearRegression(), "smooth": smoothing}}
    wanted, found = compared(y, **options), compared(planted, **options)
    assert found.lags == wanted.lags
    for one, other in zip(wanted.forecasts.groupby("method"), found.forecasts.groupby("method")):
        columns = ["cutoff", "step", "yhat", "lower_0.9", "upper_0.9"]
        pd.testing.assert_frame_equal(one[1][columns].head(2), other[1][columns].head(2))


@pytest.mark.parametrize("error", [TypeError, ValueError, RuntimeError])
def test_faults_of_a_method_name_it(error):
    def faulty(y):
        raise error("no idea")

    for y, where in (
        (None, "extra 'faulty': y, cutoff 63"),
        (panel(1), "series 's0': extra 'faulty': y, cutoff"),
    ):
        with pytest.raises(error, match=f"^{where}.*no idea"):
            compared(y, extra={"faulty": faulty}, coverage=None)


def test_a_forecaster_beside_is_backtested_as_it_is():
    errors = np.random.default_rng(0).standard_normal(70)
    found = compared(extra={"mine": Fixed(errors)}, coverage=None)
    rows = found.forecasts[found.forecasts["method"] == "mine"]
    wanted = [series()[end - 1] + errors[end] for end in range(64, 69)]
    np.testing.assert_array_equal(rows["yhat"], np.repeat(wanted, 2))


def test_progress_is_told(capsys):
    compared(verbose=1, coverage=None)
    assert "backtest" in capsys.readouterr().err


def test_equal_methods_have_no_winner_from_end_to_end():
    """One forest with two seeds, on 12 series: at most 2 winners (more have p = .02 at a level of 5 %)."""
    winners = 0
    for seed in range(12):
        y = series(60, seed)
        strategies = {name: Reseeded(i) for i, name in enumerate("ab")}
        found = compare_bootstraps(
            y, bootstraps=strategies, n_windows=12, coverage=None, forecaster=small(lags=1, n_estimators=3)
        )
        winners += found.winner_ is not None
    assert winners <= 2


def test_windows_that_leave_too_little_before_them():
    with pytest.raises(ValueError, match=r"in the 1 value\(s\) before the first cutoff: .*n_windows=58"):
        compare_bootstraps(np.arange(60.0) % 7, h=2, n_windows=58)


class NoSecondStep:
    """Has nothing to say of step 2."""

    def fit(self, y, X=None):
        return self

    def predict(self, h, X=None):
        return np.append(np.zeros(1), np.full(h - 1, np.nan))


def test_a_forecast_that_is_missing_is_told():
    extra = {"half": NoSecondStep()}
    with pytest.raises(ValueError, match=r"extra 'half': its forecast of step 2 after 55 is nan"):
        compare_bootstraps(series(60), bootstraps=["iid"], h=2, n_windows=3, forecaster=small(), extra=extra)


def test_windows_must_show_something():
    y = np.append(series(60), [np.nan] * 4)
    with pytest.raises(ValueError, match=r"observed values in 0 of the n_windows=3 windows"):
        compare_bootstraps(y, bootstraps=["iid"], h=1, n_windows=3, forecaster=small(missing="segment"))


def test_p_values_are_of_known_methods():
    result = compare_bootstraps(series(60), bootstraps=["iid"], h=1, n_windows=3, forecaster=small())
    with pytest.raises(ValueError, match=r"other must be one of .*, got 'nope'"):
        result.p_value("iid", "nope")
