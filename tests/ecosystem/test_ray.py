"""Workers of ray behind joblib: what one worker gives."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
from joblib import effective_n_jobs, parallel_config

pytest.importorskip("ray")

import ray

from arsieve_rf import ARSieveForecaster, backtest, forecast_panel
from tests.clusters import cases
from tests.clusters.cases import FAST, Where, assert_as_serial, panel, series

SOME = [
    "intervals",
    "past",
    "small comparison",
    "forest of ar_sieve",
]  # each call starts processes, some seconds


class Asks(ARSieveForecaster):
    """Forecasts how many workers its forests would take."""

    def predict(self, h, X=None):
        return np.full(h, float(effective_n_jobs(self.n_jobs)))


@pytest.fixture(scope="module")
def cluster():
    """Two processes on this machine; they do not know the modules of the tests, which are sent to them."""
    from ray.util.joblib import register_ray

    for module in (cases, sys.modules[__name__]):
        ray.cloudpickle.register_pickle_by_value(module)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    register_ray()
    yield
    ray.shutdown()


@pytest.fixture
def two_workers(cluster):
    with parallel_config(backend="ray", n_jobs=2):
        yield


@pytest.mark.parametrize("name", SOME)
def test_as_one_worker(name, two_workers):
    assert_as_serial(name)


def test_its_processes_work(two_workers):
    where = set(forecast_panel(panel(40), 1, forecaster=Where())["mean"])
    assert len(where) == 2
    assert os.getpid() not in where


def test_without_a_number_it_is_one_worker(cluster):
    with parallel_config(backend="ray"):
        assert set(forecast_panel(panel(8), 1, forecaster=Where())["mean"]) == {os.getpid()}


def test_a_forest_within_takes_one_worker(two_workers):
    asks = Asks(n_estimators=8, random_state=0)
    assert set(backtest(asks, series(), h=1, n_windows=3)["yhat"]) == {1.0}


def test_a_fault_comes_back_as_it_is(two_workers):
    with pytest.raises(ValueError, match=r"^series 's3': y has 1 missing \(NaN\) value"):
        forecast_panel(panel(), 1, forecaster=FAST, errors="raise")
