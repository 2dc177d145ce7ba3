"""The picture of one series and its forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..series.index import read_series
from ._axes import finish
from ._bands import draw_forecasts
from ._reading import places, read_forecast, read_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forecast", "require_matplotlib"]

_ROOM = 100.0  # sizes of the history that a picture may reach beyond it
_LARGEST = 1e300  # where matplotlib still finds margins

_OBSERVED = "#1a1a1a"
_HELD_OUT = "#666666"


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

    Intervals are drawn as nested bands, the widest the lightest, around the line of the means: what
    :meth:`~arsieve_rf.ARSieveForecaster.predict_interval` gives can be passed as it is.

    Parameters
    ----------
    history : array-like of shape (n,) or Series
        The series up to the forecasts' origin; NaN is missing and breaks the line.
    forecasts : array-like of shape (h,), Series or DataFrame, or a mapping of str to these
        One forecast, or forecasts by name. A DataFrame has a column ``mean`` and any number of pairs
        ``lower_c``, ``upper_c`` for intervals of coverage c, between 0 and 1 (``lower_0.9``); its other
        columns are left out. A Series or a DataFrame is drawn at its own index, which must be of the kind of
        ``history``'s; an array is taken to follow ``history``, as is everything where that has no index.
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
        If a series cannot be read, no forecast is given, or the columns of a DataFrame are not as said above.

    Examples
    --------
    >>> from arsieve_rf.plotting import plot_forecast
    >>> ax = plot_forecast([1.0, 3.0, 2.0], {"mean": [2.0, 2.0]}, actual=[3.0, 1.0])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['observed', 'held out', 'mean']

    With intervals:

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"mean": [2.0, 2.0], "lower_0.8": [1.0, 0.5], "upper_0.8": [3.0, 3.5]})
    >>> ax = plot_forecast([1.0, 3.0, 2.0], frame)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['observed', 'forecast', '80 %']
    """
    require_matplotlib()
    values, info = read_series(history, "history", missing=True)
    named = forecasts if isinstance(forecasts, Mapping) else {"forecast": forecasts}
    if not named:
        raise ValueError("forecasts is empty: at least one forecast is needed")
    drawn = {name: read_forecast(forecast, info, f"forecasts[{name!r}]") for name, forecast in named.items()}
    n_shown = _n_shown(n_history, len(values), max(len(forecast.mean) for forecast in drawn.values()))
    held_out = None if actual is None else read_path(actual, info, "actual", missing=True)
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(9.0, 4.5), dpi=150, layout="constrained").subplots()
    times = places(info.index if info.index is not None else np.arange(info.n))[-n_shown:]
    _draw_history(ax, times, values[-n_shown:], held_out)
    lowest, highest = _view(values[-n_shown:])
    shades = draw_forecasts(ax, {name: forecast.cut(lowest, highest) for name, forecast in drawn.items()})
    lines = ax.get_legend_handles_labels()
    finish(ax, times[-1], info, title, (lines[0] + shades[0], lines[1] + shades[1]))
    return ax


def require_matplotlib() -> None:
    """Say how to install what is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'plots need matplotlib, which is not installed: pip install "arsieve-rf[plot]"'
        ) from error


def _n_shown(n_history: int | None, n: int, longest: int) -> int:
    """How much of the history is drawn."""
    if n_history is None:
        return min(n, max(40, 3 * longest))
    if isinstance(n_history, bool) or not isinstance(n_history, int | np.integer):
        raise TypeError(f"n_history must be an integer or None, got {n_history!r}")
    if n_history < 1:
        raise ValueError(f"n_history must be at least 1, got {n_history}")
    return min(n, int(n_history))


def _view(shown: np.ndarray) -> tuple[float, float]:
    """Ends of what is drawn: a bound that explodes must not press the rest of the picture flat."""
    seen = shown[~np.isnan(shown)]
    low, high = float(seen.min(initial=0.0)), float(seen.max(initial=0.0))
    room = min(_ROOM * max(-low, high), _LARGEST)
    if room == 0.0:  # nothing to measure by
        return -_LARGEST, _LARGEST
    return max(low - room, -_LARGEST), min(high + room, _LARGEST)


def _draw_history(ax: Axes, times: np.ndarray, shown: np.ndarray, held_out: Any) -> None:
    """What was observed, and what was held out of it."""
    observed = ax.plot(times, shown, color=_OBSERVED, linewidth=1.3, label="observed")[0]
    if lone := _lone(shown):
        observed.set(marker=".", markersize=4.0, markevery=lone)
    if held_out is not None:
        x, y = held_out
        # From the last observed value on, so that the line does not break at the origin.
        ax.plot(
            np.concatenate([times[-1:], x]), np.append(shown[-1:], y), color=_HELD_OUT, linewidth=1.3,
            marker="o", markersize=2.6, label="held out",
        )  # fmt: skip


def _lone(values: np.ndarray) -> list[int]:
    """Values between two missing ones: no line reaches them, so they need a mark."""
    missing = np.isnan(np.concatenate([[np.nan], values, [np.nan]]))
    return np.flatnonzero(missing[:-2] & ~missing[1:-1] & missing[2:]).tolist()
