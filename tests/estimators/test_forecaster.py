"""What the forecaster means: recursion, preparation, units, updates, exogenous columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, fit_ar

BOOTSTRAPS = [
    {"bootstrap": "ar_sieve"},
    {"bootstrap": "iid"},
    {"bootstrap": "moving", "block_length": 6},
    {"bootstrap": "circular"},
    {"bootstrap": "stationary"},
    {"bootstrap": "nonoverlapping"},
    {"bootstrap": "seasonal", "period": 4},
    {"bootstrap": None},
]
UNPREPARED = {"differencing": 0, "seasonal": None, "transform": None, "damping": 1.0, "drift": 1.0}
by_bootstrap = pytest.mark.parametrize("options", BOOTSTRAPS, ids=lambda o: str(o["bootstrap"]))


def ar_series(n=120, phi=0.7, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def plain(lags=None, **options):
    """A sieve forecaster that only standardizes, unless said otherwise."""
    return ARSieveForecaster(lags, **({"bootstrap": "ar_sieve"} | UNPREPARED | options))


def walk_on(forecaster, prepared, h, exog=None):
    """h steps by a loop over the regressor's predict, in prepared units."""
    path = list(prepared)
    for step in range(h):
        row = [path[-k] for k in forecaster.lags_]
        row += [] if exog is None else list(exog[step])
        path.append(forecaster.regressor_.predict(np.array([row]))[0])
    return np.array(path[-h:])


# ---- recursion ----


@by_bootstrap
@pytest.mark.parametrize("lags", [None, 3, [1, 4], [5]])
def test_forecasts_are_a_loop_over_the_regressor(options, lags):
    y = 40.0 + 7.0 * ar_series()
    forecaster = ARSieveForecaster(lags, n_estimators=10, **options, random_state=0).fit(y)
    prepared = forecaster.preparation_.forward(y)
    expected = forecaster.preparation_.inverse(walk_on(forecaster, prepared, 9))
    forecasts = forecaster.predict(9)
    np.testing.assert_array_equal(forecasts, expected)
    np.testing.assert_array_equal(forecaster.predict(4), forecasts[:4])  # nor does asking change anything
    np.testing.assert_array_equal(forecaster.predict(9), forecasts)


@pytest.mark.parametrize("differencing", [1, 2])
def test_differenced_forecasts_are_summed_up_from_the_last_values(differencing):
    y = np.cumsum(ar_series(seed=2)) if differencing == 1 else np.cumsum(np.cumsum(ar_series(seed=2)))
    forecaster = plain(2, differencing=differencing, n_estimators=10, random_state=0).fit(y)
    steps = forecaster.preparation_.steps
    prepared = forecaster.preparation_.forward(y)
    changes = walk_on(forecaster, prepared, 6) * 2.0 ** (steps[0].exponent + steps[-1].exponent)
    changes += steps[-1].mean * 2.0 ** steps[0].exponent
    levels = list(y)
    for change in changes:
        levels.append(levels[-1] + change if differencing == 1 else 2 * levels[-1] - levels[-2] + change)
    np.testing.assert_allclose(forecaster.predict(6), levels[-6:], rtol=1e-10)


def test_one_step_equals_the_regressor_on_the_embedding_where_standardizing_changes_nothing():
    """Multiples of 1/64 that sum to zero exactly, standard deviation near 1: mean 0, scale 2**0."""
    half = np.round(ar_series(60, 0.3) * 64) / 64
    y = np.concatenate([half, -half[::-1]])
    assert 0.75 < y.std() < 1.4
    forecaster = plain(3, n_estimators=20, random_state=5).fit(y)
    np.testing.assert_array_equal(forecaster.preparation_.forward(y), y)
    X = np.column_stack([y[3 - k : -k] for k in (1, 2, 3)])
    regressor = ARSieveForestRegressor(20, random_state=5).fit(X, y[3:])
    assert regressor.lags_ == [1, 2, 3]
    assert forecaster.predict(1)[0] == regressor.predict(y[[-1, -2, -3]][None])[0]


def test_long_horizons_settle_inside_the_range_of_the_data():
    y = 10 + ar_series()
    forecasts = plain(n_estimators=20, bootstrap="iid", random_state=0).fit(y).predict(500)
    assert y.min() <= forecasts.min()
    assert forecasts.max() <= y.max()


# ---- lags and AR model ----


def test_lags_follow_the_ar_model_by_default():
    rng = np.random.default_rng(0)
    y = np.zeros(400)
    for t in range(4, 400):
        y[t] = 0.4 * y[t - 1] + 0.4 * y[t - 4] + rng.standard_normal()
    for order in ("aic", "bic", "hqic", "aicc", 2, 0):
        for bootstrap in ("ar_sieve", "iid", "auto"):
            forecaster = plain(order=order, n_estimators=2, bootstrap=bootstrap).fit(y)
            expected = max(fit_ar(y, order).order, 1)
            assert forecaster.lags_.dtype == np.int64
            assert forecaster.lags_.tolist() == list(range(1, expected + 1))
    order = fit_ar(y, max_order=3).order
    assert plain(max_order=3, n_estimators=2).fit(y).lags_.tolist() == list(range(1, order + 1))


@pytest.mark.parametrize(
    ("lags", "expected"),
    [
        (2, [1, 2]),
        ([3, 1], [1, 3]),
        ((4,), [4]),
        (np.array([2, 6]), [2, 6]),
        (np.int64(1), [1]),
        (range(1, 4), [1, 2, 3]),
    ],
)
def test_given_lags(lags, expected):
    forecaster = ARSieveForecaster(lags, n_estimators=2).fit(ar_series())
    assert forecaster.lags_.tolist() == expected
    assert forecaster.regressor_.lags_ == expected


@pytest.mark.parametrize("method", ["yule_walker", "burg", "ols"])
@pytest.mark.parametrize("differencing", [0, 1, 2])
@pytest.mark.parametrize(("a", "b"), [(1.0, 0.0), (250.0, -3e4), (1e-7, 2.0)])
def test_the_ar_model_is_in_the_units_of_the_differenced_series(method, differencing, a, b):
    y = a * ar_series(200, seed=3) + b
    expected = fit_ar(np.diff(y, differencing), method=method)
    forecaster = plain(differencing=differencing, ar_method=method, n_estimators=1).fit(y)
    found = forecaster.ar_
    assert found.order == expected.order
    assert found.method == expected.method
    tolerance = 1e-8 if b == 0 or a > 1 else 1e-6  # digits that the level 2 leaves to steps of 1e-7
    np.testing.assert_allclose(found.coef, expected.coef, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=tolerance, atol=tolerance * a)
    np.testing.assert_allclose(found.intercept, expected.intercept, rtol=tolerance, atol=tolerance * a)
    np.testing.assert_allclose(found.residuals, expected.residuals, rtol=tolerance, atol=tolerance * a)
    np.testing.assert_allclose(found.sigma2, expected.sigma2, rtol=tolerance)
    np.testing.assert_allclose(found.criteria, expected.criteria, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("lags", [[30], [1, 35], [2, 3, 34]])
def test_the_ar_model_sees_the_whole_series_whatever_the_lags(lags):
    """Few rows of far lags do not show all values; the forecaster knows them nevertheless."""
    y = ar_series(40)
    found = plain(lags, order=1, n_estimators=2).fit(y).ar_
    np.testing.assert_allclose(found.residuals, fit_ar(y, 1).residuals, rtol=1e-9, atol=1e-12)


@by_bootstrap
def test_row_strategies_have_no_ar_model(options):
    forecaster = ARSieveForecaster(2, n_estimators=1, **options).fit(ar_series())
    assert (forecaster.ar_ is None) == (options["bootstrap"] != "ar_sieve")


def test_out_of_bag_scores_go_through():
    forecaster = ARSieveForecaster(2, bootstrap="iid", oob_score=True, n_estimators=60, random_state=0)
    assert 0.1 < forecaster.fit(ar_series(300)).regressor_.oob_score_ < 0.8
    with pytest.raises(ValueError, match="oob_score=True"):
        ARSieveForecaster(2, bootstrap="ar_sieve", oob_score=True).fit(ar_series())


# ---- differencing, scale and shift ----


@by_bootstrap
@pytest.mark.parametrize(("slope", "level"), [(2.0, 3.0), (-0.1, 1e6), (1e-6, 0.0)])
def test_a_straight_line_goes_on(options, slope, level):
    t = np.arange(60)
    y, future = level + slope * t, level + slope * np.arange(60, 80)
    for differencing in (1, 2):
        parameters = UNPREPARED | options | {"differencing": differencing}
        forecaster = ARSieveForecaster(1, n_estimators=3, **parameters, random_state=0)
        forecasts = forecaster.fit(y).predict(20)
        # rounding of the level at every step, twice summed at most
        slack = 20**differencing * 4 * np.finfo(float).eps * np.abs(y).max()
        np.testing.assert_allclose(forecasts, future, rtol=0, atol=slack)


@pytest.mark.filterwarnings("ignore:The fitted AR")  # of rounding errors
def test_a_parabola_goes_on():
    t = np.arange(100.0)
    forecaster = plain(differencing=2, n_estimators=3, random_state=0).fit((t * t - 7 * t)[:80])
    np.testing.assert_allclose(forecaster.predict(20), (t * t - 7 * t)[80:], rtol=1e-10)


def test_differencing_follows_a_trend_that_levels_cannot():
    y = 0.8 * np.arange(150) + ar_series(150)
    levels = plain(n_estimators=20, bootstrap="iid", random_state=0).fit(y).predict(10)
    assert levels.max() <= y.max()  # trees do not extrapolate
    changes = plain(differencing=1, n_estimators=50, random_state=0).fit(y).predict(10)
    assert changes[-1] - y[-10:].mean() == pytest.approx(0.8 * 14.5, abs=4.0)


@by_bootstrap
@pytest.mark.parametrize("differencing", [0, 1])
@pytest.mark.parametrize("factor", [2.0**-900, 0.125, 2.0**20, 2.0**900])
def test_powers_of_two_scale_forecasts_exactly(options, differencing, factor):
    y = 5 + ar_series(80)
    parameters = {"differencing": differencing, "n_estimators": 6, "random_state": 3, **options}
    small = ARSieveForecaster(3, **parameters).fit(y)
    scaled = ARSieveForecaster(3, **parameters).fit(y * factor)
    np.testing.assert_array_equal(scaled.predict(7), small.predict(7) * factor)


@by_bootstrap
@pytest.mark.parametrize(("a", "b"), [(3.0, 0.0), (-1.7, 0.0), (1.0, 1000.0), (0.01, -5.0), (1e9, 1e9)])
def test_forecasts_scale_and_shift_with_the_series(options, a, b):
    """One lag, so that no two features part a node alike and rounding cannot choose between them."""
    y = ar_series(100, seed=4)
    parameters = {"n_estimators": 8, "order": 1, "random_state": 3, **UNPREPARED, **options}
    if "block_length" not in options and options["bootstrap"] in ("circular", "stationary", "nonoverlapping"):
        parameters["block_length"] = 7
    still = ARSieveForecaster(1, **parameters).fit(y).predict(5)
    moved = ARSieveForecaster(1, **parameters).fit(a * y + b).predict(5)
    spread = abs(a) * y.std()
    rounding = abs(a * y + b).max() * 1e-15
    np.testing.assert_allclose(moved, a * still + b, rtol=0, atol=1e-9 * spread + 1e3 * rounding)


# ---- update ----


@pytest.mark.parametrize("differencing", [0, 1, 2])
@pytest.mark.parametrize("lags", [1, [2, 5]])
def test_update_moves_the_start_and_keeps_the_forest(differencing, lags):
    y = 3 + ar_series(110)
    forecaster = ARSieveForecaster(lags, differencing=differencing, n_estimators=8, random_state=0).fit(
        y[:90]
    )
    forest = forecaster.regressor_.forest_
    assert forecaster.update(y[90:]) is forecaster
    assert forecaster.regressor_.forest_ is forest
    prepared = forecaster.preparation_.forward(y)  # the scale is still that of the first 90 values
    expected = forecaster.preparation_.inverse(walk_on(forecaster, prepared, 6))
    np.testing.assert_allclose(forecaster.predict(6), expected, rtol=1e-9)
    again = ARSieveForecaster(lags, differencing=differencing, n_estimators=8, random_state=0).fit(y[:90])
    for t in range(90, 110):
        again.update(y[t : t + 1])
    np.testing.assert_allclose(again.predict(6), forecaster.predict(6), rtol=1e-12)


def test_a_refused_update_changes_nothing():
    X = np.random.default_rng(0).standard_normal((60, 1))
    forecaster = ARSieveForecaster(2, differencing=1, n_estimators=4, random_state=0).fit(ar_series(60), X)
    before = forecaster.predict(3, X[:3])
    with pytest.raises(ValueError, match="X_new is needed"):
        forecaster.update([1.0])
    with pytest.raises(ValueError, match="X_new has 2 rows"):
        forecaster.update([1.0], X[:2])
    with pytest.raises(ValueError, match="y_new has 1 missing"):
        forecaster.update([np.nan], X[:1])
    np.testing.assert_array_equal(forecaster.predict(3, X[:3]), before)


def test_a_refused_fit_leaves_the_old_one():
    forecaster = ARSieveForecaster(2, n_estimators=4, random_state=0).fit(ar_series(60))
    before = forecaster.predict(3)
    with pytest.raises(ValueError, match="missing"):
        forecaster.fit([1.0, np.nan, 3.0, 4.0, 5.0])
    np.testing.assert_array_equal(forecaster.predict(3), before)


# ---- exogenous columns ----


def driven(n=300, seed=1):
    """y_t = .5 y_{t-1} + 3 u_t - 2 v_t + e_t."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = 0.5 * y[t - 1] + X[t] @ [3.0, -2.0] + 0.5 * rng.standard_normal()
    return y, X


@pytest.mark.parametrize("differencing", [0, 1, 2])
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid"])
def test_exogenous_forecasts_are_a_loop_over_the_regressor(differencing, bootstrap):
    y, X = driven(120)
    forecaster = ARSieveForecaster(
        [1, 3], differencing=differencing, bootstrap=bootstrap, n_estimators=8, random_state=0
    ).fit(y[:110], X[:110])
    future = np.diff(X[110 - differencing :], differencing, axis=0).astype(np.float32)
    prepared = forecaster.preparation_.forward(y[:110])
    expected = forecaster.preparation_.inverse(walk_on(forecaster, prepared, 10, future))
    np.testing.assert_allclose(forecaster.predict(10, X[110:]), expected, rtol=1e-12)
    forecaster.update(y[110:115], X[110:115])
    prepared = forecaster.preparation_.forward(y[:115])
    expected = forecaster.preparation_.inverse(walk_on(forecaster, prepared, 5, future[5:]))
    np.testing.assert_allclose(forecaster.predict(5, X[115:]), expected, rtol=1e-9)


@pytest.mark.parametrize("differencing", [0, 1])
def test_known_future_columns_help(differencing):
    y, X = driven(320)
    if differencing:
        y, X = np.cumsum(y), np.cumsum(X, axis=0)
    parameters = {"n_estimators": 100, "random_state": 0, "lags": 2, "differencing": differencing}
    with_x = ARSieveForecaster(**parameters).fit(y[:300], X[:300]).predict(20, X[300:])
    without = ARSieveForecaster(**parameters).fit(y[:300]).predict(20)
    future = np.diff(y[300 - differencing :], differencing)

    def error(forecasts):
        """Of the changes, so that errors of a sum do not drown what is compared."""
        before = y[300 - differencing : 300]
        return np.mean((np.diff(np.concatenate([before, forecasts]), differencing) - future) ** 2)

    assert error(with_x) < 0.3 * error(without)


@pytest.mark.parametrize("order", ["aic", "bic", "aicc"])
def test_criteria_with_exogenous_columns_are_in_units_too(order):
    """A change of unit by c adds n log c**2 to n log v, n being the rows on which orders are compared."""
    y, X = driven(120)
    one = plain(4, order=order, max_order=6, n_estimators=1).fit(y, X).ar_
    other = plain(4, order=order, max_order=6, n_estimators=1).fit(y * 1000.0, X).ar_
    assert one.method == "arx"
    np.testing.assert_allclose(other.criteria - one.criteria, (120 - 6) * np.log(1000.0**2), rtol=1e-9)
    np.testing.assert_allclose(other.sigma2, one.sigma2 * 1e6, rtol=1e-9)


def test_columns_of_a_frame_are_matched_by_name():
    y, X = driven(100)
    index = pd.date_range("2020-01-31", periods=105, freq="ME")
    frame = pd.DataFrame(np.vstack([X, X[:5]]), columns=["u", "v"], index=index)
    series = pd.Series(y, index=index[:100], name="sales")
    forecaster = ARSieveForecaster(2, n_estimators=8, random_state=0).fit(series, frame[:100])
    expected = forecaster.predict(5, frame[100:])
    pd.testing.assert_series_equal(forecaster.predict(5, frame[100:][["v", "u"]]), expected)
    assert expected.name == "sales"
    np.testing.assert_array_equal(forecaster.predict(5, X[:5]), expected)


def test_the_order_of_the_default_lags_with_exogenous_columns_is_that_of_the_errors():
    """y = 3 u + noise, u strongly autocorrelated: the errors have no order, y itself has."""
    u = ar_series(400, 0.95, seed=7)
    y = 3 * u + np.random.default_rng(0).standard_normal(400)
    assert fit_ar(y, "bic").order >= 1
    forecaster = plain(order="bic", n_estimators=2, random_state=0).fit(y, u[:, None])
    assert forecaster.lags_.tolist() == [1]
