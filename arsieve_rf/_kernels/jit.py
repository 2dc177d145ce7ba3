"""The one decorator of all kernels, and the folder where their machine code is cached.

Numba keys its cache by the file of the compiled function only: after an edit in a *called* kernel that
lives in another file it would serve the old machine code. The folder is therefore named after a digest of
all kernel sources and of what else changes machine code, so that any edit leads to a fresh folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import numba
from numba.core.caching import FunctionCache

__all__ = ["cache_folder", "inlined", "kernel"]

_SETTINGS = ("OPT", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "USING_SVML")
"""Settings of numba that change machine code, and that its own cache does not look at."""

_KEPT_DAYS = 30  # without use, until an update removes a folder of another version


def _user_cache_root() -> Path:
    if configured := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(configured)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))


def _temporary_cache_root() -> Path:
    """A folder of this user alone: what lies in a cache is run, and anybody may write beside it."""
    if not hasattr(os, "getuid"):
        return Path(tempfile.gettempdir()) / "cache-user"
    user = os.getuid()
    root = Path(tempfile.gettempdir()) / f"cache-{user}"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = root.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user or status.st_mode & 0o022:
        raise PermissionError(f"{root} can be written by others")
    return root


def _source_digest(folder: Path) -> str | None:
    """Digest of all that machine code depends on, but the processor; None where no sources can be read."""
    sources = sorted(folder.glob("*.py"))
    if not sources:
        return None
    settings = [getattr(numba.config, name, None) for name in _SETTINGS]
    digest = hashlib.sha256(f"{numba.__version__} {settings}".encode())
    for path in sources:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_usable(folder: Path) -> bool:
    """Make the folder, or mark it as used today; False where that cannot be done."""
    try:
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return False
    if is_new:
        _remove_unused(folder.parent)
    return os.access(folder, os.W_OK | os.X_OK)


def _remove_unused(parent: Path) -> None:
    """Remove folders of other versions that no process has opened for long; what cannot be removed stays."""
    oldest = time.time() - _KEPT_DAYS * 86_400
    for folder in parent.glob("kernels-" + "[0-9a-f]" * 16):
        try:
            unused = not folder.is_symlink() and folder.stat().st_mtime < oldest
        except OSError:  # another process was faster
            continue
        if unused:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def cache_folder() -> Path | None:
    """Folder for compiled kernels, or None where no folder can be written."""
    digest = _source_digest(Path(__file__).parent)
    if digest is None:
        return None
    for root in (_user_cache_root, _temporary_cache_root):
        try:
            folder = root() / "arsieve_rf" / f"kernels-{digest}"
        except (RuntimeError, OSError):  # no home directory is known, or no temporary one
            continue
        if _is_usable(folder):
            return folder
    return None


class _Cache(FunctionCache):
    """numba's cache of one function, made safe for processes that start at once and for bad disks."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        # numba numbers its files: two processes that compile the same function for two types at once would
        # both write number 1, and the index might hold one type while the file holds the other.
        stem, files = self._impl.filename_base, cast(Any, self._cache_file)
        files._data_name = lambda number: f"{stem}.{uuid4().hex}.nbc"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a file that was cut off may raise anything; the next save replaces it
            self._forget()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError:  # a full disk: the machine code is in memory, go on without the cache
            self.disable()

    def _forget(self) -> None:
        try:
            self.flush()
        except OSError:
            self.disable()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile lazily, without the GIL, cached on disk under :func:`cache_folder`."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    folder = cache_folder()
    if folder is None or dispatcher is function:  # NUMBA_DISABLE_JIT
        return dispatcher
    config: Any = numba.config
    configured = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read once, while the cache is made
    try:
        found = _Cache(function)
    finally:
        config.CACHE_DIR = configured
    if folder in Path(found.cache_path).parents:  # elsewhere nothing tells old machine code from new
        dispatcher._cache = found
    return dispatcher


def inlined(function: Callable[..., Any]) -> Any:
    """Compile as part of each kernel that calls it: in small nodes a call costs as much as its work.

    For short functions that only kernels call. Nothing of it is cached, for Python never calls it.
    """
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)
