from __future__ import annotations

import csv
import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.cli import main
from arsieve_rf.cli.parser import BOOTSTRAP_WORDS, ORDER_WORDS, build_parser
from arsieve_rf.resampling.registry import BOOTSTRAPS

MONTHS = pd.period_range("2015-01", periods=60, freq="M")
FAST = ["--trees", "5", "--order", "2"]


def values(n=60):
    rng = np.random.default_rng(5)
    return np.round(10 + np.sin(np.arange(n)) + rng.normal(size=n), 3)


@pytest.fixture
def data(tmp_path):
    """Months, sales and a price, 60 rows."""
    path = tmp_path / "sales.csv"
    rows = [f"{m},{y},{x},north" for m, y, x in zip(MONTHS, values(), range(60), strict=True)]
    path.write_text("\n".join(["month,sales,price,region", *rows]) + "\n")
    return path


@pytest.fixture
def simple(tmp_path):
    """One numeric column."""
    path = tmp_path / "y.csv"
    path.write_text("y\n" + "\n".join(map(str, values())) + "\n")
    return path


def table(text):
    return list(csv.reader(io.StringIO(text)))


def refused(capsys, *words):
    """The one line of the error."""
    assert main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


# --- what it does -------------------------------------------------------------------------------------------


def test_the_only_numeric_column_to_standard_output(simple, capsys):
    assert main(["forecast", str(simple), "--horizon", "3", *FAST]) == 0
    out, err = capsys.readouterr()
    assert err == ""  # no terminal, no progress
    rows = table(out)
    assert rows[0] == ["step", "forecast"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    expected = ARSieveForecaster(n_estimators=5, order=2, random_state=0).fit(values()).predict(3)
    assert [float(row[1]) for row in rows[1:]] == expected.tolist()


def test_the_time_column_goes_on(data, capsys):
    words = ["forecast", str(data), "--column", "sales", "--time", "month", "--horizon", "3", *FAST]
    assert main(words) == 0
    assert [row[0] for row in table(capsys.readouterr().out)] == ["month", "2020-01", "2020-02", "2020-03"]


def test_standard_input(simple, capsys, monkeypatch):
    words = ["--horizon", "2", *FAST]
    assert main(["forecast", str(simple), *words]) == 0
    from_file = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO(simple.read_text()))
    assert main(["forecast", "-", *words]) == 0
    assert capsys.readouterr().out == from_file


def test_files_are_written(data, tmp_path, capsys):
    out, plot = tmp_path / "f.csv", tmp_path / "f.png"
    words = [
        "forecast",
        data,
        "--column",
        "sales",
        "--time",
        "month",
        "-H",
        4,
        *FAST,
        "--out",
        out,
        "--plot",
        plot,
    ]
    assert main([str(word) for word in words]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(table(out.read_text())) == 5
    assert plot.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("word", BOOTSTRAP_WORDS)
def test_every_bootstrap_runs(word, simple, capsys):
    words = ["forecast", str(simple), "--horizon", "2", "--trees", "5", "--bootstrap", word]
    if word == "seasonal":
        words += ["--period", "6"]
    assert main(words) == 0
    assert np.isfinite([float(row[1]) for row in table(capsys.readouterr().out)[1:]]).all()


@pytest.mark.parametrize(
    ("words", "parameters"),
    [
        (["--lags", "3"], {"lags": 3}),
        (["--lags", "1,2,12"], {"lags": [1, 2, 12]}),
        (["--order", "bic"], {"order": "bic"}),
        (["--differencing", "1"], {"differencing": 1}),
        (["--bootstrap", "moving", "--block-length", "7"], {"bootstrap": "moving", "block_length": 7}),
        (
            ["--bootstrap", "stationary", "--block-length", "2.5"],
            {"bootstrap": "stationary", "block_length": 2.5},
        ),
        (["--bootstrap", "circular", "--block-length", "auto"], {"bootstrap": "circular"}),
        (["--bootstrap", "none"], {"bootstrap": None}),
        (["--seed", "9"], {"random_state": 9}),
        (["--jobs", "2"], {}),
    ],
)
def test_options_reach_the_forecaster(words, parameters, simple, capsys):
    assert main(["forecast", str(simple), "--horizon", "3", "--trees", "5", *words]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(**{"n_estimators": 5, "random_state": 0, **parameters})
    assert got == forecaster.fit(values()).predict(3).tolist()


def test_exogenous_columns(data, tmp_path, capsys):
    future = tmp_path / "future.csv"
    future.write_text("month,price\n2020-01,60\n2020-02,61\n")
    words = ["forecast", data, "--column", "sales", "--time", "month", "-H", 2, *FAST]
    words += ["--exog", "price", "--future-exog", future]
    assert main([str(word) for word in words]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0)
    forecaster.fit(values(), np.arange(60.0)[:, None])
    assert got == forecaster.predict(2, np.array([[60.0], [61.0]])).tolist()
    # Without times the rows are taken in order.
    future.write_text("price\n60\n61\n")
    assert main([str(word) for word in words]) == 0
    assert [float(row[1]) for row in table(capsys.readouterr().out)[1:]] == got


def test_progress_is_for_terminals(simple, capsys, monkeypatch):
    words = ["forecast", str(simple), "--horizon", "2", *FAST]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert main(words) == 0
    assert "fitting 5 trees to 60 values ... " in capsys.readouterr().err
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_warnings_of_the_library_are_lines(simple, capsys, monkeypatch):
    import warnings

    original = ARSieveForecaster.fit

    def fit(self, y, X=None):
        warnings.warn("something\nwas changed", UserWarning, stacklevel=2)
        warnings.warn("between libraries", DeprecationWarning, stacklevel=2)
        return original(self, y, X)

    monkeypatch.setattr(ARSieveForecaster, "fit", fit)
    assert main(["forecast", str(simple), "--horizon", "2", *FAST]) == 0
    assert capsys.readouterr().err == "arsieve-rf forecast: warning: something was changed\n"


# --- help ---------------------------------------------------------------------------------------------------


def test_help_names_everything(capsys):
    assert main(["--help"]) == 0
    assert {"forecast", "demo"} <= set(capsys.readouterr().out.split())
    assert main(["forecast", "--help"]) == 0
    text = capsys.readouterr().out
    for word in [*BOOTSTRAP_WORDS, *ORDER_WORDS, "examples:", "exit code:"]:
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_examples_in_the_help_parse(capsys):
    main(["forecast", "--help"])
    text = capsys.readouterr().out.replace("\\\n", " ")
    commands = [
        line.split("arsieve-rf ")[1].split(" >")[0] for line in text.splitlines() if "    arsieve-rf " in line
    ]
    assert len(commands) == 6
    for command in commands:
        build_parser().parse_args(command.split())


def test_words_are_those_of_the_library():
    assert set(BOOTSTRAP_WORDS) == {*BOOTSTRAPS, "none"}


def test_python_dash_m():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "arsieve_rf", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("usage: arsieve-rf")
    # Help is instant: nothing heavy is imported for it.
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not imported & {"numpy", "pandas", "numba", "sklearn"}


def test_version(capsys):
    import arsieve_rf

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"arsieve-rf {arsieve_rf.__version__}\n"


# --- mistakes -----------------------------------------------------------------------------------------------


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
        (["--column", "sales", "--lags", "70"], "lags"),
        (["--column", "sales", "--order", "70"], "order"),
        (["--column", "sales", "--bootstrap", "seasonal"], "period"),
        (["--column", "sales", "--bootstrap", "moving", "--block-length", "500"], "block_length"),
        (
            ["--column", "sales", "--block-length", "5"],
            "--block-length is not used with --bootstrap ar_sieve",
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
    assert "error: y has 1 values; " in refused(capsys, "forecast", path, "--horizon", 3)


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


# --- ways to end --------------------------------------------------------------------------------------------


def test_a_broken_pipe_is_quiet(simple):
    words = [sys.executable, "-m", "arsieve_rf", "forecast", str(simple), "--horizon", "50", *FAST]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdout.close()
    errors = program.stderr.read()
    program.stderr.close()
    assert program.wait() == 141
    assert errors == b""


def test_an_interrupt_is_one_line(simple, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ARSieveForecaster, "fit", interrupt)
    assert main(["forecast", str(simple), "--horizon", "2"]) == 130
    assert capsys.readouterr().err == "arsieve-rf forecast: interrupted\n"
