"""Which bootstrap for this series, and does it matter: all on the same windows, with what chance allows."""

from __future__ import annotations

from .compare import compare_bootstraps
from .panel import PanelComparison
from .result import Comparison

__all__ = ["Comparison", "PanelComparison", "compare_bootstraps"]
