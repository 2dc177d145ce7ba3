"""Quantiles at rows: quantile-forest, numpy and plain twins as oracles, theory, contracts, mistakes."""

from __future__ import annotations

import pickle
from fractions import Fraction

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quantile_forest import RandomForestQuantileRegressor
from quantile_forest import _quantile_forest as theirs
from scipy.stats import norm
from sklearn.base import clone
from sklearn.ensemble._forest import ForestRegressor
from sklearn.exceptions import NotFittedError

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.forest.leaf_contents import LeafContents
from tests.estimators.auto_cases import auto, embed, threshold_series
from tests.estimators.bad_input.cases import expect, regressor_fit
from tests.estimators.test_properties import EXAMPLES, quietly, row_problems
from tests.estimators.test_regressor import BOOTSTRAPS, ar_series
from tests.estimators.test_regressor_rebuild import mixed_problem
from tests.naive import leaf_quantiles as naive

LEVELS = [0.9, 0.05, 0.5, 0.123, 0.5, 0.987]
# a weight for each row of the training set, that of its tree's leaf divided by the leaf's size
AS_OURS = {"weighted_quantile": True, "weighted_leaves": True}
by_bootstrap = pytest.mark.parametrize(
    "options", [*BOOTSTRAPS, {"bootstrap": "auto"}], ids=lambda o: str(o["bootstrap"])
)


def fitted(n_trees=30, n=150, **options):
    X, y = embed(ar_series(n))
    return ARSieveForestRegressor(n_trees, **{"random_state": 2} | options).fit(X, y), X, y


def draws_of(forest, n_trees):
    return forest.sampler_.draw(stream_keys(forest.random_state, 0, n_trees, ROLE_DRAW))


# ---- quantile-forest ----


@pytest.mark.parametrize("options", [{"bootstrap": "iid"}, {"bootstrap": "circular", "block_length": 8}])
@pytest.mark.parametrize("limits", [{"min_samples_leaf": 1}, {"max_features": 1}, {"min_samples_leaf": 30}])
def test_drawn_rows_give_the_quantiles_of_quantile_forest_on_the_same_trees(options, limits, monkeypatch):
    """Their leaves are filled by their code, from our trees as scikit-learn's and our draws as theirs."""
    forest, X, y = fitted(**options, **limits)
    counts, exported = draws_of(forest, 30), forest.to_sklearn()

    def take_our_trees(self, X, y, sample_weight=None):
        self.estimators_ = exported.estimators_
        for b, tree in enumerate(self.estimators_):
            tree.random_state = b
        self.n_outputs_, self.n_features_in_ = 1, X.shape[1]
        return self

    monkeypatch.setattr(ForestRegressor, "fit", take_our_trees)
    monkeypatch.setattr(
        theirs, "_generate_sample_indices", lambda b, n, *_: np.repeat(np.arange(n), counts[b])
    )
    peer = RandomForestQuantileRegressor(30, bootstrap=True, max_samples_leaf=None).fit(X, y)
    rows = np.vstack([X, np.random.default_rng(1).normal(size=(60, 3)) * 2])
    np.testing.assert_allclose(
        forest.predict_quantiles(rows, LEVELS), peer.predict(rows, LEVELS, **AS_OURS), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        forest.predict(rows), peer.predict(rows, "mean", **AS_OURS), rtol=1e-10, atol=1e-12
    )


def test_all_rows_give_the_quantiles_of_quantile_forest_grown_by_itself():
    """Leaves so large that the best split is unique, so that both grow the same trees."""
    X, y, _, _ = mixed_problem()
    forest = ARSieveForestRegressor(7, bootstrap=None, min_samples_leaf=20, random_state=0).fit(X, y)
    peer = RandomForestQuantileRegressor(
        7, bootstrap=False, min_samples_leaf=20, max_samples_leaf=None, random_state=0
    ).fit(X, y)
    levels = np.random.default_rng(0).random(20).tolist()
    np.testing.assert_allclose(forest.predict_quantiles(X, levels), peer.predict(X, levels), rtol=1e-9)


# ---- numpy, where there is one leaf ----


def test_trees_without_splits_have_the_quantiles_of_all_that_was_drawn():
    levels = np.linspace(0, 1, 21)
    for bootstrap in ("ar_sieve", "iid", None):
        forest, X, y = fitted(bootstrap=bootstrap, min_samples_leaf=len(ar_series(150)))
        drawn = draws_of(forest, 30)
        pooled = drawn[:, 3:] if bootstrap == "ar_sieve" else np.repeat(np.tile(y, 30), drawn.ravel())
        np.testing.assert_allclose(
            forest.predict_quantiles(X[:5], levels), np.tile(np.quantile(pooled, levels), (5, 1)), rtol=1e-9
        )


# ---- plain twins ----


@pytest.mark.parametrize("initial", ["stationary", "observed"])
def test_the_sieve_with_every_kind_of_column_and_two_segments(initial):
    X, y, exog, lengths = mixed_problem()
    forest = ARSieveForestRegressor(6, initial=initial, min_samples_leaf=4, random_state=3).fit(X, y)
    columns, series = forest.forest_.columns, draws_of(forest, 6)
    times = np.r_[4 : lengths[0], lengths[0] + 4 : sum(lengths)]
    fixed = exog.astype(np.float32)[:, None]
    found = naive.contents(
        forest.forest_,
        lambda b: naive.simulated_rows(columns, series[b], times, fixed),
        lambda b: np.ones(len(y), int),
    )
    rows = X[::7].astype(np.float32)
    result = forest.predict_quantiles(rows, LEVELS)
    for row, quantiles in zip(rows, result):
        weights, number = naive.weights_at(forest.forest_, row, found, lambda b, i: (b, times[i]))
        values = {key: series[key] for key in weights}
        assert float(sum(weights[key] * Fraction(values[key]) for key in weights)) == pytest.approx(
            forest.predict(row[None])[0], rel=1e-12
        )
        np.testing.assert_allclose(quantiles, naive.quantiles_at(values, weights, number, LEVELS), rtol=1e-9)


@pytest.mark.parametrize("n_trees", [3, 40])
def test_auto_adds_out_of_bag_residuals_that_share_leaves(n_trees):
    X, y = embed(threshold_series())
    forest = auto(n_trees).fit(X, y)
    known = np.isfinite(forest.residuals_)
    assert known.all() == (n_trees == 40)
    found = naive.contents(forest.forest_, lambda b: X.astype(np.float32), lambda b: known.astype(int))
    rows = np.vstack([X[::9], np.random.default_rng(0).normal(size=(20, 3)) * 3])
    result = forest.predict_quantiles(rows, LEVELS) - forest.predict(rows)[:, None]
    for row, quantiles in zip(rows.astype(np.float32), result):
        weights, number = naive.weights_at(forest.forest_, row, found)
        expected = naive.quantiles_at(forest.residuals_, weights, number, LEVELS)
        np.testing.assert_allclose(quantiles, expected, rtol=1e-9, atol=1e-12)


def test_auto_takes_all_residuals_where_no_leaf_has_one():
    """Leaves of three trees hold few rows, some of them only such as every tree drew."""
    X, y = embed(threshold_series())
    forest = auto(3, min_samples_leaf=1).fit(X, y)
    known = np.flatnonzero(np.isfinite(forest.residuals_))
    leaves = forest.apply(X)
    alone = [i for i in range(len(y)) if not (leaves[known] == leaves[i]).any()]
    assert alone
    expected = np.quantile(forest.residuals_[known], LEVELS) + forest.predict(X[alone])[:, None]
    np.testing.assert_allclose(forest.predict_quantiles(X[alone], LEVELS), expected, rtol=1e-10)


# ---- theory ----


def test_quantiles_of_changing_spread_cover_as_they_say():
    """y ~ N(0, (.5 + x)²), x uniform on (0, 1): between the .1 and .9 quantiles lie .8 of new values.

    25 pairs of samples give the Monte Carlo standard error. A forest has a bias of its own, as the spread
    changes within leaves: .03 are left to it. Quantiles blind to x would cover .95 at small x, .66 at large.
    """
    rates, narrow = [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        x = rng.random((1400, 1))
        y = (0.5 + x[:, 0]) * rng.standard_normal(1400)
        forest = ARSieveForestRegressor(100, bootstrap="iid", min_samples_leaf=40, random_state=seed)
        low, high = forest.fit(x[:1000], y[:1000]).predict_quantiles(x[1000:], [0.1, 0.9]).T
        inside, small = (low <= y[1000:]) & (y[1000:] <= high), x[1000:, 0] < 0.3
        rates.append([inside.mean(), inside[small].mean(), inside[x[1000:, 0] > 0.7].mean()])
        narrow.append((high - low)[small].mean() / (high - low)[x[1000:, 0] > 0.7].mean())
    mean, error = np.mean(rates, axis=0), np.std(rates, axis=0, ddof=1) / 5
    assert (error < 0.012).all()
    assert (np.abs(mean - 0.8) < 4.5 * error + 0.03).all()
    # the mean of .5 + x is .65 where x < .3 and 1.35 where x > .7
    assert np.mean(narrow) == pytest.approx(0.65 / 1.35, abs=0.1)


@pytest.mark.parametrize("min_samples_leaf", [5, 25])
def test_the_sieve_on_an_ar_model_has_its_conditional_quantiles(min_samples_leaf):
    """Given y_t = x the next value is N(phi x, 1); x in the middle of the stationary law (sd 1.25).

    The bound is 4.5 standard errors of the mean over independent series, plus .06 for leaves, within which
    phi x changes; a quantile of the wrong level by .05 would be off by .28 at .1 and .13 at .5.
    """
    phi, at = 0.6, np.array([-1.0, 0.0, 1.0])
    levels = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    found = []
    for seed in range(20):
        y = ar_series(1100, phi, seed)[100:]
        forest = ARSieveForestRegressor(150, order=1, min_samples_leaf=min_samples_leaf, random_state=seed)
        found.append(forest.fit(y[:-1, None], y[1:]).predict_quantiles(at[:, None], levels))
    error = np.std(found, axis=0, ddof=1) / np.sqrt(20)
    assert (error < 0.02).all()
    expected = phi * at[:, None] + norm.ppf(levels)
    assert (np.abs(np.mean(found, axis=0) - expected) < 4.5 * error + 0.06).all()


# ---- properties ----


@EXAMPLES
@given(row_problems(), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_they_never_cross_and_stay_among_the_targets(problem, levels):
    X, y, forest = problem
    result = quietly(lambda: forest.fit(X, y)).predict_quantiles(X, levels)
    assert result.shape == (len(y), len(levels))
    assert np.isfinite(result).all()
    assert (np.diff(result[:, np.argsort(levels)], axis=1) >= 0).all()
    if forest.bootstrap != "ar_sieve":
        assert result.min() >= y.min()
        assert result.max() <= y.max()


@by_bootstrap
def test_they_never_cross_with_any_bootstrap(options):
    forest, X, _ = fitted(**options)
    levels = np.random.default_rng(0).permutation(np.linspace(0, 1, 301))
    result = forest.predict_quantiles(X, levels)[:, np.argsort(levels)]
    assert (np.diff(result, axis=1) >= 0).all()
    assert (result[:, 0] < result[:, -1]).all()
    if options["bootstrap"] == "auto":
        result = result - forest.predict(X)[:, None]
        assert result.min() >= np.nanmin(forest.residuals_) - 1e-12
        assert result.max() <= np.nanmax(forest.residuals_) + 1e-12


@EXAMPLES
@given(row_problems())
def test_the_mean_of_the_weighted_targets_is_the_prediction(problem):
    X, y, forest = problem
    predictions = quietly(lambda: forest.fit(X, y)).predict(X)
    rows, grown = X.astype(np.float32), forest.forest_
    make = LeafContents.of_series if forest.bootstrap == "ar_sieve" else LeafContents.of_rows
    contents = make(grown, rows, forest._sample, forest.sampler_)
    members = np.split(contents.values[contents.ranks], contents.starts[1:-1])
    leaves = grown.apply(rows) + grown.roots
    means = [np.mean([members[leaf].mean() for leaf in row]) for row in leaves]
    np.testing.assert_allclose(means, predictions, rtol=0, atol=1e-12 * np.abs(contents.values).max())


@by_bootstrap
def test_scaling_by_a_power_of_two_scales_quantiles_exactly(options):
    forest, X, y = fitted(**options)
    twin = clone(forest).fit(8.0 * X, 8.0 * y)
    np.testing.assert_array_equal(
        twin.predict_quantiles(8.0 * X, LEVELS), 8.0 * forest.predict_quantiles(X, LEVELS)
    )


# ---- contracts ----


@by_bootstrap
def test_a_number_gives_one_value_a_row_and_a_sequence_one_column_a_level(options):
    forest, X, _ = fitted(8, **options)
    table = forest.predict_quantiles(X, LEVELS)
    assert table.shape == (len(X), 6)
    assert table.dtype == np.float64
    for column, level in enumerate(LEVELS):
        single = forest.predict_quantiles(X, level)
        assert single.shape == (len(X),)
        np.testing.assert_array_equal(single, table[:, column])
        np.testing.assert_array_equal(forest.predict_quantiles(X, [level])[:, 0], single)
    for same in (tuple(LEVELS), np.array(LEVELS), pd.Series(LEVELS)):
        np.testing.assert_array_equal(forest.predict_quantiles(X, same), table)
    ends = forest.predict_quantiles(X, [0, 1])
    np.testing.assert_array_equal(forest.predict_quantiles(X, 0), ends[:, 0])
    np.testing.assert_array_equal(forest.predict_quantiles(X[5:6], LEVELS), table[5:6])


@by_bootstrap
def test_same_bits_with_threads_after_pickling_and_for_more_rows(options):
    X, y = embed(ar_series(300))
    rows = np.vstack([X, X[:100] + 0.1])
    one = ARSieveForestRegressor(60, **options, random_state=4, n_jobs=1).fit(X, y)
    two = ARSieveForestRegressor(60, **options, random_state=4, n_jobs=2).fit(X, y)
    expected = one.predict_quantiles(rows, LEVELS)
    np.testing.assert_array_equal(two.predict_quantiles(rows, LEVELS), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(one)).predict_quantiles(rows, LEVELS), expected)
    np.testing.assert_array_equal(one.predict_quantiles(rows[::-1], LEVELS), expected[::-1])
    with joblib.parallel_config(backend="loky", n_jobs=2):
        one.set_params(n_jobs=None)
        np.testing.assert_array_equal(one.predict_quantiles(rows, LEVELS), expected)


def test_an_unknown_seed_is_kept():
    forest, X, _ = fitted(random_state=None)
    np.testing.assert_array_equal(forest.predict_quantiles(X, 0.3), forest.predict_quantiles(X, 0.3))
    state = fitted(random_state=np.random.RandomState(3))[0]
    with_other_parameters = state.predict_quantiles(X, 0.3)
    state.set_params(random_state=9, n_estimators=1, bootstrap="iid")
    np.testing.assert_array_equal(state.predict_quantiles(X, 0.3), with_other_parameters)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bootstrap", ["iid", "ar_sieve", "auto"])
def test_arrays_that_the_user_overwrites_afterwards_do_not_matter(bootstrap, dtype):
    rng = np.random.default_rng(0)
    X, y = embed(ar_series(120))
    X = np.ascontiguousarray(np.column_stack([X, rng.standard_normal(len(y))]), dtype)
    y, rows = y.copy(), X.copy()
    forest = ARSieveForestRegressor(20, bootstrap=bootstrap, random_state=0).fit(X, y)
    before = forest.predict_quantiles(rows, LEVELS)
    X[:], y[:] = 1e3, -1e3
    np.testing.assert_array_equal(forest.predict_quantiles(rows, LEVELS), before)


@by_bootstrap
def test_a_pickle_keeps_no_leaf_contents(options):
    """Beside nodes (22 bytes each) and roots: float32 features, targets, and little else."""
    forest, X, y = fitted(300, **options)
    forest.predict_quantiles(X, LEVELS)
    grown = forest.forest_
    nodes = 22 * len(grown.left) + 8 * len(grown)
    assert len(pickle.dumps(forest)) < nodes + X.size * 4 + y.nbytes * 8 + 10_000
    assert nodes > 20 * y.nbytes


# ---- mistakes ----


def test_it_wants_a_fit_first():
    with pytest.raises(NotFittedError):
        ARSieveForestRegressor().predict_quantiles([[0.0]], 0.5)


@pytest.mark.parametrize(
    ("quantiles", "error", "words"),
    [
        (95, ValueError, ["quantiles has the value 95", "between 0 and 1", "0.9 for 90 %"]),
        (-0.1, ValueError, ["quantiles has the value -0.1", "between 0 and 1"]),
        ([0.5, 1.0000001], ValueError, ["quantiles has the value 1", "between 0 and 1"]),
        ([0.1, np.nan], ValueError, ["quantiles has the value nan", "between 0 and 1"]),
        (np.inf, ValueError, ["quantiles has the value inf"]),
        ([], ValueError, ["quantiles of shape (0,)", "sequence"]),
        ([[0.1, 0.9]], ValueError, ["quantiles of shape (1, 2)", "sequence"]),
        ([[0.1], [0.2, 0.3]], TypeError, ["quantiles=[[0.1], [0.2, 0.3]]", "sequence"]),
        ("median", TypeError, ["quantiles='median'", "between 0 and 1"]),
        (None, TypeError, ["quantiles=None", "between 0 and 1"]),
        (True, TypeError, ["quantiles=True", "between 0 and 1"]),
        ([0.1, "0.9"], TypeError, ["quantiles=[0.1, '0.9']", "between 0 and 1"]),
        ([0.1, None], TypeError, ["quantiles=[0.1, None]", "between 0 and 1"]),
        (0.5 + 0j, TypeError, ["quantiles=(0.5+0j)", "between 0 and 1"]),
    ],
)
def test_wrong_levels(quantiles, error, words):
    with expect(error, *words):
        regressor_fit().predict_quantiles(np.zeros((1, 2)), quantiles)


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", "auto"])
def test_wrong_rows(bootstrap):
    forest = regressor_fit(bootstrap=bootstrap)
    with expect(ValueError, "3 features", "2 features"):
        forest.predict_quantiles(np.zeros((4, 3)), 0.5)
    with expect(ValueError, "NaN"):
        forest.predict_quantiles([[0.0, np.nan]], 0.5)
    with expect(ValueError, "1e+300", "too large for float32"):
        forest.predict_quantiles([[0.0, 1e300]], 0.5)
