"""Tables of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....report import digits
from ....report.document import Cell, Row, Table
from ....report.style import HIGHER, LOWER, shade_of
from .._words import LEVEL
from .columns import Column, columns

if TYPE_CHECKING:
    from ..panel import PanelComparison

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
    lines = []
    for heading, named in by_kind(result).items():
        lines.append(Row(heading))
        for name, row in named:
            head = f"{name} (winner)" if name == result.winner_ else name
            lines.append(Row(head, _cells(shown, row, best=name == result.best_)))
    caption = f"Errors, tests and costs; the reference is {result.reference}"
    return Table(caption, ["", *(column.title for column in shown)], lines)


def _cells(shown: list[Column], row: dict[str, Any], *, best: bool) -> list[Cell]:
    """One row; what it is sorted by stands first, and is bold for the best."""
    cells = []
    for place, column in enumerate(shown):
        text, note, shade = column.text(row), column.interval(row), 0.0
        if column.interval_title:
            shade = _clear_shade(row)
            text = _arrow(shade) + text
        cells.append(Cell(text, note, bold=best and place == 0, shade=shade))
    return cells


def series_table(result: PanelComparison) -> Table:
    """Ratios of each series, coloured where its own tests find more than chance."""
    names = [name for name in result.methods if name != result.reference]
    lines = []
    for series in list(result.comparisons)[:ROWS_AT_MOST]:
        rows: dict[Any, Any] = result.comparisons[series].summary().to_dict("index")
        cells = []
        for name in names:
            shade = _clear_shade(rows[name])
            cells.append(Cell(_arrow(shade) + digits.ratio(rows[name]["ratio"]), shade=shade))
        lines.append(Row(str(series), cells))
    n = len(result.comparisons)
    listed = "" if n <= ROWS_AT_MOST else f" (the first {ROWS_AT_MOST:,} of {n:,} series)"
    caption = f"Mean squared error relative to that of {result.reference}{listed}"
    return Table(caption, ["Series", *names], lines)


def _clear_shade(row: dict[str, Any]) -> float:
    """Colour of a ratio; none where chance may be all there is.

    One series has a test that is corrected for the number of methods; many series have an interval.
    """
    apart = row["ratio_lower"] > 1 or row["ratio_upper"] < 1
    clear = row["p_holm"] < LEVEL if "p_holm" in row else apart
    return shade_of(row["ratio"]) if clear else 0.0


def _arrow(shade: float) -> str:
    return f"{LOWER} " if shade < 0.0 else f"{HIGHER} " if shade > 0.0 else ""
