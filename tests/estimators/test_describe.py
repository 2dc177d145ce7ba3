"""describe(): every choice stands there, in the words of the parameters' documentation."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from arsieve_rf import ARSieveForecaster


def sections(text):
    """Section names, and the lines of each."""
    found, name = {}, None
    for line in text.splitlines():
        if not line.startswith("  "):
            name = line.removesuffix(":")
            assert line.endswith(":")
            found[name] = []
        else:
            found[name].append(line[2:])
    return found


def walk(n=80, seed=0):
    return 60.0 + np.cumsum(np.random.default_rng(seed).normal(0.3, 1.0, n))


def described(y, X=None, lags=None, **options):
    return sections(
        ARSieveForecaster(lags, **{"n_estimators": 3, "random_state": 0} | options).fit(y, X).describe()
    )


def test_an_unfitted_forecaster_has_nothing_to_tell():
    with pytest.raises(NotFittedError):
        ARSieveForecaster().describe()


def test_the_series():
    assert described(walk())["series"] == ["80 values"]
    index = pd.date_range("2020-01-31", periods=80, freq="ME")
    series = pd.Series(walk(), index, name="sales")
    first = described(series, np.ones((80, 2)))["series"][0]
    assert "sales, 80 values" in first
    assert "2020-01-31" in first
    assert "2026-08-31" in first
    assert "2 exogenous column" in first


def test_nothing_done_is_told():
    bare = {"differencing": 0, "seasonal": None, "transform": None}
    assert described(walk(), **bare)["preparation"] == ["none: the series is taken as it is."]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, r"trend: differenced once; .*ADF"),
        ({"seasonal_period": 4}, r"season of 4 \(given\): none seen"),
        ({"seasonal": "additive", "seasonal_period": 4}, r"season of 4 \(given\): additive adjustment"),
        ({"seasonal": "stl", "seasonal_period": 4}, r"season of 4 \(given\): stl adjustment"),
        ({"seasonal": "lags", "seasonal_period": 6}, r"lag 6 is added"),
        ({"transform": "log"}, r"transform: logarithm"),
        ({"transform": 0.3}, r"transform: Box-Cox 0\.3\."),
        ({"transform": "box_cox"}, r"transform: Box-Cox \d\.\d\d \(Guerrero's rule\)"),
        ({"differencing": 1, "damping": 0.7}, r"damping: .*0\.7 a step"),
        ({"differencing": 1, "drift": 0.25}, r"drift: 25% of the average change"),
        ({"differencing": 2}, r"damping: .*average"),
        ({"lags": 200}, r"lags: 123 from 78 to 200 left out, the prepared series has 79 values in a row"),
        ({"lags": [2, 90]}, r"lags: 90 left out"),
        ({"lags": [90]}, r"lags: 90 left out"),
        ({"seasonal": "lags", "seasonal_period": 79}, r"lags: 79 left out"),
    ],
    ids=str,
)
def test_each_choice(options, words):
    text = "\n".join(described(walk(), **options)["preparation"])
    assert re.search(words, text), text


def test_lags_that_do_not_fit_are_left_out():
    y = walk(10)
    model = ARSieveForecaster([1, 3, 20], differencing=0, n_estimators=2).fit(y)
    assert model.lags_.tolist() == [1, 3]
    assert ARSieveForecaster(50, differencing=0, n_estimators=2).fit(y).lags_.tolist() == [*range(1, 9)]
    # 1 is what is left where none of them fits
    assert ARSieveForecaster([30], differencing=0, n_estimators=2).fit(y).lags_.tolist() == [1]
    assert (
        ARSieveForecaster("auto", n_estimators=2).fit(y).lags_.tolist()
        == ARSieveForecaster(n_estimators=2).fit(y).lags_.tolist()
    )


def test_lags_and_forest():
    found = described(walk(), lags=5, bootstrap="iid", strategy="direct")
    assert found["lags"] == ["1 to 5"]
    assert found["forest"] == ["3 trees, bootstrap 'iid', a forest for each step ahead"]
    assert described(walk(), lags=[1, 12])["lags"] == ["1, 12"]
    sieve = described(walk(), bootstrap="ar_sieve", order=2)["forest"]
    assert sieve == ["3 trees, bootstrap 'ar_sieve'", "AR model of order 2"]


def test_the_mixture():
    """Shares as in the fitted attribute; linear and trees of the series sum to one."""
    model = ARSieveForecaster(n_estimators=40, random_state=0).fit(walk())
    lines = "\n".join(sections(model.describe())["forest"])
    weights = [float(w) for w in re.findall(r"weight (\d\.\d\d)", lines)]
    expected = [model.regressor_.mixture_[name] for name in ("linear", "residual_trees", "row_trees")]
    assert weights == [round(w, 2) for w in expected]
    assert weights[0] + weights[2] == pytest.approx(1.0, abs=0.011)


def test_gaps():
    y = walk()
    y[[20, 78, 79]] = np.nan
    text = described(y, missing="segment")["preparation"]
    assert any("last 2 values are missing" in line for line in text)


def test_wishes_about_changes_are_told_to_be_idle_on_levels():
    y = np.random.default_rng(0).normal(size=60)
    text = (
        ARSieveForecaster(n_estimators=3, differencing=0, damping=0.5, drift=0.0, random_state=0)
        .fit(y)
        .describe()
    )
    assert "damping: not used, the series is not differenced." in text
    assert "drift: not used, the series is not differenced." in text


def test_the_ar_model_of_the_default_is_named():
    y = np.random.default_rng(0).normal(size=60)
    model = ARSieveForecaster(n_estimators=3, random_state=0).fit(y)
    assert f"AR models averaged over orders, of which AIC chooses {model.ar_.order}" in model.describe()
