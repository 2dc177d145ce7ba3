"""Forecasts as lines, and their intervals as nested bands: the wider, the lighter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from ._reading import Drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_forecasts"]

# Okabe and Ito's colours, which people with any common colour blindness can tell apart; black is the data's.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STYLES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)))  # told apart in grey print, too
_NEUTRAL = "#4d4d4d"

# Opacity of the widest and of the narrowest band. Several forecasts overlap, and are lighter.
_ONE = (0.20, 0.52)
_SEVERAL = (0.12, 0.36)
_BAR = 9.0  # points, the width of the bands of a single step
_BESIDE = 13.0  # points from one bar to the next


def draw_forecasts(ax: Axes, forecasts: Mapping[str, Drawn]) -> tuple[list[Any], list[str]]:
    """Draw all; the legend's handles and labels for the shades of the bands."""
    banded = [name for name, forecast in forecasts.items() if forecast.bands]
    opacity = _opacities([forecasts[name] for name in banded])
    singles = [name for name, forecast in forecasts.items() if len(forecast.mean) == 1]
    colours = dict(zip(forecasts, cycle(_COLOURS)))
    for (name, forecast), style in zip(forecasts.items(), cycle(_STYLES)):
        artists = _draw_bands(ax, forecast, colours[name], opacity)
        if len(banded) > 1 and artists and name not in singles:
            artists += _draw_outline(ax, forecast, colours[name], style)
        marker = "o" if name in singles else None
        look: dict[str, Any] = {
            "color": colours[name],
            "linestyle": style,
            "linewidth": 1.8,
            "marker": marker,
        }
        artists += ax.plot(forecast.x, forecast.mean, label=name, **look)
        if banded and name in singles:
            _shift(ax, artists, _BESIDE * (singles.index(name) - (len(singles) - 1) / 2))
    ax.margins(x=0.01 + 0.02 * len(singles))
    return _shades(opacity, (colours[name] for name in banded))


def _opacities(banded: list[Drawn]) -> dict[float, float]:
    """How opaque each coverage is, widest first; the same for all forecasts of a picture."""
    levels = sorted({level for forecast in banded for level in forecast.bands}, reverse=True)
    ends = _ONE if len(banded) == 1 else _SEVERAL
    return dict(zip(levels, np.linspace(*ends, len(levels)).tolist()))


def _draw_bands(ax: Axes, forecast: Drawn, colour: str, opacity: dict[float, float]) -> list[Any]:
    """Bands from the first step on; a single step has bars, which are seen at any scale.

    Narrower bands lie on wider ones, so that each adds only what it lacks to its opacity.
    """
    artists: list[Any] = []
    below = 0.0
    for level, (lower, upper) in forecast.bands.items():
        shade: dict[str, Any] = {
            "color": colour,
            "alpha": 1.0 - (1.0 - opacity[level]) / (1.0 - below),
            "zorder": 1,
        }
        if len(forecast.mean) == 1:
            artists.append(ax.vlines(forecast.x, lower, upper, linewidth=_BAR, **shade))
        else:
            artists.append(ax.fill_between(forecast.x, lower, upper, linewidth=0, **shade))
        below = opacity[level]
    return artists


def _draw_outline(ax: Axes, forecast: Drawn, colour: str, style: Any) -> list[Any]:
    """The bounds of the widest band, which are lost where bands of several forecasts overlap."""
    widest = next(iter(forecast.bands.values()))
    return ax.plot(forecast.x, np.column_stack(widest), color=colour, linestyle=style, linewidth=0.9)


def _shift(ax: Axes, artists: list[Any], points: float) -> None:
    """Move to the right: bars of several forecasts stand side by side.

    Done when they are drawn, since the limits of the axes are found from places in the data's coordinates.
    """
    from matplotlib.transforms import ScaledTranslation

    moved = ax.transData + ScaledTranslation(points / 72.0, 0.0, ax.figure.dpi_scale_trans)
    for artist in artists:
        artist.set_transform(moved)


def _shades(opacity: dict[float, float], colours: Iterable[str]) -> tuple[list[Any], list[str]]:
    """Narrowest first; grey where they are about several forecasts."""
    from matplotlib.patches import Patch

    found = set(colours)
    colour = found.pop() if len(found) == 1 else _NEUTRAL
    levels = sorted(opacity)
    handles = [Patch(facecolor=colour, alpha=opacity[level], linewidth=0) for level in levels]
    return handles, [f"{100 * level:g} %" for level in levels]
