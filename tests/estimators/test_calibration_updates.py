"""What `update` does to intervals: new errors count, of forecasts made before them; and their state."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster
from tests.estimators.calibration_cases import Twin, ar1, both, ends, forecaster, part

every = pytest.mark.parametrize("calibration", [None, "conformal", "adaptive"])
by_options = pytest.mark.parametrize(
    "options",
    [{}, {"strategy": "direct"}, {"bootstrap": "iid", "lags": 2}, {"differencing": 1, "lags": None}],
    ids=str,
)
COVERAGE = [0.5, 0.8]
N = 50


def intervals(model, h=3, X=None, coverage=COVERAGE, **options):
    return model.predict_interval(h, X, coverage, n_paths=200, **options).to_numpy()


def reach(model, coverage=0.8, **options):
    return ends(model.predict_interval(1, coverage=coverage, **options), coverage)[:, 0]


# --- the errors that count ---


@both
@pytest.mark.parametrize("with_x", [False, True])
@by_options
def test_the_twin(options, with_x, calibration):
    """New errors are of forecasts by the fitted model, made before the values that they miss."""
    y, X, h = ar1(N + 7), None, 2
    if with_x:
        X = np.random.default_rng(4).standard_normal((N + 7 + h, 1))
        y += X[: N + 7, 0]
    model = forecaster(calibration=calibration, **options).fit(y[:N], part(X, 0, N))
    model.update(y[N:], part(X, N, N + 7))
    twin = Twin(y, N, h, part(X, 0, N + 7), calibration=calibration, **options)
    assert list(twin.bands) == list(range(N // 2, N + 7))
    future = part(X, N + 7, N + 7 + h)
    for c in COVERAGE:
        frame = model.predict_interval(h, future, c)
        expected, too_few = twin.interval(c, future)
        assert not too_few
        np.testing.assert_allclose(ends(frame, c), expected, rtol=1e-9)


@by_options
@every
def test_in_one_go_and_one_by_one(options, calibration):
    y = ar1(N + 12)
    at_once, one_by_one, asked = (forecaster(calibration=calibration, **options).fit(y[:N]) for _ in range(3))
    at_once.update(y[N:])
    for t in range(N, N + 12):
        one_by_one.update(y[t : t + 1])
        intervals(asked)  # changes nothing
        asked.update(y[t : t + 1])
    expected = intervals(at_once)
    np.testing.assert_array_equal(intervals(one_by_one), expected)
    np.testing.assert_array_equal(intervals(asked), expected)


@by_options
@both
def test_further_steps_later(options, calibration):
    """As if they had been asked for at once, also with updates before and between."""
    y = ar1(N + 6)
    one, other = (forecaster(calibration=calibration, **options).fit(y[:N]) for _ in range(2))
    intervals(one, h=2)
    one.update(y[N : N + 3])
    intervals(one, h=3)
    one.update(y[N + 3 :])
    other.update(y[N:])
    np.testing.assert_array_equal(intervals(one, h=5), intervals(other, h=5))


@by_options
@both
def test_fewer_steps_after_more(options, calibration):
    """What was asked for before leaves no trace; nor where only the last 100 origins count."""
    for n in (N, 230):
        one, other = (forecaster(calibration=calibration, **options).fit(ar1(n)) for _ in range(2))
        intervals(one, h=4)
        np.testing.assert_array_equal(intervals(one, h=2), intervals(other, h=2))


@by_options
@both
def test_columns_in_one_go_and_one_by_one(options, calibration):
    """Also where columns of further steps become known only after an origin was first forecast from."""
    X = np.random.default_rng(4).standard_normal((N + 15, 1))
    y = ar1(N + 15) + X[:, 0]
    at_once, one_by_one, asked = (
        forecaster(calibration=calibration, **options).fit(y[:N], X[:N]) for _ in range(3)
    )
    at_once.update(y[N : N + 12], X[N : N + 12])
    for t in range(N, N + 12):
        one_by_one.update(y[t : t + 1], X[t : t + 1])
        intervals(asked, 3, X[t : t + 3])
        asked.update(y[t : t + 1], X[t : t + 1])
    expected = intervals(at_once, 3, X[N + 12 :])
    np.testing.assert_array_equal(intervals(one_by_one, 3, X[N + 12 :]), expected)
    np.testing.assert_array_equal(intervals(asked, 3, X[N + 12 :]), expected)


@both
def test_asking_where_paths_have_no_spread(calibration):
    one, other = (forecaster(calibration=calibration).fit(np.ones(60)) for _ in range(2))
    intervals(one)
    one.update([1e9, 3.0, 4.0])
    other.update([1e9, 3.0, 4.0])
    np.testing.assert_array_equal(intervals(one), intervals(other))


@both
def test_a_value_far_off_leaves_the_errors_before_it(calibration):
    """What counts as no spread is measured by values before the origin: 25 errors are still there."""
    model = forecaster(calibration=calibration).fit(ar1(N)).update([1e14])
    assert np.isfinite(intervals(model, 1)).all()  # without a warning of too few


@both
def test_a_strategy_that_is_set_after_fit(calibration):
    """`predict` follows it, and so do the errors of the past."""
    y = ar1(N)
    model = forecaster(calibration=calibration).fit(y)
    recursive = intervals(model)
    direct = intervals(model.set_params(strategy="direct"))
    expected = intervals(forecaster(calibration=calibration, strategy="direct").fit(y))
    np.testing.assert_array_equal(direct, expected)
    np.testing.assert_array_equal(intervals(model.set_params(strategy="recursive")), recursive)


@every
def test_a_refused_update_changes_nothing(calibration):
    y = np.exp(ar1(N))
    model = forecaster(calibration=calibration, transform="log").fit(y)
    expected = intervals(model)
    with pytest.raises(ValueError, match="y_new cannot follow"):
        model.update([1.0, -1.0])
    np.testing.assert_array_equal(intervals(model), expected)
    fresh = forecaster(calibration=calibration, transform="log").fit(y)
    np.testing.assert_array_equal(intervals(model.update([1.5])), intervals(fresh.update([1.5])))


@both
def test_one_more_error_is_enough(calibration):
    """23 errors become 24; a coverage of .96 needs that if all weigh the same."""
    y = ar1(46, seed=2)
    model = forecaster(calibration=calibration).fit(y[:45])
    with pytest.warns(UserWarning, match="the past errors, 23 of the step that has fewest, are too few"):
        reach(model, 0.96)
    model.update(y[45:])
    if calibration == "conformal":
        reach(model, 0.96)
    else:
        with pytest.warns(UserWarning, match="the past errors, 24 of the step that has fewest, are too few"):
            reach(model, 0.96)


# --- state ---


@by_options
@both
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"]
)
def test_copies(options, calibration, asked, copied):
    y = ar1(N + 6)
    model = forecaster(calibration=calibration, **options).fit(y[:N]).update(y[N : N + 2])
    if asked:
        intervals(model)
    other = copied(model)
    expected = intervals(model)
    np.testing.assert_array_equal(intervals(other), expected)
    other.update(y[N + 2 :])
    moved = intervals(other)
    np.testing.assert_array_equal(intervals(model), expected)  # copies share nothing
    np.testing.assert_array_equal(intervals(model.update(y[N + 2 :])), moved)


@both
def test_clones_and_fitting_again(calibration):
    y = ar1(N)
    model = forecaster(calibration=calibration).fit(y)
    expected = intervals(model)
    other = clone(model)
    assert other.calibration == calibration
    assert not hasattr(other, "regressor_")
    np.testing.assert_array_equal(intervals(other.fit(y)), expected)
    model.update([3.0, -3.0])
    np.testing.assert_array_equal(intervals(model.fit(y)), expected)  # nothing of the updates is left
    plain = model.set_params(calibration=None).fit(y)
    np.testing.assert_array_equal(intervals(plain), intervals(forecaster().fit(y)))


@by_options
@both
def test_workers_and_seeds(options, calibration):
    y = ar1(N + 3)
    results = []
    for n_jobs, seed in ((None, 0), (1, 0), (2, 0), (2, 1)):
        model = forecaster(calibration=calibration, n_jobs=n_jobs, random_state=seed, **options).fit(y[:N])
        results.append(intervals(model.update(y[N:])))
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])
    assert not np.array_equal(results[3], results[0])


@both
def test_seeds_of_paths(calibration):
    """A generator gives other paths with each call; nothing of them is kept."""
    model = forecaster(calibration=calibration).fit(ar1(N))
    expected = intervals(model)
    rng = np.random.default_rng(7)
    first, second = intervals(model, random_state=rng), intervals(model, random_state=rng)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(intervals(model, random_state=np.random.default_rng(7)), first)
    np.testing.assert_array_equal(intervals(model), expected)


# --- the model that moves on ---


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid"])
@pytest.mark.parametrize("with_x", [False, True])
@pytest.mark.parametrize("chunks", [[1] * 9, [9], [2, 4, 3]], ids=str)
def test_one_step_errors(bootstrap, with_x, chunks):
    """Of values given to `update`: those minus the forecasts that `predict(1)` would have made."""
    y, X = ar1(N + 9), None
    if with_x:
        X = np.random.default_rng(4).standard_normal((N + 9, 2))
        y += X[:, 1]
    model, slow = (forecaster(bootstrap=bootstrap, lags=[1, 3]).fit(y[:N], part(X, 0, N)) for _ in range(2))
    assert len(model._model._later_errors) == 0
    t = N
    for k in chunks:
        model.update(y[t : t + k], part(X, t, t + k))
        t += k
    expected = []
    for t in range(N, N + 9):
        expected.append(y[t] - slow.predict(1, part(X, t, t + 1))[0])
        slow.update(y[t : t + 1], part(X, t, t + 1))
    (standardize,) = model.preparation_.steps  # nothing else changes the series
    unit = standardize.inverse(np.array([1.0]))[0] - standardize.inverse(np.array([0.0]))[0]
    np.testing.assert_allclose(unit * model._model._later_errors, expected, rtol=1e-9, atol=1e-12)


def test_one_step_errors_of_differences():
    """With X, too, whose differences need the row before."""
    X = np.random.default_rng(4).standard_normal((N + 6, 1))
    y = np.cumsum(ar1(N + 6)) + 3.0 * X[:, 0]
    words = {"differencing": 1, "drift": 1.0, "damping": 1.0}
    model, slow = (forecaster(**words).fit(y[:N], X[:N]) for _ in range(2))
    model.update(y[N:], X[N:])
    expected = []
    for t in range(N, N + 6):
        expected.append(y[t] - slow.predict(1, X[t : t + 1])[0])
        slow.update(y[t : t + 1], X[t : t + 1])
    ratio = model._model._later_errors / expected
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)
    assert ratio[0] > 0.0


@by_options
def test_snapshots_and_the_model_leave_each_other_alone(options):
    y = ar1(N + 6)
    model, fresh = (forecaster(**options).fit(y[:N])._model for _ in range(2))
    direct = options.get("strategy") == "direct"

    def told(series_model):
        paths = series_model.paths(3, None, 40, 1, direct=direct)
        return np.vstack([paths, series_model.forecast(3, None, direct=direct, mean=False)])

    before = told(fresh)
    first = model.snapshot()
    model.update(y[N : N + 3], None)
    np.testing.assert_array_equal(told(first), before)
    after = told(model)
    assert not np.array_equal(after, before)
    second = model.snapshot()
    second.update(y[N + 3 :], None)
    first.update(y[N + 3 :], None)
    np.testing.assert_array_equal(told(model), after)
    fresh.update(y[N : N + 3], None)
    np.testing.assert_array_equal(told(fresh), after)
    fresh.update(y[N + 3 :], None)
    np.testing.assert_array_equal(told(second), told(fresh))


# --- what it is for ---


@every
@pytest.mark.parametrize("size", [0.0, 8.0])
def test_widths_follow_the_errors(calibration, size):
    """Values that are all as forecast make intervals narrower, values far off wider."""
    y = ar1(N)
    model = forecaster(calibration=calibration).fit(y)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], 40)
    width = [np.ptp(reach(model))]
    for sign in signs:
        model.update(model.predict(1) + sign * size)
        width.append(np.ptp(reach(model)))
    change = width[-1] / width[0]
    assert change < 0.7 if size == 0.0 else change > 1.5


def test_innovations_that_became_three_times_as_large():
    """80 % intervals, on 14 series: after 100 updates they hold far more than at once.

    Coverage is the true probability, so its standard error is that of the series; 4.5 of them.
    """
    words = (None, "conformal", "adaptive")
    held = np.empty((14, len(words), 2))
    for r in range(len(held)):
        rng = np.random.default_rng([3, r])
        e = rng.standard_normal(260)
        e[160:] *= 3.0
        y = np.empty(260)
        y[0] = e[0]
        for t in range(1, 260):
            y[t] = 0.5 * y[t - 1] + e[t]
        y = y[60:]
        for i, calibration in enumerate(words):
            model = forecaster(calibration=calibration, n_estimators=3, random_state=r).fit(y[:100])
            for j, t in enumerate((100, 200)):
                found = reach(model, n_paths=200)
                held[r, i, j] = np.diff(norm.cdf(found / 3.0 - 0.5 * y[t - 1] / 3.0))[0]
                if t == 100:
                    for value in y[100:]:
                        model.update([value])
    gain = held[:, :, 1] - held[:, :, 0]
    assert (gain.mean(axis=0) > 4.5 * gain.std(axis=0, ddof=1) / np.sqrt(len(held))).all()
    means = held.mean(axis=0)
    assert (means[:, 0] < 0.5).all()  # three times as large: 2 norm.cdf(1.28 / 3) - 1 is .33
    assert means[2, 1] > 0.7


def test_defaults_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ARSieveForecaster(n_estimators=5, calibration="adaptive", random_state=0).fit(ar1(60))
        for value in ar1(5, seed=1):
            assert np.isfinite(model.update([value]).predict_interval(2, coverage=0.8).to_numpy()).all()
