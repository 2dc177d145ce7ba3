"""The cache as processes see it: edits, other processors, folders that cannot be written, a common start.

The processes run a package of two small kernels with the library's own ``jit.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from arsieve_rf._kernels import jit

INNER = """
from .jit import kernel

@kernel
def weight(x):
    return 2.0 * x
"""
OUTER = """
from .inner import weight
from .jit import kernel

@kernel
def weigh(values):
    total = 0.0
    for value in values:
        total += weight(value)
    return total
"""
CALL = """
import numpy as np
from small import jit
from small.outer import weigh
values = np.arange(8.0){view}
stats = weigh(values), weigh.stats
print(stats[0], sum(stats[1].cache_hits.values()), sum(stats[1].cache_misses.values()))
"""
VIEWS = {
    "contiguous": ("", 56.0),
    "strided": ("[::2]", 24.0),
    "float32": (".astype(np.float32)", 56.0),
    "integers": (".astype(np.int32)", 56.0),
    "read-only": ("\nvalues.flags.writeable = False", 56.0),
    "reversed": ("[::-1][:3]", 36.0),
}


class Small:
    """The package, and processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "site" / "small"
        self.package.mkdir(parents=True)
        shutil.copy(jit.__file__, self.package / "jit.py")
        (self.package / "__init__.py").write_text("")
        (self.package / "inner.py").write_text(INNER)
        (self.package / "outer.py").write_text(OUTER)
        unwanted = ("NUMBA_", "XDG_", "PYTHON", "TMP", "TEMP")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        self.environment = kept | {"PYTHONPATH": str(self.package.parent), "HOME": str(folder / "home")}
        (folder / "home").mkdir()
        self.folder = folder

    def start(self, view: str = "", program: str = CALL, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", program.replace("{view}", view)],
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, view: str = "", program: str = CALL, **environment: str) -> list[str]:
        """Value, hits and misses of the cache; or what the program printed."""
        return finished(self.start(view, program, **environment))


def finished(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert not err
    return out.split()


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)


def test_an_edit_in_a_called_kernel_of_another_file_is_seen(small):
    assert small.run() == ["56.0", "0", "1"]
    assert small.run() == ["56.0", "1", "0"]
    inner = small.package / "inner.py"
    for factor, result in (("3.0", ["84.0", "0", "1"]), ("2.0", ["56.0", "1", "0"])):
        later = inner.stat().st_mtime + 2  # Python itself does not see an edit of the same second and length
        inner.write_text(INNER.replace("2.0", factor))
        os.utime(inner, (later, later))
        assert small.run() == result  # back at 2.0 the first folder still holds what fits


def test_another_processor_gets_machine_code_of_its_own(small):
    generic = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert small.run() == ["56.0", "0", "1"]
    assert small.run(**generic) == ["56.0", "0", "1"]
    assert small.run(**generic) == ["56.0", "1", "0"]
    assert small.run() == ["56.0", "1", "0"]


def test_settings_that_change_machine_code_get_machine_code_of_their_own(small):
    assert small.run() == ["56.0", "0", "1"]
    assert small.run(NUMBA_BOUNDSCHECK="1") == ["56.0", "0", "1"]
    assert small.run() == ["56.0", "1", "0"]


def test_another_numba_compiles_anew(small):
    assert small.run() == ["56.0", "0", "1"]
    assert small.run(program="import numba\nnumba.__version__ = '0.0'\n" + CALL) == ["56.0", "0", "1"]
    assert small.run() == ["56.0", "1", "0"]


def test_without_compilation_kernels_are_plain_functions(small):
    program = "from small.outer import weigh\nprint(weigh([1.0, 2.0]), type(weigh).__name__)"
    assert small.run(program=program, NUMBA_DISABLE_JIT="1") == ["6.0", "function"]


def block(path: Path) -> str:
    """Put a file where a folder would have to be: this stops even an administrator."""
    path.write_text("")
    return str(path)


def test_a_package_that_cannot_be_written_is_cached_at_home(small):
    block(small.package / "__pycache__")
    for path in (*small.package.iterdir(), small.package):
        path.chmod(0o555)
    assert small.run() == ["56.0", "0", "1"]
    assert small.run() == ["56.0", "1", "0"]
    assert list((small.folder / "home").rglob("*.nbc"))
    assert not [path for path in small.package.parent.rglob("*") if path.suffix in (".nbc", ".nbi")]


@pytest.mark.skipif(sys.platform == "win32", reason="other names of the temporary folder")
def test_without_a_home_that_can_be_written_the_temporary_folder_is_used(small):
    block(small.package / "__pycache__")
    temporary = small.folder / "temporary"
    temporary.mkdir()
    where = {"HOME": block(small.folder / "file"), "TMPDIR": str(temporary)}
    assert small.run(**where) == ["56.0", "0", "1"]
    assert small.run(**where) == ["56.0", "1", "0"]
    assert list(temporary.rglob("*.nbc"))


@pytest.mark.skipif(sys.platform == "win32", reason="other names of the temporary folder")
def test_where_nothing_can_be_written_kernels_are_compiled_in_memory(small):
    block(small.package / "__pycache__")
    temporary = small.folder / "temporary"
    temporary.mkdir()
    block(temporary / f"cache-{os.getuid()}")
    where = {"HOME": block(small.folder / "file"), "TMPDIR": str(temporary)}
    for _ in range(2):
        assert small.run(**where) == ["56.0", "0", "1"]
    assert not list(small.folder.rglob("*.nb?"))


def test_processes_that_start_at_once_on_an_empty_cache(small):
    views = [*VIEWS, "contiguous", "strided"]
    processes = [small.start(VIEWS[name][0]) for name in views]
    results = [finished(process) for process in processes]
    assert [float(result[0]) for result in results] == [VIEWS[name][1] for name in views]
    for name in VIEWS:  # an index may have lost what two processes wrote at once; it holds nothing wrong
        assert float(small.run(VIEWS[name][0])[0]) == VIEWS[name][1]
    for name in VIEWS:
        assert small.run(VIEWS[name][0]) == [str(VIEWS[name][1]), "1", "0"]


def test_the_librarys_own_kernels_with_processes_that_start_at_once(tmp_path):
    program = "from arsieve_rf._kernels.rng import stream_keys\nprint(*stream_keys(1, 0, 3, 1))"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", program]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    from arsieve_rf._kernels.rng import stream_keys

    expected = [str(key) for key in stream_keys(1, 0, 3, 1)]
    assert [finished(process) for process in processes] == [expected] * 3
    assert len(np.unique(expected)) == 3
