"""What pictures of comparisons have in common: figures, colours, rows with names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plotting.forecast import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GREY", "draw", "draw_rows", "legend", "name_rows", "spread_out", "styles"]

GREY = "#8a8a8a"

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#7f7f00")
_DASHES = ((0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))
_WIDTH, _HEIGHT = 8.5, 3.9  # inches of one picture
_WIDE_SPREAD = 5.0  # ratio of the largest to the least


def draw(kinds: Mapping[str, Callable[[Any, Axes], None]], result: Any, kind: str | None, ax: Any) -> Any:
    """One kind on axes, or all on a figure."""
    require_matplotlib()
    from matplotlib.figure import Figure

    if kind is None:
        if ax is not None:
            raise ValueError(f"ax takes one picture: say which, kind must be one of {list(kinds)}")
        figure = Figure(figsize=(_WIDTH, _HEIGHT * len(kinds)), dpi=120, layout="constrained")
        for axes, each in zip(figure.subplots(len(kinds), 1), kinds):
            _draw_one(kinds[each], result, axes)
        return figure
    if kind not in kinds:
        raise ValueError(f"kind must be one of {list(kinds)} or None, got {kind!r}")
    if ax is None:
        ax = Figure(figsize=(_WIDTH, _HEIGHT), dpi=120, layout="constrained").subplots()
    _draw_one(kinds[kind], result, ax)
    return ax


def _draw_one(picture: Callable[[Any, Axes], None], result: Any, ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    picture(result, ax)


def styles(result: Any) -> dict[str, dict[str, Any]]:
    """Colours for bootstraps, dashed greys for all else; the best bootstrap is bold."""
    found: dict[str, dict[str, Any]] = {}
    for i, name in enumerate(result.bootstraps):
        width = 2.6 if name == result.best_ else 1.4
        dashes = {} if i < len(_COLOURS) else {"linestyle": _DASHES[i // len(_COLOURS) % len(_DASHES)]}
        found[name] = {"color": _COLOURS[i % len(_COLOURS)], "linewidth": width, **dashes}
    for i, name in enumerate(name for name in result.methods if name not in found):
        found[name] = {"color": GREY, "linewidth": 1.4, "linestyle": _DASHES[i % len(_DASHES)]}
    return found


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """A row for each name, the first one lowest."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(-0.6, max(len(names), 1) - 0.4)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.7)
    ax.tick_params(axis="y", length=0)


def draw_rows(ax: Axes, result: Any, marks: Mapping[str, Any], summaries: Mapping[str, Any]) -> None:
    """In each row a mark for each value, and above them the centre with its interval.

    ``summaries`` has (centre, lower, upper) by name; an interval that is not finite is not drawn.
    """
    colours = styles(result)
    name_rows(ax, list(marks))
    for row, (name, values) in enumerate(marks.items()):
        colour, (centre, lower, upper) = colours[name]["color"], summaries[name]
        ax.plot(values, np.full(len(values), row - 0.16), "|", color=colour, alpha=0.55, markersize=9.0)
        if np.isfinite([lower, upper]).all():
            ax.plot([lower, upper], [row + 0.16] * 2, color=colour, linewidth=2.2, solid_capstyle="butt")
        ax.plot([centre], [row + 0.16], "o", color=colour, markersize=6.0)


def spread_out(axis: Any, values: Any) -> None:
    """A logarithmic axis with plain numbers, where positive values differ so much that it shows more."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known) or known.min() <= 0 or known.max() < _WIDE_SPREAD * known.min():
        return
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FormatStrFormatter("%g"))
    axis.set_minor_formatter(NullFormatter())


def legend(ax: Axes) -> None:
    """To the right of the picture."""
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small", handlelength=2.6)
