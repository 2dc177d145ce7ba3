"""An AR model whose coefficients are averaged over orders, and over a moving average, by AIC weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arsieve_rf._kernels.moving_average import ma1_sums_of_squares

from .ar_checks import as_integer
from .ar_criteria import default_max_order, information_criterion
from .ar_estimators import yule_walker
from .ar_segments import CentredSegments

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
        Weights of orders 0..max_order and, last, of the moving average; they sum to 1.
    theta : float or None
        Coefficient of the moving average; None where it was not among the candidates.
    """

    coef: Floats
    mean: float
    n_parameters: float
    weights: Floats
    theta: float | None


def average_ar(
    segments: Sequence[Floats], max_order: int | None = None, *, moving_average: bool = True
) -> AveragedAR:
    """Average Yule-Walker AR models of all orders by their Akaike weights.

    A single order throws away what the others say and changes from sample to sample; weights proportional to
    ``exp(-AIC / 2)`` do neither. An MA(1), which takes an AR model many coefficients, is a candidate with one
    parameter: on differences it is simple exponential smoothing.

    Parameters
    ----------
    segments : sequence of ndarray of float64
        Runs of consecutive values, finite; coefficients are common, means their own.
    max_order : int, optional
        Largest order, at least 0; ``floor(10 log10 n)`` by default.
    moving_average : bool, default=True
        Whether the MA(1), fitted by conditional sums of squares, is among the candidates.

    Returns
    -------
    AveragedAR
        Without coefficients for a constant series.

    Raises
    ------
    TypeError, ValueError
        If ``max_order`` is no integer of at least 0.

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
    centred = CentredSegments.of(segments)
    x, n = centred.values, centred.values.size
    largest = min(int(centred.lengths.max()) - 1, default_max_order(n))
    if max_order is not None:
        largest = min(as_integer("max_order", max_order, 0), int(centred.lengths.max()) - 1)
    candidates = yule_walker(x, centred.bounds, largest)
    coefs = list(candidates.coefs)
    variances, parameters = candidates.variances, np.arange(largest + 1)
    theta = None
    if moving_average and variances[0] > 0.0:
        sums = ma1_sums_of_squares(x, centred.bounds, _THETAS)
        theta = float(_THETAS[int(np.argmin(sums))])
        length = min(int(centred.lengths.max()), _LONGEST_MA)
        coefs.append(-((-theta) ** np.arange(1, length + 1)))
        variances = np.append(variances, sums.min() / n)
        parameters = np.append(parameters, 1)
    criterion = information_criterion("aic", variances, n, parameters, 0.0)
    if not np.isfinite(criterion).any():
        return AveragedAR(np.empty(0), centred.grand_mean, 0.0, np.eye(1, len(coefs))[0], None)
    weights = np.exp(-0.5 * (criterion - np.nanmin(criterion)))
    weights = np.nan_to_num(weights) / np.nansum(weights)
    coef = np.zeros(max(map(len, coefs)))
    for weight, own in zip(weights, coefs):
        coef[: len(own)] += weight * own
    tail = np.cumsum(np.abs(coef[::-1]))[::-1]
    return AveragedAR(
        coef[: int(np.sum(tail > _NEGLIGIBLE))],
        centred.grand_mean,
        float(weights @ parameters),
        weights,
        theta,
    )
