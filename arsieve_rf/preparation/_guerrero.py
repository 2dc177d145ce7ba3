"""Guerrero's rule for the power of a Box-Cox transformation."""

from __future__ import annotations

import numpy as np

from .base import FloatArray

__all__ = ["guerrero_lambda"]

GRID = np.linspace(0.0, 1.0, 101)


def guerrero_lambda(values: FloatArray, length: int) -> float:
    """The power in [0, 1] that makes the spread of subseries least dependent on their levels.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Positive values; NaN is missing.
    length : int
        Values in a subseries, 2 or more. What does not fill a subseries is left out at the beginning.

    Returns
    -------
    float
        The power; 1 if the values do not vary within subseries.

    Raises
    ------
    ValueError
        If fewer than two subseries have two observed values each.

    References
    ----------
    V. M. Guerrero (1993), Journal of Forecasting 12(1), 37-48. doi:10.1002/for.3980120104
    """
    from scipy.optimize import minimize_scalar

    relative, log_mean = _subseries(values, length)
    if not relative.any():
        return 1.0

    def variation(lam: float | FloatArray) -> FloatArray:
        """Coefficient of variation of s / m**(1 - lam) = (s / m) * m**lam, for each power."""
        ratios = relative * np.exp(np.multiply.outer(lam, log_mean))
        return ratios.std(axis=-1, ddof=1) / ratios.mean(axis=-1)

    # The coefficient may have several minima: the grid finds the lowest valley, and its ends stay exact.
    on_grid = variation(GRID)
    best = int(np.argmin(on_grid))
    low, high = GRID[max(best - 1, 0)], GRID[min(best + 1, len(GRID) - 1)]
    refined = minimize_scalar(
        lambda lam: float(variation(lam)),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return float(refined.x) if refined.fun < on_grid[best] else float(GRID[best])


def _subseries(values: FloatArray, length: int) -> tuple[FloatArray, FloatArray]:
    """For each subseries s / m and log m, with m in units of the largest m of those that vary."""
    whole = values[len(values) % length :].reshape(-1, length)
    rows = whole[(~np.isnan(whole)).sum(axis=1) >= 2]
    if len(rows) < 2:
        raise ValueError(
            f"lam='auto' needs at least 2 subseries of {length} values with 2 observed ones each, "
            f"y has {len(rows)} ({len(values)} values): give lam a number"
        )
    # In units of each row's largest value no sum overflows and no square of a whole row underflows.
    largest = np.nanmax(rows, axis=1)
    small = rows / largest[:, None]
    mean = np.nanmean(small, axis=1)
    relative = np.nanstd(small, axis=1, ddof=1) / mean
    varies = relative > 0.0
    log_mean = np.where(varies, np.log(mean) + np.log(largest), -np.inf)
    return relative, np.where(varies, log_mean - log_mean.max(initial=-np.finfo(np.float64).max), 0.0)
