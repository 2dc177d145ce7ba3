"""Fits inside workers that somebody else started: one thread each, unless n_jobs says otherwise."""

from __future__ import annotations

import pytest
from joblib import Parallel, delayed, parallel_config

from arsieve_rf import ARSieveForecaster
from arsieve_rf.forest import parallel

SERIES = [float(t % 7 + t % 5) for t in range(80)]


def threads_of_a_fit(n_jobs: int | None) -> list[int]:
    """How many threads each pool had that a fit and a forecast started."""
    started = []
    pool = parallel.ThreadPoolExecutor

    def recorded(n: int):
        started.append(n)
        return pool(n)

    parallel.ThreadPoolExecutor = recorded
    try:
        options = {"differencing": 0, "seasonal": None, "transform": None}
        forecaster = ARSieveForecaster(4, n_estimators=3000, n_jobs=n_jobs, random_state=0, **options)
        forecaster.fit(SERIES).predict(2)
    finally:
        parallel.ThreadPoolExecutor = pool
    return started


def test_a_fit_starts_threads_where_it_is_told_to():
    assert threads_of_a_fit(None) == []
    assert set(threads_of_a_fit(2)) == {2}
    with parallel_config(backend="threading", n_jobs=2):
        assert set(threads_of_a_fit(None)) == {2}


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_a_fit_in_a_worker_stays_on_one_thread(backend):
    assert Parallel(2, backend=backend)(delayed(threads_of_a_fit)(None) for _ in range(1)) == [[]]
    with parallel_config(backend=backend, n_jobs=2):
        assert Parallel()(delayed(threads_of_a_fit)(None) for _ in range(1)) == [[]]
