"""``arsieve-rf forecast --coverage``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.cli import main
from tests.cli.series_files import FAST, MONTHS, refused, table, values

BOUNDS = ["lower_0.8", "upper_0.8", "lower_0.95", "upper_0.95"]
ASKED = ["--coverage", "0.8", "0.95"]


@pytest.fixture
def asked_for(monkeypatch):
    """Intervals as wide as their coverage times the number of paths; what was asked of each forecaster."""
    calls = []

    def predict_interval(self, h, X=None, coverage=0.9, *, n_paths=1000, random_state=None):
        calls.append({"X": X, "coverage": coverage, "n_paths": n_paths})
        frame = pd.DataFrame({"mean": self.predict(h, X)})
        for c in coverage:
            frame[f"lower_{c:g}"] = frame["mean"] - n_paths * c
            frame[f"upper_{c:g}"] = frame["mean"] + n_paths * c
        return frame

    monkeypatch.setattr(ARSieveForecaster, "predict_interval", predict_interval)
    return calls


@pytest.fixture
def drawn(monkeypatch):
    """Figures that would have been written."""
    from matplotlib.figure import Figure

    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda self, path: figures.append(self))
    return figures


@pytest.fixture
def long(tmp_path):
    """Two series, one of them too short."""
    lines = [f"north,{t},{y}" for t, y in enumerate(values())] + ["short,0,1.0"]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["store,day,sales", *lines, ""]))
    return path


def rows_of(capsys, *words, code=0):
    assert main(["forecast", *map(str, words)]) == code
    return table(capsys.readouterr().out)


def bands(ax):
    from matplotlib.collections import PolyCollection

    return [c for c in ax.collections if isinstance(c, PolyCollection)]


def legend_of(holder):
    return [text.get_text() for text in holder.get_texts()]


# --- one series ---------------------------------------------------------------------------------------------


def test_columns_follow_the_forecast(data, capsys, asked_for):
    words = [data, "--column", "sales", "--time", "month", "-H", 3, *FAST]
    plain, rows = rows_of(capsys, *words), rows_of(capsys, *words, *ASKED)
    assert rows[0] == ["month", "forecast", *BOUNDS]
    assert [row[:2] for row in rows] == plain
    numbers = np.array([row[1:] for row in rows[1:]], dtype=float)
    reach = [-800.0, 800.0, -950.0, 950.0]
    np.testing.assert_allclose(numbers[:, 1:] - numbers[:, :1], [reach] * 3)
    assert [call["coverage"] for call in asked_for] == [[0.8, 0.95]]


def test_the_order_is_that_of_the_words(simple, capsys, asked_for):
    rows = rows_of(capsys, simple, "-H", 1, *FAST, "--coverage", "0.95", "0.80", ".5")
    assert rows[0][2::2] == ["lower_0.95", "lower_0.8", "lower_0.5"]
    assert rows[0][3::2] == ["upper_0.95", "upper_0.8", "upper_0.5"]


def test_the_number_of_paths_is_handed_on(simple, capsys, asked_for):
    rows_of(capsys, simple, "-H", 1, *FAST, *ASKED, "--paths", 40)
    assert asked_for[0]["n_paths"] == 40


def test_exogenous_columns_reach_the_intervals(data, tmp_path, capsys, asked_for):
    future = tmp_path / "future.csv"
    future.write_text("price\n60\n61\n")
    words = ["--column", "sales", "-H", 2, *FAST, "--exog", "price", "--future-exog", future]
    rows_of(capsys, data, *words, *ASKED)
    assert np.asarray(asked_for[0]["X"]).tolist() == [[60.0], [61.0]]


def test_the_picture_has_bands(data, capsys, asked_for, drawn):
    words = [data, "--column", "sales", "--time", "month", "-H", 3, *FAST, "--plot", "f.png"]
    rows_of(capsys, *words)
    rows_of(capsys, *words, *ASKED)
    without, with_bands = (figure.axes[0] for figure in drawn)
    assert bands(without) == []
    assert len(bands(with_bands)) == 2
    assert legend_of(with_bands.get_legend()) == ["observed", "linear model and trees", "80 %", "95 %"]


def test_numbers_are_those_of_the_forecaster(data, capsys):
    words = [data, "--column", "sales", "--time", "month", "-H", 2, *FAST, *ASKED, "--paths", 50, "--seed", 3]
    rows = rows_of(capsys, *words)
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=3)
    forecaster.fit(pd.Series(values(), index=MONTHS))
    expected = forecaster.predict_interval(2, coverage=[0.8, 0.95], n_paths=50)
    assert [[float(cell) for cell in row[1:]] for row in rows[1:]] == expected.to_numpy().tolist()
    assert rows_of(capsys, *words) == rows  # a program that is run twice says the same twice


def test_gaps_at_the_end_and_too_few_paths(tmp_path, capsys, drawn):
    y = values().astype(object)
    y[[20, 58, 59]] = ""
    path = tmp_path / "gaps.csv"
    pd.DataFrame({"month": MONTHS, "y": y}).to_csv(path, index=False)
    words = [path, "--time", "month", "--missing", "segment", "-H", 2, *FAST, *ASKED, "--paths", 20]
    assert main(["forecast", *map(str, words), "--plot", "f.png"]) == 0
    out, err = capsys.readouterr()
    assert [row[0] for row in table(out)] == ["month", "2020-01", "2020-02"]
    assert err.startswith("arsieve-rf forecast: warning: --paths 20 is too few for the coverage 0.95")
    assert err.count("\n") == 1
    np.testing.assert_array_equal(np.isnan(drawn[0].axes[0].get_lines()[0].get_ydata())[-3:], [0, 1, 1])


# --- many series --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time", [["--time", "day"], []], ids=["times", "no times"])
def test_every_series_has_the_columns(time, long, capsys, asked_for):
    words = [long, "--id", "store", *time, "--column", "sales", "-H", 2, *FAST]
    plain, rows = rows_of(capsys, *words, code=3), rows_of(capsys, *words, *ASKED, "--paths", 10, code=3)
    assert rows[0] == ["store", *(time[1:] or ["step"]), "forecast", *BOUNDS]
    assert [row[:3] for row in rows] == plain
    numbers = np.array([row[2:] for row in rows[1:3]], dtype=float)
    np.testing.assert_allclose(numbers[:, 1:] - numbers[:, :1], [[-8.0, 8.0, -9.5, 9.5]] * 2)
    assert [row[2:] for row in rows[3:]] == [[""] * 5] * 2  # empty cells for the one that failed


def test_numbers_of_many_series_are_those_of_the_forecaster(long, capsys):
    words = [long, "--id", "store", "--column", "sales", "-H", 2, *FAST, *ASKED, "--paths", 50]
    rows = rows_of(capsys, *words, code=3)
    assert rows_of(capsys, *words, "--jobs", 2, code=3) == rows
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0).fit(values())
    expected = forecaster.predict_interval(2, coverage=[0.8, 0.95], n_paths=50)
    assert [[float(cell) for cell in row[2:]] for row in rows[1:3]] == expected.to_numpy().tolist()


@pytest.mark.parametrize("h", [1, 4])
def test_small_pictures_have_bands_and_one_legend(h, tmp_path, capsys, asked_for, drawn):
    path = tmp_path / "long.csv"
    lines = [f"{name},{m}-01,{y}" for name in "abc" for m, y in zip(MONTHS, values(), strict=True)]
    path.write_text("\n".join(["store,month,sales", *lines, ""]))
    rows_of(capsys, path, "--id", "store", "--time", "month", "-H", h, *FAST, *ASKED, "--plot", "f.png")
    (figure,) = drawn
    panels = [ax for ax in figure.axes if ax.get_title(loc="left")]
    assert [ax.get_title(loc="left") for ax in panels] == list("abc")
    for ax in panels:
        assert len(bands(ax) if h > 1 else ax.collections) == 2
        assert ax.get_legend() is None
        observed, forecast = (line.get_xdata() for line in ax.get_lines()[:2])
        assert len(forecast) == h
        assert forecast[0] == (MONTHS[-1] + 1).to_timestamp() > observed[-1]
    assert legend_of(figure.legends[0]) == ["observed", "linear model and trees", "80 %", "95 %"]
    figure.draw_without_rendering()
    legend, tops = figure.legends[0].get_window_extent(), [ax.get_tightbbox().y1 for ax in panels]
    assert legend.y0 > max(tops)
    assert figure.bbox.y1 >= legend.y1
    assert figure.bbox.x1 >= legend.x1


# --- mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--coverage", "95"],
            "must be a number between 0 and 1 (both excluded), got '95': for 95 % write 0.95",
        ),
        (["--coverage", "0.5", "97.5%"], "got '97.5%': for 97.5 % write 0.975"),
        (["--coverage", "80 %"], "for 80 % write 0.8"),
        (
            ["--coverage", "0"],
            "argument --coverage: must be a number between 0 and 1 (both excluded), got '0'",
        ),
        (["--coverage", "1"], "got '1'"),
        (["--coverage", "1.0"], "got '1.0'"),
        (["--coverage", "100"], "got '100'"),
        (["--coverage", "-0.5"], "got '-0.5'"),
        (["--coverage", "nan"], "got 'nan'"),
        (["--coverage", "0.9_5"], "got '0.9_5'"),
        (["--coverage", "1e-1"], "got '1e-1'"),
        (["--coverage", "0.8,0.95"], "write decimals with a point, and several with spaces, 0.8 0.95"),
        (["--coverage", "0.8", "0.5", "0.80"], "--coverage names 0.8 twice"),
        (["--coverage"], "argument --coverage: expected at least one argument"),
        (["--coverage", "0.8", "--paths", "0"], "argument --paths: must be at least 1, got 0"),
        (["--coverage", "0.8", "--paths", "9999999"], "argument --paths: must be at most 1000000"),
        (["--paths", "100"], "--paths needs --coverage"),
    ],
)
@pytest.mark.parametrize("many", [[], ["--id", "store"]], ids=["one", "many"])
def test_wrong_words(words, message, many, capsys):
    assert message in refused(capsys, "forecast", "f.csv", "-H", "3", *many, *words)


# --- calibration --------------------------------------------------------------------------------------------


def test_calibration_is_the_forecasters(data, capsys):
    words = [data, "--column", "sales", "--time", "month", "-H", 2, *FAST, "--coverage", "0.5"]
    rows = rows_of(capsys, *words, "--calibration", "conformal")
    frame = pd.read_csv(data)
    y = frame["sales"].set_axis(pd.PeriodIndex(frame["month"], freq="M"))
    trees, order = (int(FAST[FAST.index(option) + 1]) for option in ("--trees", "--order"))
    options = {"n_estimators": trees, "order": order, "random_state": 0}
    forecaster = ARSieveForecaster(**options, calibration="conformal").fit(y)
    expected = forecaster.predict_interval(2, coverage=0.5)
    numbers = np.array([row[1:] for row in rows[1:]], dtype=float)
    np.testing.assert_array_equal(numbers, expected.to_numpy())


def test_calibration_alone_is_refused(data, capsys):
    words = [data, "--column", "sales", "-H", 2, "--calibration", "adaptive"]
    assert "--calibration needs --coverage" in refused(capsys, "forecast", *words)


def test_a_file_that_follows_the_levels_is_no_level(data, capsys):
    words = ["forecast", "--column", "sales", "-H", "2", "--coverage", "0.8", "0.9", data]
    assert "write FILE before this option" in refused(capsys, *words)
