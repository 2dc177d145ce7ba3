"""What past models see: nothing later than their origin, and which origins there are."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.estimators._series_model import SeriesModel
from tests.estimators.calibration_cases import ar1, forecaster, series_of


class Spy:
    """Lengths of the series that models were fitted to, and paths of past forecasts."""

    def __init__(self, monkeypatch):
        self.fits, self.paths = [], []
        init, paths = SeriesModel.__init__, SeriesModel.paths

        def spied_init(model, values, exog, *args):
            self.fits.append((values.copy(), None if exog is None else exog.copy()))
            init(model, values, exog, *args)

        def spied_paths(model, h, exog, n_paths, *args, **options):
            out = paths(model, h, exog, n_paths, *args, **options)
            if n_paths == 200:  # those of users have another number here
                self.paths.append(out)
            return out

        monkeypatch.setattr(SeriesModel, "__init__", spied_init)
        monkeypatch.setattr(SeriesModel, "paths", spied_paths)


@pytest.mark.parametrize("with_x", [False, True])
def test_four_fits_see_nothing_later(monkeypatch, with_x):
    spy = Spy(monkeypatch)
    y, X = ar1(60), np.random.default_rng(1).standard_normal((62, 1))
    known, future = (X[:60], X[60:]) if with_x else (None, None)
    forecaster(calibration="conformal").fit(y, known).predict_interval(2, future, 0.5)
    assert [len(values) for values, _ in spy.fits] == [60, 30, 37, 45, 52]
    for values, exog in spy.fits:
        np.testing.assert_array_equal(values, y[: len(values)])
        assert (exog is None) != with_x
        if with_x:
            np.testing.assert_array_equal(exog, X[: len(values)])
    assert len(spy.paths) == 30


@pytest.mark.parametrize("options", [{}, {"strategy": "direct"}, {"X": True}], ids=str)
@pytest.mark.parametrize("change", [33, 45, 58])
def test_later_values_do_not_matter(monkeypatch, options, change):
    """Paths of the origins 30, 31, ... are the same up to the first changed value; those after it not."""
    options, y, X = series_of(options, 57)
    others = y.copy()
    others[change:] += np.random.default_rng(2).normal(2.0, 3.0, len(y) - change)
    paths = []
    for values in (y, others):
        with monkeypatch.context() as patch:
            spy = Spy(patch)
            model = forecaster(calibration="conformal", **options).fit(values, X)
            model.predict_interval(1, None if X is None else X[:1], 0.5)
            paths.append(spy.paths)
    assert len(paths[0]) == len(paths[1]) == 30
    n_same = change - 30 + 1
    for one, other in zip(paths[0][:n_same], paths[1][:n_same]):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(paths[0][n_same:], paths[1][n_same:]):
        assert not np.array_equal(one, other)


def test_a_past_forecast_knows_the_columns_of_its_steps_only(monkeypatch):
    _, y, X = series_of({"X": True}, 57)
    other = X.copy()
    other[45:] += 1.0
    paths = []
    for columns in (X, other):
        with monkeypatch.context() as patch:
            spy = Spy(patch)
            forecaster(calibration="conformal").fit(y, columns).predict_interval(1, X[:1], 0.5)
            paths.append(spy.paths)
    same = [np.array_equal(*pair) for pair in zip(*paths)]
    assert same == [True] * 15 + [False] * 15  # origins 30 to 44 forecast values up to number 44


@pytest.mark.parametrize("n", [199, 230, 300])
def test_the_last_hundred_origins(monkeypatch, n):
    spy = Spy(monkeypatch)
    forecaster(calibration="conformal").fit(ar1(n)).predict_interval(1, coverage=0.5)
    assert len(spy.paths) == 100
    assert len(spy.fits) == 5
