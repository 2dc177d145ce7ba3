"""Missing values: empty cells, and lines in pictures that break."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.cli import main
from arsieve_rf.plotting import plot_forecast
from tests.cli.series_files import FAST, MONTHS, refused, table, values

INDEXES = {
    "array": None,
    "range": pd.RangeIndex(1900, 1960),
    "period": pd.period_range("2000-01", periods=60, freq="M", name="month"),
    "datetime": pd.date_range("2024-01-01", periods=60, freq="D"),
}


def gaps(places):
    y = values()
    y[places] = np.nan
    return y


@pytest.mark.parametrize("places", [[20, 21, 40], [58, 59]], ids=["within", "at the end"])
@pytest.mark.parametrize("timed", [True, False])
def test_empty_cells_are_gaps_where_asked(timed, places, tmp_path, capsys):
    y, path, plot = gaps(places), tmp_path / "gaps.csv", tmp_path / "f.png"
    index = MONTHS.rename("month") if timed else pd.RangeIndex(60)
    # two columns: a row is there even where the cell is empty
    pd.DataFrame({"sales": y, "region": "north"}, index=index).to_csv(path, index_label="month")
    words = ["forecast", str(path), "--horizon", "3", *FAST, "--column", "sales"]
    words += ["--time", "month"] if timed else []
    message = f"line {places[0] + 2}: column 'sales' has a missing value"
    assert message in refused(capsys, *words)
    assert main([*words, "--missing", "segment", "--plot", str(plot)]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0, missing="segment")
    expected = forecaster.fit(pd.Series(y, index=index)).predict(3)
    assert got == expected.tolist()
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_the_only_numeric_column_may_have_gaps(tmp_path, capsys):
    path = tmp_path / "gaps.csv"
    path.write_text("\n".join(["y", *("" if np.isnan(v) else str(v) for v in gaps([30, 31]))]) + "\n")
    words = ["forecast", str(path), "--horizon", "2", *FAST]
    assert main([*words, "--missing", "segment"]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0, missing="segment")
    assert got == forecaster.fit(gaps([30, 31])).predict(2).tolist()


def test_exogenous_columns_beside_gaps(tmp_path, capsys):
    path, future = tmp_path / "gaps.csv", tmp_path / "future.csv"
    y, price = gaps([30, 31]), np.arange(60.0)
    pd.DataFrame({"y": y, "price": price}, index=MONTHS).to_csv(path, index_label="month")
    future.write_text("month,price\n2020-01,60\n2020-02,61\n")
    words = ["forecast", path, "--column", "y", "--time", "month", "-H", 2, "--missing", "segment", *FAST]
    words += ["--exog", "price", "--future-exog", future]
    assert main([str(word) for word in words]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0, missing="segment")
    forecaster.fit(pd.Series(y, index=MONTHS), pd.DataFrame({"price": price}, index=MONTHS))
    assert got == forecaster.predict(2, np.array([[60.0], [61.0]])).tolist()


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_missing_values_break_the_line_and_lone_ones_are_marked(index):
    y = np.sin(np.arange(60.0))
    y[[20, 22, 40, 41, 49, 53]] = np.nan
    series = y if index is None else pd.Series(y, index=index)
    ax = plot_forecast(series[:50], {"f": np.zeros(10)}, actual=series[50:], n_history=40)
    observed, held_out = ax.get_lines()[:2]
    np.testing.assert_array_equal(observed.get_ydata(), y[10:50])
    np.testing.assert_array_equal(held_out.get_ydata()[1:], y[50:])
    assert observed.get_marker() == "."
    assert list(observed.get_markevery()) == [11]  # value 21, between 20 and 22; lines reach all others


def test_forecasts_must_be_there():
    with pytest.raises(ValueError, match=r"forecasts\['a'\] has 1 missing"):
        plot_forecast([1.0, np.nan, 2.0], {"a": [np.nan]})
