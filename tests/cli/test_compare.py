"""``arsieve-rf compare``: the table, the files, and the same numbers as in Python."""

from __future__ import annotations

import csv
import io
import re
import shlex
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib")

from arsieve_rf import ARSieveForecaster, compare_bootstraps
from arsieve_rf.cli import main
from arsieve_rf.cli.compare import _table
from arsieve_rf.cli.groups import SEASONAL_WORDS
from arsieve_rf.cli.parser import BOOTSTRAP_WORDS, build_parser
from arsieve_rf.evaluation.comparison.report.columns import columns
from tests.cli.series_files import MONTHS, values
from tests.report.pages import Tags

FAST = ["--horizon", "2", "--windows", "5", "--trees", "5", "--order", "2", "--bootstraps", "iid,ar_sieve"]
SHARED = {"h": 2, "n_windows": 5, "bootstraps": ["iid", "ar_sieve"]}
FOREST = {"n_estimators": 5, "order": 2, "random_state": 0}


def run(capsys, *words, code=0):
    """What went to stdout and stderr."""
    assert main(["compare", *map(str, words)]) == code
    return capsys.readouterr()


def read(path):
    """With the digits as they are, which not every pandas keeps."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return pd.DataFrame([{name: value(cell) for name, cell in row.items()} for row in rows]).set_index(
        "method"
    )


def value(cell):
    if cell in ("True", "False"):
        return cell == "True"
    try:
        return float(cell or "nan")
    except ValueError:
        return cell


def assert_same_numbers(path, expected):
    """All columns of the summary but the seconds, to the last bit."""
    found = read(path)
    assert found.columns.tolist() == expected.columns.tolist()
    kept = [column for column in expected if column != "fit_seconds"]
    pd.testing.assert_frame_equal(found[kept], expected[kept], check_exact=True, check_dtype=False)
    assert (found["fit_seconds"] > 0).all()


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "options", "forest"),
    [
        ([], {}, {}),
        (["--step", "2", "--sliding"], {"step": 2, "window": "sliding"}, {}),
        (["--refit", "3", "--coverage", "none"], {"refit": 3, "coverage": None}, {}),
        (["--coverage", "0.5", "--jobs", "2"], {"coverage": 0.5}, {}),
        (["--seed", "7"], {"random_state": 7}, {"random_state": 7}),
        (
            ["--bootstraps", "none, moving", "--block-length", "9", "--differencing", "1"],
            {"bootstraps": [None, "moving"]},
            {"block_length": 9, "differencing": 1},
        ),
        (
            ["--season-length", "4", "--seasonal", "additive", "--transform", "log", "--lags", "1,3"],
            {},
            {"seasonal_period": 4, "seasonal": "additive", "transform": "log", "lags": [1, 3]},
        ),
        (["--lags", "3", "--strategy", "direct"], {}, {"lags": 3, "strategy": "direct"}),
    ],
    ids=["plain", "sliding", "refit", "coverage", "seed", "bootstraps", "preparation", "model"],
)  # fmt: skip
def test_numbers_are_those_of_the_library(simple, tmp_path, capsys, words, options, forest):
    out = tmp_path / "summary.csv"
    run(capsys, simple, *FAST, *words, "--out", out)
    forecaster = ARSieveForecaster(**{**FOREST, **forest})
    expected = compare_bootstraps(values(), forecaster=forecaster, **{**SHARED, **options})
    assert_same_numbers(out, expected.summary())


def test_default_bootstraps_windows_and_trees(simple, tmp_path, capsys, monkeypatch):
    from arsieve_rf.evaluation.comparison import compare

    seen = {}

    def watched(y, X=None, *, bootstraps=("iid", "moving"), **options):
        seen.update(options, bootstraps=bootstraps)
        return compare_bootstraps(y, bootstraps=["iid"], n_windows=2, forecaster=ARSieveForecaster(**FOREST))

    monkeypatch.setattr(compare, "compare_bootstraps", watched)
    run(capsys, simple, "--horizon", "1")
    assert seen["bootstraps"] == ["iid", "moving"]  # the library's own
    assert (seen["n_windows"], seen["step"], seen["coverage"], seen["refit"]) == (24, 1, 0.9, 1)
    assert seen["forecaster"].n_estimators == 500


def test_times_and_exogenous_columns(data, tmp_path, capsys):
    out, report = tmp_path / "summary.csv", tmp_path / "report.html"
    words = ["--column", "sales", "--time", "month", "--exog", "price", "--out", out, "--report", report]
    run(capsys, data, *FAST, *words)
    y = pd.Series(values(), MONTHS.to_timestamp())
    X = pd.DataFrame({"price": np.arange(60.0)}, y.index)
    expected = compare_bootstraps(y, X, forecaster=ARSieveForecaster(**FOREST), **SHARED)
    assert_same_numbers(out, expected.summary())
    text = " ".join(Tags(report.read_text(encoding="utf-8")).texts)
    assert "times in column month; other columns price." in text
    assert "60 values, 2015-01-01 to 2019-12-01; the first that was forecast is 2019-07-01." in text


def test_gaps(tmp_path, capsys):
    y = values()
    cells = [str(value) for value in y]
    y[20], cells[20] = np.nan, "NA"
    path, out = tmp_path / "gap.csv", tmp_path / "summary.csv"
    path.write_text("\n".join(["y", *cells]) + "\n")
    run(capsys, path, *FAST, "--missing", "segment", "--out", out)
    forecaster = ARSieveForecaster(missing="segment", **FOREST)
    assert_same_numbers(out, compare_bootstraps(y, forecaster=forecaster, **SHARED).summary())


@pytest.fixture
def panel():
    rng = np.random.default_rng(2)
    days = pd.date_range("2024-01-01", periods=30)
    parts = [
        pd.DataFrame({"unique_id": name, "ds": days, "y": rng.normal(size=30).round(3), "price": range(30)})
        for name in ("north", "south", "east")
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("columns", [["unique_id", "ds", "y"], ["unique_id", "ds", "y", "price"]])
def test_many_series(panel, tmp_path, capsys, columns):
    path, out, report = (tmp_path / name for name in ("long.csv", "summary.csv", "report.html"))
    panel[columns].rename(columns={"unique_id": "store", "ds": "day"}).to_csv(path, index=False)
    exog = ["--exog", "price"] if "price" in columns else []
    words = ["--id", "store", "--time", "day", *exog, "--out", out, "--report", report]
    shown = run(capsys, path, *FAST, *words).out
    expected = compare_bootstraps(panel[columns], forecaster=ARSieveForecaster(**FOREST), **SHARED)
    assert_same_numbers(out, expected.summary())
    assert expected.describe() in shown
    tags = Tags(report.read_text(encoding="utf-8"))
    assert {"north", "south", "east"} <= set(tags.texts)
    assert "series in column store; times in column day" in " ".join(tags.texts)
    assert len(tags.sources) == 2


# --- the table ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result():
    forecaster = ARSieveForecaster(**FOREST)
    return compare_bootstraps(
        values(), h=2, n_windows=6, bootstraps=["iid", "ar_sieve", "moving"], season=4, forecaster=forecaster
    )


def test_words_and_table(simple, capsys):
    shown, said = run(capsys, simple, *FAST)
    expected = compare_bootstraps(values(), forecaster=ARSieveForecaster(**FOREST), **SHARED)
    assert shown.endswith(f"\n\n{expected.describe()}\n")
    assert said == ""  # progress is for terminals
    header, *lines = shown.split("\n\n")[0].splitlines()
    assert header.split() == [
        "MSE", "ratio", "95", "%", "interval", "p", "set", "MASE", "inside", "score", "trees", "fit",
    ]  # fmt: skip
    table, rows = expected.summary(), [line[2:].split() for line in lines if line.startswith((" ", ">"))]
    assert {row[0] for row in rows} == set(table.index)
    for name, mse, *_ in rows:
        assert float(mse) == pytest.approx(table.loc[name, "mse"], rel=5e-3)


def test_columns_are_aligned(result):
    header, *lines = _table(result)[: len(result.methods) + 3]
    ends = [match.end() for match in re.finditer(r"95 % interval|\S+", header)]
    for line in lines:
        if line not in ("bootstraps", "yardsticks"):
            cells = re.finditer(r"\S+( ms| s| µs)?", line[18:])
            assert {18 + cell.end() for cell in cells} <= set(ends)
    assert max(map(len, [header, *lines])) <= 100


def test_bootstraps_stand_before_yardsticks_each_by_error(result):
    lines = _table(result)
    names = [line[2:].split()[0] for line in lines[1:] if line[:2] in ("  ", "> ", "* ")]
    names = names[: len(result.methods)]  # a legend follows
    means = result.summary()["mse"]
    split = lines.index("yardsticks") - 2
    assert set(names[:split]) == {"iid", "ar_sieve", "moving"}
    assert set(names[split:]) == {"ar", "naive", "seasonal_naive"}
    assert means[names[:split]].is_monotonic_increasing
    assert means[names[split:]].is_monotonic_increasing


@pytest.mark.parametrize("wins", [False, True])
def test_the_best_is_marked(result, monkeypatch, wins):
    monkeypatch.setitem(vars(result), "winner_", result.best_ if wins else None)
    lines = _table(result)
    mark = "*" if wins else ">"
    marked = [line for line in lines if line.startswith(mark)]
    assert marked[0].split()[:2] == [mark, result.best_]
    assert ("winner" in marked[1]) == wins
    assert len(marked) == 2  # the row, and what it means
    assert not any(line.startswith(">" if wins else "*") for line in lines)


def test_a_single_bootstrap_is_not_called_best(simple, capsys):
    shown = run(capsys, simple, *FAST, "--bootstraps", "iid").out
    assert not any(line.startswith((">", "*")) for line in shown.splitlines())


def test_stdout_that_lacks_signs(simple, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["compare", str(simple), *FAST]) == 0
    shown = stream.buffer.getvalue().decode("ascii")
    assert re.search(r"> \w+ .* [0-9.]+\?[0-9.]+ |  iid .* \? ", shown)  # a dash


def test_progress_is_for_terminals(simple, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    out, report = tmp_path / "s.csv", tmp_path / "r.html"
    said = run(capsys, simple, *FAST, "--out", out, "--report", report).err
    assert re.search(r"comparing 2 bootstraps and their yardsticks on 5 windows \.\.\. [0-9.]+ s\n", said)
    assert f"wrote {out}\n" in said
    assert re.search(rf"drawing and writing {re.escape(str(report))} \.\.\. [0-9.]+ s\n", said)
    assert run(capsys, simple, *FAST, "--quiet").err == ""


# --- the report ---------------------------------------------------------------------------------------------


def test_report(simple, tmp_path, capsys):
    report = tmp_path / "a <b> report.html"
    words = [str(simple), *FAST, "--report", str(report)]
    shown = run(capsys, *words).out
    page = report.read_text(encoding="utf-8")
    tags = Tags(page)
    assert {"short", "methods", "pictures", "measured", "repeat", "made"} <= tags.ids
    assert not re.search(r"<script|@import|url\(|https?:", re.sub(r"base64,[^\"]*", "", page))
    for source in tags.sources:
        kind, data = source.split(",")
        assert kind == "data:image/svg+xml;base64"
        assert ET.fromstring(b64decode(data)).tag.endswith("}svg")
    assert len(tags.sources) == 3
    assert "Which bootstrap for y?" in tags.texts
    text = " ".join(tags.texts)
    for line in shown.split("\n\n")[-1].splitlines():
        assert line.strip()[1:] in text  # the plain words, whose first letters are capitals here
    command = next(text for text in tags.texts if text.startswith("arsieve-rf compare"))
    assert shlex.split(command) == ["arsieve-rf", "compare", *words]


def test_the_command_of_the_report_repeats_it(simple, tmp_path, capsys):
    report, out = tmp_path / "report.html", tmp_path / "summary.csv"
    run(capsys, simple, *FAST, "--seed", "3", "--report", report, "--out", out)
    first = read(out).drop(columns="fit_seconds")
    out.unlink()
    texts = Tags(report.read_text(encoding="utf-8")).texts
    command = shlex.split(next(text for text in texts if text.startswith("arsieve-rf ")))
    assert main(command[1:]) == 0
    pd.testing.assert_frame_equal(read(out).drop(columns="fit_seconds"), first, check_exact=True)


# --- help ---------------------------------------------------------------------------------------------------


@pytest.fixture
def text(capsys):
    assert main(["compare", "--help"]) == 0
    return capsys.readouterr().out


def test_help_names_everything(text, result, panel):
    for word in [*BOOTSTRAP_WORDS, *SEASONAL_WORDS, "examples:", "exit code:"]:
        assert word in text
    assert max(map(len, text.splitlines())) <= 100
    of_many = compare_bootstraps(panel, forecaster=ARSieveForecaster(**FOREST), **SHARED)
    table = text.split("what the table shows:")[1].split("\n\n")[0]
    for column in [*columns(result), *columns(of_many)]:
        assert column.title == "MAE" or re.search(rf"^  .*\b{column.title}\b", table, re.MULTILINE)


def test_examples_in_the_help_parse(text):
    text = text.replace("\\\n", " ")
    commands = [line.split("arsieve-rf ")[1] for line in text.splitlines() if "    arsieve-rf " in line]
    assert len(commands) == 4
    for command in commands:
        build_parser().parse_args(command.split())
