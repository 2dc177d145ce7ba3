"""``bootstrap="auto"`` of the regressor: its parts rebuilt, subsets of columns, same bits."""

from __future__ import annotations

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import r2_score

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from arsieve_rf.estimators._embedding import embed as embed_series
from arsieve_rf.estimators._lag_structure import LagStructure
from arsieve_rf.estimators._linear_baseline import LinearModel, linear_baseline
from arsieve_rf.estimators._mixture import _FIRST_ROW_TREE
from arsieve_rf.estimators._mixture_weights import mixture_weights
from arsieve_rf.forest import grow as growing
from arsieve_rf.forest.baseline import Baseline
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.out_of_bag import OutOfBag
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.iid import IID
from tests.estimators.auto_cases import ar_series, auto, embed, logistic_map, threshold_series

ARRAYS = ("left", "feature", "threshold", "n_samples", "impurity", "roots")


def assert_same_forest(a, b):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a.forest_, name), getattr(b.forest_, name), err_msg=name)
    assert a.mixture_ == b.mixture_


def series_structure(y, lags=(1, 2, 3)):
    return embed_series(y, [slice(0, len(y))], np.array(lags), None, max(lags), 0.0).structure


def no_lags(y, p):
    return LagStructure((None,) * p, (), np.array([0, len(y)]), 0, (y,))


def forest_by_hand(X, y, n_trees, first, seed=3):
    """An IID forest and its out-of-bag predictions, from the forest floor."""
    columns = Columns.of([None] * X.shape[1])
    training = TrainingSet(X.astype(np.float32), y, columns, Observed((y,), 0, X, len(y)))
    sampler = IID().fit(training.observed)
    limits = GrowthLimits(2**31 - 1, 2, 5, X.shape[1])
    forest = grow_forest(training, sampler, n_trees, limits, seed, first=first)
    return forest, OutOfBag.of(forest, training, sampler, seed, first).mean


# ---- the parts ----


@pytest.mark.parametrize("n_trees", [30, 31])
def test_a_mixture_is_made_of_its_parts(n_trees):
    """Both kinds of trees grown by hand, weighed and added up."""
    X, y = embed(threshold_series(seed=4))
    forest = auto(n_trees).fit(X, y)
    weights = forest.mixture_
    a, b = weights["residual_trees"], weights["row_trees"]
    assert min(a, b) > 0.0
    assert weights["linear"] == 1.0 - b
    model = linear_baseline(X, y, series_structure(threshold_series(seed=4)), "aic", None, "yule_walker")
    linear = model.baseline
    fitted = linear.at(X)
    half = n_trees // 2
    of_residuals, first = forest_by_hand(X, y - fitted, n_trees - half, 0)
    of_rows, second = forest_by_hand(X, y, half, _FIRST_ROW_TREE)
    points = np.random.default_rng(0).standard_normal((50, 3))
    single = points.astype(np.float32)
    expected = (1 - b) * linear.at(points) + a * of_residuals.mean(single) + b * of_rows.mean(single)
    np.testing.assert_allclose(forest.predict(points), expected, rtol=1e-9)

    known = ~np.isnan(first) & ~np.isnan(second)
    weighed = mixture_weights(y - fitted, first, second - fitted, model.n_parameters)
    assert weighed == pytest.approx((a, b), rel=1e-9)
    predicted = (1 - b) * fitted + a * first + b * second
    np.testing.assert_allclose(forest.residuals_[known], (y - predicted)[known], rtol=1e-7, atol=1e-12)
    np.testing.assert_array_equal(np.isnan(forest.residuals_), ~known)


@pytest.mark.parametrize(("series", "kind"), [(logistic_map, "row_trees"), (ar_series, None)])
def test_a_kind_without_weight_gives_its_trees_to_the_other(series, kind):
    X, y = embed(series())
    forest = auto(25).fit(X, y)
    fitted = Baseline(0.0, np.zeros(3)).at(X)
    if kind == "row_trees":
        assert forest.mixture_["residual_trees"] == 0.0
        by_hand, seen = forest_by_hand(X, y, 25, _FIRST_ROW_TREE)
        b = forest.mixture_["row_trees"]
    else:
        assert forest.mixture_ == {"linear": 1.0, "residual_trees": 0.0, "row_trees": 0.0}
        fitted = forest.baseline_.at(X)
        by_hand, seen = forest_by_hand(X, y - fitted, 25, 0)
        np.testing.assert_array_equal(forest.predict(X), fitted)
        np.testing.assert_array_equal(forest.residuals_, y - fitted)
        b = 0.0
        np.testing.assert_array_equal(forest.feature_importances_, np.zeros(3))
    leaf = by_hand.left < 0
    np.testing.assert_array_equal(forest.forest_.left, by_hand.left)
    np.testing.assert_array_equal(forest.forest_.threshold[~leaf], by_hand.threshold[~leaf])
    np.testing.assert_allclose(forest.forest_.threshold[leaf], b * by_hand.threshold[leaf], rtol=1e-12)
    if kind == "row_trees":
        predicted = forest.baseline_.at(X) + b * seen
        np.testing.assert_allclose(forest.residuals_, y - predicted, rtol=1e-9, atol=1e-13)


def test_more_trees_keep_the_first_of_each_kind():
    """Their leaf values change with the weights, their splits do not."""
    X, y = embed(threshold_series(seed=4))
    few, many = auto(20).fit(X, y).forest_, auto(50).fit(X, y).forest_
    for b, other in [*zip(range(10), range(10)), *zip(range(10, 20), range(25, 35))]:
        tree, same = few.tree(b), many.tree(other)
        inner = tree.left >= 0
        np.testing.assert_array_equal(tree.left, same.left)
        np.testing.assert_array_equal(tree.feature, same.feature)
        np.testing.assert_array_equal(tree.threshold[inner], same.threshold[inner])


def test_the_two_kinds_draw_different_rows():
    """With a linear model that is zero both learn the same targets: equal draws would give equal trees."""
    X, y = embed(threshold_series(seed=4))
    nothing = LinearModel(Baseline(0.0, np.zeros(3)), 0.0)
    forest = auto(20)._fit(X, y, no_lags(y, 3), None, nothing)
    assert forest.mixture_["residual_trees"] > 0.0
    assert forest.mixture_["row_trees"] > 0.0
    for b in range(10):
        one, other = forest.forest_.tree(b), forest.forest_.tree(10 + b)
        assert not np.array_equal(one.n_samples, other.n_samples)


def test_estimators_and_baseline_add_up_to_the_prediction():
    X, y = embed(threshold_series(seed=4))
    forest = auto(12).fit(X, y)
    trees = np.mean([tree.predict(X) for tree in forest.estimators_], axis=0)
    np.testing.assert_allclose(forest.baseline_.at(X) + trees, forest.predict(X), rtol=1e-10)
    assert forest.apply(X).shape == (len(y), 12)
    assert forest.feature_importances_.sum() == pytest.approx(1.0)


def test_out_of_bag_score():
    X, y = embed(threshold_series(seed=4))
    forest = auto(40, oob_score=True).fit(X, y)
    assert forest.oob_score_ == pytest.approx(r2_score(y, forest.oob_prediction_))
    np.testing.assert_allclose(forest.oob_prediction_, y - forest.residuals_, rtol=1e-12)
    assert forest.oob_score_ < forest.score(X, y)  # the trees have seen the rows


def test_rows_that_every_tree_drew_are_reported():
    X, y = embed(logistic_map(60))
    with pytest.warns(UserWarning, match="rows were drawn by every tree") as caught:
        forest = auto(4, oob_score=True).fit(X, y)
    assert caught[0].filename == __file__
    assert 0 < np.isnan(forest.residuals_).sum() < len(y)


# ---- columns ----


@pytest.mark.parametrize("subset", [[1], [0, 2], [0, 1, 2]])
def test_trees_of_some_columns_are_those_of_a_matrix_of_these_columns(subset):
    X, y = embed(threshold_series(seed=4))
    weights = np.array([0.2, -0.3, 0.1]) * np.isin(range(3), subset)
    whole = auto(max_features=1)._fit(
        X, y, no_lags(y, 3), np.array(subset), LinearModel(Baseline(0.1, weights), 2.0)
    )
    few = auto(max_features=1)._fit(
        X[:, subset], y, no_lags(y, len(subset)), None, LinearModel(Baseline(0.1, weights[subset]), 2.0)
    )
    np.testing.assert_array_equal(whole.predict(X), few.predict(X[:, subset]))
    assert whole.mixture_ == few.mixture_
    assert whole.mixture_["row_trees"] + whole.mixture_["residual_trees"] > 0.0
    np.testing.assert_array_equal(whole.feature_importances_[subset], few.feature_importances_)
    assert whole.n_features_in_ == 3


def test_the_linear_model_sees_all_columns():
    X, y = embed(threshold_series(seed=4))
    linear = LinearModel(Baseline(0.1, np.array([0.2, 0.3, -0.4])), 2.0)
    forest = auto()._fit(X, y, no_lags(y, 3), np.array([0]), linear)
    moved = forest.predict(X + [0.0, 10.0, 20.0]) - forest.predict(X)
    np.testing.assert_allclose(moved, forest.mixture_["linear"] * (3.0 - 8.0), rtol=1e-9)
    assert forest.feature_importances_.tolist() == [1.0, 0.0, 0.0]


def test_recursion_is_prediction_step_by_step():
    y = threshold_series(seed=4)
    X, target = embed(y)
    forest = auto().fit(X, target)
    assert forest.mixture_["residual_trees"] > 0.0
    path = list(y)
    for _ in range(8):
        path.append(forest.predict([path[:-4:-1]])[0])
    np.testing.assert_allclose(forest.forest_.recurse(y, 8), path[len(y) :], rtol=1e-6)


def test_forecasts_far_ahead_stay_finite():
    """A short series that grows by a tenth at each step, with another column: least squares is explosive."""
    y = 1.1 ** np.arange(30.0)
    z = np.random.default_rng(0).standard_normal(len(y))
    forest = auto(lags=[1, None]).fit(np.column_stack([y[:-1], z[1:]]), y[1:])
    ahead = forest.forest_.recurse(y, 10_000, np.zeros((10_000, 1)))
    assert np.isfinite(ahead).all()
    np.testing.assert_allclose(ahead[:20], 1.1 ** np.arange(30, 50), rtol=1e-6)


# ---- same bits ----


@pytest.mark.parametrize("series", [threshold_series, logistic_map, ar_series])
def test_the_forest_does_not_depend_on_jobs_or_backend(series, monkeypatch):
    monkeypatch.setattr(growing, "_CELLS_WORTH_THREADS", 0)
    X, y = embed(series(seed=4))
    one = auto().fit(X, y)
    for n_jobs in (2, -1):
        other = auto(n_jobs=n_jobs).fit(X, y)
        assert_same_forest(one, other)
        np.testing.assert_array_equal(one.predict(X), other.predict(X))
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_same_forest(one, auto(n_jobs=None).fit(X, y))
    assert_same_forest(one, clone(one).fit(X, y))
    assert not np.array_equal(one.forest_.roots, auto(random_state=4).fit(X, y).forest_.roots)


def test_persistence():
    X, y = embed(threshold_series(seed=4))
    forest = auto().fit(X, y)
    copy = pickle.loads(pickle.dumps(forest))
    np.testing.assert_array_equal(copy.predict(X), forest.predict(X))
    assert copy.mixture_ == forest.mixture_


def test_nothing_of_a_mixture_is_left_by_another_fit():
    X, y = embed(threshold_series(seed=4))
    forest = auto(oob_score=True).fit(X, y).set_params(bootstrap="iid").fit(X, y)
    assert forest.baseline_ is forest.mixture_ is forest.residuals_ is None
    plain = ARSieveForestRegressor(40, bootstrap="iid", oob_score=True, random_state=3).fit(X, y)
    np.testing.assert_array_equal(forest.predict(X), plain.predict(X))
    np.testing.assert_array_equal(forest.oob_prediction_, plain.oob_prediction_)


def test_float32_rows():
    X, y = embed(threshold_series(seed=4))
    forest = auto().fit(X, y)
    single = X.astype(np.float32)
    np.testing.assert_allclose(forest.predict(single), forest.predict(X), rtol=1e-4, atol=1e-5)


def test_rows_without_names_are_reported_once():
    X, y = embed(threshold_series(seed=4))
    forest = auto(4).fit(pd.DataFrame(X, columns=["lag_1", "lag_2", "lag_3"]), y)
    with pytest.warns(UserWarning, match="does not have valid feature names") as caught:
        forest.predict(X)
    assert len(caught) == 1


def test_rows_beyond_float32_are_refused():
    X, y = embed(threshold_series(seed=4))
    with pytest.raises(ValueError, match=r"X contains .*e\+39, too large for float32 \(at most 3.4e\+38\)"):
        auto(4).fit(X, y).predict(X * 1e39)


# ---- few rows, few trees, doors ----


values = st.one_of(
    st.floats(-1e3, 1e3), st.integers(-2, 2).map(float), st.sampled_from([1e6, -1e6, 1e-6, 5e-324])
)


@settings(max_examples=80, deadline=None)
@given(
    series=st.lists(values, min_size=5, max_size=40),
    lags=st.sampled_from([[1], [1, 2], [2], [1, None], [None]]),
    power=st.sampled_from([-80, 0, 80]),
)
@pytest.mark.filterwarnings("ignore:y varies by:UserWarning")
def test_any_series_gives_finite_forecasts(series, lags, power):
    y = np.ldexp(np.array(series), power)
    other = np.random.default_rng(len(y)).standard_normal(len(y))
    X = np.column_stack([other[2:] if lag is None else y[2 - lag : len(y) - lag] for lag in lags])
    forest = auto(5, lags=lags, min_samples_leaf=1).fit(X, y[2:])
    assert np.isfinite(forest.predict(X)).all()
    if lags[0] is not None:
        assert np.isfinite(forest.forest_.recurse(y, 50, np.ones((50, 1)))).all()
    assert all(weight >= 0.0 for weight in forest.mixture_.values())


@pytest.mark.parametrize("n_trees", [1, 2, 3])
def test_few_trees(n_trees):
    X, y = embed(threshold_series(seed=4))
    forest = auto(n_trees).fit(X, y)
    assert len(forest.estimators_) == n_trees
    assert np.isfinite(forest.predict(X)).all()
    if n_trees == 1:
        assert forest.mixture_["row_trees"] == 0.0


@pytest.mark.parametrize("n", [2, 3, 7, 8, 12])
@pytest.mark.parametrize("lags", [[1], [1, None], [None]])
def test_few_rows(n, lags):
    rng = np.random.default_rng(n)
    y = rng.standard_normal(n + 1)
    X = np.column_stack([y[:-1] if lag else rng.standard_normal(n) for lag in lags])
    forest = auto(10, lags=lags, min_samples_leaf=1).fit(X, y[1:])
    assert np.isfinite(forest.predict(X)).all()
    if n < 8:
        assert forest.mixture_ == {"linear": 1.0, "residual_trees": 0.0, "row_trees": 0.0}


def test_limits_and_draws_reach_both_kinds_of_trees():
    X, y = embed(threshold_series(seed=4))
    forest = auto(20, max_depth=2, max_samples=50, min_samples_leaf=7).fit(X, y)
    nodes = forest.forest_
    assert (nodes.n_samples[nodes.roots] == 50).all()
    assert nodes.n_samples[nodes.left < 0].min() >= 7
    assert max(tree.tree_.max_depth for tree in forest.estimators_) == 2
    assert forest.sampler_.n_draws == 50


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"order": "foo"}, ValueError, "order='foo' is not known"),
        ({"order": -1}, ValueError, "order=-1 must be at least 0"),
        ({"order": 1.5}, TypeError, "order must be an integer; got 1.5"),
        ({"max_order": -2}, ValueError, "max_order=-2 must be at least 0"),
        ({"ar_method": "mle"}, ValueError, "method='mle' is not known"),
        ({"max_samples": 1.5}, ValueError, "max_samples=1.5"),
        ({"bootstrap": "Auto"}, ValueError, "bootstrap must be one of"),
    ],
)
@pytest.mark.parametrize("lags", [[1, 2], [None, None]])
def test_mistakes_are_told_whatever_the_columns(options, error, words, lags):
    X, y = embed(threshold_series(), (1, 2))
    with pytest.raises(error, match=words):
        ARSieveForestRegressor(3, **{"bootstrap": "auto", "lags": lags} | options).fit(X, y)


@pytest.mark.parametrize("order", [500, {"max_order": 500}])
def test_orders_beyond_the_series_are_refused(order):
    X, y = embed(threshold_series(), (1, 2))
    options = order if isinstance(order, dict) else {"order": order}
    with pytest.raises(ValueError, match=r"order=500 must be between 0 and 199"):
        auto(3, **options).fit(X, y)


def test_the_forecaster_gives_a_longer_linear_model_than_its_trees_see():
    """A moving average takes the linear part further back than the lags of the trees."""
    e = np.random.default_rng(0).standard_normal(301)
    y = e[1:] - 0.6 * e[:-1]
    plain = {"differencing": 0, "seasonal": None, "transform": None, "drift": 1.0}
    forecaster = ARSieveForecaster(**plain, n_estimators=10, random_state=0).fit(y)
    weights = forecaster.regressor_.baseline_.weights
    assert np.count_nonzero(weights) > len(forecaster.lags_)
    assert set(forecaster.regressor_.forest_.feature.tolist()) <= {-2, -1, *range(len(forecaster.lags_))}


def test_rounding_errors_of_an_exact_line_are_no_structure():
    rng = np.random.default_rng(4)
    X = rng.normal(size=(100, 3))
    y = X @ np.array([1.0, 2.0, 3.0])
    model = ARSieveForestRegressor(30, bootstrap="auto", random_state=0).fit(X, y)
    assert model.mixture_ == {"linear": 1.0, "residual_trees": 0.0, "row_trees": 0.0}
    np.testing.assert_allclose(model.predict(X), y, rtol=1e-10, atol=1e-12)


def test_more_columns_than_rows_do_not_warn_of_a_sieve_that_is_not_there():
    rng = np.random.default_rng(5)
    y, X = rng.normal(size=60), rng.normal(size=(60, 80))
    for bootstrap in ("auto", "iid"):
        ARSieveForecaster(n_estimators=3, bootstrap=bootstrap, random_state=0).fit(y, X)
