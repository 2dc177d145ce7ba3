"""The regressor in skforecast: several series, backtests, intervals, searches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("skforecast")

from skforecast.model_selection import (
    TimeSeriesFold,
    backtesting_forecaster,
    backtesting_forecaster_multiseries,
    grid_search_forecaster,
)
from skforecast.preprocessing import RollingFeatures
from skforecast.recursive import ForecasterRecursive, ForecasterRecursiveMultiSeries

from tests.ecosystem.dropin_cases import BOOTSTRAPS, Ours, by_hand, daily, embedded, forest, walked, zero_mean

LAGS = [1, 2, 3]
NORTH, SOUTH = zero_mean(120, seed=1), 3 + zero_mean(90, seed=2)


def panel():
    """Two series of different lengths that end together."""
    return {"north": daily(NORTH, name="north"), "south": daily(SOUTH, "2001-01-31", name="south")}


def stacked(last=None):
    """Rows of one series after the other, by definition."""
    parts = [embedded(values[:last], LAGS) for values in (NORTH, SOUTH)]
    return np.vstack([X for X, _ in parts]), np.concatenate([y for _, y in parts])


@pytest.mark.parametrize("encoding", ["ordinal", "ordinal_category", "onehot", None])
def test_several_series_are_split_at_their_seam(encoding):
    with Ours() as warned:
        model = ForecasterRecursiveMultiSeries(
            estimator=forest(), lags=3, encoding=encoding, transformer_series=None
        )
        model.fit(panel())
        forecasts = model.predict(6)
    assert warned.texts == []
    n_codes = {"onehot": 2, None: 0}.get(encoding, 1)
    assert model.estimator.lags_ == [*LAGS, *[None] * n_codes]
    assert model.estimator.segments_.tolist() == [0, 117, 117 + 87]
    codes = {"onehot": np.eye(2), None: np.empty((2, 0))}.get(encoding, np.array([[0.0], [1.0]]))
    X, y = stacked()
    regressor = forest(lags=model.estimator.lags_)
    regressor.fit(np.hstack([X, np.repeat(codes, [117, 87], axis=0)]), y)
    for code, name, values in zip(codes, ["north", "south"], [NORTH, SOUTH], strict=True):
        known = list(values)
        for _ in range(6):
            row = [known[-k] for k in LAGS] + code.tolist()
            known.append(regressor.predict([row])[0])
        np.testing.assert_array_equal(forecasts.loc[forecasts["level"] == name, "pred"], known[-6:])


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_every_bootstrap_on_several_series(bootstrap):
    model = ForecasterRecursiveMultiSeries(
        estimator=forest(bootstrap=bootstrap), lags=3, encoding=None, transformer_series=None
    )
    with Ours() as warned:
        model.fit(panel())
        forecasts = model.predict(3, levels=["south"])
    assert warned.texts == []
    regressor = forest(bootstrap=bootstrap, lags=LAGS).fit(*stacked())
    np.testing.assert_array_equal(forecasts["pred"], walked(regressor, SOUTH, LAGS, 3))


def test_scaled_and_differenced_series_are_lags_of_their_own():
    """By default each series is scaled by itself."""
    with Ours() as warned:
        model = ForecasterRecursiveMultiSeries(estimator=forest(), lags=3, differentiation=1)
        model.fit(panel())
        model.predict(3)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, None]
    assert model.estimator.segments_.tolist() == [0, 116, 116 + 86]


def test_statistics_of_several_series_are_told_by_their_names():
    features = RollingFeatures(stats=["mean", "std"], window_sizes=[4, 5])
    model = ForecasterRecursiveMultiSeries(
        estimator=forest(), lags=3, window_features=features, transformer_series=None
    )
    with Ours() as warned:
        model.fit(panel())
    assert len(warned.texts) == 1
    assert "'roll_std_5'" in warned.texts[0]
    assert "roll_mean" not in warned.texts[0]
    assert "lags=" in warned.texts[0]
    columns = model.estimator.forest_.columns
    np.testing.assert_allclose(columns.linear, [[0.0, *[0.25] * 4]], atol=1e-8)
    assert columns.fixed.tolist() == [4, 5]  # the deviation and the code of the series


@pytest.mark.parametrize("exog_is_known", [True, False])
def test_exogenous_columns_of_several_series(exog_is_known):
    rng = np.random.default_rng(4)
    exog = {name: daily(rng.standard_normal(len(y) + 3), y.index[0], name="x") for name, y in panel().items()}
    known = {name: x[:-3] for name, x in exog.items()}
    model = ForecasterRecursiveMultiSeries(estimator=forest(), lags=3, transformer_series=None)
    with Ours() as warned:
        model.fit(panel(), exog=known if exog_is_known else None)
        forecasts = model.predict(
            3, exog={name: x[-3:] for name, x in exog.items()} if exog_is_known else None
        )
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, None, *[None] * exog_is_known]
    assert np.isfinite(forecasts["pred"]).all()


@pytest.mark.parametrize("refit", [False, True, 2])
def test_backtests(refit):
    y = daily(zero_mean())
    first, steps = 130, 6
    model = ForecasterRecursive(estimator=forest(), lags=LAGS)
    folds = TimeSeriesFold(steps=steps, initial_train_size=first, refit=refit, fixed_train_size=False)
    with Ours() as warned:
        error, forecasts = backtesting_forecaster(
            forecaster=model, y=y, cv=folds, metric="mean_absolute_error", n_jobs=1, show_progress=False
        )
    assert warned.texts == []
    expected = []
    for number, cutoff in enumerate(range(first, len(y), steps)):
        if number == 0 or (refit and number % int(refit) == 0):
            regressor = forest(lags=LAGS).fit(*embedded(y[:cutoff], LAGS))
        expected.append(walked(regressor, y[:cutoff], LAGS, min(steps, len(y) - cutoff)))
    np.testing.assert_array_equal(forecasts["pred"], np.concatenate(expected))
    off = np.abs(np.concatenate(expected) - y[first:])
    assert error["mean_absolute_error"][0] == pytest.approx(off.mean(), rel=1e-12)


def test_backtests_on_a_rolling_window_and_in_threads():
    y = daily(zero_mean())
    folds = TimeSeriesFold(steps=6, initial_train_size=100, refit=True, fixed_train_size=True)
    model = ForecasterRecursive(estimator=forest(n_jobs=2), lags=LAGS)
    options = {"cv": folds, "metric": "mean_absolute_error", "show_progress": False}
    serial = backtesting_forecaster(forecaster=model, y=y, n_jobs=1, **options)[1]
    shared = backtesting_forecaster(forecaster=model, y=y, n_jobs=2, **options)[1]
    pd.testing.assert_frame_equal(serial, shared)
    windows = [y[cutoff - 100 : cutoff] for cutoff in range(100, 160, 6)]
    np.testing.assert_array_equal(serial["pred"], np.concatenate([by_hand(w, LAGS, 6) for w in windows]))


@pytest.mark.parametrize("refit", [False, True])
def test_backtests_of_several_series(refit):
    values = {name: zero_mean(120, seed) for name, seed in [("north", 1), ("south", 2)]}
    wide = {name: daily(v, name=name) for name, v in values.items()}
    model = ForecasterRecursiveMultiSeries(estimator=forest(), lags=3, encoding=None, transformer_series=None)
    folds = TimeSeriesFold(steps=10, initial_train_size=100, refit=refit, fixed_train_size=False)
    with Ours() as warned:
        _, forecasts = backtesting_forecaster_multiseries(
            forecaster=model,
            series=wide,
            cv=folds,
            metric="mean_absolute_error",
            n_jobs=1,
            show_progress=False,
        )
    assert warned.texts == []
    expected = {name: [] for name in values}
    for cutoff in (100, 110):
        if refit or cutoff == 100:
            parts = [embedded(v[:cutoff], LAGS) for v in values.values()]
            X, y = np.vstack([X for X, _ in parts]), np.concatenate([y for _, y in parts])
            regressor = forest(lags=LAGS).fit(X, y)
        for name, v in values.items():
            expected[name].append(walked(regressor, v[:cutoff], LAGS, 10))
    for name in values:
        got = forecasts.loc[forecasts["level"] == name, "pred"]
        np.testing.assert_array_equal(got, np.concatenate(expected[name]))


def with_residuals():
    model = ForecasterRecursive(estimator=forest(), lags=LAGS)
    model.fit(daily(zero_mean()), store_in_sample_residuals=True)
    return model


def test_residuals_are_those_of_the_fitted_forest():
    X, y = embedded(zero_mean(), LAGS)
    np.testing.assert_array_equal(
        with_residuals().in_sample_residuals_, y - forest(lags=LAGS).fit(X, y).predict(X)
    )


@pytest.mark.parametrize("binned", [False, True])
def test_bootstrap_intervals(binned):
    model = with_residuals()
    options = {"method": "bootstrapping", "n_boot": 50, "use_binned_residuals": binned, "random_state": 1}
    with Ours() as warned:
        narrow = model.predict_interval(8, interval=[0.25, 0.75], **options)
        wide = model.predict_interval(8, interval=[0.05, 0.95], **options)
    assert warned.texts == []
    np.testing.assert_array_equal(wide["pred"], by_hand(zero_mean(), LAGS, 8))
    assert (wide["lower_bound"] < narrow["lower_bound"]).all()
    assert (narrow["lower_bound"] < narrow["upper_bound"]).all()
    assert (narrow["upper_bound"] < wide["upper_bound"]).all()
    pd.testing.assert_frame_equal(wide, model.predict_interval(8, interval=[0.05, 0.95], **options))


def test_conformal_intervals_reach_a_quantile_of_the_residuals_to_both_sides():
    model = with_residuals()
    with Ours() as warned:
        bounds = model.predict_interval(8, method="conformal", interval=0.9, use_binned_residuals=False)
    assert warned.texts == []
    reach = np.quantile(np.abs(model.in_sample_residuals_), 0.9)
    np.testing.assert_allclose(bounds["upper_bound"] - bounds["pred"], reach, rtol=1e-12)
    np.testing.assert_allclose(bounds["pred"] - bounds["lower_bound"], reach, rtol=1e-12)


def test_quantiles_and_backtested_intervals():
    y = daily(zero_mean())
    model = with_residuals()
    with Ours() as warned:
        quantiles = model.predict_quantiles(4, quantiles=[0.1, 0.5, 0.9], n_boot=30)
        folds = TimeSeriesFold(steps=10, initial_train_size=120, refit=True)
        _, tested = backtesting_forecaster(
            forecaster=ForecasterRecursive(estimator=forest(), lags=LAGS),
            y=y,
            cv=folds,
            metric="mean_absolute_error",
            interval=[0.05, 0.95],
            interval_method="bootstrapping",
            n_boot=20,
            n_jobs=1,
            show_progress=False,
        )
    assert warned.texts == []
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert len(tested) == 40
    assert (tested["lower_bound"] < tested["upper_bound"]).all()


def test_searches():
    """Parameters reach the clones: every candidate's error is that of its own backtest."""
    y = daily(zero_mean())
    folds = TimeSeriesFold(steps=10, initial_train_size=120, refit=False)
    grid = {"min_samples_leaf": [5, 30], "bootstrap": ["ar_sieve", "moving"]}
    options = {"cv": folds, "metric": "mean_absolute_error", "show_progress": False, "n_jobs": 1}
    with Ours() as warned:
        results = grid_search_forecaster(
            forecaster=ForecasterRecursive(estimator=forest(), lags=3),
            y=y,
            param_grid=grid,
            return_best=False,
            verbose=False,
            **options,
        )
    assert warned.texts == []
    assert results["mean_absolute_error"].nunique() == 4
    for _, row in results.iterrows():
        regressor = forest(lags=LAGS, **row["params"]).fit(*embedded(y[:120], LAGS))
        forecasts = [walked(regressor, y[:cutoff], LAGS, 10) for cutoff in (120, 130, 140, 150)]
        error = np.abs(np.concatenate(forecasts) - y[120:]).mean()
        assert row["mean_absolute_error"] == pytest.approx(error, rel=1e-12)
