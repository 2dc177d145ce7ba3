"""Work that is shared out, and what must not depend on who does it."""

from __future__ import annotations

import os
import threading
import warnings

import joblib
import numpy as np
import pandas as pd

from arsieve_rf import (
    ARSieveForecaster,
    ARSieveForestRegressor,
    backtest,
    compare_bootstraps,
    forecast_panel,
)
from arsieve_rf.forest import grow

FAST = ARSieveForecaster(n_estimators=8, random_state=0)
_ONE_AT_A_TIME = threading.Lock()


class Warns(ARSieveForecaster):
    """Warns of each series, and of some of them something else."""

    def fit(self, y, X=None):
        warnings.warn("of every series", UserWarning, stacklevel=2)
        if y.iloc[0] < 0.0:
            warnings.warn(f"begins with {y.iloc[0]:g}", RuntimeWarning, stacklevel=2)
        return super().fit(y, X)


class Where:
    """Forecasts the number of the process that it is in."""

    def fit(self, y, X=None):
        return self

    def predict(self, h, X=None):
        return np.full(h, float(os.getpid()))


class Greedy(ARSieveForecaster):
    """Forecasts how many workers its forests asked for, all forests being large enough for several."""

    def fit(self, y, X=None):
        asked = []

        def spy(function, tasks, n_jobs):
            asked.append(original[0](n_jobs))
            return original[1](function, tasks, 1)  # others may wait for the lock in the workers

        with _ONE_AT_A_TIME:
            original = grow.workers, grow.map_chunks, grow._CELLS_WORTH_THREADS
            grow.map_chunks, grow._CELLS_WORTH_THREADS = spy, 0
            try:
                super().fit(y, X)
            finally:
                _, grow.map_chunks, grow._CELLS_WORTH_THREADS = original
        self.asked_ = asked
        return self

    def predict(self, h, X=None):
        return np.full(h, float(max(self.asked_)))


def panel(n_series=6, n=48):
    """Random walks; one series has a gap that the forecaster refuses."""
    rng = np.random.default_rng(2)
    frames = [
        pd.DataFrame(
            {
                "unique_id": f"s{i}",
                "ds": pd.date_range("2015-01-01", periods=n, freq="MS"),
                "y": rng.normal(size=n).cumsum(),
            }
        )
        for i in range(n_series)
    ]
    frames[3].loc[10, "y"] = np.nan
    return pd.concat(frames, ignore_index=True)


def whole_panel():
    """Without the series that fails."""
    df = panel()
    return df[df["unique_id"] != "s3"].reset_index(drop=True)


def series(n=60):
    """A monthly random walk."""
    rng = np.random.default_rng(5)
    return pd.Series(rng.normal(size=n).cumsum(), pd.date_range("2016-01-01", periods=n, freq="MS"))


def rows(n=4000, p=6):
    """Lags of white noise, and targets: more cells than a forest of one worker has."""
    y = np.random.default_rng(4).normal(size=n + p)
    return np.column_stack([y[p - k : -k] for k in range(1, p + 1)]), y[p:]


def told(function):
    """What comes back, and the texts of all warnings in their order."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function()
    # frameworks that are started on the way have warnings of their own
    ours = [w for w in caught if issubclass(w.category, UserWarning | RuntimeWarning)]
    return result, [(w.category.__name__, str(w.message)) for w in ours]


def forecasts():
    """With a series that fails."""
    frame = forecast_panel(panel(), 3, forecaster=FAST)
    return frame, frame.attrs


def intervals():
    """With warnings from the workers."""
    frame = forecast_panel(
        panel(), 2, forecaster=Warns(n_estimators=8, random_state=0), coverage=[0.5, 0.9], n_paths=50
    )
    return frame, frame.attrs


def past():
    """Windows of one series, some moved on from a fit before."""
    return (
        backtest(Warns(n_estimators=8, random_state=0), series(), h=2, n_windows=6, refit=2, coverage=0.8),
    )


def pasts():
    """Windows of several series."""
    return (backtest(FAST, whole_panel(), h=2, n_windows=3),)


def comparison():
    """Of one series."""
    result = compare_bootstraps(
        series(), bootstraps=["ar_sieve", "moving", "auto"], h=2, n_windows=4, forecaster=FAST
    )
    return result.forecasts, result.summary().drop(columns="fit_seconds"), result.best_


def small_comparison():
    """Of few methods, each of which may start processes."""
    result = compare_bootstraps(
        series().to_numpy(), bootstraps=["iid"], n_windows=3, forecaster=FAST, coverage=None
    )
    return result.forecasts, result.best_


def comparisons():
    """Of several series."""
    result = compare_bootstraps(
        whole_panel(), bootstraps=["iid", "ar_sieve"], h=1, n_windows=4, forecaster=FAST, coverage=None
    )
    return result.forecasts, result.ratios, result.best_


def forest(bootstrap):
    """One large forest, and what it says of its rows."""
    X, y = rows()
    model = ARSieveForestRegressor(40, bootstrap=bootstrap, random_state=0).fit(X, y)
    fitted = [getattr(model.forest_, name) for name in ("left", "feature", "threshold", "n_samples", "roots")]
    return *fitted, model.predict(X), model.predict_quantiles(X[:300], [0.1, 0.9])


def paths():
    """Of one large forest."""
    model = ARSieveForecaster(6, n_estimators=40, differencing=0, random_state=0).fit(rows()[1])
    return (model.predict_paths(5, n_paths=5000),)


CASES = {f.__name__: f for f in (forecasts, intervals, past, pasts, comparison, comparisons, paths)}
CASES["small comparison"] = small_comparison
CASES |= {f"forest of {word}": lambda word=word: forest(word) for word in ("ar_sieve", "iid", "auto")}
_expected = {}


def expected(name):
    """Of one worker."""
    if name not in _expected:
        with joblib.parallel_config(backend="sequential"):
            _expected[name] = told(CASES[name])
    return _expected[name]


def assert_as_serial(name):
    """The same bits and the same warnings in the context that this is called in."""
    (wanted, texts), (got, got_texts) = expected(name), told(CASES[name])
    assert got_texts == texts
    assert len(got) == len(wanted)
    for one, other in zip(got, wanted):
        if isinstance(other, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, check_exact=True)
        elif isinstance(other, np.ndarray):
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other
