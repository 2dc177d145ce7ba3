"""Order selection: the information criteria and the orders they choose among."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_order", "default_max_order", "information_criterion"]

# Below this share of the series' variance an innovation variance is rounding noise: all such orders count as
# equally perfect, so that the penalty picks the smallest of them.
_NOISE = 1e-26


def default_max_order(n: int) -> int:
    """``min(n - 1, floor(10 log10 n))``, the largest candidate unless the user says otherwise (as in R)."""
    # Exact at powers of ten, where a logarithm rounded down would lose one order.
    return min(n - 1, math.floor(10.0 * math.log10(n) + 1e-12))


def information_criterion(
    name: str, variances: NDArray[np.float64], n_obs: int, n_parameters: NDArray[np.int64], log_scale: float
) -> NDArray[np.float64]:
    """Criterion for each candidate, smaller is better, NaN where it is not defined.

    With v the innovation variance, n the number of observations and k the number of parameters, n log v plus

    - aic: 2 k (Akaike 1974, doi:10.1109/TAC.1974.1100705);
    - aicc: 2 k n / (n - k - 1), only where n > k + 1 (Hurvich and Tsai 1989, doi:10.1093/biomet/76.2.297);
    - bic: k log n (Schwarz 1978, doi:10.1214/aos/1176344136);
    - hqic: 2 k log log n, at least 0 (Hannan and Quinn 1979, doi:10.1111/j.2517-6161.1979.tb01072.x).

    ``variances`` may be in any unit whose logarithm of the variance, ``log_scale``, is added to log v.
    """
    out = np.full(variances.size, np.nan)
    defined = np.isfinite(variances)
    if name == "aicc":
        defined &= n_obs > n_parameters + 1
    if not defined.any() or not variances[0] > 0.0:
        return out
    k = n_parameters[defined].astype(np.float64)
    if name == "aic":
        penalty = 2.0 * k
    elif name == "aicc":
        penalty = 2.0 * k * n_obs / (n_obs - k - 1.0)
    elif name == "bic":
        penalty = k * math.log(n_obs)
    else:
        penalty = 2.0 * k * max(math.log(max(math.log(n_obs), 1e-300)), 0.0)
    floored = np.maximum(variances[defined], _NOISE * variances[0])
    out[defined] = n_obs * (np.log(floored) + log_scale) + penalty
    return out


def best_order(criteria: NDArray[np.float64]) -> int:
    """Order of the smallest criterion, the lower one of equals; 0 where none is defined."""
    return 0 if np.isnan(criteria).all() else int(np.nanargmin(criteria))
