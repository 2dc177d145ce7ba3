"""``arsieve-rf compare``: what is refused, and how."""

from __future__ import annotations

import os
import re
import sys

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.cli import main
from tests.cli.series_files import refused

FAST = ["--horizon", "2", "--windows", "5", "--trees", "5", "--order", "2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: FILE, --horizon"),
        (["--horizon", "0"], "argument --horizon/-H: must be at least 1, got 0"),
        (["--windows", "1"], "argument --windows: must be at least 2, got 1"),
        (["--windows", "many"], "'many' is not a whole number"),
        (["--step", "0"], "argument --step: must be at least 1, got 0"),
        (["--refit", "0"], "argument --refit: must be at least 1, got 0"),
        (
            ["--bootstraps", "iid,jackknife"],
            "argument --bootstraps: 'jackknife' is none of auto, ar_sieve, iid, moving, circular, ",
        ),
        (["--bootstraps", "iid,,auto"], "argument --bootstraps: '' is none of auto"),
        (["--bootstraps", "iid,auto,iid"], "'iid,auto,iid' names a bootstrap twice"),
        (["--coverage", "95"], "got '95': for 95 % write 0.95"),
        (["--coverage", "0"], "must be a number between 0 and 1 (both excluded), got '0'"),
        (["--trees", "0"], "argument --trees: must be at least 1"),
        (["--jobs", "0"], "argument --jobs"),
        (["--future-exog", "g.csv"], "unrecognized arguments: --future-exog g.csv"),
        (["--exog", "a,a"], "names a column twice"),
        (["--time-format", "%Y"], "--time-format needs --time"),
        (["--column", "a", "--exog", "a"], "column 'a' is asked for twice"),
        (["--seasonal", "none", "--season-length", "7"], "--season-length is not used with --seasonal none"),
        (["--report", "no/such/r.html"], "cannot write no/such/r.html: there is no folder no/such"),
        (["--out", "no/such/s.csv"], "cannot write no/such/s.csv: there is no folder no/such"),
        (["--report", "."], "cannot write .: it is a folder"),
        (["--report", "r.x", "--out", "./r.x"], "--out and --report name the same file, ./r.x"),
    ],
)
def test_words(capsys, words, message):
    file = ["f.csv", "--horizon", "3"] if words else []
    assert message in refused(capsys, "compare", *file, *words)  # before f.csv is looked for


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--windows", "60"],
            "error: --windows 60 is too many for the series, which has 60 values: with --horizon 2 and "
            "--step 1 at most 58 window(s) fit\n",
        ),
        (["--windows", "21", "--step", "3"], "and --step 3 at most 20 window(s) fit"),
        (["--horizon", "60"], "--horizon 60 is too long for the series, which has 60 value(s): at least 61"),
        (["--period", "4", "--bootstraps", "iid,auto"], "--period is not used with --bootstraps iid,auto"),
        (["--block-length", "4", "--bootstraps", "iid"], "--block-length is not used with --bootstraps iid"),
        (["--period", "4"], "--period is not used with --bootstraps ar_sieve,iid,"),
        (["--bootstraps", "seasonal"], "--bootstraps seasonal needs --period, the rows of one season"),
        (
            ["--bootstraps", "iid,moving", "--block-length", "500"],
            "error: bootstrap 'moving', before the first cutoff: --block-length must be between 1 and the "
            "number of rows",
        ),
        (["--order", "80"], "--order 80 must be between 0 and"),
        (["--column", "x"], "has no column 'x'; its columns are y"),
    ],
)
def test_series_and_words(simple, capsys, words, message):
    assert message in refused(capsys, "compare", simple, *FAST, *words)


def test_later_faults_are_in_the_words_of_the_program(simple, capsys):
    """Each of them names options, and nothing that only Python has."""
    faults = [
        ["--windows", "58"],
        ["--windows", "55", "--refit", "60"],
        ["--lags", "57"],
        ["--transform", "log", "--season-length", "30", "--seasonal", "multiplicative"],
    ]
    for words in faults:
        code = main(["compare", str(simple), *FAST, *words, "--bootstraps", "iid"])
        out, err = capsys.readouterr()
        assert (code == 2) == (out == "")
        assert not re.search(r"n_windows|refit=|block_length|\bh=|n_estimators|\by,", err)


def test_gaps_are_refused_or_named(tmp_path, capsys):
    path = tmp_path / "gap.csv"
    path.write_text("y\n" + "\n".join("NA" if i == 7 else str(i % 5) for i in range(40)) + "\n")
    assert "gap.csv, line 9: column 'y' has a missing value" in refused(
        capsys, "compare", path, *FAST, "--column", "y"
    )


def test_no_such_file(capsys):
    assert "cannot read nowhere.csv" in refused(capsys, "compare", "nowhere.csv", *FAST)


@pytest.fixture
def panel(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "long.csv"
    frames = [
        pd.DataFrame({"store": name, "day": pd.date_range("2024-01-01", periods=n), "y": rng.normal(size=n)})
        for name, n in (("north", 40), ("south", 9))
    ]
    pd.concat(frames).to_csv(path, index=False)
    return path


def test_a_short_series_among_many(panel, capsys):
    words = ["--id", "store", "--time", "day", "--windows", "8"]
    message = "--windows 8 is too many for series 'south', which has 9 values: with --horizon 2"
    assert message in refused(capsys, "compare", panel, *FAST, *words)


def test_report_without_matplotlib(simple, tmp_path, capsys, monkeypatch):
    from arsieve_rf.cli import compare

    monkeypatch.setattr(compare, "find_spec", lambda name: None)
    said = refused(capsys, "compare", simple, *FAST, "--report", tmp_path / "r.html")
    assert said.endswith('--report needs matplotlib: pip install "arsieve-rf[compare]"\n')


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no file that is always full")
@pytest.mark.parametrize("option", ["--report", "--out"])
def test_a_full_disk_loses_no_table(simple, capsys, option):
    words = [str(simple), *FAST, "--bootstraps", "iid", option, "/dev/full"]
    assert main(["compare", *words]) == 2
    out, err = capsys.readouterr()
    assert "comparison:" in out
    assert err == "arsieve-rf compare: error: cannot write /dev/full: No space left on device\n"


def test_an_interrupt_is_one_line(simple, capsys, monkeypatch):
    from arsieve_rf.evaluation.comparison import compare

    def interrupted(*_, bootstraps=("iid",), **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(compare, "compare_bootstraps", interrupted)
    assert main(["compare", str(simple), *FAST]) == 130
    assert capsys.readouterr().err == "arsieve-rf compare: interrupted\n"


def test_help_loads_nothing_heavy():
    import subprocess

    words = [sys.executable, "-X", "importtime", "-m", "arsieve_rf", "compare", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not imported & {"numpy", "pandas", "numba", "sklearn", "matplotlib"}


@pytest.mark.parametrize("option", ["--out", "--report"])
def test_the_data_are_not_written_over(data, capsys, option):
    before = data.read_bytes()
    words = ["compare", data, "--column", "sales", "-H", 1, "--windows", 2, option, data]
    assert "it is the file that is read" in refused(capsys, *words)
    assert data.read_bytes() == before


def test_nor_by_forecasts(data, capsys):
    words = ["forecast", data, "--column", "sales", "-H", 1, "--out", data]
    assert "it is the file that is read" in refused(capsys, *words)
