"""joblib's own workers: the same bits, the same warnings, and one thread for each forest within."""

from __future__ import annotations

import os
import threading

import pytest
from joblib import parallel_config

from arsieve_rf import backtest, compare_bootstraps, forecast_panel
from tests.clusters.cases import (
    CASES,
    FAST,
    Greedy,
    Where,
    assert_as_serial,
    expected,
    panel,
    series,
    whole_panel,
)

BACKENDS = ["threading", "loky", "multiprocessing"]


@pytest.fixture(params=BACKENDS)
def two_workers(request):
    with parallel_config(backend=request.param, n_jobs=2):
        yield request.param


@pytest.mark.parametrize("name", CASES)
def test_as_one_worker(name, two_workers):
    assert_as_serial(name)


def test_the_cases_are_not_empty():
    """Failures, warnings and forests large enough to be shared out are among them."""
    (frame, attrs), texts = expected("forecasts")
    assert list(attrs["failures"]) == ["s3"]
    assert frame["mean"].isna().tolist() == [unique_id == "s3" for unique_id in frame["unique_id"]]
    assert any("1 of 6 series could not be forecast" in text for _, text in texts)
    assert {kind for kind, _ in expected("intervals")[1]} == {"UserWarning", "RuntimeWarning"}
    assert ("UserWarning", "of every series [3 of 6 windows]") in expected("past")[1]  # at the fits


def test_a_forest_within_takes_one_worker(two_workers):
    greedy = Greedy(n_estimators=8, random_state=0)
    assert set(forecast_panel(whole_panel(), 1, forecaster=greedy)["mean"]) == {1.0}
    assert set(backtest(greedy, series(), h=1, n_windows=3)["yhat"]) == {1.0}
    result = compare_bootstraps(
        series(), bootstraps=["iid"], n_windows=2, forecaster=FAST, coverage=None, extra={"greedy": greedy}
    )
    assert set(result.forecasts.query("method == 'greedy'")["yhat"]) == {1.0}


def test_a_forest_of_its_own_takes_those_of_the_context(two_workers):
    """So the test above would see it if there were more than one."""
    assert Greedy(n_estimators=8, random_state=0).fit(series()).predict(1).tolist() == [2.0]


@pytest.mark.parametrize("asked", [1, 2, None])
def test_n_jobs_goes_before_the_context(asked):
    with parallel_config(backend="loky", n_jobs=2):
        where = set(forecast_panel(panel(24), 1, forecaster=Where(), n_jobs=asked)["mean"])
    assert (where == {os.getpid()}) == (asked == 1)


def test_the_context_says_how_many():
    """Four fits are under way together, which takes as many threads."""
    barrier = threading.Barrier(4, timeout=20)

    class Meets(Where):
        def fit(self, y, X=None):
            barrier.wait()
            return self

    for run in (
        lambda: forecast_panel(panel(16), 1, forecaster=Meets()),
        lambda: backtest(Meets(), series(), h=1, n_windows=8),
    ):
        with parallel_config(backend="threading", n_jobs=4):
            run()
