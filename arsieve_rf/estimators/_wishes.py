"""The forecaster's words for the preparation of a series, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from ..resampling.ar_checks import as_integer

__all__ = ["Wishes", "read_wishes"]

SEASONAL_WORDS = ("auto", "multiplicative", "additive", "stl", "lags")
TRANSFORM_WORDS = ("auto", "log", "box_cox")


@dataclass(frozen=True)
class Wishes:
    """What the user asked for, checked.

    Attributes
    ----------
    differencing : int or None
        None where a test is to choose.
    seasonal : str or None
        One of ``SEASONAL_WORDS``, None for no adjustment.
    periods : tuple of int or None
        None where they are to be found.
    transform : str, float or None
        One of ``TRANSFORM_WORDS``, a power, or None.
    damping : float or None
        None for the default, which depends on the differencing.
    drift : float or None
        Weight of the drift; None where the series is to choose.
    """

    differencing: int | None
    seasonal: str | None
    periods: tuple[int, ...] | None
    transform: str | float | None
    damping: float | None
    drift: float | None

    @property
    def named_power(self) -> bool:
        """Whether a transform is asked for, instead of left to a choice."""
        return self.transform not in (None, "auto")


def read_wishes(
    *, differencing: Any, seasonal: Any, seasonal_period: Any, transform: Any, damping: Any, drift: Any
) -> Wishes:
    """Check the parameters; every mistake is told before any work."""
    return Wishes(
        None if _is_auto(differencing) else _differencing(differencing),
        _word("seasonal", seasonal, SEASONAL_WORDS),
        _periods(seasonal_period),
        _transform(transform),
        None if _is_auto(damping) else _between("damping", damping, above=True),
        None if _is_auto(drift) else _between("drift", drift, above=False),
    )


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == "auto"


def _differencing(value: Any) -> int:
    if isinstance(value, str):
        raise ValueError(f'differencing={value!r} is not possible: it must be "auto", 0, 1 or 2.')
    return as_integer("differencing", value, 0, 2)


def _word(name: str, value: Any, words: Sequence[str]) -> str | None:
    if value is None or (isinstance(value, str) and value in words):
        return value
    allowed = ", ".join(f'"{word}"' for word in words)
    kind = ValueError if isinstance(value, str) else TypeError
    raise kind(f"{name}={value!r} is not possible: it must be one of {allowed}, or None.")


def _periods(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    if np.ndim(value) == 0:
        return (as_integer("seasonal_period", value, 2),)
    periods = tuple(as_integer(f"seasonal_period[{i}]", p, 2) for i, p in enumerate(value))
    if len(set(periods)) < len(periods) or not periods:
        raise ValueError(
            f"seasonal_period={value!r} is not possible: it must be an integer of at least 2, several "
            "different ones, or None."
        )
    return tuple(sorted(periods))


def _transform(value: Any) -> str | float | None:
    if isinstance(value, Real) and not isinstance(value, bool):
        power = float(value)
        if not -1.0 <= power <= 2.0:
            raise ValueError(f"transform={value!r} is not possible: a power must be between -1 and 2.")
        return power
    try:
        return _word("transform", value, TRANSFORM_WORDS)
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("or None.", "a power between -1 and 2, or None.")) from None


def _between(name: str, value: Any, *, above: bool) -> float:
    allowed = f'"auto", or a number {"above 0 and" if above else "from 0 to"} {"at most 1" if above else "1"}'
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}={value!r} is not possible: it must be {allowed}.")
    number = float(value)
    if not (0.0 < number <= 1.0 or (number == 0.0 and not above)):
        raise ValueError(f"{name}={value!r} is not possible: it must be {allowed}.")
    return number
