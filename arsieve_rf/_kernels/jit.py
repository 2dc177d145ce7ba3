"""The one decorator of all kernels, and the folder where their machine code is cached.

Numba keys its cache by the file of the compiled function only: after an edit in a *called* kernel that
lives in another file it would serve the old machine code. The folder is therefore named after a digest of
all kernel sources, so that any edit leads to a fresh folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

__all__ = ["cache_folder", "kernel"]


def _user_cache_root() -> Path:
    if configured := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(configured)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))


def _source_digest(folder: Path) -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


@cache
def cache_folder() -> Path | None:
    """Folder for compiled kernels, or None where no folder can be written."""
    name = f"kernels-{_source_digest(Path(__file__).parent)}"
    user = getattr(os, "getuid", lambda: "user")()
    for root in (_user_cache_root, lambda: Path(tempfile.gettempdir()) / f"cache-{user}"):
        try:
            folder = root() / "arsieve_rf" / name
        except RuntimeError:  # no home directory is known
            continue
        if _is_usable(folder):
            return folder
    return None


def kernel(function: Callable[..., Any]) -> Any:
    """Compile lazily, without the GIL, cached on disk under :func:`cache_folder`."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    folder = cache_folder()
    if folder is None:
        return numba.njit(**options)(function)
    config: Any = numba.config
    configured = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read once, while the function is decorated
    try:
        return numba.njit(cache=True, **options)(function)
    finally:
        config.CACHE_DIR = configured
