from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

pytest.importorskip("pyarrow")

from simulation import StudyError, summarize
from simulation.montecarlo import geometric_mean, mean_with_error, paired_ratio
from tests.simulation.synthetic_study import (
    AR,
    MA,
    METHODS,
    SHIFT,
    SINE,
    WALK,
    Shard,
    begin,
    fill,
    make_design,
)

SCALES = {"AR-sieve forest": 0.3, "IID forest": 0.6, "naive": 1.2, "oracle": 0.0}


def correlated_losses(rng, n, shape=0.5, shared=0.8):
    """Pairs of squared errors with a common part; both have mean 1."""
    common, a, b = rng.standard_normal((3, n))
    return tuple((shared**0.5 * common + (1 - shared) ** 0.5 * own) ** 2 for own in (a, b))


def row(table, **key):
    """The one row of a table with these values."""
    for name, value in key.items():
        table = table[table[name].isna()] if value is None else table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


# Estimates and their errors


def test_mean_agrees_with_scipy():
    x = np.random.default_rng(0).gamma(0.5, size=57)
    mean = mean_with_error(np.append(x, [np.nan, np.inf]))
    assert mean.n == 57
    np.testing.assert_allclose([mean.value, mean.se], [x.mean(), stats.sem(x)], rtol=1e-12)


def test_ratio_by_its_formula():
    rng = np.random.default_rng(1)
    a, b = rng.gamma(0.5, size=(2, 83))
    ratio = paired_ratio(a, b)
    influence = a / a.mean() - b / b.mean()
    assert ratio.n == 83
    np.testing.assert_allclose(ratio.value, a.mean() / b.mean(), rtol=1e-12)
    np.testing.assert_allclose(ratio.log_se, stats.sem(influence), rtol=1e-12)
    quantile = stats.t.ppf(0.975, 82)
    ends = np.log(ratio.value) + np.array([-1, 1]) * quantile * ratio.log_se
    np.testing.assert_allclose(np.log([ratio.lower, ratio.upper]), ends, rtol=1e-10)


def test_ratio_agrees_with_the_jackknife():
    # The delta method's error and the jackknife's agree to first order in 1/n.
    a, b = correlated_losses(np.random.default_rng(2), 2000)
    log_ratios = np.log((a.sum() - a) / (b.sum() - b))
    n = len(a)
    jackknife = np.sqrt((n - 1) / n * ((log_ratios - log_ratios.mean()) ** 2).sum())
    np.testing.assert_allclose(paired_ratio(a, b).log_se, jackknife, rtol=0.02)


def test_interval_covers():
    # 2,000 studies of 200 replications: the coverage's own standard error is .005 at .95; the t interval for
    # skewed losses may fall short by about a point.
    rng = np.random.default_rng(3)
    hits = sum(
        ratio.lower <= 1.0 <= ratio.upper
        for ratio in (paired_ratio(*correlated_losses(rng, 200)) for _ in range(2000))
    )
    assert 0.93 < hits / 2000 < 0.97


def test_pairs_beat_separate_averages():
    a, b = correlated_losses(np.random.default_rng(4), 5000)
    apart = np.hypot(stats.sem(a) / a.mean(), stats.sem(b) / b.mean())
    # corr(a, b) = .8**2 = .64 for squares of normals that correlate by .8, so the error shrinks to sqrt(.36).
    np.testing.assert_allclose(paired_ratio(a, b).log_se / apart, 0.6, atol=0.05)


def test_geometric_mean_and_its_error():
    # k independent ratios: the error of the mean log is the root of the sum of squares, over k.
    mean = geometric_mean([0.5, 2.0, 4.0, np.nan, 0.0], [0.1, 0.2, 0.2, 0.1, np.nan])
    assert mean.n == 3
    np.testing.assert_allclose([mean.value, mean.log_se], [4 ** (1 / 3), 0.3 / 3], rtol=1e-12)
    np.testing.assert_allclose(mean.upper / mean.value, np.exp(stats.norm.ppf(0.975) * 0.1), rtol=1e-12)


@pytest.mark.parametrize("k", [1e-150, 1e-9, 1e9, 1e150])
def test_ratio_keeps_its_value_at_any_scale(k):
    a, b = correlated_losses(np.random.default_rng(5), 40)
    ratio, scaled = paired_ratio(a, b), paired_ratio(k * a, k * b)
    np.testing.assert_allclose(
        [scaled.value, scaled.log_se, scaled.upper], [ratio.value, ratio.log_se, ratio.upper], rtol=1e-12
    )


def test_ratios_without_an_answer():
    assert paired_ratio([], []).n == 0
    assert np.isnan(paired_ratio([1.0, 2.0], [0.0, 0.0]).value)
    nothing = paired_ratio([0.0, 0.0], [1.0, 2.0])
    assert nothing.value == 0.0
    assert np.isnan(nothing.lower)
    one = paired_ratio([1.0, np.nan], [2.0, 1.0])
    assert (one.n, one.value) == (1, 0.5)
    assert np.isnan(one.log_se)
    assert geometric_mean([], []).n == 0
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        paired_ratio([1.0, 2.0], [1.0, 2.0, 3.0])


losses = st.lists(
    st.tuples(*[st.one_of(st.floats(0.0, 1e300), st.sampled_from([np.nan, np.inf, 0.0]))] * 2), max_size=12
)


@given(losses)
@settings(max_examples=200, deadline=None)
def test_ratio_of_anything(pairs):
    a, b = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    ratio = paired_ratio(a, b)
    assert ratio.n == int((np.isfinite(a) & np.isfinite(b)).sum())
    assert np.isnan(ratio.value) or ratio.value >= 0.0
    if np.isfinite(ratio.log_se):
        assert ratio.lower <= ratio.value <= ratio.upper


# Whole studies


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two linear cells of 2 shards, one of another length, with known errors; a third without an oracle."""
    folder = tmp_path_factory.mktemp("study")
    design = make_design([(AR, 100), (AR, 400), (WALK, 100), (SINE, 100)], replications=400)
    store = begin(folder, design)
    rng = np.random.default_rng(6)
    cells = [cell["id"] for cell in design["cells"]]
    for cell in cells:
        scales = {**SCALES, "AR-sieve forest": 3.0} if cell == cells[2] else dict(SCALES)
        oracle = cell != cells[3]
        if not oracle:
            del scales["oracle"]
        for start in (0, 200):
            fill(
                store, cell, rng, n=200, scales=scales, horizon=2, oracle=oracle, start=start,
                correlations={"AR-sieve forest": 0.3, "IID forest": 0.6},
            )  # fmt: skip
    return folder, design, cells


@pytest.fixture(scope="module")
def summary(study):
    return summarize(study[0])


def arrays(folder, cell):
    """Forecasts and what followed by method, read without the summary's help."""
    from simulation.store import read_table

    table = read_table(folder, "forecasts")
    table = table[table["cell"] == cell]
    return {
        method: part.sort_values(["replication", "step"])[["forecast", "actual", "oracle"]]
        .to_numpy()
        .reshape(-1, 2, 3)
        for method, part in table.groupby("method")
    }


def test_errors_by_their_definition(study, summary):
    folder, _, cells = study
    by_method = arrays(folder, cells[0])
    for method, values in by_method.items():
        forecast, actual, mean = np.moveaxis(values, 2, 0)
        squares = (forecast - actual) ** 2
        for step, loss in ((1, squares[:, 0]), (2, squares[:, 1]), (0, squares.mean(axis=1))):
            got = row(summary.mse, cell=cells[0], method=method, step=step)
            assert got["n"] == 400
            np.testing.assert_allclose([got["mse"], got["se"]], [loss.mean(), stats.sem(loss)], rtol=1e-12)
        distance = (forecast[:, 0] - mean[:, 0]) ** 2
        got = row(summary.excess, cell=cells[0], method=method, step=1)
        np.testing.assert_allclose(
            [got["excess"], got["se"]], [distance.mean(), stats.sem(distance)], rtol=1e-12
        )


def test_ratios_and_differences_by_their_definition(study, summary):
    folder, _, cells = study
    by_method = arrays(folder, cells[1])
    loss = {method: (v[:, 0, 0] - v[:, 0, 1]) ** 2 for method, v in by_method.items()}
    base = loss["IID forest"]
    for method, own in loss.items():
        got = row(summary.ratios, cell=cells[1], method=method, step=1)
        np.testing.assert_allclose(got["ratio"], own.mean() / base.mean(), rtol=1e-12)
        np.testing.assert_allclose(
            got["log_se"], stats.sem(own / own.mean() - base / base.mean()), rtol=1e-9, atol=1e-15
        )
        got = row(summary.differences, cell=cells[1], method=method, step=1)
        gap = own - base
        np.testing.assert_allclose(
            [got["mean"], got["median"], got["q95"], got["scale"], got["wins"]],
            [gap.mean(), np.median(gap), np.quantile(gap, 0.95), base.mean(), (gap < 0).mean()],
            rtol=1e-9, atol=1e-12,
        )  # fmt: skip


def test_invented_errors_are_found(summary):
    # E[excess] = scale**2 and E[MSE] = 1 + scale**2; each mean of 400 within 4 of its standard errors.
    for got in summary.excess.itertuples():
        if got.step == 1 and got.cell.endswith("T400"):
            assert abs(got.excess - SCALES[got.method] ** 2) <= 4.0 * got.se
    for got in summary.mse.itertuples():
        if got.step == 1 and got.cell.endswith("T400"):
            assert abs(got.mse - (1.0 + SCALES[got.method] ** 2)) <= 4.0 * got.se


def test_groups_and_pooling(study, summary):
    cells = study[2]
    assert list(summary.cells["group"]) == [
        "linear, stationary",
        "linear, stationary",
        "unit root",
        "non-linear",
    ]
    parts = [row(summary.ratios, cell=cell, method="naive", step=1) for cell in cells[:2]]
    both = row(summary.pooled, group="linear, stationary", length=None, method="naive", step=1)
    assert both["n"] == 2
    np.testing.assert_allclose(both["ratio"], np.sqrt(parts[0]["ratio"] * parts[1]["ratio"]), rtol=1e-12)
    np.testing.assert_allclose(
        both["log_se"], np.hypot(parts[0]["log_se"], parts[1]["log_se"]) / 2.0, rtol=1e-12
    )
    assert (both["n_lower"], both["n_higher"]) == (0, 2)
    one = row(summary.pooled, group="linear, stationary", length=400, method="naive", step=1)
    np.testing.assert_allclose(one["ratio"], parts[1]["ratio"], rtol=1e-12)
    everything = row(summary.pooled, group="all", length=None, method="AR-sieve forest", step=1)
    assert everything["n"] == 4
    assert (everything["n_lower"], everything["n_higher"]) == (3, 1)


def test_best_and_who_cannot_be_told_from_it(study, summary):
    cells = study[2]
    best = row(summary.best, cell=cells[0], step=1)
    assert best["method"] == "AR-sieve forest"  # the oracle takes no part
    assert best["tied"] == ()
    assert row(summary.best, cell=cells[2], step=1)["method"] == "IID forest"


def test_no_oracle_no_excess(study, summary):
    cells = study[2]
    assert cells[3] not in set(summary.excess["cell"])
    there = summary.mse[summary.mse["cell"] == cells[3]]
    assert set(there["method"]) == {"AR-sieve forest", "IID forest", "naive"}
    assert summary.failures.empty
    assert list(summary.cells["done"]) == [400] * 4


def test_methods_and_costs(study, summary):
    methods = summary.methods.set_index("method")
    assert list(methods.index[methods["is_forest"]]) == ["AR-sieve forest", "IID forest"]
    assert list(methods.index[methods["is_oracle"]]) == ["oracle"]
    assert summary.reference == "IID forest"
    cost = row(summary.costs, cell=study[2][0], method="naive")
    assert (cost["n"], cost["n_lags"], cost["model_bytes"]) == (400, 0, 1000)
    # U(.8, 1.2) ms: mean 1, standard deviation .4 / sqrt(12).
    np.testing.assert_allclose(cost["seconds"], 1e-3, atol=4e-3 * 0.4 / 12**0.5 / 20)
    np.testing.assert_allclose(cost["seconds_se"], 1e-3 * 0.4 / 12**0.5 / 20, rtol=0.15)
    assert row(summary.correlation, cell=study[2][0], method="IID forest")["correlation"] == pytest.approx(
        0.6
    )


# Failures, gaps, and studies that are not done


def small_shard(cell, n=6):
    """Replications in which naive is off by 1, the IID forest by 2, the sieve by 3."""
    shard = Shard(cell)
    for replication in range(n):
        for method, error in (("naive", 1.0), ("IID forest", 2.0), ("AR-sieve forest", 3.0)):
            error *= 1.0 + 0.1 * replication
            shard.ok(replication, method, [error] * 2, [0.0] * 2, [0.0] * 2)
    return shard


def test_failures_are_counted_and_leave_pairs(tmp_path):
    design = make_design([(AR, 100)], replications=6)
    cell = design["cells"][0]["id"]
    shard = small_shard(cell)
    for table in (shard.forecasts, shard.fits, shard.costs):
        table[:] = [r for r in table if not (r[2] == "AR-sieve forest" and r[1] in (0, 1, 2))]
    shard.failed(0, "AR-sieve forest", "ValueError: too short")
    shard.failed(1, "AR-sieve forest", "ValueError: too short")
    shard.failed(2, "AR-sieve forest", None)
    # A fit that says it is ok and forecasts inf fails as a whole.
    shard.forecasts = [
        (*r[:4], np.inf, *r[5:]) if (r[1], r[2], r[3]) == (3, "AR-sieve forest", 2) else r
        for r in shard.forecasts
    ]
    shard.write(begin(tmp_path, design), 0, 6)
    summary = summarize(tmp_path)
    got = row(summary.mse, method="AR-sieve forest", step=1)
    assert got["n"] == 2
    np.testing.assert_allclose(got["mse"], 9.0 * (1.4**2 + 1.5**2) / 2.0)
    ratio = row(summary.ratios, method="AR-sieve forest", step=1)
    assert ratio["n"] == 2
    np.testing.assert_allclose(ratio["ratio"], 9.0 / 4.0)  # on the pairs 4 and 5, exactly
    assert row(summary.ratios, method="naive", step=1)["n"] == 6
    failures = summary.failures
    assert list(failures["message"]) == ["ValueError: too short", "no message", "the forecast is not finite"]
    assert list(failures["count"]) == [2, 1, 1]
    assert set(failures["failed"]) == {4}
    assert set(failures["attempted"]) == {6}
    # Too few forecasts to be called the best, though the few are there.
    assert row(summary.best, step=1)["method"] == "naive"
    assert "AR-sieve forest" not in row(summary.best, step=1)["tied"]


def test_warnings_are_kept_apart(tmp_path):
    design = make_design([(AR, 100)], replications=2)
    shard = Shard(design["cells"][0]["id"])
    shard.ok(0, "IID forest", [1, 1], [0, 0], [0, 0], message="UserWarning: near a unit root")
    shard.ok(1, "IID forest", [1, 1], [0, 0], [0, 0])
    shard.write(begin(tmp_path, design), 0, 2)
    summary = summarize(tmp_path)
    assert summary.failures.empty
    assert summary.warnings[["method", "attempted", "warned", "message", "count"]].to_numpy().tolist() == [
        ["IID forest", 2, 1, "UserWarning: near a unit root", 1]
    ]


def test_an_oracle_may_know_some_steps_only(tmp_path):
    design = make_design([(AR, 100)], replications=3)
    shard = Shard(design["cells"][0]["id"])
    for replication in range(3):
        shard.ok(replication, "IID forest", [1, 1], [0, 0], [0.5, np.nan])
        shard.ok(replication, "oracle", [0.5, np.nan], [0, 0], [0.5, np.nan])
    shard.write(begin(tmp_path, design), 0, 3)
    summary = summarize(tmp_path)
    assert summary.failures.empty
    assert set(summary.mse.loc[summary.mse["method"] == "oracle", "step"]) == {1}
    assert set(summary.excess["step"]) == {1}


@pytest.mark.parametrize("done", [0, 6])
def test_unfinished_studies(tmp_path, done):
    design = make_design([(AR, 100), (MA, 100), (SHIFT, 100)], replications=10)
    store = begin(tmp_path, design)
    if done:
        small_shard(design["cells"][1]["id"]).write(store, 0, 6)
    summary = summarize(tmp_path)
    assert list(summary.cells["planned"]) == [10, 10, 10]
    assert list(summary.cells["done"]) == [0, done, 0]
    assert list(summary.cells["group"]) == ["linear, stationary"] * 2 + ["changing level"]
    assert set(summary.mse["cell"]) == ({design["cells"][1]["id"]} if done else set())
    assert set(summary.tables()) >= {"cells", "mse", "ratios", "pooled", "failures"}


def test_one_replication_has_no_error(tmp_path):
    design = make_design([(AR, 100)], replications=1)
    small_shard(design["cells"][0]["id"], n=1).write(begin(tmp_path, design), 0, 1)
    summary = summarize(tmp_path)
    got = row(summary.ratios, method="naive", step=1)
    assert got["ratio"] == 0.25
    assert np.isnan(got["log_se"])
    assert (summary.pooled["n"] == 0).all()


@pytest.mark.parametrize("scale", [1e-170, 1e-9, 1e9, 1e170])
def test_scales(tmp_path, scale):
    design = make_design([(AR, 100)], replications=6)
    shard = small_shard(design["cells"][0]["id"])
    shard.forecasts = [(*r[:4], *(scale * value for value in r[4:])) for r in shard.forecasts]
    shard.write(begin(tmp_path, design), 0, 6)
    summary = summarize(tmp_path)
    np.testing.assert_allclose(row(summary.ratios, method="naive", step=1)["ratio"], 0.25, rtol=1e-12)
    np.testing.assert_allclose(row(summary.excess, method="naive", step=0)["ratio"], 0.25, rtol=1e-12)


def test_reference_falls_back_to_the_iid_forest(tmp_path):
    begin(tmp_path / "a", make_design([(AR, 100)], reference=None))
    assert summarize(tmp_path / "a").reference == "IID forest"
    others = [method for method in METHODS if method["label"] != "IID forest"]
    begin(tmp_path / "b", make_design([(AR, 100)], reference=None, methods=others))
    assert summarize(tmp_path / "b").reference == "AR-sieve forest"


def test_no_study(tmp_path):
    with pytest.raises(StudyError, match="no study"):
        summarize(tmp_path)
