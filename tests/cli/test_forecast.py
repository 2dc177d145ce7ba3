from __future__ import annotations

import io
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.cli import main
from arsieve_rf.cli.conversion import ORDER_WORDS, TRANSFORM_WORDS
from arsieve_rf.cli.options import forecaster_options
from arsieve_rf.cli.parser import BOOTSTRAP_WORDS, SEASONAL_WORDS, build_parser
from arsieve_rf.resampling.registry import BOOTSTRAPS
from tests.cli.series_files import FAST, MONTHS, table, values

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
        (["--differencing", "auto"], {}),
        (["--seasonal", "none"], {"seasonal": None}),
        (["--seasonal", "additive", "--season-length", "6"], {"seasonal": "additive", "seasonal_period": 6}),
        (["--seasonal", "lags", "--season-length", "4,6"], {"seasonal": "lags", "seasonal_period": [4, 6]}),
        (["--transform", "log"], {"transform": "log"}),
        (["--transform", "-0.5"], {"transform": -0.5}),
        (["--transform", "none"], {"transform": None}),
        (["--damping", "0.5", "--differencing", "1"], {"damping": 0.5, "differencing": 1}),
        (["--damping", "auto"], {}),
        (["--drift", "0", "--differencing", "1"], {"drift": 0.0, "differencing": 1}),
        (["--drift", "1.0"], {"drift": 1.0}),
        (["--bias-adjust", "--transform", "log"], {"bias_adjust": True, "transform": "log"}),
        (["--strategy", "direct"], {"strategy": "direct"}),
        (["--missing", "segment"], {}),
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


def test_defaults_are_those_of_the_library():
    options = forecaster_options(build_parser().parse_args(["forecast", "f.csv", "-H", "1"]))
    assert options.pop("random_state") == 0  # a program that is run twice says the same twice
    defaults = ARSieveForecaster().get_params()
    assert options == {name: defaults[name] for name in options}


def test_description_goes_to_standard_error(simple, capsys):
    words = ["forecast", str(simple), "--horizon", "2", *FAST]
    assert main(words) == 0
    alone = capsys.readouterr()
    assert main([*words, "--describe"]) == 0
    described = capsys.readouterr()
    assert described.out == alone.out
    # the series is given its name
    model = ARSieveForecaster(n_estimators=5, order=2, random_state=0).fit(pd.Series(values(), name="y"))
    assert described.err == model.describe() + "\n"


def test_exogenous_columns(data, tmp_path, capsys):
    future = tmp_path / "future.csv"
    future.write_text("month,price\n2020-01,60\n2020-02,61\n")
    words = ["forecast", data, "--column", "sales", "--time", "month", "-H", 2, *FAST]
    words += ["--exog", "price", "--future-exog", future]
    assert main([str(word) for word in words]) == 0
    got = [float(row[1]) for row in table(capsys.readouterr().out)[1:]]
    forecaster = ARSieveForecaster(n_estimators=5, order=2, random_state=0)
    forecaster.fit(pd.Series(values(), index=MONTHS), np.arange(60.0)[:, None])
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
    for word in [
        *BOOTSTRAP_WORDS,
        *SEASONAL_WORDS,
        *TRANSFORM_WORDS,
        *ORDER_WORDS,
        "examples:",
        "exit code:",
    ]:
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_examples_in_the_help_parse(capsys):
    main(["forecast", "--help"])
    text = capsys.readouterr().out.replace("\\\n", " ")
    commands = [
        line.split("arsieve-rf ")[1].split(" >")[0] for line in text.splitlines() if "    arsieve-rf " in line
    ]
    assert len(commands) == 9
    for command in commands:
        build_parser().parse_args(command.split())


def words_allowed(**parameter):
    """Those that the forecaster's own message names."""
    with pytest.raises(ValueError, match="must be one of") as caught:
        ARSieveForecaster(**parameter).fit(values())
    return set(re.findall(r'"(\w+)"', str(caught.value)))


def test_words_are_those_of_the_library():
    assert set(BOOTSTRAP_WORDS) == {*BOOTSTRAPS, "none", "auto"}
    assert set(SEASONAL_WORDS) == {*words_allowed(seasonal="?"), "none"}
    assert set(TRANSFORM_WORDS) == {*words_allowed(transform="?"), "none"}


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
