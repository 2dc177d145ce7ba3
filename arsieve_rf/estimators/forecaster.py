"""The forest as a forecaster of one series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ..preparation import Chain, Differencing, Standardize
from ..resampling.ar import fit_ar
from ..resampling.ar_checks import as_integer
from ..resampling.ar_model import ARFit
from ..resampling.base import Observed
from ..resampling.sieve import ARSieve
from ._index import IndexInfo, check_horizon, read_exog, read_future_exog, read_new, read_series
from ._lag_structure import LagStructure
from .regressor import ARSieveForestRegressor

__all__ = ["ARSieveForecaster"]

_OWN_PARAMETERS = ("lags", "differencing")


class ARSieveForecaster(BaseEstimator):
    """Forecast one series with a forest of trees trained on AR-sieve bootstrap series.

    The series is standardized and, if asked for, differenced; embedded in its lags; an
    :class:`~arsieve_rf.ARSieveForestRegressor` is grown on it; forecasts of several steps feed each forecast
    back as the next step's lag 1.

    Parameters
    ----------
    lags : int or sequence of int, optional
        Lags that the trees see: the first so many, or exactly these (1 is the value before). By default as
        many as the AR model has (at least 1), whatever the bootstrap.
    differencing : {0, 1, 2}, default=0
        How often to difference the series first. A sieve simulates around a mean and trees do not
        extrapolate: series with a trend or a unit root need 1. Exogenous columns are differenced likewise.
    n_estimators, bootstrap, order, max_order, ar_method, initial, block_length, period, max_depth, \
min_samples_split, min_samples_leaf, max_features, max_samples, oob_score, n_jobs, random_state, verbose
        As in :class:`~arsieve_rf.ARSieveForestRegressor`.

    Attributes
    ----------
    lags_ : ndarray of int64, shape (n_lags,)
        The lags in use.
    ar_ : ARFit or None
        The AR model of the differenced series, in its units; None for row strategies.
    regressor_ : ARSieveForestRegressor
        The fitted forest; it sees the standardized and differenced series.
    preparation_ : Chain
        The fitted preparation steps.

    References
    ----------
    C. Teguemne Fokam, C. Jentsch, M. Lang, M. Pauly (2024). "AR-Sieve Bootstrap for the Random Forest and a
    simulation-based comparison with rangerts time series prediction". arXiv:2410.00942.

    Examples
    --------
    >>> from arsieve_rf import ARSieveForecaster
    >>> from arsieve_rf.datasets import load_sunspots
    >>> forecaster = ARSieveForecaster(random_state=0).fit(load_sunspots())
    >>> forecaster.lags_
    array([1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> forecaster.predict(3).index
    PeriodIndex(['2009', '2010', '2011'], dtype='period[Y-DEC]', name='year')
    """

    def __init__(
        self,
        lags: int | Sequence[int] | None = None,
        *,
        differencing: int = 0,
        n_estimators: int = 500,
        bootstrap: Any = "ar_sieve",
        order: Any = "aic",
        max_order: int | None = None,
        ar_method: str = "yule_walker",
        initial: str = "stationary",
        block_length: Any = "auto",
        period: int | None = None,
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 5,
        max_features: Any = 1.0,
        max_samples: int | float | None = None,
        oob_score: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ):
        self.lags = lags
        self.differencing = differencing
        self.n_estimators = n_estimators
        self.bootstrap = bootstrap
        self.order = order
        self.max_order = max_order
        self.ar_method = ar_method
        self.initial = initial
        self.block_length = block_length
        self.period = period
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.max_samples = max_samples
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, y: Any, X: Any = None) -> ARSieveForecaster:
        """Fit to a series.

        Parameters
        ----------
        y : array-like of shape (n,) or pandas Series
            Finite values in the order of time, at least 3 and at least 2 more than the largest lag, after
            differencing. A Series needs a regular DatetimeIndex, PeriodIndex or integer index.
        X : array-like of shape (n, k) or pandas DataFrame, optional
            Exogenous columns, known in the future too; row t stands beside y_t.

        Returns
        -------
        ARSieveForecaster
            The fitted forecaster.

        Raises
        ------
        ValueError, TypeError
            If a parameter or the data are not as said above; the message says what is allowed.
        """
        wanted = _read_lags(self.lags)
        differencing = as_integer("differencing", self.differencing, 0, 2)
        values, info = read_series(y)
        exog, info = read_exog(X, len(values), info)
        _check_length(len(values), differencing, wanted)
        preparation = _preparation(differencing)
        prepared = preparation.fit_forward(values)
        prepared_exog = None if exog is None else np.diff(exog, differencing, axis=0)
        regressor = ARSieveForestRegressor(**self._forest_parameters())
        if wanted is None:
            wanted = self._lags_of_the_ar_model(prepared, prepared_exog)
        max_lag = int(wanted.max())
        n_exog = 0 if prepared_exog is None else prepared_exog.shape[1]
        lags = [*wanted.tolist(), *[None] * n_exog]
        regressor.set_params(lags=lags)
        columns = [prepared[max_lag - k : len(prepared) - k, None] for k in wanted]
        if prepared_exog is not None:
            columns.append(prepared_exog[max_lag:])
        # handed over, not found in the columns: of few rows they do not show the whole series
        ends = np.array([0, len(prepared) - max_lag])
        structure = LagStructure(tuple(lags), (), ends, max_lag, (prepared,))
        regressor._fit(np.hstack(columns), prepared[max_lag:], structure)
        self.lags_ = wanted
        self.preparation_ = preparation
        self.regressor_ = regressor
        self.ar_ = _in_units_of(preparation, regressor.ar_, max_lag)
        self._info: IndexInfo = info
        self._history = prepared[len(prepared) - max_lag :].copy()
        self._exog_tail = None if exog is None else exog[len(exog) - differencing :].copy()
        return self

    def predict(self, h: int, X: Any = None) -> Any:
        """Forecast the next ``h`` steps.

        Parameters
        ----------
        h : int
            Number of steps, at least 1.
        X : array-like of shape (h, k) or pandas DataFrame, optional
            Exogenous columns at these steps; needed if, and only if, the forecaster was fitted with X.

        Returns
        -------
        ndarray of float64, shape (h,), or pandas Series
            The forecasts in the units of y; a Series with the index continued if y was one.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError, TypeError
            If ``h`` or ``X`` are not as said above.
        """
        check_is_fitted(self)
        h = check_horizon(h)
        exog = read_future_exog(X, h, self._info)
        fixed = None
        if exog is not None and self._exog_tail is not None:
            both = np.vstack([self._exog_tail, exog])
            fixed = _as_float32(np.diff(both, len(self._exog_tail), axis=0))
        forecasts = self.regressor_.forest_.recurse(self._history, h, fixed)
        return self._info.wrap(self.preparation_.inverse(forecasts))

    def update(self, y_new: Any, X_new: Any = None) -> ARSieveForecaster:
        """Append observations without growing the forest anew; `predict` then starts after them.

        Parameters
        ----------
        y_new : array-like of shape (k,) or pandas Series
            Finite values that follow the series; the index of a Series must continue it.
        X_new : array-like of shape (k, n_exog) or pandas DataFrame, optional
            Exogenous columns beside them; needed if, and only if, the forecaster was fitted with X.

        Returns
        -------
        ARSieveForecaster
            This forecaster, moved on. The forest, its lags and the AR model stay as fitted.
        """
        check_is_fitted(self)
        values, info = read_new(y_new, self._info)
        exog = read_future_exog(X_new, len(values), self._info, "X_new")
        max_lag = len(self._history)
        self._history = np.append(self._history, self.preparation_.update(values))[-max_lag:]
        if exog is not None and self._exog_tail is not None:
            kept = len(self._exog_tail)
            both = np.vstack([self._exog_tail, exog])
            self._exog_tail = both[len(both) - kept :]
        self._info = info
        return self

    def _forest_parameters(self) -> dict[str, Any]:
        parameters = self.get_params(deep=False)
        return {name: value for name, value in parameters.items() if name not in _OWN_PARAMETERS}

    def _lags_of_the_ar_model(
        self, y: NDArray[np.float64], exog: NDArray[np.float64] | None
    ) -> NDArray[np.int64]:
        """1..order; with exogenous columns the order is that of the errors of a regression on them."""
        if exog is None:
            order = fit_ar(y, self.order, self.max_order, self.ar_method).order
        else:
            sieve = ARSieve(self.order, self.max_order, self.ar_method)
            order = sieve.fit(Observed((y,), 0, exog, len(y))).ar_.order
        return np.arange(1, min(max(order, 1), len(y) - 2) + 1)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "regressor_")


def _read_lags(lags: Any) -> NDArray[np.int64] | None:
    """Sorted, distinct lags; None where the AR model is to choose."""
    if lags is None:
        return None
    if np.ndim(lags) == 0:
        return np.arange(1, as_integer("lags", lags, 1) + 1)
    numbers = [as_integer(f"lags[{i}]", lag, 1) for i, lag in enumerate(lags)]
    if not numbers:
        raise ValueError("lags is empty: give at least one lag, a number of lags, or None.")
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"lags={list(lags)!r} names a lag twice.")
    return np.array(sorted(numbers))


def _preparation(differencing: int) -> Chain:
    """Standardized twice, so that neither levels nor differences leave the range of float32."""
    if differencing == 0:
        return Chain([Standardize()])
    return Chain([Standardize(), Differencing(differencing), Standardize()])


def _check_length(n: int, differencing: int, lags: NDArray[np.int64] | None) -> None:
    largest = 1 if lags is None else int(lags.max())
    needed = largest + 2 + differencing
    if n < needed:
        reason = f"lags up to {largest}" + (f" and differencing={differencing}" if differencing else "")
        raise ValueError(f"y has {n} values; {reason} need at least {needed}.")


def _as_float32(X: NDArray[np.float64]) -> NDArray[np.float32]:
    limit = float(np.finfo(np.float32).max)
    if X.size and np.abs(X).max() > limit:
        raise ValueError(f"X contains {np.abs(X).max():g}, too large for float32 (at most {limit:.3g}).")
    return np.ascontiguousarray(X, dtype=np.float32)


def _in_units_of(preparation: Chain, fit: ARFit | None, max_lag: int) -> ARFit | None:
    """An AR model of the prepared series as a model of the differenced one: a shift and a power of two."""
    if fit is None:
        return None
    first, *rest = [step for step in preparation.steps if isinstance(step, Standardize)]
    exponent = first.exponent + sum(step.exponent for step in rest)
    mean = float(np.ldexp(fit.mean, exponent))
    mean += float(np.ldexp(rest[0].mean, first.exponent)) if rest else first.mean
    with np.errstate(over="ignore"):
        sigma2 = min(float(np.ldexp(fit.sigma2, 2 * exponent)), float(np.finfo(np.float64).max))
    return replace(
        fit,
        mean=mean,
        intercept=float(np.ldexp(fit.intercept, exponent)),
        residuals=np.ldexp(fit.residuals, exponent),
        sigma2=sigma2,
        criteria=fit.criteria + _rows_compared(fit, max_lag) * 2.0 * exponent * np.log(2.0),
    )


def _rows_compared(fit: ARFit, max_lag: int) -> int:
    """The n of the criteria: least squares compares orders on the rows that the largest one leaves."""
    if fit.method not in ("ols", "arx"):
        return fit.n_obs
    return fit.n_obs - max(len(fit.criteria) - 1, max_lag if fit.method == "arx" else 0)
