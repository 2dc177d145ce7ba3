"""On what numbers were made: versions and machine, for the record."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["machine", "versions"]


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Versions of Python and of packages; those that are not installed are left out.

    Examples
    --------
    >>> list(versions(["numpy", "a package that is not there"]))
    ['python', 'numpy']
    """
    found = {"python": platform.python_version()}
    for name in packages:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def machine() -> dict[str, str | int]:
    """What the machine is, without its name.

    Returns
    -------
    dict
        system, architecture, processor, processors (those that this process may use).

    Examples
    --------
    >>> from arsieve_rf.report.environment import machine
    >>> machine()["processors"] >= 1
    True
    """
    import joblib

    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "processors": joblib.cpu_count(),
    }


def _processor() -> str:
    """The processor's name; only Linux keeps it in a file."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or os.environ.get("PROCESSOR_IDENTIFIER", "unknown")
