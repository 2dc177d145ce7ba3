"""The report of a comparison: one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..panel import PanelComparison
    from ..result import Comparison

__all__ = ["write_report"]


def write_report(
    result: Comparison | PanelComparison,
    path: str | Path,
    *,
    title: str = "Which bootstrap?",
    facts: Sequence[tuple[str, str]] = (),
    command: str | None = None,
) -> Path:
    """Write what was found, with its pictures, how it was measured, and what it was made with.

    Parameters
    ----------
    result : Comparison or PanelComparison
        From :func:`arsieve_rf.compare_bootstraps`.
    path : str or Path
        The file; an earlier one is replaced.
    title : str, default="Which bootstrap?"
        Heading of the page.
    facts : sequence of (str, str), optional
        More about the data or the forecasters, to stand before what the comparison knows of itself: a lead
        such as "File:", and a sentence.
    command : str, optional
        What repeats the comparison.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from arsieve_rf import ARSieveForecaster, compare_bootstraps
    >>> from arsieve_rf.datasets import load_sunspots
    >>> from arsieve_rf.evaluation.comparison.report import write_report
    >>> result = compare_bootstraps(
    ...     load_sunspots(), bootstraps=["iid", "auto"], h=2, n_windows=4, coverage=None,
    ...     forecaster=ARSieveForecaster(n_estimators=5),
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_report(result, f"{folder}/sunspots.html").read_text(encoding="utf-8")
    >>> page.splitlines()[0]
    '<!DOCTYPE html>'
    """
    from ....report.page import to_html
    from .content import build

    target = Path(path)
    target.write_text(to_html(build(result, title, facts, command)), encoding="utf-8")
    return target
