"""The regressor among mlforecast's models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("mlforecast")

from mlforecast import MLForecast
from mlforecast.lag_transforms import ExpandingMean, RollingMean, RollingStd
from mlforecast.target_transforms import Differences, LocalStandardScaler
from mlforecast.utils import PredictionIntervals

from tests.ecosystem.dropin_cases import (
    BOOTSTRAPS,
    Ours,
    by_hand,
    embedded,
    forecaster,
    forest,
    walk,
    walked,
    zero_mean,
)

H = 6
LENGTHS = (60, 45, 80)
NAME = "ARSieveForestRegressor"


def ar1(rng, n, level=0.0, phi=0.6):
    values = rng.standard_normal(n)
    for t in range(1, n):
        values[t] += phi * values[t - 1]
    return level + values


def panel(lengths=LENGTHS, seed=0):
    """Series of unequal length with an exogenous and a static column, sorted by series."""
    rng = np.random.default_rng(seed)
    parts = [
        pd.DataFrame(
            {
                "unique_id": f"s{g:02}",
                "ds": pd.date_range("2020-01-01", periods=n, freq="D"),
                "y": ar1(rng, n, 10.0 * g),
                "price": rng.standard_normal(n),
                "kind": float(g % 2),
            }
        )
        for g, n in enumerate(lengths)
    ]
    return pd.concat(parts, ignore_index=True)


def plain(frame):
    return frame[["unique_id", "ds", "y"]]


def fitted(frame, lags, fit=None, freq="D", bootstrap="ar_sieve", **options):
    model = forest(bootstrap=bootstrap)
    return MLForecast(models=[model], freq=freq, lags=lags, **options).fit(frame, **(fit or {}))


def one_series(values):
    return pd.DataFrame({"unique_id": "a", "ds": np.arange(len(values)), "y": values})


def segments(lengths, lost):
    return np.cumsum([0, *(n - lost for n in lengths)]).tolist()


# ---- what is found in the columns ----

SETUPS = [
    ("lags", plain, {}, {}, [1, 2, 7], 7),
    ("dates", plain, {"date_features": ["dayofweek", "month"]}, {}, [1, 2, 7, None, None], 7),
    ("differences", plain, {"target_transforms": [Differences([1])]}, {}, [1, 2, 7], 8),
    ("scaler", plain, {"target_transforms": [LocalStandardScaler()]}, {}, [1, 2, 7], 7),
    ("rolling mean", plain, {"lag_transforms": {1: [RollingMean(3)]}}, {}, [1, 2, 7, None], 7),
    ("exogenous", lambda f: f, {}, {"static_features": ["kind"]}, [None, None, 1, 2, 7], 7),
    ("numpy", plain, {}, {"as_numpy": True}, [1, 2, 7], 7),
]


@pytest.mark.parametrize(
    ("view", "options", "fit", "lags", "lost"), [s[1:] for s in SETUPS], ids=[s[0] for s in SETUPS]
)
def test_lags_and_series_are_found_without_a_warning(view, options, fit, lags, lost):
    with Ours() as warned:
        fcst = fitted(view(panel()), [1, 2, 7], fit, **options)
    assert warned.texts == []
    model = fcst.models_[NAME]
    assert model.lags_ == lags
    assert model.segments_.tolist() == segments(LENGTHS, lost)
    assert len(model.forest_.columns.linear) == (1 if "lag_transforms" in options else 0)


def test_many_short_series():
    with Ours() as warned:
        model = fitted(plain(panel((30,) * 40)), [1, 12]).models_[NAME]
    assert warned.texts == []
    assert model.lags_ == [1, 12]
    assert model.segments_.tolist() == segments((30,) * 40, 12)


def test_direct_models_find_the_lags_of_their_step():
    with Ours() as warned:
        fcst = fitted(plain(panel()), [1, 2, 3], {"max_horizon": 4})
    assert warned.texts == []
    models = fcst.models_[NAME]
    for step in range(4):
        assert models[step].lags_ == [1 + step, 2 + step, 3 + step]
        assert models[step].segments_.tolist() == segments(LENGTHS, 3 + step)


def test_what_cannot_be_computed_anew_is_named():
    with Ours() as warned:
        fcst = fitted(plain(panel()), [1, 2], lag_transforms={1: [RollingStd(3)], 2: [ExpandingMean()]})
    assert fcst.models_[NAME].lags_ == [1, 2, None, None]
    (message,) = warned.texts
    assert "'rolling_std_lag1_window_size3', 'expanding_mean_lag2'" in message
    assert "lags=" in message


# ---- the order of rows ----


def test_rows_keep_the_order_of_the_frame():
    """mlforecast does not hand sorted rows to its models."""
    frame = plain(panel()).sample(frac=1.0, random_state=0)
    prepared = MLForecast(models=[], freq="D", lags=[1]).preprocess(frame)
    expected = frame.loc[prepared.index, ["unique_id", "ds"]]
    pd.testing.assert_frame_equal(prepared[["unique_id", "ds"]], expected)
    assert not prepared["unique_id"].is_monotonic_increasing


def test_equally_long_series_sorted_by_time_are_told_apart_with_a_warning():
    frame = plain(panel((50, 50, 50)))
    expected = fitted(frame, [1, 2, 3])
    with Ours() as warned:
        fcst = fitted(frame.sort_values(["ds", "unique_id"]), [1, 2, 3])
    (message,) = warned.texts
    assert "3 series interleaved by time" in message
    assert "Sort the rows by series" in message
    assert "groups=" in message
    assert fcst.models_[NAME].lags_ == [1, 2, 3]
    pd.testing.assert_frame_equal(fcst.predict(H), expected.predict(H))


def test_shuffled_rows_warn_and_name_the_remedy():
    frame = plain(panel()).sample(frac=1.0, random_state=0)
    with Ours() as warned:
        fcst = fitted(frame, [1, 2])
    assert fcst.models_[NAME].lags_ == [None, None]
    assert "'lag1', 'lag2' of X have the names of lags" in warned.texts[0]
    assert "groups=" in warned.texts[0]
    assert np.isfinite(fcst.predict(H)[NAME]).all()


def test_series_of_unequal_length_sorted_by_time_warn_and_name_the_remedy():
    with Ours() as warned:
        fcst = fitted(plain(panel()).sort_values(["ds", "unique_id"]), [1, 2])
    assert fcst.models_[NAME].lags_ == [None, None]
    assert "series of unequal length?" in warned.texts[0]
    assert "Sort the rows by series" in warned.texts[0]


def test_groups_by_way_of_fit_models():
    """What `fit` does in two steps, with a label for each row between them."""
    frame = plain(panel())
    expected = fitted(frame, [1, 2, 3]).predict(H)
    mixed = frame.sort_values(["ds", "unique_id"], ascending=[True, False])
    fcst = MLForecast(models=[forest()], freq="D", lags=[1, 2, 3])
    with Ours() as warned:
        prepared = fcst.preprocess(mixed)
        X = prepared.drop(columns=["unique_id", "ds", "y"])
        fcst.fit_models(X, prepared["y"].to_numpy(), {NAME: {"groups": prepared["unique_id"]}})
    assert warned.texts == []
    assert fcst.models_[NAME].segments_.tolist() == segments(LENGTHS, 3)
    pd.testing.assert_frame_equal(fcst.predict(H), expected)


# ---- forecasts ----


@pytest.mark.parametrize("lags", [[1], [1, 2, 3], [2, 5]])
def test_forecasts_are_those_of_our_forecaster(lags):
    y = zero_mean()
    forecasts = fitted(one_series(y), lags, freq=1).predict(12)[NAME]
    np.testing.assert_array_equal(forecasts, forecaster(lags).fit(y).predict(12))


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_every_bootstrap(bootstrap):
    y = zero_mean()
    with Ours() as warned:
        forecasts = fitted(one_series(y), [1, 2, 3, 4], freq=1, bootstrap=bootstrap).predict(12)[NAME]
    assert warned.texts == []
    np.testing.assert_array_equal(forecasts, by_hand(y, range(1, 5), 12, bootstrap=bootstrap))


def test_differences_are_those_of_our_forecaster():
    y = walk()
    fcst = fitted(one_series(y), [1, 2, 3], freq=1, target_transforms=[Differences([1])])
    assert fcst.models_[NAME].lags_ == [1, 2, 3]
    ours = forecaster([1, 2, 3], differencing=1, drift=1.0, damping=1.0).fit(y)
    np.testing.assert_allclose(fcst.predict(12)[NAME], ours.predict(12), rtol=1e-12, atol=1e-12)


def test_forecasts_of_a_panel_are_those_of_a_forest_on_stacked_rows():
    frame, lags = plain(panel()), [1, 2, 7]
    series = [part["y"].to_numpy() for _, part in frame.groupby("unique_id")]
    rows = [embedded(values, lags) for values in series]
    model = forest().fit(np.vstack([X for X, _ in rows]), np.concatenate([y for _, y in rows]))
    forecasts = fitted(frame, lags).predict(H)
    for (_, part), values in zip(forecasts.groupby("unique_id"), series, strict=True):
        np.testing.assert_array_equal(part[NAME], walked(model, values, lags, H))


def test_direct_forecasts_are_those_of_a_forest_for_each_step():
    y, lags = zero_mean(), [1, 2, 3]
    forecasts = fitted(one_series(y), lags, {"max_horizon": 4}, freq=1).predict(4)[NAME]
    for step in range(4):
        X, target = embedded(y, [lag + step for lag in lags])
        row = [[y[-lag] for lag in lags]]
        assert forecasts[step] == forest().fit(X, target).predict(row)[0]


def test_exogenous_columns_of_the_future():
    frame = panel()
    fcst = fitted(frame, [1, 2], {"static_features": ["kind"]})
    days = fcst.make_future_dataframe(H)
    low, high = (fcst.predict(H, X_df=days.assign(price=price)) for price in (-3.0, 3.0))
    assert np.isfinite(low[NAME]).all()
    assert (low[NAME] != high[NAME]).any()


@pytest.mark.parametrize("refit", [True, False])
def test_cross_validation_is_a_fit_on_what_came_before(refit):
    frame = plain(panel())
    with Ours() as warned:
        fcst = MLForecast(models=[forest()], freq="D", lags=[1, 2])
        result = fcst.cross_validation(frame, n_windows=2, h=3, refit=refit)
    assert warned.texts == []
    first = result[result["cutoff"] == result.groupby("unique_id")["cutoff"].transform("min")]
    known = frame.groupby("unique_id", group_keys=False)[["unique_id", "ds", "y"]].apply(
        lambda s: s.iloc[:-6]
    )
    expected = fitted(known, [1, 2]).predict(3)
    np.testing.assert_array_equal(first[NAME], expected[NAME])


def test_prediction_intervals():
    with Ours() as warned:
        fcst = fitted(plain(panel()), [1, 2], {"prediction_intervals": PredictionIntervals(n_windows=4, h=H)})
        result = fcst.predict(H, level=[50, 90])
    assert warned.texts == []
    bounds = [f"{NAME}-lo-90", f"{NAME}-lo-50", NAME, f"{NAME}-hi-50", f"{NAME}-hi-90"]
    assert (np.diff(result[bounds].to_numpy(), axis=1) >= 0).all()
    assert (result[bounds[-1]] > result[bounds[0]]).all()


def test_several_models_and_fitted_values():
    models = {"sieve": forest(), "iid": forest(bootstrap="iid")}
    fcst = MLForecast(models=models, freq="D", lags=[1, 2]).fit(plain(panel()), fitted=True)
    values = fcst.forecast_fitted_values()
    assert np.isfinite(values[["sieve", "iid"]]).all(axis=None)
    assert fcst.predict(H).columns.tolist() == ["unique_id", "ds", "sieve", "iid"]


def test_weights_are_refused():
    frame = plain(panel()).assign(weight=1.0)
    with pytest.raises(TypeError, match="sample_weight"):
        fitted(frame, [1], {"weight_col": "weight"})
