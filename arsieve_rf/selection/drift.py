"""How much of the average change of a series to carry into its forecasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..resampling.ar_average import average_ar
from .innovations import innovation_variance
from .unit_roots import longest_run, unit

__all__ = ["drift_weight"]

_LEAST_GAIN = 0.05  # of the AR filter at frequency zero, against long-run variances without bound


def drift_weight(changes: NDArray[np.float64]) -> float:
    """Weight of the mean of a differenced series in its forecasts: t**2 / (t**2 + 2).

    t is the mean over its standard error, which takes the autocorrelation of the changes into account: the
    long-run variance of the AR model is ``sigma2 / (1 - sum(coef))**2``. A drift that stands out from the
    noise is carried on whole, one that does not fades; 2 is the price of a parameter in AIC.

    Parameters
    ----------
    changes : ndarray of float64, shape (n,)
        Differences of a series; NaN is missing.

    Returns
    -------
    float
        0 to 1; 1 for changes that are all equal.

    Notes
    -----
    As the mean itself this is a matter of estimation: the mean of n noisy changes, times h steps, is the part
    of a long forecast that is most often wrong. Compare the half drift of the Theta method: V.
    Assimakopoulos, K. Nikolopoulos (2000), "The theta model: a decomposition approach to forecasting",
    International Journal of Forecasting 16, 521-530. doi:10.1016/S0169-2070(00)00066-2

    Examples
    --------
    >>> import numpy as np
    >>> drift_weight(np.array([3.0, 3.0, 3.0]))
    1.0
    >>> rng = np.random.default_rng(0)
    >>> bool(drift_weight(rng.normal(size=100)) < 0.5 < drift_weight(1.0 + rng.normal(size=100)))
    True
    """
    run = unit(longest_run(changes))
    mean = float(run.mean()) if len(run) else 0.0
    if len(run) < 2 or np.ptp(run) <= 1e-9 * np.abs(run).max(initial=0.0):
        return 1.0
    coef = average_ar((run,)).coef
    variance = innovation_variance(run, coef) * len(run) / (len(run) - 1)
    if variance == 0.0:
        return 1.0
    gain = max(1.0 - float(coef.sum()), _LEAST_GAIN)
    t2 = mean * mean * len(run) * gain * gain / variance
    return t2 / (t2 + 2.0)
