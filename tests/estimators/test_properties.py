"""Properties over all kinds of series: finite, quiet, reproducible, inside the range of the targets."""

from __future__ import annotations

import re
import warnings

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, ar_sieve_bootstrap, fit_ar

EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# every text that the documentation promises, and no other
DOCUMENTED = re.compile(
    r"The fitted AR\(\d+\) model is not stationary|columns of X that are not lags leave too few|"
    r"no column of X is a lag of y|y varies by .* as float32|y is constant, so nothing in the data says|"
    r"rows were drawn by every tree|X has the target y itself|value\(s\) before a first target are shown|"
    r"The first rows of .* contradict other columns"
)
KINDS = (
    "noise", "ar", "walk", "trend", "parabola", "ties", "binary", "constant", "outlier", "nearly constant",
    "season", "explosive",
)  # fmt: skip
USUAL_SCALES = st.floats(-9, 9)


def make_series(kind, n, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(n, dtype=float)
    e = rng.standard_normal(n)
    if kind == "ar":
        for i in range(1, n):
            e[i] += 0.8 * e[i - 1]
    return {
        "noise": e,
        "ar": e,
        "walk": np.cumsum(e),
        "trend": 0.3 * t - 4.0,
        "parabola": t * t,
        "ties": np.round(2 * e),
        "binary": (e > 0.8).astype(float),
        "constant": np.full(n, 3.7),
        "outlier": np.where(t == seed % n, 1e6, e),
        "nearly constant": 1.0 + 1e-13 * e,
        "season": np.tile([1.0, 5.0, 2.0, -3.0], n // 4 + 1)[:n],
        "explosive": 1.5 ** np.minimum(t, 60.0) * (-1.0) ** t,
    }[kind]


@st.composite
def series(draw, lowest=3, scales=USUAL_SCALES):
    kind = draw(st.sampled_from(KINDS))
    n = draw(st.one_of(st.integers(lowest, 12), st.integers(lowest, 300)))
    y = make_series(kind, n, draw(st.integers(0, 99)))
    largest = max(float(np.abs(y).max()), 1.0)
    exponent = draw(scales)
    # huge scales must leave float64 room for the series itself
    return y / largest * 10.0**exponent if abs(exponent) > 20 else y * 10.0**exponent


@st.composite
def bootstraps(draw, n_rows):
    """Options of a strategy that are allowed for so many rows."""
    words = ["ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", None]
    word = draw(st.sampled_from([*words, "ar_sieve", "seasonal"] if n_rows >= 4 else words))
    options = {"bootstrap": word}
    if word == "ar_sieve":
        options["initial"] = draw(st.sampled_from(["stationary", "mean", "observed"]))
        options["ar_method"] = draw(st.sampled_from(["yule_walker", "yule_walker", "burg", "ols"]))
        options["order"] = draw(st.sampled_from(["aic", "aicc", "bic", "hqic", 0, 1]))
        if options["order"] == 1 and options["ar_method"] == "ols" and n_rows < 4:
            options["order"] = 0
    if word == "seasonal":
        options["period"] = draw(st.integers(2, n_rows // 2))
    if word not in ("ar_sieve", "iid", None):
        options["block_length"] = draw(st.one_of(st.just("auto"), st.integers(1, n_rows)))
    if word not in ("ar_sieve", None):
        options["max_samples"] = draw(st.sampled_from([None, 0.5, 1]))
    return options


limits = st.fixed_dictionaries(
    {
        "min_samples_leaf": st.sampled_from([1, 5, 0.2]),
        "max_features": st.sampled_from([1.0, 1, "sqrt"]),
        "max_depth": st.sampled_from([None, 1]),
        "random_state": st.integers(0, 5),
    }
)


def quietly(action):
    """The result of an action; it may warn in documented words only."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = action()
    for warning in caught:
        assert warning.category is UserWarning, warning
        assert DOCUMENTED.search(str(warning.message)), warning
    return result


@st.composite
def forecast_problems(draw, **kinds):
    y = draw(series(**kinds))
    differencing = draw(st.integers(0, min(2, len(y) - 3)))
    room = len(y) - 2 - differencing
    lags = draw(
        st.one_of(
            st.none(),
            st.integers(1, min(room, 20)),
            st.sets(st.integers(1, min(room, 40)), min_size=1, max_size=4),
        )
    )
    most = min(room, 30) if lags is None else lags if isinstance(lags, int) else max(lags)
    options = draw(bootstraps(len(y) - differencing - most))
    options |= draw(limits)
    lags = sorted(lags) if isinstance(lags, set) else lags
    # neither season nor transform, so that forecasts of levels stay inside the range of the targets
    options |= {"seasonal": None, "transform": None, "differencing": differencing}
    return y, ARSieveForecaster(lags, n_estimators=3, **options)


def check_forecaster(problem):
    y, forecaster = problem
    forecasts = quietly(lambda: forecaster.fit(y).predict(7))
    assert forecasts.shape == (7,)
    assert np.isfinite(forecasts).all()
    np.testing.assert_array_equal(quietly(lambda: forecaster.fit(y).predict(7)), forecasts)
    assert np.isfinite(forecaster.regressor_.feature_importances_).all()
    if forecaster.ar_ is not None:
        for name in ("coef", "residuals", "mean", "sigma2", "intercept"):
            assert np.isfinite(getattr(forecaster.ar_, name)).all(), name
    elif forecaster.differencing == 0:
        slack = 1e-12 * np.abs(y).max()
        assert forecasts.min() >= y.min() - slack
        assert forecasts.max() <= y.max() + slack
    updated = quietly(lambda: forecaster.update(y[-2:]).predict(3))
    assert np.isfinite(updated).all()


@EXAMPLES
@given(forecast_problems())
def test_forecasters(problem):
    check_forecaster(problem)


@EXAMPLES
@given(forecast_problems(scales=st.sampled_from([-300.0, -200.0, 200.0, 300.0])))
def test_forecasters_at_the_ends_of_float64(problem):
    check_forecaster(problem)


@st.composite
def any_series(draw):
    """3 to 40 values, of hypothesis' own or of a kind, at any scale, perhaps all positive."""
    if draw(st.booleans()):
        exponent = draw(st.sampled_from([-300, -100, -9, 0, 9, 100, 300]))
        values = draw(st.lists(st.floats(-9.9, 9.9), min_size=3, max_size=40))
        y = np.array(values) * 10.0**exponent
    else:
        y = draw(series(scales=st.one_of(USUAL_SCALES, st.sampled_from([-300.0, 300.0]))))[:40]
    return np.abs(y) if draw(st.booleans()) else y


def mask(y, seed, share):
    """Gaps that leave three values in a row, from which a model of lags can be made."""
    rng = np.random.default_rng(seed)
    gaps = rng.random(len(y)) < share
    kept = rng.integers(0, len(y) - 2)
    gaps[kept : kept + 3] = False
    return np.where(gaps, np.nan, y)


choices = st.fixed_dictionaries(
    {"seasonal_period": st.sampled_from([2, 5, [3, 4]])},
    optional={
        "strategy": st.just("direct"),
        "differencing": st.sampled_from([0, 1]),
        "seasonal": st.sampled_from([None, "lags"]),
        "damping": st.just(0.7),
        "drift": st.sampled_from([0.0, 1.0]),
        "bias_adjust": st.just(True),
        "lags": st.sampled_from([1, 30, [1, 12], "auto"]),
        "bootstrap": st.sampled_from(["ar_sieve", "iid", "stationary", None]),
    },
)


@settings(EXAMPLES, max_examples=300)
@given(any_series(), st.sampled_from([1, 2, 13]))
def test_any_series_has_a_forecast(y, h):
    forecaster = ARSieveForecaster(n_estimators=3, random_state=0)
    forecasts = quietly(lambda: forecaster.fit(y).predict(h))
    assert forecasts.shape == (h,)
    assert np.isfinite(forecasts).all()
    assert "nan" not in forecaster.describe()
    np.testing.assert_array_equal(forecaster.predict(h), forecasts)
    assert np.isfinite(quietly(lambda: forecaster.update(y[:2]).predict(h))).all()


@settings(EXAMPLES, max_examples=300)
@given(any_series(), st.integers(0, 99), st.sampled_from([0.05, 0.3, 0.6]))
def test_any_series_with_gaps_has_a_forecast(y, seed, share):
    forecaster = ARSieveForecaster(n_estimators=3, random_state=0, missing="segment")
    forecasts = quietly(lambda: forecaster.fit(mask(y, seed, share)).predict(4))
    assert np.isfinite(forecasts).all()
    np.testing.assert_array_equal(quietly(lambda: forecaster.fit(mask(y, seed, share)).predict(4)), forecasts)


@settings(EXAMPLES, max_examples=300)
@given(any_series(), choices, st.integers(0, 99))
def test_any_choice_has_a_forecast(y, options, seed):
    """With one difference at most there is a row for each of the two first steps."""
    assume(len(y) >= 5)
    forecaster = ARSieveForecaster(n_estimators=3, random_state=0, missing="segment", **options)
    gaps = mask(y, seed, 0.2) if options.get("differencing", 0) == 0 and "strategy" not in options else y
    steps = 1 if "strategy" in options else 6
    assert np.isfinite(quietly(lambda: forecaster.fit(gaps).predict(steps))).all()


@settings(EXAMPLES, max_examples=80)
@given(forecast_problems(lowest=6), st.integers(1, 3), st.integers(0, 9), st.floats(-9, 9))
def test_forecasters_with_exogenous_columns(problem, n_exog, seed, exponent):
    y, forecaster = problem
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((len(y) + 4, n_exog)) * 10.0**exponent
    if seed < 3:
        X[:, 0] = [5.0, 0.0, 1e-9][seed]  # constant columns
    elif seed < 6:
        X[:, 0] = np.arange(len(X)) > len(X) // 2  # a step
    assume(forecaster.order != 1 or forecaster.bootstrap != "ar_sieve")  # a fixed order may leave no rows
    forecasts = quietly(lambda: forecaster.fit(y, X[: len(y)]).predict(4, X[len(y) :]))
    assert np.isfinite(forecasts).all()
    again = quietly(lambda: forecaster.fit(y, X[: len(y)]).predict(4, X[len(y) :]))
    np.testing.assert_array_equal(again, forecasts)


@st.composite
def row_problems(draw):
    """An embedded series, perhaps with an exogenous or a scaled column, perhaps two series stacked."""
    y = draw(series(lowest=4))
    lags = sorted(draw(st.sets(st.integers(1, min(5, len(y) - 2)), min_size=1)))
    order = draw(st.permutations(lags))
    parts = [y, 2.0 * y[::-1]] if draw(st.booleans()) and len(y) > 30 else [y]
    most = max(lags)
    X = np.vstack([np.column_stack([s[most - k : len(s) - k] for k in order]) for s in parts])
    target = np.concatenate([s[most:] for s in parts])
    extra = draw(st.sampled_from(["none", "exogenous", "scaled", "rolling"]))
    if extra == "exogenous":
        X = np.column_stack([np.random.default_rng(1).standard_normal(len(X)), X])
    elif extra == "scaled":
        X = np.column_stack([X, -3.0 * X[:, 0] + 1.0])
    elif extra == "rolling" and len(lags) > 1:
        X = np.column_stack([X, X.mean(axis=1)])
    options = (
        draw(bootstraps(len(target)))
        if len(parts) == 1
        else {"bootstrap": draw(st.sampled_from(["ar_sieve", "moving", "iid"]))}
    )
    if options.get("order") == 1:
        options["order"] = "aic"
    return X, target, ARSieveForestRegressor(3, **options, **draw(limits))


@EXAMPLES
@given(row_problems())
def test_regressors(problem):
    X, y, forest = problem
    predictions = quietly(lambda: forest.fit(X, y).predict(X))
    assert predictions.shape == y.shape
    assert np.isfinite(predictions).all()
    assert len(forest.lags_) == X.shape[1]
    if forest.bootstrap != "ar_sieve":
        slack = 1e-12 * np.abs(y).max()
        assert predictions.min() >= y.min() - slack
        assert predictions.max() <= y.max() + slack
    importances = forest.feature_importances_
    assert np.isfinite(importances).all()
    assert (importances >= 0).all()
    assert abs(importances.sum() - 1) < 1e-9 or not importances.any()
    np.testing.assert_array_equal(quietly(lambda: forest.fit(X, y).predict(X)), predictions)
    np.testing.assert_array_equal(forest.to_sklearn().predict(X), predictions)
    assert np.isfinite(forest.forest_.impurity).all()


@EXAMPLES
@given(
    series(scales=st.one_of(st.floats(-9, 9), st.sampled_from([-300.0, 299.0]))),
    st.sampled_from(["yule_walker", "burg", "ols"]),
    st.sampled_from(["aic", "aicc", "bic", "hqic", 0]),
    st.sampled_from(["stationary", "mean", "observed"]),
)
def test_fits_and_bootstrap_series(y, method, order, initial):
    fit = quietly(lambda: fit_ar(y, order, method=method))
    assert 0 <= fit.order < len(y)
    for name in ("coef", "residuals", "mean", "sigma2", "intercept"):
        assert np.isfinite(getattr(fit, name)).all(), name
    assert fit.residuals.shape == (len(y) - fit.order,)
    assert fit.sigma2 >= 0
    options = {"order": order, "method": method, "initial": initial, "random_state": 1}
    drawn = quietly(lambda: ar_sieve_bootstrap(y, 3, **options))
    assert drawn.shape == (3, len(y))
    assert np.isfinite(drawn).all()
    np.testing.assert_array_equal(quietly(lambda: ar_sieve_bootstrap(y, 2, **options)), drawn[:2])
    if method == "yule_walker":
        assert fit.is_stationary
