"""Many series: ranks and critical differences beside scipy and Demšar's table; each series as if alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression

from arsieve_rf import forecast_panel
from arsieve_rf.evaluation.comparison import PanelComparison
from arsieve_rf.evaluation.comparison._ranks import critical_difference, friedman, groups, mean_ranks
from tests.evaluation.comparison.cases import compared, panel, small

# J. Demšar (2006), table 5(a): critical values of Nemenyi's test at .05 for 2 to 10 classifiers
DEMSAR = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]


@pytest.mark.parametrize(("k", "value"), list(zip(range(2, 11), DEMSAR)))
def test_critical_differences_are_those_of_the_paper(k, value):
    assert critical_difference(14, k) == pytest.approx(value * np.sqrt(k * (k + 1) / (6 * 14)), abs=2e-3)


def test_ranks_are_shared_by_equals():
    losses = np.array([[1.0, 2.0, 2.0, 5.0], [4.0, 3.0, 2.0, 1.0]])
    assert mean_ranks(losses).tolist() == [2.5, 2.75, 2.25, 2.5]


def test_friedman_is_that_of_scipy_and_has_its_limits():
    losses = np.random.default_rng(0).exponential(size=(9, 4))
    assert friedman(losses) == stats.friedmanchisquare(*losses.T).pvalue
    assert np.isnan(friedman(losses[:, :2]))
    assert np.isnan(friedman(losses[:1]))
    assert friedman(np.ones((5, 3))) == 1.0
    assert np.isnan(critical_difference(5, 1))


@pytest.mark.parametrize("seed", range(20))
def test_groups_hold_all_pairs_that_are_close_and_no_others(seed):
    rng = np.random.default_rng(seed)
    ranks = rng.uniform(1, 8, 8).round(1)
    difference = rng.uniform(0.2, 4)
    found = groups(ranks, difference)
    for i, a in enumerate(ranks):
        for b in ranks[i + 1 :]:
            joined = any(low <= min(a, b) and max(a, b) <= high for low, high in found)
            assert joined == (abs(a - b) <= difference)
    for one in found:
        assert not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in found)


def test_equal_methods_have_no_winner_by_ranks():
    """Over 400 panels of 10 series and 7 equal methods; Nemenyi's test holds its 5 % for any pair at all."""
    rng, apart = np.random.default_rng(0), 0
    for _ in range(400):
        ranks = np.sort(mean_ranks(rng.exponential(size=(10, 7))))
        apart += ranks[-1] - ranks[0] > critical_difference(10, 7)
        assert ranks[1] - ranks[0] <= critical_difference(10, 7)
    assert apart <= stats.binom.ppf(0.999, 400, 0.05)


@pytest.fixture(scope="module")
def result():
    return compared(panel(), forecaster=small(), extra={"line": LinearRegression()})


def test_each_series_is_compared_as_if_alone(result):
    assert isinstance(result, PanelComparison)
    assert list(result.comparisons) == ["s0", "s1", "s2"]
    df = panel()
    for name, rows in df.groupby("unique_id"):
        y = pd.Series(rows["y"].to_numpy(), pd.DatetimeIndex(rows["ds"], freq="MS"))
        alone = compared(y, forecaster=small(), extra={"line": LinearRegression()})
        pd.testing.assert_frame_equal(result.comparisons[name].forecasts, alone.forecasts)
        own = result.forecasts[result.forecasts["unique_id"] == name].drop(columns="unique_id")
        pd.testing.assert_frame_equal(own.reset_index(drop=True), alone.forecasts)
        np.testing.assert_array_equal(
            result.losses.loc[name], alone.summary().loc[list(result.methods), "mse"]
        )


def test_summary_says_what_the_series_say(result):
    table, losses = result.summary(), result.losses
    assert table["mean_rank"].is_monotonic_increasing
    np.testing.assert_allclose(losses.rank(axis=1).mean()[table.index], table["mean_rank"])
    assert table["n_best"].to_dict() == (losses.rank(axis=1) == 1).sum().to_dict()
    ratios = losses.div(losses["iid"], axis=0)
    np.testing.assert_allclose(result.ratios, ratios)
    np.testing.assert_allclose(np.exp(np.log(ratios).mean())[table.index], table["ratio"])
    logs = np.log(ratios["ar"])
    wanted = stats.t.interval(0.95, 2, logs.mean(), stats.sem(logs))
    np.testing.assert_allclose(table.loc["ar", ["ratio_lower", "ratio_upper"]].astype(float), np.exp(wanted))
    assert (
        table["tied_with_best"]
        == (table["mean_rank"] - table["mean_rank"].min() <= result.critical_difference)
    ).all()
    own = [c.summary().loc["iid", "mase"] for c in result.comparisons.values()]
    assert table.loc["iid", "mase"] == pytest.approx(np.mean(own))
    assert result.friedman_p_value == friedman(losses.to_numpy())
    assert result.critical_difference == critical_difference(3, 6)


def test_the_forecaster_is_ready_for_a_panel(result):
    forecaster = result.forecaster()
    assert forecaster.bootstrap == result.best_ == min(result.bootstraps, key=result.mean_ranks.__getitem__)
    assert forecaster.lags is None
    forecasts = forecast_panel(panel(), 2, forecaster=result.forecaster("iid"))
    assert len(forecasts) == 6
    with pytest.raises(ValueError, match=r"name must be one of \['iid', 'ar_sieve'\] or None, got 'ar'"):
        result.forecaster("ar")


def test_words(result):
    text = result.describe()
    assert "2 bootstraps and 4 other methods on 3 series." in text
    assert f"lowest mean rank: {result.best_!r} with {result.mean_ranks[result.best_]:.2f}" in text
    assert "no difference shows" in text
    assert "3 series are few" in text
    assert repr(result).startswith("<PanelComparison of 6 methods on 3 series")


def test_winners_and_those_behind(result):
    def ranked(losses):
        found = compared(
            panel(2),
            forecaster=small(n_estimators=1, lags=1),
            bootstraps=["iid", "moving", None],
            coverage=None,
        )
        found.comparisons = dict.fromkeys(range(40), next(iter(found.comparisons.values())))
        found._losses = losses
        return found

    rng = np.random.default_rng(0)
    losses = rng.exponential(size=(40, 6)) + 1.0
    losses[:, 1] = 0.1
    won = ranked(losses)
    assert won.best_ == won.winner_ == "moving"
    assert "it matters: each of the others ranks worse than 'moving'" in won.describe()
    losses = rng.exponential(size=(40, 6)) + 1.0
    losses[:, 0] = 9.0
    behind = ranked(losses)
    assert behind.winner_ is None
    assert (
        f"'iid' ranks worse than {behind.best_!r} by more than the critical difference" in behind.describe()
    )


def test_pictures(result):
    figure = result.plot()
    assert len(figure.axes) == 2
    ax = result.plot("ranks")
    texts = [text.get_text() for text in ax.texts]
    for name, rank in result.mean_ranks.items():
        assert f"{name}  {rank:.2f}" in texts
    assert f"critical difference {result.critical_difference:.2f}" in texts
    marks = [line for line in result.plot("ratios").lines if line.get_marker() == "|"]
    centres = [line for line in result.plot("ratios").lines if line.get_marker() == "o"]
    table = result.summary()
    names = [name for name in table.index[::-1] if name != "iid"]
    for name, mark, centre in zip(names, marks, centres):
        np.testing.assert_allclose(mark.get_xdata(), result.ratios[name])
        np.testing.assert_allclose(centre.get_xdata(), [table.loc[name, "ratio"]])
    with pytest.raises(ValueError, match=r"kind must be one of \['ranks', 'ratios'\]"):
        result.plot("steps")


def test_exogenous_columns_of_a_panel():
    df = panel(2).assign(promo=lambda d: np.arange(len(d)) % 3)
    assert np.isfinite(compared(df, coverage=None).forecasts["yhat"]).all()


def test_series_too_short_for_a_season_leave_the_seasonal_forecast_out():
    df = panel(2)
    short = df[(df["unique_id"] == "s0") | (df["ds"] < "2016-05-01")]
    found = compared(short, coverage=None, forecaster=small(lags=1))
    assert "seasonal_naive" in found.comparisons["s0"].methods
    assert "seasonal_naive" not in found.methods


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda d: d.drop(columns="y"), ValueError, "has no"),
        (
            lambda d: d[(d["unique_id"] != "s1") | (d["ds"] < "2015-06-01")],
            ValueError,
            "series 's1'.*5 values",
        ),
        (lambda d: d.assign(y=d["y"].mask(d.index == 70)), ValueError, "series 's1'.*missing"),
    ],
)
def test_mistakes_name_the_series(change, error, words):
    with pytest.raises(error, match=words):
        compared(change(panel()))
