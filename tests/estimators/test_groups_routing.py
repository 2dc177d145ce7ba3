"""`groups` on its way through scikit-learn's meta-estimators."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from arsieve_rf import ARSieveForestRegressor
from tests.estimators.lag_cases import ar1, embed

N_SERIES, N_TIMES = 4, 60


@pytest.fixture
def data():
    """Four series sorted by time, without names: only labels can tell them apart."""
    rng = np.random.default_rng(0)
    parts = [embed(10.0 * g + ar1(rng, N_TIMES + 2), [1, 2]) for g in range(N_SERIES)]
    X = np.stack([X for X, _ in parts], axis=1).reshape(-1, 2)
    y = np.stack([y for _, y in parts], axis=1).ravel()
    return X, y, np.tile(np.arange(N_SERIES), N_TIMES)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def forest(**options):
    return ARSieveForestRegressor(4, random_state=0, **options)


def asking(**options):
    return forest(**options).set_fit_request(groups=True)


def by_hand(data, train):
    X, y, groups = data
    return forest().fit(X[train], y[train], groups=groups[train])


def test_what_is_asked_for_survives_cloning(routing):
    request = clone(asking()).get_metadata_routing().fit.requests
    assert request == {"groups": True}
    assert forest().get_metadata_routing().fit.requests == {"groups": None}


SPLITTERS = pytest.mark.parametrize(
    "splitter", [TimeSeriesSplit(3), GroupKFold(2)], ids=lambda s: type(s).__name__
)


@SPLITTERS
def test_cross_validate_hands_each_fold_its_labels(routing, data, splitter):
    X, y, groups = data
    result = cross_validate(
        asking(), X, y, cv=splitter, params={"groups": groups}, return_estimator=True, return_indices=True
    )
    for fitted, train, test, score in zip(
        result["estimator"],
        result["indices"]["train"],
        result["indices"]["test"],
        result["test_score"],
        strict=True,
    ):
        assert fitted.lags_ == [1, 2]
        assert len(fitted.segments_) - 1 == len(set(groups[train]))
        expected = by_hand(data, train)
        np.testing.assert_array_equal(fitted.predict(X), expected.predict(X))
        assert score == expected.score(X[test], y[test])


@SPLITTERS
@pytest.mark.parametrize("search", ["grid", "random"])
def test_searches(routing, data, splitter, search):
    X, y, groups = data
    options = {"cv": splitter, "error_score": "raise"}
    grid = {"bootstrap": ["ar_sieve", "moving"], "min_samples_leaf": [2, 10]}
    tool = (
        GridSearchCV(asking(), grid, **options)
        if search == "grid"
        else RandomizedSearchCV(asking(), grid, n_iter=3, random_state=0, **options)
    )
    tool.fit(X, y, groups=groups)
    best = tool.best_estimator_
    assert best.lags_ == [1, 2]
    np.testing.assert_array_equal(best.segments_, N_TIMES * np.arange(N_SERIES + 1))
    expected = forest(**tool.best_params_).fit(X, y, groups)
    np.testing.assert_array_equal(tool.predict(X), expected.predict(X))


def test_pipelines(routing, data):
    X, y, groups = data
    fitted = make_pipeline(StandardScaler(), asking()).fit(X, y, groups=groups)
    assert fitted[-1].lags_ == [1, 2]
    assert len(fitted[-1].segments_) == N_SERIES + 1
    scores = cross_val_score(
        make_pipeline(StandardScaler(), asking()), X, y, cv=GroupKFold(4), params={"groups": groups}
    )
    assert scores.shape == (4,)


def test_pipelines_without_routing(data):
    X, y, groups = data
    pipeline = make_pipeline(StandardScaler(), forest())
    fitted = pipeline.fit(X, y, arsieveforestregressor__groups=groups)
    assert fitted[-1].lags_ == [1, 2]
    assert len(fitted[-1].segments_) == N_SERIES + 1


def test_transformed_targets(data):
    X, y, groups = data
    outer = TransformedTargetRegressor(forest(), transformer=StandardScaler())
    assert outer.fit(X, y, groups=groups).regressor_.lags_ == [1, 2]


def test_another_name_for_the_labels(routing, data):
    X, y, groups = data
    model = forest().set_fit_request(groups="site")
    result = cross_validate(
        model, X, y, cv=TimeSeriesSplit(2), params={"site": groups}, return_estimator=True
    )
    assert [fitted.lags_ for fitted in result["estimator"]] == [[1, 2], [1, 2]]


def test_labels_for_the_splitter_alone(routing, data):
    X, y, groups = data
    with pytest.raises(UnsetMetadataPassedError, match="groups"):
        cross_validate(forest(), X, y, cv=GroupKFold(2), params={"groups": groups})
    model = forest(bootstrap="iid").set_fit_request(groups=False)
    result = cross_validate(model, X, y, cv=GroupKFold(2), params={"groups": groups}, return_estimator=True)
    assert [len(fitted.segments_) for fitted in result["estimator"]] == [2, 2]
