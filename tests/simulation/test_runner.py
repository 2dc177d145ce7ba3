from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from simulation import StudyError, load_design, resume_study, run_study
from simulation.jobs import run_shard
from simulation.progress import Progress
from simulation.projection import Projection
from simulation.runner import tasks_of
from simulation.store import read_table
from tests.simulation.fakes import HERE, contents, design, fake

ROOT = Path(__file__).resolve().parents[2]
NOISES = [
    {"name": f"{HERE}:Noise", "label": "noise"},
    {"name": f"{HERE}:Noise", "label": "blind", "parameters": {"knows_mean": False}},
]


def run(document, folder, **options):
    return run_study(document, folder, **{"progress": False, "projection": False} | options)


def fits(folder):
    return read_table(folder, "fits")


def test_the_tables(tmp_path):
    document = design([fake("Seedy"), "oracle", "naive"], NOISES, lengths=[20, 30])
    folder = run(document, tmp_path)
    forecasts, fit_rows, costs = (read_table(folder, name) for name in ("forecasts", "fits", "costs"))
    labels = {cell.id: cell.label for cell in load_design(document).cells}
    # 2 lengths x 6 replications; the oracle has no row where the mean is not known
    assert len(fit_rows) == len(costs) == 2 * 6 * (3 + 2)
    assert len(forecasts) == 2 * len(fit_rows)
    counts = fit_rows.groupby([fit_rows["cell"].map(labels), "method"]).size().to_dict()
    assert counts[("noise", "oracle")] == counts[("blind", "naive")] == 12
    assert ("blind", "oracle") not in counts
    key = ["cell", "replication", "method"]
    assert not fit_rows.duplicated(key).any()
    assert not forecasts.duplicated([*key, "step"]).any()
    assert set(forecasts["step"]) == {1, 2}
    assert (fit_rows["status"] == "ok").all()
    assert fit_rows["message"].isna().all()
    assert (fit_rows.loc[fit_rows["method"] == "Seedy", "n_lags"] == 3).all()
    assert (costs["fit_seconds"] >= 0).all()
    blind = forecasts["cell"].map(labels) == "blind"
    assert forecasts.loc[blind, "oracle"].isna().all()
    assert (forecasts.loc[~blind, "oracle"] == 0).all()
    # every method is measured on the same series
    assert (forecasts.groupby(["cell", "replication", "step"])["actual"].nunique() == 1).all()
    assert forecasts["actual"].nunique() == 2 * 2 * 6 * 2


def test_what_is_recorded(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[study]\nname = "mine"\nhorizon = 1\nreplications = 1\nlengths = [10]\n'
        '[[dgps]]\nname = "ar"\nparameters.coef = [0.5]\n[[methods]]\nname = "mean"\n'
    )
    folder = run(path, tmp_path / "out")
    assert (folder / "design.toml").read_text() == path.read_text()
    record = json.loads((folder / "design.json").read_text())
    assert record["digest"] == load_design(path).digest
    assert {"name", "title", "horizon", "reference", "cells", "methods", "versions", "machine"} <= set(record)
    assert {"id", "dgp", "parameters", "label", "length", "replications"} <= set(record["cells"][0])
    assert record["versions"]["numpy"] == np.__version__
    assert record["machine"]["processors"] >= 1


def test_number_of_processes_does_not_matter(tmp_path):
    forests = [
        {"name": "forest", "label": word, "options": {"bootstrap": word, "n_estimators": 5}}
        for word in ("ar_sieve", "stationary")
    ]
    dgps = [{"name": "arfima", "parameters": {"d": 0.3}}, {"name": "sine"}]
    document = design([*forests, "ar"], dgps, lengths=[60])
    one = contents(run(document, tmp_path / "one"))
    assert len(one) == 2 * 2 * 3
    assert contents(run(document, tmp_path / "two", n_jobs=2)) == one


def test_what_else_is_in_the_study_does_not_matter(tmp_path):
    small = design([fake("Seedy")], NOISES[:1], block=6)
    large = design(
        [fake("Slow", seconds=0.0), fake("Moody", how="write"), fake("Seedy", "other", tag=1), fake("Seedy")],
        NOISES[::-1],
        lengths=[30, 20],
        block=4,
        replications=9,
        horizon=3,
        title="other",
    )
    a = read_table(run(small, tmp_path / "a"), "forecasts")
    b = read_table(run(large, tmp_path / "b"), "forecasts")
    keys = ["cell", "replication", "method", "step"]
    both = a.merge(b, on=keys, suffixes=("", "_b"))
    assert len(both) == len(a) == 12
    assert (both["actual"] == both["actual_b"]).all()
    # Seedy draws all its steps at once, so that the horizon shows in none of the first two
    assert (both["forecast"] == both["forecast_b"]).all()
    other = b[b["method"] == "other"].merge(b[b["method"] == "Seedy"], on=["cell", "replication", "step"])
    assert (other["forecast_x"] != other["forecast_y"]).all()


def test_the_label_of_a_method_does_not_matter(tmp_path):
    a = read_table(run(design([fake("Seedy", "a")]), tmp_path / "a"), "forecasts")
    b = read_table(run(design([fake("Seedy", "b")]), tmp_path / "b"), "forecasts")
    assert (a["forecast"] == b["forecast"]).all()


def test_another_seed_is_another_study(tmp_path):
    a = read_table(run(design([fake("Seedy")]), tmp_path / "a"), "forecasts")
    b = read_table(run(design([fake("Seedy")], seed=1), tmp_path / "b"), "forecasts")
    assert (a["actual"] != b["actual"]).all()
    assert (a["forecast"] != b["forecast"]).all()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("raise", r"RuntimeError: first value -\d\.\d{6} of <object object at 0x\.\.\.>"),
        ("nan", "ValueError: the forecast is nan at step 2"),
        ("shape", r"ValueError: the forecast has shape \(3,\), expected \(2,\)"),
        ("type", "TypeError: forecast must return a Forecast, got ndarray"),
    ],
)
def test_failures_are_rows(how, message, tmp_path):
    folder = run(design([fake("Moody", how=how), "mean"], replications=20), tmp_path)
    rows = fits(folder)
    failed = rows[rows["status"] == "failed"]
    assert 0 < len(failed) < 20  # a normal start is negative in half of the cases: 1e-6 for none or all
    assert len(rows) == 40
    assert failed["message"].str.fullmatch(message).all()
    assert (failed["method"] == "Moody").all()
    forecasts = read_table(folder, "forecasts")
    assert len(forecasts) == 2 * (40 - len(failed))
    assert len(read_table(folder, "costs")) == 40
    moody = forecasts[forecasts["method"] == "Moody"]
    assert not set(moody["replication"]) & set(failed["replication"])


def test_a_process_that_fails(tmp_path):
    dgps = [{"name": f"{HERE}:Noise", "parameters": {"breaks": True}}]
    rows = fits(run(design(["mean", "naive"], dgps, replications=20), tmp_path))
    failed = rows[rows["status"] == "failed"]
    assert 0 < len(failed) < 40
    assert (failed["message"] == "the series could not be simulated: ArithmeticError: negative start").all()
    assert (failed.groupby("replication").size() == 2).all()


def test_warnings_are_kept_with_fits_that_are_ok(tmp_path):
    rows = fits(run(design([fake("Moody", how="warn")], replications=20), tmp_path))
    assert (rows["status"] == "ok").all()
    assert 0 < rows["message"].notna().sum() < 20
    assert set(rows["message"].dropna()) == {"low start"}


def test_methods_cannot_see_what_follows(tmp_path):
    forecasts = read_table(run(design([fake("Moody", how="peek")]), tmp_path), "forecasts")
    assert (forecasts["forecast"] == 0).all()


def test_want_of_memory_is_no_result(tmp_path):
    with pytest.raises(StudyError, match="not enough memory"):
        run(design([fake("Moody", how="memory")], replications=20), tmp_path)


def test_another_design_is_refused(tmp_path):
    run(design(["mean"]), tmp_path)
    before = contents(tmp_path, ("forecasts", "fits", "costs"))
    with pytest.raises(StudyError, match="holds another design"):
        run(design(["naive"]), tmp_path)
    assert contents(tmp_path, ("forecasts", "fits", "costs")) == before


def test_a_complete_study_is_left_alone(tmp_path, capsys):
    run(design(["mean"]), tmp_path)
    before = contents(tmp_path, ("forecasts", "fits", "costs"))
    run(design(["mean"]), tmp_path, progress=True)
    assert f"complete: all 3 shards are in {tmp_path}" in capsys.readouterr().err
    resume_study(tmp_path, progress=False)
    assert contents(tmp_path, ("forecasts", "fits", "costs")) == before


def test_only_what_is_missing_is_done(tmp_path):
    document = design([fake("Seedy")], NOISES)
    run(document, tmp_path)
    before = contents(tmp_path, ("forecasts", "fits", "costs"))
    gone = sorted((tmp_path / "shards").glob("[!.]*/r*"))[1::2]
    for shard in gone:
        for path in shard.iterdir():
            path.unlink()
        shard.rmdir()
    resume_study(tmp_path, progress=False, projection=False)
    after = contents(tmp_path, ("forecasts", "fits", "costs"))
    done_again = {str(shard.relative_to(tmp_path / "shards")) for shard in gone}
    for name, content in before.items():
        shard, _, file = name.rpartition("/")
        if file != "costs.parquet" or shard not in done_again:
            assert after[name] == content
    assert set(after) == set(before)


def test_other_versions_are_told(tmp_path):
    run(design(["mean"]), tmp_path)
    path = tmp_path / "design.json"
    path.write_text(path.read_text().replace(f'"numpy": "{np.__version__}"', '"numpy": "1.0"'))
    with pytest.warns(UserWarning, match=r"begun with other versions \(numpy 1.0 -> "):
        run(design(["mean"]), tmp_path)


@pytest.mark.parametrize(("n_jobs", "error"), [(0, ValueError), (-2, ValueError), (1.5, TypeError)])
def test_impossible_numbers_of_processes(n_jobs, error, tmp_path):
    with pytest.raises(error, match=f"n_jobs={n_jobs} must be"):
        run(design(["mean"]), tmp_path, n_jobs=n_jobs)


def test_order_of_the_work():
    tasks = tasks_of(load_design(design(["mean"], NOISES, lengths=[20, 50], replications=5)))
    assert [(task.length, task.first, task.count) for task in tasks] == [
        (length, *block) for length in (50, 20) for block in ((0, 2), (2, 2), (4, 1)) for _ in NOISES
    ]
    assert len({task.shard for task in tasks}) == 12


def test_a_shard_is_the_same_in_any_process(tmp_path):
    document = design([fake("Seedy"), "mean"])
    task = tasks_of(load_design(document))[0]
    result = run_shard(task)
    stored = contents(run(document, tmp_path, n_jobs=2))
    for name in ("forecasts", "fits"):
        assert result.tables[name] == stored[f"{task.shard}/{name}.parquet"]
    assert 0 < result.working <= result.seconds


class Terminal:
    """What Progress writes to."""

    def __init__(self, is_terminal):
        self.text, self._is_terminal = "", is_terminal

    def isatty(self):
        return self._is_terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_time_left_follows_the_run():
    progress = Progress(False, Terminal(False))
    progress.start(10, 1000.0, 2)
    assert progress.left(0.0) == 500.0
    for _ in range(5):
        progress.done(100.0, 0)
    # half is done; it took as long as projected, or twice as long
    assert progress.left(250.0) == pytest.approx(250.0)
    assert 250.0 < progress.left(500.0) < 500.0
    assert progress.left(500.0) == pytest.approx(250.0 * 530 / 280)


def test_progress_lines():
    terminal, log = Terminal(True), Terminal(False)
    for stream in (terminal, log):
        progress = Progress(True, stream)
        progress.say("begin")
        progress.start(3, 3.0, 1)
        for failed in (0, 2, 0):
            progress._told -= 1.0  # as if a second had passed
            progress.done(1.0, failed)
        progress.close()
    assert log.text == "begin\n100%  3/3 shards, 0.0 s, 2 failed fits\n"
    assert terminal.text.count("\r") == 3
    assert " 33%  1/3 shards" in terminal.text
    assert " left" in terminal.text
    assert terminal.text.endswith("2 failed fits\n")


def test_projection_counts_workers():
    projection = Projection({"a": 30.0, "b": 50.0}, {100: 80.0}, 4)
    assert projection.total == 20.0


def test_projection_comes_near(tmp_path, capsys):
    document = design([fake("Slow", seconds=0.01)], NOISES[:1], replications=60, block=10)
    run(document, tmp_path, projection=True, progress=True)
    line = next(line for line in capsys.readouterr().err.splitlines() if line.startswith("projected: "))
    assert 0.6 <= float(line.split()[1]) < 6.0  # 60 x .01 s, and what a busy machine adds


def start(*words):
    # a shell that runs the tests in the background makes them ignore the interrupt, and children inherit that
    return subprocess.Popen(
        [sys.executable, "-m", "simulation", *words],
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_shards(process, folder, count):
    end = time.monotonic() + 60.0
    while len(list(folder.glob("shards/[!.]*/r*"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


KILL_STUDY = f"""
[study]
name = "killed"
horizon = 2
replications = 30
block = 3
lengths = [60]
[[dgps]]
name = "ar"
label = ["a", "b", "c"]
parameters = [{{ coef = [0.5] }}, {{ coef = [-0.5] }}, {{ coef = [0.8] }}]
[[methods]]
name = "forest"
options = {{ n_estimators = 20 }}
[[methods]]
name = "{HERE}:Moody"
[[methods]]
name = "{HERE}:Slow"
options.seconds = 0.015
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_at_random_moments(tmp_path):
    path = tmp_path / "killed.toml"
    path.write_text(KILL_STUDY)
    wanted = contents(run(path, tmp_path / "calm"))
    assert len(wanted) == 2 * 30
    folder = tmp_path / "killed"
    moment = random.Random(20241000942)
    command = ["run", str(path), "--out", str(folder)]
    at = 0
    for jobs, whom in (("2", "all"), ("1", "all"), ("2", "parent")):
        at += moment.randint(2, 8)
        process = start(*command, "--jobs", jobs, "--no-projection", "--quiet")
        wait_for_shards(process, folder, at)
        time.sleep(moment.uniform(0.0, 0.1))
        assert process.poll() is None, process.communicate()
        if whom == "all":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGKILL)
        # ends when the last child has closed the pipe, so no child outlives the study
        process.communicate(timeout=30)
        stored = contents(folder)
        assert len(stored) < len(wanted)
        assert all(wanted[name] == content for name, content in stored.items())
        command = ["resume", str(folder)]
    resume_study(folder, progress=False, projection=False)
    assert contents(folder) == wanted
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")]
    costs = read_table(folder, "costs")
    assert len(costs) == 3 * 30 * 3
    assert not costs.duplicated(["cell", "replication", "method"]).any()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupted(tmp_path):
    path = tmp_path / "killed.toml"
    path.write_text(KILL_STUDY)
    folder = tmp_path / "out"
    process = start("run", str(path), "--out", str(folder), "--jobs", "2", "--no-projection")
    wait_for_shards(process, folder, 3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    n_done = len(list(folder.glob("shards/[!.]*/r*")))
    assert (
        f"interrupted; {n_done} of 30 shards are stored. To go on: python -m simulation resume {folder}"
        in err
    )
    assert out == ""
