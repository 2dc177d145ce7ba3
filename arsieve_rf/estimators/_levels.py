"""Levels that users ask for, and quantiles of draws at them."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["central_levels", "quantiles_of_draws", "read_coverage", "read_quantiles", "warn_of_few"]

FloatArray = NDArray[np.float64]


def read_coverage(coverage: Any) -> list[float]:
    """One or several coverages between 0 and 1, none twice."""
    return _read("coverage", coverage, "0.9 for 90 %")


def read_quantiles(quantiles: Any) -> list[float]:
    """One or several levels of quantiles between 0 and 1, none twice."""
    return _read("quantiles", quantiles, "0.1 for the lowest tenth")


def _read(name: str, value: Any, example: str) -> list[float]:
    allowed = (
        f"it must be a number between 0 and 1, both excluded ({example}), or several different ones, "
        "of which six digits count"
    )
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    several = not isinstance(value, Real | str | bytes)
    try:
        levels = list(value) if several else [value]
    except TypeError:
        raise TypeError(f"{name}={value!r} is not possible: {allowed}.") from None
    if any(isinstance(level, bool | np.bool_) or not isinstance(level, Real) for level in levels):
        raise TypeError(f"{name}={value!r} is not possible: {allowed}.")
    numbers = [float(level) for level in levels]
    for number in numbers:
        if not 0.0 < number < 1.0:
            hint = f"; for {number:g} % pass {number / 100:g}" if 1.0 < number < 100.0 else ""
            raise ValueError(f"{name} has the value {number:g}: {allowed}{hint}.")
        if f"{number:g}" in ("0", "1"):
            raise ValueError(
                f"{name} has the value {number!r}, six digits of which are {number:g}: {allowed}."
            )
    if not numbers or len({f"{number:g}" for number in numbers}) < len(numbers):
        raise ValueError(f"{name}={value!r} is not possible: {allowed}.")
    return numbers


def central_levels(coverage: list[float]) -> list[float]:
    """Levels of the lower and upper ends of central intervals, one pair after another."""
    return [level for c in coverage for level in (0.5 - c / 2.0, 0.5 + c / 2.0)]


def quantiles_of_draws(draws: FloatArray, levels: list[float]) -> tuple[FloatArray, bool]:
    """Quantiles of m draws of each step by the (m + 1) rule: level q lies at the order statistic (m + 1) q.

    Between order statistics quantiles are linear; beyond the outermost ones they are these, and the answer
    says so: m draws support levels from 1 / (m + 1) to m / (m + 1) only.

    Parameters
    ----------
    draws : ndarray of float64, shape (m, h)
        Equally likely values.
    levels : list of float
        Within (0, 1).

    Returns
    -------
    quantiles : ndarray of float64, shape (len(levels), h)
        Not falling with the level.
    too_few : bool
        Whether a level lies beyond the outermost draws.
    """
    m = len(draws)
    ordered = np.sort(draws, axis=0)
    place = np.asarray(levels) * (m + 1)
    # in ten-thousandths of a place, so that .975 * 40 is the 39th
    too_few = bool(((place < 1.0 - 1e-4) | (place > m + 1e-4)).any())
    place = np.clip(place, 1.0, m) - 1.0
    below = np.minimum(place.astype(np.int64), max(m - 2, 0))
    share = (place - below)[:, None]
    above = ordered[np.minimum(below + 1, m - 1)]
    low = ordered[below]
    # each operation keeps the order of shares, so that rounding lets no level fall below a lower one; in two
    # halves, as draws at both ends of float64 have no finite difference
    half = share * (above / 2.0 - low / 2.0)
    with np.errstate(
        over="ignore"
    ):  # rounding may carry the sum past the largest; the minimum brings it back
        return np.minimum(low + half + half, above), too_few


def warn_of_few(what: str, asked: str, remedy: str, stacklevel: int) -> None:
    """Say that the widest interval that the data support is given instead."""
    warnings.warn(
        f"{what} too few for {asked}: the widest interval that the data support is given. {remedy}",
        UserWarning,
        stacklevel=stacklevel,
    )
