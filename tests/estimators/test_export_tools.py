"""Exported forests in shap and ONNX, and those of a mixture."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor, StackingRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.utils.validation import check_is_fitted

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor

BOOTSTRAPS = ("ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", None)
HALF_ULP = 2.0**-24  # of float32


def series(n=200, scale=1.0, level=0.0):
    """A bent autoregression, so that mixtures have a line and trees of both kinds."""
    rng = np.random.default_rng(1)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = np.sin(2.0 * y[t - 1]) + rng.standard_normal()
    return level + scale * y


def embedded(y, p=3):
    return np.column_stack([y[p - k : len(y) - k] for k in range(1, p + 1)]), y[p:]


def grown(bootstrap, n_trees=30, y=None, **options):
    X, target = embedded(series() if y is None else y)
    if bootstrap == "seasonal":
        options["period"] = 12
    options = {"min_samples_leaf": 1, "random_state": 0, **options}
    return ARSieveForestRegressor(n_trees, bootstrap=bootstrap, **options).fit(X, target), X, target


def at_thresholds(forest, X, most=2000):
    """Rows with a value at the two float32 numbers beside a threshold, where the way is decided."""
    nodes = forest.forest_
    inner = np.flatnonzero(nodes.left >= 0)[:most]
    thresholds, columns = nodes.threshold[inner], nodes.feature[inner]
    nearest = thresholds.astype(np.float32)
    below = np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest)
    above = np.nextafter(below, np.float32(np.inf))
    assert (below <= thresholds).all()
    assert (above > thresholds).all()
    rows = np.tile(X.astype(np.float32), (len(inner) // len(X) + 1, 1))[: len(inner)]
    both = []
    for values in (below, above):
        rows = rows.copy()
        rows[np.arange(len(inner)), columns] = values
        both.append(rows)
    return np.concatenate(both)


@pytest.mark.parametrize("level", [0.0, 1e4])
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", None], ids=str)
def test_thresholds_survive_float32(bootstrap, level):
    forest, X, _ = grown(bootstrap, y=series(level=level))
    exported = forest.to_sklearn()
    for tree, own in zip(exported.estimators_, forest.estimators_):
        inner = tree.tree_.children_left >= 0
        thresholds = tree.tree_.threshold[inner]
        np.testing.assert_array_equal(thresholds.astype(np.float32).astype(np.float64), thresholds)
        np.testing.assert_array_equal(own.tree_.threshold, tree.tree_.threshold)
    rows = at_thresholds(forest, X)
    np.testing.assert_array_equal(exported.apply(rows), forest.apply(rows))
    # rows of float64 are rounded to float32 by both
    finer = rows + np.random.default_rng(0).uniform(-1, 1, rows.shape) * np.spacing(rows)
    np.testing.assert_array_equal(exported.apply(finer), forest.apply(finer))


def test_thresholds_of_extreme_columns_survive_float32():
    large, tiny = np.float32(2.0**124), np.finfo(np.float32).smallest_subnormal
    column = np.array(
        [-large, -1.0, -tiny, 0.0, tiny, 1.0, np.nextafter(np.float32(1), np.float32(2)), large]
    )
    X = np.repeat(column, 3)[:, None]
    y = np.random.default_rng(0).standard_normal(len(X))
    forest = ARSieveForestRegressor(3, bootstrap=None, min_samples_leaf=1).fit(X, y)
    np.testing.assert_array_equal(forest.to_sklearn().apply(X), forest.apply(X))
    assert len(np.unique(forest.apply(X)[:, 0])) == len(column)


@pytest.fixture(scope="module")
def shap():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("shap")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("background", [False, True], ids=["path", "interventional"])
@pytest.mark.parametrize("bootstrap", BOOTSTRAPS, ids=str)
def test_shap_values_add_up_to_the_prediction(shap, bootstrap, background):
    forest, X, _ = grown(bootstrap)
    if background:
        data = X[:40].astype(np.float32)
        explainer = shap.TreeExplainer(forest.to_sklearn(), data, feature_perturbation="interventional")
        mean = forest.predict(data).mean()
    else:
        explainer = shap.TreeExplainer(forest.to_sklearn())
        roots = [tree.tree_.value[0, 0, 0] for tree in forest.estimators_]
        mean = np.mean(roots)
    rows = np.random.default_rng(9).standard_normal((25, 3)) * 2
    values = explainer.shap_values(rows, check_additivity=True)
    assert values.shape == (25, 3)
    np.testing.assert_allclose(explainer.expected_value, mean, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(values.sum(axis=1) + mean, forest.predict(rows), rtol=1e-5, atol=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_shap_values_of_the_parts_of_a_mixture_add_up(shap):
    forest, X, _ = grown("auto")
    linear, trees = forest.to_sklearn().estimators_
    of_trees = shap.TreeExplainer(trees)
    of_line = linear.coef_ * (X - X.mean(axis=0))
    total = of_trees.shap_values(X) + of_line
    start = of_trees.expected_value + linear.predict(X.mean(axis=0, keepdims=True))
    np.testing.assert_allclose(total.sum(axis=1) + start, forest.predict(X), rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def through_onnx():
    skl2onnx, onnxruntime = pytest.importorskip("skl2onnx"), pytest.importorskip("onnxruntime")

    def run(model, rows):
        rows = rows.astype(np.float32)
        converted = skl2onnx.to_onnx(model, rows[:1])
        session = onnxruntime.InferenceSession(
            converted.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        return session.run(None, {session.get_inputs()[0].name: rows})[0].ravel().astype(np.float64)

    return run


@pytest.mark.parametrize("level", [0.0, 100.0])
@pytest.mark.parametrize("bootstrap", BOOTSTRAPS, ids=str)
def test_onnx_predicts_the_same_to_float32(through_onnx, bootstrap, level):
    """Each leaf over the number of trees is rounded to float32, and so is each of the sums.

    Whatever the order of the sums, their error is at most (B + 1) half ulps of the mean absolute leaf; see
    Higham (2002), "Accuracy and Stability of Numerical Algorithms", section 4.2. A row that went another
    way in a single tree would be off by far more.
    """
    forest, X, _ = grown(bootstrap, y=series(level=level))
    rows = np.concatenate(
        [X, at_thresholds(forest, X), level + 3 * np.random.default_rng(2).normal(size=(500, 3))]
    )
    rows = rows.astype(np.float32)
    leaves = np.abs(forest.forest_.tree_values(rows)).mean(axis=1)
    error = np.abs(through_onnx(forest.to_sklearn(), rows) - forest.predict(rows))
    assert (error <= (len(forest.forest_) + 2) * HALF_ULP * leaves).all()


def test_onnx_of_a_mixture(through_onnx):
    """As of trees; to it come the products and sums of the linear part, in float32, too."""
    forest, X, _ = grown("auto")
    assert all(forest.mixture_.values())  # all three parts have weight
    rows = np.concatenate([X, at_thresholds(forest, X)]).astype(np.float32)
    leaves = np.abs(forest.forest_.tree_values(rows)).mean(axis=1)
    line = np.abs(rows) @ np.abs(forest.baseline_.weights) + abs(forest.baseline_.intercept)
    error = np.abs(through_onnx(forest.to_sklearn(), rows) - forest.predict(rows))
    assert (error <= (len(forest.forest_) + 3) * HALF_ULP * leaves + (3 + 3) * HALF_ULP * line + 1e-12).all()


def test_a_mixture_is_a_sum_of_two_genuine_models():
    forest, X, _ = grown("auto")
    exported = forest.to_sklearn()
    assert type(exported) is StackingRegressor
    check_is_fitted(exported)
    linear, trees = exported.estimators_
    assert (type(linear), type(trees)) == (LinearRegression, RandomForestRegressor)
    rows = np.concatenate([X, np.random.default_rng(0).standard_normal((300, 3)) * 5])
    tolerance = 1e-13 * np.abs(rows).max()
    np.testing.assert_allclose(exported.predict(rows), forest.predict(rows), rtol=1e-13, atol=tolerance)
    np.testing.assert_allclose(linear.predict(rows), forest.baseline_.at(rows), rtol=1e-13, atol=tolerance)
    values = forest.forest_.tree_values(rows.astype(np.float32))
    np.testing.assert_array_equal(trees.predict(rows), sum(values.T) / len(forest.forest_))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(exported)).predict(rows), exported.predict(rows))


def test_a_mixture_exported_for_tools_that_ask_models():
    forest, X, y = grown("auto")
    exported = forest.to_sklearn()
    for tool in (
        lambda model: permutation_importance(model, X, y, n_repeats=2, random_state=0).importances,
        lambda model: partial_dependence(model, X, [0], method="brute", grid_resolution=5)["average"],
        lambda model: [model.score(X, y)],
    ):
        np.testing.assert_allclose(tool(exported), tool(forest), rtol=1e-9, atol=1e-12)


def test_a_mixture_shares_nothing_with_its_export():
    forest, X, _ = grown("auto")
    before = forest.predict(X)
    exported = forest.to_sklearn()
    exported.estimators_[0].coef_[:] = 1e9
    exported.estimators_[1].estimators_[0].tree_.value[:] = 1e9
    np.testing.assert_array_equal(forest.predict(X), before)


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve"])
def test_names_of_columns_go_along(bootstrap):
    X, y = embedded(series())
    frame = pd.DataFrame(X, columns=["lag_1", "lag_2", "lag_3"])
    forest = ARSieveForestRegressor(20, bootstrap=bootstrap, random_state=0).fit(frame, y)
    exported = forest.to_sklearn()
    np.testing.assert_array_equal(exported.feature_names_in_, frame.columns)
    np.testing.assert_allclose(exported.predict(frame), forest.predict(frame), rtol=1e-12)
    with pytest.raises(ValueError, match="feature names"):
        exported.predict(frame[["lag_2", "lag_1", "lag_3"]])


def test_a_linear_mixture_of_few_rows_can_be_exported():
    forest = ARSieveForestRegressor(3, bootstrap="auto", random_state=0).fit(
        [[1.0], [2.0], [4.0]], [1.0, 2.0, 4.5]
    )
    assert forest.mixture_["linear"] == 1.0
    np.testing.assert_allclose(forest.to_sklearn().predict([[3.0]]), forest.predict([[3.0]]), rtol=1e-12)


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid"])
def test_the_forest_of_a_forecaster(bootstrap):
    """One step ahead, by hand: the lags of the prepared series, the export, and back."""
    y = 100.0 + series()
    options = {"differencing": 0, "seasonal": None, "transform": None, "random_state": 0}
    forecaster = ARSieveForecaster(3, bootstrap=bootstrap, n_estimators=20, **options).fit(y)
    chain, exported = forecaster.preparation_, forecaster.regressor_.to_sklearn()
    prepared = chain.forward(y)
    row = [[prepared[-lag] for lag in forecaster.regressor_.lags_]]
    np.testing.assert_allclose(chain.inverse(exported.predict(row)), forecaster.predict(1), rtol=1e-12)
