"""The same result for any number of workers of any kind; the first fault in the order of time."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from arsieve_rf import backtest
from tests.evaluation.backtest_cases import FAST, Last, series

ASKED = {"h": 2, "n_windows": 7, "coverage": 0.8}


def assert_same_for(n_jobs, **options):
    one = backtest(FAST, series(), **ASKED, **options)
    other = backtest(FAST, series(), n_jobs=n_jobs, **ASKED, **options)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
@pytest.mark.parametrize("refit", [True, 3, False])
def test_threads(n_jobs, refit):
    assert_same_for(n_jobs, refit=refit)


def test_processes():
    expected = backtest(FAST, series(), refit=2, **ASKED)
    with parallel_config(backend="loky", n_jobs=2):
        pd.testing.assert_frame_equal(backtest(FAST, series(), refit=2, **ASKED), expected, check_exact=True)
        with pytest.raises(ValueError, match=r"y, cutoff 1 \(2 value\(s\) to fit to\): y has 2 values"):
            backtest(FAST, series(), h=1, n_windows=38)


def test_as_many_workers_as_asked_for(monkeypatch):
    barrier = threading.Barrier(3, timeout=20)

    class Meets(Last):
        def fit(self, y, X=None):
            barrier.wait()  # goes on when three fits are under way, else never
            return super().fit(y)

    assert len(backtest(Meets(), series(), h=1, n_windows=6, n_jobs=3)) == 6


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_the_first_fault_is_told(n_jobs):
    class Fails(Last):
        def fit(self, y, X=None):
            if len(y) > 35:
                raise ValueError(f"no {len(y)}")
            return super().fit(y)

    with pytest.raises(ValueError, match=r"^y, cutoff 35 \(36 value\(s\) to fit to\): no 36$"):
        backtest(Fails(), series(), h=1, n_windows=7, n_jobs=n_jobs)


@pytest.mark.parametrize(
    ("raised", "kind", "told"),
    [
        (TypeError("odd"), TypeError, ": odd$"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "odd"), ValueError, "odd$"),
        (KeyError("odd"), RuntimeError, ": KeyError: 'odd'$"),
        (ZeroDivisionError(), RuntimeError, ": ZeroDivisionError: $"),
    ],
)
def test_faults_of_any_kind_name_the_cutoff(raised, kind, told):
    class Fails(Last):
        def predict(self, h, X=None):
            raise raised

    with pytest.raises(kind, match=told) as caught:
        backtest(Fails(), series(), h=1, n_windows=2)
    assert type(caught.value) is kind
    assert str(caught.value).startswith("y, cutoff 37 (38 value(s) to fit to): ")
    assert caught.value.__cause__ is raised
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_forests_within_do_not_start_threads():
    seen = []

    class Look(Last):
        def __init__(self, n_jobs=None):
            self.n_jobs = n_jobs

        def get_params(self, deep=True):
            return {"n_jobs": self.n_jobs}

        def set_params(self, n_jobs):
            self.n_jobs = n_jobs
            return self

        def fit(self, y, X=None):
            seen.append(self.n_jobs)
            return super().fit(y)

    for n_jobs in (None, 2):
        backtest(Look(n_jobs), series(), h=1, n_windows=1)
    assert seen == [1, 2]


def test_results_are_numbers_of_the_forecaster_alone():
    """Workers end in any order; rows come in the order of time."""

    class Late(Last):
        def fit(self, y, X=None):
            threading.Event().wait(0.002 * (40 - len(y)))
            return super().fit(y)

    got = backtest(Late(), np.arange(40.0), h=1, n_windows=12, n_jobs=4)
    assert got["yhat"].tolist() == got["cutoff"].tolist() == list(range(27, 39))


def test_a_forecaster_may_itself_look_back():
    """A backtest within a backtest, in the same thread; its warnings stay its own."""

    class Choosy(Last):
        def fit(self, y, X=None):
            self.seen_ = len(backtest(Last(), y, h=1, n_windows=2))
            return super().fit(y, X)

    frame = backtest(Choosy(), np.arange(20.0), h=2, n_windows=3)
    assert frame["yhat"].tolist() == backtest(Last(), np.arange(20.0), h=2, n_windows=3)["yhat"].tolist()
