"""Where the windows of a backtest lie: plain counting, no data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..resampling.ar_checks import as_integer, as_word
from ..series.index import check_horizon

__all__ = ["Block", "Windows", "read_windows"]


class Block(NamedTuple):
    """Windows that share one fit.

    The fit sees the observations ``start .. ends[0] - 1``; forecasts start at each of ``ends`` in turn.
    """

    start: int
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Windows:
    """The windows of series of any length.

    Attributes
    ----------
    h : int
        Steps forecast in each window.
    n_windows : int
        Their number.
    step : int
        Observations from one cutoff to the next.
    sliding : bool
        Whether the training part keeps its length.
    every : int
        Windows from one fit to the next.
    """

    h: int
    n_windows: int
    step: int
    sliding: bool
    every: int

    def blocks(self, n: int) -> list[Block]:
        """Of a series of ``n`` observations, in the order of time."""
        last = n - self.h
        ends = range(last - (self.n_windows - 1) * self.step, last + 1, self.step)
        fits = range(0, self.n_windows, self.every)
        return [
            Block(ends[i] - ends[0] if self.sliding else 0, tuple(ends[i : i + self.every])) for i in fits
        ]

    def check_length(self, n: int, name: str) -> None:
        """Refuse a series that leaves no observation before the first window."""
        possible = (n - self.h - 1) // self.step + 1
        if possible >= self.n_windows:
            return
        if possible < 1:
            raise ValueError(
                f"h={self.h} is too long for {name}, which has {n} value(s): at least {self.h + 1} are "
                "needed, one to fit to and h to forecast"
            )
        raise ValueError(
            f"n_windows={self.n_windows} is too many for {name}, which has {n} values: with h={self.h} and "
            f"step={self.step} at most {possible} window(s) fit"
        )


def read_windows(h: Any, n_windows: Any, step: Any, window: Any, refit: Any) -> Windows:
    """The parameters, checked."""
    steps = check_horizon(h)
    count = as_integer("n_windows", n_windows, 1)
    distance = as_integer("step", step, 1)
    as_word("window", window, ("expanding", "sliding"))
    if isinstance(refit, bool | np.bool_):
        every = 1 if refit else count
    else:
        every = min(as_integer("refit", refit, 1, why=", or True or False"), count)
    return Windows(steps, count, distance, window == "sliding", every)
