"""Fit an autoregressive model to one series and choose its order."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .ar_checks import METHODS, as_order, as_series, as_word
from .ar_model import ARFit
from .ar_segments import fit_ar_segments

__all__ = ["ARFit", "fit_ar"]


def fit_ar(
    y: ArrayLike, order: str | int = "aic", max_order: int | None = None, method: str = "yule_walker"
) -> ARFit:
    """Fit an autoregressive model and choose its order.

    With its defaults the result is that of R's ``ar()``.

    Parameters
    ----------
    y : array_like, shape (n,)
        The series: real, finite, within ±1e300, at least 2 values.
    order : {"aic", "aicc", "bic", "hqic"} or int, default="aic"
        Criterion that chooses the order, or the order itself, 0..n-1 (OLS: 0..(n-2)//2). See Notes.
    max_order : int, optional
        Largest candidate, same range; default ``min(n - 1, floor(10 log10 n))``, for OLS no more than leaves
        over two rows to a parameter. Not used with a fixed order.
    method : {"yule_walker", "burg", "ols"}, default="yule_walker"
        Yule-Walker (biased autocovariances) is stationary at any order; Burg is less biased near a unit root;
        OLS may be explosive.

    Returns
    -------
    ARFit
        The model. A constant series gives order 0 (or zero coefficients at a fixed order), residuals and
        sigma2 0.

    Raises
    ------
    ValueError, TypeError
        If a parameter is not as said above; the message names it, its value and what is allowed.

    Notes
    -----
    With v_p the innovation variance of order p and k = p + 1 parameters the criteria are n log v_p plus 2 k
    (AIC), 2 k n / (n - k - 1) (AICc, where defined), k log n (BIC), 2 k log log n (HQIC). Of equal orders
    the smallest is taken. For Yule-Walker and Burg v_p comes from the Levinson recursion and n is the length
    of the series. OLS compares the orders on the rows that the largest leaves, n being their number, then
    fits the chosen one on all of its rows; an order whose regressors are collinear is no candidate.

    References
    ----------
    Brockwell, P. J. and Davis, R. A. (1991). Time Series: Theory and Methods. Springer, chapter 8.
    doi:10.1007/978-1-4419-0320-4

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf import fit_ar
    >>> rng = np.random.default_rng(1)
    >>> y = np.zeros(400)
    >>> for t in range(1, 400):
    ...     y[t] = 0.8 * y[t - 1] + rng.normal()
    >>> fit = fit_ar(y, order="bic")
    >>> fit.order
    1
    >>> fit.residuals.shape
    (399,)
    """
    as_word("method", method, METHODS)
    as_order(order)
    return fit_ar_segments([as_series(y)], order, max_order, method).ar
