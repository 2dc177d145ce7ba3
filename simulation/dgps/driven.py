"""DGPs driven by one innovation a step: what they share."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .base import DGP, Path
from .innovations import Innovations, innovation_faults, make_innovations
from .parameters import ParameterError

__all__ = ["LARGEST_MODULUS", "Driven", "burn_in_for", "root_modulus", "scale_faults", "stability_faults"]

LARGEST_MODULUS = 0.9999
"""Largest modulus of a characteristic root: nearer to 1, a burn-in that forgets its start gets too long."""


@dataclass(frozen=True)
class Driven(DGP):
    """A DGP driven by independent innovations.

    A subclass says what is impossible about its parameters (:meth:`own_problems`) and how a path is drawn
    (:meth:`draw`): first all innovations up to the last observed value, then those after it, so that the
    series does not depend on the horizon.

    Parameters
    ----------
    innovations : str or mapping, default="normal"
        Distribution of the innovations, see :mod:`simulation.dgps.innovations`.
    """

    innovations: str | Mapping[str, Any] = field(default="normal", kw_only=True)

    @abstractmethod
    def own_problems(self) -> list[str]:
        """What is impossible about the parameters other than ``innovations``."""

    @abstractmethod
    def draw(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Draw a path; the parameters have been checked."""

    def problems(self) -> list[str]:
        """What is impossible about the parameters.

        Returns
        -------
        list of str
            A sentence each; empty if a path can be drawn.
        """
        return [*self.own_problems(), *innovation_faults(self.innovations)]

    def simulate(self, n: int, horizon: int, rng: np.random.Generator) -> Path:
        """Draw a series and what follows it.

        Parameters
        ----------
        n : int
            Length of the series, at least 1.
        horizon : int
            Number of values after it, at least 0. The series does not depend on it.
        rng : numpy.random.Generator
            The only source of randomness.

        Returns
        -------
        Path
            Series, future, and the true conditional means of the future.

        Raises
        ------
        ValueError
            If a parameter is impossible, or ``n`` or ``horizon`` too small.
        """
        if self._problems:
            raise ParameterError(f"DGP {self.name!r}", self._problems)
        if n < 1 or horizon < 0:
            raise ValueError(f"n={n} must be at least 1 and horizon={horizon} at least 0.")
        return self.draw(n, horizon, rng)

    def __getstate__(self) -> dict[str, Any]:
        """The parameters alone: what is computed from them (tables among it) stays out of pickles."""
        return {parameter.name: getattr(self, parameter.name) for parameter in fields(self)}

    @cached_property
    def noise(self) -> Innovations:
        """The distribution of the innovations, with variance 1."""
        return make_innovations(self.innovations)

    @cached_property
    def _problems(self) -> list[str]:
        return self.problems()


def root_modulus(coef: Sequence[float] | NDArray[np.float64]) -> float:
    """Largest modulus of the roots of ``z^p - coef_1 z^(p-1) - ... - coef_p``.

    Parameters
    ----------
    coef : sequence of float, or ndarray of float64, shape (p,)
        Coefficients of lags 1..p.

    Returns
    -------
    float
        Below 1 if and only if the recursion with these coefficients forgets its start; 0 if p is 0.

    Examples
    --------
    >>> round(root_modulus([0.0, 0.25]), 12)
    0.5
    """
    roots = np.roots(np.r_[1.0, -np.asarray(coef, dtype=np.float64)])
    return float(np.abs(roots).max(initial=0.0))


def burn_in_for(modulus: float, order: int = 1) -> int:
    """Steps after which a linear recursion has forgotten its start to the last digit.

    Parameters
    ----------
    modulus : float
        Largest modulus of the characteristic roots, below 1.
    order : int, default=1
        Number of lags.

    Returns
    -------
    int
        Number of steps b with ``modulus**b < 1e-17``, and 10 for each lag beside.

    Examples
    --------
    >>> burn_in_for(0.5)
    68
    """
    forget = 0 if modulus <= 0.0 else math.ceil(-40.0 / math.log(modulus))
    return forget + 10 * order


def stability_faults(name: str, coef: Sequence[float], *, moving_average: bool = False) -> list[str]:
    """Whether the roots of a lag polynomial are where they must be.

    Parameters
    ----------
    name : str
        The parameter.
    coef : sequence of float
        Coefficients of lags 1..p as they stand on the right-hand side.
    moving_average : bool, default=False
        Whether they are those of innovations (then it is about invertibility, not stationarity).

    Returns
    -------
    list of str
        One sentence, or none.

    Examples
    --------
    >>> stability_faults("coef", [0.5])
    []
    >>> stability_faults("coef", [1.0])
    ['coef=[1.0] is not stationary: the largest characteristic root has modulus 1, at most ...']
    """
    modulus = root_modulus([-c for c in coef] if moving_average else coef)
    if modulus <= LARGEST_MODULUS:
        return []
    what = "invertible" if moving_average else "stationary"
    return [
        f"{name}={list(coef)} is not {what}: the largest characteristic root has modulus {modulus:.6g}, "
        f"at most {LARGEST_MODULUS} is allowed."
    ]


def scale_faults(name: str, value: float) -> list[str]:
    """Whether a standard deviation, variance or the like is positive and finite.

    Parameters
    ----------
    name : str
        The parameter.
    value : float
        Its value.

    Returns
    -------
    list of str
        One sentence, or none.

    Examples
    --------
    >>> scale_faults("sigma", 0.0)
    ['sigma=0.0 must be positive and finite.']
    """
    return [] if 0.0 < value < math.inf else [f"{name}={value} must be positive and finite."]
