"""What column names say about lags."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["NamedLag", "derived_window", "interleaving", "is_derived", "named_lags"]

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


def interleaving(named: Mapping[int, int], found: Mapping[int, int]) -> tuple[int, int] | None:
    """Numbers (n, a) such that each column that is named lag k holds y ``n * (k + a)`` rows earlier.

    Then rows are those of n series sorted by time, for a forecast of a + 1 steps ahead: names count from its
    origin. None where there are no such numbers, or fewer than two different lags to tell them by.
    """
    pairs = sorted({(lag, found[column]) for column, lag in named.items()})
    if len({lag for lag, _ in pairs}) < 2:
        return None
    (first, at), (last, end) = pairs[0], pairs[-1]
    n_series = (end - at) // (last - first)
    if n_series < 1:
        return None
    ahead = at // n_series - first
    consistent = all(rows == n_series * (lag + ahead) for lag, rows in pairs)
    return (n_series, ahead) if consistent and ahead >= 0 else None


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
