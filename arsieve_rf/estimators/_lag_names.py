"""What column names say about lags."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["NamedLag", "common_multiple", "derived_window", "is_derived", "named_lags"]

# lag_1, lag1, y_lag_1, sales_lag12, target_lag-1, lag_1__sales, lag_1__sales__north
_LAG = re.compile(
    r"(?:(?P<prefix>.+?)[_\-. ])?lag[_\- ]?(?P<lag>\d{1,9})(?:__(?P<suffix>.+))?", re.IGNORECASE
)
# skforecast's roll_mean_5; mlforecast's rolling_mean_lag1_window_size3, expanding_mean_lag1, ...
_DERIVED = re.compile(
    r"(?:^|_)(?:roll|rolling|expanding|ewm|exponentially_weighted|cumulative|cum(?:sum|mean|max|min))(?:_|$)",
    re.IGNORECASE,
)
_WINDOW = re.compile(r"(?:window_size|window|roll(?:ing)?_[a-z_]+?)_?(\d{1,4})(?!.*\d)", re.IGNORECASE)


@dataclass(frozen=True)
class NamedLag:
    """A lag as claimed by a name, and the variable that the name says it is of ("" if it does not say)."""

    lag: int
    variable: str


def named_lags(names: Sequence[object] | None, n_columns: int) -> dict[int, NamedLag]:
    """Columns whose whole name has the form of a lag of at least 1."""
    found: dict[int, NamedLag] = {}
    for column, name in enumerate(names if names is not None else ()):
        if not isinstance(name, str) or is_derived(name):
            continue
        match = _LAG.fullmatch(name.strip())
        if match and int(match["lag"]) >= 1 and column < n_columns:
            variable = "|".join(part.lower() for part in (match["prefix"], match["suffix"]) if part)
            found[column] = NamedLag(int(match["lag"]), variable)
    return found


def common_multiple(named: Mapping[int, int], found: Mapping[int, int]) -> int:
    """How many times the named lags those found are, the same number for all columns; 1 if there is none.

    One lag alone tells nothing: named 1 and found 3 is also a model three steps ahead.
    """
    ratios = {divmod(found[column], lag) for column, lag in named.items()}
    if len(set(named.values())) < 2 or len(ratios) != 1:
        return 1
    ratio, remainder = ratios.pop()
    return ratio if ratio >= 2 and remainder == 0 else 1


def is_derived(name: object) -> bool:
    """Whether a name is one that libraries give to statistics over a window of y."""
    return isinstance(name, str) and _DERIVED.search(name) is not None


def derived_window(name: object) -> int:
    """How far back a rolling statistic reaches by its name; 0 if the name does not say."""
    if not is_derived(name):
        return 0
    text = str(name)
    window = _WINDOW.search(text)
    lag = re.search(r"lag_?(\d{1,4})", text, re.IGNORECASE)
    return (int(window[1]) + (int(lag[1]) if lag else 0)) if window else 0
