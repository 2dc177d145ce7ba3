"""Draw forecasts beside the series they continue. Needs matplotlib, which is an optional extra."""

from __future__ import annotations

from .forecast import plot_forecast

__all__ = ["plot_forecast"]
