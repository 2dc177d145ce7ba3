"""Many series on several workers: the same bits, the same words, and little in memory at a time."""

from __future__ import annotations

import sys
import threading
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from arsieve_rf import ARSieveForecaster, forecast_panel
from arsieve_rf.estimators._panel_warnings import collect_warnings
from arsieve_rf.estimators.panel import _batch_sizes

FAST = ARSieveForecaster(n_estimators=5, order=2, random_state=0)
N_SERIES = 40


class Warns:
    """Warns as the series says, now and then while others do; fails where the series is negative."""

    def fit(self, y, X=None):
        self.first_ = float(y.iloc[0])
        return self

    def predict(self, h, X=None):
        for k in range(3):
            warnings.warn(f"odd is {self.first_ % 2:g}", UserWarning, stacklevel=2)
            warnings.warn(f"first value {self.first_:g}", RuntimeWarning, stacklevel=2)
            time.sleep(0.0005 * k)
        if self.first_ < 0:
            raise ValueError("negative")
        return np.full(h, self.first_)


def panel(n_series=N_SERIES, n=30):
    rng = np.random.default_rng(3)
    ids = np.repeat(np.arange(n_series), n)
    df = pd.DataFrame(
        {"unique_id": ids, "ds": np.tile(np.arange(n), n_series), "y": rng.normal(size=ids.size)}
    )
    df.loc[7 * n + 4, "y"] = np.nan
    df.loc[21 * n + 4, "ds"] = 1_000
    return df


def counted(n_series):
    """Series 0, 1, 2, ... each of that value."""
    ids = np.repeat(np.arange(n_series), 3)
    return pd.DataFrame({"unique_id": ids, "ds": np.tile(range(3), n_series), "y": ids.astype(float)})


def told(df, **options):
    """Frame, and the texts of all warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = forecast_panel(df, 3, **options)
    return got, [(w.category, str(w.message)) for w in caught]


def assert_same(one, two):
    pd.testing.assert_frame_equal(one[0], two[0], check_exact=True)
    assert one[0].attrs == two[0].attrs
    assert one[1] == two[1]


@pytest.fixture(scope="module")
def expected():
    return told(panel(), forecaster=FAST)


# --- the same bits ------------------------------------------------------------------------------------------


@pytest.fixture
def threads():
    with parallel_config(backend="threading"):
        yield


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
def test_threads(n_jobs, expected, threads):
    assert expected[0]["mean"].notna().sum() == 3 * (N_SERIES - 2)
    assert_same(told(panel(), forecaster=FAST, n_jobs=n_jobs), expected)


def test_processes(expected):
    assert_same(told(panel(), forecaster=FAST, n_jobs=2), expected)
    with parallel_config(backend="loky", n_jobs=2):
        assert_same(told(panel(), forecaster=FAST), expected)


@pytest.mark.skipif(sys.platform == "win32", reason="as the study's tests of dask")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_dask(expected):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
        parallel_config(backend="dask"),
    ):
        assert_same(told(panel(), forecaster=FAST), expected)


def test_within_a_parallel_call(expected):
    from joblib import Parallel, delayed

    results = Parallel(2, prefer="threads")(
        delayed(forecast_panel)(panel()[: 5 * 30], 3, forecaster=FAST, n_jobs=2) for _ in range(2)
    )
    for got in results:
        pd.testing.assert_frame_equal(got, expected[0][: 5 * 3], check_exact=True)


def test_a_generator_as_random_state_is_copied_for_each_series(threads):
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=np.random.RandomState(5))
    df = panel()[: 5 * 30]
    one, _ = told(df, forecaster=forecaster)
    two, _ = told(df.iloc[::-1], forecaster=forecaster, n_jobs=2)
    by_id = {"by": ["unique_id", "ds"], "ignore_index": True}
    pd.testing.assert_frame_equal(one.sort_values(**by_id), two.sort_values(**by_id))


# --- warnings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_warnings_are_told_once_with_their_series(n_jobs, threads):
    got, texts = told(counted(30), forecaster=Warns(), n_jobs=n_jobs)
    assert texts == [
        (UserWarning, "odd is 0 [30 series: 0, 2, 4, ...; the numbers are those of the first]"),
        (RuntimeWarning, "first value 0 [30 series: 0, 1, 2, ...; the numbers are those of the first]"),
    ]
    expected = {"odd is 0": list(range(0, 30, 2)), "odd is 1": list(range(1, 30, 2))}
    expected |= {f"first value {i}": [i] for i in range(30)}
    assert got.attrs["warnings"] == expected


def test_warnings_obey_the_filters_of_the_caller(threads):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "odd is")
        warnings.filterwarnings("error", "first value")
        with pytest.raises(RuntimeWarning, match="first value 0"):
            forecast_panel(counted(3), 1, forecaster=Warns(), n_jobs=2)


def test_filters_are_left_as_they_were(threads):
    before = list(warnings.filters), warnings.showwarning
    told(counted(30), forecaster=Warns(), n_jobs=4)
    with pytest.raises(ValueError, match="series -1: negative"):
        forecast_panel(counted(30) - 1, 1, forecaster=Warns(), n_jobs=4, errors="raise")
    assert (list(warnings.filters), warnings.showwarning) == before


def test_a_failing_series_keeps_its_warnings():
    got, texts = told(counted(3) - [1, 0, 1], forecaster=Warns())
    assert got.attrs["failures"] == {-1: "negative"}
    assert got.attrs["warnings"]["first value -1"] == [-1]
    assert len(texts) == 3


def test_other_threads_warn_as_before():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        def other():
            warnings.warn("from another thread", UserWarning, stacklevel=1)

        with collect_warnings() as mine:
            warnings.warn("mine", UserWarning, stacklevel=1)
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
    assert [w.message for w in mine] == ["mine"]
    assert [str(w.message) for w in caught] == ["from another thread"]


# --- little at a time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_workers", [1, 2, 7])
@pytest.mark.parametrize("n_series", [1, 2, 15, 16, 1000, 1001])
def test_batches_hold_all_series(n_series, n_workers):
    sizes = _batch_sizes(n_series, n_workers)
    assert sum(sizes) == n_series
    assert min(sizes) > 0
    assert len(sizes) >= min(n_series, 2 * n_workers)


def test_fitted_forecasters_are_dropped(threads):
    lock, alive, most = threading.Lock(), [0], [0]

    class Counted(Warns):
        def __deepcopy__(self, memo):
            with lock:
                alive[0] += 1
                most[0] = max(most[0], alive[0])
            return Counted()

        def __del__(self):
            alive[0] -= 1

        def predict(self, h, X=None):
            return np.zeros(h)

    forecast_panel(counted(200), 1, forecaster=Counted(), n_jobs=2)
    assert most[0] <= 4  # the template, and one for each worker, the next before the last is gone


def test_work_ends_at_the_first_fault(threads):
    fitted = []

    class Fails(Warns):
        def fit(self, y, X=None):
            fitted.append(float(y.iloc[0]))
            if fitted[-1] == 3.0:
                raise ValueError("three")
            return super().fit(y)

        def predict(self, h, X=None):
            return np.zeros(h)

    with pytest.raises(ValueError, match="series 3: three"):
        forecast_panel(counted(2000), 1, forecaster=Fails(), n_jobs=2, errors="raise")
    assert len(fitted) < 500
