"""All methods by name: a new one is one file and one line here, or lives elsewhere as "module:Class"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dgps.parameters import construct, find_class
from .base import Method
from .forest import Forest
from .plain import AutoRegression, Mean, Naive, Oracle

__all__ = ["METHODS", "make_method"]

METHODS: dict[str, type[Method]] = {cls.name: cls for cls in (Forest, AutoRegression, Naive, Mean, Oracle)}
"""Class of each word that a design may name as a method."""


def make_method(name: str, options: Mapping[str, Any] | None = None) -> Method:
    """Method from its word and a table of plain values.

    Parameters
    ----------
    name : str
        A key of :data:`METHODS`, or ``"package.module:Class"`` for a subclass of
        :class:`~simulation.methods.base.Method` that is a dataclass and lives elsewhere.
    options : mapping of str to object, optional
        Values by option.

    Returns
    -------
    Method
        Its ``problems()`` tells whether the values are possible.

    Raises
    ------
    ValueError
        If the word is unknown. For unknown options and values of a wrong type it is a
        :class:`~simulation.dgps.parameters.ParameterError` whose ``faults`` lists them all.

    Examples
    --------
    >>> make_method("ar", {"order": 2})
    AutoRegression(order=2, max_order=None, ar_method='yule_walker')
    >>> make_method("forest", {"trees": 100})
    Traceback (most recent call last):
    ...
    simulation.dgps.parameters.ParameterError: method 'forest': trees: unknown; known are ar_method, ...
    """
    cls = find_class(name, METHODS, Method, "method")
    return construct(cls, {} if options is None else options, f"method {name!r}")
