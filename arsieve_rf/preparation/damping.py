"""Damping: forecast changes that fade with the distance from the end of the series."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .base import (
    FloatArray,
    ForecastOnly,
    as_flag,
    as_future,
    as_real,
    as_series,
    bounded_mean,
    check_fitted,
    observed_values,
)

__all__ = ["Damping"]


class Damping(ForecastOnly):
    """Let step k of a forecast fade by ``phi**k``; leave the series as it is.

    After :class:`~arsieve_rf.preparation.Differencing` in a chain, the forecast changes fade and the levels
    run into a horizontal line, as the damped trend of Gardner and McKenzie (1985) does, or into a line with
    the average slope of the series.

    Parameters
    ----------
    phi : float
        Damping factor, ``0 < phi <= 1``; 1 damps nothing.
    to_mean : bool, default False
        What forecasts fade to: the mean of the fitted series instead of zero.

    Attributes
    ----------
    mean_ : float
        What they fade to: 0 without ``to_mean``.

    Raises
    ------
    TypeError
        If ``phi`` is not a number, or ``to_mean`` not a bool.
    ValueError
        If ``phi`` is not in (0, 1].

    Notes
    -----
    Steps are counted from the end of the series, so after :meth:`update` the next step is k = 1 again.
    :meth:`inverse` does not undo :meth:`forward`: that is what the step is for.

    References
    ----------
    E. S. Gardner and E. McKenzie (1985), Forecasting trends in time series, Management Science 31(10),
    1237-1246. doi:10.1287/mnsc.31.10.1237

    Examples
    --------
    >>> from arsieve_rf.preparation import Chain, Differencing
    >>> chain = Chain([Differencing(1), Damping(0.5)]).fit([1.0, 5.0, 9.0])
    >>> chain.inverse([4.0, 4.0, 4.0])  # changes of 2, 1 and 0.5
    array([11. , 12. , 12.5])
    """

    def __init__(self, phi: float, *, to_mean: bool = False) -> None:
        self.phi = as_real("phi", phi)
        if not 0.0 < self.phi <= 1.0:
            raise ValueError(f"phi must be above 0 and at most 1, got {phi!r}")
        self.to_mean = as_flag("to_mean", to_mean)
        self.mean_ = None if to_mean else 0.0

    def __repr__(self) -> str:
        return f"Damping({self.phi:g}{', to_mean=True' if self.to_mean else ''})"

    def fit(self, y: ArrayLike) -> Self:
        """Take the mean, if forecasts are to fade to it.

        Parameters
        ----------
        y : array-like of shape (n,)
            Values, ``n >= 1``; NaN is missing, at least one value is not.

        Returns
        -------
        Damping
            This step.
        """
        values = observed_values(as_series(y, "y", missing=True), "y")
        if self.to_mean:
            self.mean_ = bounded_mean(values)
        return self

    def inverse(self, values: ArrayLike) -> FloatArray:
        """Damp values that follow the series.

        Parameters
        ----------
        values : array-like of shape (h,) or (n_paths, h)
            Finite values for the steps k = 1, ..., h after the series.

        Returns
        -------
        ndarray of float64, same shape
            ``mean_ + (value - mean_) * phi**k`` for step k.
        """
        check_fitted(self.mean_, self)
        assert self.mean_ is not None
        future = as_future(values)
        faded = self.phi ** np.arange(1, future.shape[-1] + 1)
        return future * faded + self.mean_ * (1.0 - faded)
