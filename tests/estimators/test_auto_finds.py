"""What ``bootstrap="auto"`` makes of worlds that are linear, not linear, and both."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForestRegressor
from tests.estimators.auto_cases import ar_series, auto, embed, logistic_map


@pytest.mark.parametrize("lags", [(1, 2), (1, 3), ()])
def test_a_linear_world_without_noise_is_forecast_exactly(lags):
    rng = np.random.default_rng(1)
    z = rng.standard_normal((200, 2))
    y = np.zeros(200)
    for t in range(3, 200):
        y[t] = 1.0 + 3.0 * z[t, 0] - z[t, 1] + sum(0.3 * y[t - k] for k in lags)
    X = np.column_stack([*[y[3 - k : 200 - k] for k in lags], z[3:]])
    forest = auto(lags=[*lags, None, None]).fit(X[:150], y[3:153])
    np.testing.assert_allclose(forest.predict(X[150:]), y[153:], rtol=1e-9, atol=1e-9)


def test_a_logistic_map_is_left_to_trees_of_the_series():
    X, y = embed(logistic_map(400))
    forest = auto(100).fit(X[:300], y[:300])
    assert forest.mixture_["row_trees"] > 0.9
    iid = ARSieveForestRegressor(100, bootstrap="iid", random_state=3).fit(X[:300], y[:300])
    errors = [np.mean((f.predict(X[300:]) - y[300:]) ** 2) for f in (forest, iid)]
    assert errors[0] < 1.1 * errors[1]
    assert errors[1] < 0.1 * np.var(y)  # a linear model explains next to nothing


@pytest.mark.parametrize("phi", [0.7, -0.5, 0.0])
def test_a_linear_process_is_left_to_the_linear_model(phi):
    found = [auto(30).fit(*embed(ar_series(150, phi, seed))).mixture_ for seed in range(30)]
    trees = [1.0 - weights["linear"] + weights["residual_trees"] for weights in found]
    assert np.mean(trees) < 0.1
    assert np.mean(np.array(trees) > 0.5) < 0.1


def test_trees_find_what_the_linear_model_leaves():
    """y = x_1 + sign(x_2) * .8 + noise, where trees alone must learn the line in steps."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 2))
    truth = 3.0 * X[:, 0] + 0.8 * np.sign(X[:, 1])
    y = truth + 0.3 * rng.standard_normal(600)
    options = {"lags": [None, None], "n_estimators": 100, "random_state": 0}
    forests = [
        ARSieveForestRegressor(bootstrap=word, **options).fit(X[:400], y[:400]) for word in ("auto", "iid")
    ]
    mixed, trees = (np.mean((forest.predict(X[400:]) - truth[400:]) ** 2) for forest in forests)
    ones = np.column_stack([np.ones(400), X[:400]])
    line = np.column_stack([np.ones(200), X[400:]]) @ np.linalg.lstsq(ones, y[:400], rcond=None)[0]
    assert forests[0].mixture_["residual_trees"] > 0.5
    assert mixed < 0.7 * trees
    assert mixed < 0.7 * np.mean((line - truth[400:]) ** 2)
