"""Paths of a forest: the same for any way of sharing them out, and the forecast where nothing is unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arsieve_rf.forest import paths
from arsieve_rf.forest.baseline import Baseline
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.paths import Uncertainty, draw_deviations, simulate
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.iid import IID
from tests.naive import paths as naive
from tests.naive.rng import stream_key

N_LAGS = 3
HISTORY = np.array([0.4, -1.0, 0.7, 0.2])


def forest_of(n_trees=11, baseline=True, with_fixed=False):
    rng = np.random.default_rng(0)
    p = N_LAGS + with_fixed
    X = rng.normal(size=(80, p)).astype(np.float32)
    y = X[:, 0] + X[:, -1] + rng.normal(size=80)
    training = TrainingSet(X, y, Columns.of([None] * p), Observed((y,), 0, None, 80))
    forest = grow_forest(training, IID().fit(training.observed), n_trees, GrowthLimits(2**31 - 1, 2, 3, p), 4)
    linear = Baseline(0.1, np.array([0.4, 0.2, -0.1, 0.5])[:p]) if baseline else None
    return replace(forest, columns=Columns.of([1, 2, 3] + [None] * with_fixed), baseline=linear)


def unknown(width=1, **changes):
    rng = np.random.default_rng(1)
    values = {
        "pool": rng.normal(size=(40, width)),
        "bandwidths": np.full(width, 0.2),
        "spread": 0.1,
        "factor": np.array([[0.1, 0.0], [0.05, 0.1]]),
        "tilt_lags": np.array([1, 3]),
        "coef": np.array([0.4, 0.2, -0.1]),
        "center": 0.3,
        "level_sd": 0.2,
        "wander": 2.0,
        "n_values": 50,
    }
    return Uncertainty(**values | changes)


def nothing_unknown():
    zeros = {"pool": np.zeros((1, 1)), "bandwidths": np.zeros(1), "factor": np.zeros((2, 2))}
    return unknown(**zeros, spread=0.0, level_sd=0.0, wander=0.0)


@pytest.mark.parametrize("baseline", [True, False])
@pytest.mark.parametrize("with_fixed", [True, False])
def test_where_nothing_is_unknown_paths_are_the_forecast(baseline, with_fixed):
    forest = forest_of(baseline=baseline, with_fixed=with_fixed)
    fixed = np.random.default_rng(2).normal(size=(20, 1)) if with_fixed else None
    out = simulate(forest, HISTORY, 20, nothing_unknown(), 7, 300, fixed)
    np.testing.assert_array_equal(out, np.tile(forest.recurse(HISTORY, 20, fixed), (300, 1)))


@pytest.fixture
def small_tasks(monkeypatch):
    """Thirteen paths a task, so that a hundred are eight tasks."""
    monkeypatch.setattr(paths, "_LEAST_PATHS_A_TASK", 13)
    monkeypatch.setattr(paths, "_ROWS_TIMES_TREES_A_TASK", 0)


@pytest.fixture(scope="module")
def at_once():
    """A hundred paths of six steps, all of them one task."""
    return simulate(forest_of(), HISTORY, 6, unknown(), 7, 100, n_jobs=1)


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
def test_paths_do_not_depend_on_tasks_or_workers(n_jobs, at_once, small_tasks):
    np.testing.assert_array_equal(
        simulate(forest_of(), HISTORY, 6, unknown(), 7, 100, n_jobs=n_jobs), at_once
    )


@pytest.mark.parametrize("n_paths", [1, 7, 99, 130])
def test_the_first_paths_do_not_depend_on_how_many_follow(n_paths, at_once):
    few = simulate(forest_of(), HISTORY, 6, unknown(), 7, n_paths)
    assert few.shape == (n_paths, 6)
    np.testing.assert_array_equal(few[:100], at_once[:n_paths])


def test_first_steps_do_not_depend_on_how_many_follow(at_once):
    for h in (1, 5, 60):  # 60 steps are more than half of 50 values, where the level wanders less
        other = simulate(forest_of(), HISTORY, h, unknown(), 7, 100)
        np.testing.assert_array_equal(other[:, :6], at_once[:, :h])


def test_another_seed_gives_other_paths(at_once):
    other = simulate(forest_of(), HISTORY, 6, unknown(), 8, 100)
    assert not np.isin(other, at_once).any()
    assert len(np.unique(at_once)) == at_once.size


@pytest.mark.parametrize("with_fixed", [True, False])
def test_a_path_by_hand(with_fixed):
    """Deviations of path number 5 on, fed to the plain recursion."""
    forest, u = forest_of(with_fixed=with_fixed), unknown()
    fixed = np.random.default_rng(2).normal(size=(6, 1)) if with_fixed else None
    shocks, tilts = draw_deviations(u, 6, 7, 5, 3)
    expected = naive.simulate_paths(
        forest, HISTORY, np.empty((6, 0)) if fixed is None else fixed, u.center, u.tilt_lags, tilts, shocks
    )
    np.testing.assert_array_equal(simulate(forest, HISTORY, 6, u, 7, 8, fixed)[5:], expected)


def test_deviations_are_those_of_the_kernels_twin():
    u = unknown(width=3)
    shocks, tilts = draw_deviations(u, 7, 21, 2, 4)
    keys = [stream_key(21, 2 + i, 3) for i in range(4)]
    steps = [2.0 / max(50, 2 * k) for k in range(1, 8)]
    expected = naive.draw_shocks(
        keys, u.pool, u.bandwidths, u.spread, u.factor, u.tilt_lags, u.coef, u.level_sd, steps
    )
    np.testing.assert_allclose(shocks, expected[0], rtol=1e-11)
    np.testing.assert_allclose(tilts, expected[1], rtol=1e-11)


@pytest.mark.parametrize(("n_values", "h"), [(1, 5), (10, 5), (10, 6), (20, 40), (1000, 12)])
def test_the_level_wanders_less_beyond_a_quarter_of_the_series(n_values, h):
    """wander / n for steps up to n / 4, then wander / (4 step)."""
    u = unknown(wander=3.0, n_values=n_values)
    expected = [3.0 / n_values if 4 * k <= n_values else 3.0 / (4 * k) for k in range(1, h + 1)]
    np.testing.assert_allclose(u.wander_sds(h), expected, rtol=1e-14)
