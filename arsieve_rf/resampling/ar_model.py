"""An autoregressive model as fitted: its numbers and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .ar_checks import as_integer

__all__ = ["ARFit", "largest_root_modulus"]


@dataclass(frozen=True)
class ARFit:
    """A fitted AR model, ``y_t = mean + intercept + sum_k coef_k (y_{t-k} - mean) + e_t``.

    Attributes
    ----------
    order : int
        Number of lags p.
    coef : ndarray of float64, shape (order,)
        Coefficients of lags 1..p.
    mean : float
        Mean of the series (of several segments: of all values), in the unit of the series.
    intercept : float
        0 for Yule-Walker and Burg. For OLS the free intercept of the regression on the demeaned series.
    residuals : ndarray of float64, shape (n - order,)
        Residuals from time ``order`` on, centred; of several segments one after another.
    sigma2 : float
        Innovation variance with degrees of freedom taken off: v_p n / (n - (p + 1)) for Yule-Walker and Burg
        (R's ``var.pred``), the residual sum of squares over rows minus parameters for OLS; no less than 1 is
        divided by. Limited to the largest float64.
    method : str
        "yule_walker", "burg", "ols", or "arx" for a fit with other regressors.
    criterion : str or None
        Criterion that chose the order, None for a fixed order.
    criteria : ndarray of float64, shape (max_order + 1,)
        The criterion for each candidate order, NaN where not defined; empty for a fixed order.
    n_obs : int
        Number of observations n.
    partial_autocorrelations : ndarray of float64, shape (max_order,) or (order,)
        Partial autocorrelations at lags 1, 2, ... (Yule-Walker and Burg; empty for OLS).

    See Also
    --------
    fit_ar : Makes it from a series.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf import fit_ar
    >>> fit = fit_ar(np.tile([1.0, 2.0, 3.0, 2.0], 25), order=2)
    >>> fit.order, fit.mean, fit.is_stationary
    (2, 2.0, True)
    """

    order: int
    coef: NDArray[np.float64]
    mean: float
    intercept: float
    residuals: NDArray[np.float64] = field(repr=False)
    sigma2: float
    method: str
    criterion: str | None
    criteria: NDArray[np.float64] = field(repr=False)
    n_obs: int
    partial_autocorrelations: NDArray[np.float64] = field(repr=False)

    @cached_property
    def max_root_modulus(self) -> float:
        """Largest modulus of the companion matrix's eigenvalues; below 1 if and only if stationary."""
        return largest_root_modulus(self.coef)

    @property
    def is_stationary(self) -> bool:
        """Whether the model has a stationary solution that depends on past innovations only."""
        return self.max_root_modulus < 1.0

    def autocovariances(self, n_lags: int) -> NDArray[np.float64]:
        """Autocovariances of the model (not of the sample) at lags 0..n_lags.

        Parameters
        ----------
        n_lags : int
            Largest lag, at least 0.

        Returns
        -------
        ndarray of float64, shape (n_lags + 1,)
            In the squared unit of the series, from ``coef`` and ``sigma2``.

        Raises
        ------
        ValueError
            If the model is not stationary.

        Examples
        --------
        >>> import numpy as np
        >>> from arsieve_rf import fit_ar
        >>> y = np.random.default_rng(0).normal(size=200)
        >>> fit = fit_ar(y, order=1)
        >>> gamma = fit.autocovariances(2)
        >>> bool(np.isclose(gamma[1], fit.coef[0] * gamma[0]))
        True
        """
        n_lags = as_integer("n_lags", n_lags, 0)
        if not self.is_stationary:
            raise ValueError(f"The model is not stationary: root modulus {self.max_root_modulus:.6g}.")
        from statsmodels.tsa.arima_process import arma_acovf

        return arma_acovf(np.r_[1.0, -self.coef], np.ones(1), n_lags + 1, sigma2=self.sigma2)


def largest_root_modulus(coef: NDArray[np.float64]) -> float:
    """Largest modulus among the eigenvalues of the companion matrix of ``coef``, 0 for order 0."""
    used = int(np.flatnonzero(coef).max(initial=-1)) + 1
    if used == 0:
        return 0.0
    companion = np.eye(used, k=-1)
    companion[0] = coef[:used]
    return float(np.abs(np.linalg.eigvals(companion)).max())
