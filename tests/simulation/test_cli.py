from __future__ import annotations

import sys

import pytest

from arsieve_rf.cli import main as library_main
from simulation.cli import main
from simulation.dgps.registry import DGPS
from simulation.methods.registry import METHODS
from simulation.store import read_table
from tests.simulation.fakes import contents

SMALL = """
[study]
name = "small"
title = "A small one"
horizon = 2
replications = 4
block = 2
lengths = [30]
reference = "mean"
[[dgps]]
name = "ar"
label = "AR"
parameters.coef = [0.5]
[[methods]]
name = "mean"
[[methods]]
name = "ar"
options.order = 1
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


def test_run_resume_and_again(small, tmp_path, capsys):
    folder = tmp_path / "new" / "out"
    assert main(["run", str(small), "--out", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert out == f"results: {folder}   (to see them: python -m simulation report {folder})\n"
    assert "A small one: 1 cells, 4 series, 2 methods, 8 fits" in err
    assert "projected: " in err
    assert "100%  2/2 shards" in err
    assert "8 fits, 0 failed" in err
    before = contents(folder)
    assert main(["run", str(small), "--out", str(folder), "--jobs", "2"]) == 0
    assert "complete: all 2 shards" in capsys.readouterr().err
    assert main(["resume", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert contents(folder) == before


def test_another_design_is_refused(small, tmp_path, capsys):
    folder = tmp_path / "out"
    assert main(["run", str(small), "--out", str(folder), "-q", "--no-projection"]) == 0
    small.write_text(SMALL.replace("order = 1", "order = 2"))
    capsys.readouterr()
    assert main(["run", str(small), "--out", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert f"error: {folder} holds another design (study 'small'" in err


def test_faults_are_listed(small, tmp_path, capsys):
    small.write_text(SMALL.replace("[0.5]", "[1.5]").replace("horizon = 2", "horizon = 0"))
    assert main(["run", str(small), "--out", str(tmp_path / "out")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "python -m simulation: error: the design has 2 faults:"
    assert lines[1].startswith(f"  {small}:5: study.horizon: ")
    assert lines[2].startswith(f"  {small}:13: dgps[1].parameters.coef: ")
    assert len(lines) == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "required: COMMAND"),
        (["run", "quick"], "required: --out"),
        (["run", "nosuch", "--out", "x"], "no file 'nosuch', and no study of this name"),
        (["run", "quick", "--out", "x", "--jobs", "0"], "argument --jobs: must be 1 or more, or -1"),
        (["run", "quick", "--out", "x", "--jobs", "two"], "argument --jobs: must be 1 or more, or -1"),
        (["run", "quick", "--out", "x", "--jobs", "2", "--dask", "a"], "not allowed with argument --jobs"),
        (["resume", "nosuch"], "nosuch holds no study"),
        (["report", "nosuch"], "nosuch holds no study"),
        (["list", "dgp"], "invalid choice: 'dgp'"),
        (["fly"], "invalid choice: 'fly'"),
    ],
)
def test_mistakes(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert err.startswith("python -m simulation")
    assert len(err.splitlines()) == 1
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_out_that_is_a_file(small, tmp_path, capsys):
    assert main(["run", str(small), "--out", str(small)]) == 2
    assert "is a file; the results need a folder" in capsys.readouterr().err
    assert main(["run", str(small), "--out", str(tmp_path)]) == 2
    assert "is no study and not empty (small.toml is in it)" in capsys.readouterr().err


def test_lists(capsys):
    assert main(["list", "dgps"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == list(DGPS)
    assert all(cls.summary in out for cls in DGPS.values())
    assert "innovations='normal'" in out
    assert main(["list", "methods"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == list(METHODS)
    assert ":class:" not in out
    assert "bootstrap='ar_sieve'" in out
    assert main(["list", "studies"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["docs", "nonlinear", "paper", "quick"]


def test_check_and_project(small, capsys):
    assert main(["check", str(small)]) == 0
    out = capsys.readouterr().out
    assert "A small one: horizon 2, 4 series, 2 shards" in out
    assert "4 x AR" in out
    assert "ar: ar(order=1)" in out
    assert main(["project", str(small), "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["T=30", "all"]


def test_report(small, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    folder = tmp_path / "out"
    assert main(["run", str(small), "--out", str(folder), "-q"]) == 0
    capsys.readouterr()
    assert main(["report", str(folder)]) == 0
    names = {line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()}
    assert {"report.html", "report.md"} <= names


WALK = """
from dataclasses import dataclass
import numpy as np
from simulation.dgps.base import DGP, Path

@dataclass(frozen=True)
class Walk(DGP):
    name, summary, linear, stationary = "walk", "y_t = y_{t-1} + step e_t", True, False
    step: float = 1.0

    def problems(self):
        return [] if self.step > 0 else [f"step={self.step} must be positive."]

    def simulate(self, n, horizon, rng):
        y = self.step * np.cumsum(rng.standard_normal(n + horizon))
        return Path(y[:n], y[n:], np.full(horizon, y[n - 1]))
"""


def test_a_process_of_one_s_own(small, tmp_path, monkeypatch, capsys):
    (tmp_path / "my_walk.py").write_text(WALK)
    text = SMALL.replace('"ar"\nlabel', '"my_walk:Walk"\nlabel').replace("parameters.coef = [0.5]", "")
    small.write_text(text + '[[methods]]\nname = "oracle"\n[[methods]]\nname = "naive"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    before = list(sys.path)
    assert main(["run", "small.toml", "--out", "out", "--jobs", "2", "-q", "--no-projection"]) == 0
    assert sys.path == before
    table = read_table(tmp_path / "out", "forecasts").pivot(
        index=["replication", "step"], columns="method", values="forecast"
    )
    assert (table["oracle"] == table["naive"]).all()
    small.write_text(small.read_text().replace("[[methods]]", "parameters.step = -1\n[[methods]]", 1))
    assert main(["check", "small.toml"]) == 2
    assert "dgps[1].parameters.step: step=-1.0 must be positive." in capsys.readouterr().err


def test_help(capsys):
    assert main(["--help"]) == 0
    assert "python -m simulation run quick" in capsys.readouterr().out
    assert main(["run", "--help"]) == 0
    assert "--dask ADDRESS" in capsys.readouterr().out


def test_from_the_library_s_command(capsys, monkeypatch):
    assert library_main(["simulate", "--help"]) == 0
    assert "arsieve-rf simulate run quick" in capsys.readouterr().out
    assert library_main(["simulate", "resume", "nosuch"]) == 2
    assert capsys.readouterr().err.startswith("arsieve-rf simulate: error: nosuch holds no study")
    monkeypatch.setattr(sys, "argv", ["arsieve-rf", "simulate", "list", "studies"])
    assert library_main() == 0
    assert capsys.readouterr().out.startswith("docs ")
    assert library_main(["--help"]) == 0
    assert "compare methods on simulated series" in capsys.readouterr().out
    monkeypatch.setattr("arsieve_rf.cli.simulate.find_spec", lambda name: None)
    assert library_main(["simulate", "list", "studies"]) == 2
    assert "the package 'simulation' is not installed" in capsys.readouterr().err


def test_without_pyarrow(small, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("simulation.runner.find_spec", lambda name: None)
    assert main(["run", str(small), "--out", str(tmp_path / "out")]) == 2
    assert 'pip install "arsieve-rf[study]"' in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
