from __future__ import annotations

import pytest


@pytest.fixture(scope="package")
def cluster():
    """Two processes with a thread each, and a client that is the default one."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield cluster
