"""Methods of the study: that they are what their names say, and look at nothing that they may not see."""

from __future__ import annotations

import csv
import inspect
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.evaluation import ar_forecast
from simulation.dgps.base import Path
from simulation.dgps.parameters import ParameterError
from simulation.dgps.registry import make_dgp
from simulation.methods.forest import Forest, mean_tree_correlation
from simulation.methods.registry import METHODS, make_method
from tests.reference.reference import REFERENCE, needs_reference

# a study compares bootstraps on the series as it is
AS_IT_IS = {"differencing": 0, "seasonal": None, "transform": None, "damping": 1.0, "drift": 1.0}
BOOTSTRAPS = ["ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "none", "auto"]


def path_of(name="ar", n=100, horizon=3, seed=0, **parameters):
    dgp = make_dgp(name, parameters or {"coef": [1.0, -0.5]})
    return dgp.simulate(n, horizon, np.random.default_rng(seed))


def forecaster(lags=None, **options):
    """The library's forecaster as a study uses it."""
    parameters = {"bootstrap": "ar_sieve", "n_estimators": 20} | AS_IT_IS | options
    return ARSieveForecaster(lags, **parameters)


def forest(**options):
    return make_method("forest", {"n_estimators": 20} | options)


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS)
def test_a_forest_is_the_forecaster_of_the_library(bootstrap):
    path = path_of()
    forecast = forest(bootstrap=bootstrap, max_features="sqrt").forecast(path, 3, 7)
    word = None if bootstrap == "none" else bootstrap
    same = forecaster(bootstrap=word, max_features="sqrt", random_state=7).fit(path.y)
    assert_array_equal(forecast.values, same.predict(3))
    assert forecast.n_lags == len(same.lags_)


def test_defaults_are_those_of_the_library_but_for_bootstrap_and_preparation_and_so_are_names():
    library = inspect.signature(ARSieveForecaster).parameters
    expected = {name: parameter.default for name, parameter in library.items()}
    expected |= {"bootstrap": "ar_sieve", "differencing": 0}
    names = {field.name for field in fields(Forest)}
    for field in fields(Forest):
        assert field.default == expected[field.name]
    of_the_run = {"oob_score", "n_jobs", "random_state", "verbose"}
    of_the_series = {"strategy", "seasonal_period", "bias_adjust", "missing", *AS_IT_IS} - {"differencing"}
    of_intervals = {"calibration"}
    assert set(library) - names == of_the_run | of_the_series | of_intervals


def test_nothing_is_done_to_a_series_that_the_study_does_not_say():
    """A growing season on a trend, which the forecaster by itself would difference, transform and adjust."""
    t = np.arange(120.0)
    y = (50.0 + t) ** 2 * (2.0 + np.sin(2.0 * np.pi * t / 12.0))
    path = Path(y, np.zeros(3), None)
    assert_array_equal(forest().forecast(path, 3, 7).values, forecaster(random_state=7).fit(y).predict(3))


@pytest.mark.parametrize("n", [60, 100, 200])
def test_all_forests_see_the_lags_of_the_ar_model(n):
    path = path_of(n=n, seed=n)
    order = make_method("ar").forecast(path, 1, 0).n_lags
    assert order > 0
    for bootstrap in BOOTSTRAPS:
        assert forest(bootstrap=bootstrap, n_estimators=2).forecast(path, 1, 0).n_lags == order
    seasonal = forest(bootstrap="seasonal", period=4, n_estimators=2)
    assert seasonal.forecast(path, 1, 0).n_lags == order


def test_seeds_and_nothing_else_make_the_forest():
    path, method = path_of(), forest()
    first = method.forecast(path, 3, 2**62 - 1)
    method.forecast(path_of(seed=1), 3, 5)
    again = method.forecast(path, 3, 2**62 - 1)
    assert_array_equal(again.values, first.values)
    assert again == replace(first, values=again.values)
    assert not np.array_equal(method.forecast(path, 3, 1).values, first.values)


@pytest.mark.parametrize("word", ["forest", "ar", "naive", "mean"])
def test_no_method_but_the_oracle_sees_the_future(word):
    path = path_of()
    blind = Path(path.y.copy(), np.full(3, np.nan), None)
    method = make_method(word, {"n_estimators": 5} if word == "forest" else {})
    assert not method.needs_oracle
    assert_array_equal(method.forecast(blind, 3, 1).values, method.forecast(path, 3, 1).values)
    assert_array_equal(blind.y, path.y)


def test_the_forest_s_bytes_are_those_of_its_arrays():
    path = path_of()
    fitted = forecaster(random_state=0).fit(path.y).regressor_.forest_
    nodes = len(fitted.left)
    wanted = 22 * nodes + 20 * 8
    assert forest().forecast(path, 1, 0).model_bytes == wanted
    assert forest(n_estimators=40).forecast(path, 1, 0).model_bytes > 1.5 * wanted


def test_the_forest_takes_differences_and_lags():
    path = path_of("arima", ar=[0.5])
    forecast = forest(differencing=1, lags=[1, 3]).forecast(path, 3, 0)
    wanted = forecaster([1, 3], differencing=1, random_state=0).fit(path.y)
    assert_array_equal(forecast.values, wanted.predict(3))
    assert forecast.n_lags == 2
    assert -1.0 <= forecast.tree_correlation <= 1.0


def test_correlation_is_over_the_observed_lag_matrix():
    """From the trees and the rows as one would do it by hand, with few enough of both to use all."""
    path = path_of()
    fitted = forecaster(random_state=3).fit(path.y)
    p = len(fitted.lags_)
    series = fitted.preparation_.forward(path.y)
    rows = np.array([[series[t - k] for k in range(1, p + 1)] for t in range(p, 100)])
    predictions = np.array([tree.predict(rows) for tree in fitted.regressor_.estimators_])
    between = np.corrcoef(predictions)
    wanted = (between.sum() - 20) / (20 * 19)
    assert forest().forecast(path, 1, 3).tree_correlation == pytest.approx(wanted, abs=1e-9)


def test_correlation_of_part_of_a_large_forest_is_near_that_of_all():
    """The first 100 of 300 trees at 200 of 600 rows."""
    path = path_of(n=600)
    fitted = forecaster(n_estimators=300, random_state=3).fit(path.y)
    p = len(fitted.lags_)
    series = fitted.preparation_.forward(path.y)
    rows = np.array([[series[t - k] for k in range(1, p + 1)] for t in range(p, 600)], dtype=np.float32)
    wanted = mean_tree_correlation(fitted.regressor_.forest_.tree_values(rows))
    found = forest(n_estimators=300).forecast(path, 1, 3).tree_correlation
    assert found == pytest.approx(wanted, abs=0.03)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (6, 5), elements=st.floats(-1e6, 1e6).map(lambda x: round(x, 3))))
def test_mean_correlation_is_that_of_numpy(values):
    varying = values[:, np.ptp(values, axis=0) > 0.0]
    found = mean_tree_correlation(values)
    count = varying.shape[1]
    if count < 2:
        assert np.isnan(found)
    else:
        wanted = (np.corrcoef(varying.T).sum() - count) / (count * (count - 1))
        assert found == pytest.approx(wanted, abs=1e-6)


def test_trees_without_variance_are_left_out():
    values = np.column_stack([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0], [2.0, 4.0, 6.0]])
    assert mean_tree_correlation(values) == pytest.approx(1.0)
    assert np.isnan(mean_tree_correlation(values[:, 1:2]))
    assert np.isnan(mean_tree_correlation(np.full((4, 3), 0.1)))


@needs_reference
@pytest.mark.parametrize(
    ("label", "name", "parameters"),
    [
        ("AR1_0.5", "ar", {"coef": [0.5]}),
        ("AR1_0.8", "ar", {"coef": [0.8]}),
        ("MA1_0.5", "ma", {"coef": [0.5]}),
        ("ARIMA110_0.5", "arima", {"ar": [0.5]}),
    ],
)
def test_correlations_are_those_of_the_r_package(label, name, parameters):
    """Means over 60 series of 100 values, with the R package's options; 4 s.e. of ours and .01 of theirs."""
    with (REFERENCE / "r_package_accuracy.csv").open(newline="") as file:
        row = next(r for r in csv.DictReader(file) if r["dgp"] == label and r["T"] == "100")
    options = {"min_samples_split": 6, "min_samples_leaf": 1, "max_features": "sqrt", "initial": "mean"}
    dgp = make_dgp(name, parameters)
    paths = [dgp.simulate(100, 1, np.random.default_rng([1, r])) for r in range(60)]
    for bootstrap, column in (("ar_sieve", "cor_ars"), ("iid", "cor_iid")):
        method = forest(n_estimators=100, bootstrap=bootstrap, **options)
        found = [method.forecast(path, 1, r).tree_correlation for r, path in enumerate(paths)]
        error = np.std(found) / np.sqrt(len(found))
        assert abs(np.mean(found) - float(row[column])) < 4.0 * error + 0.01


def test_the_ar_model_is_that_of_the_library():
    path = path_of()
    fit = fit_ar(path.y, "bic", 5, "burg")
    forecast = make_method("ar", {"order": "bic", "max_order": 5, "ar_method": "burg"}).forecast(path, 3, 0)
    assert_array_equal(forecast.values, ar_forecast(fit, path.y, 3))
    assert forecast.n_lags == fit.order
    assert forecast.model_bytes == 8 * (fit.order + 2)
    assert np.isnan(forecast.tree_correlation)


def test_plain_methods_by_definition():
    path = Path(np.array([1.0, 5.0, 3.0]), np.zeros(2), np.array([7.0, np.nan, 8.0]))
    assert_array_equal(make_method("naive").forecast(path, 2, 0).values, [3.0, 3.0])
    assert_array_equal(make_method("mean").forecast(path, 2, 0).values, [3.0, 3.0])
    oracle = make_method("oracle")
    assert oracle.needs_oracle
    assert_array_equal(oracle.forecast(path, 2, 0).values, [7.0, np.nan])
    with pytest.raises(ValueError, match="horizon=4"):
        oracle.forecast(path, 4, 0)
    with pytest.raises(ValueError, match="not known"):
        oracle.forecast(replace(path, mean=None), 2, 0)


def test_no_method_beats_the_oracle_where_it_is_far_better():
    """Mean squared errors of all methods on one process, over 60 series; the naive one is far behind."""
    dgp = make_dgp("threshold_jump", {"below": 4.0, "above": -4.0})
    errors: dict[str, list[float]] = {word: [] for word in METHODS}
    for r in range(60):
        path = dgp.simulate(80, 1, np.random.default_rng([2, r]))
        for word, squares in errors.items():
            method = make_method(word, {"n_estimators": 10} if word == "forest" else {})
            squares.append(float((method.forecast(path, 1, r).values[0] - path.future[0]) ** 2))
    means = {word: np.mean(squares) for word, squares in errors.items()}
    assert min(means, key=lambda word: means[word]) == "oracle"
    assert means["naive"] > 10.0 * means["oracle"]


@pytest.mark.parametrize("word", sorted(METHODS))
def test_default_options_have_no_problems(word):
    assert make_method(word).problems() == []
    assert METHODS[word].name == word


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        ("forest", {"bootstrap": "blocks"}, "bootstrap must be one of"),
        ("forest", {"n_estimators": 0}, "n_estimators=0 must be at least 1"),
        ("forest", {"bootstrap": "seasonal"}, "period"),
        ("forest", {"min_samples_leaf": 0}, "min_samples_leaf=0"),
        ("forest", {"max_features": "most"}, "max_features='most'"),
        ("forest", {"order": "aik"}, "order='aik'"),
        ("forest", {"initial": "zero"}, "initial"),
        ("forest", {"lags": [1, 1]}, "names a lag twice"),
        ("forest", {"differencing": 3}, "differencing=3"),
        ("forest", {"max_samples": 0.5}, "max_samples=0.5"),
        ("forest", {"bootstrap": "moving", "block_length": 0}, "block_length must be"),
        ("ar", {"order": "aik"}, "order='aik'"),
        ("ar", {"order": -1}, "order"),
        ("ar", {"ar_method": "mle"}, "method='mle'"),
    ],
)
def test_impossible_options_are_told(word, options, message):
    problems = make_method(word, options).problems()
    assert any(message in problem for problem in problems)


def test_unknown_words_and_wrong_types_are_told_at_once():
    with pytest.raises(ParameterError, match="method 'forest'") as caught:
        make_method("forest", {"trees": 100, "n_estimators": 2.5, "lags": [1.5], "max_features": []})
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "trees",
        "n_estimators",
        "lags",
        "max_features",
    ]
    with pytest.raises(ParameterError, match="known are none"):
        make_method("naive", {"period": 12})
    with pytest.raises(ValueError, match=r"unknown method 'forrest' \(did you mean 'forest'\?\)"):
        make_method("forrest")


def test_a_forest_that_the_series_is_too_short_for_fails_with_a_message():
    method = forest(order=80)
    assert method.problems() == []
    with pytest.raises(ValueError, match="order=80 must be between 0 and 59"):
        method.forecast(path_of(n=60), 1, 0)


def test_scale_does_not_change_what_is_forecast():
    path = path_of()
    large = Path(np.ldexp(path.y, 40), path.future, None)
    found = forest().forecast(large, 3, 0)
    same = forest().forecast(path, 3, 0)
    assert_allclose(found.values, np.ldexp(same.values, 40), rtol=1e-12)
    assert found.tree_correlation == pytest.approx(same.tree_correlation, abs=1e-12)
