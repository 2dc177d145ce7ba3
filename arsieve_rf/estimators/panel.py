"""Forecasts of many series in one long frame."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..forest.parallel import workers
from ..forest.progress import progress
from ..resampling.ar_checks import as_word
from ..series.index import check_horizon
from ._panel_frame import Rows, read_future_frame, read_panel
from ._panel_intervals import read_wanted
from ._panel_series import Job, Outcome, Series, run_batches
from ._panel_times import NO_TIME, Clock, read_clock
from ._panel_warnings import Caught, tell_warnings
from ._parameters import check_run
from ._template import as_template
from .forecaster import ARSieveForecaster

__all__ = ["forecast_panel"]

_BATCHES_A_WORKER = 8  # so that workers end together
_MOST_A_BATCH = 16  # so that little is under way when the work ends early


def forecast_panel(
    df: Any,
    h: int,
    *,
    forecaster: Any = None,
    X_df: Any = None,
    freq: Any = None,
    coverage: Any = None,
    n_paths: int | None = None,
    errors: str = "warn",
    n_jobs: int | None = None,
    verbose: int = 0,
) -> Any:
    """Forecast each of many series with a forecaster of its own.

    For every series a clone of ``forecaster`` is fitted and asked for ``h`` steps, as in a loop: series do
    not learn from each other. Results do not depend on ``n_jobs`` or on joblib's backend.

    Parameters
    ----------
    df : pandas DataFrame
        One row for each series and time, in any order: ``unique_id`` (no missing ids), ``ds`` (dates, periods
        of one frequency or whole numbers; none missing) and ``y`` (numbers). Any other column is
        exogenous: numbers or booleans. The rows of a series are sorted by ``ds``. A time that is left out
        inside a series becomes NaN, like a missing y, and is up to the forecaster. A pair of id
        and time must not be repeated.
    h : int
        Number of steps to forecast, at least 1.
    forecaster : object, optional
        Has ``fit(y)`` and ``predict(h)``, or ``fit(y, X)`` and ``predict(h, X)`` if there are exogenous
        columns; by default ``ARSieveForecaster()``, whose ``random_state`` is None, so that results differ
        from call to call. It is cloned and stays as it is. It gets y as a Series, and X as a DataFrame,
        with regular times as index. Parameters ``n_jobs`` that are None become 1.
    X_df : pandas DataFrame, optional
        Needed if, and only if, there are exogenous columns: ``unique_id``, ``ds`` and the same columns for
        the ``h`` steps after the end of each series, rows and columns in any order.
    freq : str, pandas offset or int, optional
        Step between times, the same for all series: a pandas frequency for dates, an integer of at least 1
        for whole numbers. By default the step that each series shows; three dates or more are needed
        then, and where some are left out, the step that most of the others have is taken.
    coverage : float or sequence of float, optional
        Coverage of prediction intervals, each between 0 and 1 (both excluded). The forecaster must then have
        ``predict_interval(h, coverage=[...])``, or ``predict_interval(h, X, coverage=[...])`` if there are
        exogenous columns, as :class:`~arsieve_rf.ARSieveForecaster` has: a DataFrame with the columns
        ``mean, lower_c, upper_c``. By default no intervals.
    n_paths : int, optional
        Number of paths that intervals are made from, at least 1, handed on to ``predict_interval``; by
        default what that takes for itself. Only with ``coverage``.
    errors : {"warn", "raise"}, default="warn"
        What happens if a series cannot be forecast. "warn": the others go on, its forecasts are NaN and
        one warning sums up. "raise": the first such series, in the order of the result, ends the call.
        Where no series at all can be forecast, the first fault is raised in any case.
    n_jobs : int, optional
        Number of workers that share the series; -1 for all processors, None for 1 or what joblib's
        ``parallel_config`` says, which also chooses a backend ("threading", "dask"). Processes by default:
        a part of each fit holds Python's lock, so that with 200 series of 100 values and 500 trees two
        threads were 1.2 to 1.5 times as fast as one worker, and two processes 1.7 to 1.9 times. But
        processes take 2 to 5 seconds to start, once a session: a few hundred short series are done
        sooner by one worker.
    verbose : int, default=0
        Progress on stderr if above 0.

    Returns
    -------
    pandas DataFrame
        ``unique_id``, ``ds`` and ``mean``, with ``coverage`` also ``lower_c`` and ``upper_c`` for each c of
        it (``lower_0.9``), float64 in the units of y: h rows for each series, series in the order of their
        first rows in ``df``. ``ds`` keeps its dtype, if that can hold the later times. Where the times of a
        failed series cannot be continued they are missing, and whole numbers then become pandas' nullable
        integers.
        ``attrs["failures"]`` is a dict from id to message, ``attrs["warnings"]`` one from message to the
        list of ids that it is about; each is also issued as a warning, once.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a frame is not as said above, or a series fails where that is not tolerated; the
        message names the series.
    RuntimeError
        In place of an exception of another kind in the forecaster.

    Warns
    -----
    UserWarning
        If some series could not be forecast.

    Examples
    --------
    >>> import pandas as pd
    >>> from arsieve_rf import ARSieveForecaster, forecast_panel
    >>> from arsieve_rf.datasets import load_sunspots
    >>> y = load_sunspots().to_numpy()
    >>> early = pd.DataFrame({"unique_id": "early", "ds": range(1700, 1850), "y": y[:150]})
    >>> late = pd.DataFrame({"unique_id": "late", "ds": range(1859, 2009), "y": y[159:309]})
    >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0)
    >>> forecasts = forecast_panel(pd.concat([early, late]), 2, forecaster=forecaster)
    >>> forecasts[["unique_id", "ds"]]
      unique_id    ds
    0     early  1850
    1     early  1851
    2      late  2009
    3      late  2010
    >>> forecasts.attrs["failures"]
    {}

    With intervals:

    >>> intervals = forecast_panel(early, 2, forecaster=forecaster, coverage=[0.5, 0.9])
    >>> intervals.columns.tolist()
    ['unique_id', 'ds', 'mean', 'lower_0.5', 'upper_0.5', 'lower_0.9', 'upper_0.9']
    """
    h = check_horizon(h)
    as_word("errors", errors, ("warn", "raise"))
    check_run(n_jobs, verbose)
    wanted = read_wanted(coverage, n_paths)
    template = as_template(ARSieveForecaster() if forecaster is None else forecaster, wanted)
    observed = read_panel(df)
    future = read_future_frame(X_df, observed)
    clock = read_clock(observed.times, df["ds"].dtype, freq)
    job = Job(template, h, wanted, clock, observed.columns)
    n_workers = workers(n_jobs)
    sizes = _batch_sizes(len(observed.ids), n_workers)
    result = _Result(observed, h, wanted.columns)
    done = run_batches(job, result.batches(future, sizes), n_jobs, n_workers)
    done = progress(done, sizes, label="forecasting series", verbose=int(verbose))
    result.take(done, stop_early=errors == "raise")
    if result.first_fault is not None and (errors == "raise" or result.all_failed):
        raise result.first_fault
    tell_warnings(result.warnings)
    if result.failures:
        warnings.warn(result.summary(), UserWarning, stacklevel=2)
    return result.frame(df["unique_id"].dtype, clock)


def _batch_sizes(n_series: int, n_workers: int) -> list[int]:
    """Equal but for the last."""
    size = min(_MOST_A_BATCH, max(1, n_series // (_BATCHES_A_WORKER * n_workers)))
    return [min(size, n_series - first) for first in range(0, n_series, size)]


class _Result:
    """What has come back so far."""

    def __init__(self, observed: Rows, h: int, columns: list[str]) -> None:
        self.ids = observed.ids.tolist()
        self.failures: dict[Any, str] = {}
        self.first_fault: Exception | None = None
        self.warnings: dict[Caught, list[Any]] = {}
        self.stopped = False
        self._observed = observed
        self._times = np.full((len(self.ids), h), NO_TIME)
        self._columns = columns
        self._values = np.full((len(self.ids), h, len(columns)), np.nan)

    @property
    def all_failed(self) -> bool:
        """No series at all could be forecast."""
        return len(self.failures) == len(self.ids)

    def batches(self, future: Rows | None, sizes: list[int]) -> Iterator[list[Series]]:
        """The series to be forecast, made one batch at a time; no more of them once the work is stopped."""
        first = 0
        for size in sizes:
            if self.stopped:
                return
            yield [self._series(i, future) for i in range(first, first + size)]
            first += size

    def take(self, done: Iterator[list[Outcome]], *, stop_early: bool) -> None:
        """Keep the outcomes, in the order of the series.

        Stopped early, the batches that are under way come to their end, and joblib has nothing to abort.
        """
        first = 0
        for outcomes in done:
            for i, outcome in enumerate(outcomes, first):
                self._keep(i, outcome)
            first += len(outcomes)
            self.stopped = stop_early and bool(self.failures)

    def summary(self) -> str:
        """How many series failed, and the first reasons."""
        some = [f"{name!r}: {message}" for name, message in list(self.failures.items())[:3]]
        more = "; ..." if len(self.failures) > len(some) else ""
        return (
            f"{len(self.failures)} of {len(self.ids)} series could not be forecast, their forecasts are NaN "
            f"(attrs['failures'] has all reasons): {'; '.join(some)}{more}"
        )

    def frame(self, id_dtype: Any, clock: Clock) -> pd.DataFrame:
        """As the user gets it."""
        ids = pd.Series(self._observed.ids.repeat(self._times.shape[1])).astype(id_dtype)
        columns = {name: self._values[:, :, i].ravel() for i, name in enumerate(self._columns)}
        frame = pd.DataFrame({"unique_id": ids, "ds": clock.column(self._times.ravel()), **columns})
        told: dict[str, list[Any]] = {}
        for caught, names in self.warnings.items():
            told.setdefault(caught.message, []).extend(names)
        frame.attrs = {"failures": self.failures, "warnings": told}
        return frame

    def _series(self, i: int, future: Rows | None) -> Series:
        """Views of the rows of one series."""
        rows, observed = self._observed.rows_of(i), self._observed
        X = None if observed.X is None else observed.X[rows]
        if future is None:
            return Series(observed.times[rows], observed.y[rows], X)
        coming = future.rows_of(i)
        assert future.X is not None
        return Series(observed.times[rows], observed.y[rows], X, future.times[coming], future.X[coming])

    def _keep(self, i: int, outcome: Outcome) -> None:
        self._times[i] = outcome.times
        self._values[i] = outcome.values
        for caught in dict.fromkeys(outcome.warnings):
            self.warnings.setdefault(caught, []).append(self.ids[i])
        if outcome.fault is not None:
            self.failures[self.ids[i]] = outcome.fault.message
            if self.first_fault is None:
                self.first_fault = outcome.fault.as_error(self.ids[i])
