"""Kernels of future paths: their plain twins, the forecast as a special case, impulse responses, moments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.paths import draw_shocks, is_stationary, simulate_paths
from arsieve_rf._kernels.recursion import recurse_mean
from arsieve_rf._kernels.rng import ROLE_PATH, stream_keys
from arsieve_rf.forest.baseline import Baseline
from arsieve_rf.forest.columns import Columns
from arsieve_rf.forest.grow import grow_forest
from arsieve_rf.forest.training import GrowthLimits, TrainingSet
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.iid import IID
from tests.naive import paths as naive

N_PATHS = 7
seeds = st.integers(0, 2**32 - 1)


def keys_of(seed, n=N_PATHS):
    return stream_keys(np.uint64(seed), 0, n, ROLE_PATH)


def coefficients(roots):
    """AR coefficients whose characteristic roots are these."""
    return -np.real(np.atleast_1d(np.poly(roots)))[1:]


def deviations(seed, q=2, p=3, width=1, h=5, size=0.3):
    """Arguments of ``draw_shocks`` between the keys and the outputs."""
    rng = np.random.default_rng(seed)
    return {
        "pool": rng.normal(size=(rng.integers(1, 9), width)),
        "bandwidths": rng.uniform(0.0, 1.0, width),
        "spread": 0.4,
        "factor": np.tril(rng.normal(0.0, size, (q, q))),
        "tilt_lags": np.sort(rng.permutation(p)[:q]) + 1,
        "coef": coefficients(rng.uniform(-0.95, 0.95, p)),
        "level_sd": 0.7,
        "wander_sds": rng.uniform(0.0, 0.5, h),
    }


def drawn(keys, arguments):
    h, q = len(arguments["wander_sds"]), len(arguments["factor"])
    shocks, tilts = np.full((len(keys), h), np.nan), np.full((len(keys), q), np.nan)
    draw_shocks(keys, *arguments.values(), shocks, tilts)
    return shocks, tilts


def small_forest(seed=0, n_trees=9, baseline=None):
    """Lags 2 and 1, a linear function of lags 1 to 3, a fixed column."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 4)).astype(np.float32)
    y = X[:, 0] - X[:, 2] + rng.normal(size=60)
    columns = Columns.of([2, None, None, 1], {1: np.array([0.1, 0.5, 0.0, -0.25])})
    training = TrainingSet(X, y, Columns.of([None] * 4), Observed((y,), 0, None, 60))
    limits = GrowthLimits(2**31 - 1, 2, 3, 4)
    forest = grow_forest(training, IID().fit(training.observed), n_trees, limits, seed)
    return replace(forest, columns=columns, baseline=baseline)


def linear_model(coef, intercept=0.0):
    """A forest without trees: an AR model."""
    p, none = len(coef), np.empty(0, np.int64)
    weights = np.asarray(coef, dtype=float)
    columns = Columns.of(list(range(1, p + 1)))
    nodes = none, none.astype(np.int32), none.astype(np.int32), np.empty(0)
    return columns.lags, columns.slots, columns.linear, np.empty((99, 0)), intercept, weights, *nodes


def simulated(history, model, shocks, tilt_lags=(), tilts=None, center=0.0):
    """``model`` are the arguments from the lags up to the nodes."""
    lags = np.array(tilt_lags, np.int64)
    tilts = np.zeros((len(shocks), len(lags))) if tilts is None else tilts
    out = np.full(shocks.shape, np.nan)
    simulate_paths(np.asarray(history, float), *model, center, lags, tilts, shocks, out)
    return out


# --- stationarity ---


@settings(max_examples=300, deadline=None)
@given(coef=st.lists(st.floats(-2.5, 2.5), max_size=6))
def test_stationary_models_are_those_whose_roots_are_inside_the_circle(coef):
    largest = naive.largest_root(coef)
    assume(abs(largest - 1.0) > 1e-3)  # roots lose digits where several of them meet
    assert is_stationary(np.array(coef, dtype=float)) == (largest < 1.0)


@settings(max_examples=200, deadline=None)
@given(
    inside=st.lists(st.floats(-0.99, 0.99), max_size=6),
    angle=st.floats(0.1, 3.0),
    modulus=st.one_of(st.floats(0.5, 0.99), st.floats(1.01, 2.0)),
)
def test_models_made_from_their_roots(inside, angle, modulus):
    pair = modulus * np.exp(1j * np.array([angle, -angle]))
    assert is_stationary(coefficients([*inside, *pair])) == (modulus < 1.0)


@pytest.mark.parametrize(
    ("coef", "expected"),
    [([], True), ([0.999999], True), ([1.0], False), ([-1.0], False), ([0.5, 0.5], False),
     ([1.5, -0.6], True), ([0.0, 0.0, 1.0], False), ([np.nan], False)],
)  # fmt: skip
def test_the_edge_of_stationarity(coef, expected):
    given_values = np.array(coef, dtype=float)
    kept = given_values.copy()
    assert is_stationary(given_values) == expected
    np.testing.assert_array_equal(given_values, kept)


# --- what paths deviate by ---


@settings(max_examples=150, deadline=None)
@given(
    seed=seeds, p=st.integers(0, 5), q=st.integers(0, 5), width=st.integers(1, 4), h=st.integers(1, 9),
    size=st.sampled_from([0.01, 0.3, 3.0]),
)  # fmt: skip
def test_shocks_and_tilts_are_those_of_the_twin(seed, p, q, width, h, size):
    arguments = deviations(seed, min(p, q), p, width, h, size)
    shocks, tilts = drawn(keys_of(seed), arguments)
    expected = naive.draw_shocks(keys_of(seed), **arguments)
    np.testing.assert_allclose(shocks, expected[0], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(tilts, expected[1], rtol=1e-10, atol=1e-12)


def test_paths_do_not_depend_on_their_neighbours_nor_first_steps_on_the_horizon():
    arguments = deviations(3, h=9, width=2)
    whole = drawn(keys_of(5), arguments)
    parts = [drawn(keys_of(5)[:2], arguments), drawn(keys_of(5)[2:], arguments)]
    for a, b in zip(whole, zip(*parts, strict=True), strict=True):
        np.testing.assert_array_equal(a, np.vstack(b))
    shorter = drawn(keys_of(5), arguments | {"wander_sds": arguments["wander_sds"][:4]})
    np.testing.assert_array_equal(shorter[0], whole[0][:, :4])
    np.testing.assert_array_equal(shorter[1], whole[1])


NOTHING = {
    "bandwidths": np.zeros(1),
    "spread": 0.0,
    "factor": np.zeros((2, 2)),
    "level_sd": 0.0,
    "wander_sds": np.zeros(12),
}


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_rows_of_the_pool_are_used_in_turn(width):
    """Twelve steps: whole rows of distinct numbers, the last one as far as it goes; all rows come."""
    pool = np.arange(6.0 * width).reshape(6, width) + 1.0
    arguments = deviations(0) | {"pool": pool} | NOTHING | {"bandwidths": np.zeros(width)}
    shocks, tilts = drawn(keys_of(1, 60), arguments)
    assert not tilts.any()
    first = np.isin(shocks[:, ::width], pool[:, 0])
    assert first.all()
    for start in range(0, 12, width):
        rows = ((shocks[:, start] - 1.0) / width).astype(int)
        used = shocks[:, start : start + width]
        np.testing.assert_array_equal(used, pool[rows, : used.shape[1]])
    assert len(np.unique(shocks)) == pool.size
    if width < 5:  # each row is drawn anew
        assert (shocks[:, 0] != shocks[:, width]).any()


def test_a_path_has_one_size_and_one_level():
    """A pool of one residual: without wandering all steps of a path are the same, and exp(spread z) of it."""
    arguments = deviations(0) | NOTHING | {"pool": np.array([[2.0]]), "spread": 0.5}
    sizes = drawn(keys_of(2, 4000), arguments)[0] / 2.0
    np.testing.assert_array_equal(sizes, np.repeat(sizes[:, :1], 12, axis=1))
    logs = np.log(sizes[:, 0])
    assert abs(logs.mean()) < 4.5 * 0.5 / np.sqrt(4000)
    assert abs(np.mean(logs**2) - 0.25) < 4.5 * 0.25 * np.sqrt(2 / 4000)
    levels = drawn(keys_of(2, 4000), arguments | {"spread": 0.0, "level_sd": 3.0})[0] - 2.0
    np.testing.assert_array_equal(levels, np.repeat(levels[:, :1], 12, axis=1))
    assert abs(np.mean(levels[:, 0] ** 2) - 9.0) < 4.5 * 9.0 * np.sqrt(2 / 4000)


def test_variances_and_covariances_of_shocks():
    """exp(2 s**2) (pool's variance + bandwidth**2) + level**2 + wandering so far, between steps the last two.

    Means of products over 20,000 paths within 4.5 of their own standard errors.
    """
    wander = np.array([0.5, 0.0, 1.0, 0.3])
    arguments = deviations(0) | NOTHING | {"pool": np.array([[-1.0], [1.0], [2.0], [-2.0]])}
    arguments |= {"bandwidths": np.array([0.8]), "spread": 0.3, "level_sd": 0.7, "wander_sds": wander}
    shocks = drawn(keys_of(9, 20_000), arguments)[0]
    of_level = 0.49 + np.cumsum(wander**2)
    for i in range(4):
        for j in range(i, 4):
            expected = of_level[i] + (np.exp(2 * 0.09) * (2.5 + 0.64) if i == j else 0.0)
            products = shocks[:, i] * shocks[:, j]
            assert abs(products.mean() - expected) < 4.5 * products.std() / np.sqrt(len(products)), (i, j)


def test_covariance_of_coefficients():
    """Far from the edge nothing is moved back: L L'."""
    factor = np.array([[0.02, 0.0], [-0.01, 0.03]])
    arguments = deviations(0) | {"factor": factor, "coef": np.array([0.3, 0.0, 0.1])}
    arguments["tilt_lags"] = np.array([1, 3])
    tilts = drawn(keys_of(4, 20_000), arguments)[1]
    for i, j in [(0, 0), (0, 1), (1, 1)]:
        products = tilts[:, i] * tilts[:, j]
        error = abs(products.mean() - (factor @ factor.T)[i, j])
        assert error < 4.5 * products.std() / np.sqrt(len(products))


@settings(max_examples=150, deadline=None)
@given(
    seed=seeds,
    roots=st.lists(st.floats(-0.999, 0.999), min_size=1, max_size=5),
    q=st.integers(1, 5),
    size=st.sampled_from([0.01, 0.3, 10.0]),
)
def test_no_draw_of_coefficients_leaves_stationarity(seed, roots, q, size):
    coef = coefficients(roots)
    assume(is_stationary(coef))  # rounding beside several roots of .999
    arguments = deviations(seed, min(q, len(coef)), len(coef), size=size) | {"coef": coef}
    tilts = drawn(keys_of(seed), arguments)[1]
    for tilt in tilts:
        tilted = coef.copy()
        tilted[arguments["tilt_lags"] - 1] += tilt
        assert is_stationary(tilted)


def test_draws_are_moved_back_by_tenths_and_only_as_far_as_needed():
    """AR(1), .9 + z: the largest of ten tenths of z that stays below 1."""
    arguments = deviations(0, 1, 1) | {"coef": np.array([0.9]), "factor": np.array([[1.0]])}
    free = drawn(keys_of(6, 500), arguments | {"coef": np.array([0.0]), "factor": np.array([[1e-3]])})[1]
    z = free[:, 0] * 1e3
    tilts = drawn(keys_of(6, 500), arguments)[1][:, 0]
    tenths = np.array([max(k for k in range(11) if abs(0.9 + k / 10 * value) < 1.0) for value in z])
    np.testing.assert_allclose(tilts, tenths / 10 * z, rtol=1e-9)
    assert 0 < np.sum(tenths == 10) < 500


# --- the recursion ---


@settings(max_examples=60, deadline=None)
@given(seed=seeds, h=st.integers(1, 6), with_baseline=st.booleans(), q=st.integers(0, 3))
def test_paths_are_those_of_the_twin(seed, h, with_baseline, q):
    rng = np.random.default_rng(seed)
    baseline = Baseline(0.3, np.array([0.4, 0.0, 0.2, -0.3])) if with_baseline else None
    forest = small_forest(seed % 5, baseline=baseline)
    history, fixed = rng.normal(size=3), rng.normal(size=(h, 1))
    shocks, tilts = rng.normal(size=(N_PATHS, h)), 0.2 * rng.normal(size=(N_PATHS, q))
    lags = rng.permutation(3)[:q] + 1
    model = forest.recursion_arguments(history, h, fixed)[1:]
    out = simulated(history, model, shocks, lags, tilts, 0.5)
    np.testing.assert_array_equal(out, naive.simulate_paths(forest, history, fixed, 0.5, lags, tilts, shocks))


@pytest.mark.parametrize("n_trees", [1, 7, 8, 9, 33])
@pytest.mark.parametrize("n_paths", [1, 8, 9, 300])
@pytest.mark.parametrize("with_baseline", [True, False])
def test_without_deviations_paths_are_the_forecast(n_trees, n_paths, with_baseline):
    """Bit for bit, however many paths and trees stand side by side."""
    rng = np.random.default_rng(n_trees)
    baseline = Baseline(-0.2, rng.normal(0.0, 0.3, 4)) if with_baseline else None
    forest = small_forest(1, n_trees, baseline)
    history, fixed = rng.normal(size=3), rng.normal(size=(12, 1))
    arguments = forest.recursion_arguments(history, 12, fixed)
    forecast = np.empty(12)
    recurse_mean(*arguments, forecast)
    out = simulated(history, arguments[1:], np.zeros((n_paths, 12)), [1, 3])
    np.testing.assert_array_equal(out, np.tile(forecast, (n_paths, 1)))


@pytest.mark.parametrize("j", [0, 1, 4, 8])
@pytest.mark.parametrize("with_baseline", [True, False])
def test_an_innovation_moves_its_own_step_and_those_after_it(j, with_baseline):
    baseline = Baseline(0.1, np.array([0.0, 0.3, 0.0, 0.4])) if with_baseline else None
    forest = small_forest(2, baseline=baseline)
    rng = np.random.default_rng(j)
    history, fixed = rng.normal(size=3), rng.normal(size=(9, 1))
    shocks = rng.normal(size=(5, 9))
    other = shocks.copy()
    other[:, j] += np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    tilts = 0.1 * rng.normal(size=(5, 2))
    model = forest.recursion_arguments(history, 9, fixed)[1:]
    before, after = (simulated(history, model, s, [1, 2], tilts) for s in (shocks, other))
    np.testing.assert_array_equal(before[:, :j], after[:, :j])
    np.testing.assert_array_equal(before[2], after[2])
    np.testing.assert_allclose(after[:, j] - before[:, j], [-3.0, -1.0, 0.0, 1.0, 3.0], atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, p=st.integers(1, 5), j=st.integers(0, 7))
def test_the_effect_on_a_linear_model_is_the_impulse_response(seed, p, j):
    """psi_0 = 1, psi_k = sum_i a_i psi_(k-i)."""
    rng = np.random.default_rng(seed)
    coef = coefficients(rng.uniform(-0.9, 0.9, p))
    psi = [1.0]
    for k in range(1, 12 - j):
        psi.append(sum(coef[i - 1] * psi[k - i] for i in range(1, min(k, p) + 1)))
    shocks = np.zeros((2, 12))
    shocks[1, j] = 2.5
    still, moved = simulated(rng.normal(size=p), linear_model(coef, 0.7), shocks)
    np.testing.assert_array_equal(moved[:j], still[:j])
    np.testing.assert_allclose((moved - still)[j:], 2.5 * np.array(psi), rtol=1e-9, atol=1e-11)


def test_a_tilted_model_is_the_model_of_the_other_coefficients():
    """y - c = (a + d)(y_lag - c): tilts turn around the centre and leave the forecast there alone."""
    coef, tilt, center = np.array([0.5, 0.2]), np.array([0.1, -0.3]), 4.0
    history = np.array([1.0, 7.0])
    intercept = center * (1.0 - coef.sum())
    out = simulated(
        history, linear_model(coef, intercept), np.zeros((1, 8)), [2, 1], tilt[::-1].copy()[None], center
    )
    expected = simulated(history - center, linear_model(coef + tilt), np.zeros((1, 8)))
    np.testing.assert_allclose(out, expected + center, rtol=1e-12)
    at_center = simulated(
        [4.0, 4.0], linear_model(coef, intercept), np.zeros((1, 8)), [1, 2], tilt[None], center
    )
    np.testing.assert_allclose(at_center, 4.0, rtol=1e-12)


@pytest.mark.parametrize("by_tilt", [False, True])
def test_explosive_paths_stay_finite(by_tilt):
    """A coefficient of -3, of the baseline or of a deviation without one."""
    model = list(linear_model([-3.0]))
    model[3] = np.empty((800, 0))
    if by_tilt:
        model[5] = np.empty(0)
    shocks = np.random.default_rng(0).normal(size=(20, 800))
    out = simulated([1.0], model, shocks, [1], np.full((20, 1), -3.0 if by_tilt else 0.0))
    assert np.isfinite(out).all()
    assert np.abs(out).max() == 1e300
