"""An AR model whose coefficients are averaged over orders, and over a moving average, by AIC weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arsieve_rf._kernels.moving_average import ma1_sums_of_squares

from .ar_checks import as_integer, as_word
from .ar_criteria import default_max_order, information_criterion
from .ar_estimators import burg, yule_walker
from .ar_segments import CentredSegments, resolve_orders

__all__ = ["AveragedAR", "average_ar"]

Floats = NDArray[np.float64]

_THETAS = np.linspace(-0.95, 0.95, 39)
_LONGEST_MA = 60  # coefficients of the moving average as an AR model
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class AveragedAR:
    """An average of AR models, ``y_t - mean = sum_k coef_k (y_{t-k} - mean) + e_t``.

    Attributes
    ----------
    coef : ndarray of float64, shape (K,)
        Averaged coefficients of lags 1..K.
    mean : float
        Mean of all values.
    n_parameters : float
        Average number of coefficients.
    weights : ndarray of float64, shape (max_order + 1,) or (max_order + 2,)
        Weights of orders 0..max_order and, last, of the moving average where it is a candidate; they sum to
        1.
    theta : float or None
        Coefficient of the moving average; None where it was not among the candidates.
    """

    coef: Floats
    mean: float
    n_parameters: float
    weights: Floats
    theta: float | None


def average_ar(
    segments: Sequence[Floats],
    max_order: int | None = None,
    *,
    method: str = "yule_walker",
    moving_average: bool = True,
    max_lag: int | None = None,
) -> AveragedAR:
    """Average AR models of all orders, and an MA(1), by their Akaike weights.

    A single order throws away what the others say and changes from sample to sample; weights proportional to
    ``exp(-AIC / 2)`` do neither. An MA(1), which takes an AR model many coefficients, is a candidate with one
    parameter: on differences it is simple exponential smoothing.

    Parameters
    ----------
    segments : sequence of ndarray of float64
        Runs of consecutive values, finite; coefficients are common, means their own.
    max_order : int, optional
        Largest order, at least 0 and below the length of the longest segment; by default
        ``floor(10 log10 n)`` or what the segments allow.
    method : {"yule_walker", "burg"}, default="yule_walker"
        How the AR models are fitted.
    moving_average : bool, default=True
        Whether the MA(1), fitted by conditional sums of squares, is among the candidates.
    max_lag : int, optional
        Largest lag that may have a coefficient, at least 1; as many as are needed by default.

    Returns
    -------
    AveragedAR
        Without coefficients for a constant series.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as said above.

    Notes
    -----
    An MA(1) that is cut off after K lags has the error variance ``sigma2 (1 + theta**(2 K + 2))``; with that
    it stands among the AR models where ``max_lag`` cuts it.

    References
    ----------
    S. T. Buckland, K. P. Burnham, N. H. Augustin (1997). "Model selection: an integral part of inference".
    Biometrics 53, 603-618. doi:10.2307/2533961

    Examples
    --------
    >>> import numpy as np
    >>> e = np.random.default_rng(0).normal(size=1001)
    >>> fit = average_ar([e[1:] - 0.7 * e[:-1]])
    >>> fit.theta, bool(fit.weights[-1] > 0.9), fit.coef[:3].round(2)
    (-0.7, True, array([-0.7 , -0.49, -0.34]))
    """
    as_word("method", method, ("yule_walker", "burg"))
    centred = CentredSegments.of(segments)
    n, longest = centred.values.size, int(centred.lengths.max())
    reach = longest if max_lag is None else min(as_integer("max_lag", max_lag, 1), longest)
    usual = min(longest - 1, default_max_order(n))
    largest = min(resolve_orders("aic", max_order, longest - 1, usual)[1], reach)
    estimate = yule_walker if method == "yule_walker" else burg
    candidates = estimate(centred.values, centred.bounds, largest)
    coefs, variances = list(candidates.coefs), candidates.variances
    parameters, theta = np.arange(largest + 1), None
    if variances[0] == 0.0:
        return AveragedAR(np.empty(0), centred.grand_mean, 0.0, np.eye(1, largest + 1)[0], None)
    if moving_average:
        theta, as_ar, variance = _moving_average(centred, reach)
        coefs.append(as_ar)
        variances, parameters = np.append(variances, variance), np.append(parameters, 1)
    criterion = information_criterion("aic", variances, n, parameters, 0.0)
    weights = np.exp(-0.5 * (criterion - criterion.min()))
    weights /= weights.sum()
    coef = np.zeros(max(map(len, coefs)))
    for weight, own in zip(weights, coefs):
        coef[: len(own)] += weight * own
    tail = np.cumsum(np.abs(coef[::-1]))[::-1]
    coef = coef[: int(np.sum(tail > _NEGLIGIBLE))]
    return AveragedAR(coef, centred.grand_mean, float(weights @ parameters), weights, theta)


def _moving_average(centred: CentredSegments, reach: int) -> tuple[float, Floats, float]:
    """The MA(1): theta, coefficients as an AR model of at most ``reach`` lags, and its error variance."""
    x = centred.values
    sums = ma1_sums_of_squares(x, centred.bounds, _THETAS)
    best = int(np.argmin(sums))
    theta, variance = float(_THETAS[best]), float(sums[best]) / x.size
    longest = min(int(centred.lengths.max()), _LONGEST_MA)
    length = min(reach, longest)
    if length < longest:
        variance *= 1.0 + theta ** (2 * length + 2)
    return theta, -np.power(-theta, np.arange(1.0, length + 1.0)), variance
