"""Intervals and quantiles of the forecaster: their names, their order, and the paths that they come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arsieve_rf import ARSieveForecaster
from arsieve_rf.estimators._levels import quantiles_of_draws
from tests.estimators.path_cases import PLAIN, ar1, by_strategy, forecaster, positive
from tests.estimators.test_properties import quietly, series

N, H = 48, 5
INDEXES = {
    "months": pd.date_range("2020-01-31", periods=N, freq="ME", name="month"),
    "zoned hours": pd.date_range("2024-03-30", periods=N, freq="h", tz="Europe/Berlin"),
    "quarters": pd.period_range("2001Q1", periods=N, freq="Q", name="quarter"),
    "range": pd.RangeIndex(10, 10 + 2 * N, 2, name="place"),
    "integers": pd.Index(np.arange(N) + 3),
}
coverages = st.floats(0.005, 0.995).map(lambda c: round(c, 3))


@pytest.fixture(scope="module")
def fitted():
    return forecaster().fit(positive(N))


# --- form ---


@pytest.mark.parametrize("name", INDEXES)
def test_the_index_goes_on(name):
    index = INDEXES[name]
    model = forecaster(seasonal=None).fit(pd.Series(positive(N), index=index, name="sales"))
    forecast = model.predict(H)
    for frame in (model.predict_interval(H), model.predict_quantiles(H)):
        pd.testing.assert_index_equal(frame.index, forecast.index)
        assert frame.index.name == index.name
    pd.testing.assert_series_equal(model.predict_interval(H)["mean"], forecast, check_names=False)
    model.update(np.full(3, 30.0))
    pd.testing.assert_index_equal(model.predict_interval(H).index, model.predict(H).index)


def test_without_an_index_rows_are_positions(fitted):
    for frame in (fitted.predict_interval(H), fitted.predict_quantiles(H)):
        pd.testing.assert_index_equal(frame.index, pd.RangeIndex(N, N + H))


@pytest.mark.parametrize(
    ("coverage", "names"),
    [
        (0.9, ["mean", "lower_0.9", "upper_0.9"]),
        (np.float32(0.5), ["mean", "lower_0.5", "upper_0.5"]),
        ([0.95, 0.5], ["mean", "lower_0.95", "upper_0.95", "lower_0.5", "upper_0.5"]),
        (np.array([0.125]), ["mean", "lower_0.125", "upper_0.125"]),
    ],
)
def test_columns_of_intervals(fitted, coverage, names):
    frame = fitted.predict_interval(H, coverage=coverage)
    assert frame.columns.tolist() == names
    assert (frame.dtypes == np.float64).all()
    np.testing.assert_array_equal(frame["mean"], fitted.predict(H))


@pytest.mark.parametrize(
    ("quantiles", "names"), [(0.5, ["q_0.5"]), ([0.9, 0.1], ["q_0.9", "q_0.1"]), ((0.025,), ["q_0.025"])]
)
def test_columns_of_quantiles(fitted, quantiles, names):
    frame = fitted.predict_quantiles(H, quantiles=quantiles)
    assert frame.columns.tolist() == names
    assert (frame.dtypes == np.float64).all()


def test_by_default(fitted):
    assert fitted.predict_interval(1).columns.tolist() == ["mean", "lower_0.9", "upper_0.9"]
    assert fitted.predict_quantiles(1).columns.tolist() == ["q_0.1", "q_0.5", "q_0.9"]
    for ask in (fitted.predict_interval, fitted.predict_quantiles):
        pd.testing.assert_frame_equal(ask(H), ask(H, n_paths=1000, random_state=5))


# --- where they come from ---


@by_strategy
def test_ends_and_quantiles_are_those_of_the_paths(strategy):
    """By definition: the (m + 1) rule on each step's draws, of the same seed."""
    model = forecaster(strategy=strategy).fit(positive(N))
    paths = model.predict_paths(H, n_paths=99, random_state=2)
    asked = {"n_paths": 99, "random_state": 2}
    ordered = np.sort(paths, axis=0)
    frame = model.predict_interval(H, coverage=[0.9, 0.5], **asked)
    for column, place in {"lower_0.9": 5, "upper_0.9": 95, "lower_0.5": 25, "upper_0.5": 75}.items():
        np.testing.assert_allclose(frame[column], ordered[place - 1], rtol=1e-12, err_msg=column)
    levels = [0.05, 0.95, 0.25, 0.75, 0.61]
    found = model.predict_quantiles(H, quantiles=levels, **asked).to_numpy().T
    np.testing.assert_array_equal(found, quantiles_of_draws(paths, levels)[0])
    ends = frame[["lower_0.9", "upper_0.9", "lower_0.5", "upper_0.5"]].to_numpy().T
    np.testing.assert_allclose(ends, found[:4], rtol=1e-12)


def test_the_mean_is_that_of_predict_where_means_are_asked_for():
    y = positive(N)
    frames = [
        forecaster(transform="log", seasonal=None, bias_adjust=mean).fit(y).predict_interval(H)
        for mean in (False, True)
    ]
    expected = forecaster(transform="log", seasonal=None, bias_adjust=True).fit(y).predict(H)
    np.testing.assert_array_equal(frames[1]["mean"], expected)
    assert (frames[1]["mean"] > frames[0]["mean"]).all()
    pd.testing.assert_frame_equal(frames[0].drop(columns="mean"), frames[1].drop(columns="mean"))


@by_strategy
def test_columns_beside_the_series(strategy):
    X = pd.DataFrame(
        np.random.default_rng(0).normal(size=(N + H, 2)),
        columns=["u", "v"],
        index=pd.period_range("2001Q1", periods=N + H, freq="Q"),
    )
    y = pd.Series(positive(N), X.index[:N]) + 5.0 * X["u"][:N]
    model = forecaster(1, strategy=strategy).fit(y, X[:N])
    frame = model.predict_interval(H, X[N:], [0.5, 0.9])
    pd.testing.assert_frame_equal(model.predict_interval(H, X[N:][["v", "u"]], [0.5, 0.9]), frame)
    pd.testing.assert_series_equal(frame["mean"], model.predict(H, X[N:]), check_names=False)
    widths = frame["upper_0.9"] - frame["lower_0.9"]
    assert (widths > 0.0).all()
    moved = model.predict_interval(H, X[N:] + [3.0, 0.0], [0.5, 0.9])  # 15 more, as far as trees follow
    if strategy == "recursive":
        assert (moved["lower_0.9"] > frame["lower_0.9"]).all()


def test_missing_values_at_the_end():
    y = pd.Series(positive(N), index=INDEXES["quarters"])
    whole = forecaster(missing="segment").fit(y[:-2]).predict_interval(H + 2)
    y.iloc[-2:] = np.nan
    pd.testing.assert_frame_equal(forecaster(missing="segment").fit(y).predict_interval(H), whole[2:])


# --- properties ---


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    y=series(),
    levels=st.lists(coverages, min_size=1, max_size=6, unique=True),
    strategy=st.sampled_from(["recursive", "direct"]),
    n_paths=st.sampled_from([399, 1000]),
)
def test_intervals_are_nested_and_quantiles_never_cross(y, levels, strategy, n_paths):
    model = forecaster(strategy=strategy, n_estimators=15)
    quietly(lambda: model.fit(y))
    h = 1 if strategy == "direct" else 4
    frame = quietly(lambda: model.predict_interval(h, coverage=levels, n_paths=n_paths))
    levels = sorted(levels, reverse=True)
    ends = [frame[f"lower_{c:g}"] for c in levels] + [frame[f"upper_{c:g}"] for c in levels[::-1]]
    assert np.isfinite(frame.to_numpy()).all()
    assert (np.diff(ends, axis=0) >= 0.0).all()
    found = model.predict_quantiles(h, quantiles=sorted(levels), n_paths=n_paths)
    assert (np.diff(found, axis=1) >= 0.0).all()


def test_wider_coverage_is_strictly_wider(fitted):
    levels = np.linspace(0.05, 0.95, 19).round(2)
    frame = fitted.predict_interval(H, coverage=levels)
    widths = [frame[f"upper_{c:g}"] - frame[f"lower_{c:g}"] for c in levels]
    assert (np.diff(widths, axis=0) > 0.0).all()


def test_intervals_widen_with_the_horizon_of_a_random_walk():
    """By about the root of the step: four times as wide at sixteen steps, give or take a half."""
    y = np.cumsum(np.random.default_rng(0).standard_normal(200))
    frame = forecaster(differencing=1, seasonal=None, transform=None).fit(y).predict_interval(16)
    widths = (frame["upper_0.9"] - frame["lower_0.9"]).to_numpy()
    assert (np.diff(widths) > -0.1 * widths[:-1]).all()
    assert 3.0 < widths[-1] / widths[0] < 6.0
    assert widths[0] == pytest.approx(2 * 1.645, rel=0.3)


def test_a_constant_series_has_intervals_of_no_width():
    frame = forecaster().fit(np.full(30, 3.7)).predict_interval(3, coverage=[0.5, 0.9])
    np.testing.assert_array_equal(frame.to_numpy(), 3.7)


def test_share_of_values_inside_on_a_known_process():
    """White noise of 120 values, 90 %: over 150 series the next value is inside as often, to 4.5 errors."""
    inside = []
    for seed in range(150):
        y = np.random.default_rng(seed).standard_normal(121)
        frame = (
            forecaster(1, order=1, random_state=seed, **PLAIN).fit(y[:-1]).predict_interval(1, n_paths=399)
        )
        inside.append(frame["lower_0.9"].iloc[0] <= y[-1] <= frame["upper_0.9"].iloc[0])
    assert abs(np.mean(inside) - 0.9) < 4.5 * np.sqrt(0.09 / 150)


# --- too few paths ---


@pytest.mark.parametrize(("n_paths", "few"), [(39, False), (38, True), (19, True), (1, True), (400, False)])
def test_too_few_paths_are_said_and_the_widest_interval_given(fitted, n_paths, few):
    """95 % takes the smallest and the largest of 39 paths: (39 + 1) * .025 = 1."""
    paths = fitted.predict_paths(3, n_paths=n_paths)
    if few:
        text = rf"^n_paths={n_paths} is too few for the coverage 0\.95: the widest .* Ask for more paths\.$"
        with pytest.warns(UserWarning, match=text) as caught:
            frame = fitted.predict_interval(3, coverage=0.95, n_paths=n_paths)
        assert caught[0].filename == __file__
        assert len(caught) == 1
    else:
        frame = fitted.predict_interval(3, coverage=0.95, n_paths=n_paths)
    if n_paths < 40:
        np.testing.assert_allclose(frame["lower_0.95"], paths.min(axis=0), rtol=1e-12)
        np.testing.assert_allclose(frame["upper_0.95"], paths.max(axis=0), rtol=1e-12)


def test_too_few_paths_for_a_quantile(fitted):
    with pytest.warns(UserWarning, match="n_paths=9 is too few for the quantile 0.95") as caught:
        fitted.predict_quantiles(3, quantiles=[0.5, 0.95], n_paths=9)
    assert caught[0].filename == __file__
    fitted.predict_quantiles(3, quantiles=[0.1, 0.9], n_paths=9)


# --- the picture ---


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_fan():
    from matplotlib.collections import PolyCollection

    model = forecaster().fit(pd.Series(positive(N), INDEXES["quarters"], name="sales"))
    ax = model.plot(H, coverage=[0.8, 0.5])
    assert legend_of(ax) == ["observed", "forecast", "50 %", "80 %"]
    assert ax.get_ylabel() == "sales"
    np.testing.assert_array_equal(ax.get_lines()[1].get_ydata(), model.predict(H))
    frame = model.predict_interval(H, coverage=[0.8, 0.5])
    bands = [c.get_paths()[0].get_extents() for c in ax.collections if isinstance(c, PolyCollection)]
    for band, level in zip(bands, ("0.8", "0.5"), strict=True):
        assert band.y0 == pytest.approx(frame[f"lower_{level}"].min())
        assert band.y1 == pytest.approx(frame[f"upper_{level}"].max())
    assert legend_of(model.plot(2))[2:] == ["50 %", "80 %", "95 %"]


@pytest.mark.parametrize("index", [None, *INDEXES])
def test_the_picture_has_the_history_with_updates_and_gaps(index):
    y = positive(N)
    y[20] = np.nan
    labelled = y if index is None else pd.Series(y, INDEXES[index])
    model = forecaster(missing="segment", seasonal=None).fit(labelled)
    model.update([31.0, 32.0])
    observed, forecast = model.plot(H, n_history=40).get_lines()[:2]
    np.testing.assert_array_equal(observed.get_ydata(), np.append(y, [31.0, 32.0])[-40:])
    x = observed.axes.convert_xunits(np.append(observed.get_xdata(), forecast.get_xdata()))
    assert len(x) == 40 + H
    assert (np.diff(x) > 0.0).all()
    if index in (None, "range", "integers"):
        assert len(set(np.diff(x))) == 1


def test_the_picture_is_drawn_where_it_is_wanted():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    model = ARSieveForecaster(1, n_estimators=2, random_state=0).fit(ar1(30), np.arange(30.0)[:, None])
    assert model.plot(3, np.arange(30.0, 33.0)[:, None], 0.5, ax=ax, title="A series") is ax
    assert ax.get_title(loc="left") == "A series"
    assert legend_of(ax) == ["observed", "forecast", "50 %"]


def test_warnings_of_few_paths_point_to_the_users_line():
    forecaster = ARSieveForecaster(n_estimators=5, random_state=0).fit(np.arange(30.0) % 7)
    for ask in (forecaster.predict_interval, forecaster.plot, forecaster.predict_quantiles):
        with pytest.warns(UserWarning, match="n_paths=3") as told:
            ask(2, n_paths=3)
        assert {warning.filename for warning in told} == {__file__}


@pytest.mark.parametrize(
    ("method", "name"),
    [("predict_interval", "coverage"), ("predict_quantiles", "quantile"), ("predict_paths", "n_paths")],
)
def test_what_stands_where_X_belongs_is_told_apart(method, name):
    forecaster = ARSieveForecaster(n_estimators=5, random_state=0).fit(np.arange(30.0) % 7)
    with pytest.raises(ValueError, match=rf"X=0\.9 is given, .* if it is the {name} that was meant"):
        getattr(forecaster, method)(2, 0.9)


def test_workers_are_checked_before_paths_are_drawn():
    forecaster = ARSieveForecaster(n_estimators=5, random_state=0).fit(np.arange(30.0) % 7)
    forecaster.set_params(n_jobs=0)
    with pytest.raises(ValueError, match="n_jobs=0"):
        forecaster.predict_interval(2)
