"""All DGPs by name: a new family is one file and one line here, or lives elsewhere as "module:Class"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .arfima import ARFIMA
from .arima import ARIMA
from .arma import AR, ARMA, MA
from .base import DGP
from .bilinear import Bilinear
from .expar import ExponentialAR
from .garch import GARCH
from .level_shift import LevelShift
from .maps import Logistic, Sine, ThresholdJump
from .parameters import construct, find_class
from .seasonal_ar import SeasonalAR
from .setar import SETAR

__all__ = ["DGPS", "make_dgp"]

_CLASSES: tuple[type[DGP], ...] = (
    AR,
    MA,
    ARMA,
    ARIMA,
    ARFIMA,
    SeasonalAR,
    SETAR,
    ExponentialAR,
    Bilinear,
    GARCH,
    LevelShift,
    ThresholdJump,
    Sine,
    Logistic,
)

DGPS: dict[str, type[DGP]] = {cls.name: cls for cls in _CLASSES}
"""Class of each word that a design may name as a DGP."""


def make_dgp(name: str, parameters: Mapping[str, Any] | None = None) -> DGP:
    """DGP from its word and a table of plain values.

    Parameters
    ----------
    name : str
        A key of :data:`DGPS`, or ``"package.module:Class"`` for a subclass of
        :class:`~simulation.dgps.base.DGP` that is a dataclass and lives elsewhere.
    parameters : mapping of str to object, optional
        Values by parameter: numbers, words, lists of numbers, tables.

    Returns
    -------
    DGP
        Its ``problems()`` tells whether the values are possible.

    Raises
    ------
    ValueError
        If the word is unknown. For unknown or missing parameters and values of a wrong type it is a
        :class:`~simulation.dgps.parameters.ParameterError` whose ``faults`` lists them all.

    Examples
    --------
    >>> make_dgp("ar", {"coef": [0.5]}).problems()
    []
    >>> make_dgp("ar", {"coef": [1.5]}).problems()
    ['coef=[1.5] is not stationary: the largest characteristic root has modulus 1.5, at most ... is allowed.']
    >>> make_dgp("arr")
    Traceback (most recent call last):
    ...
    ValueError: unknown DGP 'arr' (did you mean 'ar'?); known are 'ar', ...
    """
    return construct(
        find_class(name, DGPS, DGP, "DGP"), {} if parameters is None else parameters, f"DGP {name!r}"
    )
