"""How good are forecasts: error measures, and the plain forecasts that others must beat."""

from __future__ import annotations

from .baselines import ar_forecast, naive_forecast, seasonal_naive_forecast
from .metrics import mae, mase, mse, rmse, smape

__all__ = [
    "ar_forecast",
    "mae",
    "mase",
    "mse",
    "naive_forecast",
    "rmse",
    "seasonal_naive_forecast",
    "smape",
]
