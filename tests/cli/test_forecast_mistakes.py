"""``arsieve-rf forecast``: what is refused, and how."""

from __future__ import annotations

import sys

import pytest

from tests.cli.series_files import FAST, refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "arsieve-rf: error: the following arguments are required: COMMAND"),
        (["predict"], "arsieve-rf: error: argument COMMAND: invalid choice: 'predict'"),
        (["forecast"], "arsieve-rf forecast: error: the following arguments are required: FILE, --horizon"),
        (["forecast", "f.csv"], "required: --horizon"),
        (["forecast", "f.csv", "--horizon", "0"], "argument --horizon/-H: must be at least 1, got 0"),
        (["forecast", "f.csv", "--horizon", "9999999"], "must be at most 1000000, got 9999999"),
        (["forecast", "f.csv", "--horizon", "1.5"], "'1.5' is not a whole number"),
        (["forecast", "f.csv", "--horizon", "1_0"], "'1_0' is not a whole number"),
        (
            ["forecast", "f.csv", "-H", "3", "--bootstrap", "jackknife"],
            "invalid choice: 'jackknife' (choose from",
        ),
        (
            ["forecast", "f.csv", "-H", "3", "--order", "cv"],
            "must be aic, aicc, bic, hqic or 0, 1, 2, ..., got 'cv'",
        ),
        (["forecast", "f.csv", "-H", "3", "--order", "-1"], "argument --order"),
        (["forecast", "f.csv", "-H", "3", "--lags", "1,x"], "argument --lags: 'x' is not a whole number"),
        (["forecast", "f.csv", "-H", "3", "--lags", "1,1"], "names a lag twice"),
        (["forecast", "f.csv", "-H", "3", "--lags", "0"], "must be at least 1, got 0"),
        (["forecast", "f.csv", "-H", "3", "--trees", "0"], "argument --trees: must be at least 1"),
        (
            ["forecast", "f.csv", "-H", "3", "--differencing", "3"],
            "argument --differencing: invalid choice: 3",
        ),
        (["forecast", "f.csv", "-H", "3", "--differencing", "once"], "'once' is not a whole number"),
        (["forecast", "f.csv", "-H", "3", "--seasonal", "weekly"], "invalid choice: 'weekly' (choose from"),
        (["forecast", "f.csv", "-H", "3", "--season-length", "1"], "must be at least 2, got 1"),
        (["forecast", "f.csv", "-H", "3", "--season-length", "7,7"], "names a length twice"),
        (["forecast", "f.csv", "-H", "3", "--season-length", "7,x"], "'x' is not a whole number"),
        (["forecast", "f.csv", "-H", "3", "--transform", "2.5"], "a power between -1 and 2, got '2.5'"),
        (["forecast", "f.csv", "-H", "3", "--transform", "nan"], "a power between -1 and 2, got 'nan'"),
        (["forecast", "f.csv", "-H", "3", "--missing", "drop"], "invalid choice: 'drop' (choose from"),
        (["forecast", "f.csv", "-H", "3", "--strategy", "joint"], "invalid choice: 'joint' (choose from"),
        (
            ["forecast", "f.csv", "-H", "3", "--seasonal", "none", "--season-length", "7"],
            "--season-length is not used with --seasonal none",
        ),
        (
            ["forecast", "f.csv", "-H", "3", "--id", "store", "--describe"],
            "--describe tells about one series; leave it out with --id",
        ),
        (
            ["forecast", "f.csv", "-H", "3", "--damping", "0"],
            "argument --damping: must be auto, or a number above 0 and at most 1, got '0'",
        ),
        (["forecast", "f.csv", "-H", "3", "--damping", "1.5"], "argument --damping: must be auto, or"),
        (
            ["forecast", "f.csv", "-H", "3", "--drift", "-0.5"],
            "argument --drift: must be auto, or a number from 0 to 1, got '-0.5'",
        ),
        (["forecast", "f.csv", "-H", "3", "--drift", "nan"], "a number from 0 to 1, got 'nan'"),
        (["forecast", "f.csv", "-H", "3", "--block-length", "0"], "argument --block-length"),
        (
            ["forecast", "f.csv", "-H", "3", "--block-length", "long"],
            "must be auto or a number of at least 1",
        ),
        (["forecast", "f.csv", "-H", "3", "--period", "0"], "argument --period: must be at least 1"),
        (["forecast", "f.csv", "-H", "3", "--seed", "-1"], "argument --seed: must be 0 or more"),
        (["forecast", "f.csv", "-H", "3", "--jobs", "0"], "argument --jobs"),
        (["forecast", "f.csv", "-H", "3", "--exog", "a,,b"], "has an empty name"),
        (["forecast", "f.csv", "-H", "3", "--exog", "a,a"], "names a column twice"),
        (["forecast", "f.csv", "-H", "3", "--tree", "5"], "unrecognized arguments: --tree 5"),
        (["forecast", "f.csv", "-H", "3", "--exog", "a"], "--exog needs --future-exog"),
        (["forecast", "f.csv", "-H", "3", "--future-exog", "g.csv"], "--future-exog needs --exog"),
        (
            ["forecast", "-", "-H", "3", "--exog", "a", "--future-exog", "-"],
            "standard input can be read once",
        ),
        (["forecast", "f.csv", "-H", "3", "--time-format", "%Y"], "--time-format needs --time"),
        (["forecast", "f.csv", "-H", "3", "--time", "a", "--column", "a"], "column 'a' is asked for twice"),
        (
            ["forecast", "no-such-file.csv", "-H", "3"],
            "cannot read no-such-file.csv: No such file or directory",
        ),
    ],
)
def test_wrong_words(words, message, capsys):
    assert message in refused(capsys, *words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--column", "profit"], "has no column 'profit'; its columns are month, sales, price, region"),
        (["--column", "sales", "--time", "day"], "has no column 'day'"),
        ([], "more than one numeric column; choose one with --column: month, sales, price, region"),
        (["--column", "region"], "line 2: column 'region' holds 'north', which is no finite number"),
        (["--column", "sales", "--time", "region"], "line 2: time 'north' of column 'region' cannot be read"),
        (
            ["--column", "sales", "--exog", "region", "--future-exog", "FUTURE"],
            "column 'region' holds 'north'",
        ),
        (
            ["--column", "sales", "--exog", "price", "--future-exog", "FUTURE"],
            "has 2 rows, but --horizon is 3",
        ),
        (["--column", "sales", "--exog", "price", "--future-exog", "none.csv"], "cannot read none.csv"),
        (["--column", "sales", "--order", "70"], "order"),
        (["--column", "sales", "--bootstrap", "seasonal"], "period"),
        (["--column", "sales", "--bootstrap", "moving", "--block-length", "500"], "--block-length must"),
        (
            ["--column", "sales", "--block-length", "5"],
            "--block-length is not used with --bootstrap auto",
        ),
        (
            ["--column", "sales", "--bootstrap", "iid", "--period", "12"],
            "--period is not used with --bootstrap iid",
        ),
        (["--column", "sales", "--out", "FOLDER"], "it is a folder"),
        (["--column", "sales", "--out", "FOLDER/none/f.csv"], "there is no folder"),
        (["--column", "sales", "--plot", "FOLDER/none/f.png"], "there is no folder"),
        (["--column", "sales", "--plot", "f.xyz"], "cannot draw f.xyz: its name must end in one of"),
    ],
)
def test_mistakes_about_the_data(words, message, data, tmp_path, capsys):
    (tmp_path / "future.csv").write_text("month,price\n2020-01,60\n2020-02,61\n")
    names = {"FUTURE": str(tmp_path / "future.csv")}
    words = [names.get(word, word.replace("FOLDER", str(tmp_path))) for word in words]
    error = refused(capsys, "forecast", data, "--horizon", 3, "--trees", 5, *words)
    assert error.startswith("arsieve-rf forecast: error: ")
    assert message in error


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [*lines[:5], *lines[6:]], "line 6: time column 'month' is irregular: 2015-06"),
        (lambda lines: [*lines[:5], lines[4], *lines[5:]], "line 6: time column 'month' repeats 2015-04"),
        (
            lambda lines: [*lines[:5], lines[5].replace("2015-05,", "2015-05,x"), *lines[6:]],
            "line 6: column 'sales'",
        ),
        (
            lambda lines: [*lines[:5], "2015-05,,1,north", *lines[6:]],
            "line 6: column 'sales' has a missing value",
        ),
        (lambda lines: [*lines[:5], "2015-05,1", *lines[6:]], "line 6: 2 cells where the header has 4"),
        (lambda lines: lines[:3], "frequency"),
        (lambda lines: lines[:1], "no data"),
        (lambda lines: [], "is empty"),
    ],
)
def test_faulty_files(change, message, data, capsys):
    data.write_text("\n".join(change(data.read_text().splitlines())))
    error = refused(capsys, "forecast", data, "--column", "sales", "--time", "month", "--horizon", 3, *FAST)
    assert message in error


def test_short_series_are_refused(tmp_path, capsys):
    path = tmp_path / "short.csv"
    path.write_text("y\n1\n")
    assert "error: the series has 1 values; " in refused(capsys, "forecast", path, "--horizon", 3)


def test_future_times_must_follow(data, tmp_path, capsys):
    future = tmp_path / "future.csv"
    future.write_text("month,price\n2020-01,60\n2020-03,61\n")
    words = ["forecast", data, "--column", "sales", "--time", "month", "-H", 2, *FAST]
    error = refused(capsys, *words, "--exog", "price", "--future-exog", future)
    assert "line 3: time '2020-03' where '2020-02' follows the series" in error


def test_no_matplotlib(simple, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    error = refused(capsys, "forecast", simple, "-H", 2, "--plot", tmp_path / "f.png")
    assert 'pip install "arsieve-rf[plot]"' in error


def test_files_that_cannot_be_written(simple, capsys):
    if not sys.platform.startswith("linux"):
        pytest.skip("needs /dev/full")
    assert "cannot write /dev/full" in refused(
        capsys, "forecast", simple, "-H", 2, *FAST, "--out", "/dev/full"
    )
