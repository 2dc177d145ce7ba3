"""Plots with a panel a group of processes and a length: correlation, cost and horizon against accuracy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from arsieve_rf.report import digits
from arsieve_rf.report.document import Figure
from arsieve_rf.report.svg import settings, to_svg

from .drawing import Look, finish, in_parts, new_figure, plain, ratio_axis, ratio_limits
from .lookup import Lookup, title_of_group

__all__ = ["correlation_scatter", "cost_scatter", "horizon_curves", "process_curves"]

_WIDEST = 10.0


def correlation_scatter(look: Lookup, styles: dict[str, Look], name: str) -> list[Figure]:
    """Tree correlation against the ratio of MSE, a point a process and forest."""
    summary = look.summary
    points = summary.correlation.merge(summary.ratios[summary.ratios["step"] == 1], on=["cell", "method"])
    points = points.merge(summary.cells, on="cell")
    points = points[(points["ratio"] > 0.0) & points["correlation"].notna()]
    methods = [method for method in look.methods if method in set(points["method"])]
    if not methods:
        return []
    limits = ratio_limits(list(points["ratio"]), widest=_WIDEST)

    def draw(ax: Any, length: int) -> None:
        for method in methods:
            there = points[(points["method"] == method) & (points["length"] == length)]
            for group, filled in ((True, True), (False, False)):
                part = there[(there["group"] == "linear, stationary") == group]
                ax.plot(
                    part["correlation"], part["ratio"].clip(*limits), linestyle="none", markersize=5.0,
                    marker=styles[method].marker, color=styles[method].colour, alpha=0.9,
                    markerfacecolor=styles[method].colour if filled else "white", clip_on=False,
                )  # fmt: skip

    caption = (
        f"One-step MSE over that of {summary.reference} against the mean correlation between two trees "
        "of the forest, a point a process. Filled: linear stationary processes; open: the others. "
        f"Values beyond {_WIDEST:g} are drawn at the edge."
    )
    return _by_length(look, styles, methods, draw, limits, "mean tree correlation", name, caption)


def cost_scatter(look: Lookup, styles: dict[str, Look], column: str, name: str) -> list[Figure]:
    """Mean cost against the geometric mean of ratios: panels by group and length.

    ``column`` is "seconds" or "model_bytes".
    """
    summary = look.summary
    methods = [method for method in look.methods if method not in look.oracles]
    if column == "model_bytes" and look.forests:
        methods = look.forests  # beside which other models weigh nothing
    costs = summary.costs.merge(summary.cells, on="cell")
    costs = costs[costs[column] > 0.0]
    mean: dict[Any, float] = costs.groupby(["group", "length", "method"])[column].mean().to_dict()
    points = {
        (group, length, method): (mean[group, length, method], row)
        for group in look.groups for length in summary.lengths for method in methods
        if (group, length, method) in mean
        and (row := look.get("pooled", group, length, method, 1)) is not None and row.n
    }  # fmt: skip
    if not points:
        return []
    methods = [method for method in methods if any(key[2] == method for key in points)]
    limits_of = {
        group: ratio_limits(
            [end for key, (_, row) in points.items() if key[0] == group for end in (row.lower, row.upper)],
            widest=_WIDEST,
        )
        for group in look.groups
        if any(key[0] == group for key in points)
    }

    def draw(ax: Any, group: str, length: int) -> None:
        limits = limits_of[group]
        for method in methods:
            if (group, length, method) in points:
                cost, row = points[group, length, method]
                style = styles[method]
                inside = limits[0] <= row.ratio <= limits[1]
                if inside:
                    ax.plot([cost] * 2, [row.lower, row.upper], color=style.colour, linewidth=1.1)
                y = min(max(row.ratio, limits[0]), limits[1])
                ax.plot([cost], [y], color=style.colour, marker=style.marker, markersize=6.0, clip_on=False)
                if not inside:
                    ax.annotate(
                        f"{row.ratio:.3g}", (cost, y), (6, -2), textcoords="offset points", fontsize=7,
                        va="top", color=style.colour,
                    )  # fmt: skip

    show = digits.time if column == "seconds" else digits.size

    costs_shown = [cost for cost, _ in points.values()]
    # Within two decades, ticks at 2 and 5, too.
    subs = (1.0, 2.0, 5.0) if max(costs_shown) < 100.0 * min(costs_shown) else (1.0,)

    def dress(ax: Any) -> None:
        from matplotlib.ticker import LogLocator

        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=subs))
        ax.minorticks_off()
        ax.xaxis.set_major_formatter(lambda value, _: _short(show(value)))
        ax.margins(x=0.12)

    what = "processor time of a fit and its forecast" if column == "seconds" else "memory of the fitted model"
    caption = (
        f"One-step MSE over that of {summary.reference} (geometric mean over processes, 95 % interval) "
        f"against the {what}; methods without such a cost are left out. Better is lower and further left."
    )
    return _by_group(look, styles, methods, draw, limits_of, what, name, caption, dress)


def horizon_curves(look: Lookup, styles: dict[str, Look], name: str) -> list[Figure]:
    """Geometric means of ratios by step: panels by group and length."""
    if look.summary.horizon == 1:
        return []
    methods = look.drawn
    steps = range(1, look.summary.horizon + 1)

    def found(group: str, length: int, method: str) -> list[Any]:
        rows = (look.get("pooled", group, length, method, step) for step in steps)
        return [row for row in rows if row is not None and row.n]

    limits_of = {}
    for group in look.groups:
        rows = [row for n in look.summary.lengths for method in methods for row in found(group, n, method)]
        if rows:
            limits_of[group] = ratio_limits([row.ratio for row in rows], widest=_WIDEST)

    def draw(ax: Any, group: str, length: int) -> None:
        for m, method in enumerate(methods):
            rows = found(group, length, method)
            _curve(ax, rows, styles[method], limits_of[group], _shift(m, len(methods)))

    caption = (
        f"MSE over that of {look.summary.reference} by step (geometric mean over processes, 95 % intervals). "
        f"Values beyond {_WIDEST:g} are drawn at the edge."
    )

    def dress(ax: Any) -> None:
        ax.set_xticks(_step_ticks(look.summary.horizon))

    return _by_group(look, styles, methods, draw, limits_of, "step", name, caption, dress, line=True)


def process_curves(look: Lookup, styles: dict[str, Look], length: int, name: str) -> list[Figure]:
    """Ratios by step for each process of one length."""
    if look.summary.horizon == 1:
        return []
    methods = look.drawn
    steps = range(1, look.summary.horizon + 1)
    processes = [label for _, labels in look.processes(length) for label in labels]
    found = {
        (process, method): [
            row for step in steps
            if (row := look.get("ratios", look.cell(process, length), method, step)) is not None
            and row.ratio > 0.0
        ]
        for process in processes for method in methods
    }  # fmt: skip
    processes = [one for one in processes if any(found[one, method] for method in methods)]
    if not processes:
        return []
    n_columns = min(5, len(processes))
    n_rows = math.ceil(len(processes) / n_columns)
    with settings():
        figure, axes = new_figure(n_rows, n_columns, 0.9 + 1.75 * n_rows, sharex=True)
        for ax, process in zip(axes.flat, processes):
            limits = ratio_limits(
                [row.ratio for method in methods for row in found[process, method]], widest=100.0
            )
            for m, method in enumerate(methods):
                shift = _shift(m, len(methods))
                _curve(ax, found[process, method], styles[method], limits, shift)
            _ratio_panel(ax, limits)
            ax.set_title(plain(process), fontsize=8.5)
            ax.set_xticks(_step_ticks(look.summary.horizon))
        for ax in axes.flat[len(processes) :]:
            ax.set_visible(False)
        figure.supxlabel("step", fontsize=9.0)
        finish(figure, styles, methods, line=True)
        svg = to_svg(figure)
    caption = (
        f"MSE over that of {look.summary.reference} by step, T = {length:,}, with 95 % intervals. Each panel "
        "has its own scale."
    )
    return [Figure(f"{name}-T{length}", caption, f"ratios by step and process, T = {length}", svg)]


def _curve(ax: Any, rows: Sequence[Any], style: Look, limits: tuple[float, float], shift: float) -> None:
    """Ratios against steps with intervals, values outside at the edge."""
    if not rows:
        return
    x = [row.step + shift for row in rows]
    y = [min(max(row.ratio, limits[0]), limits[1]) for row in rows]
    ax.plot(x, y, color=style.colour, marker=style.marker, markersize=3.8, linewidth=1.2, clip_on=False)
    inside = [
        (place, row.lower, row.upper) for place, row in zip(x, rows)
        if math.isfinite(row.lower) and limits[0] <= row.ratio <= limits[1]
    ]  # fmt: skip
    if inside:
        ax.vlines(*zip(*inside), color=style.colour, linewidth=0.8)


def _shift(m: int, n: int) -> float:
    """Place of the m-th of n methods beside a step, so that their intervals do not hide each other."""
    return 0.4 * ((m + 0.5) / n - 0.5)


def _step_ticks(horizon: int) -> list[int]:
    """At most eight whole steps."""
    return list(range(1, horizon + 1, math.ceil(horizon / 8)))


def _short(text: str) -> str:
    """A tick's label without digits that say nothing."""
    value, _, unit = text.partition(" ")
    if "." in value and "×" not in value:
        value = value.rstrip("0").rstrip(".")
    return f"{value} {unit}"


def _ratio_panel(ax: Any, limits: tuple[float, float]) -> None:
    """A logarithmic axis of ratios upwards, with a line at 1."""
    ax.axhline(1.0, color="#1a1a1a", linewidth=0.8, zorder=0)
    ax.set_yscale("log")
    ax.set_ylim(limits)
    ratio_axis(ax.yaxis, *limits)
    ax.grid(color="#e3e3e3", linewidth=0.6)


def _by_length(
    look: Lookup, styles: dict[str, Look], methods: list[str], draw: Callable[[Any, int], None],
    limits: tuple[float, float], label: str, name: str, caption: str,
) -> list[Figure]:  # fmt: skip
    """One row of panels, up to four lengths a figure."""
    figures = []
    for suffix, lengths in in_parts(look.summary.lengths):
        with settings():
            figure, axes = new_figure(1, len(lengths), 4.2, sharex=True, sharey=True)
            for ax, length in zip(axes[0], lengths):
                draw(ax, length)
                _ratio_panel(ax, limits)
                ax.set_title(f"T = {length:,}")
            axes[0, 0].set_ylabel("ratio of MSE")
            figure.supxlabel(label, fontsize=9.0)
            finish(figure, styles, methods)
            svg = to_svg(figure)
        figures.append(Figure(name + suffix, caption, f"ratio of MSE against {label}", svg))
    return figures


def _by_group(
    look: Lookup, styles: dict[str, Look], methods: list[str], draw: Callable[[Any, str, int], None],
    limits_of: dict[str, tuple[float, float]], label: str, name: str, caption: str,
    dress: Callable[[Any], None], *, line: bool = False,
) -> list[Figure]:  # fmt: skip
    """Rows of panels by group (those with limits), columns by length, up to four lengths a figure."""
    figures = []
    for suffix, lengths in in_parts(look.summary.lengths):
        groups = [
            group
            for group, labels in look.processes()
            if group in limits_of and any(look.cell(one, n) for one in labels for n in lengths)
        ]
        if not groups:
            continue
        with settings():
            figure, axes = new_figure(
                len(groups), len(lengths), 1.0 + 2.3 * len(groups), sharex="col", sharey="row"
            )
            for row, group in zip(axes, groups):
                for ax, length in zip(row, lengths):
                    draw(ax, group, length)
                    _ratio_panel(ax, limits_of[group])
                    dress(ax)
                row[0].set_ylabel(f"{title_of_group(group)}\nratio of MSE")
            for ax, length in zip(axes[0], lengths):
                ax.set_title(f"T = {length:,}")
            figure.supxlabel(label, fontsize=9.0)
            finish(figure, styles, methods, line=line)
            svg = to_svg(figure)
        figures.append(
            Figure(name + suffix, caption, f"ratio of MSE against {label}, by group and length", svg)
        )
    return figures
