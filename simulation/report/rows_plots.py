"""Plots with a row a process and a panel a length: ratios with intervals, and boxes of paired differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from arsieve_rf.report.document import Figure
from arsieve_rf.report.svg import settings, to_svg

from .drawing import Look, finish, in_parts, new_figure, plain, ratio_axis, ratio_limits
from .lookup import Lookup, title_of_group

__all__ = ["difference_boxes", "ratio_forest"]

_WIDEST = 4.0  # what lies further from 1 is written at the edge instead
_ROW = 0.108  # inches a method and process take
_GAP = 1.4  # rows between processes
_HEAD = 1.9  # rows that a group's title takes


def ratio_forest(look: Lookup, styles: dict[str, Look], table: str, name: str, what: str) -> list[Figure]:
    """Ratios to the reference with 95 % intervals by process, method and length; up to four lengths a figure.

    ``table`` is "ratios" or "excess".
    """
    methods = _with_values(look, table, look.drawn)
    if not methods:
        return []
    found = [
        row for method in methods for cell in look.summary.cells["cell"]
        if (row := look.get(table, cell, method, 1)) is not None and math.isfinite(row.ratio)
    ]  # fmt: skip
    limits = ratio_limits(
        [end for row in found for end in (row.ratio, row.lower, row.upper)],
        widest=_WIDEST if table == "ratios" else 10.0,
    )

    def draw(ax: Any, y: float, row: Any, style: Look) -> None:
        if not (row.ratio > 0.0 and math.isfinite(row.ratio)):
            return
        if not limits[0] <= row.ratio <= limits[1]:
            right = row.ratio > 1.0
            edge = limits[1] if right else limits[0]
            ax.plot(
                [edge], [y], marker=">" if right else "<", color=style.colour, markersize=4.5, clip_on=False
            )
            ax.annotate(
                f"{row.ratio:.3g}", (edge, y), (-5 if right else 5, 0), textcoords="offset points",
                ha="right" if right else "left", va="center", fontsize=6.5, color=style.colour,
            )  # fmt: skip
            return
        if math.isfinite(row.lower):
            ax.plot([row.lower, row.upper], [y, y], color=style.colour, linewidth=1.1, solid_capstyle="butt")
        ax.plot([row.ratio], [y], marker=style.marker, color=style.colour, markersize=4.0, linestyle="none")

    def dress(ax: Any) -> None:
        ax.axvline(1.0, color="#1a1a1a", linewidth=0.8, zorder=0)
        ax.set_xscale("log")
        ax.set_xlim(limits)
        ratio_axis(ax.xaxis, *limits)

    reference = look.summary.reference
    label = f"{what} / {what} of {plain(reference)}"
    caption = (
        f"One-step {what} over that of {reference}, with 95 % intervals. Left of the line: smaller than the "
        f"reference's. Arrows at the edge carry the values that lie outside."
    )
    return _Rows(look, styles, table, methods, label, draw, dress).figures(name, caption)


def difference_boxes(look: Lookup, styles: dict[str, Look], name: str) -> list[Figure]:
    """Paired differences of squared one-step errors in units of the reference's MSE."""
    methods = _with_values(look, "differences", look.drawn)
    if not methods:
        return []

    def draw(ax: Any, y: float, row: Any, style: Look) -> None:
        if not row.scale > 0.0:
            return
        q05, q25, median, q75, q95, mean = (
            value / row.scale for value in (row.q05, row.q25, row.median, row.q75, row.q95, row.mean)
        )
        ax.plot([q05, q95], [y, y], color=style.colour, linewidth=0.8, solid_capstyle="butt")
        ax.barh([y], [q75 - q25], left=q25, height=0.72, color=style.colour, alpha=0.45, linewidth=0)
        ax.plot([median, median], [y - 0.4, y + 0.4], color="#1a1a1a", linewidth=1.1)
        ax.plot(
            [mean], [y], marker="o", markersize=3.2, linestyle="none", markerfacecolor="white",
            markeredgecolor="#1a1a1a", markeredgewidth=0.7,
        )  # fmt: skip

    def dress(ax: Any) -> None:
        ax.axvline(0.0, color="#1a1a1a", linewidth=0.8, zorder=0)
        ax.set_xscale("symlog", linthresh=1.0, linscale=1.2)
        low, high = ax.get_xlim()
        ax.set_xlim(min(low, -1.0), max(high, 1.0))
        ticks = [sign * 10.0**k for k in range(4) for sign in (-1, 1)]
        low, high = ax.get_xlim()
        ax.set_xticks([0.0, *(tick for tick in ticks if low <= tick <= high)])
        ax.set_xticks([], minor=True)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")

    reference = look.summary.reference
    caption = (
        f"Squared one-step error minus that of {reference} on the same series, in units of the reference's "
        "MSE. Box: middle half of the replications; line through it: median; whiskers: 5 % and 95 %; dot: "
        "mean. The axis is linear between -1 and 1 and logarithmic beyond."
    )
    label = f"difference / MSE of {plain(reference)}"
    return _Rows(look, styles, "differences", methods, label, draw, dress).figures(name, caption)


@dataclass(frozen=True)
class _Rows:
    """What a plot with a row a process shows, and how."""

    look: Lookup
    styles: dict[str, Look]
    table: str
    methods: list[str]
    label: str
    draw: Callable[[Any, float, Any, Look], None]
    """Puts a row of the table on axes, at a height."""
    dress: Callable[[Any], None]
    """Finishes axes."""

    def figures(self, name: str, caption: str) -> list[Figure]:
        """One figure for up to four lengths."""
        figures = []
        for suffix, lengths in in_parts(self.look.summary.lengths):
            groups = self._groups(lengths)
            if groups:
                with settings():
                    svg = to_svg(self._figure(lengths, groups))
                alt = f"{self.label}, by process, for T = {', '.join(map(str, lengths))}"
                figures.append(Figure(name + suffix, caption, alt, svg))
        return figures

    def row(self, process: str, length: int, method: str) -> Any:
        """The table's row, or None."""
        cell = self.look.cell(process, length)
        return None if cell is None else self.look.get(self.table, cell, method, 1)

    def _groups(self, lengths: list[int]) -> list[tuple[str, list[str]]]:
        """Groups with the processes that have something to show."""
        found = []
        for group, labels in self.look.processes():
            there = [
                process for process in labels
                if any(self.row(process, length, m) is not None for length in lengths for m in self.methods)
            ]  # fmt: skip
            if there:
                found.append((group, there))
        return found

    def _figure(self, lengths: list[int], groups: list[tuple[str, list[str]]]) -> Any:
        """Panels by length side by side."""
        step = len(self.methods) + _GAP
        total = sum(len(labels) * step + _HEAD for _, labels in groups)
        figure, axes = new_figure(1, len(lengths), 1.5 + _ROW * total, sharey=True, sharex=True)
        top, ticks = 0.0, []
        for group, labels in groups:
            axes[0, 0].annotate(
                title_of_group(group), (0.0, top - 0.62 * _HEAD), (-4, 0),
                xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="center",
                fontweight="bold", annotation_clip=False,
            )  # fmt: skip
            top -= _HEAD
            for i, process in enumerate(labels):
                for ax, length in zip(axes[0], lengths):
                    if i % 2 == 0:
                        ax.axhspan(top - step, top, color="#f3f4f5", linewidth=0, zorder=-1)
                    for m, method in enumerate(self.methods):
                        row = self.row(process, length, method)
                        if row is not None:
                            self.draw(ax, top - _GAP / 2 - 0.5 - m, row, self.styles[method])
                ticks.append((top - step / 2, plain(process)))
                top -= step
        for ax, length in zip(axes[0], lengths):
            ax.set_ylim(top, 0.0)
            ax.set_title(f"T = {length:,}")
            ax.tick_params(axis="y", length=0)
            # Long figures are read from both ends.
            ax.tick_params(axis="x", top=True, labeltop=True)
            ax.spines["top"].set_visible(True)
            ax.spines["left"].set_visible(False)
            self.dress(ax)
            ax.grid(axis="x", color="#dddddd", linewidth=0.6)
        axes[0, 0].set_yticks([y for y, _ in ticks], [process for _, process in ticks])
        figure.supxlabel(self.label, fontsize=9.0)
        finish(figure, self.styles, self.methods)
        return figure


def _with_values(look: Lookup, table: str, methods: Sequence[str]) -> list[str]:
    """Methods with any row at step 1."""
    cells = list(look.summary.cells["cell"])
    return [method for method in methods if any(look.get(table, cell, method, 1) for cell in cells)]
