"""The forecaster for sktime."""

from __future__ import annotations

import inspect
import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..estimators.forecaster import ARSieveForecaster
from ..series.index import IndexInfo

try:
    import sktime  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "sktime":
        raise
    raise ImportError(
        "arsieve_rf.adapters.sktime needs sktime, which is not installed: "
        'pip install "arsieve-rf[sktime]" brings it.'
    ) from error
from sktime.forecasting.base import BaseForecaster, ForecastingHorizon

__all__ = ["SktimeARSieveForecaster"]


def _signature() -> inspect.Signature:
    """Of the forecaster's constructor, with the number of paths, which sktime's methods have no place for."""
    own = inspect.signature(ARSieveForecaster.__init__)
    paths = inspect.Parameter("n_paths", inspect.Parameter.KEYWORD_ONLY, default=1000)
    return own.replace(parameters=[*own.parameters.values(), paths])


_SIGNATURE = _signature()
_PARAMETERS = list(inspect.signature(ARSieveForecaster).parameters)


class _Ahead(NamedTuple):
    """What is asked for: positions among the next h steps, their labels, X at all h."""

    asked: np.ndarray
    h: int
    labels: pd.Index
    X: pd.DataFrame | None


class SktimeARSieveForecaster(BaseForecaster):
    """:class:`~arsieve_rf.ARSieveForecaster` as a forecaster of sktime.

    Point forecasts, intervals and quantiles are those of the forecaster; intervals and quantiles come from
    the same simulated paths and never cross. Panels, hierarchies and several columns are forecast series by
    series, as sktime does it.

    Parameters
    ----------
    lags : int, sequence of int or "auto", optional
        As in :class:`~arsieve_rf.ARSieveForecaster`, the only parameter that may be given by position.
    strategy, differencing, seasonal, seasonal_period, transform, damping, drift, bias_adjust, missing, \
calibration, n_estimators, bootstrap, order, max_order, ar_method, initial, block_length, period, max_depth, \
min_samples_split, min_samples_leaf, max_features, max_bins, max_samples, oob_score, n_jobs, random_state, \
verbose
        As there, with the same defaults. With ``missing="segment"`` y may have missing values.
    n_paths : int, default=1000
        Number of simulated paths behind intervals, quantiles and variances, at least 1.

    Attributes
    ----------
    forecaster_ : ARSieveForecaster
        The fitted forecaster, with `describe` and `predict_paths`.

    Notes
    -----
    ``update(y, X)`` fits anew to all observations so far, ``update(y, X, update_params=False)`` appends them
    and keeps the forest. In both, what is known ends where the new y ends. A forest cannot be kept over
    missing values: where they are new, or end what was known, the second one, too, fits anew and warns.

    X at the forecast must have the rows of all steps up to the last one of fh, as forecasts of the steps
    between feed the later ones. There are no forecasts in sample. An integer index must have steps of 1,
    which is what sktime counts.

    ``predict_var`` gives the variance of the paths, and with ``cov=True`` their covariance between steps;
    with `calibration` it is sktime's own reckoning from the calibrated quartiles; ``cov=True`` is refused.

    Series of a panel are forecast with the same `random_state`, so that their paths are drawn from the same
    random numbers.

    Examples
    --------
    >>> from arsieve_rf.adapters.sktime import SktimeARSieveForecaster
    >>> from arsieve_rf.datasets import load_sunspots
    >>> y = load_sunspots()
    >>> forecaster = SktimeARSieveForecaster(n_estimators=50, random_state=0)
    >>> forecaster = forecaster.fit(y, fh=[1, 2, 11])
    >>> forecaster.predict().index
    PeriodIndex(['2009', '2010', '2019'], dtype='period[Y-DEC]', name='year')
    >>> forecaster.predict_interval(coverage=0.8).shape
    (3, 2)
    """

    _tags = {  # noqa: RUF012 - the way that sktime reads tags
        "authors": "arsieve_rf developers",
        "maintainers": "arsieve_rf developers",
        "capability:multivariate": False,
        "capability:exogenous": True,
        "capability:categorical_in_X": False,
        "capability:non_contiguous_X": False,
        "capability:insample": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "capability:missing_values": False,
        "capability:update": True,
        "capability:unequal_length": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
        "requires-fh-in-fit": False,
        "X-y-must-have-same-index": True,
        "y_inner_mtype": "pd.Series",
        "X_inner_mtype": "pd.DataFrame",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            bound = _SIGNATURE.bind(self, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}() {error}") from None
        bound.apply_defaults()
        for name in (*_PARAMETERS, "n_paths"):
            setattr(self, name, bound.arguments[name])
        super().__init__()

    __init__.__signature__ = _SIGNATURE  # type: ignore[attr-defined]

    def __dynamic_tags__(self) -> None:
        """Missing values are taken where the forecaster takes them."""
        self.set_tags(**{"capability:missing_values": self.missing == "segment"})

    def _fit(self, y: pd.Series, X: pd.DataFrame | None, fh: Any) -> SktimeARSieveForecaster:
        _check_unit_steps(y.index)
        forecaster = ARSieveForecaster(**{name: getattr(self, name) for name in _PARAMETERS})
        beside = _rows(X, y.index, "beside y")
        self.forecaster_ = forecaster.fit(y, beside)
        self._cur_y, self._cur_X = y, beside
        return self

    def _update(
        self, y: pd.Series, X: pd.DataFrame | None = None, update_params: bool = True
    ) -> SktimeARSieveForecaster:
        if not update_params:
            _check_end(y, self._cur_y)
        if update_params or _goes_over_gap(y, self._cur_y):
            known = self._cur_y[self._cur_y.index < y.index[0]]
            return self._fit(_joined(known, y), _joined(self._cur_X, X), self._fh)
        _check_seen(y, self._cur_y)
        new = y[y.index > self._cur_y.index[-1]]
        if len(new):
            beside = _rows(X, new.index, "beside y")
            self.forecaster_.update(new, beside)
            self._cur_y, self._cur_X = _joined(self._cur_y, new), _joined(self._cur_X, beside)
        return self

    def _predict(self, fh: ForecastingHorizon, X: pd.DataFrame | None = None) -> pd.Series:
        ahead = self._ahead(fh, X)
        forecasts = self.forecaster_.predict(ahead.h, ahead.X).to_numpy()[ahead.asked]
        return pd.Series(forecasts, index=ahead.labels, name=self._cur_y.name)

    def _predict_interval(
        self, fh: ForecastingHorizon, X: pd.DataFrame | None, coverage: list[float]
    ) -> pd.DataFrame:
        ahead = self._ahead(fh, X)
        found = self.forecaster_.predict_interval(ahead.h, ahead.X, coverage, n_paths=self.n_paths)
        columns = self._get_columns("predict_interval", coverage=coverage)
        bounds = found.drop(columns="mean").to_numpy()[ahead.asked]
        return pd.DataFrame(bounds, index=ahead.labels, columns=columns)

    def _predict_quantiles(
        self, fh: ForecastingHorizon, X: pd.DataFrame | None, alpha: list[float]
    ) -> pd.DataFrame:
        ahead = self._ahead(fh, X)
        found = self.forecaster_.predict_quantiles(ahead.h, ahead.X, alpha, n_paths=self.n_paths)
        columns = self._get_columns("predict_quantiles", alpha=alpha)
        return pd.DataFrame(found.to_numpy()[ahead.asked], index=ahead.labels, columns=columns)

    def _predict_var(
        self, fh: ForecastingHorizon, X: pd.DataFrame | None = None, cov: bool = False
    ) -> pd.DataFrame:
        if self.calibration is not None:  # which moves quantiles, not paths
            if cov:
                raise ValueError(
                    f"cov=True is not possible with calibration={self.calibration!r}, which corrects each "
                    "step by itself: use cov=False, or calibration=None for covariances of the paths."
                )
            return super()._predict_var(fh=fh, X=X)
        ahead = self._ahead(fh, X)
        paths = self.forecaster_.predict_paths(ahead.h, ahead.X, n_paths=self.n_paths)[:, ahead.asked]
        columns = self._get_columns("predict_var")
        covariance = np.atleast_2d(np.cov(paths, rowvar=False))
        if not cov:
            return pd.DataFrame(covariance.diagonal()[:, None], index=ahead.labels, columns=columns)
        columns = pd.MultiIndex.from_product([columns, ahead.labels])
        return pd.DataFrame(covariance, index=ahead.labels, columns=columns)

    def _get_fitted_params(self) -> dict[str, Any]:
        """What was chosen, beside the forecaster itself."""
        fitted = self.forecaster_
        return {
            "forecaster": fitted,
            "lags": fitted.lags_,
            "order": None if fitted.ar_ is None else fitted.ar_.order,
            "mixture": fitted.regressor_.mixture_,
            "preparation": fitted.preparation_,
        }

    def _ahead(self, fh: ForecastingHorizon, X: pd.DataFrame | None) -> _Ahead:
        info = self.forecaster_._info
        if fh.is_relative or info.kind != "datetime":
            asked = np.asarray(fh.to_indexer(self.cutoff))
        else:
            asked = _steps_at(fh.to_pandas(), info)
        h = int(asked.max()) + 1
        labels = info.future(h)
        beside = _rows(X, labels, f"of all {h} steps up to the last one of fh")
        return _Ahead(asked, h, labels[asked], beside)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Parameters for sktime's own tests.

        Parameters
        ----------
        parameter_set : str, default="default"
            Name of the set; there is one only.

        Returns
        -------
        list of dict
            Small forecasters that fit in milliseconds.
        """
        small = {"n_estimators": 5, "random_state": 0, "n_paths": 50}
        return [
            small,
            {**small, "lags": 3, "strategy": "direct", "bootstrap": "ar_sieve", "differencing": 0},
            {**small, "lags": [1, 2], "bootstrap": "moving", "missing": "segment", "transform": None},
        ]


def _check_unit_steps(index: pd.Index) -> None:
    """Horizons count labels in sktime, steps in the forecaster: they must be the same."""
    if pd.api.types.is_integer_dtype(index.dtype) and len(index) > 1 and index[1] - index[0] != 1:
        raise ValueError(
            f"the integer index of y must have steps of 1, as sktime counts fh in labels; {index[0]} is "
            f"followed by {index[1]}. Use y.reset_index(drop=True)."
        )


def _steps_at(dates: pd.DatetimeIndex, info: IndexInfo) -> np.ndarray:
    """Which of the steps to come lie at these dates, 0 for the next one.

    sktime counts on the face of the clock, on which a day has 24 hours when the clocks change, too.
    """
    zone = info.index.tz
    if (dates.tz is None) != (zone is None):
        raise ValueError(
            f"fh has dates of the time zone {dates.tz}, y of {zone}; both or none must have one."
        )
    h = 2
    while (steps := info.future(h))[-1] < dates.max():
        h *= 2
    found = steps.get_indexer(dates)
    if (found < 0).any():
        raise ValueError(
            f"fh has the date {dates[found < 0][0]}, at which y has no step: the next are {steps[0]} and "
            f"{steps[1]}, with the frequency {info.step.freqstr!r}."
        )
    return found


def _rows(X: pd.DataFrame | None, labels: pd.Index, which: str) -> pd.DataFrame | None:
    """The rows of X at the labels, all of which it must have."""
    if X is None:
        return None
    missing = labels[~labels.isin(X.index)]
    if len(missing):
        raise ValueError(
            f"X must have the rows {which}; it lacks {len(missing)} of {len(labels)}, the first at "
            f"{missing[0]}."
        )
    return X.loc[labels]


def _joined(known: Any, new: Any) -> Any:
    """Rows known and new; where both have a label, the new ones. None where there is nothing at all."""
    if known is None or new is None:
        return new if known is None else known
    return pd.concat([known[~known.index.isin(new.index)], new])


def _check_end(y: pd.Series, known: pd.Series) -> None:
    """Only a fit can go back."""
    if y.index[-1] < known.index[-1]:
        raise ValueError(
            f"y ends at {y.index[-1]}, before the last observation that the forecaster knows "
            f"({known.index[-1]}), and update_params=False cannot go back: use update_params=True, or "
            "fit."
        )


def _goes_over_gap(y: pd.Series, known: pd.Series) -> bool:
    """Whether missing values stand before or among the new ones, so that only a fit goes on; says so."""
    in_gap = y[y.index > known.index[-1]].isna().any()
    after_gap = np.isnan(known.iloc[-1]) and y[y.index > known.last_valid_index()].notna().any()
    if not (in_gap or after_gap):
        return False
    warnings.warn(
        "y has missing values among the new ones or right before them, over which update_params=False cannot "
        "go on: the forecaster is fitted anew to all values so far, as with update_params=True.",
        UserWarning,
        stacklevel=4,
    )
    return True


def _check_seen(y: pd.Series, known: pd.Series) -> None:
    """What the forecaster has seen stays as it is unless it is fitted anew; a gap was never seen."""
    seen = known.dropna().index.intersection(y.index)
    if not np.allclose(y[seen], known[seen], rtol=1e-9, atol=0.0):
        warnings.warn(
            "y changes values that the forecaster has seen; update_params=False keeps the old ones. Use "
            "update_params=True, which fits anew.",
            UserWarning,
            stacklevel=4,
        )
