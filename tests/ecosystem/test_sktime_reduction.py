"""The regressor in sktime's make_reduction: what it finds in the windows, and what comes out."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sktime")

from sklearn.exceptions import DataConversionWarning
from sklearn.multioutput import MultiOutputRegressor
from sktime.forecasting.compose import make_reduction
from sktime.transformations.summarize import WindowSummarizer

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from tests.ecosystem.sktime_cases import PLAIN, SMALL, ar1, months, panel, with_columns

P = 4
FH = [1, 2, 3, 4, 5]
Y = pd.Series(ar1(200) + 10.0, index=months(200))
WITHOUT_TIES = {"min_samples_leaf": 30, **SMALL}  # in leaves of a few rows two columns often split alike


def reduced(strategy: str, regressor=None, y=Y, X=None, fh=FH, **options):
    """Fitted by make_reduction; our own warnings are errors."""
    regressor = ARSieveForestRegressor(**SMALL) if regressor is None else regressor
    options = {"window_length": P, **options}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", DataConversionWarning)  # sktime's column vectors
        return make_reduction(regressor, strategy=strategy, **options).fit(y, X=X, fh=fh)


def rows(y: np.ndarray, lags) -> np.ndarray:
    """Lags of y, a row for each time at which all are known."""
    return np.column_stack([y[max(lags) - k : len(y) - k] for k in lags])


def recursion(regressor, y: np.ndarray, lags, h: int) -> np.ndarray:
    """Forecasts of h steps, each from the values and forecasts before it."""
    known = list(y)
    for _ in range(h):
        known.append(regressor.predict([[known[-k] for k in lags]])[0])
    return np.array(known[len(y) :])


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "auto", "iid", "moving", "stationary", None])
def test_recursive_is_the_recursion_of_the_regressor(bootstrap):
    regressor = ARSieveForestRegressor(bootstrap=bootstrap, **SMALL)
    forecaster = reduced("recursive", regressor)
    lags = list(range(P, 0, -1))
    looks = bootstrap not in ("iid", None)
    assert forecaster.estimator_.lags_ == (lags if looks else [None] * P)
    own = regressor.fit(rows(Y.to_numpy(), lags), Y[P:])
    assert (forecaster.predict().to_numpy() == recursion(own, Y.to_numpy(), lags, 5)).all()


def test_recursive_is_the_forecaster_without_preparation():
    found = reduced("recursive", ARSieveForestRegressor(**WITHOUT_TIES)).predict()
    own = ARSieveForecaster(P, bootstrap="ar_sieve", **PLAIN, **WITHOUT_TIES).fit(Y)
    np.testing.assert_allclose(found, own.predict(5), rtol=1e-12)


def test_with_small_leaves_too_where_columns_come_newest_first():
    y = panel((200,))  # as they do with pooling="global"
    found = reduced("recursive", y=y, pooling="global").predict()
    own = ARSieveForecaster(P, bootstrap="ar_sieve", **PLAIN, **SMALL).fit(y.loc["s0", "y"])
    np.testing.assert_allclose(found.loc["s0", "y"], own.predict(5), rtol=1e-10)


def test_direct_is_the_direct_forecaster_without_preparation():
    own = ARSieveForecaster(P, strategy="direct", bootstrap="ar_sieve", **PLAIN, **WITHOUT_TIES).fit(Y)
    expected = own.predict(5)
    for h in FH:  # whose forests have seeds of their own in the forecaster
        options = {**WITHOUT_TIES, "random_state": own._model.regressor(h).random_state}
        found = reduced("direct", ARSieveForestRegressor(**options), fh=[h]).predict()
        np.testing.assert_allclose(found, expected.iloc[[h - 1]], rtol=1e-12)


@pytest.mark.parametrize("identical", [True, False])
def test_direct_has_a_regressor_a_step(identical):
    forecaster = reduced("direct", windows_identical=identical)
    found = forecaster.predict()
    for h, estimator in enumerate(forecaster.estimators_, 1):
        lags = list(range(P + h - 1, h - 1, -1))
        assert estimator.lags_ == lags
        first, end = P + h - 1, len(Y) - (5 - h if identical else 0)
        assert estimator.segments_.tolist() == [0, end - first]
        own = ARSieveForestRegressor(**SMALL).fit(rows(Y[:end].to_numpy(), lags), Y[first:end])
        assert found.iloc[h - 1] == own.predict([Y[-P:].to_numpy()])[0]


def test_multioutput_needs_a_wrapper_and_is_direct():
    with pytest.raises(ValueError, match="1d array"):
        reduced("multioutput")
    forecaster = reduced("multioutput", MultiOutputRegressor(ARSieveForestRegressor(**SMALL)))
    assert [e.lags_[-1] for e in forecaster.estimator_.estimators_] == FH
    assert (np.ravel(forecaster.predict()) == np.ravel(reduced("direct").predict())).all()


def test_direct_recursive_mixture():
    for h, estimator in enumerate(reduced("dirrec", fh=[1, 2, 3]).estimators_, 1):
        assert estimator.lags_ == list(range(P + h - 1, 0, -1))


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_windows_of_columns_are_no_lags(strategy):
    y, X = with_columns(120)
    forecaster = reduced(strategy, y=y[:119], X=X[:119], fh=[1])
    fitted = forecaster.estimator_ if strategy == "recursive" else forecaster.estimators_[0]
    assert fitted.lags_ == [4, 3, 2, 1] + [None] * 8
    lags = range(P, 0, -1)
    beside = [rows(X[name].to_numpy(), lags) for name in X]
    windows = np.hstack([rows(y.to_numpy(), lags), *beside])
    own = ARSieveForestRegressor(**SMALL).fit(windows[:-1], y[P:119])
    assert (forecaster.predict(X=X[119:]).to_numpy().ravel() == own.predict(windows[-1:])).all()


def test_a_global_model_keeps_series_apart():
    y = panel((60, 80, 70))
    forecaster = reduced("recursive", y=y, pooling="global")
    assert forecaster.estimator_.lags_ == [1, 2, 3, 4]
    assert forecaster.estimator_.segments_.tolist() == [0, 56, 132, 198]
    each = [y.loc[name, "y"].to_numpy() for name in ("s0", "s1", "s2")]
    stacked = np.vstack([rows(values, [1, 2, 3, 4]) for values in each])
    targets = np.concatenate([values[P:] for values in each])
    own = ARSieveForestRegressor(**SMALL).fit(stacked, targets)
    np.testing.assert_array_equal(forecaster.estimator_.predict(stacked), own.predict(stacked))


def test_forecasts_of_a_global_model():
    y = panel((60, 60, 60))
    forecaster = reduced("recursive", y=y, pooling="global")
    found = forecaster.predict()
    for name in ("s0", "s1", "s2"):
        by_hand = recursion(forecaster.estimator_, y.loc[name, "y"].to_numpy(), [1, 2, 3, 4], 5)
        assert (found.loc[name, "y"].to_numpy() == by_hand).all()


def test_local_models_of_a_panel():
    y = panel((60, 70))
    found = reduced("recursive", y=y).predict()
    alone = reduced("recursive", y=y.loc["s1", "y"]).predict()
    assert (found.loc["s1", "y"].to_numpy() == alone.to_numpy()).all()


def test_rolling_means_are_found_and_deviations_told():
    y = panel((100, 100))

    def summarized(**features):
        windows = WindowSummarizer(lag_feature={"lag": [1, 2], **features}, n_jobs=1)
        return reduced("recursive", y=y, pooling="global", window_length=None, transformers=[windows])

    with_mean = summarized(mean=[[1, 6]]).estimator_
    assert with_mean.lags_ == [1, 2, None]
    assert with_mean.forest_.columns.fixed.tolist() == []
    with pytest.raises(UserWarning, match=r"y_std_1_6.*not linearly.*lags="):
        summarized(std=[[1, 6]])
