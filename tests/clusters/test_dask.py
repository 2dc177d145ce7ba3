"""Real worker processes of dask: what one worker gives, from the processes of the cluster."""

from __future__ import annotations

import os
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, backtest, compare_bootstraps, forecast_panel
from simulation import run_study
from tests.clusters.cases import (
    CASES,
    FAST,
    Greedy,
    Where,
    assert_as_serial,
    panel,
    rows,
    series,
    whole_panel,
)
from tests.simulation.fakes import contents, design

# the start and the end of a cluster leave sockets for the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(sys.platform == "win32", reason="as the study's tests of dask"),
]


@pytest.fixture
def dask(cluster):
    with parallel_config(backend="dask"):
        yield {worker.pid for worker in cluster.workers.values()}


@pytest.mark.parametrize("name", CASES)
def test_as_one_worker(name, dask):
    assert_as_serial(name)


@pytest.mark.parametrize("asked", [None, 2, 5, -1])
def test_all_processes_of_the_cluster_work(asked, dask):
    where = forecast_panel(panel(40), 1, forecaster=Where(), n_jobs=asked)["mean"]
    assert set(where) == dask
    assert set(backtest(Where(), series(), h=1, n_windows=40, n_jobs=asked)["yhat"]) <= dask


def test_one_worker_is_this_process(dask):
    assert set(forecast_panel(panel(24), 1, forecaster=Where(), n_jobs=1)["mean"]) == {os.getpid()}
    assert set(backtest(Where(), series(), h=1, n_windows=9, n_jobs=1)["yhat"]) == {os.getpid()}


def test_a_forest_within_takes_one_worker(dask):
    greedy = Greedy(n_estimators=8, random_state=0)
    assert set(forecast_panel(whole_panel(), 1, forecaster=greedy)["mean"]) == {1.0}
    assert set(backtest(greedy, series(), h=1, n_windows=3)["yhat"]) == {1.0}
    result = compare_bootstraps(
        series(), bootstraps=["iid"], n_windows=2, forecaster=FAST, coverage=None, extra={"greedy": greedy}
    )
    assert set(result.forecasts.query("method == 'greedy'")["yhat"]) == {1.0}


def test_forests_within_that_ask_for_more(dask):
    """Their trees go to the same cluster, whose workers do not wait for each other for ever."""
    y = rows(1500)[1]
    asking = ARSieveForecaster(6, n_estimators=50, differencing=0, random_state=0, n_jobs=2)
    given = [backtest(model, y, h=1, n_windows=4) for model in (asking, clone(asking).set_params(n_jobs=1))]
    pd.testing.assert_frame_equal(*given, check_exact=True)


def test_faults_come_back_as_they_are(dask):
    with pytest.raises(ValueError, match=r"^series 's3': y has 1 missing \(NaN\) value"):
        forecast_panel(panel(), 1, forecaster=FAST, errors="raise")
    with pytest.raises(ValueError, match=r"^y, cutoff 1 \(2 value\(s\) to fit to\): y has 2 values"):
        backtest(ARSieveForecaster(2, n_estimators=8), np.arange(40.0), h=1, n_windows=38)


def test_rows_are_sent_once(dask):
    """Not with each chunk of trees, of which dask would warn."""
    X, y = rows(100_000, 20)
    forest = ARSieveForestRegressor(16, max_depth=2, random_state=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        shared = forest.fit(X, y).forest_
    assert not [str(w.message) for w in caught if "large graph" in str(w.message)]
    alone = forest.set_params(n_jobs=1).fit(X, y).forest_
    np.testing.assert_array_equal(shared.threshold, alone.threshold)


def test_the_study_is_the_same_in_the_context(cluster, tmp_path):
    """It has a door of its own to a cluster, and none of its forests goes through joblib's."""
    document = design(
        [{"name": "forest", "label": "forest", "options": {"n_estimators": 10}}],
        [{"name": "ar", "parameters": {"coef": [0.5]}}],
        replications=6,
        block=2,
        lengths=[40],
    )
    alone = run_study(document, tmp_path / "alone", progress=False, projection=False)
    with parallel_config(backend="dask"):
        within = run_study(document, tmp_path / "within", progress=False, projection=False)
        sent = run_study(
            document, tmp_path / "sent", dask=cluster.scheduler_address, progress=False, projection=False
        )
    assert contents(within) == contents(alone)
    assert contents(sent) == contents(alone)
