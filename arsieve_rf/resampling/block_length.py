"""Block lengths: checking the user's, and choosing one from the data."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .base import Observed

__all__ = ["BlockLength", "automatic_block_length", "check_block_length", "resolve_block_length"]

BlockLength = int | float | Literal["auto"]

_FEWEST_ROWS = 20
"""Below this, arch's rule sees too few autocorrelations (and below 11 it is not defined)."""


def check_block_length(block_length: object, *, fractional: bool = False) -> None:
    """Refuse what cannot be a block length for any series.

    Parameters
    ----------
    block_length : object
        What the user gave.
    fractional : bool, default False
        Whether lengths are means, so that real numbers are allowed.

    Raises
    ------
    TypeError
        If it is neither "auto" nor a number (an integer, unless ``fractional``).
    ValueError
        If it is another word, or a number below 1 or not finite.

    Examples
    --------
    >>> check_block_length("auto")
    >>> check_block_length(0)
    Traceback (most recent call last):
    ...
    ValueError: block_length must be "auto" or an integer between 1 and n_rows; got 0
    """
    kind = "a number" if fractional else "an integer"
    message = f'block_length must be "auto" or {kind} between 1 and n_rows; got {block_length!r}'
    if isinstance(block_length, str):
        if block_length != "auto":
            raise ValueError(message)
        return
    allowed = Real if fractional else Integral
    if isinstance(block_length, bool | np.bool_) or not isinstance(block_length, allowed):
        raise TypeError(f"{message} of type {type(block_length).__name__}")
    if not 1 <= float(block_length) < math.inf:
        raise ValueError(message)


def resolve_block_length(
    block_length: BlockLength,
    data: Observed,
    *,
    optimum: Literal["circular", "stationary"],
    fractional: bool = False,
    period: int | None = None,
) -> int | float:
    """Block length for one series: the user's, if it fits, or an automatic one.

    Parameters
    ----------
    block_length : int, float or "auto"
        What the user gave, already through :func:`check_block_length`.
    data : Observed
        The series.
    optimum, period
        See :func:`automatic_block_length`.
    fractional : bool, default False
        Whether the automatic length stays a real number; otherwise it is rounded to the nearest integer.

    Returns
    -------
    int, or float if ``fractional``
        Length in rows, 1 to ``data.n_rows``.

    Raises
    ------
    ValueError
        If the given length exceeds the number of rows.

    Examples
    --------
    >>> import numpy as np
    >>> data = Observed(series=(np.arange(10.0),), max_lag=0, exog=None, n_draws=10)
    >>> resolve_block_length(3, data, optimum="circular")
    3
    >>> resolve_block_length(11, data, optimum="circular")
    Traceback (most recent call last):
    ...
    ValueError: block_length must be between 1 and n_rows = 10; got 11
    """
    if isinstance(block_length, str):
        length = automatic_block_length(data, optimum=optimum, period=period)
        return length if fractional else round(length)
    if block_length > data.n_rows:
        raise ValueError(f"block_length must be between 1 and n_rows = {data.n_rows}; got {block_length}")
    return float(block_length) if fractional else int(block_length)


def automatic_block_length(
    data: Observed, *, optimum: Literal["circular", "stationary"], period: int | None = None
) -> float:
    """Block length that is optimal for the mean of the targets.

    The rule of Politis and White [1]_, corrected [2]_, as ``arch.bootstrap.optimal_block_length`` has it. It
    minimises the mean squared error of the bootstrap variance of the sample mean; nobody knows what is
    optimal for a forest, so this is a reasoned default and not an optimum for forecasts. The targets are
    centred segment by segment, so that series of different levels, stacked, do not look like one
    persistent series; with a period they are centred phase by phase, as the phase is kept by the seasonal
    strategy itself and only the dependence that remains asks for blocks.

    The result lies between 1 and ceil(min(3 sqrt(n), n/3)), the bound of [1]_: with fewer than three blocks a
    tree, trees would hardly differ. Where the rule is not defined (fewer than 20 rows, constant targets,
    a long-run variance of zero) it is n^(1/3), rounded: the optimal rate with constant 1.

    Parameters
    ----------
    data : Observed
        The series; finite values of any scale.
    optimum : {"circular", "stationary"}
        For blocks of fixed length that overlap (circular, moving), or for those whose variance is 3/2 times
        as large, geometric or non-overlapping ones; the lengths differ by (2/3)^(1/3) [2]_, [3]_.
    period : int or None, default None
        Rows of a season.

    Returns
    -------
    float
        Length in rows, finite, at least 1, not rounded.

    References
    ----------
    .. [1] Politis, D. N., White, H. (2004). Automatic block-length selection for the dependent bootstrap.
       Econometric Reviews, 23(1), 53-70. doi:10.1081/ETC-120028836
    .. [2] Patton, A., Politis, D. N., White, H. (2009). Correction to "Automatic block-length selection for
       the dependent bootstrap". Econometric Reviews, 28(4), 372-375. doi:10.1080/07474930802459016
    .. [3] Lahiri, S. N. (1999). Theoretical comparisons of block bootstrap methods. Annals of Statistics,
       27(1), 386-404. doi:10.1214/aos/1018031117

    Examples
    --------
    >>> import numpy as np
    >>> walk = np.cumsum(np.random.default_rng(0).normal(size=200))
    >>> data = Observed(series=(walk,), max_lag=0, exog=None, n_draws=200)
    >>> 5 < automatic_block_length(data, optimum="circular") <= 43
    True
    >>> constant = Observed(series=(np.full(1000, 3.0),), max_lag=0, exog=None, n_draws=1000)
    >>> automatic_block_length(constant, optimum="circular")
    10.0
    """
    n = data.n_rows
    largest = math.ceil(min(3 * math.sqrt(n), n / 3))
    length = math.nan
    with np.errstate(all="ignore"):  # 0/0 there is the undefined case that is mended below
        values = _deviations(data, period or 1)
        if n >= _FEWEST_ROWS and values.any():
            from arch.bootstrap import optimal_block_length

            length = float(optimal_block_length(values)[optimum].iloc[0])
    if not math.isfinite(length):
        length = float(round(n ** (1 / 3)))
    return min(max(length, 1.0), float(largest))


def _deviations(data: Observed, period: int) -> NDArray[np.float64]:
    """Targets less the mean of their segment and phase, scaled to 1; constant groups give exact zeros."""
    values = _to_unit(data.targets)
    first = 0
    for series in data.series:
        last = first + len(series) - data.max_lag
        for phase in range(min(period, last - first)):
            group = values[first + phase : last : period]
            group -= np.clip(group.mean(), group.min(), group.max())
        first = last
    return _to_unit(values)


def _to_unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by the power of two that brings the largest size into [1/2, 1): squares stay in range."""
    return np.ldexp(values, -math.frexp(float(np.abs(values).max(initial=0.0)))[1])
