"""The AR-sieve bootstrap by itself: series in, bootstrap series out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys

from .ar_checks import METHODS, as_integer, as_series, as_word
from .base import Observed
from .seeding import seed_from
from .sieve import ARSieve

__all__ = ["ar_sieve_bootstrap"]


def ar_sieve_bootstrap(
    y: ArrayLike,
    n_samples: int,
    *,
    order: str | int = "aic",
    max_order: int | None = None,
    method: str = "yule_walker",
    initial: str = "stationary",
    burn_in: int | None = None,
    random_state: int | np.random.RandomState | np.random.Generator | None = None,
) -> NDArray[np.float64]:
    """Draw bootstrap series from an AR model fitted to ``y``.

    Parameters
    ----------
    y : array_like, shape (n,)
        The series: real, finite, within ±1e300, at least 2 values, best stationary (difference it otherwise).
    n_samples : int
        Number of bootstrap series, at least 1.
    order : {"aic", "aicc", "bic", "hqic"} or int, default="aic"
        Order of the AR model, or the criterion that chooses it; see :func:`~arsieve_rf.fit_ar`.
    max_order : int, optional
        Largest candidate order; default ``min(n - 1, floor(10 log10 n))``.
    method : {"yule_walker", "burg", "ols"}, default="yule_walker"
        Estimator of the AR model.
    initial : {"stationary", "observed", "mean"}, default="stationary"
        "stationary": every value is simulated, after a burn-in. "observed": the first ``order`` values are
        consecutive observed ones, from a position drawn uniformly. "mean": they are equal to the mean.
    burn_in : int, optional
        Length of the burn-in, at least 0, only with ``initial="stationary"``; see
        :class:`~arsieve_rf.resampling.sieve.ARSieve` for the default.
    random_state : int, numpy.random.RandomState, numpy.random.Generator or None, default=None
        Source of randomness. With an int, sample i is the same whatever ``n_samples`` is.

    Returns
    -------
    ndarray of float64, shape (n_samples, n)
        One bootstrap series a row, in the unit of ``y``.

    Raises
    ------
    ValueError, TypeError
        If a parameter is not as said above.

    Warns
    -----
    UserWarning
        If the fitted model is not stationary (OLS, or Burg on degenerate series) and had to be damped.

    References
    ----------
    Bühlmann, P. (1997). Sieve bootstrap for time series. Bernoulli 3(2), 123-148. doi:10.2307/3318584

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf import ar_sieve_bootstrap
    >>> y = np.random.default_rng(0).normal(size=60)
    >>> ar_sieve_bootstrap(y, 3, random_state=1).shape
    (3, 60)
    """
    series = as_series(y)
    n_samples = as_integer("n_samples", n_samples, 1)
    as_word("method", method, METHODS)
    strategy = ARSieve(order, max_order, method, initial, burn_in)
    # With all values but one as presample values, the start values are the first of the series itself.
    data = Observed((series,), max_lag=series.size - 1, exog=None, n_draws=1)
    keys = stream_keys(np.uint64(seed_from(random_state)), 0, n_samples, ROLE_DRAW)
    return strategy.fit(data).draw(keys)
