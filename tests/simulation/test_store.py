from __future__ import annotations

import itertools
import signal
import subprocess
import sys

import numpy as np
import pytest

from simulation.errors import StudyError
from simulation.store import Store, read_table, shard_name
from simulation.tables import SCHEMAS, decode, encode

TABLES = {"forecasts": b"f" * 1000, "fits": b"i", "costs": b""}
DESIGN = {"digest": "d", "cells": [{"id": "b-1-T9"}, {"id": "a-1-T9"}]}

# Stores three shards; the process kills itself at its n-th operation on files.
KILLED = """
import os, signal, sys
folder, n = sys.argv[1], int(sys.argv[2])
count = 0
def deadly(function):
    def wrapped(*arguments, **options):
        global count
        count += 1
        if count == n:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return wrapped
import builtins
from simulation.store import Store
for name in ("mkdir", "rename", "replace", "fsync", "rmdir", "unlink"):
    setattr(os, name, deadly(getattr(os, name)))
builtins.open = deadly(open)
store = Store(folder)
with store.locked():
    store.clean()
    if not store.has_design:
        store.begin({"digest": "d", "cells": [{"id": "c"}]}, {"design.toml": "x"})
    for first in (0, 2, 4):
        shard = f"c/r{first:05d}-{first + 1:05d}"
        if not store.has(shard):
            store.add(shard, {t: f"{t}{first}".encode() * 99 for t in ("forecasts", "fits", "costs")})
print(count)
"""


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "study")
    store.begin(DESIGN, {"design.toml": "text é"})
    return store


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_a_directory_holds(store):
    store.add("b-1-T9/r00000-00001", TABLES)
    assert store.design() == DESIGN
    assert store.has("b-1-T9/r00000-00001")
    assert not store.has("b-1-T9/r00002-00003")
    found = files(store.folder)
    del found["design.json"]
    assert found == {
        "design.toml": "text é".encode(),
        **{f"shards/b-1-T9/r00000-00001/{name}.parquet": content for name, content in TABLES.items()},
    }


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_at_every_operation(tmp_path):
    """Whatever a run was doing when it was killed: the next one completes the same files, without litter."""

    def run(folder, n):
        command = [sys.executable, "-c", KILLED, str(folder), str(n)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    (tmp_path / "calm").mkdir()
    calm = run(tmp_path / "calm", -1)
    assert calm.returncode == 0, calm.stderr
    n_operations = int(calm.stdout)
    assert n_operations > 20
    wanted = files(tmp_path / "calm")
    assert len(wanted) == 2 + 9
    for n in range(1, n_operations + 1):
        folder = tmp_path / f"killed-{n}"
        folder.mkdir()
        assert run(folder, n).returncode == -signal.SIGKILL
        shards = [path for path in folder.glob("shards/c/*") if path.is_dir()]
        assert all(len(list(shard.iterdir())) == 3 for shard in shards)
        again = run(folder, -1)
        assert again.returncode == 0, (n, again.stderr)
        assert files(folder) == wanted
        assert not [path for path in folder.rglob("*") if path.name.startswith(".")]


def test_an_error_while_storing_leaves_no_shard(store, monkeypatch):
    with pytest.raises(TypeError):
        store.add("b-1-T9/r00000-00001", {"forecasts": b"x", "fits": None})
    assert not store.has("b-1-T9/r00000-00001")
    store.clean()
    assert sorted(path.name for path in store.folder.rglob("*")) == ["design.json", "design.toml", "shards"]
    store.add("b-1-T9/r00000-00001", TABLES)


def test_one_writer_at_a_time(store):
    other = Store(store.folder).locked()
    with store.locked(), pytest.raises(StudyError, match="another process is running the study"):
        other.__enter__()
    with store.locked():
        pass


def test_folders_that_are_no_study(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match=r"no study and not empty \(notes.txt is in it\)"):
        Store(tmp_path).begin(DESIGN, {})
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(StudyError, match="holds no study"):
        Store(tmp_path).design()
    with pytest.raises(StudyError, match="is a file"):
        Store(tmp_path / "notes.txt").begin(DESIGN, {})
    (tmp_path / "design.json").write_text("{")
    with pytest.raises(StudyError, match="cannot read"):
        Store(tmp_path).design()


def test_rows_survive():
    row = ("c", 3, "naïve", 1, -0.0, 1e-300, float("nan"))
    table = decode("forecasts", [encode("forecasts", [row])])
    assert list(table.columns) == SCHEMAS["forecasts"].names
    assert table.iloc[0].tolist()[:4] == list(row[:4])
    assert np.signbit(table["forecast"][0])
    assert table["actual"][0] == 1e-300
    assert np.isnan(table["oracle"][0])
    fits = decode("fits", [encode("fits", [("c", 0, "m", "ok", None, 1, 0.5, 9)])])
    assert fits["message"].isna().all()


def test_equal_rows_are_equal_bytes():
    rows = [("c", r, m, 0.1 * r) for r, m in itertools.product(range(50), "ab")]
    assert encode("costs", rows) == encode("costs", list(rows))
    assert len(decode("costs", [encode("costs", [])])) == 0


def test_a_table_of_all_shards(store):
    shards = [("a-1-T9", 0), ("b-1-T9", 10), ("b-1-T9", 0)]
    for cell, first in shards:
        rows = [(cell, first + i, "m", 1.0) for i in range(2)]
        tables = {
            "costs": encode("costs", rows),
            "fits": encode("fits", []),
            "forecasts": encode("forecasts", []),
        }
        store.add(shard_name(cell, first, 2), tables)
    table = read_table(store.folder, "costs")
    assert list(zip(table["cell"], table["replication"])) == [
        ("b-1-T9", 0), ("b-1-T9", 1), ("b-1-T9", 10), ("b-1-T9", 11), ("a-1-T9", 0), ("a-1-T9", 1)
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"table='cost' must be one of forecasts, fits, costs"):
        read_table(store.folder, "cost")
