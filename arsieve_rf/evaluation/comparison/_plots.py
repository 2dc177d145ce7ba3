"""Pictures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...plotting.forecast import _require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .result import Comparison

__all__ = ["KINDS", "plot"]

KINDS = ("steps", "differences", "correlation")

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#7f7f00")
_GREY = "#8a8a8a"
_DASHES = ((0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))
_WIDE_SPREAD = 10.0  # ratio of errors from which on a logarithmic axis shows more


def plot(result: Comparison, kind: str | None, ax: Axes | None) -> Any:
    """One kind on axes, or all on a figure."""
    _require_matplotlib()
    from matplotlib.figure import Figure

    if kind is None:
        if ax is not None:
            raise ValueError(f"ax takes one picture: say which, kind must be one of {list(KINDS)}")
        figure = Figure(figsize=(8.5, 11.5), dpi=120, layout="constrained")
        for axes, each in zip(figure.subplots(3, 1, height_ratios=(1.0, 1.1, 0.9)), KINDS):
            _draw(result, each, axes)
        return figure
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {list(KINDS)} or None, got {kind!r}")
    if ax is None:
        ax = Figure(figsize=(8.5, 4.0), dpi=120, layout="constrained").subplots()
    return _draw(result, kind, ax)


def _draw(result: Comparison, kind: str, ax: Axes) -> Axes:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    {"steps": _steps, "differences": _differences, "correlation": _correlation}[kind](result, ax)
    return ax


def _styles(result: Comparison) -> dict[str, dict[str, Any]]:
    """Colours for bootstraps, dashed greys for all else; the best bootstrap is bold."""
    styles: dict[str, dict[str, Any]] = {}
    for i, name in enumerate(result.bootstraps):
        width = 2.6 if name == result.best_ else 1.4
        styles[name] = {"color": _COLOURS[i % len(_COLOURS)], "linewidth": width}
        if i >= len(_COLOURS):
            styles[name]["linestyle"] = _DASHES[i // len(_COLOURS) % len(_DASHES)]
    for i, name in enumerate(name for name in result.methods if name not in styles):
        styles[name] = {"color": _GREY, "linewidth": 1.4, "linestyle": _DASHES[i % len(_DASHES)]}
    return styles


def _steps(result: Comparison, ax: Axes) -> None:
    """Mean squared error at each step; with a single step a point for each method."""
    errors, styles = result.mse_by_step(), _styles(result)
    ax.set_title("Mean squared error by step ahead", loc="left", fontweight="bold")
    steps = errors.index.to_numpy()
    values = errors.to_numpy()
    wide = np.nanmin(values) > 0 and np.nanmax(values) > _WIDE_SPREAD * np.nanmin(values)
    if len(steps) == 1:
        _points(result, ax, errors.iloc[0])
        if wide:
            ax.set_xscale("log")
        return
    for name in errors.columns:
        ax.plot(steps, errors[name], label=name, marker="o", markersize=3.0, **styles[name])
    if wide:
        ax.set_yscale("log")
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.7)
    ax.set_xlabel("steps ahead")
    ax.set_ylabel("mean squared error")
    _legend(ax)


def _points(result: Comparison, ax: Axes, errors: Any) -> None:
    styles, ordered = _styles(result), errors.sort_values(ascending=False)
    for row, (name, value) in enumerate(ordered.items()):
        ax.plot([value], [row], "o", color=styles[name]["color"], markersize=7.0)
    _name_rows(ax, list(ordered.index))
    ax.set_xlabel("mean squared error")


def _differences(result: Comparison, ax: Axes) -> None:
    """Window by window, in units of the mean loss of the reference; its mean is the ratio less 1."""
    reference = result.reference
    ax.set_title(f"Loss less that of {reference!r}, by window", loc="left", fontweight="bold")
    table: Any = result.summary()
    styles = _styles(result)
    names = [name for name in table.index[::-1] if name in result.bootstraps and name != reference]
    losses = result.losses
    unit = losses[reference].mean()
    ax.axvline(0.0, color="#b0b0b0", linewidth=0.8, zorder=0)
    _name_rows(ax, names)
    ax.set_xlabel(f"share of the mean loss of {reference!r}; left of 0 is better; bars: mean, 95 % interval")
    if not names or unit == 0:
        ax.text(0.5, 0.5, "nothing to compare", transform=ax.transAxes, ha="center", color=_GREY)
        return
    for row, name in enumerate(names):
        colour, found = styles[name]["color"], table.loc[name]
        shares = (losses[name] - losses[reference]).to_numpy() / unit
        ax.plot(shares, np.full(len(shares), row - 0.16), "|", color=colour, alpha=0.55, markersize=9.0)
        if np.isfinite(found[["ratio_lower", "ratio_upper"]].astype(float)).all():
            ends = [found["ratio_lower"] - 1.0, found["ratio_upper"] - 1.0]
            ax.plot(ends, [row + 0.16] * 2, color=colour, linewidth=2.2, solid_capstyle="butt")
        ax.plot([found["ratio"] - 1.0], [row + 0.16], "o", color=colour, markersize=6.0)


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(-0.6, max(len(names), 1) - 0.4)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.7)
    ax.tick_params(axis="y", length=0)


def _correlation(result: Comparison, ax: Axes) -> None:
    """A point for each bootstrap whose trees differ."""
    ax.set_title("Correlation between trees, and error", loc="left", fontweight="bold")
    ax.set_xlabel("mean correlation between trees, at rows that they have not seen")
    ax.set_ylabel("mean squared error")
    ax.grid(color="#e6e6e6", linewidth=0.7)
    table: Any = result.summary()
    styles = _styles(result)
    known = table[table["tree_correlation"].notna()]
    if known.empty:
        ax.text(0.5, 0.5, "no trees that differ", transform=ax.transAxes, ha="center", color=_GREY)
        return
    ax.margins(x=0.1, y=0.15)
    for name, row in known.iterrows():
        colour = styles[str(name)]["color"]
        ax.plot([row["tree_correlation"]], [row["mse"]], "o", color=colour, markersize=8.0, label=name)
    _legend(ax)


def _legend(ax: Axes) -> None:
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small", handlelength=2.6)
