"""The forecaster inside what sktime builds of forecasters: evaluation, tuning, pipelines."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sktime")

from sklearn.metrics import mean_absolute_error, mean_pinball_loss
from sklearn.preprocessing import StandardScaler
from sktime.forecasting.compose import ForecastingPipeline, TransformedTargetForecaster
from sktime.forecasting.model_evaluation import evaluate
from sktime.forecasting.model_selection import ForecastingGridSearchCV, ForecastingRandomizedSearchCV
from sktime.performance_metrics.forecasting import MeanAbsoluteError
from sktime.performance_metrics.forecasting.probabilistic import EmpiricalCoverage, PinballLoss
from sktime.split import ExpandingWindowSplitter, SlidingWindowSplitter
from sktime.transformations.adapt import TabularToSeriesAdaptor
from sktime.transformations.detrend import Deseasonalizer, Detrender

from arsieve_rf import ARSieveForecaster
from arsieve_rf.adapters.sktime import SktimeARSieveForecaster
from arsieve_rf.datasets import load_elnino
from tests.ecosystem.sktime_cases import SMALL, with_columns

FH = [1, 2, 3]
STARTS = (60, 66, 72, 78)
CV = ExpandingWindowSplitter(fh=FH, initial_window=60, step_length=6)
Y, X = with_columns(81)


def errors(forecasts) -> list[float]:
    """Mean absolute errors of forecasts from the four starts."""
    return [mean_absolute_error(Y[s : s + 3], f) for s, f in zip(STARTS, forecasts)]


def refitted(columns: bool = False, **options) -> list[np.ndarray]:
    """Forecasts from each start by a forecaster that is fitted to all before it."""
    return [
        ARSieveForecaster(**SMALL, **options)
        .fit(Y[:s], X[:s] if columns else None)
        .predict(3, X[s : s + 3] if columns else None)
        .to_numpy()
        for s in STARTS
    ]


def moved_on(columns: bool = False) -> list[np.ndarray]:
    """The same by one forecaster, fitted before the first start and updated."""
    own = ARSieveForecaster(**SMALL).fit(Y[:60], X[:60] if columns else None)
    found = []
    for s in STARTS:
        if s > 60:
            own.update(Y[s - 6 : s], X[s - 6 : s] if columns else None)
        found.append(own.predict(3, X[s : s + 3] if columns else None).to_numpy())
    return found


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize(
    ("strategy", "by_hand"), [("refit", refitted), ("update", refitted), ("no-update_params", moved_on)]
)
def test_evaluate(strategy, by_hand, columns):
    scores = evaluate(
        SktimeARSieveForecaster(**SMALL),
        cv=CV,
        y=Y,
        X=X if columns else None,
        strategy=strategy,
        scoring=MeanAbsoluteError(),
        error_score="raise",
    )
    found = scores["test_MeanAbsoluteError"].tolist()
    np.testing.assert_allclose(found, errors(by_hand(columns)), rtol=1e-12)


def test_strategies_of_evaluation_differ():
    assert not np.allclose(errors(refitted())[1:], errors(moved_on())[1:])


def test_sliding_windows():
    cv = SlidingWindowSplitter(fh=FH, window_length=60, step_length=6)
    scores = evaluate(SktimeARSieveForecaster(**SMALL), cv=cv, y=Y, scoring=MeanAbsoluteError())
    forecasts = [ARSieveForecaster(**SMALL).fit(Y[s - 60 : s]).predict(3) for s in STARTS]
    np.testing.assert_allclose(scores["test_MeanAbsoluteError"], errors(forecasts), rtol=1e-12)


def test_evaluate_that_keeps_the_forest_goes_on_over_missing_values():
    y = Y.where(~np.isin(np.arange(len(Y)), [64, 70]))
    with pytest.warns(UserWarning, match=r"missing values.*fitted anew"):
        scores = evaluate(
            SktimeARSieveForecaster(**SMALL, missing="segment"),
            cv=CV,
            y=y,
            strategy="no-update_params",
            scoring=MeanAbsoluteError(),
            error_score="raise",
        )
    own = ARSieveForecaster(**SMALL, missing="segment")
    forecasts = [own.fit(y[:s]).predict(3) for s in STARTS[:3]]
    forecasts.append(own.update(y[72:78]).predict(3))
    np.testing.assert_allclose(scores["test_MeanAbsoluteError"], errors(forecasts), rtol=1e-12)


def test_probabilistic_scores():
    scores = evaluate(
        SktimeARSieveForecaster(**SMALL, n_paths=200),
        cv=CV,
        y=Y,
        scoring=[PinballLoss(alpha=[0.1, 0.8]), EmpiricalCoverage(coverage=0.5)],
        error_score="raise",
    )
    pinball, coverage = [], []
    for s in STARTS:
        own, actual = ARSieveForecaster(**SMALL).fit(Y[:s]), Y[s : s + 3].to_numpy()
        quantiles = own.predict_quantiles(3, quantiles=[0.1, 0.8], n_paths=200)
        losses = [mean_pinball_loss(actual, quantiles[f"q_{a}"], alpha=a) for a in (0.1, 0.8)]
        pinball.append(np.mean(losses))
        bounds = own.predict_interval(3, coverage=0.5, n_paths=200)
        coverage.append(np.mean((bounds["lower_0.5"] <= actual) & (actual <= bounds["upper_0.5"])))
    columns = {name.split("_")[1]: scores[name].to_numpy() for name in scores if name.startswith("test_")}
    np.testing.assert_allclose(columns["PinballLoss"], pinball, rtol=1e-12)
    np.testing.assert_allclose(columns["EmpiricalCoverage"], coverage, rtol=1e-12)
    assert 0 < np.mean(coverage) < 1


@pytest.mark.parametrize("update_params", [True, False])
def test_update_predict(update_params):
    forecaster = SktimeARSieveForecaster(**SMALL).fit(Y[:60], fh=FH)
    cv = ExpandingWindowSplitter(fh=FH, initial_window=6, step_length=6)
    found = forecaster.update_predict(Y[60:], cv=cv, update_params=update_params)
    expected = (refitted() if update_params else moved_on())[1:]
    np.testing.assert_array_equal([found[c].dropna().to_numpy() for c in found], expected)
    assert (forecaster.predict() == refitted()[0]).all()  # as it was before


GRID = {"lags": [1, 4], "bootstrap": ["iid", "ar_sieve"]}


@pytest.mark.parametrize("randomized", [False, True])
def test_tuning(randomized):
    forecaster = SktimeARSieveForecaster(**SMALL)
    common = {"cv": CV, "scoring": MeanAbsoluteError(), "error_score": "raise", "backend": None}
    if randomized:
        search = ForecastingRandomizedSearchCV(
            forecaster, param_distributions=GRID, n_iter=3, random_state=0, **common
        )
    else:
        search = ForecastingGridSearchCV(forecaster, param_grid=GRID, **common)
    search.fit(Y, fh=FH)
    results = search.cv_results_
    assert len(results) == (3 if randomized else 4)
    by_hand = [np.mean(errors(refitted(**parameters))) for parameters in results["params"]]
    np.testing.assert_allclose(results["mean_test_MeanAbsoluteError"], by_hand, rtol=1e-12)
    assert search.best_params_ == results["params"].iloc[int(np.argmin(by_hand))]
    own = ARSieveForecaster(**SMALL, **search.best_params_).fit(Y)
    assert (search.predict() == own.predict(3)).all()


def test_transformed_targets():
    y = load_elnino()
    past, new = y[:240], y[240:246]
    trend, season = Detrender(), Deseasonalizer(sp=12)
    rest = season.fit_transform(trend.fit_transform(past))
    own = ARSieveForecaster(**SMALL).fit(rest)
    chain = TransformedTargetForecaster(
        [Detrender(), Deseasonalizer(sp=12), SktimeARSieveForecaster(**SMALL)]
    )

    def back(forecasts):
        return trend.inverse_transform(season.inverse_transform(forecasts))

    chain.fit(past, fh=FH)
    np.testing.assert_allclose(chain.predict(), back(own.predict(3)), rtol=1e-12)
    bounds = chain.predict_interval(coverage=0.8)
    expected = own.predict_interval(3, coverage=0.8)
    for end in ("lower", "upper"):
        found = bounds.xs(end, axis=1, level=2).squeeze()
        np.testing.assert_allclose(found, back(expected[f"{end}_0.8"].rename(rest.name)), rtol=1e-12)
    chain.update(new, update_params=False)
    own.update(season.transform(trend.transform(new)))
    np.testing.assert_allclose(chain.predict(), back(own.predict(3)), rtol=1e-12)
    chain.update(y[246:252])
    assert (chain.predict().index == y.index[252:255]).all()


def test_pipelines_with_columns():
    pipeline = ForecastingPipeline(
        [TabularToSeriesAdaptor(StandardScaler()), SktimeARSieveForecaster(**SMALL)]
    )
    found = pipeline.fit(Y[:78], X=X[:78], fh=FH).predict(X=X[78:])
    scaler = StandardScaler().set_output(transform="pandas").fit(X[:78])
    own = ARSieveForecaster(**SMALL).fit(Y[:78], scaler.transform(X[:78]))
    np.testing.assert_allclose(found, own.predict(3, scaler.transform(X[78:])), rtol=1e-12)
