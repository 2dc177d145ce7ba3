"""A comparison that is ready to be made on any series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...estimators._periods import natural_periods
from ...estimators._preparing import shared_preparations
from ...estimators._template import fresh
from ...estimators.forecaster import ARSieveForecaster
from ...resampling.ar_checks import as_integer
from ...series.index import read_exog, read_series
from .._units import Unit
from .._windows import Windows
from ..backtest import backtest
from ._measures import Errors
from ._methods import PLAIN, Contender, contenders
from ._rows import tree_correlation
from .result import Comparison, Setting

__all__ = ["Plan"]

FloatArray = NDArray[np.float64]

_CORRELATION_TREES = 100
_REFERENCE = "iid"
_FAULTS = (TypeError, ValueError, RuntimeError)


@dataclass(frozen=True, eq=False)
class Plan:
    """What the user asked for, checked as far as it can be without the series."""

    windows: Windows
    coverage: float | None
    bootstraps: dict[str, Any]
    extra: dict[str, Any]
    template: ARSieveForecaster
    season: int | None
    seed: int
    n_jobs: int | None
    verbose: int

    def run(self, unit: Unit) -> Comparison:
        """Compare on one series."""
        values, info = read_series(unit.y, missing=self.template.missing == "segment")
        exog = read_exog(unit.X, len(values), info)[0]
        first = self._first_cutoff(values)
        season = self._season(info.step, first)
        methods = contenders(self._with_lags(unit, first), self.bootstraps, self.extra, season)
        with shared_preparations():
            correlations = [self._tree_correlation(method, unit, values, exog, first) for method in methods]
            frames = [self._backtest(method, unit) for method in methods]
        seconds = [float(np.mean(frame.attrs["fit_seconds"])) for frame in frames]
        return Comparison(
            Setting(unit, self.windows, self.coverage, season, self.seed),
            methods,
            _joined(methods, frames),
            self._errors(frames, values[:first]),
            seconds,
            correlations,
            _REFERENCE if _REFERENCE in self.bootstraps else next(iter(self.bootstraps)),
        )

    def _first_cutoff(self, values: FloatArray) -> int:
        """Values before the first window; two windows, at least, must show how good forecasts are."""
        ends = [end for block in self.windows.blocks(len(values)) for end in block.ends]
        n_seen = sum(not np.isnan(values[end : end + self.windows.h]).all() for end in ends)
        if n_seen < 2:
            raise ValueError(
                f"y has observed values in {n_seen} of the n_windows={len(ends)} windows; at least 2 are "
                "needed: end y with its last observed value, or take more windows."
            )
        return ends[0]

    def run_named(self, unit: Unit) -> Comparison:
        """Compare on one of several series; a fault says which."""
        try:
            return self.run(unit)
        except _FAULTS as error:
            raise _same_kind(error, f"{unit.name}: {error}") from error

    def _season(self, step: Any, n_train: int) -> int:
        """The user's, the forecaster's, or that of the calendar if the series is long enough for it."""
        if self.season is not None:
            return as_integer(
                "season", self.season, 1, n_train - 1, ", less than the values before the first cutoff"
            )
        wanted = self.template.seasonal_period
        periods = natural_periods(step) if wanted is None else np.atleast_1d(wanted).tolist()
        return int(periods[0]) if len(periods) and periods[0] < n_train else 1

    def _with_lags(self, unit: Unit, first: int) -> ARSieveForecaster:
        """The template with the lags that it has before the first cutoff, the same for all methods."""
        template = fresh(self.template).set_params(random_state=self.seed)
        small = fresh(template).set_params(n_estimators=1, **PLAIN)
        try:
            lags = small.fit(*unit.rows(0, first)).lags_.tolist()
        except _FAULTS as error:
            message = (
                f"in the {first} value(s) before the first cutoff: {error} Fewer windows (n_windows="
                f"{self.windows.n_windows}), a smaller step or a smaller h leave more."
            )
            raise _same_kind(error, message) from error
        return template.set_params(lags=lags)

    def _tree_correlation(
        self, method: Contender, unit: Unit, values: FloatArray, exog: FloatArray | None, first: int
    ) -> float:
        """Of the forest before the first cutoff; fitting it shows faults of a bootstrap before all else."""
        if method.kind != "bootstrap":
            return float("nan")
        some = min(_CORRELATION_TREES, method.forecaster.n_estimators)
        small = fresh(method.forecaster).set_params(n_estimators=some, calibration=None)
        try:
            small.fit(*unit.rows(0, first))
        except _FAULTS as error:
            message = f"bootstrap {method.name!r}, before the first cutoff: {error}"
            raise _same_kind(error, message) from error
        return tree_correlation(small, values, exog, first)

    def _backtest(self, method: Contender, unit: Unit) -> pd.DataFrame:
        try:
            frame = backtest(
                method.forecaster,
                unit.y,
                unit.X,
                h=self.windows.h,
                n_windows=self.windows.n_windows,
                step=self.windows.step,
                window="sliding" if self.windows.sliding else "expanding",
                refit=self.windows.every,
                coverage=self.coverage if method.has_intervals else None,
                n_jobs=self.n_jobs,
                verbose=self.verbose,
            )
        except _FAULTS as error:
            raise _same_kind(error, f"{method.kind} {method.name!r}: {error}") from error
        # left out, a step that is hard would make a method better than those that forecast it
        lost = frame[frame["y"].notna() & ~np.isfinite(frame["yhat"])]
        if len(lost):
            step, cutoff, yhat = (lost[name].iloc[0] for name in ("step", "cutoff", "yhat"))
            raise ValueError(
                f"{method.kind} {method.name!r}: its forecast of step {step} after {cutoff} is {yhat:g}; "
                "methods that are compared must forecast every step."
            )
        return frame

    def _errors(self, frames: list[pd.DataFrame], train: FloatArray) -> Errors:
        shape = (self.windows.n_windows, self.windows.h)

        def cube(name: str) -> FloatArray:
            missing = np.full(shape, np.nan)
            return np.array([f[name].to_numpy().reshape(shape) if name in f else missing for f in frames])

        y = frames[0]["y"].to_numpy().reshape(shape)
        label = "" if self.coverage is None else f"{self.coverage:g}"
        return Errors(y, cube("yhat"), cube(f"lower_{label}"), cube(f"upper_{label}"), train)


def _same_kind(error: Exception, message: str) -> Exception:
    """Not of the same class: some are made from other things than a message."""
    return next(kind for kind in _FAULTS if isinstance(error, kind))(message)


def _joined(methods: list[Contender], frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One long frame; bounds that a method does not have are NaN."""
    named = []
    for method, frame in zip(methods, frames):
        frame = frame.copy()
        frame.attrs = {}
        frame.insert(0, "method", method.name)
        named.append(frame)
    return pd.concat(named, ignore_index=True)
