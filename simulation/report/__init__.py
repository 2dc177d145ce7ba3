"""The report of a study: one HTML page, and a Markdown file with plots beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["write_report"]


def write_report(directory: str | Path) -> list[Path]:
    """Write the report of a study, finished or not.

    Parameters
    ----------
    directory : str or Path
        The study's directory. An earlier report in it is replaced.

    Returns
    -------
    list of Path
        ``DIR/report/report.html`` (one file that needs nothing else), ``DIR/report/report.md``, its figures
        ``DIR/report/plots/*.svg``, and the summary's tables ``DIR/report/tables/*.csv``.

    Raises
    ------
    StudyError
        If there is no study in the directory.
    ImportError
        If matplotlib or pyarrow is not installed.
    """
    from arsieve_rf.report.page import to_html

    from ..summary import summarize
    from .content import build
    from .markdown import FIGURES, to_markdown

    summary = summarize(directory)
    document = build(summary)
    files: dict[str, str | bytes] = {
        "report.html": to_html(document),
        "report.md": to_markdown(document),
        **{f"{FIGURES}/{figure.name}.svg": figure.svg for figure in document.figures()},
        **{f"tables/{name}.csv": _csv(table) for name, table in summary.tables().items()},
    }
    folder = Path(directory) / "report"
    for stale in (*folder.glob(f"{FIGURES}/*.svg"), *folder.glob("tables/*.csv")):
        stale.unlink()
    return [_write(folder / name, content) for name, content in files.items()]


def _csv(table: Any) -> str:
    """A table as text; nested values as JSON."""
    plain = table.copy()
    for column in plain.columns:
        if plain[column].map(lambda value: isinstance(value, dict | tuple)).any():
            plain[column] = plain[column].map(lambda value: json.dumps(value, ensure_ascii=False))
    return plain.to_csv(index=False, lineterminator="\n")


def _write(path: Path, content: str | bytes) -> Path:
    """One file, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path
