"""The forest as a forecaster of one series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ..resampling.ar_checks import METHODS, as_integer, as_order, as_word
from ..resampling.seeding import seed_from
from ..series.index import IndexInfo, check_horizon, read_exog, read_future_exog, read_new, read_series
from ._calibration import Calibration, as_calibration
from ._describe import describe
from ._lags import read_lags
from ._parameters import check_flag
from ._probabilistic import Probabilistic
from ._saving import Saved
from ._series_model import SeriesModel
from ._units import in_units_of
from ._wishes import read_wishes

__all__ = ["ARSieveForecaster"]

_PREPARING = ("differencing", "seasonal", "seasonal_period", "transform", "damping", "drift")
_OWN_PARAMETERS = ("lags", "strategy", "missing", "bias_adjust", "calibration", *_PREPARING)


class ARSieveForecaster(Probabilistic, Saved, BaseEstimator):
    """Forecast one series with a forest of trees trained on AR-sieve bootstrap series.

    The series is prepared (season, transform, differences: chosen by tests unless said), embedded in its
    lags, and an :class:`~arsieve_rf.ARSieveForestRegressor` is grown on it; forecasts of several steps feed
    each forecast back as the next step's lag 1. :meth:`describe` tells in words what was chosen.

    Parameters
    ----------
    lags : int, sequence of int or "auto", optional
        Lags that the trees see: the first so many, or exactly these (1 is the value before). By default, and
        with "auto", as many as the AR model has (at least 1), whatever the bootstrap. Lags that the series is
        too short for are left out.
    strategy : {"recursive", "direct"}, default="recursive"
        One forest whose forecasts feed the next step, or a forest for each step ahead, grown when `predict`
        first asks for that step.
    differencing : {"auto", 0, 1, 2}, default="auto"
        How often to difference the series. A sieve simulates around a mean and trees do not extrapolate.
        "auto" decides by the ADF and KPSS tests (:func:`arsieve_rf.selection.choose_differencing`). Exogenous
        columns are differenced likewise.
    seasonal : {"auto", "multiplicative", "additive", "stl", "lags"} or None, default="auto"
        What to do about a season: adjust by factors if the changes are seasonal, with the kind that leaves
        the smoother series ("auto"); adjust in this way; add the period to the lags; or nothing.
    seasonal_period : int or sequence of int, optional
        Length of the season in observations, or of several seasons. By default from the frequency of the
        index (12 for months; 24 and 168 for hours); without one it is looked for in the series.
    transform : {"auto", "log", "box_cox"}, float or None, default="auto"
        Box-Cox transform of positive values: none or square root, by likelihood ("auto"); a logarithm; a
        power by Guerrero's rule; this power (-1 to 2). One that is asked for is taken before the season,
        which then adds (unless `seasonal="multiplicative"`); the one of "auto" after it.
    damping : float or "auto", default="auto"
        Factor by which forecast changes fade with each step, above 0 and at most 1: to zero, or to the
        average change if the series is differenced twice. "auto": .8 if it is, and there is no X, else 1.
    drift : float or "auto", default="auto"
        Share of the average change that forecasts of a differenced series carry on, 0 to 1. "auto": by its t
        statistic (:func:`arsieve_rf.selection.drift_weight`), 0 if differenced twice, 1 with X.
    bias_adjust : bool, default=False
        Whether forecasts of a transformed series are means instead of medians.
    missing : {"error", "segment"}, default="error"
        What NaN in y is: a mistake, or a gap. With "segment" the model is fitted to the runs between the
        gaps.
    calibration : {"conformal", "adaptive"} or None, default=None
        Where intervals and quantiles come from: simulated paths (None); or these, stretched until they hold
        their share of the forecaster's own past errors, step by step ("conformal"); the latest errors
        weighing most ("adaptive"). See Notes.
    n_estimators : int, default=500
        Number of trees, at least 1.
    bootstrap : str, None or strategy, default="auto"
        As in :class:`~arsieve_rf.ARSieveForestRegressor`; "auto" mixes a linear model and trees by their
        out-of-bag errors.
    order, max_order, ar_method, initial, block_length, period, max_depth, min_samples_split, \
min_samples_leaf, max_features, max_bins, max_samples, oob_score, n_jobs, random_state, verbose
        As there.

    Attributes
    ----------
    lags_ : ndarray of int64, shape (n_lags,)
        The lags that trees see.
    ar_ : ARFit or None
        The AR model of the series after season, transform and differences, in its units; None for row
        strategies.
    regressor_ : ARSieveForestRegressor
        The fitted forest (of the first step); it sees the prepared series.
    preparation_ : Chain
        The fitted preparation steps.

    Notes
    -----
    Calibration forecasts the second half of the series, the last 100 origins at most, by models that know
    only what came before. A coverage c then reaches to the ``ceil((m + 1) c)``-th smallest of m errors, so
    that 95 % needs 19 of them; with "adaptive" an error weighs .99 times the one after it, and what `update`
    brings counts at once.

    References
    ----------
    C. Teguemne Fokam, C. Jentsch, M. Lang, M. Pauly (2024). "AR-Sieve Bootstrap for the Random Forest and a
    simulation-based comparison with rangerts time series prediction". arXiv:2410.00942.

    R. F. Barber, E. J. Candès, A. Ramdas, R. J. Tibshirani (2023). "Conformal prediction beyond
    exchangeability". Annals of Statistics 51, 816-845. doi:10.1214/23-AOS2276

    Examples
    --------
    >>> from arsieve_rf import ARSieveForecaster
    >>> from arsieve_rf.datasets import load_sunspots
    >>> forecaster = ARSieveForecaster(random_state=0).fit(load_sunspots())
    >>> forecaster.lags_
    array([1, 2, 3, 4, 5, 6, 7, 8])
    >>> forecaster.predict(3).index
    PeriodIndex(['2009', '2010', '2011'], dtype='period[Y-DEC]', name='year')
    """

    def __init__(
        self,
        lags: int | Sequence[int] | str | None = None,
        *,
        strategy: str = "recursive",
        differencing: Any = "auto",
        seasonal: str | None = "auto",
        seasonal_period: int | Sequence[int] | None = None,
        transform: Any = "auto",
        damping: Any = "auto",
        drift: Any = "auto",
        bias_adjust: bool = False,
        missing: str = "error",
        calibration: str | None = None,
        n_estimators: int = 500,
        bootstrap: Any = "auto",
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
        max_bins: Any = "auto",
        max_samples: int | float | None = None,
        oob_score: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ):
        self.lags = lags
        self.strategy = strategy
        self.differencing = differencing
        self.seasonal = seasonal
        self.seasonal_period = seasonal_period
        self.transform = transform
        self.damping = damping
        self.drift = drift
        self.bias_adjust = bias_adjust
        self.missing = missing
        self.calibration = calibration
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
        self.max_bins = max_bins
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
            Values in the order of time, at least 3, and at least 3 more than the order of differencing if
            that is given; finite, or with NaN for missing ones where `missing="segment"`. A Series needs a
            regular DatetimeIndex, PeriodIndex or integer index.
        X : array-like of shape (n, k) or pandas DataFrame, optional
            Exogenous columns, known in the future too; row t stands beside y_t. Numbers only: encode
            categories first.

        Returns
        -------
        ARSieveForecaster
            The fitted forecaster.

        Raises
        ------
        ValueError, TypeError
            If a parameter or the data are not as said above; the message says what is allowed.
        """
        lags = read_lags(self.lags)
        wishes = read_wishes(**{name: getattr(self, name) for name in _PREPARING})
        as_word("strategy", self.strategy, ("recursive", "direct"))
        as_word("missing", self.missing, ("error", "segment"))
        check_flag("bias_adjust", self.bias_adjust)
        calibration = as_calibration(self.calibration)
        self._check_ar_parameters()
        values, info = read_series(y, missing=self.missing == "segment")
        if calibration is not None and np.isnan(values).any():
            raise ValueError(
                f"calibration={calibration!r} needs a series without gaps, but y has missing values (NaN): "
                "use calibration=None, or fill them."
            )
        exog, info = read_exog(X, len(values), info)
        options = self._forest_parameters()
        options["random_state"] = seed_from(self.random_state)
        model = SeriesModel(values, exog, info.step, lags, wishes, options)
        self.regressor_ = model.regressor(1)  # what may still be refused comes first
        self.lags_ = model.lags
        self.preparation_ = model.chain
        self.ar_ = in_units_of(model.chain, model.ar, model.max_lag)
        self._model = model
        self._info: IndexInfo = info
        self._history = values
        self._fitted_calibration = calibration
        self._calibration = None
        if calibration is not None:
            recipe = (info, lags, wishes, options)
            adaptive = calibration == "adaptive"
            self._calibration = Calibration(values, exog, recipe, model, forgetting=adaptive)
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
        as_word("strategy", self.strategy, ("recursive", "direct"))
        check_flag("bias_adjust", self.bias_adjust)
        h = check_horizon(h)
        exog = read_future_exog(X, h, self._info)
        forecasts = self._model.forecast(h, exog, direct=self.strategy == "direct", mean=self.bias_adjust)
        return self._info.wrap(forecasts)

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
            This forecaster, moved on. The forest, its lags, the AR model and the parameters of the
            preparation stay as fitted; the new errors count among those that intervals are made from.

        Raises
        ------
        ValueError, TypeError
            If the data are not as said above, or if the fitted series ended with missing values.
        """
        check_is_fitted(self)
        values, info = read_new(y_new, self._info)
        exog = read_future_exog(X_new, len(values), self._info, "X_new")
        self._model.update(values, exog)
        if self._calibration is not None:
            self._calibration.update(values, exog)
        self._info = info
        self._history = np.append(self._history, values)
        return self

    def describe(self) -> str:
        """Tell in words what was chosen and fitted.

        Returns
        -------
        str
            Several lines: the series, its preparation step by step with reasons, lags, forest.

        Examples
        --------
        >>> from arsieve_rf import ARSieveForecaster
        >>> y = [10.0 + t + 5.0 * (t % 4 == 0) for t in range(40)]
        >>> print(ARSieveForecaster(n_estimators=50, random_state=0).fit(y).describe())
        series:
          40 values
        preparation:
          season of 4 (found in the series): additive adjustment.
          trend: differenced once; a straight line.
        lags:
          1
        forest:
          50 trees, bootstrap 'auto'
          linear model: weight 1.00
          trees of its residuals: weight 0.00
          trees of the series itself: weight 0.00
          weights chosen by out-of-bag errors
          AR models averaged over orders, of which AIC chooses 0
        """
        check_is_fitted(self)
        return describe(self, self._model, self._info)

    def _check_ar_parameters(self) -> None:
        """Lags and baseline ask for AR models before the forest looks at these."""
        as_order(self.order)
        as_word("ar_method", self.ar_method, METHODS)
        if self.max_order is not None:
            as_integer("max_order", self.max_order, 0)

    def _forest_parameters(self) -> dict[str, Any]:
        parameters = self.get_params(deep=False)
        return {name: value for name, value in parameters.items() if name not in _OWN_PARAMETERS}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "regressor_")
