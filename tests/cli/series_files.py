"""What the tests of ``arsieve-rf forecast`` share."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from arsieve_rf.cli import main

MONTHS = pd.period_range("2015-01", periods=60, freq="M")
FAST = ["--trees", "5", "--order", "2"]


def values(n=60):
    rng = np.random.default_rng(5)
    return np.round(10 + np.sin(np.arange(n)) + rng.normal(size=n), 3)


def table(text):
    return list(csv.reader(io.StringIO(text)))


def refused(capsys, *words):
    """The one line of the error."""
    assert main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err
