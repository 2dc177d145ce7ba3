"""What the figures of a study have in common: methods' colours and markers, legends, axes of ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Look",
    "finish",
    "in_parts",
    "looks",
    "new_figure",
    "plain",
    "ratio_axis",
    "ratio_limits",
]

# Okabe and Ito's colours, told apart with any common colour blindness; markers tell them apart in grey.
_METHOD_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6a3d9a", "#7f6000")
_METHOD_MARKERS = ("s", "^", "D", "v", "P", "X", "*", "<", ">", "p", "h")
_REFERENCE_MARKER = "o"
_REFERENCE_COLOUR = "#4d4d4d"


@dataclass(frozen=True)
class Look:
    """How plots show a method."""

    colour: str
    marker: str


def looks(methods: Sequence[str], reference: str) -> dict[str, Look]:
    """A colour and a marker for each method, the same in all figures of a report."""
    found = {}
    others = [method for method in methods if method != reference]
    for i, method in enumerate(others):
        colour = _METHOD_COLOURS[i % len(_METHOD_COLOURS)]
        found[method] = Look(colour, _METHOD_MARKERS[i % len(_METHOD_MARKERS)])
    found[reference] = Look(_REFERENCE_COLOUR, _REFERENCE_MARKER)
    return found


def new_figure(n_rows: int, n_columns: int, height: float, **options: Any) -> tuple[Any, Any]:
    """A figure 11 inches wide and its axes, as a 2-D array."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, height), layout="constrained")
    return figure, figure.subplots(n_rows, n_columns, squeeze=False, **options)


def finish(figure: Any, looks: dict[str, Look], methods: Sequence[str], *, line: bool = False) -> None:
    """A legend of methods above the panels."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [], [], color=looks[method].colour, marker=looks[method].marker, markersize=5.5,
            linestyle="-" if line else "none", linewidth=1.3, label=plain(method),
        )
        for method in methods
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), 5), handletextpad=0.5)


def plain(text: str) -> str:
    """Text that matplotlib must not read as mathematics."""
    return text.replace("$", r"\$")


def ratio_axis(axis: Any, lowest: float, highest: float) -> None:
    """Ticks at round ratios on a logarithmic axis."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    if highest / lowest < 6.0:
        steps = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0]
    if highest / lowest < 1.6:
        steps = [i / 20 for i in range(8, 60)]
    if highest / lowest < 1.15:
        steps = [i / 50 for i in range(25, 100)]
    axis.set_major_locator(FixedLocator([step for step in steps if lowest <= step <= highest]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def ratio_limits(values: Sequence[float], *, widest: float = math.inf) -> tuple[float, float]:
    """Limits of a ratio axis: all values and 1, with a margin, no more than ``widest`` times from 1."""
    logs = [math.log(value) for value in values if value > 0.0 and math.isfinite(value)]
    low, high = min(logs, default=0.0), max(logs, default=0.0)
    low, high = min(low, -0.02), max(high, 0.02)
    margin = 0.06 * (high - low)
    limit = math.log(widest)
    return math.exp(max(low - margin, -limit)), math.exp(min(high + margin, limit))


def in_parts(lengths: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Lengths in parts of up to four, which stand side by side, and an ending for each figure's name."""
    parts = [list(lengths[i : i + 4]) for i in range(0, len(lengths), 4)]
    return [(f"-{k + 1}" if len(parts) > 1 else "", part) for k, part in enumerate(parts)]
