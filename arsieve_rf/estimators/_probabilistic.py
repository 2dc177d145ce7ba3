"""Paths, intervals and quantiles of a fitted forecaster, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from ..resampling.ar_checks import as_integer, as_word
from ..resampling.seeding import seed_from
from ..series.index import IndexInfo, check_horizon, read_future_exog
from ._calibration import N_PATHS_PAST, Calibration, as_calibration
from ._levels import central_levels, quantiles_of_draws, read_coverage, read_quantiles, warn_of_few
from ._parameters import check_workers
from ._series_model import SeriesModel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Probabilistic"]

FloatArray = NDArray[np.float64]


class Probabilistic:
    """What a fitted forecaster can say of its uncertainty."""

    strategy: str
    calibration: str | None
    n_jobs: int | None
    _model: SeriesModel
    _info: IndexInfo
    _history: FloatArray
    _calibration: Calibration | None
    _fitted_calibration: str | None

    def predict_paths(
        self, h: int, X: Any = None, n_paths: int = 1000, random_state: Any = None
    ) -> FloatArray:
        """Simulate possible futures of the series, whole paths of ``h`` steps.

        A path is the recursion of the forecast in which each step draws an innovation from out-of-sample
        residuals, with coefficients, level and size of the innovations that differ from path to path as far
        as they are not known. Sums, maxima or threshold crossings of the paths are draws of these.

        Parameters
        ----------
        h : int
            Number of steps, at least 1.
        X : array-like of shape (h, k) or pandas DataFrame, optional
            Exogenous columns at these steps; needed if, and only if, the forecaster was fitted with X.
        n_paths : int, default=1000
            Number of paths, at least 1. The first k paths do not depend on how many follow.
        random_state : int, RandomState, Generator or None, default=None
            Where the paths' random streams begin. None: from the seed of the fit, so that two calls give the
            same paths.

        Returns
        -------
        ndarray of float64, shape (n_paths, h)
            Paths in the units of y, equally likely; the same for any `n_jobs`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError, TypeError
            If a parameter is not as said above.

        Notes
        -----
        Residuals are out of bag where trees leave rows out; trees of "ar_sieve" have not seen the observed
        series; with `bootstrap=None` a fifth of the rows after another is held out. With
        `strategy="direct"` a path takes all its residuals from the same origin, so that their dependence
        stays. Forecasters with the same seed draw the same random numbers: where paths of several series are
        to be added up, give each series a `random_state` of its own.

        References
        ----------
        L. Pascual, J. Romo, E. Ruiz (2004). "Bootstrap predictive inference for ARIMA processes". Journal of
        Time Series Analysis 25, 449-465. doi:10.1111/j.1467-9892.2004.01713.x

        Examples
        --------
        >>> from arsieve_rf import ARSieveForecaster
        >>> from arsieve_rf.datasets import load_sunspots
        >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0).fit(load_sunspots())
        >>> paths = forecaster.predict_paths(11, n_paths=200)
        >>> paths.shape
        (200, 11)
        >>> highest = paths.max(axis=1)  # draws of the maximum of the next eleven years
        """
        check_is_fitted(self)
        h = check_horizon(h)
        exog = self._future_exog(X, h, "n_paths")
        return self._draw(h, exog, n_paths, random_state)

    def predict_interval(
        self,
        h: int,
        X: Any = None,
        coverage: float | Sequence[float] = 0.9,
        *,
        n_paths: int = 1000,
        random_state: Any = None,
    ) -> pd.DataFrame:
        """Central prediction intervals of the next ``h`` steps.

        Parameters
        ----------
        h : int
            Number of steps, at least 1.
        X : array-like of shape (h, k) or pandas DataFrame, optional
            Exogenous columns at these steps; needed if, and only if, the forecaster was fitted with X.
        coverage : float or sequence of float, default=0.9
            Share of futures that lie in the interval of a step, between 0 and 1; or several of them.
        n_paths : int, default=1000
            Number of paths, at least 1; with `calibration` at least 200 are drawn.
        random_state : int, RandomState, Generator or None, default=None
            As in :meth:`predict_paths`.

        Returns
        -------
        pandas DataFrame
            The index continued (positions if y had none) in h rows, and columns ``mean`` (what `predict`
            gives), ``lower_0.9``, ``upper_0.9``, and so on for each coverage, in the units of y. Wider
            intervals contain the narrower ones.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError, TypeError
            If a parameter is not as said above.

        Warns
        -----
        UserWarning
            If there are too few paths, or past errors, for a coverage; the widest interval that they support
            is given.

        Examples
        --------
        >>> from arsieve_rf import ARSieveForecaster
        >>> from arsieve_rf.datasets import load_sunspots
        >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0).fit(load_sunspots())
        >>> forecaster.predict_interval(2, coverage=[0.8, 0.95]).columns.tolist()
        ['mean', 'lower_0.8', 'upper_0.8', 'lower_0.95', 'upper_0.95']
        """
        return self._intervals(h, X, coverage, n_paths, random_state)

    def predict_quantiles(
        self,
        h: int,
        X: Any = None,
        quantiles: float | Sequence[float] = (0.1, 0.5, 0.9),
        *,
        n_paths: int = 1000,
        random_state: Any = None,
    ) -> pd.DataFrame:
        """Quantiles of the next ``h`` steps.

        Parameters
        ----------
        h : int
            Number of steps, at least 1.
        X : array-like of shape (h, k) or pandas DataFrame, optional
            Exogenous columns at these steps; needed if, and only if, the forecaster was fitted with X.
        quantiles : float or sequence of float, default=(0.1, 0.5, 0.9)
            Levels between 0 and 1.
        n_paths : int, default=1000
            Number of paths, at least 1; with `calibration` at least 200 are drawn.
        random_state : int, RandomState, Generator or None, default=None
            As in :meth:`predict_paths`.

        Returns
        -------
        pandas DataFrame
            The index continued (positions if y had none) in h rows, and columns ``q_0.1`` and so on, in the
            units of y. They never cross.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError, TypeError
            If a parameter is not as said above.

        Warns
        -----
        UserWarning
            As in :meth:`predict_interval`.

        Examples
        --------
        >>> from arsieve_rf import ARSieveForecaster
        >>> from arsieve_rf.datasets import load_sunspots
        >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0).fit(load_sunspots())
        >>> forecaster.predict_quantiles(3, quantiles=[0.25, 0.75]).shape
        (3, 2)
        """
        check_is_fitted(self)
        levels = read_quantiles(quantiles)
        h = check_horizon(h)
        asked = "quantile", max(levels, key=lambda level: abs(level - 0.5))
        found = self._quantiles(h, X, levels, n_paths, random_state, asked, stacklevel=4)
        return self._frame([f"q_{level:g}" for level in levels], found)

    def plot(
        self,
        h: int,
        X: Any = None,
        coverage: float | Sequence[float] = (0.5, 0.8, 0.95),
        *,
        n_paths: int = 1000,
        random_state: Any = None,
        ax: Axes | None = None,
        n_history: int | None = None,
        title: str | None = None,
    ) -> Axes:
        """Draw the series, the forecast of ``h`` steps, and its intervals as a fan.

        Parameters
        ----------
        h : int
            Number of steps, at least 1.
        X : array-like of shape (h, k) or pandas DataFrame, optional
            Exogenous columns at these steps; needed if, and only if, the forecaster was fitted with X.
        coverage : float or sequence of float, default=(0.5, 0.8, 0.95)
            Of the intervals.
        n_paths : int, default=1000
            Number of paths, at least 1; with `calibration` at least 200 are drawn.
        random_state : int, RandomState, Generator or None, default=None
            As in :meth:`predict_paths`.
        ax : matplotlib.axes.Axes, optional
            Where to draw, a new figure by default; this and the rest as in
            :func:`arsieve_rf.plotting.plot_forecast`.
        n_history : int, optional
            Draw this many last values of the series only.
        title : str, optional
            Title of the axes.

        Returns
        -------
        matplotlib.axes.Axes
            The axes; ``ax.figure.savefig("forecast.png")`` writes the picture.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            Before `fit`.
        ValueError, TypeError
            If a parameter is not as said above.

        Examples
        --------
        >>> from arsieve_rf import ARSieveForecaster
        >>> from arsieve_rf.datasets import load_sunspots
        >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0).fit(load_sunspots())
        >>> ax = forecaster.plot(11, coverage=[0.5, 0.9])
        >>> ax.figure.savefig("sunspots.png")  # doctest: +SKIP
        """
        from ..plotting import plot_forecast

        frame = self._intervals(h, X, coverage, n_paths, random_state)
        history = self._info.label(self._history)
        return plot_forecast(history, frame, ax=ax, n_history=n_history, title=title)

    def _intervals(self, h: Any, X: Any, coverage: Any, n_paths: Any, random_state: Any) -> pd.DataFrame:
        """As `predict_interval`; a user's call is one level above the caller's."""
        check_is_fitted(self)
        wanted = read_coverage(coverage)
        h = check_horizon(h)
        asked = "coverage", max(wanted)
        levels = central_levels(wanted)
        quantiles = self._quantiles(h, X, levels, n_paths, random_state, asked, stacklevel=5)
        names = [f"{end}_{c:g}" for c in wanted for end in ("lower", "upper")]
        means = np.asarray(self.predict(h, X), dtype=np.float64)  # type: ignore[attr-defined]
        return self._frame(["mean", *names], np.vstack([means, quantiles]))

    def _quantiles(
        self,
        h: int,
        X: Any,
        levels: list[float],
        n_paths: Any,
        random_state: Any,
        asked: tuple[str, float],
        stacklevel: int,
    ) -> FloatArray:
        """Shape (n_levels, h); warnings name what was asked and point ``stacklevel`` calls up."""
        exog = self._future_exog(X, h, asked[0])
        if as_calibration(self.calibration) != self._fitted_calibration:
            raise ValueError(
                f"calibration={self.calibration!r} was set after fit, which it is for: call fit again."
            )
        extreme = f"the {asked[0]} {asked[1]:g}"
        if self._calibration is None:
            paths = self._draw(h, exog, n_paths, random_state)
            found, too_few = quantiles_of_draws(paths, levels)
            if too_few:
                warn_of_few(f"n_paths={len(paths)} is", extreme, "Ask for more paths.", stacklevel)
            return found
        count = max(as_integer("n_paths", n_paths, 1), N_PATHS_PAST)
        paths = self._draw(h, exog, count, random_state)
        direct = self.strategy == "direct"
        found, too_few, n_errors = self._calibration.quantiles(
            paths, levels, direct=direct, n_jobs=self.n_jobs
        )
        if too_few:
            what = f"the past errors, {n_errors} of the step that has fewest, are"
            remedy = "A longer series has more; calibration=None needs none."
            warn_of_few(what, extreme, remedy, stacklevel)
        return found

    def _future_exog(self, X: Any, h: int, name: str) -> FloatArray | None:
        """As read; numbers where there are no columns were meant to be the next parameter."""
        if X is not None and self._info.n_exog == 0 and np.ndim(X) < 2:
            raise ValueError(
                f"X={X!r} is given, but the model was fitted without X; if it is the {name} that was meant, "
                "name the parameter."
            )
        return read_future_exog(X, h, self._info)

    def _draw(self, h: int, exog: FloatArray | None, n_paths: Any, random_state: Any) -> FloatArray:
        as_word("strategy", self.strategy, ("recursive", "direct"))
        check_workers(self.n_jobs)
        count = as_integer("n_paths", n_paths, 1)
        seed = self._model.path_seed if random_state is None else seed_from(random_state)
        direct = self.strategy == "direct"
        return self._model.paths(h, exog, count, seed, direct=direct, n_jobs=self.n_jobs)

    def _frame(self, names: list[str], columns: FloatArray) -> pd.DataFrame:
        import pandas as pd

        h = columns.shape[1]
        index = self._info.future(h)
        if self._info.kind == "array":
            index = pd.RangeIndex(self._info.n, self._info.n + h)
        return pd.DataFrame(dict(zip(names, columns)), index=index)
