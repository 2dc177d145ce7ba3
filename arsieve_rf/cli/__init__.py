"""The command line: ``arsieve-rf`` and ``python -m arsieve_rf``."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
