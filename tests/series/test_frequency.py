from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from arsieve_rf.series.frequency import infer


@pytest.fixture
def restless():
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_do_not_undo_each_others_filters(restless):
    """pandas warns of its next version; the filters against that belong to the whole process."""
    months = pd.date_range("2020-01-01", periods=5, freq="MS")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: infer(months), range(400)))
    assert found == [months.freq] * 400
