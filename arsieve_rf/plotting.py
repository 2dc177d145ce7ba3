"""Draw forecasts beside the series they continue. Needs matplotlib, which is an optional extra."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from .series.index import read_series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forecast"]

# Okabe and Ito's colours, which people with any common colour blindness can tell apart; black is the data's.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STYLES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)))  # told apart in grey print, too
_OBSERVED = "#1a1a1a"
_HELD_OUT = "#767676"


def plot_forecast(
    history: Any,
    forecasts: Mapping[str, Any] | Any,
    actual: Any = None,
    *,
    ax: Axes | None = None,
    n_history: int | None = None,
    title: str | None = None,
) -> Axes:
    """Draw one or more forecasts beside the series they continue.

    Parameters
    ----------
    history : array-like of shape (n,) or Series
        The series up to the forecasts' origin; NaN is missing and breaks the line.
    forecasts : mapping of str to array-like of shape (h,), or one array-like or Series
        Forecasts by name. A Series is drawn at its own index, which must be of the kind of ``history``'s; an
        array is taken to follow ``history``.
    actual : array-like or Series, optional
        What really happened after ``history``, drawn in grey; NaN is missing.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Without it a new figure is made, which is not registered with pyplot: it needs no
        screen, and it is freed when nothing refers to it. ``ax.figure.savefig("forecast.png")`` writes it;
        a notebook shows it when ``ax.figure`` is the last line of a cell.
    n_history : int, optional
        Draw this many last values of ``history`` only, at least 1. Default: three times the longest forecast,
        no fewer than 40.
    title : str, optional
        Title of the axes.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, for further changes; the figure is ``ax.figure``.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError, ValueError
        If a series cannot be read, or no forecast is given.

    Examples
    --------
    >>> from arsieve_rf.plotting import plot_forecast
    >>> ax = plot_forecast([1.0, 3.0, 2.0], {"mean": [2.0, 2.0]}, actual=[3.0, 1.0])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['observed', 'held out', 'mean']
    """
    _require_matplotlib()
    values, info = read_series(history, "history", missing=True)
    named = forecasts if isinstance(forecasts, Mapping) else {"forecast": forecasts}
    if not named:
        raise ValueError("forecasts is empty: at least one forecast is needed")
    paths = {name: _path(forecast, info, f"forecasts[{name!r}]") for name, forecast in named.items()}
    longest = max(len(y) for _, y in paths.values())
    n_shown = _n_shown(n_history, len(values), longest)
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(9.0, 4.5), dpi=150, layout="constrained").subplots()
    times = _times(info.index if info.index is not None else np.arange(info.n))[-n_shown:]
    shown = values[-n_shown:]
    observed = ax.plot(times, shown, color=_OBSERVED, linewidth=1.3, label="observed")[0]
    if lone := _lone(shown):
        observed.set(marker=".", markersize=4.0, markevery=lone)
    if actual is not None:
        x, y = _path(actual, info, "actual", missing=True)
        # From the last observed value on, so that the line does not break at the origin.
        ax.plot(
            np.concatenate([times[-1:], x]), np.append(shown[-1:], y), color=_HELD_OUT, linewidth=1.3,
            marker="o", markersize=2.6, label="held out",
        )  # fmt: skip
    for (name, (x, y)), colour, style in zip(paths.items(), cycle(_COLOURS), cycle(_STYLES)):
        marker = "o" if len(y) == 1 else None
        ax.plot(x, y, color=colour, linestyle=style, linewidth=1.8, marker=marker, label=name)
    _finish(ax, times[-1], info, title)
    return ax


def _require_matplotlib() -> None:
    """Say how to install what is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'plots need matplotlib, which is not installed: pip install "arsieve-rf[plot]"'
        ) from error


def _lone(values: np.ndarray) -> list[int]:
    """Values between two missing ones: no line reaches them, so they need a mark."""
    missing = np.isnan(np.concatenate([[np.nan], values, [np.nan]]))
    return np.flatnonzero(missing[:-2] & ~missing[1:-1] & missing[2:]).tolist()


def _path(values: Any, info: Any, name: str, *, missing: bool | None = None) -> tuple[Any, np.ndarray]:
    """Places on the time axis, and values."""
    y, own = read_series(values, name, missing=missing)
    if own.index is None or info.index is None:
        return _times(info.future(len(y))), y
    if own.kind != info.kind:
        raise ValueError(f"{name} has a {own.kind} index, history has a {info.kind} index; they must agree")
    return _times(own.index), y


def _times(index: Any) -> np.ndarray:
    """What matplotlib can place: dates (a period at its start) or numbers."""
    if hasattr(index, "to_timestamp"):
        index = index.to_timestamp()
    if getattr(index, "tz", None) is not None:
        index = index.tz_localize(None)
    return np.asarray(index)


def _n_shown(n_history: int | None, n: int, longest: int) -> int:
    """How much of the history is drawn."""
    if n_history is None:
        return min(n, max(40, 3 * longest))
    if isinstance(n_history, bool) or not isinstance(n_history, int | np.integer):
        raise TypeError(f"n_history must be an integer or None, got {n_history!r}")
    if n_history < 1:
        raise ValueError(f"n_history must be at least 1, got {n_history}")
    return min(n, int(n_history))


def _finish(ax: Axes, origin: Any, info: Any, title: str | None) -> None:
    """Mark the origin, put the legend above the data, take away what says nothing."""
    ax.axvline(origin, color="#b0b0b0", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.margins(x=0.01)
    if info.name is not None:
        ax.set_ylabel(str(info.name))
    if info.index is not None and info.index.name is not None:
        ax.set_xlabel(str(info.index.name))
    if info.kind in ("array", "range"):
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    n_entries = len(ax.get_legend_handles_labels()[1])
    n_rows = math.ceil(n_entries / 6)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=math.ceil(n_entries / n_rows), frameon=False,
        borderaxespad=0.3, handlelength=2.2, columnspacing=1.4, fontsize="medium",
    )  # fmt: skip
    if title is not None:
        ax.set_title(title, loc="left", pad=14.0 + 16.0 * n_rows, fontweight="bold")
