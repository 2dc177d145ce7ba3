"""How good are forecasts: measures of error and of uncertainty, and the plain forecasts to beat."""

from __future__ import annotations

from .backtest import backtest
from .baselines import ar_forecast, naive_forecast, seasonal_naive_forecast
from .coverage import CoverageRate, coverage_rate
from .distributions import crps
from .intervals import interval_score, msis, pinball
from .metrics import mae, mase, mse, rmse, smape

__all__ = [
    "CoverageRate",
    "ar_forecast",
    "backtest",
    "coverage_rate",
    "crps",
    "interval_score",
    "mae",
    "mase",
    "mse",
    "msis",
    "naive_forecast",
    "pinball",
    "rmse",
    "seasonal_naive_forecast",
    "smape",
]
