"""Wishes become steps; damping, drift and bias by their closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.estimators._preparing import prepare
from arsieve_rf.estimators._wishes import Wishes, read_wishes
from arsieve_rf.preparation import SeasonalAdjustment
from arsieve_rf.selection import drift_weight

AUTO = {
    "differencing": "auto", "seasonal": "auto", "seasonal_period": None, "transform": "auto",
    "damping": "auto", "drift": "auto",
}  # fmt: skip
NOTHING = AUTO | {"differencing": 0, "seasonal": None, "transform": None, "damping": 1.0, "drift": 1.0}


def steps_of(y, exog=None, **wishes):
    prepared = prepare(np.asarray(y, dtype=float), read_wishes(**(NOTHING | wishes)), None, exog)
    return [repr(step) for step in prepared.chain.steps]


def walk(n=100, seed=0, drift=0.3):
    return np.cumsum(np.random.default_rng(seed).normal(drift, 1.0, n))


def test_wishes():
    assert read_wishes(**AUTO) == Wishes(None, "auto", None, "auto", None, None)
    assert read_wishes(**NOTHING) == Wishes(0, None, None, None, 1.0, 1.0)
    numpys = AUTO | {"differencing": np.int64(2), "damping": np.float32(0.5), "drift": 0, "transform": 1}
    assert read_wishes(**numpys) == Wishes(2, "auto", None, 1.0, 0.5, 0.0)
    assert read_wishes(**AUTO | {"seasonal_period": [168, 24]}).periods == (24, 168)
    assert read_wishes(**AUTO | {"seasonal_period": np.int64(12)}).periods == (12,)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, ["Standardize()"]),
        ({"differencing": 1}, ["Standardize()", "Differencing(1)", "Standardize()"]),
        (
            {"differencing": 1, "damping": 0.9},
            ["Standardize()", "Differencing(1)", "Damping(0.9)", "Standardize()"],
        ),
        (
            {"differencing": 2, "damping": "auto", "drift": "auto"},
            ["Standardize()", "Differencing(1)", "Damping(0.8, to_mean=True)", "Differencing(1)",
             "DriftShrinkage(0)", "Standardize()"],
        ),
        (
            {"transform": "log", "seasonal": "additive", "seasonal_period": 4},
            ["BoxCox(0)", "SeasonalAdjustment(4, 'additive')", "Standardize()"],
        ),
        (
            {"transform": 0.5, "seasonal": "multiplicative", "seasonal_period": 4},
            ["SeasonalAdjustment(4, 'multiplicative')", "BoxCox(0.5)", "Standardize()"],
        ),
    ],
    ids=str,
)  # fmt: skip
def test_the_order_of_the_steps(wishes, expected):
    assert steps_of(500.0 + walk(), **wishes) == expected


def test_what_known_columns_explain_is_not_bent():
    """With columns beside the series only the season and the differences are chosen."""
    rng = np.random.default_rng(0)
    u = np.cumsum(rng.normal(size=200))
    y = (200.0 + 3.0 * u + np.tile([9.0, -9.0, 5.0, -5.0], 50) + rng.normal(size=200)) ** 2
    steps = steps_of(y, u[:, None], **AUTO | {"seasonal_period": 4})
    assert steps[0].startswith("SeasonalAdjustment(4, 'additive'")
    for order in (1, 2):
        wished = AUTO | {"seasonal_period": 4, "differencing": order}
        assert not {s.split("(")[0] for s in steps_of(y, u[:, None], **wished)} & {
            "BoxCox", "Damping", "DriftShrinkage",
        }  # fmt: skip


def test_columns_that_explain_the_trend_leave_levels():
    """y follows a walk that is known: what is left is noise, which needs no difference."""
    rng = np.random.default_rng(1)
    u = np.cumsum(rng.normal(size=300))
    y = 2.0 * u + rng.normal(size=300)
    assert any("Differencing" in step for step in steps_of(y, **AUTO))
    assert not any("Differencing" in step for step in steps_of(y, u[:, None], **AUTO))


@pytest.mark.parametrize("n_missing", [0, 1])
def test_gaps_near_the_end_limit_what_is_chosen(n_missing):
    """Twice summed: two differences where two values stand at the end, one where one does."""
    y = np.cumsum(np.cumsum(np.random.default_rng(3).normal(size=120)))
    y[118 : 118 + n_missing] = np.nan
    prepared = prepare(y, read_wishes(**AUTO | {"seasonal": None, "transform": None}), None, None)
    assert prepared.differencing == 2 - n_missing
    assert any("longer runs" in note for note in prepared.notes) == bool(n_missing)


# ---- transforms ----


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_where_no_power_is_possible_auto_takes_none(shift):
    """Squares of a walk, one of them zero or below: no error, no note, no transform."""
    y = (10.0 + walk(120)) ** 2
    y -= y.min() + shift
    model = ARSieveForecaster(n_estimators=2, seasonal=None).fit(y)
    assert "transform" not in model.describe()
    assert not any("BoxCox" in repr(step) for step in model.preparation_.steps)


def test_squares_are_transformed_by_choice():
    y = (30.0 + walk(120, drift=1.0)) ** 2
    assert "BoxCox(0.5)" in steps_of(y, transform="auto")


def test_guerrero_s_power():
    """A growing spread in proportion to the level asks for the logarithm, a constant one for none."""
    t = np.arange(120.0)
    noise = np.random.default_rng(0).normal(size=120)
    for y, lowest, highest in ((np.exp(0.03 * t + 0.2 * noise), 0.0, 0.3), (100.0 + t + noise, 0.5, 1.0)):
        model = ARSieveForecaster(n_estimators=2, transform="box_cox", seasonal=None).fit(y)
        power = model.preparation_.steps[0].lam_
        assert lowest <= power <= highest
        assert f"Box-Cox {power:.2f} (Guerrero's rule)" in model.describe()


# ---- closed forms ----


def line_model(**options):
    """A line with slope 3: the changes are constant, so the forest forecasts the mean change."""
    common = {"n_estimators": 2, "seasonal": None, "transform": None, "differencing": 1}
    return ARSieveForecaster(1, **common | options).fit(5.0 + 3.0 * np.arange(40.0))


@pytest.mark.parametrize("phi", [0.1, 0.5, 0.9, 1.0])
def test_damping(phi):
    """Changes of 3 phi**k: levels rise by their sums (Gardner and McKenzie 1985)."""
    forecasts = line_model(damping=phi).predict(6)
    np.testing.assert_allclose(forecasts, 122.0 + 3.0 * np.cumsum(phi ** np.arange(1, 7)), rtol=1e-12)


@pytest.mark.parametrize("drift", [0.0, 0.25, 1.0])
def test_drift(drift):
    forecasts = line_model(drift=drift).predict(6)
    np.testing.assert_allclose(forecasts, 122.0 + 3.0 * drift * np.arange(1, 7), rtol=1e-12)


def test_damping_and_drift_together():
    """The drift is shrunk in what the forest forecasts, the damping works on the result."""
    forecasts = line_model(damping=0.5, drift=0.5).predict(3)
    np.testing.assert_allclose(forecasts, 122.0 + 1.5 * np.cumsum([0.5, 0.25, 0.125]), rtol=1e-12)


def test_the_drift_of_a_walk_without_memory():
    """Lags that say nothing and a linear model of order 0: the mean change, times the weight, a step."""
    y = walk(60)
    model = ARSieveForecaster(
        1, differencing=1, seasonal=None, transform=None, bootstrap="ar_sieve", order=0, max_depth=1,
        min_samples_leaf=40, n_estimators=2000, random_state=0,
    ).fit(y)  # fmt: skip
    changes = np.diff(y)
    slope = drift_weight(changes) * changes.mean()
    error = changes.std() / np.sqrt(len(changes) * 2000.0)  # of the mean of the trees' means
    np.testing.assert_allclose(model.predict(4), y[-1] + slope * np.arange(1, 5), atol=5.0 * 4.0 * error)


def test_two_differences_fade_to_the_average_slope():
    """A parabola: without drift its last slope would stay, which damping leads to the mean of its slopes."""
    t = np.arange(60.0)
    y = 0.5 * t * t
    model = ARSieveForecaster(
        1, differencing=2, drift=0.0, damping=0.5, seasonal=None, transform=None, n_estimators=2
    ).fit(y)
    slopes = np.diff(y)
    expected = slopes.mean() + (slopes[-1] - slopes.mean()) * 0.5 ** np.arange(1, 6)
    np.testing.assert_allclose(model.predict(5), y[-1] + np.cumsum(expected), rtol=1e-9)


# ---- bias ----


def log_walk(n=200, seed=0):
    return np.exp(0.1 * np.cumsum(np.random.default_rng(seed).normal(0.1, 1.0, n)))


def test_means_of_a_log_random_walk():
    """exp(mu_h + v_h / 2); v_h sums the squares of what an innovation does to the level h - j steps later."""
    y = log_walk()
    options = {"transform": "log", "differencing": 1, "seasonal": None, "n_estimators": 4, "random_state": 0}
    medians = ARSieveForecaster(1, **options).fit(y).predict(5)
    means = ARSieveForecaster(1, **options, bias_adjust=True).fit(y).predict(5)
    changes = np.diff(np.log(y))
    fit = fit_ar(changes)
    response = np.zeros(5)  # of the changes, then of the level
    response[0] = 1.0
    for k in range(1, 5):
        response[k] = sum(fit.coef[i] * response[k - 1 - i] for i in range(min(fit.order, k)))
    variances = fit.sigma2 * np.cumsum(np.cumsum(response) ** 2)
    np.testing.assert_allclose(means, medians * np.exp(variances / 2.0), rtol=1e-9)


def test_means_of_levels_of_squares():
    """Box-Cox 1/2 of noise: the second-order mean (Hyndman and Athanasopoulos, FPP3 5.6) with v = sigma2."""
    root = 20.0 + np.random.default_rng(0).normal(size=300)
    options = {"transform": 0.5, "differencing": 0, "seasonal": None, "order": 0, "n_estimators": 4}
    y = root**2
    medians = ARSieveForecaster(1, **options, random_state=0).fit(y).predict(3)
    means = ARSieveForecaster(1, **options, random_state=0, bias_adjust=True).fit(y).predict(3)
    transformed = 2.0 * (root - 1.0)
    fit = fit_ar(transformed)
    response = np.concatenate([[1.0], np.zeros(2)])
    for k in range(1, 3):
        response[k] = sum(fit.coef[i] * response[k - 1 - i] for i in range(min(fit.order, k)))
    variances = fit.sigma2 * np.cumsum(response**2)
    np.testing.assert_allclose(means, medians * (1.0 + variances * 0.5 / 2.0 / medians), rtol=1e-9)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_without_a_transform_means_are_medians(strategy):
    y = 50.0 + walk()
    options = {"transform": None, "n_estimators": 4, "random_state": 0, "strategy": strategy}
    plain = ARSieveForecaster(**options).fit(y).predict(5)
    np.testing.assert_array_equal(ARSieveForecaster(**options, bias_adjust=True).fit(y).predict(5), plain)


@pytest.mark.parametrize("periods", [(7, 30), (4, 10), (10, 4)])
def test_seasons_of_equal_strength_do_not_hide_each_other(periods):
    rng = np.random.default_rng(5)
    patterns = [rng.normal(size=p) for p in periods]
    t = np.arange(400)
    y = sum(10.0 * pattern[t % len(pattern)] for pattern in patterns) + 0.1 * rng.normal(size=400)
    model = ARSieveForecaster(seasonal_period=periods, n_estimators=10, random_state=0).fit(y)
    found = {step.period for step in model.preparation_.steps if isinstance(step, SeasonalAdjustment)}
    assert found == set(periods)
