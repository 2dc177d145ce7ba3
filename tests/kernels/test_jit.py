"""Where machine code of kernels is cached, and when it is made anew."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numba
import numpy as np
import pytest

from arsieve_rf._kernels import jit

SOURCES = Path(jit.__file__).parent


@pytest.fixture(autouse=True)
def _forget_the_folder(monkeypatch):
    """The folder is looked up once a process: let each test look anew, and the next one too."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    lookup = jit.cache_folder  # some tests replace it
    lookup.cache_clear()
    yield
    lookup.cache_clear()


@pytest.fixture
def sources(tmp_path):
    return Path(shutil.copytree(SOURCES, tmp_path / "kernels", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_digest_is_that_of_the_sources_wherever_they_lie(sources):
    assert jit._source_digest(sources) == jit._source_digest(SOURCES)


@pytest.mark.parametrize("name", ["rng.py", "jit.py", "grow.py"])
def test_an_edit_changes_the_digest(sources, name):
    before = jit._source_digest(sources)
    with (sources / name).open("a") as file:
        file.write("\n# edited\n")
    assert jit._source_digest(sources) != before


def test_a_new_a_lost_and_a_renamed_file_change_the_digest(sources):
    digests = [jit._source_digest(sources)]
    (sources / "new.py").write_text("")
    digests.append(jit._source_digest(sources))
    (sources / "new.py").rename(sources / "newer.py")
    digests.append(jit._source_digest(sources))
    (sources / "tree.py").unlink()
    digests.append(jit._source_digest(sources))
    assert len(set(digests)) == 4


def test_another_numba_changes_the_digest(sources, monkeypatch):
    before = jit._source_digest(sources)
    monkeypatch.setattr(numba, "__version__", "0.0.0")
    assert jit._source_digest(sources) != before


def test_a_setting_of_numba_that_changes_machine_code_changes_the_digest(sources, monkeypatch):
    before = jit._source_digest(sources)
    monkeypatch.setattr(numba.config, "BOUNDSCHECK", 1)
    assert jit._source_digest(sources) != before


def test_without_sources_there_is_no_cache(monkeypatch, tmp_path):
    assert jit._source_digest(tmp_path) is None
    monkeypatch.setattr(jit, "_source_digest", lambda folder: None)
    assert jit.cache_folder() is None


def test_what_is_no_source_does_not_change_the_digest(sources):
    before = jit._source_digest(sources)
    (sources / "notes.txt").write_text("x")
    (sources / "__pycache__").mkdir()
    (sources / "__pycache__" / "rng.cpython-311.pyc").write_bytes(b"x")
    assert jit._source_digest(sources) == before


def test_numba_cache_dir_is_respected(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    folder = jit.cache_folder()
    assert folder is not None
    assert folder.is_dir()
    assert folder.is_relative_to(tmp_path / "mine")
    assert folder.name == f"kernels-{jit._source_digest(SOURCES)}"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG is a convention of Linux and the BSDs")
def test_xdg_cache_home_is_respected(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jit.cache_folder().is_relative_to(tmp_path)


def test_an_unusable_root_falls_back_to_the_temporary_folder(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be: even an administrator cannot make one below it")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    folder = jit.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path / "temporary")


def test_a_folder_without_permission_to_write_is_not_used(monkeypatch, tmp_path):
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(home))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setattr(jit.os, "access", lambda path, mode: temporary in Path(path).parents)
    assert jit.cache_folder().is_relative_to(temporary)


def test_without_a_home_directory_the_temporary_folder_is_used(monkeypatch, tmp_path):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(jit.Path, "home", no_home)
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))
    assert jit.cache_folder().is_relative_to(tmp_path)


def test_with_no_usable_folder_kernels_still_compile(monkeypatch):
    monkeypatch.setattr(jit, "_is_usable", lambda folder: False)
    assert jit.cache_folder() is None

    @jit.kernel
    def double(x):
        return x + x

    assert double(21) == 42
    assert double.targetoptions["nogil"]


def test_the_lookup_happens_once(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "one"))
    first = jit.cache_folder()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "two"))
    assert jit.cache_folder() == first


@pytest.mark.parametrize("configured", ["", "somewhere"])
def test_the_global_setting_of_numba_is_left_alone(monkeypatch, tmp_path, configured):
    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(numba.config, "CACHE_DIR", configured)

    @jit.kernel
    def same(x):
        return x

    left = numba.config.CACHE_DIR
    assert left == configured
    assert Path(same._cache.cache_path).is_relative_to(tmp_path)


def test_the_global_setting_is_restored_after_a_failure(monkeypatch, tmp_path):
    def fails(function):
        raise RuntimeError("cannot cache")

    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "before")
    monkeypatch.setattr(jit, "_Cache", fails)
    with pytest.raises(RuntimeError):
        jit.kernel(lambda x: x)
    assert numba.config.CACHE_DIR == "before"


def test_numba_does_not_go_to_a_folder_of_its_own_choice(monkeypatch, tmp_path):
    """It would take the package's ``__pycache__``, where an edit of a called kernel goes unnoticed."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(jit, "cache_folder", lambda: blocked)

    @jit.kernel
    def double(x):
        return x + x

    assert double(21) == 42
    assert not double.stats.cache_path


def test_folders_of_other_versions_are_removed_when_long_unused(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    parent = tmp_path / "arsieve_rf"
    now = time.time()
    names = {"kernels-" + "a" * 16: 31, "kernels-" + "b" * 16: 29, "kernels-mine": 99, "other": 99}
    for name, days in names.items():
        (parent / name).mkdir(parents=True)
        (parent / name / "file").write_text("")
        os.utime(parent / name, (now - days * 86_400,) * 2)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (parent / ("kernels-" + "c" * 16)).symlink_to(elsewhere)
    os.utime(elsewhere, (0, 0))
    folder = jit.cache_folder()
    left = {path.name for path in parent.iterdir()}
    assert left == {*names, "kernels-" + "c" * 16, folder.name} - {"kernels-" + "a" * 16}


def test_a_folder_in_use_counts_as_used(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = jit.cache_folder()
    os.utime(folder, (0, 0))
    jit.cache_folder.cache_clear()
    assert jit.cache_folder() == folder
    assert time.time() - folder.stat().st_mtime < 3600


def test_without_a_temporary_folder_kernels_are_not_cached(monkeypatch, tmp_path):
    def no_folder():
        raise FileNotFoundError("No usable temporary directory found")

    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(jit.tempfile, "gettempdir", no_folder)
    assert jit.cache_folder() is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners of files are a matter of POSIX")
@pytest.mark.parametrize("way", ["open to all", "of another user", "a link"])
def test_a_temporary_folder_that_others_may_write_is_not_used(monkeypatch, tmp_path, way):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))
    user = os.getuid()
    root = tmp_path / f"cache-{user + 1 if way == 'of another user' else user}"
    if way == "a link":
        (tmp_path / "target").mkdir(mode=0o700)
        root.symlink_to(tmp_path / "target")
    else:
        root.mkdir()
        root.chmod(0o777 if way == "open to all" else 0o700)
    if way == "of another user":
        monkeypatch.setattr(jit.os, "getuid", lambda: user + 1)
    assert jit.cache_folder() is None


def test_two_types_compiled_at_once_do_not_share_a_file(monkeypatch, tmp_path):
    """The second process reads the index before the first one writes it, and its file before that one's."""
    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)

    def half(x):
        return x / 2

    first, second, later = (jit.kernel(half) for _ in range(3))
    written = first._cache._cache_file._save_data

    def write_late(name, data):
        with monkeypatch.context() as stale:
            stale.setattr(second._cache._cache_file, "_load_index", dict)
            second(np.float32(3))
        written(name, data)

    monkeypatch.setattr(first._cache._cache_file, "_save_data", write_late)
    first(3)
    assert later(np.float32(3)) == 1.5
    assert sum(later.stats.cache_hits.values()) == 1
    assert [str(types) for types in later.signatures] == ["(float32,)"]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("kept", [0, 10, 300])
def test_damaged_files_are_made_anew(monkeypatch, tmp_path, ending, kept):
    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)

    def half(x):
        return x / 2

    jit.kernel(half)(3)
    (damaged,) = tmp_path.rglob(f"*.{ending}")
    damaged.write_bytes(damaged.read_bytes()[:kept])
    again, later = jit.kernel(half), jit.kernel(half)
    assert again(3) == 1.5
    assert later(3) == 1.5
    assert sum(again.stats.cache_hits.values()) == 0
    assert sum(later.stats.cache_hits.values()) == 1


def test_a_full_disk_is_no_reason_to_fail(monkeypatch, tmp_path):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)

    @jit.kernel
    def half(x):
        return x / 2

    monkeypatch.setattr(half._cache._cache_file, "_save_data", full)
    assert half(3) == 1.5
    assert half(np.float32(3)) == 1.5


def test_a_second_process_loads_what_the_first_one_compiled(tmp_path):
    code = (
        "from arsieve_rf._kernels.rng import stream_keys\n"
        "stream_keys(1, 0, 2, 1)\n"
        "print(sum(stream_keys.stats.cache_hits.values()), sum(stream_keys.stats.cache_misses.values()))"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    runs = [
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True) for _ in range(2)
    ]
    assert [run.stdout.split() for run in runs] == [["0", "1"], ["1", "0"]]
    assert list(tmp_path.rglob("*.nbc"))
