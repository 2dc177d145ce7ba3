"""What a comparison found over many series."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ...estimators._template import fresh
from ._ranks import critical_difference, friedman, mean_ranks
from ._words import LEVEL, describe_panel

if TYPE_CHECKING:
    from collections.abc import Hashable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...estimators.forecaster import ARSieveForecaster
    from .result import Comparison

__all__ = ["PanelComparison"]


@dataclass(eq=False, repr=False)
class PanelComparison:
    """Comparisons of the same methods on many series, and what they say together.

    Made by :func:`arsieve_rf.compare_bootstraps` from a long DataFrame. Series are what is ranked and tested:
    they count as independent of each other.

    Attributes
    ----------
    comparisons : dict of hashable to Comparison
        That of each series, by id.
    bootstraps_by_name : dict of str to object
        What was compared: words, None or strategy objects.
    template : ARSieveForecaster
        The forecaster of all forests, unfitted.

    References
    ----------
    J. Demšar (2006). "Statistical comparisons of classifiers over multiple data sets". Journal of Machine
    Learning Research 7, 1-30.

    Examples
    --------
    >>> import pandas as pd
    >>> from arsieve_rf import ARSieveForecaster, compare_bootstraps
    >>> rows = [(name, t, 10.0 + t + (t % 4)) for name in "ab" for t in range(40)]
    >>> df = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
    >>> template = ARSieveForecaster(n_estimators=20)
    >>> compare_bootstraps(df, bootstraps=["iid", "auto"], n_windows=4, forecaster=template)
    <PanelComparison of 4 methods on 2 series, best bootstrap 'iid'>
    """

    comparisons: dict[Hashable, Comparison]
    bootstraps_by_name: dict[str, Any]
    template: ARSieveForecaster

    def __repr__(self) -> str:
        return (
            f"<PanelComparison of {len(self.methods)} methods on {len(self.comparisons)} series, "
            f"best bootstrap {self.best_!r}>"
        )

    @property
    def reference(self) -> str:
        """The method that ratios relate to: "iid" if it was compared, else the first bootstrap."""
        return self._first.reference

    @property
    def _first(self) -> Comparison:
        return next(iter(self.comparisons.values()))

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """Methods that all series have: a seasonal naive forecast is missing where a series is too short."""
        others = self.comparisons.values()
        return tuple(name for name in self._first.methods if all(name in other.methods for other in others))

    @property
    def kinds(self) -> dict[str, str]:
        """Whether a method is a "bootstrap", "yardstick" or "extra", by name."""
        return {name: self._first.kinds[name] for name in self.methods}

    @property
    def bootstraps(self) -> tuple[str, ...]:
        """Names of the bootstraps."""
        return tuple(self.bootstraps_by_name)

    @cached_property
    def _losses(self) -> NDArray[np.float64]:
        """Mean losses in units of each series, which neither overflow nor underflow."""
        rows = []
        for result in self.comparisons.values():
            means = dict(zip(result.methods, result.errors.losses.mean(axis=0)))
            rows.append([means[name] for name in self.methods])
        return np.array(rows)

    @cached_property
    def losses(self) -> pd.DataFrame:
        """Mean squared errors by series and method, in squared units of each series."""
        rows = [result.summary()["mse"][list(self.methods)] for result in self.comparisons.values()]
        index = pd.Index(list(self.comparisons), name="unique_id")
        return pd.DataFrame(np.array(rows), index, pd.Index(self.methods, name="method"))

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """Forecasts of all series: ``unique_id`` and the columns of :attr:`Comparison.forecasts`."""
        parts = []
        for name, result in self.comparisons.items():
            part = result.forecasts.copy()
            part.insert(0, "unique_id", [name] * len(part))
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def mean_ranks(self) -> dict[str, float]:
        """Mean rank of each method over the series, 1 being the lowest error."""
        return dict(zip(self.methods, mean_ranks(self._losses).tolist()))

    @cached_property
    def friedman_p_value(self) -> float:
        """Of Friedman's test that all methods rank alike; NaN with fewer than 3 methods or 2 series."""
        return friedman(self._losses)

    @cached_property
    def critical_difference(self) -> float:
        """Difference of two mean ranks that is more than chance at level .05 (Nemenyi's test)."""
        return critical_difference(len(self.comparisons), len(self.methods), LEVEL)

    @cached_property
    def best_(self) -> str:
        """The bootstrap with the lowest mean rank, whether that is chance or not."""
        return min(self.bootstraps, key=lambda name: self.mean_ranks[name])

    @cached_property
    def winner_(self) -> str | None:
        """``best_`` if all other bootstraps rank worse by more than the critical difference, else None."""
        others = [self.mean_ranks[name] for name in self.bootstraps if name != self.best_]
        least = self.mean_ranks[self.best_] + self.critical_difference
        return self.best_ if others and min(others) > least else None

    @cached_property
    def ratios(self) -> pd.DataFrame:
        """Mean squared errors relative to that of the reference, series by series; NaN where that is 0."""
        place = self.methods.index(self.reference)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = self._losses / self._losses[:, [place]]
        values[~np.isfinite(values)] = np.nan
        return pd.DataFrame(values, self.losses.index, self.losses.columns)

    def summary(self) -> pd.DataFrame:
        """One row for each method, the lowest mean rank first.

        Returns
        -------
        pandas DataFrame
            Indexed by method, with the columns

            - ``kind``: "bootstrap", "yardstick" or "extra";
            - ``mean_rank``: mean over the series of the rank of the mean squared error, 1 being the lowest;
            - ``tied_with_best``: whether the mean rank is within the critical difference of the lowest;
            - ``n_best``: number of series where the method has the lowest error of all;
            - ``ratio``, ``ratio_lower``, ``ratio_upper``: geometric mean over the series of the error
              relative to that of the reference, with a 95 % interval; series where one of the two is 0 are
              left out;
            - ``mase``, ``tree_correlation``, ``coverage``, ``fit_seconds``: means over the series of what
              :meth:`Comparison.summary` has.
        """
        tables = [result.summary().loc[list(self.methods)] for result in self.comparisons.values()]
        frame = pd.DataFrame(index=pd.Index(self.methods, name="method"))
        frame["kind"] = list(self.kinds.values())
        frame["mean_rank"] = list(self.mean_ranks.values())
        frame["tied_with_best"] = frame["mean_rank"] <= frame["mean_rank"].min() + self.critical_difference
        frame["n_best"] = (self._losses == self._losses.min(axis=1, keepdims=True)).sum(axis=0)
        frame["ratio"], frame["ratio_lower"], frame["ratio_upper"] = self._mean_ratios()
        for column in ("mase", "tree_correlation", "coverage", "fit_seconds"):
            if column in tables[0]:
                values = pd.concat([table[column] for table in tables], axis=1)
                frame[column] = values.mean(axis=1)
        return frame.sort_values("mean_rank", kind="stable")

    def _mean_ratios(self) -> tuple[list[float], list[float], list[float]]:
        """Geometric means, and Student's interval of the mean logarithm."""
        centres, lows, highs = [], [], []
        for name in self.methods:
            ratios = self.ratios[name].to_numpy()
            logs = np.log(ratios[ratios > 0])
            n = len(logs)
            centre = float(logs.mean()) if n else np.nan
            error = float(logs.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
            reach = float(stats.t.ppf(0.975, max(n - 1, 1))) * error
            centres.append(float(np.exp(centre)))
            lows.append(float(np.exp(centre - reach)))
            highs.append(float(np.exp(centre + reach)))
        return centres, lows, highs

    def forecaster(self, name: str | None = None) -> ARSieveForecaster:
        """A bootstrap's forecaster, unfitted, for :func:`arsieve_rf.forecast_panel`.

        Parameters
        ----------
        name : str, optional
            One of :attr:`bootstraps`; by default ``best_``.

        Returns
        -------
        ARSieveForecaster
            The forecaster of the comparison with this bootstrap; if it leaves the lags open, it chooses them
            from each series.

        Raises
        ------
        ValueError
            If there is no such bootstrap.
        """
        chosen = self.best_ if name is None else name
        if chosen not in self.bootstraps:
            raise ValueError(f"name must be one of {list(self.bootstraps)} or None, got {name!r}")
        bootstrap = self.bootstraps_by_name[chosen]
        return fresh(self.template).set_params(bootstrap=bootstrap, oob_score=False)

    def describe(self) -> str:
        """Tell in plain words what was found, and what of it may be chance.

        Returns
        -------
        str
            Several lines.
        """
        return describe_panel(self)

    def plot(self, kind: str | None = None, *, ax: Axes | None = None) -> Axes | Figure:
        """Draw mean ranks with the critical difference, or ratios series by series.

        Parameters
        ----------
        kind : {"ranks", "ratios"}, optional
            - "ranks": mean rank of each method; lines join those that are no further apart than chance puts
              them;
            - "ratios": mean squared error relative to the reference, a mark for each series, with the
              geometric mean and its interval.

            By default both, one below the other.
        ax : matplotlib.axes.Axes, optional
            Where to draw a single kind. Without it a new figure is made, not registered with pyplot.

        Returns
        -------
        matplotlib.axes.Axes or matplotlib.figure.Figure
            The axes of a single kind; the figure of both.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If ``kind`` is none of these, or ``ax`` is given without it.
        """
        from ._panel_plots import plot_panel

        result: Any = plot_panel(self, kind, ax)
        return result
