"""Monte Carlo comparison of forecasting methods over synthetic data-generating processes.

Public names are imported when they are first used, so that ``import simulation`` itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .design import Design, load_design
    from .errors import DesignError, StudyError
    from .runner import project_study, resume_study, run_study
    from .summary import Summary, summarize

__all__ = [
    "Design",
    "DesignError",
    "StudyError",
    "Summary",
    "load_design",
    "project_study",
    "resume_study",
    "run_study",
    "summarize",
]

_HOMES = {
    "Design": "design",
    "DesignError": "errors",
    "StudyError": "errors",
    "Summary": "summary",
    "load_design": "design",
    "project_study": "runner",
    "resume_study": "runner",
    "run_study": "runner",
    "summarize": "summary",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
