"""The regressor in darts' SKLearnModel."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("darts")

from darts import TimeSeries
from darts.models import SKLearnModel
from sklearn.multioutput import MultiOutputRegressor

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.datasets import load_sunspots
from tests.ecosystem.dropin_cases import (
    BOOTSTRAPS,
    Ours,
    by_hand,
    embedded,
    forecaster,
    forest,
    walked,
    zero_mean,
)

H = 12
# darts puts the oldest lag first
THREE = [3, 2, 1]


def series(values, start="2001-01-01"):
    return TimeSeries.from_times_and_values(pd.date_range(start, periods=len(values), freq="D"), values)


def fitted(y, lags, model=None, fit=None, **options):
    """A fitted model and the warnings of ours on the way."""
    darts = SKLearnModel(model=forest() if model is None else model, lags=lags, **options)
    with Ours() as warned:
        darts.fit(y, **(fit or {}))
    return darts, warned.texts


def inner(darts):
    """The fitted regressors inside."""
    model = darts.model
    return model.estimators_ if isinstance(model, MultiOutputRegressor) else [model]


def numbers(prediction):
    return prediction.values()[:, 0]


@pytest.mark.parametrize("lags", [1, 9, [-11, -2, -1], [-1, -2, -11], [-3]])
def test_forecasts_are_those_of_a_loop_by_hand(lags):
    values = zero_mean()
    darts, warned = fitted(series(values), lags)
    forecasts = numbers(darts.predict(H))
    assert warned == []
    listed = list(range(1, lags + 1)) if isinstance(lags, int) else [-k for k in lags]
    oldest_first = sorted(listed, reverse=True)
    assert inner(darts)[0].lags_ == oldest_first
    np.testing.assert_array_equal(forecasts, by_hand(values, oldest_first, H))


@pytest.mark.parametrize("lags", [[1], [1, 2, 11], [1, 2, 3, 4, 5]])
def test_forecasts_are_those_of_our_forecaster_where_no_splits_tie(lags):
    """Two columns that split a node into the same halves tie, and the order of columns decides; large leaves
    leave few such nodes."""
    values = zero_mean(400)
    darts, _ = fitted(series(values), [-k for k in lags], forest(min_samples_leaf=60))
    ours = forecaster(lags, min_samples_leaf=60).fit(values).predict(H)
    np.testing.assert_array_equal(numbers(darts.predict(H)), ours)


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_every_bootstrap(bootstrap):
    values = zero_mean()
    darts, warned = fitted(series(values), 3, forest(bootstrap=bootstrap))
    assert warned == []
    np.testing.assert_array_equal(numbers(darts.predict(H)), by_hand(values, THREE, H, bootstrap=bootstrap))


def test_defaults():
    y = load_sunspots()
    sunspots = TimeSeries.from_times_and_values(y.index.to_timestamp(), y.to_numpy())
    darts, warned = fitted(sunspots, 9, ARSieveForestRegressor(random_state=0))
    assert warned == []
    assert inner(darts)[0].lags_ == list(range(9, 0, -1))
    assert np.isfinite(numbers(darts.predict(H))).all()


def test_single_precision():
    """All is rounded to float32, which on this series changes nothing but the forecasts that are fed back."""
    values = zero_mean()
    darts, warned = fitted(series(values).astype(np.float32), 9)
    forecasts = darts.predict(H)
    assert warned == []
    lags = list(range(9, 0, -1))
    regressor = forest(lags=lags).fit(*embedded(values, lags))
    known = list(values)
    for _ in range(H):
        known.append(float(np.float32(regressor.predict([[known[-k] for k in lags]])[0])))
    assert forecasts.dtype == np.float32
    np.testing.assert_array_equal(numbers(forecasts), known[-H:])


def test_single_precision_of_measured_values_finds_the_same_lags():
    y = (100.0 + 15.0 * zero_mean() / 7.0).astype(np.float32)
    darts, warned = fitted(series(y), 5)
    assert warned == []
    assert inner(darts)[0].lags_ == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_one_model_for_each_step(n_jobs):
    """darts wraps us in a MultiOutputRegressor; all steps have the rows whose last step is observed."""
    values, steps = zero_mean(), 4
    fit = {"n_jobs_multioutput_wrapper": n_jobs}
    darts, warned = fitted(series(values), 3, fit=fit, output_chunk_length=steps)
    assert warned == []
    assert isinstance(darts.model, MultiOutputRegressor)
    forecasts = numbers(darts.predict(steps))
    assert len(inner(darts)) == steps
    for k, regressor in enumerate(inner(darts)):
        lags = [lag + k for lag in THREE]
        assert regressor.lags_ == lags
        alone = forest(lags=lags).fit(*embedded(values, lags, last=len(values) - steps + k + 1))
        assert forecasts[k] == alone.predict([values[-3:]])[0]


@pytest.mark.parametrize("steps", [1, 3])
def test_the_last_step_is_that_of_our_direct_forecaster(steps):
    """It alone has all rows. Our forecaster gives each step a seed of its own."""
    values, lags = zero_mean(400), 3
    options = {"min_samples_leaf": 60}
    seed = 3 if steps == 1 else int(np.random.SeedSequence([3, steps]).generate_state(1, np.uint32)[0])
    darts, _ = fitted(series(values), lags, forest(random_state=seed, **options), output_chunk_length=steps)
    ours = forecaster(lags, strategy="direct", **options).fit(values).predict(steps)
    assert numbers(darts.predict(steps))[-1] == ours[-1]


def test_one_model_for_all_steps():
    """With multi_models=False each step is forecast from the values `output_chunk_length` steps before it."""
    values, steps = zero_mean(), 3
    darts, warned = fitted(series(values), 4, output_chunk_length=steps, multi_models=False)
    assert warned == []
    (regressor,) = inner(darts)
    lags = [6, 5, 4, 3]
    assert regressor.lags_ == lags
    alone = forest(lags=lags).fit(*embedded(values, lags))
    expected = [alone.predict([[values[len(values) + j - lag] for lag in lags]])[0] for j in range(steps)]
    np.testing.assert_array_equal(numbers(darts.predict(steps)), expected)


def test_a_shift_of_the_output():
    darts, warned = fitted(series(zero_mean()), 3, output_chunk_length=2, output_chunk_shift=5)
    assert warned == []
    assert [regressor.lags_ for regressor in inner(darts)] == [[8, 7, 6], [9, 8, 7]]


def test_wrapped_by_the_user():
    values = zero_mean()
    wrapped = MultiOutputRegressor(forest())
    darts, warned = fitted(series(values), 3, wrapped, output_chunk_length=2)
    plain, _ = fitted(series(values), 3, output_chunk_length=2)
    assert warned == []
    assert [regressor.lags_ for regressor in inner(darts)] == [THREE, [4, 3, 2]]
    np.testing.assert_array_equal(numbers(darts.predict(6)), numbers(plain.predict(6)))


def test_future_covariates():
    values = zero_mean()
    known = np.random.default_rng(1).standard_normal(len(values) + H)
    covariates = series(known)
    darts, warned = fitted(
        series(values), 3, lags_future_covariates=[0], fit={"future_covariates": covariates}
    )
    assert warned == []
    (regressor,) = inner(darts)
    assert regressor.lags_ == [*THREE, None]
    X, y = embedded(values, THREE)
    alone = forest(lags=[*THREE, None]).fit(np.column_stack([X, known[3 : len(values)]]), y)
    run = list(values)
    for t in range(len(values), len(values) + H):
        run.append(alone.predict([[*run[-3:], known[t]]])[0])
    np.testing.assert_array_equal(numbers(darts.predict(H, future_covariates=covariates)), run[-H:])


def test_past_covariates_and_encoders_stay_fixed():
    values = zero_mean()
    covariates = series(np.random.default_rng(1).standard_normal(len(values) + H))
    darts, warned = fitted(
        series(values),
        3,
        lags_past_covariates=4,
        lags_future_covariates=[0],
        add_encoders={"cyclic": {"future": ["month"]}, "datetime_attribute": {"future": ["dayofweek"]}},
        fit={"past_covariates": covariates},
    )
    assert warned == []
    (regressor,) = inner(darts)
    assert regressor.lags_ == [*THREE, *[None] * 7]
    assert len(regressor.forest_.columns.fixed) == 7
    assert np.isfinite(numbers(darts.predict(H, past_covariates=covariates))).all()


def stacked():
    return [zero_mean(120, seed=1), 3 + zero_mean(90, seed=2), zero_mean(70, seed=4) - 8]


def test_several_series_are_split_at_their_seams():
    parts = stacked()
    darts, warned = fitted([series(part) for part in parts], 3)
    assert warned == []
    (regressor,) = inner(darts)
    assert regressor.lags_ == THREE
    assert regressor.segments_.tolist() == [0, 117, 204, 271]
    rows = [embedded(part, THREE) for part in parts]
    alone = forest(lags=THREE).fit(np.vstack([X for X, _ in rows]), np.concatenate([y for _, y in rows]))
    for part in parts:
        forecasts = numbers(darts.predict(H, series=series(part)))
        np.testing.assert_array_equal(forecasts, walked(alone, part, THREE, H))


def test_several_series_each_step_and_single_precision():
    parts = [series(part).astype(np.float32) for part in stacked()]
    darts, warned = fitted(parts, 3, output_chunk_length=2)
    assert warned == []
    for k, regressor in enumerate(inner(darts)):
        assert regressor.lags_ == [lag + k for lag in THREE]
        assert regressor.segments_.tolist() == [0, 116, 202, 268]


def test_static_covariates_are_fixed_columns():
    named = [
        series(part).with_static_covariates(pd.DataFrame({"size": [float(number)]}))
        for number, part in enumerate(stacked())
    ]
    darts, warned = fitted(named, 3)
    assert warned == []
    (regressor,) = inner(darts)
    assert regressor.lags_ == [*THREE, None]
    assert regressor.segments_.tolist() == [0, 117, 204, 271]
    assert np.isfinite(numbers(darts.predict(H, series=named[1]))).all()


def test_several_components_see_their_own_lags():
    two = series(np.column_stack([zero_mean(), zero_mean(seed=9)]))
    darts, warned = fitted(two, 3)
    assert warned == []
    assert [regressor.lags_ for regressor in inner(darts)] == [
        [3, None, 2, None, 1, None],
        [None, 3, None, 2, None, 1],
    ]
    assert darts.predict(H).values().shape == (H, 2)


def test_historical_forecasts_without_a_new_fit():
    values = zero_mean()
    darts, _ = fitted(series(values[:120]), 3)
    past = darts.historical_forecasts(
        series(values),
        start=120,
        forecast_horizon=2,
        retrain=False,
        last_points_only=True,
        show_warnings=False,
    )
    regressor = forest(lags=THREE).fit(*embedded(values[:120], THREE))
    # the first forecast is for two steps after its origin
    expected = [walked(regressor, values[:cutoff], THREE, 2)[1] for cutoff in range(120, 159)]
    np.testing.assert_array_equal(numbers(past), expected)


def test_historical_forecasts_with_a_new_fit():
    values = zero_mean()
    model = SKLearnModel(model=forest(), lags=3)
    with Ours() as warned:
        past = model.historical_forecasts(
            series(values), start=150, forecast_horizon=1, retrain=True, show_warnings=False
        )
    assert warned.texts == []
    expected = [by_hand(values[:cutoff], THREE, 1)[0] for cutoff in range(150, 160)]
    np.testing.assert_array_equal(numbers(past), expected)


def test_weights_are_ignored_with_a_word(caplog):
    values = zero_mean()
    with caplog.at_level(logging.WARNING, logger="darts"):
        logging.getLogger("darts").addHandler(caplog.handler)
        darts, _ = fitted(series(values), 3, fit={"sample_weight": "linear"})
        logging.getLogger("darts").removeHandler(caplog.handler)
    assert "`sample_weight` was ignored" in caplog.text
    np.testing.assert_array_equal(numbers(darts.predict(H)), by_hand(values, THREE, H))


def test_a_stride_beyond_the_lags_leaves_nothing_to_find():
    _, warned = fitted(series(zero_mean()), 3, fit={"stride": 4})
    assert len(warned) == 1
    assert "no column of X is a lag of y" in warned[0]
    assert "lags=[" in warned[0]


def test_a_stride_within_the_lags_is_reported():
    """Every second row: the values of the other rows are in no target."""
    values = zero_mean(900)
    darts, warned = fitted(series(values), 2, fit={"stride": 2})
    assert inner(darts)[0].lags_ == [1, None]
    assert len(warned) == 1
    assert "column 1 of X looks like values of the series between its rows" in warned[0]
    assert "lags=" in warned[0]
    told, warned = fitted(series(values), 2, forest(lags=[1, None]), fit={"stride": 2})  # as the warning says
    assert warned == []
    np.testing.assert_array_equal(numbers(told.predict(H)), numbers(darts.predict(H)))
