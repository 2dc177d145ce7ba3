"""What a forecasting method is for a study: options, and one call that gives all horizons."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..dgps.base import Path

__all__ = ["Forecast", "Method"]


@dataclass(frozen=True)
class Forecast:
    """What one method says of one series.

    Attributes
    ----------
    values : ndarray of float64, shape (horizon,)
        Point forecasts.
    n_lags : int
        Lags in use, 0 where the method has none.
    tree_correlation : float
        Mean correlation between the trees' predictions over the rows of the lag matrix; NaN without trees.
    model_bytes : int
        Memory that the fitted model holds.
    """

    values: NDArray[np.float64]
    n_lags: int = 0
    tree_correlation: float = float("nan")
    model_bytes: int = 0


class Method(ABC):
    """A method with its options, a frozen dataclass; the registry of methods lists them by name.

    Attributes
    ----------
    name : str
        The registry's word.
    needs_oracle : bool
        Whether it forecasts with the true conditional mean: it is skipped where that is not known.
    """

    name: ClassVar[str]
    needs_oracle: ClassVar[bool] = False

    @abstractmethod
    def problems(self) -> list[str]:
        """What is impossible about the options, a sentence each."""

    @abstractmethod
    def forecast(self, path: Path, horizon: int, seed: int) -> Forecast:
        """Fit to ``path.y`` and forecast; only one with ``needs_oracle`` may look at the rest of ``path``."""
