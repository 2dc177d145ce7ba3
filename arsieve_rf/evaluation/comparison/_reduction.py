"""Rules that forecast one step from a row of lags, on the preparation and the lags of the forests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...estimators._template import fresh
from ...resampling.ar_segments import fit_ar_segments
from ...series.index import check_horizon, read_exog, read_future_exog, read_new, read_series
from ._rows import lag_rows, prepared_exog

__all__ = ["ARModel", "Reduction"]

FloatArray = NDArray[np.float64]
Rule = Callable[[FloatArray], float]


class Reduction:
    """A regressor with ``fit(X, y)`` and ``predict(X)`` in the place of the forest.

    Parameters
    ----------
    template : ARSieveForecaster
        Prepares the series and says the lags; its forest, best a single tree, is not used.
    regressor : object
        Fitted to the prepared series on its lags and the prepared exogenous columns, in this order. Forecasts
        of several steps feed each forecast back.
    """

    def __init__(self, template: Any, regressor: Any) -> None:
        self.template = template
        self.regressor = regressor

    def fit(self, y: Any, X: Any = None) -> Any:
        """Prepare, embed and fit."""
        values, self._info = read_series(y, missing=True)
        exog, self._info = read_exog(X, len(values), self._info)
        helper = fresh(self.template).fit(y, X)
        self._chain, self._lags = helper.preparation_, helper.lags_
        # the steps end where the observations do: what is missing after that is forecast first
        n_seen = int(np.flatnonzero(~np.isnan(values))[-1]) + 1
        self._n_ahead = len(values) - n_seen
        self._series = self._chain.forward(values[:n_seen])
        self._exog = exog
        self._rule = self._fit_rule(prepared_exog(self._chain, None if exog is None else exog[:n_seen]))
        return self

    def _fit_rule(self, exog: FloatArray | None) -> Rule:
        rows, targets = self._table(exog)
        fitted = fresh(self.regressor).fit(rows, targets)
        return lambda row: float(np.asarray(fitted.predict(row[np.newaxis])).reshape(-1)[0])

    def _table(self, exog: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        """Complete rows of the prepared series, and their targets."""
        times = np.arange(len(self._series))
        rows = lag_rows(self._series, self._lags, times, exog)
        complete = ~(np.isnan(rows).any(axis=1) | np.isnan(self._series))
        return rows[complete], self._series[complete]

    def update(self, y_new: Any, X_new: Any = None) -> Any:
        """Move the end of the series on; preparation and rule stay as fitted."""
        values, info = read_new(y_new, self._info)
        exog = read_future_exog(X_new, len(values), self._info, "X_new")
        if self._n_ahead:
            raise ValueError(
                f"y_new cannot follow a series that ended with {self._n_ahead} missing value(s)."
            )
        self._series = np.append(self._series, self._chain.update(values))
        self._exog = None if exog is None or self._exog is None else np.vstack([self._exog, exog])
        self._info = info
        return self

    def predict(self, h: int, X: Any = None) -> Any:
        """Forecasts of ``h`` steps, each from those before it."""
        h = check_horizon(h)
        future = read_future_exog(X, h, self._info)
        n, steps = len(self._series), h + self._n_ahead
        exog = None
        if future is not None and self._exog is not None:
            exog = prepared_exog(self._chain, np.vstack([self._exog, future]))
        # a value that is missing among the lags says no more than the mean does
        filled = np.where(np.isnan(self._series), np.nanmean(self._series), self._series)
        path = np.concatenate([filled, np.empty(steps)])
        for t in range(n, n + steps):
            path[t] = self._rule(lag_rows(path, self._lags, np.array([t]), exog)[0])
        return self._info.wrap(self._chain.inverse(path[n:])[self._n_ahead :])


class ARModel(Reduction):
    """The AR model of the prepared series; with exogenous columns, least squares on lags and columns.

    Without exogenous columns the order is the template's affair (``order``, ``max_order``, ``ar_method``),
    with them the lags are those of the forests.
    """

    def __init__(self, template: Any) -> None:
        super().__init__(template, None)

    def _fit_rule(self, exog: FloatArray | None) -> Rule:
        if exog is None:
            intercept, weights = self._fit_ar()
        else:
            rows, targets = self._table(exog)
            centre = rows.mean(axis=0)
            weights = np.linalg.lstsq(rows - centre, targets - targets.mean(), rcond=None)[0]
            intercept = float(targets.mean() - weights @ centre)
        return lambda row: float(intercept + weights @ row)

    def _fit_ar(self) -> tuple[float, FloatArray]:
        options = self.template.get_params()
        missing = np.flatnonzero(np.isnan(self._series))
        pieces = [piece[~np.isnan(piece)] for piece in np.split(self._series, missing)]
        ar = fit_ar_segments(
            [piece for piece in pieces if len(piece)],
            options["order"],
            options["max_order"],
            options["ar_method"],
        ).ar
        self._lags = np.arange(1, ar.order + 1)
        return float(ar.intercept + ar.mean * (1.0 - ar.coef.sum())), ar.coef
