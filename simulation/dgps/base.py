"""What a data-generating process (DGP) is: parameters, their checks, a simulator, and its oracle.

A DGP is a frozen dataclass whose fields are its parameters. One file a family;
:mod:`simulation.dgps.registry` lists them by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["DGP", "Path"]


@dataclass(frozen=True)
class Path:
    """One simulated series and what followed it.

    Attributes
    ----------
    y : ndarray of float64, shape (n,)
        What methods see.
    future : ndarray of float64, shape (horizon,)
        The values after it.
    mean : ndarray of float64, shape (horizon,), or None
        Their true conditional means given everything up to the last value of ``y`` (the oracle's forecasts);
        None where they are not known in closed form.
    """

    y: NDArray[np.float64]
    future: NDArray[np.float64]
    mean: NDArray[np.float64] | None


class DGP(ABC):
    """A data-generating process with its parameters.

    Attributes
    ----------
    name : str
        The registry's word for the family.
    summary : str
        One line for people: the equation.
    linear : bool
        Whether the conditional mean is a linear function of the past.
    stationary : bool
        Whether the process has a stationary distribution (from which ``simulate`` then starts, exactly or
        after a burn-in).
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    linear: ClassVar[bool]
    stationary: ClassVar[bool]

    @abstractmethod
    def problems(self) -> list[str]:
        """What is impossible about the parameters, a sentence each that names parameter, value and range."""

    @abstractmethod
    def simulate(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Draw a series of ``n`` values and the ``horizon`` values after it, from ``rng`` alone."""
