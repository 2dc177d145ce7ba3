"""``arsieve-rf forecast --id``: long CSV files."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from arsieve_rf import ARSieveForecaster, forecast_panel
from arsieve_rf.cli import main
from arsieve_rf.cli.messages import InputError
from arsieve_rf.cli.table import Table
from arsieve_rf.cli.times import read_times

FAST = ["--trees", "5", "--order", "2"]
FORECASTER = ARSieveForecaster(n_estimators=5, order=2, random_state=0)
MONTHS = pd.date_range("2020-01-01", periods=30, freq="MS")


def long_frame(names=("north", "south")):
    rng = np.random.default_rng(1)
    parts = [
        pd.DataFrame({"unique_id": name, "ds": MONTHS, "y": rng.normal(size=30).round(3), "price": range(30)})
        for name in names
    ]
    return pd.concat(parts, ignore_index=True)


def written(frame, path, **options):
    frame.to_csv(path, index=False, **{"date_format": "%d/%m/%Y", **options})
    return path


@pytest.fixture
def data(tmp_path):
    return written(long_frame(), tmp_path / "long.csv")


def run(capsys, *words, code=0):
    """Rows of the output, and what went to stderr."""
    assert main(["forecast", *map(str, words)]) == code
    out, err = capsys.readouterr()
    return list(csv.reader(io.StringIO(out))), err


def refused(capsys, *words):
    rows, err = run(capsys, *words, code=2)
    assert rows == []
    assert err.count("\n") == 1
    return err


KEYS = ["--id", "unique_id", "--time", "ds"]


def expected_rows(frame, h):
    got = forecast_panel(frame[["unique_id", "ds", "y"]], h, forecaster=FORECASTER)
    cells = zip(got["unique_id"], got["ds"].dt.strftime("%d/%m/%Y"), map(repr, got["mean"].tolist()))
    return [list(row) for row in cells]


# --- what it does -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"sep": ";"}, {"sep": "\t", "lineterminator": "\r\n"}])
def test_every_series_is_forecast(options, tmp_path, capsys):
    frame = long_frame().sample(frac=1, random_state=0)
    path = written(frame, tmp_path / "f.csv", **options)
    rows, err = run(capsys, path, "-H", 2, *KEYS, *FAST)
    assert rows == [["unique_id", "ds", "forecast"], *expected_rows(frame, 2)]
    assert err == ""
    assert run(capsys, path, "-H", 2, *KEYS, "--column", "y", "--jobs", 2, *FAST) == (rows, "")


def test_names_are_those_of_the_file(tmp_path, capsys):
    frame = long_frame().drop(columns="price")
    names = {"unique_id": "store", "ds": "month", "y": "sales"}
    path = written(frame.rename(columns=names), tmp_path / "f.csv")
    rows, _ = run(capsys, path, "-H", 1, "--id", "store", "--time", "month", *FAST)
    assert rows == [["store", "month", "forecast"], *expected_rows(frame, 1)]


def test_without_times_rows_are_in_order(data, capsys):
    rows, _ = run(capsys, data, "-H", 2, "--id", "unique_id", *FAST)
    assert rows[0] == ["unique_id", "step", "forecast"]
    assert [row[:2] for row in rows[1:]] == [["north", "1"], ["north", "2"], ["south", "1"], ["south", "2"]]
    assert [row[2] for row in rows[1:]] == [row[2] for row in expected_rows(long_frame(), 2)]


@pytest.mark.parametrize("keys", [KEYS, KEYS[:2]], ids=["times", "no times"])
def test_exogenous_columns(keys, data, tmp_path, capsys):
    later = pd.date_range("2022-07-01", periods=2, freq="MS")
    future = pd.DataFrame({"unique_id": list("NnSs"), "ds": [*later, *later], "price": [30, 31, 5, 6]})
    future["unique_id"] = ["north", "north", "south", "south"]
    X_df = future.copy()
    if keys is KEYS:  # ids and times tell which row is which
        future = future.iloc[::-1]
    words = ["--exog", "price", "--future-exog", written(future, tmp_path / "future.csv")]
    rows, _ = run(capsys, data, "-H", 2, *keys, *words, *FAST)
    got = forecast_panel(long_frame(), 2, forecaster=FORECASTER, X_df=X_df)
    assert [float(row[2]) for row in rows[1:]] == got["mean"].tolist()


def test_exogenous_columns_may_have_names_of_the_long_form(tmp_path, capsys):
    frame = long_frame().rename(columns={"y": "sales", "price": "y", "ds": "t"})
    path = written(frame, tmp_path / "f.csv")
    future = tmp_path / "future.csv"
    future.write_text("unique_id,y\nnorth,30\nsouth,30\n")
    words = ["--id", "unique_id", "--column", "sales", "--exog", "y", "--future-exog", future]
    rows, _ = run(capsys, path, "-H", 1, *words, *FAST)
    X_df = pd.DataFrame({"unique_id": ["north", "south"], "ds": pd.Timestamp("2022-07-01"), "price": 30})
    got = forecast_panel(long_frame(), 1, forecaster=FORECASTER, X_df=X_df)
    assert [float(row[2]) for row in rows[1:]] == got["mean"].tolist()


@pytest.mark.parametrize("n_series", [1, 2, 11])
def test_pictures(n_series, tmp_path, capsys):
    from matplotlib.figure import Figure

    drawn = []
    original = Figure.savefig
    names = [f"s{k}" for k in range(n_series)]
    path, plot = written(long_frame(names), tmp_path / "f.csv"), tmp_path / "f.png"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lambda self, *a: (drawn.append(self), original(self, *a)))
        run(capsys, path, "-H", 2, *KEYS, "--plot", plot, *FAST)
    titles = [ax.get_title(loc="left") for ax in drawn[0].axes]
    assert [title for title in titles if title] == names[:9]
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_gaps_are_left_out_of_the_fit_and_shown(tmp_path, capsys):
    from matplotlib.figure import Figure

    frame = long_frame()
    frame.loc[10, "y"] = np.nan
    frame = frame.drop(index=40)  # a time of the second series that has no line
    path, plot = written(frame, tmp_path / "f.csv"), tmp_path / "f.png"
    drawn = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lambda self, *a: drawn.append(self))
        words = [*KEYS, "--missing", "segment", "--plot", plot, "--column", "y"]
        rows, err = run(capsys, path, "-H", 2, *words, *FAST)
    assert err == ""
    forecaster = clone(FORECASTER).set_params(missing="segment")
    got = forecast_panel(frame[["unique_id", "ds", "y"]], 2, forecaster=forecaster)
    assert [float(row[2]) for row in rows[1:]] == got["mean"].tolist()
    missing = [np.flatnonzero(np.isnan(ax.get_lines()[0].get_ydata())).tolist() for ax in drawn[0].axes]
    assert missing == [[10], [10]]


# --- series that fail ---------------------------------------------------------------------------------------


def test_failing_series_are_lines_and_a_code(tmp_path, capsys):
    frame = long_frame(("north", "gap", "short", "south"))
    frame.loc[40, "y"] = np.nan
    frame = pd.concat([frame[:62], frame[90:]])
    path, out, plot = written(frame, tmp_path / "f.csv"), tmp_path / "o.csv", tmp_path / "o.png"
    rows, err = run(capsys, path, "-H", 1, *KEYS, *FAST, code=3)
    assert [row[:2] for row in rows[1:]] == [
        ["north", "01/07/2022"],
        ["gap", "01/07/2022"],
        ["short", ""],
        ["south", "01/07/2022"],
    ]
    assert [bool(row[2]) for row in rows[1:]] == [True, False, False, True]
    lines = err.splitlines()
    assert len(lines) == 2
    start = "arsieve-rf forecast: series 'gap' failed: the series has 1 missing (NaN) value"
    assert lines[0].startswith(start)
    assert lines[1].startswith("arsieve-rf forecast: series 'short' failed: ")
    run(capsys, path, "-H", 1, *KEYS, *FAST, "--out", out, "--plot", plot, code=3)
    assert list(csv.reader(io.StringIO(out.read_text()))) == rows
    assert plot.exists()


def test_no_series_left_is_an_error(data, capsys):
    error = refused(capsys, data, "-H", 1, *KEYS, "--order", 40)
    assert "error: series 'north': " in error
    assert "order" in error


def test_warnings_are_lines_with_the_series(data, capsys, monkeypatch):
    import warnings

    original = ARSieveForecaster.fit

    def fit(self, y, X=None):
        warnings.warn("something was changed", UserWarning, stacklevel=2)
        return original(self, y, X)

    monkeypatch.setattr(ARSieveForecaster, "fit", fit)
    _, err = run(capsys, data, "-H", 1, *KEYS, *FAST)
    assert err == (
        "arsieve-rf forecast: warning: something was changed [2 series: 'north', 'south']\n"
    )  # fmt: skip


# --- times of several series --------------------------------------------------------------------------------


def times_of(cells, series):
    table = Table("f.csv", ["t"], [[cell] for cell in cells], list(range(2, len(cells) + 2)))
    return read_times(table, "t", None, series).index


def test_the_format_is_the_one_that_suits_most_series():
    # day first: both are monthly; month first: days of January, but the second series leaps by a year
    first = ["01/01/2024", "01/02/2024", "01/03/2024"]
    second = ["01/10/2024", "01/11/2024", "01/12/2024", "01/01/2025", "01/02/2025"]
    series = [[0, 1, 2], [7, 4, 5, 3, 6]]
    assert times_of(first + second, series)[7] == pd.Timestamp("2025-02-01")


def test_two_readings_that_suit_as_many_series():
    with pytest.raises(InputError, match="can be read in two ways"):
        times_of(["01/01/2024", "01/02/2024", "01/03/2024"] * 2, [[0, 1, 2], [3, 4, 5]])
    with pytest.raises(InputError, match="can be read in two ways"):  # nothing to tell them by
        times_of(["01/02/2024", "02/02/2024"], [[0], [1]])


# --- mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words", "message"),
    [
        (None, ["--id", "shop"], "has no column 'shop'"),
        (None, ["--id", "unique_id", "--time", "unique_id"], "--id, --column, --time and --exog must differ"),
        (lambda f: f.rename(columns={"y": "sales"}), KEYS, "more than one numeric column; choose one"),
        (lambda f: f.assign(y=f["y"].astype(object).where(f.index != 3, "x")), KEYS, "line 5: column 'y'"),
        (lambda f: f.assign(unique_id=f["unique_id"].where(f.index != 3)), KEYS, "line 5.*missing id"),
        (lambda f: f.assign(ds=f["ds"].where(f.index != 3)), KEYS, "line 5: column 'ds' has a missing time"),
        (
            lambda f: pd.concat([f, f[3:4]]),
            KEYS,
            "line 62: series 'north' has the time '01/04/2020' twice",
        ),
    ],
)
def test_mistakes(change, words, message, tmp_path, capsys):
    frame = long_frame()
    path = written(frame if change is None else change(frame), tmp_path / "f.csv")
    error = refused(capsys, path, "-H", 2, *words, *FAST)
    assert pd.Series(error).str.contains(message).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unique_id,price\nnorth,1\nsouth,1\n", "has no column 'ds'"),
        ("ds,price\n01/07/2022,1\n", "has no column 'unique_id'"),
        ("unique_id,ds,price\nwest,01/07/2022,1\n", "does not have: ['west']"),
        ("unique_id,ds,price\nnorth,2022-07-01,1\n", "cannot be read as '%d/%m/%Y'"),
        ("unique_id,ds,price\nnorth,01/07/2022,\n", "line 2: column 'price' has a missing value"),
        (
            "unique_id,ds,price\nnorth,01/08/2022,1\nsouth,01/08/2022,1\n",
            "'north': --future-exog must have the times",
        ),
        ("unique_id,ds,price\nnorth,01/07/2022,1\nnorth,01/07/2022,1\n", "line 3: series 'north' has the"),
    ],
)
def test_mistakes_about_the_future(text, message, data, tmp_path, capsys):
    future = tmp_path / "future.csv"
    future.write_text(text)
    words = ["--exog", "price", "--future-exog", future]
    assert message in refused(capsys, data, "-H", 1, *KEYS, *words, *FAST)
