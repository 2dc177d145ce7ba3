"""Nothing of the future reaches a forecast: it is planted in the data, and looked for in what is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, backtest
from tests.evaluation.backtest_cases import INDEXES, Count, Last, exog, series

N = 40
ASKED = {"h": 3, "n_windows": 5, "step": 2}
FORECASTER = ARSieveForecaster(n_estimators=5, random_state=0)  # chooses lags and preparation by itself


CUTOFFS = range(N - 3 - 1 - 4 * 2, N - 3, 2)


def planted(y, cutoff):
    """The same series up to a cutoff, and another one after it."""
    other = y.copy()
    other[cutoff + 1 :] = 1e6 * np.random.default_rng(7).uniform(size=len(y) - cutoff - 1)
    return other


def of_kind(y, X, kind):
    """Arrays, or pandas objects."""
    if kind == "array":
        return y, X
    index = INDEXES["months"]
    return pd.Series(y, index), None if X is None else pd.DataFrame(X, index, columns=["a", "b"])


def by_window(forecaster, y, X=None, **options):
    """Forecasts and ends of intervals, shape (n_windows, h, n_columns)."""
    frame = backtest(forecaster, y, X, **ASKED, **options)
    return frame.drop(columns=["cutoff", "step", "y"]).to_numpy().reshape(len(CUTOFFS), 3, -1)


def assert_moved_from(number, moved, got):
    """Windows up to this number are the same to the last bit; later ones are not, or nothing was tested."""
    assert moved[: number + 1].tolist() == got[: number + 1].tolist()
    assert (moved[number + 1 :] != got[number + 1 :]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("kind", ["array", "pandas"])
@pytest.mark.parametrize("window", ["expanding", "sliding"])
@pytest.mark.parametrize("refit", [True, 2, False])
def test_a_future_planted_after_a_cutoff_moves_nothing(kind, window, refit):
    options = {"window": window, "refit": refit, "coverage": 0.8}
    y = series(N)
    got = by_window(FORECASTER, of_kind(y, None, kind)[0], **options)
    assert got.shape == (5, 3, 3)
    for number, cutoff in enumerate(CUTOFFS):
        moved = by_window(FORECASTER, of_kind(planted(y, cutoff), None, kind)[0], **options)
        assert_moved_from(number, moved, got)


def test_a_future_that_is_missing_moves_nothing():
    y = series(N)
    got = by_window(FORECASTER, y)
    y[CUTOFFS[-1] + 1 :] = np.nan
    assert by_window(FORECASTER, y).tolist() == got.tolist()


@pytest.mark.parametrize("kind", ["array", "pandas"])
@pytest.mark.parametrize("window", ["expanding", "sliding"])
@pytest.mark.parametrize("refit", [True, 2, False])
def test_exogenous_rows_after_the_steps_ahead_move_nothing(kind, window, refit):
    y, X = series(N), exog(N)
    y += 2.0 * X[:, 0]
    options = {"window": window, "refit": refit}
    got = by_window(FORECASTER, *of_kind(y, X, kind), **options)
    for number, cutoff in enumerate(CUTOFFS):
        other = X.copy()
        other[cutoff + 1 + 3 :] = 1e3
        moved = by_window(FORECASTER, *of_kind(planted(y, cutoff), other, kind), **options)
        assert_moved_from(number, moved, got)


@pytest.mark.parametrize("refit", [True, 2, False])
def test_other_series_of_a_panel_move_nothing(refit):
    def panel(second):
        frames = [
            pd.DataFrame({"unique_id": name, "ds": range(N), "y": y})
            for name, y in (("a", series(N)), ("b", second))
        ]
        return pd.concat(frames)

    options = {**ASKED, "refit": refit}
    got = backtest(FORECASTER, panel(series(N, seed=5)), **options)
    moved = backtest(FORECASTER, panel(planted(series(N, seed=5), CUTOFFS[3])), **options)
    pd.testing.assert_frame_equal(moved[:15], got[:15], check_exact=True)
    assert moved["yhat"][15 : 15 + 4 * 3].tolist() == got["yhat"][15 : 15 + 4 * 3].tolist()
    assert moved["yhat"][-3:].tolist() != got["yhat"][-3:].tolist()


def memory_behind(data):
    """The largest array that a forecaster could reach from what it was handed."""
    blocks = [data.to_numpy()] if hasattr(data, "to_numpy") else [data]
    if isinstance(data, pd.DataFrame):
        blocks = [data.iloc[:, j].to_numpy() for j in range(data.shape[1])]
    sizes = []
    for block in blocks:
        reached = block
        while getattr(reached, "base", None) is not None:
            reached = reached.base
        sizes.append(np.size(reached))
    return max(sizes)


@pytest.mark.parametrize("kind", ["array", "pandas"])
@pytest.mark.parametrize("refit", [True, False])
def test_what_is_handed_over_is_no_window_on_the_rest(kind, refit):
    class Spy(Last):
        def fit(self, y, X=None):
            self.check(y, X)
            return super().fit(y)

        def update(self, y_new, X_new=None):
            self.check(y_new, X_new)
            return super().update(y_new)

        def predict(self, h, X=None):
            self.check(np.empty(h), X)
            return super().predict(h)

        def check(self, y, X):
            assert memory_behind(y) == len(y)
            assert memory_behind(X) <= 2 * len(y)

    assert len(backtest(Spy(), *of_kind(series(N), exog(N), kind), refit=refit, **ASKED)) == 15


@pytest.mark.parametrize("kind", ["array", "pandas"])
@pytest.mark.parametrize("refit", [True, False])
def test_a_forecaster_that_overwrites_its_data_harms_nobody(kind, refit):
    class Vandal(Count):
        def fit(self, y, X=None):
            super().fit(y)
            self.last_ = float(np.asarray(y).sum())
            y[:] = 0.0
            X[:] = 0.0
            return self

        def update(self, y_new, X_new=None):
            super().update(y_new)
            self.last_ = float(np.asarray(y_new).sum())
            y_new[:] = 0.0
            X_new[:] = 0.0
            return self

        def predict(self, h, X=None):
            forecasts = self.last_ + np.asarray(X)[:, 0]
            X[:] = 0.0
            return forecasts

    y, X = of_kind(series(N), exog(N), kind)
    got = backtest(Vandal(), y, X, refit=refit, **ASKED)
    assert np.asarray(y).tolist() == series(N).tolist()
    assert np.asarray(X).tolist() == exog(N).tolist()
    assert got["y"].tolist() == backtest(Last(), y, **ASKED)["y"].tolist()
    ends = range(N - 3 - 8, N - 2, 2)
    sums = [
        (series(N)[:end] if refit or number == 0 else series(N)[end - 2 : end]).sum()
        for number, end in enumerate(ends)
    ]
    expected = np.concatenate([s + exog(N)[e : e + 3, 0] for s, e in zip(sums, ends)])
    assert got["yhat"].tolist() == expected.tolist()
