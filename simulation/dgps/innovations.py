"""Distributions of innovations, all with mean 0 and variance 1; a DGP multiplies by its ``sigma``."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .parameters import ParameterError, construct, find_class

__all__ = [
    "INNOVATIONS",
    "Innovations",
    "Normal",
    "Skewed",
    "StudentT",
    "innovation_faults",
    "make_innovations",
]


class Innovations(ABC):
    """A distribution with mean 0 and variance 1.

    Attributes
    ----------
    name : str
        The registry's word.
    skewness, kurtosis : float
        Standardized third and fourth moments (3 for the normal); infinite where they do not exist.
    """

    name: ClassVar[str]

    @abstractmethod
    def problems(self) -> list[str]:
        """What is impossible about the parameters, a sentence each."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw ``size`` independent values."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Distribution function at ``x``, in the shape of ``x``."""

    @property
    @abstractmethod
    def skewness(self) -> float:
        """Standardized third moment."""

    @property
    @abstractmethod
    def kurtosis(self) -> float:
        """Standardized fourth moment."""


@dataclass(frozen=True)
class Normal(Innovations):
    """The standard normal distribution.

    Examples
    --------
    >>> Normal().kurtosis
    3.0
    """

    name: ClassVar[str] = "normal"

    def problems(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw ``size`` independent values."""
        return rng.standard_normal(size)

    def cdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Distribution function at ``x``."""
        from scipy.special import ndtr

        return ndtr(np.asarray(x, dtype=np.float64))

    @property
    def skewness(self) -> float:
        """Zero."""
        return 0.0

    @property
    def kurtosis(self) -> float:
        """Three."""
        return 3.0


@dataclass(frozen=True)
class StudentT(Innovations):
    """Student's t distribution, scaled to variance 1.

    Parameters
    ----------
    df : float, default=5.0
        Degrees of freedom, above 2.

    Examples
    --------
    >>> StudentT(df=5.0).kurtosis
    9.0
    """

    name: ClassVar[str] = "t"

    df: float = 5.0

    def problems(self) -> list[str]:
        """Whether the variance exists."""
        if self.df > 2.0:
            return []
        return [f"innovations.df={self.df} must be above 2, or the variance does not exist."]

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw ``size`` independent values."""
        return rng.standard_t(self.df, size) * math.sqrt((self.df - 2.0) / self.df)

    def cdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Distribution function at ``x``."""
        from scipy.special import stdtr

        return stdtr(self.df, np.asarray(x) * math.sqrt(self.df / (self.df - 2.0)))

    @property
    def skewness(self) -> float:
        """Zero where it exists, for more than 3 degrees of freedom."""
        return 0.0 if self.df > 3.0 else math.inf

    @property
    def kurtosis(self) -> float:
        """``3 + 6 / (df - 4)`` for more than 4 degrees of freedom."""
        return 3.0 + 6.0 / (self.df - 4.0) if self.df > 4.0 else math.inf


@dataclass(frozen=True)
class Skewed(Innovations):
    """A gamma distribution, centred and scaled to variance 1; mirrored for negative skewness.

    With shape k its skewness is ``2 / sqrt(k)``: a chi-square distribution with ``8 / skewness**2`` degrees
    of freedom, the exponential distribution at skewness 2.

    Parameters
    ----------
    skewness : float, default=1.0
        Wanted skewness, between -4 and 4, not within 0.01 of 0.

    Examples
    --------
    >>> Skewed(skewness=2.0).kurtosis
    9.0
    """

    name: ClassVar[str] = "skewed"

    skewness: float = 1.0

    def problems(self) -> list[str]:
        """Whether the shape parameter is in a range where the gamma distribution is drawn well."""
        if 0.01 <= abs(self.skewness) <= 4.0:
            return []
        return [
            f"innovations.skewness={self.skewness} must be between -4 and 4 and not within 0.01 of 0 "
            "(there use 'normal')."
        ]

    @property
    def shape(self) -> float:
        """Shape parameter of the gamma distribution."""
        return 4.0 / self.skewness**2

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw ``size`` independent values."""
        values = (rng.standard_gamma(self.shape, size) - self.shape) / math.sqrt(self.shape)
        return values if self.skewness > 0.0 else -values

    def cdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Distribution function at ``x``."""
        from scipy.special import gammainc, gammaincc

        sign = math.copysign(1.0, self.skewness)
        gamma = np.maximum(self.shape + sign * math.sqrt(self.shape) * np.asarray(x), 0.0)
        return gammainc(self.shape, gamma) if sign > 0.0 else gammaincc(self.shape, gamma)

    @property
    def kurtosis(self) -> float:
        """``3 + 1.5 skewness**2``."""
        return 3.0 + 1.5 * self.skewness**2


INNOVATIONS: dict[str, type[Innovations]] = {cls.name: cls for cls in (Normal, StudentT, Skewed)}
"""Class of each word that ``innovations`` may name."""


def make_innovations(spec: str | Mapping[str, Any]) -> Innovations:
    """Distribution from its word, or from a table with the word as ``name`` and its parameters.

    Parameters
    ----------
    spec : str or mapping
        Such as ``"normal"`` or ``{"name": "t", "df": 5}``.

    Returns
    -------
    Innovations
        The distribution.

    Raises
    ------
    ValueError
        If the word or a parameter is unknown, of a wrong type, or out of its range.

    Examples
    --------
    >>> make_innovations({"name": "t", "df": 8})
    StudentT(df=8.0)
    >>> make_innovations({"name": "t", "df": 2})
    Traceback (most recent call last):
    ...
    simulation.dgps.parameters.ParameterError: innovations 't': innovations.df=2.0 must be above 2, ...
    """
    if not isinstance(spec, (str, Mapping)):
        raise ValueError(f"innovations must be a word or a table with a name; got {spec!r}.")
    parameters = {} if isinstance(spec, str) else dict(spec)
    word = spec if isinstance(spec, str) else parameters.pop("name", None)
    cls = find_class(word, INNOVATIONS, Innovations, "innovations")
    made = construct(cls, parameters, f"innovations {word!r}")
    if faults := made.problems():
        raise ParameterError(f"innovations {word!r}", faults)
    return made


def innovation_faults(spec: Any) -> list[str]:
    """What is wrong with a specification of innovations, a sentence each.

    Parameters
    ----------
    spec : object
        As for :func:`make_innovations`.

    Returns
    -------
    list of str
        Empty if nothing is.

    Examples
    --------
    >>> innovation_faults({"name": "t", "df": 5})
    []
    """
    try:
        make_innovations(spec)
    except ParameterError as error:
        return [
            fault if fault.startswith("innovations") else f"innovations.{fault}" for fault in error.faults
        ]
    except ValueError as error:
        return [f"innovations: {error}"]
    return []
