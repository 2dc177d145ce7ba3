"""Plain forecasters in the shape that a backtest needs: naive ones, and functions of others' libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...series.index import check_horizon, read_new, read_series

__all__ = ["Function", "Naive"]


class _Remembering:
    """Knows its series."""

    def fit(self, y: Any, X: Any = None) -> Any:
        """Remember the series; exogenous columns are not looked at."""
        self._values, self._info = read_series(y, missing=True)
        return self

    def update(self, y_new: Any, X_new: Any = None) -> Any:
        """Remember what follows."""
        values, self._info = read_new(y_new, self._info)
        self._values = np.append(self._values, values)
        return self


class Naive(_Remembering):
    """Repeats the last season, or with ``period=1`` the last value; of what is missing, the one before it."""

    def __init__(self, period: int = 1) -> None:
        self.period = period

    def predict(self, h: int, X: Any = None) -> Any:
        """Forecasts of ``h`` steps."""
        steps = check_horizon(h)
        n = len(self._values)
        places = np.flatnonzero(~np.isnan(self._values))
        last = [places[(n + k - places) % self.period == 0] for k in range(min(steps, self.period))]
        season = np.array([self._values[at[-1]] if len(at) else self._values[places[-1]] for at in last])
        return self._info.wrap(np.resize(season, steps))


class Function(_Remembering):
    """``function(y)`` gives an object whose ``forecast(h)`` continues y, as statsmodels' fitted models do.

    An update fits anew: such objects have no common way to move on.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def fit(self, y: Any, X: Any = None) -> Any:
        """Call the function."""
        super().fit(y)
        self._fitted = self.function(y)
        return self

    def update(self, y_new: Any, X_new: Any = None) -> Any:
        """Call it again."""
        super().update(y_new)
        self._fitted = self.function(self._info.label(self._values))
        return self

    def predict(self, h: int, X: Any = None) -> Any:
        """Forecasts of ``h`` steps."""
        return self._info.wrap(np.asarray(self._fitted.forecast(check_horizon(h)), dtype=np.float64))
