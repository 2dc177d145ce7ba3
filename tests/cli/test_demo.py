from __future__ import annotations

import csv

import pytest

from arsieve_rf.cli import main
from arsieve_rf.datasets import load_sunspots
from arsieve_rf.evaluation import rmse

METHODS = ["default", "AR-sieve forest", "IID forest", "AR model", "naive"]


def test_table_and_files_agree(tmp_path, capsys):
    folder = tmp_path / "new" / "demo"
    assert main(["demo", "--out", str(folder), "--trees", "20"]) == 0
    out, err = capsys.readouterr()
    for method in METHODS:
        assert f"{method}: fit and forecast ... " in err
    with open(folder / "forecasts.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    test = load_sunspots()[-24:]
    assert [row["year"] for row in rows] == [str(year) for year in test.index]
    assert [float(row["held out"]) for row in rows] == test.tolist()
    lines = {line[:16].strip(): line[16:].split() for line in out.splitlines()[1:6]}
    assert list(lines) == METHODS
    for method in METHODS:
        error = rmse(test, [float(row[method]) for row in rows])
        assert float(lines[method][0]) == pytest.approx(error, abs=0.005)
    assert lines["naive"][3] == "1.000"
    assert (folder / "forecasts.png").read_bytes().startswith(b"\x89PNG")
    assert str(folder / "forecasts.csv") in out
    assert str(folder / "forecasts.png") in out


def test_without_matplotlib_the_rest_is_done(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("arsieve_rf.cli.demo.find_spec", lambda name: None)
    assert main(["demo", "--out", str(tmp_path), "--trees", "5"]) == 0
    assert "no picture: it needs matplotlib" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["forecasts.csv"]


def test_quiet(tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path), "--trees", "5", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "RMSE/naive" in out


def test_a_folder_that_cannot_be_made(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["demo", "--out", str(tmp_path / "file"), "--quiet"]) == 2
    assert "arsieve-rf demo: error: cannot make the folder" in capsys.readouterr().err
