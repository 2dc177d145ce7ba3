"""Door checks that the AR fits and the AR sieve share: series, option words, orders."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["CRITERIA", "METHODS", "as_integer", "as_order", "as_series", "as_word"]

CRITERIA = ("aic", "aicc", "bic", "hqic")
METHODS = ("yule_walker", "burg", "ols")

_LARGEST = 1e300  # leaves room for sums, squares of ratios and the growth of a near-unit-root path


def as_series(y: ArrayLike, name: str = "y", min_length: int = 2) -> NDArray[np.float64]:
    """``y`` as a one-dimensional float64 array, or an error that names what is wrong with it."""
    if np.ma.is_masked(y):
        raise ValueError(f"{name} has masked (missing) values; fill or drop them first.")
    array = np.asarray(y)
    if array.dtype.kind not in "biuf":
        if array.dtype.kind == "c":
            raise TypeError(f"{name} must be real; got complex values.")
        try:
            if array.dtype.kind != "O":
                raise TypeError
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"{name} must be numeric; got dtype {array.dtype}.") from None
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional; got shape {array.shape}.")
    if array.size < min_length:
        raise ValueError(f"{name} must have at least {min_length} values; got {array.size}.")
    array = np.ascontiguousarray(array, dtype=np.float64)
    largest = np.abs(array).max(initial=0.0)
    if not np.isfinite(largest):
        where = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite; got {array[where]} at position {where}.")
    if largest > _LARGEST:
        raise ValueError(f"{name} must lie within ±{_LARGEST:g}; got {largest:g}: change its unit.")
    return array


def as_word(name: str, value: Any, allowed: Sequence[str]) -> str:
    """``value`` if it is one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise ValueError(f"{name}={value!r} is not known; it must be one of {words}.")
    return value


def as_integer(name: str, value: Any, low: int, high: int | None = None, why: str = "") -> int:
    """``value`` as an int within ``low..high``."""
    if not isinstance(value, Integral) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be an integer; got {value!r}.")
    number = int(value)
    if number < low or (high is not None and number > high):
        allowed = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name}={number} must be {allowed}{why}.")
    return number


def as_order(order: Any) -> int | str:
    """``order`` as a criterion's name or an int >= 0; its upper end depends on the series."""
    if isinstance(order, str):
        if order in CRITERIA:
            return order
        words = ", ".join(repr(word) for word in CRITERIA)
        raise ValueError(f"order={order!r} is not known; it must be an integer >= 0 or one of {words}.")
    return as_integer("order", order, 0)
