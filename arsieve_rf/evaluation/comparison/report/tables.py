"""Tables of a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....report import digits
from ....report.document import Cell, Row, Table
from ....report.style import HIGHER, LOWER, shade_of
from .._words import LEVEL
from ..panel import PanelComparison
from .columns import Column, columns

__all__ = ["ROWS_AT_MOST", "by_kind", "methods_table", "series_table"]

ROWS_AT_MOST = 500
"""Series that are listed one by one."""

_KINDS = {"bootstrap": "Bootstraps", "yardstick": "Yardsticks", "extra": "Others"}


def by_kind(result: Any) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Names and rows of a summary, under the headings that their kinds have; the best first."""
    rows: dict[str, dict[str, Any]] = result.summary().to_dict("index")
    found = {
        heading: [(name, row) for name, row in rows.items() if row["kind"] == kind]
        for kind, heading in _KINDS.items()
    }
    return {heading: named for heading, named in found.items() if named}


def methods_table(result: Any) -> Table:
    """All columns, a row a method."""
    shown = columns(result)
    clear = _clear_in_ranks(result) if isinstance(result, PanelComparison) else _clear_in_test
    lines = []
    for heading, named in by_kind(result).items():
        lines.append(Row(heading))
        for name, row in named:
            head = f"{name} (winner)" if name == result.winner_ else name
            shade = shade_of(row["ratio"]) if clear(row) else 0.0
            lines.append(Row(head, _cells(shown, row, shade, best=name == result.best_)))
    caption = f"Errors, tests and costs; the reference is {result.reference}"
    return Table(caption, ["", *(column.title for column in shown)], lines)


def _clear_in_test(row: dict[str, Any]) -> bool:
    """Whether a method differs from the reference by more than chance on one series."""
    return bool(row["p_holm"] < LEVEL)


def _clear_in_ranks(result: PanelComparison) -> Callable[[dict[str, Any]], bool]:
    """The same over many series; ranks and errors must agree on who is better."""

    def clear(row: dict[str, Any]) -> bool:
        ahead = result.mean_ranks[result.reference] - row["mean_rank"]
        return bool(abs(ahead) > result.critical_difference and (ahead > 0) == (row["ratio"] < 1))

    return clear


def _cells(shown: list[Column], row: dict[str, Any], shade: float, *, best: bool) -> list[Cell]:
    """One row; what it is sorted by stands first, and is bold for the best. The ratio has the colour."""
    cells = []
    for place, column in enumerate(shown):
        own = shade if column.interval_title else 0.0
        text = _arrow(own) + column.text(row)
        cells.append(Cell(text, column.interval(row), bold=best and place == 0, shade=own))
    return cells


def series_table(result: PanelComparison) -> Table:
    """Ratios of each series, coloured where its own tests find more than chance."""
    names = [name for name in result.methods if name != result.reference]
    lines = []
    for series in list(result.comparisons)[:ROWS_AT_MOST]:
        rows: dict[Any, Any] = result.comparisons[series].summary().to_dict("index")
        cells = []
        for name in names:
            shade = shade_of(rows[name]["ratio"]) if _clear_in_test(rows[name]) else 0.0
            cells.append(Cell(_arrow(shade) + digits.ratio(rows[name]["ratio"]), shade=shade))
        lines.append(Row(str(series), cells))
    n = len(result.comparisons)
    listed = "" if n <= ROWS_AT_MOST else f" (the first {ROWS_AT_MOST:,} of {n:,} series)"
    caption = f"Mean squared error relative to that of {result.reference}{listed}"
    return Table(caption, ["Series", *names], lines)


def _arrow(shade: float) -> str:
    return f"{LOWER} " if shade < 0.0 else f"{HIGHER} " if shade > 0.0 else ""
