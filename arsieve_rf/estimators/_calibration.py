"""Intervals from a forecaster's own past errors: split conformal prediction over rolling origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..series.index import IndexInfo
from ._levels import quantiles_of_draws
from ._series_model import SeriesModel
from ._wishes import Wishes

__all__ = ["N_PATHS_PAST", "Calibration", "as_calibration"]

_MEMORY = 0.99  # weight of an error beside that of the one after it, as in Barber et al. (2023)
_MOST_ORIGINS = 100
_FITS = 4
_LEAST_VALUES = 16  # before the first origin
N_PATHS_PAST = 200
"""Paths from each past origin; as many at least are needed from the present one."""
_BAND = [0.1, 0.5, 0.9]
_NO_SPREAD = 1e-12  # of the largest value: what rounding leaves

FloatArray = NDArray[np.float64]


def as_calibration(value: Any) -> str | None:
    """The word, or an error that names the parameter."""
    if value is None or (isinstance(value, str) and value in ("conformal", "adaptive")):
        return value
    raise ValueError(
        f"calibration={value!r} is not known; it must be one of 'conformal', 'adaptive', or None."
    )


@dataclass
class _Past:
    """Forecasts from one origin: quantiles .1, .5 and .9 of paths, (3, steps).

    The model is kept where exogenous columns were not yet known for all steps.
    """

    origin: int
    band: FloatArray
    model: SeriesModel | None


class Calibration:
    """Standardised errors of past forecasts, and how far an interval must reach to hold a share of them.

    The second half of the series is forecast from one origin after another, the last 100 at most, by models
    that know only what came before: fitted anew at four of the origins and moved on in between. What `update`
    appends is forecast by the fitted model. An error counts in units of the distance between the median of
    200 paths and their quantile .1 or .9, whichever side it is on, so that it means the same at any level,
    in any season and at any time.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The series, without gaps.
    exog : ndarray of float64, shape (n, k), or None
        Exogenous columns.
    recipe : tuple
        The index, lags, wishes and options, as for :class:`SeriesModel`.
    fitted : SeriesModel
        The model of the whole series, before any update.
    forgetting : bool
        Whether older errors weigh less.
    """

    def __init__(
        self,
        values: FloatArray,
        exog: FloatArray | None,
        recipe: tuple[IndexInfo, Any, Wishes, dict[str, Any]],
        fitted: SeriesModel,
        *,
        forgetting: bool,
    ) -> None:
        self._values, self._exog, self._recipe = values, exog, recipe
        self._memory = _MEMORY if forgetting else 1.0
        self._n_fitted = len(values)
        self._at_fit = fitted.snapshot()
        self._moving = fitted.snapshot()  # forecasts from self._next on, where it stands
        self._next = self._n_fitted
        self._past: list[_Past] = []
        self._h, self._direct = 0, False

    def update(self, values: FloatArray, exog: FloatArray | None) -> None:
        """Append observations."""
        self._values = np.append(self._values, values)
        if self._exog is not None:
            assert exog is not None
            self._exog = np.vstack([self._exog, exog])

    def quantiles(
        self, paths: FloatArray, levels: list[float], *, direct: bool, n_jobs: int | None = None
    ) -> tuple[FloatArray, bool, int]:
        """Calibrated quantiles, given paths of the future.

        Parameters
        ----------
        paths : ndarray of float64, shape (n_paths, h)
            From where the series ends now.
        levels : list of float
            Within (0, 1).
        direct : bool
            Whether there is a forest for each step ahead.
        n_jobs : int, optional
            Threads.

        Returns
        -------
        quantiles : ndarray of float64, shape (len(levels), h)
        too_few : bool
            Whether a step has too few errors for a level: m of them support a coverage of at most
            ``m / (m + 1)``. The largest error is taken then, or the paths' quantile where that lies further
            out. A step without any error takes those of the step before it.
        n_errors : int
            Errors of the step that has fewest.
        """
        h = paths.shape[1]
        self._forecast_past(h, direct, n_jobs)
        errors = self._errors(h)
        lower, middle, upper = quantiles_of_draws(paths, _BAND)[0]
        out = quantiles_of_draws(paths, levels)[0]
        n_errors, too_few = len(self._values), False
        known = np.empty(0)
        for k in range(h):
            own = errors[~np.isnan(errors[:, k]), k]
            n_errors = min(n_errors, len(own))
            too_few |= not len(own)
            known = own if len(own) else known
            if not len(known):
                continue
            weights = self._memory ** np.arange(len(known), 0, -1.0)
            for i, level in enumerate(levels):
                reach, enough = _reach(known, weights, abs(2.0 * level - 1.0))
                too_few |= not enough
                side = upper[k] - middle[k] if level > 0.5 else lower[k] - middle[k]
                found = middle[k] + reach * side
                # what m errors cannot support reaches at least as far as the paths do
                outer = max if level > 0.5 else min
                out[i, k] = found if enough else outer(found, out[i, k])
        return out, too_few, n_errors

    def _errors(self, h: int) -> FloatArray:
        """Sizes of standardised errors, shape (n_origins, h).

        NaN where the value is not known, and where paths that have no spread missed it: that has no size.
        """
        out = np.full((len(self._past), h), np.nan)
        for row, past in zip(out, self._past):
            steps = min(h, past.band.shape[1], len(self._values) - past.origin)
            lower, middle, upper = past.band[:, :steps]
            error = self._values[past.origin : past.origin + steps] - middle
            unit = np.where(error > 0.0, upper - middle, middle - lower)
            least = _NO_SPREAD * np.abs(self._values[: past.origin]).max()
            np.divide(np.abs(error), unit, out=row[:steps], where=unit > least)
            row[:steps][error == 0.0] = 0.0
        return out

    def _forecast_past(self, h: int, direct: bool, n_jobs: int | None) -> None:
        """Forecast from all origins that were not forecast from, or not as far."""
        # a forest for each step ahead: paths of other lengths are others from their first step on
        if h > self._h or direct != self._direct or (direct and h != self._h):
            self._h, self._direct, self._past = h, direct, []
            self._moving, self._next = self._at_fit.snapshot(), self._n_fitted
            self._forecast_training(n_jobs)
        n = len(self._values)
        for past in self._past:
            if past.model is not None and past.band.shape[1] < min(self._h, n - past.origin):
                self._forecast_from(past.model, past.origin, n_jobs, past)
        for origin in range(self._next, n):
            if origin > self._n_fitted:
                self._moving.update(*self._rows(origin - 1, origin))
            self._forecast_from(self._moving, origin, n_jobs)
            self._next = origin + 1

    def _forecast_training(self, n_jobs: int | None) -> None:
        n = self._n_fitted
        first = max(n // 2, _LEAST_VALUES, n - _MOST_ORIGINS)
        fits = set(np.linspace(first, n, _FITS, endpoint=False).astype(int).tolist())
        model: SeriesModel | None = None
        for origin in range(first, n):
            if model is not None and origin not in fits:
                try:
                    model.update(*self._rows(origin - 1, origin))
                except ValueError:  # a value that the fitted transform cannot take: choose anew
                    model = None
            if model is None or origin in fits:
                model = self._fit(origin)
            if model is not None:
                self._forecast_from(model, origin, n_jobs)

    def _fit(self, n: int) -> SeriesModel | None:
        """A model of the first n values; None where they are too few for what was asked."""
        info, lags, wishes, options = self._recipe
        exog = None if self._exog is None else self._exog[:n]
        try:
            model = SeriesModel(self._values[:n], exog, info.step, lags, wishes, options)
            model.regressor(1)
        except ValueError:
            return None
        return model

    def _rows(self, start: int, stop: int) -> tuple[FloatArray, FloatArray | None]:
        return self._values[start:stop], None if self._exog is None else self._exog[start:stop]

    def _forecast_from(
        self, model: SeriesModel, origin: int, n_jobs: int | None, past: _Past | None = None
    ) -> None:
        """Forecast from an origin, for the first time or, where ``past`` is given, further than before."""
        h, exog = self._h, None
        if self._exog is not None:
            exog = self._exog[origin : origin + h]
            h = len(exog)
        seed = int(np.random.SeedSequence([model.path_seed, origin]).generate_state(1, np.uint32)[0])
        try:
            paths = model.paths(h, exog, N_PATHS_PAST, seed, direct=self._direct, n_jobs=n_jobs)
        except ValueError:  # too few values for so many steps
            return
        band = quantiles_of_draws(paths, _BAND)[0]
        waiting = model.snapshot() if h < self._h else None
        if past is None:
            self._past.append(_Past(origin, band, waiting))
        else:
            past.band, past.model = band, waiting


def _reach(errors: FloatArray, weights: FloatArray, coverage: float) -> tuple[float, bool]:
    """Smallest error below which a share of the weights lies, one that is still to come counted as infinite.

    With equal weights that is the order statistic ``ceil((m + 1) coverage)`` of m errors.
    """
    if coverage < 1e-9:
        return 0.0, True
    order = np.argsort(errors, kind="stable")
    below = np.cumsum(weights[order])
    wanted = coverage * (below[-1] + 1.0)
    place = int(np.searchsorted(below, wanted - 1e-9 * below[-1]))
    enough = place < len(errors)
    return float(errors[order[min(place, len(errors) - 1)]]), enough
