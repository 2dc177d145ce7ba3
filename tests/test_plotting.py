from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

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
