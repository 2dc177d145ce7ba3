"""Random forests with any bootstrap."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from arsieve_rf.forest.correlation import mean_tree_correlation

from ..dgps.base import Path
from .base import Forecast, Method

__all__ = ["Forest"]

_NO_BOOTSTRAP = "none"  # TOML has no null
# what the forecaster would choose by tests: a study says itself what is done to a series
_UNPREPARED = {"seasonal": None, "transform": None, "damping": 1.0, "drift": 1.0}
_CORRELATION_TREES = 100
_CORRELATION_ROWS = 200


@dataclass(frozen=True)
class Forest(Method):
    """:class:`arsieve_rf.ARSieveForecaster` on one thread.

    With ``lags`` left out the lags are as many as the AR model has, whatever the bootstrap, so that all
    forests of a study see the same. Options are those of the forecaster, with its defaults, but for the
    bootstrap, whose word "none" stands for None, and the preparation: a study compares bootstraps on the
    series as it is, without season, transform or shrunk drift, and differences only where it says so. Options
    that the bootstrap does not use have no effect. A seed gives the forest of that ``random_state``.

    Parameters
    ----------
    bootstrap : str, default="ar_sieve"
        "ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", "auto" or "none".
    differencing : {0, 1, 2}, default=0
        How often to difference.
    n_estimators, order, max_order, ar_method, initial, block_length, period, lags, max_depth, \
min_samples_split, min_samples_leaf, max_features, max_bins, max_samples
        As in :class:`arsieve_rf.ARSieveForecaster`.

    Examples
    --------
    >>> import numpy as np
    >>> from simulation.dgps.arma import AR
    >>> path = AR([0.5]).simulate(100, 3, np.random.default_rng(0))
    >>> Forest(bootstrap="iid", n_estimators=10).forecast(path, 3, seed=1).values.shape
    (3,)
    """

    name: ClassVar[str] = "forest"

    bootstrap: str = "ar_sieve"
    n_estimators: int = 500
    order: str | int = "aic"
    max_order: int | None = None
    ar_method: str = "yule_walker"
    initial: str = "stationary"
    block_length: str | int | float = "auto"
    period: int | None = None
    lags: int | Sequence[int] | None = None
    differencing: int = 0
    max_depth: int | None = None
    min_samples_split: int | float = 2
    min_samples_leaf: int | float = 5
    max_features: str | int | float | None = 1.0
    max_bins: str | int | None = "auto"
    max_samples: int | float | None = None

    def problems(self) -> list[str]:
        """What the forecaster says of these options, found by fitting one tree to a long series.

        Returns
        -------
        list of str
            Sentences; empty if the options are possible (for some lengths they may still be too large: then
            forecasting fails).
        """
        faults = []
        if self.n_estimators < 1:
            faults.append(f"n_estimators={self.n_estimators} must be at least 1.")
        path = Path(np.sin(0.7 * np.arange(2000.0) ** 1.1), np.zeros(1), None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                replace(self, n_estimators=1).forecast(path, 1, 0)
        except (TypeError, ValueError) as error:
            faults.append(str(error))
        return faults

    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Grow the forest on the series and forecast by recursion.

        Parameters
        ----------
        path : Path
            Only its ``y`` is looked at.
        horizon : int
            Number of steps, at least 1.
        seed : int
            0 to 2**62 - 1.

        Returns
        -------
        Forecast
            With the number of lags, the trees' correlation
            (:func:`~arsieve_rf.forest.correlation.mean_tree_correlation`) and the bytes of the forest's
            arrays.

        Raises
        ------
        ValueError, TypeError
            If the forecaster refuses an option or the series.
        """
        from arsieve_rf import ARSieveForecaster

        forecaster = ARSieveForecaster(**self._options(), n_jobs=1, random_state=seed).fit(path.y)
        values = forecaster.predict(horizon)
        forest = forecaster.regressor_.forest_
        series = forecaster.preparation_.forward(path.y)
        return Forecast(
            values,
            n_lags=len(forecaster.lags_),
            tree_correlation=_tree_correlation(forecaster, series),
            model_bytes=sum(array.nbytes for array in _arrays(forest)),
        )

    def _options(self) -> dict[str, Any]:
        options = _UNPREPARED | {field.name: getattr(self, field.name) for field in fields(self)}
        if self.bootstrap == _NO_BOOTSTRAP:
            options["bootstrap"] = None
        return options


def _tree_correlation(forecaster: Any, series: NDArray[np.float64]) -> float:
    """Correlation of the first trees at evenly spaced rows of the observed lag matrix.

    All of a thousand rows and 500 trees would take as long as growing the forest does.
    """
    forest, first = forecaster.regressor_.forest_, int(forecaster.lags_.max())
    count = min(len(series) - first, _CORRELATION_ROWS)
    times = first + np.linspace(0, len(series) - first - 1, count).round().astype(np.int64)
    # with "auto" a linear model may look further back than the trees, which do not see those columns
    columns = np.array(forecaster.regressor_.lags_)
    padded = np.concatenate([np.zeros(columns.max()), series])
    rows = padded[columns.max() + times[:, None] - columns].astype(np.float32)
    some = replace(forest, roots=forest.roots[:_CORRELATION_TREES])
    return mean_tree_correlation(some.tree_values(rows))


def _arrays(forest: Any) -> list[NDArray]:
    """The arrays that a forest holds."""
    own = [getattr(forest, field.name) for field in fields(forest)]
    return [value for value in own if isinstance(value, np.ndarray)]
