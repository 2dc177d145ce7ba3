"""What a worker does for a batch of series: fit, forecast, forget; faults and warnings become words."""

from __future__ import annotations

import traceback
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray
from sklearn.base import clone

from ..forest.parallel import call_all
from ..series.index import span
from ._panel_intervals import Wanted
from ._panel_times import NO_TIME, Clock, numbers_of
from ._panel_warnings import Caught, collect_warnings

__all__ = ["Job", "Outcome", "Series", "run_batches"]


@dataclass(frozen=True, eq=False)
class Job:
    """What all series share."""

    forecaster: Any
    h: int
    wanted: Wanted
    clock: Clock
    columns: tuple[Hashable, ...]


@dataclass(frozen=True, eq=False)
class Series:
    """Rows of one series, sorted by time."""

    times: pd.Index
    y: NDArray[np.float64]
    X: NDArray[np.float64] | None = None
    future_times: pd.Index | None = None
    future_X: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Fault:
    """Why a series could not be forecast, in words: exceptions need not survive the way between processes."""

    kind: str
    message: str
    trace: str

    def as_error(self, series: Hashable) -> Exception:
        """The exception for the user, which names the series."""
        text = f"series {series!r}: {self.message}"
        if self.kind in ("ValueError", "TypeError"):
            return {"ValueError": ValueError, "TypeError": TypeError}[self.kind](text)
        error = RuntimeError(text)
        error.add_note(self.trace)  # no mistake in the data: where it came from matters
        return error


@dataclass(eq=False)
class Outcome:
    """Times as numbers, shape (h,), and forecasts, (h, n_columns); NO_TIME and NaN where there are none."""

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    fault: Fault | None = None
    warnings: list[Caught] = field(default_factory=list)


def run_batches(
    job: Job, batches: Iterable[Sequence[Series]], n_jobs: int | None, n_workers: int
) -> Iterator[list[Outcome]]:
    """The outcomes of each batch, in order; batches are made when a worker is about to need one."""
    if n_workers < 2:
        yield from (_forecast_batch(job, batch) for batch in batches)
        return
    yield from call_all((delayed(_forecast_batch)(job, batch) for batch in batches), n_jobs, batch_size=1)


def _forecast_batch(job: Job, batch: Sequence[Series]) -> list[Outcome]:
    return [_forecast(job, series) for series in batch]


def _forecast(job: Job, series: Series) -> Outcome:
    """One series; whatever goes wrong is its own fault."""
    outcome = Outcome(np.full(job.h, NO_TIME), np.full((job.h, len(job.wanted.columns)), np.nan))
    with collect_warnings() as outcome.warnings:
        try:
            info, positions = job.clock.regular(series.times)
            future = info.future(job.h)
            outcome.times = numbers_of(future)
            X = future_X = None
            if series.X is not None:
                X = pd.DataFrame(_spread(series.X, positions, info.n), info.index, columns=job.columns)
                future_X = _future_frame(job, series, future)
            y = pd.Series(_spread(series.y, positions, info.n), info.index, name="y")
            forecaster = clone(job.forecaster, safe=False)
            fitted = forecaster.fit(y) if X is None else forecaster.fit(y, X)
            outcome.values = job.wanted.ask(fitted, job.h, future_X)
        except Exception as error:
            outcome.fault = _fault(error)
    return outcome


def _spread(values: NDArray[np.float64], positions: Any, n: int) -> NDArray[np.float64]:
    """Rows at their positions among ``n``, NaN between."""
    if positions is None:
        return values
    spread = np.full((n, *values.shape[1:]), np.nan)
    spread[positions] = values
    return spread


def _future_frame(job: Job, series: Series, future: pd.Index) -> pd.DataFrame:
    """The rows of X_df for the future steps, in their order; others are refused."""
    given = series.future_times
    assert given is not None
    assert series.future_X is not None
    positions = given.get_indexer(future)
    if (positions < 0).any() or len(given) != len(future):
        lacking = future[positions < 0]
        surplus = given.difference(future)
        parts = (("it lacks", lacking), ("it also has", surplus))
        faults = ", ".join(f"{verb} {labels[0]}" for verb, labels in parts if len(labels))
        raise ValueError(f"X_df must have ds {span(future)} for this series; {faults}")
    return pd.DataFrame(series.future_X[positions], future, columns=job.columns)


def _fault(error: Exception) -> Fault:
    """In words."""
    message = str(error) or type(error).__name__
    for kind in (ValueError, TypeError):
        if isinstance(error, kind):
            return Fault(kind.__name__, message, "")
    trace = "".join(traceback.format_exception(error))
    return Fault(type(error).__name__, f"{type(error).__name__}: {error}", trace)
