"""Intervals from past errors: order statistics, a slow twin, any set of levels, and what they cover."""

from __future__ import annotations

import functools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from arsieve_rf.estimators._calibration import _reach
from tests.estimators.calibration_cases import (
    AS_IT_IS,
    COVERAGES,
    Twin,
    ar1,
    both,
    ends,
    forecaster,
    positive,
    quiet,
    series_of,
)

FEW = "too few for the coverage"


# --- how far an interval reaches ---


@pytest.mark.parametrize("m", [1, 2, 9, 18, 19, 39, 60, 99])  # 100 * .55 is above 55 in floats
def test_the_order_statistic(m):
    """ceil((m + 1) c) of m equally heavy errors, in whole numbers; the largest where there is none."""
    errors = np.random.default_rng(m).permutation(np.arange(1.0, m + 1.0))  # each is its own rank
    for percent in range(1, 100):
        rank = -(-(m + 1) * percent // 100)
        reach, enough = _reach(errors, np.ones(m), percent / 100)
        assert enough == (rank <= m)
        assert reach == min(rank, m)


@pytest.mark.parametrize("memory", [0.99, 0.9])
def test_the_weighted_order_statistic(memory):
    """The error to come has weight 1 and is larger than any."""
    errors = np.random.default_rng(0).exponential(size=30)
    weights = [memory**age for age in range(30, 0, -1)]
    total, infinite = Fraction(1) + sum(map(Fraction, weights)), 0
    for percent in range(1, 100):
        wanted, below, expected = Fraction(percent, 100) * total, Fraction(0), None
        for i in np.argsort(errors):
            below += Fraction(weights[i])
            if below >= wanted:
                expected = errors[i]
                break
        reach, enough = _reach(errors, np.array(weights), percent / 100)
        assert enough == (expected is not None)
        assert reach == (errors.max() if expected is None else expected)
        infinite += expected is None
    assert 0 < infinite < 99


# --- the whole, beside the twin ---

CASES = {
    "recursive": {},
    "trees": {"bootstrap": "iid", "lags": 2},
    "direct": {"strategy": "direct"},
    "X": {"X": True},
    "X, direct, differenced": {"X": True, "strategy": "direct", "differencing": 1},
    "prepared": {"differencing": 1, "seasonal": "additive", "seasonal_period": 4, "damping": 0.9},
}


@pytest.mark.parametrize("case", CASES)
@both
def test_the_twin(case, calibration):
    n, h = 50, 3
    options, y, X = series_of(CASES[case], n)
    known, future = (None, None) if X is None else (X[:n], X[n:])
    twin = Twin(y[:n], n, h, known, calibration=calibration, **options)
    model = forecaster(calibration=calibration, **options).fit(y[:n], known)
    few = set()
    for c in COVERAGES:
        expected, too_few = twin.interval(c, future)
        frame, messages = quiet(model.predict_interval, h, future, c)
        np.testing.assert_allclose(ends(frame, c), expected, rtol=1e-9)
        assert len(messages) == too_few
        few.add(too_few)
    assert few == {False, True}  # the 25 errors of the first step may hold 96 %, the 23 of the third may not


def test_a_transform_that_refuses_a_value_is_chosen_anew():
    n = 40
    y, words = positive(n), {"transform": "auto", "differencing": "auto"}
    forecaster(**words).fit(y[:35]).update(y[35:37])
    with pytest.raises(ValueError, match="BoxCox needs positive values"):
        forecaster(**words).fit(y[:35]).update(y[35:38])  # 35 is the last of the four fits
    twin = Twin(y, n, 1, calibration="conformal", **words)
    assert twin.n_refused == 1
    frame = forecaster(calibration="conformal", **words).fit(y).predict_interval(1, coverage=0.8)
    np.testing.assert_allclose(ends(frame, 0.8), twin.interval(0.8)[0], rtol=1e-9)


# --- how many errors there are ---


def test_nineteen_errors_hold_95_percent():
    y = ar1(38)
    twin = Twin(y, 38, 1, calibration="conformal")
    errors = twin.errors(1)
    assert len(errors) == 19
    model = forecaster(calibration="conformal").fit(y)
    found = ends(model.predict_interval(1, coverage=0.95), 0.95)[:, 0]  # and does not warn
    lower, middle, upper = np.quantile(model.predict_paths(1), [0.1, 0.5, 0.9], method="weibull")
    expected = middle + max(errors) * np.array([lower - middle, upper - middle])
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_eighteen_do_not(seed):
    y = ar1(36, seed)
    model, plain = forecaster(calibration="conformal").fit(y), forecaster().fit(y)
    message = (
        r"^the past errors, 18 of the step that has fewest, are too few for the coverage 0\.95: the widest "
        r"interval that the data support is given\. A longer series has more; calibration=None needs none\.$"
    )
    with pytest.warns(UserWarning, match=message) as caught:
        found = ends(model.predict_interval(1, coverage=0.95), 0.95)
    assert [warning.filename for warning in caught] == [__file__]
    paths = ends(plain.predict_interval(1, coverage=0.95), 0.95)
    assert found[0] <= paths[0]
    assert found[1] >= paths[1]
    model.predict_interval(1, coverage=0.9)  # 19 * .9 is 17.1


def test_what_25_fading_errors_hold():
    """The latest counts .99, the one before .99**2, ...: all together S of S + 1, which is .9565."""
    total = sum(0.99**age for age in range(1, 26))
    model = forecaster(calibration="adaptive").fit(ar1(50))
    model.predict_interval(1, coverage=total / (total + 1.0) - 1e-4)  # and does not warn
    with pytest.warns(UserWarning, match="the past errors, 25 of the step"):
        model.predict_interval(1, coverage=total / (total + 1.0) + 1e-4)


@both
@pytest.mark.parametrize("n", [3, 8, 16])
def test_a_series_without_past_errors(n, calibration):
    """Sixteen values must come before the first origin."""
    y = ar1(n)
    expected = forecaster().fit(y).predict_interval(2, coverage=[0.5, 0.8])
    model = forecaster(calibration=calibration).fit(y)
    with pytest.warns(UserWarning, match=f"the past errors, 0 of .* {FEW} 0.8: .* calibration=None needs"):
        found = model.predict_interval(2, coverage=[0.5, 0.8])
    pd.testing.assert_frame_equal(found, expected)


def test_a_step_without_errors_takes_those_before():
    """Seventeen values have one origin, which knows one step: both steps stretch by the same."""
    model = forecaster(calibration="conformal").fit(ar1(17))
    with pytest.warns(UserWarning, match="the past errors, 0 of the step that has fewest"):
        found = ends(model.predict_interval(2, coverage=0.2), 0.2)
    lower, middle, upper = np.quantile(model.predict_paths(2), [0.1, 0.5, 0.9], axis=0, method="weibull")
    stretch = (found - middle) / np.array([lower - middle, upper - middle])
    np.testing.assert_allclose(stretch, stretch[0, 0], rtol=1e-9)


# --- what holds for any levels ---


@functools.cache
def fitted(n, calibration, strategy="recursive"):
    return forecaster(calibration=calibration, strategy=strategy).fit(ar1(n, seed=n))


levels = st.floats(0.001, 0.999).map(lambda level: round(level, 4))
many_levels = st.lists(levels, min_size=2, max_size=12, unique=True)
models = st.builds(
    fitted,
    st.sampled_from([7, 18, 22, 50]),
    st.sampled_from(["conformal", "adaptive"]),
    st.sampled_from(["recursive", "direct"]),
)


@given(models, many_levels, st.sampled_from([25, 100]))
@settings(max_examples=150, deadline=None)
def test_quantiles_never_cross(model, wanted, n_paths):
    """Where errors support some of the levels and paths the others, too; and company does not matter."""
    frame, _ = quiet(model.predict_quantiles, 2, quantiles=sorted(wanted), n_paths=n_paths)
    values = frame.to_numpy()
    assert np.isfinite(values).all()
    assert (np.diff(values, axis=1) >= 0.0).all()
    alone, _ = quiet(model.predict_quantiles, 2, quantiles=wanted[0], n_paths=n_paths)
    np.testing.assert_array_equal(alone[f"q_{wanted[0]:g}"], frame[f"q_{wanted[0]:g}"])


@given(models, many_levels)
@settings(max_examples=100, deadline=None)
def test_wider_intervals_contain_narrower_ones(model, wanted):
    wanted = sorted(wanted)
    frame, _ = quiet(model.predict_interval, 2, coverage=wanted, n_paths=50)
    lower = frame[[f"lower_{c:g}" for c in wanted]].to_numpy()
    upper = frame[[f"upper_{c:g}" for c in wanted]].to_numpy()
    assert (lower <= upper).all()
    assert (np.diff(lower, axis=1) <= 0.0).all()
    assert (np.diff(upper, axis=1) >= 0.0).all()


@both
@pytest.mark.parametrize("value", [0.0, 5.0, -1e9, 1e-300, 1e300])
def test_a_constant_series_has_no_width(value, calibration):
    model = forecaster(calibration=calibration).fit(np.full(60, value))
    for _ in range(2):
        found = model.predict_interval(3, coverage=0.8).to_numpy()
        np.testing.assert_array_equal(found, np.full((3, 3), value))
        model.update([value])


@both
@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_units(scale, calibration):
    """Powers of two round nothing."""
    y = ar1(50)
    one, other = (
        ends(forecaster(calibration=calibration).fit(x).predict_interval(2, coverage=0.8), 0.8)
        for x in (y, scale * y)
    )
    np.testing.assert_array_equal(other, scale * one)


@both
def test_the_median_is_that_of_the_paths(calibration):
    """The 0-th smallest error is none, however few there are."""
    model = forecaster(calibration=calibration).fit(ar1(30))
    found = model.predict_quantiles(2, quantiles=[0.4999, 0.5, 0.5001])
    middle = np.median(model.predict_paths(2), axis=0)
    np.testing.assert_allclose(found["q_0.5"], middle, rtol=1e-12)
    assert (found["q_0.4999"] < middle).all()
    assert (found["q_0.5001"] > middle).all()


@both
def test_few_paths_are_no_want_of_errors(calibration):
    """Errors hold what 10 paths could not, without a warning; those are told of without calibration."""
    y = ar1(200)
    forecaster(calibration=calibration).fit(y).predict_interval(1, coverage=0.9, n_paths=10)
    with pytest.warns(UserWarning, match=f"n_paths=10 is {FEW} 0.9"):
        forecaster().fit(y).predict_interval(1, coverage=0.9, n_paths=10)


@both
@pytest.mark.parametrize("rounding", [0.0, 2.0**-44])
def test_a_stretch_without_spread(rounding, calibration):
    """Errors beside paths that are all the same, but for rounding, have no size in units of their spread."""
    y = np.append(3.0 + rounding * (np.arange(60) % 3 == 0), 3.0 + ar1(60))
    frame, _ = quiet(forecaster(calibration=calibration).fit(y).predict_interval, 1, coverage=0.99)
    assert 1.0 < np.diff(ends(frame, 0.99)[:, 0]) < 100.0  # to the largest error, where it has a size
    model = forecaster(calibration=calibration).fit(np.zeros(60)).update([1.0])
    assert np.ptp(model.predict_interval(1).to_numpy()) < 100.0


# --- the parameter ---


def test_after_fit_it_is_too_late():
    model = forecaster().fit(ar1(40)).set_params(calibration="conformal")
    expected = model.predict_paths(2)
    for call in (model.predict_interval, model.predict_quantiles, model.plot):
        with pytest.raises(ValueError, match=r"calibration='conformal' was set after fit.* call fit again"):
            call(2)
    np.testing.assert_array_equal(model.predict_paths(2), expected)  # paths are never calibrated
    model.set_params(calibration="split")
    with pytest.raises(ValueError, match=r"calibration='split'.*'conformal', 'adaptive'.*None"):
        model.predict_interval(2)
    model.set_params(calibration=None).predict_interval(2)
    calibrated = forecaster(calibration="adaptive").fit(ar1(40)).set_params(calibration="conformal")
    with pytest.raises(ValueError, match="calibration='conformal' was set after fit"):
        calibrated.predict_interval(2, coverage=0.5)


@both
def test_forecasts_and_paths_are_left_alone(calibration):
    plain, model = forecaster().fit(ar1(40)), forecaster(calibration=calibration).fit(ar1(40))
    frame = model.predict_interval(2, coverage=0.5)
    np.testing.assert_array_equal(model.predict(2), plain.predict(2))
    np.testing.assert_array_equal(frame["mean"], plain.predict(2))
    np.testing.assert_array_equal(model.predict_paths(2), plain.predict_paths(2))


# --- coverage ---


def test_coverage_on_a_short_ar1():
    """Of the true next value, given the series: its mean misses .8 by two points and 3 s.e. at most.

    The standard error over 150 series is about .6 points, so the two points are for 30 errors only.
    """
    held = np.empty(150)
    for r in range(len(held)):
        y = ar1(60, seed=1000 + r)
        model = forecaster(calibration="conformal", random_state=r, n_estimators=3).fit(y)
        found = ends(model.predict_interval(1, coverage=0.8, n_paths=200), 0.8)[:, 0]
        held[r] = np.diff(norm.cdf(found - 0.5 * y[-1]))[0]
    error = held.std(ddof=1) / np.sqrt(len(held))
    assert error < 0.01
    assert abs(held.mean() - 0.8) < 0.02 + 3.0 * error


def test_no_options_are_lost():
    """Past models are those that the user asked for: other trees, other errors."""
    y = ar1(60)
    widths = {
        str(options): float(np.diff(ends(quiet(model.predict_interval, 1, coverage=0.5)[0], 0.5)[:, 0])[0])
        for options in ({}, {"bootstrap": "iid"}, {"lags": 4}, {"differencing": 1})
        for model in [forecaster(calibration="conformal", **AS_IT_IS | options).fit(y)]
    }
    assert len(set(widths.values())) == len(widths)
