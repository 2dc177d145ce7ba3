"""Pictures of a comparison on one series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._drawing import GREY, draw, draw_rows, legend, name_rows, spread_out, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .result import Comparison

__all__ = ["plot"]


def plot(result: Comparison, kind: str | None, ax: Axes | None) -> Any:
    """One kind on axes, or all on a figure."""
    kinds = {"steps": _steps, "differences": _differences, "correlation": _correlation}
    return draw(kinds, result, kind, ax)


def _steps(result: Comparison, ax: Axes) -> None:
    """Mean squared error at each step; with a single step a point for each method."""
    from matplotlib.ticker import MaxNLocator

    ax.set_title("Mean squared error by step ahead", loc="left", fontweight="bold")
    errors: Any = result.mse_by_step()
    if len(errors) == 1:
        _points(result, ax, errors.iloc[0])
        spread_out(ax.xaxis, errors)
        return
    for name, style in styles(result).items():
        ax.plot(errors.index, errors[name], label=name, marker="o", markersize=3.0, **style)
    spread_out(ax.yaxis, errors)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.7)
    ax.set_xlabel("steps ahead")
    ax.set_ylabel("mean squared error")
    legend(ax)


def _points(result: Comparison, ax: Axes, errors: Any) -> None:
    colours, ordered = styles(result), errors.sort_values(ascending=False)
    for row, (name, value) in enumerate(ordered.items()):
        ax.plot([value], [row], "o", color=colours[name]["color"], markersize=7.0)
    name_rows(ax, list(ordered.index))
    ax.set_xlabel("mean squared error")


def _differences(result: Comparison, ax: Axes) -> None:
    """Window by window, in units of the mean loss of the reference; its mean is the ratio less 1."""
    reference = result.reference
    ax.set_title(f"Loss less that of {reference!r}, by window", loc="left", fontweight="bold")
    ax.set_xlabel(f"share of the mean loss of {reference!r}; left of 0 is better; bars: mean, 95 % interval")
    ax.axvline(0.0, color="#b0b0b0", linewidth=0.8, zorder=0)
    table: Any = result.summary()
    names = [name for name in table.index[::-1] if name in result.bootstraps and name != reference]
    losses = result.losses
    unit = losses[reference].mean()
    if not names or unit == 0:
        ax.text(0.5, 0.5, "nothing to compare", transform=ax.transAxes, ha="center", color=GREY)
        return
    marks = {name: (losses[name] - losses[reference]).to_numpy() / unit for name in names}
    columns = ["ratio", "ratio_lower", "ratio_upper"]
    draw_rows(ax, result, marks, {name: table.loc[name, columns].astype(float) - 1.0 for name in names})


def _correlation(result: Comparison, ax: Axes) -> None:
    """A point for each bootstrap whose trees differ."""
    ax.set_title("Correlation between trees, and error", loc="left", fontweight="bold")
    ax.set_xlabel("mean correlation between trees, at rows that they have not seen")
    ax.set_ylabel("mean squared error")
    ax.grid(color="#e6e6e6", linewidth=0.7)
    table: Any = result.summary()
    known = table[table["tree_correlation"].notna()]
    if known.empty:
        ax.text(0.5, 0.5, "no trees that differ", transform=ax.transAxes, ha="center", color=GREY)
        return
    ax.margins(x=0.1, y=0.15)
    colours = styles(result)
    for name, row in known.iterrows():
        colour = colours[str(name)]["color"]
        ax.plot([row["tree_correlation"]], [row["mse"]], "o", color=colour, markersize=8.0, label=name)
    legend(ax)
