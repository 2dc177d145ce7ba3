"""Which classes a file may hold, and what is stored of their instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

__all__ = ["Damaged", "Stored", "UnknownClass", "by_name"]


class Damaged(ValueError):
    """What was read cannot have been written by ``save``."""


class UnknownClass(ValueError):
    """A class that is not on the list; its name is the argument."""


@dataclass(frozen=True)
class Stored:
    """A class whose instances may be stored.

    Attributes
    ----------
    cls : type
        The class itself, not its subclasses. Of a dataclass the fields are stored, of others all attributes.
    check : callable, optional
        Raises ValueError for an instance that code which checks nothing could not stand.
    """

    cls: type
    check: Callable[[Any], None] | None = None

    @property
    def name(self) -> str:
        """What the class is called in a file."""
        return self.cls.__name__

    def values(self, instance: Any) -> dict[str, Any]:
        """What is stored of an instance, by attribute."""
        if is_dataclass(self.cls):
            return {field.name: getattr(instance, field.name) for field in fields(self.cls)}
        return dict(vars(instance))

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse what is not a set of attributes of an instance."""
        if not is_dataclass(self.cls):
            methods = sorted(name for name in names if callable(getattr(self.cls, name, None)))
            if methods:
                raise Damaged(f"{self.name} has values for the methods {methods}")
            return
        known = {field.name: field for field in fields(self.cls)}
        given = set(names)
        unknown = sorted(given - set(known))
        missing = sorted(
            name
            for name, field in known.items()
            if name not in given and field.default is MISSING and field.default_factory is MISSING
        )
        if unknown or missing:
            raise Damaged(f"{self.name} lacks {missing} or has unknown {unknown}")


def by_name(classes: Iterable[Stored]) -> dict[str, Stored]:
    """Classes by the name that they have in files; no two share one."""
    table: dict[str, Stored] = {}
    for stored in classes:
        if stored.name in table:
            raise ValueError(f"two classes are called {stored.name}")
        table[stored.name] = stored
    return table
