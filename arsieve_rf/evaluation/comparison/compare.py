"""Compare bootstraps on a series of one's own."""

from __future__ import annotations

from typing import Any

from ...estimators._parameters import check_run
from ...resampling.ar_checks import as_integer
from ...resampling.seeding import seed_from
from .._aligned import check_share
from .._units import read_units
from .._windows import read_windows
from ._methods import as_bootstraps, as_extra, as_template
from ._plan import Plan
from .panel import PanelComparison

__all__ = ["compare_bootstraps"]

_BOOTSTRAPS = ("ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "auto")


def compare_bootstraps(
    y: Any,
    X: Any = None,
    *,
    bootstraps: Any = _BOOTSTRAPS,
    h: int = 1,
    n_windows: int = 24,
    step: int = 1,
    window: str = "expanding",
    refit: bool | int = True,
    coverage: float | None = 0.9,
    forecaster: Any = None,
    extra: Any = None,
    season: int | None = None,
    freq: Any = None,
    n_jobs: int | None = None,
    random_state: Any = 0,
    verbose: int = 0,
) -> Any:
    """Forecast the past of a series with each bootstrap; say which is best, and whether it matters.

    All methods forecast the same windows (:func:`arsieve_rf.backtest`), all forests with the same lags. The
    AR model and naive forecasts run beside them as yardsticks.

    Parameters
    ----------
    y : array-like of shape (n,), pandas Series or DataFrame
        The series, or several series in a long DataFrame, as for :func:`arsieve_rf.backtest`; NaN is a
        missing value where the forecaster has ``missing="segment"``, and an error otherwise.
    X : array-like of shape (n, k) or pandas DataFrame, optional
        Exogenous columns beside a single series, known in advance.
    bootstraps : sequence or dict, optional
        What to compare, each as the parameter ``bootstrap`` of :class:`~arsieve_rf.ARSieveForecaster`: words,
        None (named "none") or strategy objects (named as they print). A dict gives names of your own. By
        default "ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping" and "auto".
    h : int, default=1
        Number of steps forecast in each window, at least 1.
    n_windows : int, default=24
        Number of windows, at least 2. Tests need more than ``h / step`` of them.
    step : int, default=1
        Observations from one window to the next, at least 1. Windows overlap if it is less than ``h``, which
        the tests allow for; but ten windows that share their steps know less than ten that do not.
    window : {"expanding", "sliding"}, default="expanding"
        What a fit sees, as for :func:`arsieve_rf.backtest`.
    refit : bool or int, default=True
        Whether to fit at each window (True), at every so many-th, or at the first alone (False).
    coverage : float or None, default=0.9
        Coverage of intervals, between 0 and 1 (both excluded). None: no intervals, which saves about
        a third of the time.
    forecaster : ARSieveForecaster, optional
        All its parameters but the bootstrap and the random state are those of all forests; by default
        ``ARSieveForecaster()``, 500 trees. The lags that it chooses, or has room for, before the
        first cutoff are kept for all methods and windows.
    extra : dict of str to object, optional
        Others to put beside, by name. A forecaster with ``fit(y)`` and ``predict(h)``, or with X as second
        argument of both if there are exogenous columns, is taken as it is. A regressor with ``fit(X, y)`` and
        ``predict(X)`` gets the preparation, the lags and the differenced exogenous columns of the forests,
        and forecasts several steps by feeding each forecast back. A function is called with y, without X,
        and must give an object with ``forecast(h)``, as the results of statsmodels' models have.
    season : int, optional
        Period of the seasonal naive forecast and of MASE, at least 1. By default the forecaster's
        ``seasonal_period``, else the shortest of the calendar (12 for months), else 1, which means that there
        is no seasonal naive forecast.
    freq : str, pandas offset or int, optional
        Step between the times of a DataFrame, where they do not show it.
    n_jobs : int, optional
        Number of workers that share the windows, as for :func:`arsieve_rf.backtest`. Results do not depend
        on it, but for the seconds.
    random_state : int, RandomState, Generator or None, default=0
        Seed of all forests and of the resampling of windows.
    verbose : int, default=0
        Progress on stderr if above 0.

    Returns
    -------
    Comparison or PanelComparison
        With ``summary()``, ``describe()``, ``plot()``, ``best_``, ``winner_`` and ``forecaster()``; over all
        series where y is a DataFrame.

    Raises
    ------
    TypeError, ValueError
        If a parameter or the series are not as said above, or a method refuses a window.

    Warns
    -----
    UserWarning
        From ``summary()`` and ``describe()``, if statsmodels is older than 0.15, which brought the
        Diebold-Mariano test.

    See Also
    --------
    arsieve_rf.evaluation.comparison.Comparison : The result.
    arsieve_rf.evaluation.comparison.PanelComparison : The result for several series.

    Notes
    -----
    The loss of a window is its mean squared error over the ``h`` steps. Two methods are compared by the
    Diebold-Mariano test of these losses, with the autocovariances that overlapping windows have by
    construction, and the correction for small samples. A bootstrap is called the winner if it has the lowest
    mean loss and each of the others is worse with a p-value below .05, after Holm's correction. If all are
    equally good, that happens in about 5 % of the series with two bootstraps, in less than 1 % with seven.

    References
    ----------
    F. X. Diebold, R. S. Mariano (1995). "Comparing predictive accuracy". Journal of Business & Economic
    Statistics 13, 253-263. doi:10.1080/07350015.1995.10524599

    D. Harvey, S. Leybourne, P. Newbold (1997). "Testing the equality of prediction mean squared errors".
    International Journal of Forecasting 13, 281-291. doi:10.1016/S0169-2070(96)00719-4

    P. R. Hansen, A. Lunde, J. M. Nason (2011). "The model confidence set". Econometrica 79, 453-497.
    doi:10.3982/ECTA5771

    Examples
    --------
    >>> from arsieve_rf import ARSieveForecaster, compare_bootstraps
    >>> from arsieve_rf.datasets import load_sunspots
    >>> result = compare_bootstraps(
    ...     load_sunspots(), bootstraps=["iid", "auto"], h=2, n_windows=8,
    ...     forecaster=ARSieveForecaster(n_estimators=20),
    ... )
    >>> sorted(result.methods)
    ['ar', 'auto', 'iid', 'naive']
    >>> table = result.summary()
    >>> forecast = result.forecaster().predict(2)  # by the best one, fitted to the whole series

    A regressor and a model of statsmodels beside them:

    >>> from sklearn.linear_model import Ridge
    >>> from statsmodels.tsa.ar_model import AutoReg
    >>> result = compare_bootstraps(
    ...     load_sunspots(), bootstraps=["iid"], h=2, n_windows=4, coverage=None,
    ...     forecaster=ARSieveForecaster(n_estimators=20),
    ...     extra={"ridge": Ridge(), "autoreg": lambda y: AutoReg(y.to_numpy(), 9).fit()},
    ... )
    >>> result.methods
    ('iid', 'ar', 'naive', 'ridge', 'autoreg')
    """
    check_run(n_jobs, verbose)
    windows = read_windows(h, n_windows, step, window, refit)
    as_integer("n_windows", n_windows, 2, why=" to be compared")
    share = None if coverage is None else check_share(coverage, "coverage", ends=False)
    template = as_template(forecaster)
    named = as_bootstraps(bootstraps, template)
    others = as_extra(extra, tuple(named), moves=windows.every > 1)
    if season is not None:
        season = as_integer("season", season, 1)
    seed = seed_from(random_state)
    plan = Plan(windows, share, named, others, template, season, seed, n_jobs, int(verbose))
    data = read_units(y, X, freq)
    for unit in data.units:
        windows.check_length(len(unit.y), unit.name)
    if data.ids is None:
        return plan.run(data.units[0])
    names = data.ids.tolist()
    comparisons = {name: plan.run_named(unit) for name, unit in zip(names, data.units)}
    return PanelComparison(comparisons, named, template)
