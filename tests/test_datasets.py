from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.datasets import load_co2, load_elnino, load_sunspots
from arsieve_rf.series.index import read_series

# Name, length, first and last period: as the sources state them.
FACTS = [
    (load_sunspots, "sunspots", 309, "1700", "2008"),
    (load_elnino, "temperature", 732, "1950-01", "2010-12"),
    (load_co2, "co2", 526, "1958-03", "2001-12"),
]


@pytest.mark.parametrize(("load", "name", "n", "first", "last"), FACTS)
def test_series_are_regular_and_complete(load, name, n, first, last):
    y = load()
    values, info = read_series(y)  # refuses gaps and missing values
    assert (info.kind, info.name, len(values)) == ("period", name, n)
    assert (str(y.index[0]), str(y.index[-1])) == (first, last)
    assert y.dtype == np.float64


def test_known_features():
    # The Maunder minimum is over by 1716; the highest yearly number of the record is that of 1957.
    sunspots = load_sunspots()
    assert sunspots.idxmax() == pd.Period("1957", "Y")
    assert sunspots.min() == 0.0
    # Warmest in (northern) spring off Peru; carbon dioxide peaks in May and rises by about 1.3 ppm a year.
    elnino = load_elnino()
    assert elnino.groupby(elnino.index.month).mean().idxmax() in (2, 3, 4)
    co2 = load_co2()
    assert co2.groupby(co2.index.month).mean().idxmax() == 5
    assert (co2.iloc[-1] - co2.iloc[0]) / 43.8 == pytest.approx(1.3, abs=0.15)
