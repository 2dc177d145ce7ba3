"""How often to difference a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .unit_roots import KPSS_CRITICAL, adf_p_value, kpss_statistic, unit, without_gaps

__all__ = ["DifferencingChoice", "choose_differencing"]

_LEAST = 12  # values that the tests can say something about
_LEAST_FOR_TWO = 50  # a second difference forecasts a slope, and a test on few values is too often wrong
_ADF_LEVEL, _NO_DOUBT = 0.05, 0.001
_SECOND_LEVEL = 0.01


@dataclass(frozen=True)
class DifferencingChoice:
    """An order of differencing and the words for it.

    Attributes
    ----------
    order : {0, 1, 2}
        How often to difference.
    reason : str
        Which test said so.
    """

    order: int
    reason: str


def choose_differencing(y: NDArray[np.float64]) -> DifferencingChoice:
    """Choose the order of differencing by unit root tests.

    Differencing once is the rule; levels have to earn their place: 0 where the augmented Dickey-Fuller test
    rejects a unit root (5 %) *and* the KPSS test does not reject stationarity (5 %; 2.5 % where the first
    test leaves no doubt, p < .001). 2 where KPSS rejects the stationarity of the differences (1 %) and 50
    values or more stand in a row.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        A series without season; NaN is missing. The tests see its longest run of observed values, or if that
        has less than half of them the series with gaps bridged by straight lines.

    Returns
    -------
    DifferencingChoice
        Order 1 where fewer than 12 values stand in a row, or where they do not change.

    Notes
    -----
    A series that is differenced without need loses some accuracy (a tenth of the one-step error variance of
    an AR(1) of .5 at n = 100); one that is not differenced in spite of a unit root is forecast to return to
    a mean that it does not have.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(size=200)
    >>> choose_differencing(noise).order, choose_differencing(np.cumsum(noise)).order
    (0, 1)
    >>> choose_differencing(np.cumsum(np.cumsum(noise))).reason
    'its differences are not stationary (KPSS 0.93, 1 % limit 0.739)'
    """
    run = unit(without_gaps(y))
    if len(run) < _LEAST:
        return DifferencingChoice(1, f"fewer than {_LEAST} values in a row, too few for a test")
    if _is_line(run):
        return DifferencingChoice(1, "a straight line")
    p, level = adf_p_value(run), kpss_statistic(run)
    if p < _ADF_LEVEL and level <= KPSS_CRITICAL[0.025 if p < _NO_DOUBT else 0.05]:
        return DifferencingChoice(
            0, f"a unit root is rejected (ADF {_p_value(p)}), a level is not (KPSS {level:.2f})"
        )
    change, limit = kpss_statistic(np.diff(run)), KPSS_CRITICAL[_SECOND_LEVEL]
    if change > limit and len(run) >= _LEAST_FOR_TWO:
        return DifferencingChoice(
            2, f"its differences are not stationary (KPSS {change:.2f}, 1 % limit {limit})"
        )
    if p >= _ADF_LEVEL:
        return DifferencingChoice(1, f"a unit root is not rejected (ADF {_p_value(p)})")
    return DifferencingChoice(1, f"it does not keep to a level (KPSS {level:.2f})")


def _p_value(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.2g}"


def _is_line(run: NDArray[np.float64]) -> bool:
    changes = np.diff(run)
    return bool(np.ptp(changes) <= 1e-9 * np.abs(run).max())
