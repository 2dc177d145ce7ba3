"""Yardsticks, regressors and functions beside the forests: each is what its name says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, fit_ar
from arsieve_rf.evaluation import ar_forecast, naive_forecast, seasonal_naive_forecast
from arsieve_rf.evaluation.comparison._methods import as_bootstraps, as_extra, as_template, contenders
from arsieve_rf.evaluation.comparison._reduction import ARModel, Reduction
from arsieve_rf.evaluation.comparison._rows import tree_correlation
from arsieve_rf.evaluation.comparison._yardsticks import Function, Naive
from arsieve_rf.forest.correlation import mean_tree_correlation
from arsieve_rf.resampling.moving import MovingBlock
from tests.evaluation.comparison.cases import Fixed

AS_IT_IS = {"differencing": 0, "seasonal": None, "transform": None, "damping": 1.0, "drift": 1.0}


def series(n=80, seed=0):
    shocks = np.random.default_rng(seed).standard_normal(n)
    y = shocks.copy()
    for t in range(1, n):
        y[t] += 0.6 * y[t - 1]
    return y + 20


def single_tree(**options):
    return ARSieveForecaster(**{"n_estimators": 1, "bootstrap": "iid", "random_state": 0, **options})


@pytest.mark.parametrize("period", [1, 4, 7])
def test_naive_is_the_naive_forecast(period):
    y = series(30)
    np.testing.assert_array_equal(Naive(period).fit(y).predict(9), seasonal_naive_forecast(y, 9, period))
    moved = Naive(period).fit(y[:20]).update(y[20:])
    np.testing.assert_array_equal(moved.predict(2), seasonal_naive_forecast(y, 2, period))


def test_naive_continues_the_index():
    y = pd.Series(series(24), pd.date_range("2020-01-01", periods=24, freq="MS"))
    pd.testing.assert_series_equal(Naive().fit(y).predict(3), naive_forecast(y, 3))


def test_naive_takes_what_was_observed_before_a_gap():
    y = [1.0, 2.0, 3.0, 4.0, np.nan, 6.0, 7.0, np.nan]
    assert Naive().fit(y).predict(2).tolist() == [7.0, 7.0]
    # phases of the next four steps: 0 (1, missing), 1 (2, 6), 2 (3, 7), 3 (4, missing)
    assert Naive(3).fit([1.0, 2.0, np.nan, 4.0, 5.0, np.nan]).predict(3).tolist() == [4.0, 5.0, 5.0]
    assert Naive(4).fit(y).predict(5).tolist() == [1.0, 6.0, 7.0, 4.0, 1.0]


def test_a_function_gives_the_forecast_of_its_object_and_is_called_anew_on_update():
    y = series(40)
    seen = []

    def smoothing(values):
        seen.append(len(values))
        return SimpleExpSmoothing(np.asarray(values), initialization_method="heuristic").fit(
            0.3, optimized=False
        )

    model = Function(smoothing).fit(y[:30])
    np.testing.assert_allclose(model.predict(3), smoothing(y[:30]).forecast(3))
    np.testing.assert_allclose(model.update(y[30:]).predict(2), smoothing(y).forecast(2))
    assert seen == [30, 30, 40, 40]


@pytest.mark.parametrize("options", [{}, {"order": 3}, {"order": "bic", "ar_method": "ols"}, {"order": 0}])
def test_ar_model_is_that_of_fit_ar(options):
    y = series()
    fitted = fit_ar(y, options.get("order", "aic"), method=options.get("ar_method", "yule_walker"))
    model = ARModel(single_tree(**AS_IT_IS, **options)).fit(y)
    np.testing.assert_allclose(model.predict(6), ar_forecast(fitted, y, 6), rtol=1e-12)


def test_ar_model_sees_the_preparation():
    """The AR model of differences, added up."""
    y = np.cumsum(series()) - 20 * np.arange(80)
    model = ARModel(single_tree(**{**AS_IT_IS, "differencing": 1})).fit(y)
    differences = np.diff(y)
    wanted = y[-1] + np.cumsum(ar_forecast(fit_ar(differences), differences, 5))
    np.testing.assert_allclose(model.predict(5), wanted, rtol=1e-10)


def test_ar_model_moves_on_with_its_coefficients():
    y = series()
    fitted = fit_ar(y[:60])
    model = ARModel(single_tree(**AS_IT_IS)).fit(y[:60]).update(y[60:])
    np.testing.assert_allclose(model.predict(4), ar_forecast(fitted, y, 4), rtol=1e-12)


def test_ar_model_with_columns_is_least_squares():
    """Noise-free: y_t = .5 y_{t-1} + 2 x_t + 1 is continued exactly."""
    x = np.random.default_rng(1).standard_normal(60)
    y = np.zeros(60)
    for t in range(1, 60):
        y[t] = 0.5 * y[t - 1] + 2 * x[t] + 1
    model = ARModel(single_tree(**AS_IT_IS, lags=1)).fit(y[:50], x[:50, None])
    np.testing.assert_allclose(model.predict(10, x[50:, None]), y[50:], rtol=1e-9)
    moved = (
        ARModel(single_tree(**AS_IT_IS, lags=1)).fit(y[:40], x[:40, None]).update(y[40:50], x[40:50, None])
    )
    np.testing.assert_allclose(moved.predict(10, x[50:, None]), y[50:], rtol=1e-9)


def test_ar_model_bridges_gaps():
    y = series()
    y[[10, 11, 40, 78]] = np.nan
    model = ARModel(single_tree(**AS_IT_IS, missing="segment")).fit(y)
    assert np.isfinite(model.predict(3)).all()
    ends_missing = np.append(y[:78], [np.nan, np.nan])
    bridged = ARModel(single_tree(**AS_IT_IS, missing="segment")).fit(ends_missing)
    before = ARModel(single_tree(**AS_IT_IS, missing="segment")).fit(y[:78])
    np.testing.assert_array_equal(bridged.predict(3), before.predict(5)[2:])
    with pytest.raises(ValueError, match="y_new cannot follow"):
        bridged.update([1.0])


@pytest.mark.parametrize("preparation", [AS_IT_IS, {**AS_IT_IS, "differencing": 1}, {}])
@pytest.mark.parametrize("with_x", [False, True])
def test_a_regressor_takes_the_place_of_the_forest(preparation, with_x):
    """The library's own regressor, put beside, forecasts what the forecaster does."""
    y = series(90)
    X = np.random.default_rng(3).standard_normal((95, 2)) if with_x else None
    forest = {"n_estimators": 20, "bootstrap": "iid", "random_state": 4, "n_jobs": 1}
    past, future = (None, None) if X is None else (X[:90], X[90:])
    wanted = ARSieveForecaster([1, 2, 5], **preparation, **forest).fit(y, past).predict(5, future)
    beside = Reduction(single_tree(lags=[1, 2, 5], **preparation), ARSieveForestRegressor(**forest))
    np.testing.assert_allclose(beside.fit(y, past).predict(5, future), wanted, rtol=1e-6)


def test_a_regressor_by_hand():
    y = series(50)
    rows = np.column_stack([y[3 - lag : 50 - lag] for lag in (1, 3)])
    linear = LinearRegression().fit(rows, y[3:])
    path = y.tolist()
    for _ in range(4):
        path.append(linear.predict([[path[-1], path[-3]]])[0])
    regressor = LinearRegression()
    model = Reduction(single_tree(lags=[1, 3], **AS_IT_IS), regressor).fit(y)
    np.testing.assert_allclose(model.predict(4), path[50:], rtol=1e-10)
    assert not hasattr(regressor, "coef_")


@pytest.mark.parametrize("bootstrap", ["iid", "ar_sieve", "auto"])
def test_tree_correlation_is_that_of_the_rows_after_the_first_cutoff(bootstrap):
    shocks = 0.3 * np.random.default_rng(2).standard_normal(120)
    changes = shocks.copy()
    for t in range(1, 120):
        changes[t] += 2 * np.sin(3 * changes[t - 1])  # nothing that a linear model could do
    y = np.cumsum(changes)
    model = ARSieveForecaster(
        [1, 2], **{**AS_IT_IS, "differencing": 1}, bootstrap=bootstrap, n_estimators=30, random_state=0
    ).fit(y[:90])
    d = model.preparation_.forward(y)  # the difference before y[t] is d[t - 2]
    rows = np.array([[d[t - 2], d[t - 3]] for t in range(90, 120)], dtype=np.float32)
    values = model.regressor_.forest_.tree_values(rows)
    by_pairs = np.corrcoef(values[:, values.std(axis=0) > 0].T)
    wanted = by_pairs[np.triu_indices(len(by_pairs), 1)].mean()
    assert tree_correlation(model, y, None, 90) == pytest.approx(wanted)
    assert mean_tree_correlation(values) == pytest.approx(wanted)


def bootstraps_of(bootstraps, **options):
    return as_bootstraps(bootstraps, ARSieveForecaster(**options))


def test_names():
    assert bootstraps_of(["seasonal"], period=4) == {"seasonal": "seasonal"}
    named = bootstraps_of(["iid", None, MovingBlock(4)])
    assert list(named) == ["iid", "none", "MovingBlock(block_length=4)"]
    given = {"short": MovingBlock(2), "long": MovingBlock(9)}
    assert bootstraps_of(given) == given


def test_contenders_share_everything_but_the_bootstrap():
    template = ARSieveForecaster([1, 3], n_estimators=7, random_state=5, oob_score=True)
    found = contenders(template, bootstraps_of(["iid", "auto"]), {"line": LinearRegression()}, 4)
    assert [method.name for method in found] == ["iid", "auto", "ar", "naive", "seasonal_naive", "line"]
    assert [method.kind for method in found] == ["bootstrap"] * 2 + ["yardstick"] * 3 + ["extra"]
    assert [method.has_intervals for method in found] == [True, True, False, False, False, False]
    first, second = (method.forecaster.get_params() for method in found[:2])
    assert {name for name in first if first[name] != second[name]} == {"bootstrap"}
    assert "seasonal_naive" not in [method.name for method in contenders(template, {"iid": "iid"}, {}, 1)]
    assert template.bootstrap == "auto"


def test_who_must_be_able_to_move_on():
    """Regressors and functions are given an update."""
    extra = {"line": LinearRegression(), "function": lambda y: y, "last": Naive()}
    assert as_extra(extra, (), moves=True) == extra
    assert set(as_extra({"a": Fixed([])}, (), moves=False)) == {"a"}


def test_a_forecaster_beside_is_taken_as_it_is():
    mine = Naive(3)
    found = contenders(ARSieveForecaster([1]), {"iid": "iid"}, {"mine": mine}, 1)
    assert found[-1].forecaster is mine


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: bootstraps_of("iid"), TypeError, "bootstraps must be a sequence"),
        (lambda: bootstraps_of(3), TypeError, "bootstraps must be a sequence"),
        (lambda: bootstraps_of([]), ValueError, "bootstraps is empty"),
        (lambda: bootstraps_of(["iid", "iid"]), ValueError, "bootstraps has 'iid' twice"),
        (lambda: bootstraps_of(["blocks"]), ValueError, "bootstrap must be one of .*'blocks'"),
        (lambda: bootstraps_of(["iid", "seasonal"]), ValueError, 'period must be .*"seasonal"; got None'),
        (lambda: bootstraps_of([7]), TypeError, "bootstrap must be one of .* got 7"),
        (
            lambda: bootstraps_of({1: "iid"}),
            TypeError,
            "bootstraps must have non-empty strings as keys, got 1",
        ),
        (lambda: bootstraps_of({"ar": "iid"}), ValueError, "bootstraps has the name 'ar'"),
        (lambda: as_extra([Naive()], (), moves=False), TypeError, "extra must be a dict"),
        (lambda: as_extra({"": Naive()}, (), moves=False), TypeError, "extra must have non-empty strings"),
        (lambda: as_extra({"iid": Naive()}, ("iid",), moves=False), ValueError, "extra has the name 'iid'"),
        (lambda: as_extra({"ar": Naive()}, (), moves=False), ValueError, "extra has the name 'ar'"),
        (
            lambda: as_extra({"a": Naive}, (), moves=False),
            TypeError,
            r"extra\['a'\] must be an object.*class Naive",
        ),
        (lambda: as_extra({"a": 3}, (), moves=False), TypeError, r"extra\['a'\] must have fit and predict"),
        (lambda: as_extra({"a": Fixed([])}, (), moves=True), TypeError, r"extra\['a'\] must have update"),
        (lambda: as_template(Naive()), TypeError, "forecaster must be an ARSieveForecaster or None"),
        (lambda: as_template(ARSieveForecaster), TypeError, "forecaster must be an ARSieveForecaster"),
    ],
)
def test_mistakes(call, error, words):
    with pytest.raises(error, match=words):
        call()
