"""Lengths of the seasons that a calendar suggests for a frequency."""

from __future__ import annotations

from typing import Any

__all__ = ["is_yearly", "natural_periods"]

_A_YEAR = {"M": 12, "Q": 4, "SM": 24, "W": 52}
_DAY, _WEEK = 86_400, 7


def natural_periods(step: Any) -> tuple[int, ...]:
    """Periods of a pandas offset, shortest first; empty for years, integers and what has no calendar.

    Months have 12, quarters 4, half-months 24, weeks 52, days 7 and 365, business days 5 and 260; steps below
    a day have those of the day and the week. Multiples of a frequency divide its periods where that leaves no
    rest (every second month: 6).

    Examples
    --------
    >>> import pandas as pd
    >>> natural_periods(pd.offsets.MonthBegin()), natural_periods(pd.offsets.Minute(30))
    ((12,), (48, 336))
    >>> natural_periods(pd.offsets.YearEnd())
    ()
    """
    name = str(getattr(step, "rule_code", "")).split("-")[0]
    times = int(getattr(step, "n", 1))
    if name in ("B", "C"):
        return _divided((5, 260), times)
    seconds = _seconds(step)
    if seconds is not None:
        if seconds % (_WEEK * _DAY) == 0:
            return _divided((52,), int(seconds // (_WEEK * _DAY)))
        if seconds >= _DAY:
            return _divided((7, 365), int(seconds // _DAY)) if seconds % _DAY == 0 else ()
        return tuple(int(p) for p in (_DAY / seconds, _WEEK * _DAY / seconds) if p % 1 == 0 and p > 1)
    for word, period in _A_YEAR.items():
        if name in (word, f"{word}E", f"{word}S", f"B{word}E", f"B{word}S", f"B{word}"):
            return _divided((period,), times)
    return ()


def is_yearly(step: Any) -> bool:
    """Whether a step is one or several years, which have no seasons."""
    name = str(getattr(step, "rule_code", "")).split("-")[0]
    return name in ("Y", "YE", "YS", "BYE", "BYS", "A", "AS", "BA", "BAS", "RE")


def _divided(periods: tuple[int, ...], times: int) -> tuple[int, ...]:
    return tuple(p // times for p in periods if p % times == 0 and p // times > 1)


def _seconds(step: Any) -> float | None:
    """Length of a step that has a fixed one."""
    try:
        return step.nanos / 1e9
    except (AttributeError, ValueError):
        return None
