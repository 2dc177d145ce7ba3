"""The bootstrap strategies by name."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from .all_rows import AllRows
from .base import Strategy
from .circular import CircularBlock
from .iid import IID
from .moving import MovingBlock
from .nonoverlapping import NonoverlappingBlock
from .seasonal import SeasonalBlock
from .sieve import ARSieve
from .stationary import StationaryBlock

__all__ = ["BOOTSTRAPS", "is_auto", "make_strategy", "strategy_options"]

BOOTSTRAPS: dict[str, type[Strategy]] = {
    "ar_sieve": ARSieve,
    "iid": IID,
    "moving": MovingBlock,
    "circular": CircularBlock,
    "stationary": StationaryBlock,
    "nonoverlapping": NonoverlappingBlock,
    "seasonal": SeasonalBlock,
}
"""Strategy class of each word that ``bootstrap`` may be; ``None`` stands for :class:`~.all_rows.AllRows`."""


def is_auto(bootstrap: Any) -> bool:
    """Whether ``bootstrap`` is the word "auto", which asks for a mixture of a linear model and trees.

    Parameters
    ----------
    bootstrap : object
        Anything.

    Returns
    -------
    bool
        True for "auto" alone.

    Examples
    --------
    >>> is_auto("auto"), is_auto("iid")
    (True, False)
    """
    return isinstance(bootstrap, str) and bootstrap == "auto"


def make_strategy(bootstrap: Any, **options: Any) -> Strategy:
    """Strategy for a word, with those of the options that it has.

    Parameters
    ----------
    bootstrap : str, None or a strategy object
        A key of :data:`BOOTSTRAPS`; "auto", whose trees are trained as those of "iid" and whose linear model
        has options of the sieve; None for every row once in every tree; or an instance of
        :class:`~.base.Strategy`, which is returned as it is, whatever the options.
    **options
        Options of any strategy, such as ``block_length`` or ``order``. Those that the chosen one does not
        have are left aside: :func:`strategy_options` tells which it has.

    Returns
    -------
    Strategy
        Ready for ``fit(data)``.

    Raises
    ------
    TypeError
        If ``bootstrap`` is of another type, or an option is one of no strategy.
    ValueError
        If the word is unknown, or an option's value is not allowed.

    Examples
    --------
    >>> make_strategy("moving", block_length=6, period=None)
    MovingBlock(block_length=6)
    >>> make_strategy(None)
    AllRows()
    >>> make_strategy("blocks")
    Traceback (most recent call last):
    ...
    ValueError: bootstrap must be one of "ar_sieve", ..., "auto", None or a strategy object; got 'blocks'
    """
    known = {name for cls in BOOTSTRAPS.values() for name in _field_names(cls)}
    if unknown := sorted(set(options) - known):
        raise TypeError(f"unknown strategy options {unknown}; known are {sorted(known)}")
    cls = _strategy_class(bootstrap)
    if cls is None:
        return bootstrap
    if is_auto(bootstrap):
        _chosen(ARSieve, options, strategy_options(bootstrap))  # refuses what the linear model could not use
    return _chosen(cls, options, _field_names(cls))


def _chosen(cls: type[Strategy], options: dict[str, Any], wanted: tuple[str, ...]) -> Strategy:
    return cls(**{name: value for name, value in options.items() if name in wanted})


def strategy_options(bootstrap: Any) -> tuple[str, ...]:
    """Names of the options that a strategy uses.

    Parameters
    ----------
    bootstrap : str, None or a strategy object
        As for :func:`make_strategy`. A strategy object brings its own options, so none is used of others.

    Returns
    -------
    tuple of str
        Names, in the order of the strategy's fields.

    Raises
    ------
    TypeError, ValueError
        As :func:`make_strategy`.

    Examples
    --------
    >>> strategy_options("seasonal")
    ('block_length', 'period')
    >>> strategy_options("iid")
    ()
    >>> strategy_options("auto")
    ('order', 'max_order', 'ar_method')
    """
    if is_auto(bootstrap):
        return ("order", "max_order", "ar_method")
    cls = _strategy_class(bootstrap)
    return () if cls is None else _field_names(cls)


def _strategy_class(bootstrap: Any) -> type[Strategy] | None:
    """Class to make for a word or None; None if ``bootstrap`` already is a strategy."""
    if bootstrap is None:
        return AllRows
    if is_auto(bootstrap):
        return IID
    words = ", ".join(f'"{word}"' for word in (*BOOTSTRAPS, "auto"))
    message = f"bootstrap must be one of {words}, None or a strategy object; got {bootstrap!r}"
    if isinstance(bootstrap, str):
        if bootstrap not in BOOTSTRAPS:
            raise ValueError(message)
        return BOOTSTRAPS[bootstrap]
    if not isinstance(bootstrap, Strategy):
        raise TypeError(f"{message} of type {type(bootstrap).__name__}")
    return None


def _field_names(cls: type) -> tuple[str, ...]:
    """Names of a strategy's options."""
    return tuple(field.name for field in fields(cls) if field.init)
