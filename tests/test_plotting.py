from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.plotting import plot_forecast

pytest.importorskip("matplotlib")

INDEXES = {
    "array": None,
    "range": pd.RangeIndex(1900, 1960),
    "period": pd.period_range("2000-01", periods=60, freq="M", name="month"),
    "datetime": pd.date_range("2024-01-01", periods=60, freq="D"),
    "zone": pd.date_range("2024-03-28 00:00", periods=60, freq="h", tz="Europe/Berlin"),
}


def parts(index):
    y = np.sin(np.arange(60.0))
    if index is None:
        return y[:50], y[50:]
    series = pd.Series(y, index=index, name="sales")
    return series[:50], series[50:]


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_lines_are_where_the_data_are(index, tmp_path):
    past, future = parts(index)
    ax = plot_forecast(past, {"one": future, "two": np.zeros(10)}, actual=future, n_history=20)
    observed, held_out, one, two = ax.get_lines()[:4]
    np.testing.assert_array_equal(observed.get_ydata(), np.asarray(past)[-20:])
    # The held-out line starts at the last observed value, so that there is no gap.
    np.testing.assert_array_equal(held_out.get_ydata(), np.append(np.asarray(past)[-1:], future))
    np.testing.assert_array_equal(one.get_ydata(), future)
    # An array follows the history, just where the labelled forecast is.
    np.testing.assert_array_equal(two.get_xdata(), one.get_xdata())
    assert one.get_xdata()[0] > observed.get_xdata()[-1]
    file = tmp_path / "plot.png"
    ax.figure.savefig(file)
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("n_forecasts", [1, 4, 6, 12])
def test_legend_covers_neither_data_nor_title(n_forecasts):
    past, future = parts(None)
    forecasts = {f"forecast {i}": future for i in range(n_forecasts)}
    ax = plot_forecast(past, forecasts, actual=future, title="A title")
    title = next(child for child in ax.get_children() if getattr(child, "get_text", str)() == "A title")
    ax.figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1
    assert legend.y1 <= title.get_window_extent().y0
    assert title.get_window_extent().y1 <= ax.figure.bbox.y1


def test_forecasts_look_different():
    past, future = parts(None)
    ax = plot_forecast(past, {f"{i}": future for i in range(6)}, actual=future)
    lines = ax.get_lines()[:8]
    assert len({line.get_color() for line in lines}) == 8
    styles = [line.get_linestyle() for line in lines[2:]]
    assert styles.count("-") == 2


def test_history_is_cut_by_default():
    ax = plot_forecast(np.arange(500.0), {"f": np.zeros(20)})
    assert len(ax.get_lines()[0].get_ydata()) == 60
    ax = plot_forecast(np.arange(500.0), np.zeros(1))
    assert len(ax.get_lines()[0].get_ydata()) == 40
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["observed", "forecast"]


def test_given_axes_are_used():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert plot_forecast([1.0, 2.0], [3.0], ax=ax) is ax


def test_pyplot_is_left_alone():
    code = (
        "import sys; from arsieve_rf.plotting import plot_forecast; "
        "plot_forecast([1., 2.], [3.]).figure.savefig(sys.argv[1]); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, "/dev/null"], check=True)


def test_faults(monkeypatch):
    with pytest.raises(ValueError, match="forecasts is empty"):
        plot_forecast([1.0, 2.0], {})
    with pytest.raises(ValueError, match=r"forecasts\['a'\] has 1 missing"):
        plot_forecast([1.0, 2.0], {"a": [np.nan]})
    with pytest.raises(ValueError, match="n_history must be at least 1, got 0"):
        plot_forecast([1.0, 2.0], [1.0], n_history=0)
    with pytest.raises(TypeError, match=r"n_history must be an integer or None, got 2.5"):
        plot_forecast([1.0, 2.0], [1.0], n_history=2.5)
    months, _ = parts(INDEXES["period"])
    numbers, _ = parts(INDEXES["range"])
    with pytest.raises(ValueError, match=r"forecasts\['a'\] has a range index, history has a period index"):
        plot_forecast(months, {"a": numbers})
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "arsieve-rf\[plot\]"'):
        plot_forecast([1.0, 2.0], [3.0])


# --- intervals ----------------------------------------------------------------------------------------------


def frame(mean, half_widths, index=None):
    """Intervals of the given half width at the first step, wider with each step."""
    columns = {"mean": mean}
    for level, half_width in half_widths.items():
        reach = half_width * np.arange(1, len(mean) + 1)
        columns |= {f"lower_{level:g}": mean - reach, f"upper_{level:g}": mean + 2 * reach}
    return pd.DataFrame(columns, index=index)


def bands(ax):
    """Bands as they were drawn: first to last x, lowest and highest y."""
    from matplotlib.collections import PolyCollection

    found = [c for c in ax.collections if isinstance(c, PolyCollection)]
    return found, [c.get_paths()[0].get_extents() for c in found]


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def seen(handle_or_band, below=1.0):
    """Brightness of the first colour channel on what is below, as matplotlib composes it."""
    colour = np.atleast_2d(handle_or_band.get_facecolor())[0]
    return float(colour[3] * colour[0] + (1 - colour[3]) * below)


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_bands_are_nested_and_begin_at_the_first_step(index):
    past, future = parts(index)
    intervals = frame(np.asarray(future), {0.8: 2.0, 0.5: 1.0, 0.95: 3.0}, getattr(future, "index", None))
    ax = plot_forecast(past, intervals, actual=future)
    line = ax.get_lines()[2]
    np.testing.assert_array_equal(line.get_ydata(), future)
    x = ax.convert_xunits(line.get_xdata())
    drawn, extents = bands(ax)
    for extent, level in zip(extents, (0.95, 0.8, 0.5), strict=True):  # the narrower lie on the wider
        assert (extent.x0, extent.x1) == pytest.approx((x[0], x[-1]))
        assert extent.y0 == pytest.approx(intervals[f"lower_{level:g}"].min())
        assert extent.y1 == pytest.approx(intervals[f"upper_{level:g}"].max())
    assert all(band.get_zorder() < line.get_zorder() for band in drawn)
    assert legend_of(ax) == ["observed", "held out", "forecast", "50 %", "80 %", "95 %"]


@pytest.mark.parametrize("n_levels", [1, 2, 3, 9])
def test_the_widest_band_is_the_lightest_and_the_legend_shows_what_is_seen(n_levels):
    levels = np.arange(1, n_levels + 1) / 10
    ax = plot_forecast(np.zeros(50), frame(np.zeros(5), dict(zip(levels.tolist(), 10 * levels))))
    shown, below = [], 1.0
    for band in bands(ax)[0]:
        below = seen(band, below)
        shown.append(below)
    assert shown == sorted(shown, reverse=True)
    assert min(-np.diff([1.0, *shown])) > 0.025  # told apart, in print too
    handles = ax.get_legend().legend_handles[2:]
    assert [seen(handle) for handle in handles] == pytest.approx(shown[::-1])
    line = int(ax.get_lines()[1].get_color()[1:3], 16) / 255
    assert shown[-1] - line > 0.4  # the line of the means stands out


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize("h", [1, 4])
def test_intervals_of_the_forecaster_are_drawn_as_they_are(index, h):
    past, future = parts(index)
    forecaster = ARSieveForecaster(2, n_estimators=5, random_state=0).fit(past)
    intervals = forecaster.predict_interval(h, coverage=[0.5, 0.9])
    for ax in (plot_forecast(past, intervals), forecaster.plot(h, coverage=[0.5, 0.9])):
        observed, line = ax.get_lines()[:2]
        np.testing.assert_array_equal(observed.get_ydata(), np.asarray(past)[-40:])
        np.testing.assert_array_equal(line.get_ydata(), intervals["mean"])
        expected = plot_forecast(past, future[:h]).get_lines()[1].get_xdata()
        np.testing.assert_array_equal(line.get_xdata(), expected)
        assert len(ax.collections) == 2
        assert legend_of(ax) == ["observed", "forecast", "50 %", "90 %"]


def test_a_single_step_has_bars():
    past, future = parts(INDEXES["datetime"])
    ax = plot_forecast(past, frame(np.array([2.0]), {0.5: 1.0, 0.9: 2.0}, future.index[:1]))
    assert bands(ax)[0] == []
    bars = ax.collections
    spans = [np.sort(bar.get_segments()[0][:, 1]).tolist() for bar in bars]
    assert spans == [[0.0, 6.0], [1.0, 4.0]]
    assert all(bar.get_linewidth()[0] > 5.0 for bar in bars)  # points, whatever the scale
    ax.figure.draw_without_rendering()
    right = ax.transData.transform((bars[0].get_segments()[0][0, 0], 2.0))[0]
    half = bars[0].get_linewidth()[0] / 2 * ax.figure.dpi / 72
    assert right + half < ax.get_window_extent().x1  # no part is cut off
    bottom, top = ax.get_ylim()
    assert bottom < 0.0
    assert top > 6.0
    assert legend_of(ax) == ["observed", "forecast", "50 %", "90 %"]


def test_bars_of_several_forecasts_stand_side_by_side():
    narrow, wide = frame(np.array([2.0]), {0.9: 2.0}), frame(np.array([2.0]), {0.9: 20.0})
    ax = plot_forecast(np.zeros(50), {"narrow": narrow, "wide": wide, "none": [1.0]})
    ax.figure.draw_without_rendering()
    middles = [bar.get_transform().transform(bar.get_segments()[0])[0, 0] for bar in ax.collections]
    width = ax.collections[0].get_linewidth()[0] * ax.figure.dpi / 72
    assert middles[1] - middles[0] > width
    assert ax.get_ylim()[1] > 42.0  # the limits know both
    marks = [line.get_transform().transform(line.get_xydata())[0, 0] for line in ax.get_lines()[1:4]]
    assert marks[:2] == pytest.approx(middles)
    assert marks[2] > marks[1] + width
    assert marks[2] + width / 2 < ax.get_window_extent().x1


def test_several_forecasts_with_intervals():
    past, future = parts(None)
    forecasts = {"one": frame(future, {0.5: 1.0, 0.9: 2.0}), "line": future, "two": frame(future, {0.9: 5.0})}
    ax = plot_forecast(past, forecasts)
    assert legend_of(ax) == ["observed", "one", "line", "two", "50 %", "90 %"]
    drawn, _ = bands(ax)
    assert len(drawn) == 3
    # A coverage is as opaque in one forecast as in another, and grey in the legend, which is about both.
    assert drawn[0].get_alpha() == drawn[2].get_alpha()
    alone, _ = bands(plot_forecast(past, forecasts["one"]))
    assert drawn[0].get_alpha() < alone[0].get_alpha()  # lighter, since they overlap
    faces = [handle.get_facecolor()[:3] for handle in ax.get_legend().legend_handles[4:]]
    assert all(len(set(face)) == 1 for face in faces)
    # The ends of the widest bands are lines in the forecast's own colour and style.
    lines = ax.get_lines()[1:]
    for name, widest in (("one", 0.9), ("two", 0.9)):
        mean = next(line for line in lines if line.get_label() == name)
        bounds = [line for line in lines if line.get_color() == mean.get_color() and line is not mean]
        assert {line.get_linestyle() for line in bounds} == {mean.get_linestyle()}
        expected = [forecasts[name][f"{end}_{widest:g}"] for end in ("lower", "upper")]
        np.testing.assert_array_equal([line.get_ydata() for line in bounds], expected)


def test_a_single_forecast_has_no_outline():
    ax = plot_forecast(np.zeros(50), {"one": frame(np.zeros(5), {0.9: 2.0}), "line": np.zeros(5)})
    assert [line.get_label() for line in ax.get_lines()[:3]] == ["observed", "one", "line"]
    assert legend_of(ax) == ["observed", "one", "line", "90 %"]


def test_frames_without_intervals_and_with_other_columns():
    rows = pd.DataFrame({"unique_id": "a", "mean": [1.0, 2.0], 3: 0.0, "lowermost": "x"})
    ax = plot_forecast(np.zeros(50), rows)
    assert ax.get_lines()[1].get_ydata().tolist() == [1.0, 2.0]
    assert legend_of(ax) == ["observed", "forecast"]


@pytest.mark.parametrize("n", [1, 2])
def test_a_few_dates_need_no_frequency(n):
    past, future = parts(INDEXES["datetime"])
    rows = frame(np.zeros(n), {0.9: 1.0}, pd.DatetimeIndex(future.index[:n].to_numpy()))
    expected = plot_forecast(past, np.zeros(n)).get_lines()[1].get_xdata()
    np.testing.assert_array_equal(plot_forecast(past, rows).get_lines()[1].get_xdata(), expected)
    np.testing.assert_array_equal(plot_forecast(past, rows["mean"]).get_lines()[1].get_xdata(), expected)


GOOD = frame(np.zeros(3), {0.9: 1.0})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            GOOD.drop(columns="mean"),
            r"forecasts\['f'\] has no column 'mean'.*has \['lower_0.9', 'upper_0.9'\]",
        ),
        (GOOD.drop(columns="upper_0.9"), "has a column 'lower_0.9', but no 'upper_0.9'"),
        (GOOD.drop(columns="lower_0.9"), "has a column 'upper_0.9', but no 'lower_0.9'"),
        (GOOD.rename(columns=lambda c: c.replace("0.9", "90")), "'lower_90'; .* coverage between 0 and 1"),
        (GOOD.rename(columns=lambda c: c.replace("0.9", "nan")), "'lower_nan'; .* coverage between 0 and 1"),
        (GOOD.rename(columns=lambda c: c.replace("0.9", "wide")), "'lower_wide'; .* between 0 and 1"),
        (GOOD.assign(**{"lower_0.90": 0.0, "upper_0.90": 0.0}), "has the coverage 0.9 twice: 'lower_0.9'"),
        (pd.concat([GOOD, GOOD["mean"]], axis=1), "has more than one column 'mean'"),
        (GOOD.assign(mean=np.nan), r"forecasts\['f'\]\['mean'\] has 3 missing"),
        (GOOD.assign(**{"lower_0.9": np.nan}), r"forecasts\['f'\]\['lower_0.9'\] has 3 missing"),
        (GOOD.assign(**{"upper_0.9": np.inf}), r"\['upper_0.9'\] has 3 infinite"),
        (
            GOOD.assign(**{"lower_0.9": [0.0, 5.5, 0.0]}),
            r"\['lower_0.9'\] is above 'upper_0.9' at position 1: 5.5 and 4",
        ),
    ],
)
def test_wrong_frames(wrong, message):
    with pytest.raises(ValueError, match=message):
        plot_forecast(np.zeros(9), {"f": wrong})


@pytest.mark.parametrize("index", ["period", "datetime", "range"])
def test_small_axes_are_legible(index):
    from matplotlib.figure import Figure

    past, future = parts(INDEXES[index])
    figure = Figure(figsize=(10.8, 5.4), dpi=100, layout="constrained")
    for ax in figure.subplots(2, 2).ravel():
        plot_forecast(past, frame(future.to_numpy(), {0.5: 1.0, 0.8: 2.0, 0.95: 3.0}, future.index), ax=ax)
    figure.draw_without_rendering()
    for ax in figure.axes:
        assert ax.get_legend().get_window_extent().x1 <= figure.bbox.x1
        assert ax.get_window_extent().width > 0.4 * figure.bbox.width  # the legend does not press upon it
        left, right = ax.get_window_extent().intervalx
        labels = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
        labels = [extent for extent in labels if left <= (extent.x0 + extent.x1) / 2 <= right]
        assert len(labels) > 2
        assert all(one.x1 < two.x0 for one, two in pairwise(labels))


def test_a_bound_that_explodes_leaves_the_picture_legible():
    frame = pd.DataFrame(
        {"mean": [2.0, 2.0], "lower_0.9": [1.0, 1.0], "upper_0.9": [3.0, np.finfo(float).max]}
    )
    ax = plot_forecast([1.0, 3.0, 2.0], frame)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    assert -400.0 < low < 1.0
    assert 3.0 < high < 400.0
