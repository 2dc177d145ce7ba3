"""From a table of plain values (TOML, JSON) to a dataclass of a registry: words and types are checked here.

What a field takes is said by its annotation: ``int``, ``float``, ``bool``, ``str``, ``None``,
``Sequence[float]``, ``Sequence[int]``, ``Mapping[str, Any]`` and unions of these.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from difflib import get_close_matches
from importlib import import_module
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["ParameterError", "construct", "find_class"]

T = TypeVar("T")


class ParameterError(ValueError):
    """Parameters that cannot be taken.

    Parameters
    ----------
    kind : str
        What they are parameters of, such as ``DGP 'ar'``.
    faults : sequence of str
        One sentence each; it begins with the parameter's name.

    Attributes
    ----------
    faults : tuple of str
        The sentences.

    Examples
    --------
    >>> str(ParameterError("DGP 'ar'", ["coef: missing."]))
    "DGP 'ar': coef: missing."
    """

    def __init__(self, kind: str, faults: Sequence[str]) -> None:
        super().__init__(f"{kind}: {' '.join(faults)}")
        self.kind = kind
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuilt from its parts, so that it survives the way back from a worker process."""
        return type(self), (self.kind, self.faults)


def find_class(word: Any, known: Mapping[str, type[T]], base: type, what: str) -> type[T]:
    """Class of a registry's word, or of ``"package.module:Class"`` for one that lives elsewhere.

    Parameters
    ----------
    word : str
        A key of ``known``, or where to import the class from.
    known : mapping of str to type
        The registry.
    base : type
        What an imported class must be a subclass of.
    what : str
        What the registry holds, for messages.

    Returns
    -------
    type
        The class.

    Raises
    ------
    ValueError
        If the word is unknown, or if the import gives no subclass of ``base``.

    Examples
    --------
    >>> find_class("fractions:Fraction", {}, object, "number").__name__
    'Fraction'
    >>> find_class("intt", {"int": int, "bool": bool}, int, "number")
    Traceback (most recent call last):
    ...
    ValueError: unknown number 'intt' (did you mean 'int'?); known are 'bool', 'int', or ...
    """
    if isinstance(word, str):
        if word in known:
            return known[word]
        if ":" in word:
            return _imported(word, base, what)
    near = get_close_matches(word, known, 1) if isinstance(word, str) else []
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    words = ", ".join(repr(key) for key in sorted(known))
    raise ValueError(f"unknown {what} {word!r}{hint}; known are {words}, or 'package.module:Class'.")


def construct(cls: type[T], parameters: Mapping[str, Any], kind: str) -> T:
    """An instance of a dataclass from plain values; lists become tuples, whole numbers floats where wanted.

    Parameters
    ----------
    cls : type
        A dataclass.
    parameters : mapping of str to object
        Values by field name.
    kind : str
        What the dataclass is, for messages.

    Returns
    -------
    object
        The instance. Whether its values make sense together is for its ``problems()`` to say.

    Raises
    ------
    ParameterError
        With all unknown names, missing parameters and values of a wrong type at once.

    Examples
    --------
    >>> from simulation.dgps.arma import AR
    >>> construct(AR, {"coef": [1, -0.5]}, "DGP 'ar'")
    AR(innovations='normal', sigma=1.0, coef=(1.0, -0.5))
    >>> construct(AR, {"cof": [0.5], "sigma": "1"}, "DGP 'ar'")
    Traceback (most recent call last):
    ...
    simulation.dgps.parameters.ParameterError: DGP 'ar': cof: unknown; known are ...
    sigma: must be a finite number; got '1'. coef: missing.
    """
    if not isinstance(parameters, Mapping):
        raise ParameterError(kind, [f"parameters: must be a table of names and values; got {parameters!r}."])
    hints = get_type_hints(cls)
    own = {field.name: field for field in fields(cls) if field.init}  # type: ignore[arg-type]
    known = ", ".join(sorted(own)) or "none"
    faults = [f"{name}: unknown; known are {known}." for name in parameters if name not in own]
    values = {}
    for name, field in own.items():
        if name in parameters:
            ok, values[name] = _read(parameters[name], hints[name])
            if not ok:
                faults.append(f"{name}: must be {_say(hints[name])}; got {parameters[name]!r}.")
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(f"{name}: missing.")
    if faults:
        raise ParameterError(kind, faults)
    return cls(**values)


def _imported(word: str, base: type, what: str) -> Any:
    module, _, name = word.partition(":")
    try:
        cls = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"{what} {word!r} cannot be imported: {error}.") from error
    if not (isinstance(cls, type) and issubclass(cls, base)):
        raise ValueError(f"{what} {word!r} is not a subclass of {base.__module__}.{base.__name__}.")
    return cls


def _read(value: Any, hint: Any) -> tuple[bool, Any]:
    """Whether ``value`` is what ``hint`` says, and the value in that type."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        for option in get_args(hint):
            ok, read = _read(value, option)
            if ok:
                return True, read
        return False, value
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping), value
    if origin is not None and issubclass(origin, Sequence):
        if isinstance(value, str) or not isinstance(value, Sequence):
            return False, value
        members = [_read(member, get_args(hint)[0]) for member in value]
        return all(ok for ok, _ in members), tuple(member for _, member in members)
    if hint is float and type(value) in (int, float):
        return _as_finite(value)
    return hint is Any or type(value) is hint, value


def _as_finite(value: float) -> tuple[bool, Any]:
    try:
        number = float(value)
    except OverflowError:
        return False, value
    return math.isfinite(number), number


_WORDS: dict[Any, str] = {
    int: "an integer",
    float: "a finite number",
    bool: "true or false",
    str: "a word",
    type(None): "left out",
}


def _say(hint: Any) -> str:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(_say(option) for option in get_args(hint) if option is not type(None))
    if origin is not None and issubclass(origin, Mapping):
        return "a table"
    if origin is not None and issubclass(origin, Sequence):
        return "a list of integers" if get_args(hint)[0] is int else "a list of finite numbers"
    return _WORDS.get(hint, str(hint))
