"""Pictures of a comparison on many series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._drawing import GREY, draw, draw_rows, spread_out, styles
from ._ranks import groups

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .panel import PanelComparison

__all__ = ["plot_panel"]


def plot_panel(result: PanelComparison, kind: str | None, ax: Axes | None) -> Any:
    """One kind on axes, or both on a figure."""
    return draw({"ranks": _ranks, "ratios": _ratios}, result, kind, ax)


def _ranks(result: PanelComparison, ax: Axes) -> None:
    """Critical-difference diagram: names on both sides, lines between those that chance may part."""
    ranks, colours = result.mean_ranks, styles(result)
    ordered = sorted(ranks, key=lambda name: ranks[name])
    n, half = len(ordered), (len(ordered) + 1) // 2
    ax.set_title(
        f"Mean rank over {len(result.comparisons)} series, 1 is best", loc="left", fontweight="bold", pad=24
    )
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.spines["top"].set_visible(True)
    ax.xaxis.tick_top()
    ax.set_yticks([])
    bars = groups(np.array(list(ranks.values())), result.critical_difference)
    for i, (low, high) in enumerate(bars):
        ax.plot([low - 0.03, high + 0.03], [-0.3 - 0.25 * i] * 2, color="#1a1a1a", linewidth=4.0)
    first = 0.3 + 0.25 * len(bars)
    for i, name in enumerate(ordered):
        left = i < half
        depth = -first - 0.5 * (i if left else n - 1 - i)
        edge = 0.5 if left else n + 0.5
        style = {"color": colours[name]["color"], "linewidth": colours[name]["linewidth"]}
        ax.plot([ranks[name], ranks[name], edge], [0.0, depth, depth], **style)
        ax.annotate(
            f"{name}  {ranks[name]:.2f}", (edge, depth), (-5 if left else 5, 0), textcoords="offset points",
            ha="right" if left else "left", va="center", annotation_clip=False,
        )  # fmt: skip
    lowest = -first - 0.5 * half
    ax.set_xlim(0.5, n + 0.5)
    ax.set_xticks(range(1, n + 1))
    ax.set_ylim(lowest - 0.6, 0.0)
    reach = min(result.critical_difference, n)
    ax.plot([0.7, 0.7 + reach], [lowest - 0.1] * 2, color=GREY, linewidth=1.4, marker="|")
    ax.text(0.7, lowest - 0.2, f"critical difference {result.critical_difference:.2f}", va="top", color=GREY)


def _ratios(result: PanelComparison, ax: Axes) -> None:
    """Series by series, on a logarithmic axis."""
    reference = result.reference
    ax.set_title(f"Mean squared error relative to {reference!r}, by series", loc="left", fontweight="bold")
    ax.set_xlabel("ratio; left of 1 is better; bars: geometric mean, 95 % interval")
    ax.axvline(1.0, color="#b0b0b0", linewidth=0.8, zorder=0)
    table: Any = result.summary()
    names = [name for name in table.index[::-1] if name != reference]
    spread_out(ax.xaxis, result.ratios[names])
    marks = {name: [r for r in result.ratios[name] if r > 0] for name in names}
    columns = ["ratio", "ratio_lower", "ratio_upper"]
    draw_rows(ax, result, marks, {name: table.loc[name, columns].astype(float) for name in names})
