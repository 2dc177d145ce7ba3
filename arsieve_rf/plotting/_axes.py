"""What a picture has around its lines: ticks, legend, names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..series.index import IndexInfo

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["finish"]

_ENTRY = 1.1  # inches, about what an entry of the legend takes
_MOST_ENTRIES_A_ROW = 6
_NARROW = 6.0  # inches, below which matplotlib's labels of dates run into each other


def finish(
    ax: Axes, origin: Any, info: IndexInfo, title: str | None, entries: tuple[list[Any], list[str]]
) -> None:
    """Mark the origin, put the legend above the data, take away what says nothing."""
    ax.axvline(origin, color="#b0b0b0", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if info.name is not None:
        ax.set_ylabel(str(info.name))
    if info.index is not None and info.index.name is not None:
        ax.set_xlabel(str(info.index.name))
    width = ax.bbox.width / ax.figure.dpi  # inches, as long as no layout has moved the axes
    _fit_ticks(ax, info.kind, width)
    n_entries = len(entries[0])
    n_rows = math.ceil(n_entries / min(max(int(width / _ENTRY), 1), _MOST_ENTRIES_A_ROW))
    ax.legend(
        *entries, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=math.ceil(n_entries / n_rows),
        frameon=False, borderaxespad=0.3, handlelength=2.2, columnspacing=1.4, fontsize="medium",
    )  # fmt: skip
    if title is not None:
        ax.set_title(title, loc="left", pad=14.0 + 16.0 * n_rows, fontweight="bold")


def _fit_ticks(ax: Axes, kind: str, width: float) -> None:
    """Whole numbers for positions; few and short labels where there is little room for dates."""
    if kind in ("array", "range"):
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    elif width < _NARROW:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        few = AutoDateLocator(minticks=3, maxticks=6)
        ax.xaxis.set_major_locator(few)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(few))
