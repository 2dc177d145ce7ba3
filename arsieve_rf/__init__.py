"""Forecast time series with random forests trained on AR-sieve bootstrap series.

Public names are imported when they are first used, so that ``import arsieve_rf`` itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .estimators.forecaster import ARSieveForecaster
    from .estimators.panel import forecast_panel
    from .estimators.regressor import ARSieveForestRegressor
    from .evaluation.backtest import backtest
    from .evaluation.comparison.compare import compare_bootstraps
    from .resampling.ar import fit_ar
    from .resampling.ar_model import ARFit
    from .resampling.generate import ar_sieve_bootstrap

__version__ = "0.1.0"

__all__ = [
    "ARFit",
    "ARSieveForecaster",
    "ARSieveForestRegressor",
    "__version__",
    "ar_sieve_bootstrap",
    "backtest",
    "compare_bootstraps",
    "fit_ar",
    "forecast_panel",
]

_HOMES = {
    "ARFit": "resampling.ar_model",
    "ARSieveForecaster": "estimators.forecaster",
    "ARSieveForestRegressor": "estimators.regressor",
    "ar_sieve_bootstrap": "resampling.generate",
    "backtest": "evaluation.backtest",
    "compare_bootstraps": "evaluation.comparison.compare",
    "fit_ar": "resampling.ar",
    "forecast_panel": "estimators.panel",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
