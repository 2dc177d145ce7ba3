"""What a comparison found."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...estimators._template import fresh
from .._units import Unit
from .._windows import Windows
from ._measures import Errors
from ._methods import Contender
from ._significance import clear_best, confidence_set, diebold_mariano, holm, ratio_intervals, window_horizon
from ._words import LEVEL, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Comparison", "Setting"]

_NO_TEST = (
    "p-values need statsmodels 0.15 or later, which has the Diebold-Mariano test: now they are NaN and no "
    'method is called better. pip install "arsieve-rf[compare]"'
)


@dataclass(frozen=True, eq=False)
class Setting:
    """What was compared, and how.

    Attributes
    ----------
    unit : Unit
        The series.
    windows : Windows
        Where it was forecast.
    coverage : float or None
        Of intervals.
    season : int
        Period of the seasonal naive forecast and of MASE.
    seed : int
        Of the resampling of windows.
    """

    unit: Unit
    windows: Windows
    coverage: float | None
    season: int
    seed: int

    @property
    def horizon(self) -> int:
        """Windows from one to the next that shares no step with it."""
        return window_horizon(self.windows.h, self.windows.step)


@dataclass(eq=False, repr=False)
class Comparison:
    """Forecasts of several methods on the same windows, and what they say.

    Made by :func:`arsieve_rf.compare_bootstraps`. The loss of a window is its mean squared error over the
    ``h`` steps; windows are what is paired, resampled and tested.

    Attributes
    ----------
    forecasts : pandas DataFrame
        ``method`` and the columns of :func:`arsieve_rf.backtest`: ``cutoff``, ``step``, ``y``, ``yhat``, and
        with a coverage c ``lower_c`` and ``upper_c``, NaN for methods without intervals.
    reference : str
        The method that the others are tested against: "iid" if it was compared, else the first bootstrap.
    setting : Setting
        Series, windows, coverage, season and seed.
    contenders : list of Contender
        The methods.
    errors : Errors
        The forecasts as arrays.
    fit_seconds, tree_correlations : list of float
        Of each method.

    Examples
    --------
    >>> from arsieve_rf import ARSieveForecaster, compare_bootstraps
    >>> y = [10.0 + t + 5.0 * (t % 4 == 0) for t in range(40)]
    >>> result = compare_bootstraps(
    ...     y, bootstraps=["iid", "auto"], h=2, n_windows=8, forecaster=ARSieveForecaster(n_estimators=20)
    ... )
    >>> result
    <Comparison of 4 methods on 8 windows of 2 step(s), best bootstrap 'iid'>
    >>> print(result.describe())
    comparison:
      2 bootstraps and 2 other methods on 8 windows of 2 steps: the last 9 of 40 values; lags 1.
    bootstraps:
      lowest mean squared error: 'iid' with 0.
      it does not matter: all forecast the same.
    ...
    """

    setting: Setting
    contenders: list[Contender]
    forecasts: pd.DataFrame
    errors: Errors
    fit_seconds: list[float]
    tree_correlations: list[float]
    reference: str

    def __repr__(self) -> str:
        n_windows, h = self.setting.windows.n_windows, self.setting.windows.h
        return (
            f"<Comparison of {len(self.methods)} methods on {n_windows} windows of {h} step(s), "
            f"best bootstrap {self.best_!r}>"
        )

    @property
    def has_test(self) -> bool:
        """Whether statsmodels is recent enough to have the Diebold-Mariano test."""
        import statsmodels.tsa.stattools as tests

        return hasattr(tests, "diebold_mariano_test")

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of all methods: bootstraps, yardsticks, extras."""
        return tuple(method.name for method in self.contenders)

    @property
    def kinds(self) -> dict[str, str]:
        """Whether a method is a "bootstrap", "yardstick" or "extra", by name."""
        return {method.name: method.kind for method in self.contenders}

    @property
    def lags(self) -> tuple[int, ...]:
        """Lags of all forests."""
        return tuple(int(lag) for lag in self.contenders[0].forecaster.lags)

    @property
    def bootstraps(self) -> tuple[str, ...]:
        """Names of the bootstraps."""
        return tuple(name for name in self.methods if self.kinds[name] == "bootstrap")

    @cached_property
    def losses(self) -> pd.DataFrame:
        """Mean squared error of each window, by cutoff and method, in squared units of the series.

        Windows without any observed value are left out.
        """
        rows = self.forecasts[self.forecasts["method"] == self.methods[0]]
        h = self.setting.windows.h
        seen = ~np.isnan(self.errors.y).all(axis=1)
        cutoffs = pd.Index(rows["cutoff"].to_numpy()[::h][seen], name="cutoff")
        unit = 2 * self.errors.exponent
        with np.errstate(over="ignore"):
            values = np.minimum(np.ldexp(self.errors.losses, unit), np.finfo(np.float64).max)
        return pd.DataFrame(values, index=cutoffs, columns=pd.Index(self.methods, name="method"))

    @cached_property
    def best_(self) -> str:
        """The bootstrap with the lowest mean squared error, whether that is chance or not."""
        means = dict(zip(self.methods, self.errors.losses.mean(axis=0)))
        return min(self.bootstraps, key=lambda name: means[name])

    @cached_property
    def winner_(self) -> str | None:
        """``best_`` if it is better than each other bootstrap by more than chance, else None."""
        of_bootstraps = [self.kinds[name] == "bootstrap" for name in self.methods]
        found = clear_best(self.errors.losses[:, of_bootstraps], self.setting.horizon, LEVEL)
        return None if found is None else self.bootstraps[found]

    def p_value(self, name: str, other: str) -> float:
        """Diebold-Mariano test of two methods.

        Parameters
        ----------
        name, other : str
            Two of :attr:`methods`.

        Returns
        -------
        float
            Two-sided p-value of equal expected losses, for this pair alone; NaN where there are too few
            windows, or statsmodels is too old.
        """
        for word, given in (("name", name), ("other", other)):
            if given not in self.methods:
                raise ValueError(f"{word} must be one of {list(self.methods)}, got {given!r}")
        losses = self.errors.losses
        columns = [self.methods.index(n) for n in (name, other)]
        return diebold_mariano(losses[:, columns[0]], losses[:, columns[1]], self.setting.horizon)

    @cached_property
    def _tests(self) -> pd.DataFrame:
        """What chance has to do with it, by method."""
        losses, setting = self.errors.losses, self.setting
        frame = pd.DataFrame(index=pd.Index(self.methods, name="method"))
        place = self.methods.index(self.reference)
        ratios = ratio_intervals(losses, place, setting.horizon, setting.seed)
        frame["ratio"], frame["ratio_lower"], frame["ratio_upper"] = ratios.T
        p_values = np.array([self.p_value(name, self.reference) for name in self.methods])
        p_values[place] = np.nan
        frame["p_value"], frame["p_holm"] = p_values, np.nan
        of_bootstraps = np.array([self.kinds[name] == "bootstrap" for name in self.methods])
        for family in (of_bootstraps, ~of_bootstraps):
            frame.loc[family, "p_holm"] = holm(p_values[family])
        frame["in_confidence_set"] = confidence_set(losses, setting.horizon, setting.seed)
        return frame

    @cached_property
    def _table(self) -> pd.DataFrame:
        errors, setting = self.errors, self.setting
        frame = pd.DataFrame(index=pd.Index(self.methods, name="method"))
        frame["kind"] = list(self.kinds.values())
        frame["mse"], frame["mae"], frame["mase"] = errors.mse, errors.mae, errors.mase(setting.season)
        frame = frame.join(self._tests)
        frame["tree_correlation"] = self.tree_correlations
        if setting.coverage is not None:
            frame["coverage"] = errors.coverage()
            frame["interval_score"] = errors.interval_score(setting.coverage)
        frame["fit_seconds"] = self.fit_seconds
        order = np.argsort(errors.losses.mean(axis=0), kind="stable")
        return frame.iloc[order]

    def mse_by_step(self) -> pd.DataFrame:
        """Mean squared error at each step ahead.

        Returns
        -------
        pandas DataFrame, shape (h, n_methods)
            In squared units of the series, indexed by step, 1 to h; NaN for a step that was never observed.
        """
        steps = pd.RangeIndex(1, self.setting.windows.h + 1, name="step")
        return pd.DataFrame(self.errors.mse_by_step().T, steps, pd.Index(self.methods, name="method"))

    def summary(self) -> pd.DataFrame:
        """One row for each method, the lowest mean squared error first.

        Returns
        -------
        pandas DataFrame
            Indexed by method, with the columns

            - ``kind``: "bootstrap", "yardstick" or "extra";
            - ``mse``, ``mae``: means over windows of each window's mean over its observed steps, in
              (squared) units of the series;
            - ``mase``: ``mae`` in units of the mean absolute error of the (seasonal) naive forecast in the
              series up to the first cutoff; NaN if that is 0;
            - ``ratio``, ``ratio_lower``, ``ratio_upper``: ``mse`` relative to that of the reference, with a
              95 % interval;
            - ``p_value``, ``p_holm``: Diebold-Mariano test of equal losses against the reference, and the
              same corrected for the number of tests, bootstraps being one family, the others another;
            - ``in_confidence_set``: whether the model confidence set of size .1 has the method;
            - ``tree_correlation``: mean correlation between the values of 100 trees that were grown before
              the first cutoff, at the rows after it; NaN for what is no forest of these;
            - ``coverage``, ``interval_score``: share of the values inside the intervals, and their mean
              interval score in units of the series; NaN for methods without intervals; only where intervals
              were asked for;
            - ``fit_seconds``: mean seconds of a fit.
        """
        if not self.has_test:
            warnings.warn(_NO_TEST, UserWarning, stacklevel=2)
        return self._table.copy()

    def forecaster(self, name: str | None = None) -> Any:
        """A method fitted to the whole series.

        Parameters
        ----------
        name : str, optional
            One of :attr:`methods`; by default ``best_``.

        Returns
        -------
        object
            Ready for ``predict(h)``; for a bootstrap an :class:`~arsieve_rf.ARSieveForecaster` with the lags
            and the random state of the comparison.

        Raises
        ------
        ValueError
            If there is no such method.
        """
        chosen = self.best_ if name is None else name
        if chosen not in self.methods:
            raise ValueError(f"name must be one of {list(self.methods)} or None, got {name!r}")
        unit, method = self.setting.unit, self.contenders[self.methods.index(chosen)]
        return fresh(method.forecaster).fit(*unit.rows(0, len(unit.y)))

    def describe(self) -> str:
        """Tell in plain words what was found, and what of it may be chance.

        Returns
        -------
        str
            Several lines.
        """
        return describe(self)

    def plot(self, kind: str | None = None, *, ax: Axes | None = None) -> Axes | Figure:
        """Draw errors by step, differences by window, or tree correlation against error.

        Parameters
        ----------
        kind : {"steps", "differences", "correlation"}, optional
            - "steps": mean squared error of each method at each step ahead;
            - "differences": loss of each bootstrap less that of the reference, window by window, with their
              mean;
            - "correlation": correlation between trees against the mean squared error.

            By default all three, one below the other.
        ax : matplotlib.axes.Axes, optional
            Where to draw a single kind. Without it a new figure is made, not registered with pyplot.

        Returns
        -------
        matplotlib.axes.Axes or matplotlib.figure.Figure
            The axes of a single kind; the figure of all.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If ``kind`` is none of these, or ``ax`` is given without it.
        """
        from ._plots import plot

        return plot(self, kind, ax)
