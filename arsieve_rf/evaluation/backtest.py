"""Backtests: forecasts of the past from what was known at the time."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..estimators._parameters import check_run
from ._windows import Windows, read_windows

if TYPE_CHECKING:
    import pandas as pd

    from ..estimators._panel_warnings import Caught
    from ._runs import Outcome
    from ._units import Units

__all__ = ["backtest"]


def backtest(
    forecaster: Any,
    y: Any,
    X: Any = None,
    *,
    h: int,
    n_windows: int,
    step: int = 1,
    window: str = "expanding",
    refit: bool | int = True,
    coverage: Any = None,
    freq: Any = None,
    n_jobs: int | None = None,
    verbose: int = 0,
) -> pd.DataFrame:
    """Forecast the end of a series again and again, each time from what was known before.

    The ``n_windows`` cutoffs are ``step`` observations apart; the last one is ``h`` before the end of the
    series. At each, a clone of the forecaster sees the observations up to the cutoff and forecasts ``h``
    steps. It sees nothing that comes later, but for the exogenous columns of these steps.

    Parameters
    ----------
    forecaster : object
        Has ``fit(y)`` and ``predict(h)``, or ``fit(y, X)`` and ``predict(h, X)`` if there are exogenous
        columns. It is cloned for each fit and stays as it is. Parameters ``n_jobs`` that are None become
        1; a ``random_state`` that is None makes results differ from call to call.
    y : array-like of shape (n,), pandas Series or DataFrame
        The series; NaN is a missing value, and up to the forecaster. A Series needs a regular DatetimeIndex,
        PeriodIndex or integer index. Or several series in a long DataFrame with the columns ``unique_id``,
        ``ds`` and ``y``, any other column being exogenous, as for :func:`arsieve_rf.forecast_panel`.
    X : array-like of shape (n, k) or pandas DataFrame, optional
        Exogenous columns beside a single series. Those of the steps ahead are handed to ``predict``: only
        columns that are known in advance make an honest test.
    h : int
        Number of steps forecast at each cutoff, at least 1.
    n_windows : int
        Number of cutoffs, at least 1, and at most ``(n - h - 1) // step + 1``.
    step : int, default=1
        Observations from one cutoff to the next, at least 1.
    window : {"expanding", "sliding"}, default="expanding"
        What a fit sees: all observations up to the cutoff; or as many of the last ones as there are before
        the first cutoff.
    refit : bool or int, default=True
        Whether to fit at each cutoff (True), at every so many-th (an integer of at least 1) or at the first
        alone (False). At the others the fitted forecaster is moved on by ``update(y_new)``, or
        ``update(y_new, X_new)``, which it must then have.
    coverage : float or sequence of float, optional
        Coverage of prediction intervals, each between 0 and 1 (both excluded). The forecaster must then have
        ``predict_interval(h, coverage=[...])``, as :class:`~arsieve_rf.ARSieveForecaster` has. By default
        no intervals.
    freq : str, pandas offset or int, optional
        Step between the times of a DataFrame, where they do not show it, as for
        :func:`arsieve_rf.forecast_panel`.
    n_jobs : int, optional
        Number of workers that share the fits; -1 for all processors, None for 1 or what joblib's
        ``parallel_config`` says. Threads by default; ``parallel_config(backend="loky")`` makes them
        processes, which pay where there are many series (see :func:`arsieve_rf.forecast_panel`). Results do
        not depend on it.
    verbose : int, default=0
        Progress on stderr if above 0.

    Returns
    -------
    pandas DataFrame
        ``h`` rows for each cutoff, in the order of time: ``cutoff``, the label of the last observation that
        the forecaster saw (its position from 0 where y is an array); ``step``, 1 to h; ``y`` and ``yhat``,
        observed and forecast; ``lower_c`` and ``upper_c`` for each c of the coverage (``lower_0.9``), and
        ``yhat`` is then the ``mean`` of ``predict_interval``. With several series, ``unique_id`` comes first,
        series in the order of their first rows. ``attrs["fit_seconds"]`` is a list of
        the seconds by the clock that `fit` or `update` took, one for each cutoff (of each series), in the
        order of the rows; workers may slow each other down.

    Raises
    ------
    TypeError, ValueError
        If a parameter or the data are not as said above, or the forecaster refuses a window; the message
        names the cutoff.
    RuntimeError
        In place of an exception of another kind in the forecaster.

    Examples
    --------
    >>> from arsieve_rf import ARSieveForecaster, backtest
    >>> from arsieve_rf.datasets import load_sunspots
    >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0)
    >>> result = backtest(forecaster, load_sunspots(), h=2, n_windows=3)
    >>> result[["cutoff", "step", "y"]]
      cutoff  step    y
    0   2004     1  29.8
    1   2004     2  15.2
    2   2005     1  15.2
    3   2005     2   7.5
    4   2006     1   7.5
    5   2006     2   2.9

    The mean absolute error by step:

    >>> errors = (result["y"] - result["yhat"]).abs().groupby(result["step"]).mean()
    """
    # light until here: who wants an error measure need not wait for pandas and scikit-learn
    from ..estimators._panel_intervals import read_wanted
    from ..estimators._template import as_template
    from ..forest.parallel import map_chunks
    from ..forest.progress import progress
    from ._runs import run_block
    from ._units import read_units

    windows = read_windows(h, n_windows, step, window, refit)
    wanted = read_wanted(coverage, None)
    check_run(n_jobs, verbose)
    template = as_template(forecaster, wanted, moves=windows.every > 1)
    data = read_units(y, X, freq)
    for unit in data.units:
        windows.check_length(len(unit.y), unit.name)
    tasks = [
        (template, wanted, windows.h, unit, block)
        for unit in data.units
        for block in windows.blocks(len(unit.y))
    ]
    done = map_chunks(run_block, tasks, n_jobs)
    sizes = [len(task[-1].ends) for task in tasks]
    parts = progress(done, sizes, label="backtest: windows", verbose=int(verbose))
    outcomes = [outcome for part in parts for outcome in part]
    result = _frame(data, windows, wanted.columns, outcomes)
    _tell(data, windows, outcomes)
    return result


def _frame(data: Units, windows: Windows, names: list[str], outcomes: list[Outcome]) -> pd.DataFrame:
    """As the user gets it."""
    import pandas as pd

    h = windows.h
    ends = np.array([[e for b in windows.blocks(len(u.y)) for e in b.ends] for u in data.units])
    ahead = ends[:, :, np.newaxis] + np.arange(h)
    columns: dict[str, Any] = {
        "cutoff": data.labels(np.repeat(ends - 1, h, axis=1)),
        "step": np.tile(np.arange(1, h + 1), ends.size),
        "y": np.concatenate([unit.values[at].ravel() for unit, at in zip(data.units, ahead)]),
    }
    values = np.concatenate([outcome.values for outcome in outcomes])
    for name, column in zip(["yhat", *names[1:]], values.T):
        columns[name] = column
    if data.ids is not None:
        own = np.repeat(np.arange(len(data.ids)), windows.n_windows * h)
        ids = data.ids.take(own).reset_index(drop=True)  # repeat() would infer another dtype
        columns = {"unique_id": ids, **columns}
    frame = pd.DataFrame(columns)
    frame.attrs = {"fit_seconds": [outcome.seconds for outcome in outcomes]}
    return frame


def _tell(data: Units, windows: Windows, outcomes: list[Outcome]) -> None:
    """Issue each warning once, with the windows or the series that it is about."""
    found: dict[Caught, list[int]] = {}
    for number, outcome in enumerate(outcomes):
        for caught in dict.fromkeys(outcome.warnings):
            found.setdefault(caught, []).append(number)
    if data.ids is not None:
        from ..estimators._panel_warnings import tell_warnings

        ids = data.ids.tolist()
        tell_warnings({c: [ids[i // windows.n_windows] for i in at] for c, at in found.items()})
        return
    for caught, numbers in found.items():
        text = f"{caught.message} [{len(numbers)} of {len(outcomes)} windows]"
        warnings.warn_explicit(text, caught.category, caught.filename, caught.lineno)
