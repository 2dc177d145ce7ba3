"""What the regressor means: lags found, parameters obeyed, randomness, out-of-bag rows, importances."""

from __future__ import annotations

import warnings

import joblib
import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.forest import grow as growing

ARRAYS = ("left", "feature", "threshold", "n_samples", "impurity", "roots")
BOOTSTRAPS = [
    {"bootstrap": "ar_sieve"},
    {"bootstrap": "iid"},
    {"bootstrap": "moving", "block_length": 6},
    {"bootstrap": "circular"},
    {"bootstrap": "stationary"},
    {"bootstrap": "nonoverlapping", "block_length": 10},
    {"bootstrap": "seasonal", "period": 4},
    {"bootstrap": None, "max_features": 1},
]
by_bootstrap = pytest.mark.parametrize("options", BOOTSTRAPS, ids=lambda o: str(o["bootstrap"]))


def ar_series(n=150, phi=0.7, seed=0):
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = phi * y[t - 1] + rng.standard_normal()
    return y


def embed(y, lags):
    most = max(lags)
    return np.column_stack([y[most - k : len(y) - k] for k in lags]), y[most:]


def assert_same_forest(a, b):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a.forest_, name), getattr(b.forest_, name), err_msg=name)


def nodes_of(forest, b):
    """(parent, depth) of each node of tree b beside its arrays."""
    tree = forest.forest_.tree(b)
    depth = np.zeros(len(tree.left), int)
    for node in np.flatnonzero(tree.left >= 0):
        depth[tree.left[node] : tree.left[node] + 2] = depth[node] + 1
    return tree, depth


# ---- lags ----


@pytest.mark.parametrize("lags", [[1, 2, 3], [3, 2, 1], [12, 1], [7], [2, 5, 3, 1]])
def test_lags_are_found_in_the_order_of_the_columns(lags):
    X, y = embed(ar_series(), lags)
    forest = ARSieveForestRegressor(2, random_state=0).fit(X, y)
    assert forest.lags_ == lags
    assert isinstance(forest.lags_, list)
    np.testing.assert_array_equal(forest.segments_, [0, len(y)])


def test_exogenous_and_scaled_columns_among_the_lags():
    rng = np.random.default_rng(3)
    X, y = embed(ar_series(), [1, 2])
    X = np.column_stack([rng.standard_normal(len(y)), 3 * X[:, 0] - 7, X[:, 1], rng.integers(0, 2, len(y))])
    assert ARSieveForestRegressor(2, random_state=0).fit(X, y).lags_ == [None, 1, 2, None]


def test_a_scaled_lag_beside_smaller_lags_is_no_contradiction():
    """Unscaling rounds: what two columns show of the values before the first target differs in last bits."""
    X, y = embed(ar_series(), [1, 2])
    X = np.column_stack([X[:, 0], 3 * X[:, 1] - 7])
    assert ARSieveForestRegressor(2, random_state=0).fit(X, y).lags_ == [1, 2]


def test_given_lags_equal_found_ones():
    X, y = embed(ar_series(), [2, 1])
    found = ARSieveForestRegressor(5, random_state=0).fit(X, y)
    given = ARSieveForestRegressor(5, lags=[2, 1], random_state=0).fit(X, y)
    assert_same_forest(found, given)
    array = ARSieveForestRegressor(5, lags=np.array([2, 1]), random_state=0).fit(X, y)
    assert_same_forest(found, array)


def test_row_strategies_that_ignore_time_do_not_look_for_lags():
    X, y = embed(ar_series(), [1, 2])
    for bootstrap in ("iid", None):
        assert ARSieveForestRegressor(2, bootstrap=bootstrap).fit(X, y).lags_ == [None, None]
        assert ARSieveForestRegressor(2, bootstrap=bootstrap, lags=[1, 2]).fit(X, y).lags_ == [1, 2]
    assert ARSieveForestRegressor(2, bootstrap="moving").fit(X, y).lags_ == [1, 2]


def test_column_order_changes_neither_the_series_nor_large_nodes():
    """Ties between features, frequent in small nodes, go to one drawn by position; large nodes have none."""
    y = ar_series(200)
    orders = ([1, 2, 3, 4], [4, 2, 1, 3], [3, 4, 2, 1])
    forests = []
    for lags in orders:
        X, target = embed(y, lags)
        forests.append(
            ARSieveForestRegressor(20, order=2, min_samples_leaf=30, random_state=1).fit(X, target)
        )
    keys = stream_keys(1, 0, 20, ROLE_DRAW)
    X0, _ = embed(y, orders[0])
    for lags, forest in zip(orders[1:], forests[1:]):
        np.testing.assert_array_equal(forest.sampler_.draw(keys), forests[0].sampler_.draw(keys))
        X, _ = embed(y, lags)
        np.testing.assert_allclose(forest.predict(X), forests[0].predict(X0), rtol=1e-12)
        by_lag = dict(zip(lags, forest.feature_importances_))
        np.testing.assert_allclose([by_lag[k] for k in orders[0]], forests[0].feature_importances_)


def test_interleaved_panels_are_split_by_their_names():
    panel = [ar_series(60, seed=s) for s in (1, 2)]
    frames = [embed(y, [1, 2]) for y in panel]
    X = np.stack([f[0] for f in frames], axis=1).reshape(-1, 2)
    y = np.stack([f[1] for f in frames], axis=1).ravel()
    frame = pd.DataFrame(X, columns=["lag_1", "lag_2"])
    with pytest.warns(UserWarning, match=r"2 series interleaved by time.*pass groups=") as w:
        forest = ARSieveForestRegressor(2, random_state=0).fit(frame, y)
    assert w[0].filename == __file__
    assert forest.lags_ == [1, 2]
    stacked = ARSieveForestRegressor(2, random_state=0).fit(
        pd.concat([frame[::2], frame[1::2]]), np.concatenate([y[::2], y[1::2]])
    )
    assert_same_forest(forest, stacked)
    ARSieveForestRegressor(2, bootstrap="iid").fit(frame, y)  # does not look at the order of rows


def test_stacked_series_make_segments():
    parts = [embed(ar_series(n, seed=n), [1, 2, 3]) for n in (60, 35, 80)]
    X, y = np.vstack([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    forest = ARSieveForestRegressor(5, random_state=0).fit(X, y)
    assert forest.lags_ == [1, 2, 3]
    np.testing.assert_array_equal(forest.segments_, [0, 57, 89, 166])
    assert forest.forest_.n_samples[forest.forest_.roots].tolist() == [166] * 5  # no row across a seam
    assert forest.sampler_.draw(stream_keys(0, 0, 1, ROLE_DRAW)).shape == (1, 60 + 35 + 80)


def test_lags_that_only_names_claim_are_reported():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((50, 2)), columns=["lag_1", "temperature"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ARSieveForestRegressor(2, random_state=0).fit(frame, rng.standard_normal(50))
    texts = [str(w.message) for w in caught]
    assert len(texts) == 2
    assert "'lag_1' of X has the name of a lag, but does not hold earlier values of y" in texts[0]
    assert "no column of X is a lag of y" in texts[1]
    assert all(w.filename == __file__ for w in caught)  # shown where the user called fit


def test_float32_that_loses_the_series_is_reported():
    y = ar_series(100) + 1e7
    X, target = embed(y, [1, 2])
    with pytest.warns(
        UserWarning, match=r"y varies by .* around 1e\+07: as float32 .*Subtract a constant"
    ) as w:
        ARSieveForestRegressor(2, random_state=0).fit(X, target)
    assert w[0].filename == __file__


def test_lags_that_vanish_in_float32_are_reported():
    X, target = embed(ar_series(100) * 1e-46, [1, 2])
    with pytest.warns(UserWarning, match=r"y varies by .*keep steps of 1.4e-45 only.*change their unit"):
        ARSieveForestRegressor(2, random_state=0).fit(X, target)


@pytest.mark.parametrize("n", [3, 10, 50])
@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.filterwarnings("ignore:no column of X is a lag of y:UserWarning")
@pytest.mark.filterwarnings("ignore:.*columns of X that are not lags leave too few of the:UserWarning")
def test_a_target_that_columns_explain_exactly(n, scale):
    """The errors of the regression are rounding errors, or nothing at all: no ground for an alarm."""
    for seed in range(12):
        X = np.random.default_rng(seed).standard_normal((n, 1 + seed % 2))
        X = np.round(3 * X) if seed % 3 == 0 else X
        y = (X.sum(axis=1) * 2 + 1) * scale
        forest = ARSieveForestRegressor(3, min_samples_leaf=1, random_state=0).fit(X, y)
        assert np.isfinite(forest.predict(X)).all()
        if X.shape[1] == 1:  # few rows may be too few for more columns
            np.testing.assert_allclose(forest.predict(X), y, atol=1e-6 * np.abs(y).max())


def test_a_short_trend_without_names():
    with pytest.warns(UserWarning, match="no column of X is a lag of y"):
        forest = ARSieveForestRegressor(3, min_samples_leaf=1).fit([[1.0], [2.0], [3.0]], [2.0, 3.0, 4.0])
    np.testing.assert_allclose(forest.predict([[1.0], [2.0], [3.0]]), [2.0, 3.0, 4.0])


def test_the_same_lag_twice():
    X, y = embed(ar_series(), [1, 1, 2])
    forest = ARSieveForestRegressor(4, random_state=0).fit(X, y)
    assert forest.lags_ == [1, 1, 2]
    assert np.isfinite(forest.predict(X)).all()


# ---- sizes ----


@by_bootstrap
def test_depth_and_sizes_are_obeyed(options):
    X, y = embed(ar_series(), [1, 2, 3])
    n = len(y)
    cases = [
        ({"max_depth": 3}, 3, 2, 5),
        ({"min_samples_leaf": 11}, n, 2, 11),
        ({"min_samples_leaf": 0.1}, n, 2, int(np.ceil(0.1 * n))),
        ({"min_samples_leaf": 1, "min_samples_split": 40}, n, 40, 1),
        ({"min_samples_leaf": 1, "min_samples_split": 0.5}, n, int(np.ceil(0.5 * n)), 1),
        ({"min_samples_leaf": 1, "min_samples_split": 1.0}, n, n, 1),
    ]
    for sizes, depth_limit, least_split, least_leaf in cases:
        forest = ARSieveForestRegressor(6, **options, **sizes, random_state=0).fit(X, y)
        for b in range(6):
            tree, depth = nodes_of(forest, b)
            inner = tree.left >= 0
            assert inner[0]
            assert depth.max() <= depth_limit
            assert tree.n_samples[inner].min() >= least_split
            assert tree.n_samples[~inner].min() >= least_leaf
            if "max_depth" in sizes:
                assert depth.max() == 3  # with 149 rows and leaves of 5 it is reached


def test_trees_are_grown_out_where_nothing_stops_them():
    X, y = embed(ar_series(), [1, 2, 3])
    forest = ARSieveForestRegressor(2, bootstrap=None, min_samples_leaf=1).fit(X, y)
    np.testing.assert_allclose(forest.predict(X), y, rtol=1e-12)


@pytest.mark.parametrize(("most", "expected"), [(1, 1), (40, 40), (0.25, 37), (1.0, 148), (None, 148)])
def test_max_samples_is_the_size_of_the_root(most, expected):
    X, y = embed(ar_series(), [1, 2])
    forest = ARSieveForestRegressor(4, bootstrap="iid", max_samples=most, random_state=0).fit(X, y)
    assert forest.forest_.n_samples[forest.forest_.roots].tolist() == [expected] * 4


def test_max_features_is_the_number_of_candidates():
    """Roots split on the strongest of the candidates: with p lags of one series, that tells how many."""
    X, y = embed(ar_series(400, 0.9), list(range(1, 10)))

    def share_of_lag_1(max_features):
        forest = ARSieveForestRegressor(
            400, bootstrap="iid", max_features=max_features, max_depth=1, random_state=0
        ).fit(X, y)
        return np.mean(forest.forest_.feature[forest.forest_.roots] == 0)

    for word, m in (("sqrt", 3), ("log2", 3), (1, 1), (5, 5), (1 / 3, 3), (0.6, 5), (0.01, 1)):
        # lag 1 always wins where it is drawn; five standard errors of a share of 400
        assert share_of_lag_1(word) == pytest.approx(m / 9, abs=5 * np.sqrt(m / 9 * (1 - m / 9) / 400)), word
    assert share_of_lag_1(None) == share_of_lag_1(1.0) == share_of_lag_1(9) == 1.0


# ---- randomness ----


@by_bootstrap
def test_the_same_seed_gives_the_same_forest_for_any_number_of_jobs(options, monkeypatch):
    monkeypatch.setattr(growing, "_CELLS_WORTH_THREADS", 0)
    X, y = embed(ar_series(), [1, 2, 3])
    parameters = {"n_estimators": 30, **{"max_features": 2}, **options, "random_state": 4}
    one = ARSieveForestRegressor(**parameters).fit(X, y)
    for n_jobs in (1, 2, -1):
        other = ARSieveForestRegressor(**parameters, n_jobs=n_jobs).fit(X, y)
        assert_same_forest(one, other)
        np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert_same_forest(one, ARSieveForestRegressor(**parameters).fit(X, y).fit(X, y))
    few = ARSieveForestRegressor(**parameters | {"n_estimators": 11}).fit(X, y)
    for b in range(11):
        for name in ("left", "feature", "threshold", "n_samples", "impurity"):
            np.testing.assert_array_equal(
                getattr(few.forest_.tree(b), name), getattr(one.forest_.tree(b), name)
            )
    other = ARSieveForestRegressor(**parameters | {"random_state": 5}).fit(X, y)
    assert not np.array_equal(one.predict(X), other.predict(X))


def test_processes_give_the_same_forest(monkeypatch):
    X, y = embed(ar_series(2000), [1, 2, 3, 4, 5])
    forest = ARSieveForestRegressor(250, random_state=4, oob_score=True, bootstrap="circular")
    one = forest.fit(X, y)
    with joblib.parallel_config(backend="loky", n_jobs=2):
        two = ARSieveForestRegressor(**forest.get_params()).fit(X, y)
        many = two.predict(X)
    assert_same_forest(one, two)
    np.testing.assert_array_equal(one.predict(X), many)
    np.testing.assert_array_equal(one.oob_prediction_, two.oob_prediction_)


def test_kinds_of_random_state():
    X, y = embed(ar_series(), [1, 2])

    def fit(random_state):
        return ARSieveForestRegressor(5, random_state=random_state).fit(X, y).predict(X)

    np.testing.assert_array_equal(fit(3), fit(np.int64(3)))
    np.testing.assert_array_equal(fit(np.random.RandomState(3)), fit(np.random.RandomState(3)))
    shared = np.random.RandomState(3)
    assert not np.array_equal(fit(shared), fit(shared))
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert not np.array_equal(fit(None), fit(None))
    after = np.random.get_state()[1]  # noqa: NPY002
    np.testing.assert_array_equal(after, state)  # the global state is left alone


# ---- out-of-bag, importances, exogenous signal ----


@pytest.mark.parametrize("bootstrap", ["ar_sieve", None])
def test_out_of_bag_scores_are_refused_with_the_reason(bootstrap):
    X, y = embed(ar_series(), [1, 2])
    with pytest.raises(ValueError, match=r"oob_score=True .*bootstrap=.* no observed row out.*hold-out"):
        ARSieveForestRegressor(5, bootstrap=bootstrap, oob_score=True).fit(X, y)


@pytest.mark.parametrize("power", [-900, -300, 300, 900])
def test_out_of_bag_scores_have_no_unit(power):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((80, 2))
    y = X[:, 0] + 0.5 * rng.standard_normal(80)
    options = {"bootstrap": "iid", "oob_score": True, "random_state": 0}
    one = ARSieveForestRegressor(60, **options).fit(X, y)
    other = ARSieveForestRegressor(60, **options).fit(X, y * 2.0**power)
    assert one.oob_score_ > 0.3
    assert other.oob_score_ == one.oob_score_


@by_bootstrap
def test_importance_of_a_planted_lag(options):
    rng = np.random.default_rng(8)
    y = np.zeros(400)
    for t in range(3, 400):
        y[t] = -0.85 * y[t - 3] + rng.standard_normal()
    X, target = embed(y, [1, 2, 3, 4])
    importances = ARSieveForestRegressor(20, **options, random_state=0).fit(X, target).feature_importances_
    assert importances.shape == (4,)
    assert importances.sum() == pytest.approx(1.0)
    assert (importances >= 0).all()
    assert np.argmax(importances) == 2
    if options["bootstrap"] is not None:
        assert importances[2] > 0.6  # R² of lag 3 is .72


def test_importances_of_a_constant_target_are_zero():
    X = np.random.default_rng(0).standard_normal((30, 2))
    forest = ARSieveForestRegressor(3, bootstrap="iid").fit(X, np.full(30, 2.5))
    np.testing.assert_array_equal(forest.feature_importances_, [0.0, 0.0])
    np.testing.assert_array_equal(forest.predict(X), np.full(30, 2.5))


def test_the_sieve_keeps_the_signal_of_an_exogenous_column():
    """y_t = .5 y_{t-1} + 3 z_t + e_t, z known: one unit of z must move the prediction by nearly 3."""
    rng = np.random.default_rng(1)
    n = 500
    z = rng.standard_normal(n)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = 0.5 * y[t - 1] + 3.0 * z[t] + 0.5 * rng.standard_normal()
    X = np.column_stack([y[:-1], z[1:]])
    forest = ARSieveForestRegressor(100, random_state=0).fit(X, y[1:])
    assert forest.lags_ == [1, None]
    grid = np.array([[0.0, -1.0], [0.0, 1.0]])
    low, high = forest.predict(grid)
    assert high - low == pytest.approx(6.0, rel=0.15)
    truth = 0.5 * X[:, 0] + 3.0 * X[:, 1]
    assert np.corrcoef(forest.predict(X), truth)[0, 1] > 0.98
    assert forest.ar_.coef[0] == pytest.approx(0.5, abs=0.05)


def test_a_linear_trend_in_columns_that_are_no_lags_is_kept():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((300, 3))
    y = 2.0 * X[:, 0] - X[:, 2] + 0.3 * rng.standard_normal(300)
    with pytest.warns(
        UserWarning, match=r"no column of X is a lag of y: .*linear effects only.*bootstrap='iid'"
    ):
        forest = ARSieveForestRegressor(50, random_state=0).fit(X, y)
    assert forest.lags_ == [None, None, None]
    fresh = rng.standard_normal((300, 3))
    truth = 2.0 * fresh[:, 0] - fresh[:, 2]
    assert 1 - np.mean((forest.predict(fresh) - truth) ** 2) / truth.var() > 0.85


def test_predictions_do_not_depend_on_the_other_rows():
    X, y = embed(ar_series(300), [1, 2, 3])
    forest = ARSieveForestRegressor(30, random_state=0).fit(X, y)
    whole = forest.predict(X)
    np.testing.assert_array_equal([forest.predict(x[None])[0] for x in X[:40]], whole[:40])
    np.testing.assert_array_equal(forest.predict(X[::-1]), whole[::-1])


def test_progress_goes_to_stderr_only_if_wanted(capsys):
    X, y = embed(ar_series(), [1, 2])
    ARSieveForestRegressor(5, random_state=0).fit(X, y)
    assert capsys.readouterr() == ("", "")
    ARSieveForestRegressor(5, random_state=0, verbose=1).fit(X, y)
    out, err = capsys.readouterr()
    assert out == ""
    assert "growing trees" in err
