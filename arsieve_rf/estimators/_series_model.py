"""One fitted series: prepared, embedded, a forest for each step that was asked for, and the way back."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forest.baseline import Baseline
from ..forest.paths import Uncertainty, draw_deviations, simulate
from ..preparation import BoxCox, Chain
from ..resampling.ar_model import ARFit
from ..resampling.ar_segments import fit_ar_segments
from ..resampling.registry import is_auto
from ._embedding import embed, n_rows, observed_runs
from ._history import complete_history
from ._lags import ar_lags, possible_lags
from ._linear_baseline import LinearModel, ar_baseline
from ._preparing import explained_by, prepare
from ._uncertainty import path_uncertainty
from ._wishes import Wishes
from .regressor import ARSieveForestRegressor

__all__ = ["SeriesModel"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_AR_OPTIONS = ("order", "max_order", "ar_method")


class SeriesModel:
    """What a forecaster knows of its series.

    Attributes
    ----------
    chain : Chain
        Fitted preparation steps.
    lags : ndarray of int64, shape (n_lags,)
        Lags that trees see.
    max_lag : int
        Largest lag of trees and baseline.
    notes : list of str
        What was chosen, for :func:`~._describe.describe`.
    """

    def __init__(
        self,
        values: FloatArray,
        exog: FloatArray | None,
        step: Any,
        lags: IntArray | None,
        wishes: Wishes,
        options: dict[str, Any],
    ) -> None:
        n_seen = _observed_length(values)
        self._options = options
        self._n_ahead = len(values) - n_seen
        _check_runs(values[:n_seen], wishes.differencing)
        prepared = prepare(values[:n_seen], wishes, step, None if exog is None else exog[:n_seen])
        self.chain: Chain = prepared.chain
        self.notes = prepared.notes
        self._order = prepared.differencing
        self._series = prepared.series
        self._runs = observed_runs(prepared.series)
        self._exog = None if exog is None else np.diff(exog[:n_seen], self._order, axis=0)
        self._exog_tail = None if exog is None else exog[n_seen - self._order : n_seen].copy()
        self._exog_waiting = None if exog is None else exog[n_seen:].copy()
        self._before = float(np.nanmean(prepared.series))
        self.lags = self._choose_lags(lags, prepared.seasonal_lags)
        self._coef, self._n_coefficients = self._linear_coefficients(
            lags is None and not prepared.seasonal_lags
        )
        self.max_lag = max(int(self.lags.max()), len(self._coef))
        self._regressors: dict[int, ARSieveForestRegressor] = {}
        self._uncertainties: dict[int, Uncertainty] = {}
        self._later_errors = np.empty(0)
        self.history, self.n_filled = self._first_history()

    def snapshot(self) -> SeriesModel:
        """The model as it stands, which later updates of this one leave alone; forests are shared."""
        other = copy.copy(self)
        other.chain = copy.copy(self.chain)
        return other

    @property
    def path_seed(self) -> int:
        """Where the streams of paths begin, unless the user says so; the trees' own streams begin there."""
        return int(self._options["random_state"])

    @property
    def _pieces(self) -> list[FloatArray]:
        """The prepared series without its gaps."""
        return [self._series[run] for run in self._runs]

    def _choose_lags(self, wanted: IntArray | None, seasonal: tuple[int, ...]) -> IntArray:
        """The user's lags, or those of the AR model; seasonal ones besides; as far as the runs allow."""
        pieces = self._pieces
        lengths = [len(piece) for piece in pieces]
        lags = wanted
        if lags is None:
            exog = None if self._exog is None else np.concatenate([self._exog[run] for run in self._runs])
            lags = ar_lags(pieces, exog, *(self._options[name] for name in _AR_OPTIONS))
        lags = np.union1d(lags, np.array(seasonal, np.int64))
        possible = possible_lags(lags, lengths)
        if wanted is not None or seasonal:
            self._note_lost_lags(np.setdiff1d(lags, possible), max(lengths))
        return possible

    def _note_lost_lags(self, lost: IntArray, longest: int) -> None:
        if len(lost):
            few = ", ".join(map(str, lost)) if len(lost) < 4 else f"{len(lost)} from {lost[0]} to {lost[-1]}"
            self.notes.append(f"lags: {few} left out, the prepared series has {longest} values in a row.")

    def _linear_coefficients(self, free: bool) -> tuple[FloatArray, float]:
        """AR coefficients of a baseline that may look further back than the trees; none where it may not."""
        if not is_auto(self._options["bootstrap"]) or self._exog is not None or not free:
            return np.empty(0), 0.0
        return ar_baseline(self._pieces, *(self._options[name] for name in _AR_OPTIONS))

    @property
    def ar(self) -> ARFit | None:
        """The AR model of the prepared series, where the forest rests on one."""
        if is_auto(self._options["bootstrap"]) and self._exog is None:
            return fit_ar_segments(self._pieces, *(self._options[name] for name in _AR_OPTIONS)).ar
        return self.regressor(1).ar_

    def regressor(self, ahead: int) -> ARSieveForestRegressor:
        """The forest for a step ahead, grown when it is first asked for."""
        if ahead not in self._regressors:
            self._regressors[ahead] = self._grown(ahead)
        return self._regressors[ahead]

    def _grown(self, ahead: int) -> ARSieveForestRegressor:
        own = int(self.lags.max())
        # the lags of the trees first, then those that only the baseline looks at
        further = (
            np.setdiff1d(np.arange(1, self.max_lag + 1), self.lags) if len(self._coef) else self.lags[:0]
        )
        lags = np.concatenate([self.lags, further])
        rows = embed(self._series, self._runs, lags + (ahead - 1), self._exog, own + ahead - 1, self._before)
        options = dict(self._options)
        if ahead > 1:
            # another seed, so that the trees of different steps do not share their draws
            options["random_state"] = int(
                np.random.SeedSequence([options["random_state"], ahead]).generate_state(1, np.uint32)[0]
            )
        regressor = ARSieveForestRegressor(**options, lags=list(rows.structure.lags))
        if not len(self._coef):
            return regressor._fit(rows.X, rows.y, rows.structure)
        weights = np.zeros(rows.X.shape[1])
        coef = _coefficients_ahead(self._coef, ahead)
        weights[: len(lags)] = np.where(lags <= len(coef), coef[np.minimum(lags, len(coef)) - 1], 0.0)
        baseline = Baseline(self._before * (1.0 - float(coef.sum())), weights)
        linear = LinearModel(baseline, self._n_coefficients)
        return regressor._fit(rows.X, rows.y, rows.structure, np.arange(len(self.lags)), linear)

    def _first_history(self) -> tuple[FloatArray, int]:
        def one_step(known: FloatArray, position: int) -> float:
            fixed = None if self._exog is None else self._exog[position : position + 1]
            return float(self.regressor(1).forest_.recurse(known, 1, fixed)[0])

        return complete_history(self._series, self.max_lag, self._before, one_step)

    def forecast(self, h: int, exog: FloatArray | None, *, direct: bool, mean: bool) -> FloatArray:
        """Forecasts of ``h`` steps after the end of the index, in the user's units."""
        forecasts = self._prepared_forecast(h, self._fixed(exog), direct)
        if not mean:
            return self.chain.inverse(forecasts)[self._n_ahead :]
        return self._mean_inverse(forecasts)[self._n_ahead :]

    def paths(
        self,
        h: int,
        exog: FloatArray | None,
        n_paths: int,
        seed: int,
        *,
        direct: bool,
        n_jobs: int | None = None,
    ) -> FloatArray:
        """Paths of ``h`` steps after the end of the index, in the user's units, shape (n_paths, h)."""
        steps, fixed = h + self._n_ahead, self._fixed(exog)
        forecasts = self._prepared_forecast(h, fixed, direct)
        uncertainty = self._uncertainty(steps if direct else 1)
        if direct:
            shocks, _ = draw_deviations(uncertainty, steps, seed, 0, n_paths)
            prepared = forecasts + shocks
        else:
            forest = self.regressor(1).forest_
            prepared = simulate(forest, self.history, steps, uncertainty, seed, n_paths, fixed, n_jobs)
        return self.chain.inverse_paths(prepared, forecasts)[:, self._n_ahead :]

    def _uncertainty(self, width: int) -> Uncertainty:
        """With a pool whose rows are what followed one origin, ``width`` steps of it."""
        if width not in self._uncertainties:
            residuals = [self._residuals(ahead) for ahead in range(1, width + 1)]
            first = residuals[0][~np.isnan(residuals[0])]
            errors = np.append(first, self._later_errors)
            # the value at t was forecast k steps ahead from t - k
            by_origin = np.column_stack(
                [np.append(r[k:], np.full(k, np.nan)) for k, r in enumerate(residuals)]
            )
            pool = by_origin[~np.isnan(by_origin).any(axis=1)] if width > 1 else errors[:, None]
            if not len(pool):
                raise ValueError(
                    f"y has no value whose next {width} step(s) were forecast by trees that had not seen "
                    "them, so nothing says how far forecasts may be off: more trees, a longer series, or a "
                    "shorter h are needed."
                )
            self._uncertainties[width] = path_uncertainty(
                self.regressor(1), pool, errors, self._pieces, self.chain
            )
        return self._uncertainties[width]

    def _residuals(self, ahead: int) -> FloatArray:
        """What the forest for a step ahead misses, at the place of each target in the prepared series."""
        first = int(self.lags.max()) + ahead - 1
        out = np.full(len(self._series), np.nan)
        places = [np.arange(run.start + first, run.stop) for run in self._runs]
        out[np.concatenate(places)] = self.regressor(ahead)._unseen_residuals()
        return out

    def _fixed(self, exog: FloatArray | None) -> FloatArray | None:
        """Exogenous columns at the steps ahead, changed as the series was."""
        if exog is None:
            return None
        assert self._exog_tail is not None
        assert self._exog_waiting is not None
        rows = np.vstack([self._exog_tail, self._exog_waiting, exog])
        return _checked(np.diff(rows, self._order, axis=0))

    def _prepared_forecast(self, h: int, fixed: FloatArray | None, direct: bool) -> FloatArray:
        """Forecasts of the prepared series, from the end of what was observed."""
        steps = h + self._n_ahead
        if not direct:
            return self.regressor(1).forest_.recurse(self.history, steps, fixed)
        self._check_reach(steps)
        return np.array([self._direct(k, fixed) for k in range(1, steps + 1)])

    def _check_reach(self, steps: int) -> None:
        """Refuse steps for which the runs give a forest less than two rows."""
        lengths = [run.stop - run.start for run in self._runs]
        own = int(self.lags.max())
        if n_rows(lengths, own + steps - 1) < 2:
            possible = max(k for k in range(1, steps) if n_rows(lengths, own + k - 1) >= 2) - self._n_ahead
            raise ValueError(
                f"h={steps - self._n_ahead} is too far for strategy='direct', which with {own} lag(s) looks "
                f"at most {max(possible, 0)} step(s) beyond y: use strategy='recursive', or fewer lags."
            )

    def _direct(self, ahead: int, fixed: FloatArray | None) -> float:
        regressor = self.regressor(ahead)
        lags = np.array([lag - ahead + 1 for lag in regressor.lags_ if lag is not None])
        row = self.history[len(self.history) - lags]
        if fixed is not None:
            row = np.concatenate([row, fixed[ahead - 1]])
        return float(regressor.predict(row[None, :])[0])

    def _mean_inverse(self, forecasts: FloatArray) -> FloatArray:
        """As ``chain.inverse``, with means instead of medians where a power transform goes back."""
        values = forecasts
        for number in range(len(self.chain.steps) - 1, -1, -1):
            step = self.chain.steps[number]
            if isinstance(step, BoxCox):
                after = Chain(self.chain.steps[number + 1 :])
                values = step.inverse(values, self._variances(after, len(forecasts)))
            else:
                values = step.inverse(values)
        return values

    def _variances(self, after: Chain, h: int) -> FloatArray:
        """Forecast error variances before the steps ``after``, by the AR model of what X does not explain."""
        rest = self._series - explained_by(self._exog, self._series)
        pieces = [rest[run] for run in self._runs]
        ar = fit_ar_segments(pieces, "aic", None, "yule_walker").ar
        response = np.zeros(h)
        response[0] = 1.0
        for k in range(1, h):
            reach = min(k, ar.order)
            response[k] = ar.coef[:reach] @ response[k - reach : k][::-1]
        # row j: what an innovation at step j does to all steps; the chain from here on is linear
        shocks = np.array([np.concatenate([np.zeros(j), response[: h - j]]) for j in range(h)])
        effects = after.inverse(shocks) - after.inverse(np.zeros(h))
        with np.errstate(over="ignore"):
            variances = ar.sigma2 * np.sum(effects**2, axis=0)
        return np.minimum(variances, np.finfo(np.float64).max)

    def update(self, values: FloatArray, exog: FloatArray | None) -> None:
        """Move the end of the series on."""
        if self._n_ahead:
            raise ValueError(
                f"y_new cannot follow a series that ended with {self._n_ahead} missing value(s): fit the "
                "whole series anew."
            )
        tail = None
        if exog is not None and self._exog_tail is not None:
            both = np.vstack([self._exog_tail, exog])
            _checked(np.diff(both, self._order, axis=0))
            tail = both[len(both) - self._order :]
        try:
            changed = self.chain.update(values)
        except ValueError as error:
            raise ValueError(
                f"y_new cannot follow the fitted series: {error}. These are values after the steps that come "
                "first; fit the whole series anew, which may choose others."
            ) from None
        rows = None if tail is None or exog is None else np.diff(both, self._order, axis=0)
        self._later_errors = np.append(self._later_errors, self._one_step_errors(changed, rows))
        self._uncertainties = {}
        self.history = np.append(self.history, changed)[-self.max_lag :]
        self._exog_tail = tail

    def _one_step_errors(self, values: FloatArray, exog: FloatArray | None) -> FloatArray:
        """What the forest misses of prepared values that follow, each forecast from those before it."""
        forest, known = self.regressor(1).forest_, np.append(self.history, values)
        forecasts = np.empty(len(values))
        for i in range(len(values)):
            fixed = None if exog is None else exog[i : i + 1]
            forecasts[i] = forest.recurse(known[: len(self.history) + i], 1, fixed)[0]
        return values - forecasts

    def describe(self) -> list[str]:
        """Sentences about gaps and what stands in for them."""
        lines = []
        n_missing = int(np.isnan(self._series).sum())
        if n_missing:
            lines.append(
                f"gaps: {len(self._runs)} runs of observed values, {n_missing} prepared values missing."
            )
        if self.n_filled:
            lines.append(
                f"gaps: {self.n_filled} of the last {self.max_lag} fitted values are missing; forecasts from "
                "the values before them stand in."
            )
        if self._n_ahead:
            lines.append(f"gaps: the last {self._n_ahead} values are missing; they are forecast first.")
        return lines


def _observed_length(values: FloatArray) -> int:
    """Length up to the last observed value."""
    seen = np.flatnonzero(~np.isnan(values))
    if not len(seen):
        raise ValueError(f"y has {len(values)} values, all missing (NaN); at least 3 must be observed.")
    return int(seen[-1]) + 1


def _check_runs(values: FloatArray, differencing: int | None) -> None:
    """Refuse a series that leaves less than two values that have one before them."""
    order = differencing or 0
    needed = 3 + order
    reason = f" with differencing={order}" if order else ""
    if len(values) < needed:
        raise ValueError(f"y has {len(values)} values; at least {needed} are needed{reason}.")
    lengths = [run.stop - run.start for run in observed_runs(values)]
    if n_rows(lengths, order + 1) < 2:
        raise ValueError(
            f"the gaps of y leave too little: at most {max(lengths)} observed values stand in a row, and "
            f"{needed} in a row, or {needed - 1} twice, are needed{reason}. Fill the gaps first."
        )
    if lengths[-1] < order:
        raise ValueError(
            f"differencing={order} goes on from the last {order} values of y, but its last run of observed "
            f"values has {lengths[-1]}: fill the gap before it, or choose a lower order."
        )


def _coefficients_ahead(coef: FloatArray, ahead: int) -> FloatArray:
    """Coefficients of the AR model's forecast several steps ahead, on the values at its origin."""
    out = coef
    for _ in range(1, ahead):
        shifted = np.append(out[1:], 0.0)
        out = out[0] * coef + shifted
    return out


def _checked(X: FloatArray) -> FloatArray:
    """Trees see float32."""
    limit = float(np.finfo(np.float32).max)
    if X.size and np.abs(X).max() > limit:
        raise ValueError(f"X contains {np.abs(X).max():g}, too large for float32 (at most {limit:.3g}).")
    return X
