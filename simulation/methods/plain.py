"""Methods without trees: the AR model, the last value, the mean, the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..dgps.base import Path
from .base import Forecast, Method

__all__ = ["AutoRegression", "Mean", "Naive", "Oracle"]


@dataclass(frozen=True)
class AutoRegression(Method):
    """The AR model that the sieve resamples from, by itself.

    Parameters
    ----------
    order : str or int, default="aic"
        Criterion that chooses the order, or the order, as in :func:`arsieve_rf.fit_ar`.
    max_order : int, optional
        Largest order tried.
    ar_method : str, default="yule_walker"
        "yule_walker", "burg" or "ols".

    Examples
    --------
    >>> import numpy as np
    >>> from simulation.dgps.base import Path
    >>> path = Path(np.tile([1.0, 2.0, 3.0, 2.0], 25), np.zeros(1), None)
    >>> AutoRegression(order=0).forecast(path, 2, seed=0).values
    array([2., 2.])
    """

    name: ClassVar[str] = "ar"

    order: str | int = "aic"
    max_order: int | None = None
    ar_method: str = "yule_walker"

    def problems(self) -> list[str]:
        """What ``fit_ar`` says of these options."""
        path = Path(np.sin(0.7 * np.arange(2000.0) ** 1.1), np.zeros(1), None)
        try:
            self.forecast(path, 1, 0)
        except (TypeError, ValueError) as error:
            return [str(error)]
        return []

    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Fit, and recur on the conditional mean; ``seed`` is not used."""
        from arsieve_rf import fit_ar
        from arsieve_rf.evaluation import ar_forecast

        fit = fit_ar(path.y, self.order, self.max_order, self.ar_method)
        values = ar_forecast(fit, path.y, horizon)
        return Forecast(values, n_lags=fit.order, model_bytes=fit.coef.nbytes + 16)


@dataclass(frozen=True)
class Naive(Method):
    """The last value, repeated.

    Examples
    --------
    >>> import numpy as np
    >>> from simulation.dgps.base import Path
    >>> Naive().forecast(Path(np.array([1.0, 3.0]), np.zeros(2), None), 2, seed=0).values
    array([3., 3.])
    """

    name: ClassVar[str] = "naive"

    def problems(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Repeat the last value; ``seed`` is not used."""
        return Forecast(np.full(horizon, path.y[-1]), n_lags=1)


@dataclass(frozen=True)
class Mean(Method):
    """The mean of the series, repeated.

    Examples
    --------
    >>> import numpy as np
    >>> from simulation.dgps.base import Path
    >>> Mean().forecast(Path(np.array([1.0, 3.0]), np.zeros(2), None), 2, seed=0).values
    array([2., 2.])
    """

    name: ClassVar[str] = "mean"

    def problems(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Repeat the mean; ``seed`` is not used."""
        return Forecast(np.full(horizon, path.y.mean()))


@dataclass(frozen=True)
class Oracle(Method):
    """The true conditional mean, which no method can beat in expected squared error.

    Examples
    --------
    >>> import numpy as np
    >>> from simulation.dgps.arma import AR
    >>> path = AR([0.5]).simulate(100, 1, np.random.default_rng(0))
    >>> bool(Oracle().forecast(path, 1, seed=0).values[0] == path.mean[0])
    True
    """

    name: ClassVar[str] = "oracle"
    needs_oracle: ClassVar[bool] = True

    def problems(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Give away the truth.

        Parameters
        ----------
        path : Path
            Its ``mean`` is the forecast; NaN at the steps where it is not known.
        horizon : int
            Number of steps, at most as many as the path has.
        seed : int
            Not used.

        Returns
        -------
        Forecast
            The true conditional means.

        Raises
        ------
        ValueError
            If the path has none, or not so many.
        """
        if path.mean is None:
            raise ValueError("the conditional mean of this DGP is not known: the oracle has no forecast.")
        if len(path.mean) < horizon:
            raise ValueError(f"horizon={horizon} is more than the {len(path.mean)} steps of the path.")
        return Forecast(path.mean[:horizon].copy())
