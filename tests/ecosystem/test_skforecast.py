"""The regressor in skforecast's forecasters of one series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("skforecast")

from skforecast.direct import ForecasterDirect, ForecasterDirectMultiVariate
from skforecast.preprocessing import RollingFeatures
from skforecast.recursive import ForecasterRecursive
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.datasets import load_sunspots
from arsieve_rf.preparation import Standardize
from tests.ecosystem.dropin_cases import (
    BOOTSTRAPS,
    Ours,
    by_hand,
    daily,
    embedded,
    forecaster,
    forest,
    walk,
    walked,
    zero_mean,
)

H = 12


def fitted(y, lags, exog=None, estimator=None, **options):
    return_ = ForecasterRecursive(
        estimator=forest() if estimator is None else estimator, lags=lags, **options
    )
    return_.fit(y, exog=exog)
    return return_


def sunspots():
    y = load_sunspots()
    return pd.Series(y.to_numpy(), y.index.to_timestamp().rename(None), name="sunspots").asfreq("YS")


@pytest.mark.parametrize("lags", [1, 9, [1, 2, 11], [3]])
def test_recursive_forecasts_are_those_of_our_forecaster(lags):
    y = daily(zero_mean())
    with Ours() as warned:
        model = fitted(y, lags)
        forecasts = model.predict(H)
    assert warned.texts == []
    listed = list(range(1, lags + 1)) if isinstance(lags, int) else lags
    assert model.estimator.lags_ == listed
    assert model.estimator.segments_.tolist() == [0, len(y) - max(listed)]
    np.testing.assert_array_equal(forecasts, forecaster(lags).fit(y).predict(H))


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_every_bootstrap(bootstrap):
    y = daily(zero_mean())
    with Ours() as warned:
        forecasts = fitted(y, 5, estimator=forest(bootstrap=bootstrap)).predict(H)
    assert warned.texts == []
    np.testing.assert_array_equal(forecasts, by_hand(y, range(1, 6), H, bootstrap=bootstrap))
    if bootstrap != "auto":  # whose linear part may look further back in the forecaster
        np.testing.assert_array_equal(forecasts, forecaster(5, bootstrap=bootstrap).fit(y).predict(H))


def test_defaults_take_the_place_of_a_random_forest():
    y = sunspots()
    theirs = ForecasterRecursive(estimator=RandomForestRegressor(random_state=0), lags=9)
    ours = ForecasterRecursive(estimator=ARSieveForestRegressor(random_state=0), lags=9)
    with Ours() as warned:
        both = [model.predict(H) for model in (theirs, ours) if model.fit(y) is None]
    assert warned.texts == []
    pd.testing.assert_index_equal(both[0].index, both[1].index)
    assert np.isfinite(both[1]).all()
    assert ours.get_feature_importances()["feature"].isin(theirs.get_feature_importances()["feature"]).all()


def test_forecasts_are_the_same_where_a_transformer_centres_as_the_forecaster_does():
    y = sunspots()
    step = Standardize().fit(y)
    scaler = FunctionTransformer(
        lambda column: step.forward(np.ravel(column))[:, None],
        lambda column: step.inverse(np.ravel(column))[:, None],
    )
    model = fitted(y, 9, transformer_y=scaler)
    np.testing.assert_array_equal(model.predict(H), forecaster(9).fit(y).predict(H))


def test_exogenous_columns():
    y, future = daily(zero_mean(160)), 12
    rng = np.random.default_rng(1)
    index = pd.date_range(y.index[0], periods=160 + future, freq="D")
    exog = pd.DataFrame(
        {"promotion": rng.random(172) < 0.2, "price": rng.standard_normal(172)}, index
    ).astype(float)
    with Ours() as warned:
        model = fitted(y, 4, exog[:160])
        forecasts = model.predict(future, exog=exog[160:])
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4, None, None]
    assert model.estimator.forest_.columns.fixed.tolist() == [4, 5]
    np.testing.assert_array_equal(forecasts, forecaster(4).fit(y, exog[:160]).predict(future, exog[160:]))


def test_calendar_features_and_exogenous_columns_stay_fixed():
    calendar = pytest.importorskip("skforecast.preprocessing").CalendarFeatures
    y = daily(zero_mean())
    with Ours() as warned:
        model = fitted(
            y, 4, calendar_features=calendar(features=["month", "day_of_week"], encoding="cyclical")
        )
        model.predict(3)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4, *[None] * 4]
    assert len(model.estimator.forest_.columns.fixed) == 4


def test_differentiation():
    y = daily(walk())
    with Ours() as warned:
        model = fitted(y, 6, differentiation=1)
        forecasts = model.predict(H)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4, 5, 6]
    same = forecaster(6, differencing=1, damping=1.0, drift=1.0).fit(y).predict(H)
    np.testing.assert_allclose(forecasts, same, rtol=0, atol=1e-13 * np.abs(y).max())


def test_scaling_the_series():
    y = daily(50 + 8 * zero_mean())
    scaler = StandardScaler()
    with Ours() as warned:
        model = fitted(y, 5, transformer_y=scaler)
        forecasts = model.predict(H)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4, 5]
    scaled = StandardScaler().fit_transform(y.to_frame()).ravel()
    np.testing.assert_allclose(
        forecasts, 50 + 8 * zero_mean().std() * by_hand(scaled, range(1, 6), H), rtol=1e-12
    )


def test_scaling_the_columns():
    """In a pipeline the columns are scaled and y is not: they are rebuilt through their scale."""
    y = daily(50 + 8 * zero_mean())
    with Ours() as warned:
        model = fitted(y, [1, 2, 7], estimator=make_pipeline(StandardScaler(), forest()))
        forecasts = model.predict(H)
    assert warned.texts == []
    inner = model.estimator[-1]
    assert inner.lags_ == [1, 2, 7]
    weights = inner.forest_.columns.linear
    assert weights.shape[0] == 3
    X = embedded(y, [1, 2, 7])[0]
    np.testing.assert_allclose(weights[[0, 1, 2], [1, 2, 7]], 1 / X.std(axis=0), rtol=1e-9)
    np.testing.assert_allclose(forecasts, forecaster([1, 2, 7]).fit(y).predict(H), atol=0.5 * y.std())


def test_a_logarithm_around_the_regressor_is_reported_and_one_around_the_series_is_not():
    y = daily(np.exp(zero_mean()))
    inside = TransformedTargetRegressor(forest(), func=np.log, inverse_func=np.exp)
    with Ours() as warned:
        fitted(y, 4, estimator=inside)
    assert len(warned.texts) == 1
    assert "no column of X is a lag of y" in warned.texts[0]
    assert "lags=[" in warned.texts[0]
    with Ours() as warned:
        model = fitted(y, 4, transformer_y=FunctionTransformer(np.log, np.exp))
        forecasts = model.predict(H)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4]
    np.testing.assert_allclose(forecasts, np.exp(by_hand(np.log(y), range(1, 5), H)), rtol=1e-13)


@pytest.mark.parametrize(
    ("kind", "width", "weight"), [("mean", 4, 1 / 4), ("sum", 4, 1.0), ("mean", 30, 1 / 30)]
)
def test_rolling_means_are_rebuilt(kind, width, weight):
    y = daily(zero_mean(400))
    with Ours() as warned:
        model = fitted(y, 6, window_features=RollingFeatures(stats=[kind], window_sizes=width))
        forecasts = model.predict(H)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3, 4, 5, 6, None]
    columns = model.estimator.forest_.columns
    assert len(columns.fixed) == 0
    np.testing.assert_allclose(columns.linear, [[0.0, *[weight] * width]], atol=1e-8)
    assert np.isfinite(forecasts).all()


def test_exponential_weights_are_rebuilt():
    y = daily(zero_mean(300))
    with Ours() as warned:
        model = fitted(y, 8, window_features=RollingFeatures(stats=["ewm"], window_sizes=8))
    assert warned.texts == []
    weights = 0.7 ** np.arange(8)
    np.testing.assert_allclose(
        model.estimator.forest_.columns.linear, [[0.0, *weights / weights.sum()]], atol=1e-8
    )


@pytest.mark.parametrize("kind", ["std", "min", "max", "median", "ratio_min_max", "coef_variation"])
def test_rolling_statistics_that_cannot_be_rebuilt_are_reported(kind):
    y = daily(20 + zero_mean(200))
    features = {"window_features": RollingFeatures(stats=[kind], window_sizes=5)}
    with Ours() as warned:
        model = fitted(y, 4, **features)
    assert len(warned.texts) == 1
    assert "column 4 of X seem" in warned.texts[0]
    assert "lags=" in warned.texts[0]
    with Ours() as warned:  # as the warning says
        told = fitted(y, 4, estimator=forest(lags=[1, 2, 3, 4, None]), **features)
    assert warned.texts == []
    np.testing.assert_array_equal(told.predict(5), model.predict(5))


def test_weights_are_ignored_with_a_word():
    y = daily(zero_mean())
    with Ours() as warned:
        model = fitted(y, 3, weight_func=lambda index: np.linspace(0.0, 1.0, len(index)))
    assert "IgnoredArgumentWarning" in warned.names()
    np.testing.assert_array_equal(model.predict(5), fitted(y, 3).predict(5))


def test_rows_dropped_around_missing_values_are_seams():
    values = zero_mean(200)
    values[[90, 91, 140]] = np.nan
    with Ours() as warned:
        model = fitted(daily(values), 3, dropna_from_series=True)
        forecasts = model.predict(H)
    assert warned.texts == []
    assert model.estimator.lags_ == [1, 2, 3]
    # runs of 90, 48 and 59 values without their first three
    assert model.estimator.segments_.tolist() == [0, 87, 132, 188]
    same = forecaster(3, missing="segment").fit(values).regressor_
    np.testing.assert_array_equal(same.segments_, model.estimator.segments_)
    np.testing.assert_allclose(forecasts, walked(model.estimator, values, [1, 2, 3], H), rtol=0, atol=0)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_the_last_direct_step_is_that_of_our_direct_forecaster(steps):
    """It alone has all rows. Our forecaster gives each step a seed of its own, theirs has one for all."""
    y = daily(zero_mean())
    seed = 3 if steps == 1 else int(np.random.SeedSequence([3, steps]).generate_state(1, np.uint32)[0])
    model = ForecasterDirect(estimator=forest(random_state=seed), lags=5, steps=steps)
    with Ours() as warned:
        model.fit(y)
        forecasts = model.predict()
    assert warned.texts == []
    for k in range(1, steps + 1):
        inner = model.estimators_[k]
        assert inner.lags_ == list(range(k, k + 5))
        assert inner.segments_.tolist() == [0, len(y) - 5 - steps + 1]
    assert forecasts.iloc[-1] == forecaster(5, strategy="direct").fit(y).predict(steps).iloc[-1]


def test_direct_steps_by_hand():
    y, steps = daily(zero_mean()), 3
    model = ForecasterDirect(estimator=forest(), lags=[1, 4], steps=steps)
    model.fit(y)
    for k, forecast in enumerate(model.predict(), 1):
        lags = [k, k + 3]
        # all steps have the rows whose last step is observed
        regressor = forest(lags=lags).fit(*embedded(y, lags, last=len(y) - steps + k))
        assert forecast == regressor.predict([[y.iloc[-1], y.iloc[-4]]])[0]


def test_direct_with_exogenous_columns():
    y = daily(zero_mean())
    exog = daily(np.random.default_rng(1).standard_normal(164), name="x").to_frame()
    model = ForecasterDirect(estimator=forest(), lags=4, steps=4)
    with Ours() as warned:
        model.fit(y, exog=exog[:160])
        forecasts = model.predict(exog=exog[160:])
    assert warned.texts == []
    assert [model.estimators_[k].lags_ for k in (1, 4)] == [[1, 2, 3, 4, None], [4, 5, 6, 7, None]]
    assert np.isfinite(forecasts).all()


def test_direct_forecasts_of_one_of_several_series():
    two = pd.DataFrame({"y": daily(zero_mean()), "other": daily(zero_mean(seed=9))})
    model = ForecasterDirectMultiVariate(
        estimator=forest(), level="y", lags=3, steps=2, transformer_series=None
    )
    with Ours() as warned:
        model.fit(two)
        forecasts = model.predict()
    assert warned.texts == []
    assert [model.estimators_[k].lags_ for k in (1, 2)] == [[1, 2, 3, *[None] * 3], [2, 3, 4, *[None] * 3]]
    assert np.isfinite(forecasts["pred"]).all()
