"""What leaves hold: the targets that grew them, whatever the chunks, workers and other rows."""

from __future__ import annotations

import joblib
import numpy as np
import pytest

from arsieve_rf.forest import leaf_contents
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.leaf_contents import LeafContents, Sample
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed, RowSampler
from arsieve_rf.resampling.registry import make_strategy

N, P, SEED = 90, 3, 5
LIMITS = GrowthLimits(2**31 - 1, 2, 3, 2)
LEVELS = np.array([0.1, 0.5, 0.93])
by_bootstrap = pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", "stationary", "seasonal", None])


def case(bootstrap, n_trees=25):
    """Forest, its sample and sampler: two series stacked, the columns lags 1 to 3 and an exogenous one."""
    rng = np.random.default_rng(0)
    segments = [np.cumsum(rng.standard_normal(k + P)) * 0.5 for k in (60, 30)]
    z = rng.standard_normal(N)
    X = np.vstack([np.column_stack([s[P - k : len(s) - k] for k in (1, 2, 3)]) for s in segments])
    y = np.concatenate([s[P:] for s in segments])
    observed = Observed(tuple(segments), P, z[:, None], N)
    training = TrainingSet(
        np.column_stack([X, z]).astype(np.float32), y, Columns.of([1, 2, 3, None]), observed
    )
    options = {
        "order": "aic", "max_order": None, "ar_method": "yule_walker", "initial": "stationary",
        "block_length": 7, "period": 4,
    }  # fmt: skip
    sampler = make_strategy(bootstrap, **options).fit(observed)
    forest = grow_forest(training, sampler, n_trees, LIMITS, SEED)
    return forest, Sample(training.X, y, np.array([0, 60, 90]), SEED), sampler


def filled(forest, sample, sampler, rows, n_jobs=None):
    make = LeafContents.of_rows if isinstance(sampler, RowSampler) else LeafContents.of_series
    return make(forest, rows, sample, sampler, n_jobs)


def assert_same_contents(a, b):
    for name in ("values", "ranks", "starts"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


@by_bootstrap
def test_a_leaf_holds_the_targets_that_grew_it(bootstrap):
    """As many as the tree counted there, and with the leaf's value for mean."""
    forest, sample, sampler = case(bootstrap)
    contents = filled(forest, sample, sampler, sample.X)
    members = contents.values[contents.ranks]
    reached = np.unique(forest.apply(sample.X) + forest.roots)
    assert (forest.left[reached] < 0).all()
    assert len(reached) > 200
    for leaf in reached:
        inside = members[contents.starts[leaf] : contents.starts[leaf + 1]]
        assert len(inside) == forest.n_samples[leaf]
        np.testing.assert_allclose(inside.mean(), forest.threshold[leaf], rtol=1e-12, atol=1e-13)
    assert len(members) == forest.n_samples[reached].sum()


@by_bootstrap
def test_the_mean_of_the_weighted_targets_is_that_of_the_forest(bootstrap):
    forest, sample, sampler = case(bootstrap)
    contents = filled(forest, sample, sampler, sample.X)
    leaves = forest.apply(sample.X) + forest.roots
    members = np.split(contents.values[contents.ranks], contents.starts[1:-1])
    means = [np.mean([members[leaf].mean() for leaf in row]) for row in leaves]
    np.testing.assert_allclose(means, forest.mean(sample.X), rtol=1e-12, atol=1e-13)


@by_bootstrap
def test_leaves_that_no_row_reaches_stay_empty_and_others_do_not_depend_on_them(bootstrap):
    forest, sample, sampler = case(bootstrap)
    everything = filled(forest, sample, sampler, sample.X)
    few = filled(forest, sample, sampler, sample.X[:2])
    sizes = np.diff(few.starts)
    reached = np.unique(forest.apply(sample.X[:2]) + forest.roots)
    np.testing.assert_array_equal(np.flatnonzero(sizes), reached)
    np.testing.assert_array_equal(sizes[reached], np.diff(everything.starts)[reached])
    np.testing.assert_array_equal(
        few.quantiles(forest, sample.X[:2], LEVELS), everything.quantiles(forest, sample.X, LEVELS)[:2]
    )


@by_bootstrap
def test_chunks_jobs_and_backend_change_nothing(bootstrap, monkeypatch):
    forest, sample, sampler = case(bootstrap)
    whole = filled(forest, sample, sampler, sample.X)
    read = whole.quantiles(forest, sample.X, LEVELS)
    monkeypatch.setattr(leaf_contents, "_ROWS_TIMES_TREES_A_TASK", 4 * N)
    monkeypatch.setattr(leaf_contents, "_MEMBERS_A_TASK", 1000)
    assert_same_contents(filled(forest, sample, sampler, sample.X), whole)
    assert_same_contents(filled(forest, sample, sampler, sample.X, n_jobs=2), whole)
    np.testing.assert_array_equal(whole.quantiles(forest, sample.X, LEVELS), read)
    np.testing.assert_array_equal(whole.quantiles(forest, sample.X, LEVELS, n_jobs=2), read)
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_same_contents(filled(forest, sample, sampler, sample.X), whole)
        np.testing.assert_array_equal(whole.quantiles(forest, sample.X, LEVELS), read)


def test_without_a_sampler_all_rows_but_unknown_ones_are_in_every_tree_once():
    forest, sample, _ = case("iid")
    y = np.where(np.arange(N) % 4 == 0, np.nan, sample.y)
    contents = LeafContents.of_rows(forest, sample.X, Sample(sample.X, y, sample.segments, SEED), None)
    np.testing.assert_array_equal(contents.values, np.sort(y[np.isfinite(y)]))
    leaves = forest.apply(sample.X) + forest.roots
    for node in np.unique(leaves):
        tree = np.searchsorted(forest.roots, node, side="right") - 1
        expected = y[(leaves[:, tree] == node) & np.isfinite(y)]
        inside = contents.values[contents.ranks[contents.starts[node] : contents.starts[node + 1]]]
        np.testing.assert_array_equal(np.sort(inside), np.sort(expected))


def test_levels_may_come_in_any_order_and_again():
    forest, sample, sampler = case("iid")
    contents = filled(forest, sample, sampler, sample.X)
    ascending = contents.quantiles(forest, sample.X, np.array([0.0, 0.2, 0.7, 1.0]))
    mixed = contents.quantiles(forest, sample.X, np.array([0.7, 0.0, 1.0, 0.7, 0.2]))
    np.testing.assert_array_equal(mixed, ascending[:, [2, 0, 3, 2, 1]])
