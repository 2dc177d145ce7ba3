"""The regressor as a citizen of scikit-learn: its own checks, meta-estimators, persistence, inspection."""

from __future__ import annotations

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor


def ar_series(n=160, phi=0.7, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def embed(y, lags):
    most = max(lags)
    return np.column_stack([y[most - k : len(y) - k] for k in lags]), y[most:]


@pytest.fixture(scope="module")
def data():
    return embed(ar_series(), [1, 2, 3])


# Their data are independent noise without lags: that the sieve says so is documented, not a fault.
@pytest.mark.filterwarnings("ignore:no column of X is a lag of y:UserWarning")
@pytest.mark.filterwarnings("ignore:.*columns of X that are not lags leave too few of the:UserWarning")
@parametrize_with_checks(
    [
        ARSieveForestRegressor(n_estimators=10),
        ARSieveForestRegressor(n_estimators=10, bootstrap="auto"),
        ARSieveForestRegressor(n_estimators=10, bootstrap="iid"),
        ARSieveForestRegressor(n_estimators=10, bootstrap="stationary"),
        ARSieveForestRegressor(n_estimators=10, bootstrap=None),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_it_is_a_regressor():
    assert is_regressor(ARSieveForestRegressor())


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "circular"])
def test_pipeline_with_a_scaler_still_finds_the_lags(data, bootstrap):
    X, y = data
    forest = ARSieveForestRegressor(8, bootstrap=bootstrap, random_state=0)
    pipeline = make_pipeline(StandardScaler(), forest).fit(X, y)
    assert pipeline[-1].lags_ == [1, 2, 3]
    assert pipeline.predict(X).shape == y.shape
    assert pipeline.score(X, y) > 0.3


def test_grid_search_over_time_splits(data):
    X, y = data
    grid = {"bootstrap": ["ar_sieve", "iid"], "order": ["aic", 1], "min_samples_leaf": [3, 0.2]}
    search = GridSearchCV(
        ARSieveForestRegressor(6, random_state=0), grid, cv=TimeSeriesSplit(3), error_score="raise"
    ).fit(X, y)
    assert set(search.best_params_) == set(grid)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(X[:3]).shape == (3,)


def test_cross_val_score_over_time_splits(data):
    X, y = data
    scores = cross_val_score(ARSieveForestRegressor(20, random_state=0), X, y, cv=TimeSeriesSplit(3))
    assert scores.shape == (3,)
    assert scores.mean() > 0.1  # the process has R² = .49


def test_several_targets_through_multi_output(data):
    X, y = data
    targets = np.column_stack([y[:-1], y[1:]])
    fitted = MultiOutputRegressor(ARSieveForestRegressor(5, random_state=0)).fit(X[:-1], targets)
    assert [e.lags_ for e in fitted.estimators_] == [[1, 2, 3], [2, 3, 4]]
    assert fitted.predict(X[:4]).shape == (4, 2)


def test_transformed_targets_and_rotated_lags_are_still_lags(data):
    X, y = data
    outer = TransformedTargetRegressor(
        ARSieveForestRegressor(5, random_state=0), transformer=StandardScaler()
    )
    assert outer.fit(X, y).regressor_.lags_ == [1, 2, 3]
    rotation = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    rotated = ARSieveForestRegressor(5, random_state=0).fit(X @ rotation, y)  # warns if it were no lags
    assert len(rotated.forest_.columns.linear) == 3


def test_ensembles_of_forests(data):
    X, y = data
    pair = [("sieve", ARSieveForestRegressor(5)), ("iid", ARSieveForestRegressor(5, bootstrap="iid"))]
    assert VotingRegressor(pair).fit(X, y).score(X, y) > 0.4
    assert StackingRegressor(pair, cv=3).fit(X, y).score(X, y) > 0.4


def test_permutation_importance_agrees_with_what_was_planted():
    rng = np.random.default_rng(5)
    y = ar_series(300, 0.85)
    X, target = embed(y, [1, 4])
    X = np.column_stack([X, rng.standard_normal(len(X))])
    forest = ARSieveForestRegressor(20, random_state=0).fit(X, target)
    found = permutation_importance(forest, X, target, n_repeats=3, random_state=0)
    assert np.argmax(found.importances_mean) == 0


@pytest.mark.parametrize("kind", [ARSieveForestRegressor, ARSieveForecaster])
def test_parameters_survive_clone_and_set_params(kind):
    changed = {
        "n_estimators": 3, "bootstrap": "seasonal", "order": 2, "max_order": 5, "ar_method": "burg",
        "initial": "mean", "block_length": 4, "period": 6, "lags": [1], "max_depth": 2,
        "min_samples_split": 0.1, "min_samples_leaf": 0.05, "max_features": "sqrt", "max_bins": 50,
        "max_samples": 0.5,
        "oob_score": True, "n_jobs": 2, "random_state": 9, "verbose": 1,
    }  # fmt: skip
    if kind is ARSieveForecaster:
        changed |= {
            "strategy": "direct", "differencing": 1, "seasonal": "stl", "seasonal_period": [4, 8],
            "transform": 0.3, "damping": 0.9, "drift": 0.5, "bias_adjust": True, "missing": "segment",
            "calibration": "adaptive",
        }  # fmt: skip
    assert set(changed) == set(kind().get_params())
    estimator = kind().set_params(**changed)
    assert estimator.get_params() == changed
    copy = clone(estimator)
    assert copy is not estimator
    assert copy.get_params() == changed
    assert kind(**changed).get_params() == changed
    assert "n_estimators=3" in repr(estimator)
    with pytest.raises(ValueError, match="Invalid parameter 'n_trees'"):
        estimator.set_params(n_trees=3)


def test_fitting_changes_no_parameter(data):
    forest = ARSieveForestRegressor(3, random_state=0)
    before = dict(forest.get_params())
    forest.fit(*data)
    assert forest.get_params() == before


def test_clones_carry_strategy_objects(data):
    from arsieve_rf.resampling.circular import CircularBlock

    forest = ARSieveForestRegressor(3, bootstrap=CircularBlock(block_length=4), random_state=0)
    fitted = clone(forest).fit(*data)
    by_word = ARSieveForestRegressor(3, bootstrap="circular", block_length=4, random_state=0).fit(*data)
    np.testing.assert_array_equal(fitted.predict(data[0]), by_word.predict(data[0]))


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "moving", None])
def test_persistence_of_the_regressor(data, bootstrap, tmp_path):
    X, y = data
    forest = ARSieveForestRegressor(5, bootstrap=bootstrap, random_state=0).fit(X, y)
    expected = forest.predict(X)
    joblib.dump(forest, tmp_path / "forest.joblib")
    copies = [pickle.loads(pickle.dumps(forest)), joblib.load(tmp_path / "forest.joblib")]
    copies.append(joblib.load(tmp_path / "forest.joblib", mmap_mode="r"))
    for copy in copies:
        np.testing.assert_array_equal(copy.predict(X), expected)
        np.testing.assert_array_equal(copy.apply(X), forest.apply(X))
        np.testing.assert_array_equal(copy.to_sklearn().predict(X), expected)
        assert copy.lags_ == [1, 2, 3] or bootstrap is None
        np.testing.assert_array_equal(copy.fit(X, y).predict(X), expected)


def test_persistence_of_the_forecaster(tmp_path):
    index = pd.period_range("2000-01", periods=80, freq="M")
    y = pd.Series(ar_series(80), index=index, name="sales")
    forecaster = ARSieveForecaster(n_estimators=5, random_state=0).fit(y)
    expected = forecaster.predict(4)
    joblib.dump(forecaster, tmp_path / "forecaster.joblib")
    for copy in (pickle.loads(pickle.dumps(forecaster)), joblib.load(tmp_path / "forecaster.joblib")):
        pd.testing.assert_series_equal(copy.predict(4), expected)
        copy.update(y.iloc[-1:].set_axis(expected.index[:1]))
    pd.testing.assert_series_equal(forecaster.predict(4), expected)  # copies share nothing


@pytest.mark.parametrize("kind", [ARSieveForestRegressor, ARSieveForecaster])
def test_html_shows_parameters(kind, data):
    estimator = kind(n_estimators=3, random_state=0)
    assert kind.__name__ in estimator._repr_html_()
    fitted = estimator.fit(*data) if kind is ARSieveForestRegressor else estimator.fit(data[1])
    assert "fitted" in fitted._repr_html_().lower()


def test_frames_bring_feature_names(data):
    X, y = data
    frame = pd.DataFrame(X, columns=["lag_1", "lag_2", "lag_3"])
    forest = ARSieveForestRegressor(5, random_state=0).fit(frame, pd.Series(y))
    assert forest.feature_names_in_.tolist() == ["lag_1", "lag_2", "lag_3"]
    assert forest.n_features_in_ == 3
    plain = ARSieveForestRegressor(5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(forest.predict(frame), plain.predict(X))
    np.testing.assert_array_equal(forest.to_sklearn().feature_names_in_, forest.feature_names_in_)
    np.testing.assert_array_equal(forest.to_sklearn().predict(frame), forest.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        forest.predict(frame[["lag_2", "lag_1", "lag_3"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        forest.predict(X)
    refitted = forest.fit(X, y)
    assert not hasattr(refitted, "feature_names_in_")


@pytest.mark.parametrize(
    "layout",
    ["fortran", "read-only", "negative strides", "float32", "list", "column y", "big-endian"],
)
def test_layouts_of_memory(data, layout):
    X, y = data
    expected = ARSieveForestRegressor(4, random_state=0).fit(X, y).predict(X)
    forest = ARSieveForestRegressor(4, random_state=0)
    if layout == "fortran":
        X = np.asfortranarray(X)
    elif layout == "read-only":
        X, y = X.copy(), y.copy()
        X.flags.writeable = y.flags.writeable = False
    elif layout == "negative strides":
        X, y = X[::-1].copy()[::-1], y[::-1].copy()[::-1]
    elif layout == "float32":
        X = X.astype(np.float32)
    elif layout == "list":
        X, y = X.tolist(), y.tolist()
    elif layout == "big-endian":
        X, y = X.astype(">f8"), y.astype(">f8")
    if layout == "column y":
        with pytest.warns(match="column-vector y was passed"):
            forest.fit(X, y[:, None])
    else:
        forest.fit(X, y)
    assert forest.lags_ == [1, 2, 3]
    # float32 columns round the presample, which they alone show
    np.testing.assert_allclose(forest.predict(X), expected, rtol=1e-4 if layout == "float32" else 0.0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda f: f.predict([[0.0]]),
        lambda f: f.apply([[0.0]]),
        lambda f: f.to_sklearn(),
        lambda f: f.estimators_,
        lambda f: f.feature_importances_,
    ],
    ids=["predict", "apply", "to_sklearn", "estimators_", "feature_importances_"],
)
def test_unfitted_regressors_say_so(ask):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        ask(ARSieveForestRegressor())


@pytest.mark.parametrize("ask", [lambda f: f.predict(1), lambda f: f.update([1.0])])
def test_unfitted_forecasters_say_so(ask):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        ask(ARSieveForecaster())
