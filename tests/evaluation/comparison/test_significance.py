"""Tests of chance: beside statsmodels, arch, closed forms; how often they are wrong where all are equal."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import MCS, CircularBlockBootstrap
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.stattools import diebold_mariano_test

from arsieve_rf.evaluation.comparison._significance import (
    REPLICATIONS,
    block_length,
    clear_best,
    confidence_set,
    diebold_mariano,
    holm,
    ratio_intervals,
    window_horizon,
)


def equal_losses(n, h, k, rng, persistence=0.6):
    """Losses of k equally good methods in windows one step apart: AR(1) errors plus each method's own."""
    shocks = rng.standard_normal(n + h)
    errors = np.zeros((n, h))
    for j in range(h):
        errors[:, j] = sum(0.7 ** (j - i) * shocks[i : i + n] for i in range(j + 1))
    own = rng.standard_normal((n, h, k))
    for t in range(1, n):
        own[t] = persistence * own[t - 1] + np.sqrt(1 - persistence**2) * own[t]
    return ((errors[:, :, None] + 0.4 * own) ** 2).mean(axis=1)


@pytest.mark.parametrize(
    ("h", "step", "wanted"), [(1, 1, 1), (6, 1, 6), (6, 2, 3), (6, 4, 2), (6, 6, 1), (2, 9, 1)]
)
def test_windows_that_share_steps(h, step, wanted):
    shared = [lag for lag in range(1, h + 1) if set(range(h)) & set(range(lag * step, lag * step + h))]
    assert window_horizon(h, step) == len(shared) + 1 == wanted


@pytest.mark.parametrize(
    ("n", "horizon", "wanted"), [(27, 1, 3), (64, 1, 4), (24, 6, 6), (4, 6, 4), (1, 1, 1)]
)
def test_blocks_hold_the_windows_that_share_steps(n, horizon, wanted):
    assert block_length(n, horizon) == wanted


def test_diebold_mariano_is_the_paired_t_test_where_windows_share_nothing():
    a, b = np.random.default_rng(0).exponential(size=(2, 15))
    assert diebold_mariano(a, b, 1) == pytest.approx(stats.ttest_rel(a, b).pvalue, rel=1e-9)


@pytest.mark.parametrize("horizon", [2, 6])
def test_diebold_mariano_by_hand(horizon):
    losses = equal_losses(24, horizon, 2, np.random.default_rng(horizon))
    d = losses[:, 0] - losses[:, 1]
    n, c = len(d), d - d.mean()
    variance = c @ c / n
    for lag in range(1, horizon):
        variance += 2 * (1 - lag / horizon) * (c[lag:] @ c[:-lag]) / n
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = factor * d.mean() / np.sqrt(variance / n)
    wanted = 2 * stats.t.sf(abs(statistic), n - 1)
    assert diebold_mariano(losses[:, 0], losses[:, 1], horizon) == pytest.approx(wanted, rel=1e-9)


def test_diebold_mariano_is_that_of_statsmodels_on_forecasts():
    y, a, b = np.random.default_rng(3).standard_normal((3, 30))
    wanted = diebold_mariano_test(y, a, b, lags=2, harvey_adj=True, horizon=3).pvalue
    assert diebold_mariano((y - a) ** 2, (y - b) ** 2, 3) == pytest.approx(wanted, rel=1e-9)


def test_diebold_mariano_is_symmetric_and_has_no_unit():
    a, b = np.random.default_rng(1).exponential(size=(2, 20))
    p_value = diebold_mariano(a, b, 3)
    assert diebold_mariano(b, a, 3) == pytest.approx(p_value, rel=1e-12)
    for unit in (1e-200, 1e200):
        assert diebold_mariano(a * unit, b * unit, 3) == pytest.approx(p_value, rel=1e-9)


def test_diebold_mariano_at_its_limits():
    a = np.arange(6.0)
    assert diebold_mariano(a, a, 2) == 1.0
    assert diebold_mariano(a, a + 1.0, 2) == 0.0  # always worse by the same
    assert np.isnan(diebold_mariano(a, a[::-1], 6))
    assert np.isfinite(diebold_mariano(a, a[::-1], 5))
    assert np.isnan(diebold_mariano(a[:1], a[1:2], 1))


def test_diebold_mariano_without_a_recent_statsmodels(monkeypatch):
    monkeypatch.delattr("statsmodels.tsa.stattools.diebold_mariano_test")
    a, b = np.random.default_rng(1).exponential(size=(2, 20))
    assert np.isnan(diebold_mariano(a, b, 1))
    assert clear_best(np.column_stack([a, b + 100]), 1, 0.05) is None


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_that_of_statsmodels(seed):
    p_values = np.random.default_rng(seed).uniform(size=7) ** 3
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])


def test_holm_leaves_out_what_is_not_known():
    with_gap = holm(np.array([0.01, np.nan, 0.04, 0.03]))
    np.testing.assert_allclose(with_gap, [0.03, np.nan, 0.06, 0.06])


@pytest.mark.parametrize("horizon", [1, 10])
def test_ratio_intervals_rest_on_arch_and_student(horizon):
    losses = equal_losses(30, horizon, 3, np.random.default_rng(5))
    found = ratio_intervals(losses, 1, horizon, seed=11)
    draws = CircularBlockBootstrap(block_length(30, horizon), losses, seed=11)
    covariance = draws.cov(lambda x: np.log(x.mean(axis=0) / x.mean(axis=0)[1]), REPLICATIONS)
    ratios = losses.mean(axis=0) / losses.mean(axis=0)[1]
    factor = np.sqrt((31 - 2 * horizon + horizon * (horizon - 1) / 30) / 30)
    reach = stats.t.ppf(0.975, 29) / factor * np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(found[:, 0], ratios)
    for i in (0, 2):
        # arch takes deviations from the estimate, we from the mean of the draws
        assert np.log(ratios[i] / found[i, 1]) == pytest.approx(reach[i], rel=0.05)
        assert np.log(found[i, 2] / ratios[i]) == pytest.approx(reach[i], rel=0.05)
    assert found[1].tolist() == [1.0, 1.0, 1.0]


def test_ratio_intervals_have_no_unit_and_mirror_each_other():
    losses = equal_losses(30, 2, 2, np.random.default_rng(6))
    found = ratio_intervals(losses, 0, 2, seed=1)
    np.testing.assert_allclose(ratio_intervals(losses * 2.0**40, 0, 2, seed=1), found, rtol=1e-12)
    other = ratio_intervals(losses, 1, 2, seed=1)
    np.testing.assert_allclose(other[0], (1 / found[1])[[0, 2, 1]])


def test_ratio_intervals_at_their_limits():
    losses = np.array([[1.0, 0.0, 1.0, 2.0], [2.0, 0.0, 2.0, 3.0], [0.5, 0.0, 0.5, 4.0]])
    found = ratio_intervals(losses, 0, 1, seed=0)
    assert found[2].tolist() == [1.0, 1.0, 1.0]
    assert found[1, 0] == 0.0
    assert np.isnan(found[1, 1:]).all()
    with_zero = ratio_intervals(losses, 1, 1, seed=0)
    assert with_zero[1].tolist() == [1.0, 1.0, 1.0]
    assert with_zero[0, 0] == np.inf
    too_few = ratio_intervals(losses, 0, 3, seed=0)
    assert np.isfinite(too_few[3, 0])
    assert np.isnan(too_few[3, 1:]).all()


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_confidence_set_is_that_of_arch(spread, monkeypatch):
    """Some of these sets would be others with arch's defaults, the range and the stationary bootstrap."""
    monkeypatch.setattr("arsieve_rf.evaluation.comparison._significance.REPLICATIONS", 200)
    for seed in range(10):
        losses = equal_losses(24, 2, 6, np.random.default_rng(seed)) * (1.0 + spread * np.arange(6))
        options = {"reps": 200, "block_size": block_length(24, 2), "seed": seed}
        test = MCS(losses, 0.1, method="max", bootstrap="circular", **options)
        test.compute()
        assert np.flatnonzero(confidence_set(losses, 2, seed)).tolist() == sorted(test.included)


def test_confidence_set_at_its_limits():
    rng = np.random.default_rng(0)
    a, b = rng.exponential(size=(2, 20))
    assert confidence_set(np.column_stack([a, a, a]), 1, 0).all()
    assert confidence_set(np.zeros((5, 3)), 1, 0).all()
    twins = confidence_set(np.column_stack([a, a + 5.0, a, a + 5.0]), 1, 0)
    assert twins.tolist() == [True, False, True, False]
    assert confidence_set(np.column_stack([a, b, (a + b) / 2]), 1, 0).any()  # where arch alone never ends
    assert confidence_set(np.column_stack([a, a + 5.0])[:1], 1, 0).all()
    assert confidence_set(np.column_stack([a, a + 5.0])[:4], 4, 0).all()


@pytest.mark.parametrize("k", [2, 7])
@pytest.mark.parametrize(("n", "h"), [(12, 1), (24, 1), (24, 6), (48, 3)])
def test_equal_methods_have_no_winner(n, h, k):
    """At most 5 % of the time; a correct rule with exactly 5 % is refused once in a thousand."""
    rng, replications = np.random.default_rng([n, h, k]), 200
    wins = sum(clear_best(equal_losses(n, h, k, rng), h, 0.05) is not None for _ in range(replications))
    assert wins <= stats.binom.ppf(0.999, replications, 0.05)
    if k == 7:
        assert wins <= 3  # who is to beat six others needs more luck than that


@pytest.mark.parametrize(("n", "h"), [(12, 1), (24, 1), (24, 6), (48, 3)])
def test_equal_methods_do_not_differ_from_the_reference(n, h):
    """The whole family of six tests; the bound allows for the 7 % that losses with memory bring at n = 24."""
    rng, replications = np.random.default_rng([n, h]), 200
    losses = [equal_losses(n, h, 7, rng) for _ in range(replications)]
    rejected = sum(
        (holm(np.array([diebold_mariano(x[:, j], x[:, 0], h) for j in range(1, 7)])) < 0.05).any()
        for x in losses
    )
    assert rejected <= stats.binom.ppf(0.999, replications, 0.07)


@pytest.mark.parametrize(("n", "h"), [(12, 1), (24, 6)])
def test_intervals_of_equal_methods_hold_one(n, h, monkeypatch):
    monkeypatch.setattr("arsieve_rf.evaluation.comparison._significance.REPLICATIONS", 200)
    rng, replications = np.random.default_rng([n, h, 1]), 150
    held = 0
    for i in range(replications):
        _, (_, lower, upper) = ratio_intervals(equal_losses(n, h, 2, rng), 0, h, seed=i)
        held += lower <= 1.0 <= upper
    assert held >= stats.binom.ppf(0.001, replications, 0.9)


@pytest.mark.parametrize(("n", "h"), [(24, 1), (48, 6)])
def test_a_method_that_is_clearly_better_wins(n, h):
    rng, replications, wins = np.random.default_rng([n, h, 2]), 40, 0
    for _ in range(replications):
        losses = equal_losses(n, h, 4, rng)
        losses[:, 1:] += rng.uniform(1.0, 2.0, (n, 3)) * losses.mean()
        wins += clear_best(losses, h, 0.05) == 0
    assert wins >= 0.8 * replications


def test_a_single_method_does_not_win():
    assert clear_best(np.ones((10, 1)), 1, 0.05) is None
