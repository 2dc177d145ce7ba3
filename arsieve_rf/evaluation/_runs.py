"""What a worker does for the windows of one fit: fit, forecast, move on."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..estimators._panel_intervals import Wanted
from ..estimators._panel_warnings import Caught, collect_warnings
from ..estimators._template import fresh
from ._units import Unit
from ._windows import Block

__all__ = ["Outcome", "run_block"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Of one window.

    Attributes
    ----------
    values : ndarray of float64, shape (h, n_columns)
        Forecasts, and the ends of intervals.
    seconds : float
        That the fit took, or the update.
    warnings : list of Caught
        In their order.
    """

    values: NDArray[np.float64]
    seconds: float
    warnings: list[Caught]


def run_block(template: Any, wanted: Wanted, h: int, unit: Unit, block: Block) -> list[Outcome]:
    """One outcome for each window of the block.

    The forecaster is handed copies of the rows that it may see, and nothing else of the series.
    """
    outcomes = []
    forecaster, known = fresh(template), None
    for end in block.ends:
        with collect_warnings() as caught:
            try:
                start = perf_counter()
                if known is None:
                    answer = forecaster.fit(*unit.rows(block.start, end))
                else:
                    answer = forecaster.update(*unit.rows(known, end))
                seconds = perf_counter() - start
                forecaster, known = (forecaster if answer is None else answer), end
                values = wanted.ask(forecaster, h, _future(unit, end, h))
            except Exception as error:
                _refuse(error, unit, block, end)
        outcomes.append(Outcome(values, seconds, caught))
    return outcomes


def _future(unit: Unit, end: int, h: int) -> Any:
    """Exogenous rows of the steps ahead, which are known by definition."""
    return None if unit.X is None else unit.rows(end, end + h)[1]


def _refuse(error: Exception, unit: Unit, block: Block, end: int) -> NoReturn:
    """Say where it happened, in an exception that every process can send."""
    kind = next((kind for kind in (ValueError, TypeError) if isinstance(error, kind)), RuntimeError)
    message = str(error) if kind is not RuntimeError else f"{type(error).__name__}: {error}"
    first = block.ends[0]
    place = f"{first - block.start} value(s) to fit to"
    if end != first:
        place = f"moved on from the fit at {unit.label(first - 1)}; refit=True fits at every cutoff"
    raise kind(f"{unit.name}, cutoff {unit.label(end - 1)} ({place}): {message}") from error
