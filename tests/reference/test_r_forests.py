"""Forests against those of the R package: the same means, and the same forecasts but for chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from tests.reference.reference import REFERENCE, needs_reference

pytestmark = needs_reference

# R's node size: a node of at most 5 rows is a leaf
R_TREE = {"initial": "mean", "min_samples_split": 6, "min_samples_leaf": 1}
AS_IT_IS = {"differencing": 0, "seasonal": None, "transform": None}
N_TREES = 10_000
WORDS = {"ar.sieve": "ar_sieve"}


def limits():
    if not REFERENCE.is_dir():
        return []
    table = pd.read_csv(REFERENCE / "forest_limits.csv")
    cases = table.groupby(["series", "method", "mtry"], sort=True)
    # R never draws the rows that its fixed blocks leave over; the definitions agree where none is left
    return [
        pytest.param(*key, group, id="-".join(map(str, key)))
        for key, group in cases
        if key[1] != "nonoverlapping" or group["n_rows"].iloc[0] % group["block_size"].iloc[0] == 0
    ]


@pytest.mark.parametrize(("series", "method", "mtry", "group"), limits())
def test_means_of_large_forests_agree(series, method, mtry, group):
    """7 query rows a forest, 240 in all: a difference of 4 standard errors comes once in 65 runs of them."""
    values = pd.read_csv(REFERENCE / "series_and_residuals.csv")
    y = values.loc[values["series"] == series, "y"].to_numpy()
    p, n = int(group["p"].iloc[0]), len(y)
    lagged = np.column_stack([y[p - k : n - k + 1] if k > 1 else y[p - 1 :] for k in range(1, p + 1)])
    forest = ARSieveForestRegressor(
        N_TREES,
        bootstrap=WORDS.get(method, method),
        block_length="auto" if pd.isna(group["block_size"].iloc[0]) else int(group["block_size"].iloc[0]),
        max_features=int(mtry),
        random_state=1,
        **R_TREE,
    ).fit(lagged[:-1], y[p:])
    assert forest.lags_ == list(range(1, p + 1)) or method == "iid"
    rows = [len(lagged) - 1 if q == "last" else int(q.removeprefix("row")) - 1 for q in group["query"]]
    np.testing.assert_allclose(lagged[rows, 0], group["lag1"], rtol=1e-12)
    trees = forest.forest_.tree_values(lagged[rows].astype(np.float32))
    errors = np.hypot(trees.std(axis=1) / np.sqrt(N_TREES), group["mc_se"])
    z = (trees.mean(axis=1) - group["mean"]) / errors
    assert np.abs(z).max() < 4.0, z
    leaves = np.sum(forest.forest_.left < 0) / N_TREES
    if method in ("ar.sieve", "iid", "stationary"):
        assert leaves == pytest.approx(group["mean_leaves"].iloc[0], rel=0.005)


# R's default block length for these series is 10
BOOTSTRAPS = [
    ("ar_sieve", "ars", "auto"),
    ("iid", "iid", "auto"),
    ("moving", "moving", 10),
    ("circular", "circular", 10),
    ("stationary", "stationary", 10),
    ("nonoverlapping", "nonoverlapping", 10),
]


@pytest.mark.parametrize("dgp", ["AR2_1_-0.5", "SETAR_0.9_-0.4"])
@pytest.mark.parametrize(("bootstrap", "column", "block_length"), BOOTSTRAPS)
def test_forecasts_on_the_same_series_agree(dgp, bootstrap, column, block_length):
    theirs = pd.read_csv(REFERENCE / "r_package_forecasts.csv.gz").query("dgp == @dgp")
    series = pd.read_csv(REFERENCE / "series" / f"{dgp}_T100.csv.gz").set_index("rep").loc[theirs["rep"]]
    y = series[[f"y{t}" for t in range(1, 101)]].to_numpy()
    forecasts, orders = np.empty(len(y)), np.empty(len(y), int)
    for i in range(len(y)):
        forecaster = ARSieveForecaster(
            n_estimators=200,
            bootstrap=bootstrap,
            block_length=block_length,
            max_features="sqrt",
            random_state=i,
            **AS_IT_IS,
            **R_TREE,
        ).fit(y[i])
        forecasts[i], orders[i] = forecaster.predict(1)[0], len(forecaster.lags_)
    np.testing.assert_array_equal(orders, theirs["p"])
    assert np.corrcoef(forecasts, theirs[column])[0, 1] > 0.97
    truth = theirs["y_next"].to_numpy()
    ratio = np.mean((forecasts - truth) ** 2) / np.mean((theirs[column] - truth) ** 2)
    assert abs(ratio - 1.0) < 0.07
