"""Errors of a comparison beside the measures of the library, and at the ends of float64."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.evaluation import coverage_rate, interval_score, mae, mase, mse
from arsieve_rf.evaluation.comparison._measures import Errors

K, W, H = 3, 5, 4


def errors_of(unit=1.0, shift=0.0, seed=0):
    rng = np.random.default_rng(seed)
    y, yhat = rng.standard_normal((W, H)), rng.standard_normal((K, W, H))
    reach = rng.uniform(0.5, 2.0, (K, W, H))
    train = rng.standard_normal(30)
    parts = (y, yhat, yhat - reach, yhat + reach, train)
    return Errors(*((part + shift) * unit for part in parts))


@pytest.mark.parametrize("unit", [1.0, 3e150, 2.0**-600])
def test_measures_are_those_of_the_library(unit):
    errors = errors_of(unit, shift=5.0)
    y = errors.y.ravel()
    for i in range(K):
        yhat, lower, upper = (part[i].ravel() for part in (errors.yhat, errors.lower, errors.upper))
        assert errors.mse[i] == pytest.approx(mse(y, yhat), rel=1e-12)
        assert errors.mae[i] == pytest.approx(mae(y, yhat), rel=1e-12)
        for season in (1, 7):
            assert errors.mase(season)[i] == pytest.approx(mase(y, yhat, errors.train, season), rel=1e-12)
        assert errors.coverage()[i] == coverage_rate(y, lower, upper).rate
        assert errors.interval_score(0.8)[i] == pytest.approx(interval_score(y, lower, upper, 0.8), rel=1e-12)
        for step in range(H):
            wanted = mse(errors.y[:, step], errors.yhat[i, :, step])
            assert errors.mse_by_step()[i, step] == pytest.approx(wanted, rel=1e-12)


def test_losses_are_mean_squares_of_windows_in_units_of_a_power_of_two():
    errors = errors_of()
    unit = 2.0**errors.exponent
    for i in range(K):
        wanted = [mse(errors.y[w], errors.yhat[i, w]) / unit**2 for w in range(W)]
        np.testing.assert_allclose(errors.losses[:, i], wanted)
    np.testing.assert_array_equal(errors_of(2.0**500).losses, errors.losses)


def test_missing_values_are_left_out():
    full = errors_of()
    y = full.y.copy()
    y[1, 2] = y[3] = np.nan
    errors = Errors(y, full.yhat, full.lower, full.upper, full.train)
    assert errors.losses.shape == (W - 1, K)
    kept = [0, 1, 3]
    unit = 2.0 ** (2 * errors.exponent)
    assert errors.losses[1, 0] * unit == pytest.approx(mse(y[1, kept], full.yhat[0, 1, kept]))
    seen = ~np.isnan(y)
    assert errors.coverage()[2] == coverage_rate(y[seen], full.lower[2][seen], full.upper[2][seen]).rate
    wanted = interval_score(y[seen], full.lower[2][seen], full.upper[2][seen], 0.9)
    assert errors.interval_score(0.9)[2] == pytest.approx(wanted)


def test_a_step_that_was_never_observed_has_no_error():
    full = errors_of()
    y = full.y.copy()
    y[:, 1] = np.nan
    by_step = Errors(y, full.yhat, full.lower, full.upper, full.train).mse_by_step()
    assert np.isnan(by_step[:, 1]).all()
    assert np.isfinite(by_step[:, [0, 2, 3]]).all()


def test_methods_without_intervals_have_no_coverage():
    full = errors_of()
    lower, upper = full.lower.copy(), full.upper.copy()
    lower[1] = upper[1] = np.nan
    errors = Errors(full.y, full.yhat, lower, upper, full.train)
    for found in (errors.coverage(), errors.interval_score(0.9)):
        assert np.isnan(found).tolist() == [False, True, False]


def test_errors_of_rounding_are_no_errors():
    y = np.array([[1e6, 2e6]])
    yhat = np.stack([y * (1 + 1e-14), y * (1 - 3e-15), y * 1.001])
    none = np.full(yhat.shape, np.nan)
    losses = Errors(y, yhat, none, none, y[0]).losses
    assert losses[0, :2].tolist() == [0.0, 0.0]
    assert losses[0, 2] > 0


def test_what_explodes_stays_finite_and_leaves_the_others_alone():
    y = np.ones((2, 2))
    yhat = np.stack([y * 1.5, np.full((2, 2), 1e300)])
    none = np.full(yhat.shape, np.nan)
    errors = Errors(y, yhat, none, none, np.array([1.0, 2.0]))
    assert np.isfinite(errors.losses).all()
    assert errors.mse[0] == 0.25


def test_a_series_that_repeats_itself_has_no_mase():
    y = np.ones((2, 2))
    yhat, none = np.full((1, 2, 2), 3.0), np.full((1, 2, 2), np.nan)
    assert np.isnan(Errors(y, yhat, none, none, np.tile([1.0, 2.0], 6)).mase(2)).all()
    assert np.isnan(Errors(y, yhat, none, none, np.array([1.0, np.nan, 3.0])).mase(1)).all()
    assert Errors(y, yhat, none, none, np.array([1.0, np.nan, 3.0, 7.0])).mase(1) == [0.5]
