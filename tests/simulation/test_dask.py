from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from simulation import StudyError, run_study
from tests.simulation.fakes import contents, design, fake

distributed = pytest.importorskip("distributed")

# A cluster that is killed on purpose leaves sockets and processes for the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]


@pytest.fixture(scope="module")
def cluster():
    settings = {"distributed.worker.daemon": True, "distributed.admin.log-format": "%(message)s"}
    import dask

    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as cluster,
    ):
        yield cluster


def test_workers_with_another_version(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("arsieve_rf.__version__", "99.0")
    with pytest.raises(StudyError, match=r"must have arsieve-rf 99.0: \d"):
        run_study(design(["mean"]), tmp_path, dask=cluster.scheduler_address, progress=False)


def test_a_worker_is_killed(cluster, tmp_path):
    forest = {"name": "forest", "label": "forest", "options": {"n_estimators": 10}}
    document = design(
        [fake("Slow", seconds=0.02), fake("Moody"), forest],
        [{"name": "ar", "parameters": {"coef": [c]}} for c in (0.5, -0.5)],
        replications=48,
        block=4,
        lengths=[40],
    )
    wanted = contents(run_study(document, tmp_path / "here", progress=False, projection=False))
    assert len(wanted) == 2 * 2 * 12
    folder = tmp_path / "cluster"
    victim = next(iter(cluster.workers.values())).pid
    killed_at = []

    def kill():
        end = time.monotonic() + 60
        while time.monotonic() < end:
            n_done = len(list(folder.glob("shards/[!.]*/r*")))
            if n_done >= 4:
                killed_at.append(n_done)
                os.kill(victim, signal.SIGKILL)
                return
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    run_study(document, folder, dask=cluster.scheduler_address, progress=False, projection=False)
    killer.join()
    assert killed_at
    assert killed_at[0] < 24
    assert contents(folder) == wanted
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_no_scheduler(address, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.pool._CONNECT_SECONDS", 0.5)
    with pytest.raises(StudyError, match=f"no dask scheduler answers at {address}"):
        run_study(design(["mean"]), tmp_path, dask=address, progress=False)


def test_no_workers(tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.pool._WORKER_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(StudyError, match="has no workers"),
    ):
        run_study(design(["mean"]), tmp_path, dask=empty.scheduler_address, progress=False)
