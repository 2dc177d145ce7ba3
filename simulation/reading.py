"""Reading a design: every fault is found before anything runs, and told with its place."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .design import Cell, Design, MethodSpec
from .dgps.parameters import ParameterError, find_class
from .errors import DesignError
from .places import line_of, lines_of
from .seeds import canonical, cell_id

__all__ = ["read_document", "read_text"]

_MAX_LENGTH = 1_000_000
_MIN_LENGTH = 10
_MAX_COUNT = 10_000_000
_MAX_HORIZON = 1_000
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_MISSING: Any = object()


def read_text(text: str, path: Path) -> Design:
    """The design in a TOML file; DesignError with all its faults."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DesignError([f"{path}: not valid TOML: {error}"]) from None
    return _Reader(document, lines_of(text), str(path)).read(text)


def read_document(document: dict[str, Any]) -> Design:
    """The design in a dictionary; DesignError with all its faults."""
    try:
        document = json.loads(json.dumps(document))  # tuples and whole-number keys become what TOML has
    except TypeError as error:
        raise DesignError([f"design: {error}"]) from None
    return _Reader(document, {}, "design").read(None)


class _Process(NamedTuple):
    """A process of a design, where it stands, and the process itself."""

    place: str
    label: str
    name: str
    parameters: dict[str, Any]
    process: Any


@dataclass
class _Reader:
    """One reading of one document, and the faults found so far."""

    document: dict[str, Any]
    lines: dict[str, int]
    source: str
    faults: list[tuple[int, str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def read(self, text: str | None) -> Design:
        """All of it, or DesignError."""
        self.keys("", self.document, ("study", "dgps", "methods", "defaults"))
        study = self.table("study", self.document.get("study", _MISSING))
        self.keys("study", study, _STUDY_KEYS)
        name = self.text("study.name", study.get("name", _MISSING))
        if name and not _WORD.fullmatch(name):
            self.fault("study.name", f"must be a word of letters, digits, -, _ and ., got {name!r}")
        title = self.text("study.title", study.get("title", name or ""))
        horizon = self.integer("study.horizon", study.get("horizon", _MISSING), 1, _MAX_HORIZON)
        seed = self.integer("study.seed", study.get("seed", 0), 0, 2**62 - 1)
        cells = self.cells(study)
        methods = self.methods()
        reference = study.get("reference")
        if reference is not None and reference not in self.labels:
            self.fault("study.reference", f"must be the label of a method{_among(reference, self.labels)}")
        if self.faults:
            raise DesignError([text for _, text in sorted(self.faults, key=lambda fault: fault[0])])
        return Design(
            name=name,
            title=title,
            horizon=horizon,
            seed=seed,
            reference=reference,
            cells=tuple(cells),
            methods=tuple(methods),
            document=self.document,
            text=text,
        )

    # the plain kinds of values

    def fault(self, place: str, message: str) -> None:
        """Note a fault."""
        line = line_of(self.lines, place)
        where = f"{self.source}:{line}" if line else self.source
        self.faults.append((line or 0, f"{where}: {place}: {message}" if place else f"{where}: {message}"))

    def keys(self, place: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        """Unknown keys are faults: a misspelt one would be ignored in silence."""
        known = tuple(known)
        for key in table:
            if key not in known:
                self.fault(f"{place}.{key}" if place else key, f"unknown{_among(key, known)}")

    def table(self, place: str, value: Any) -> dict[str, Any]:
        if value is _MISSING:
            self.fault(place, "is missing")
        elif not isinstance(value, dict):
            self.fault(place, f"must be a table, got {value!r}")
        return value if isinstance(value, dict) else {}

    def tables(self, place: str) -> list[dict[str, Any]]:
        """A non-empty array of tables."""
        value = self.document.get(place, [])
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.fault(place, f"there must be at least one [[{place}]]")
            return []
        return value

    def text(self, place: str, value: Any) -> str:
        if value is _MISSING:
            self.fault(place, "is missing")
        elif not isinstance(value, str) or not value.strip():
            self.fault(place, f"must be a text, got {value!r}")
        else:
            return value
        return ""

    def integer(self, place: str, value: Any, low: int, high: int) -> int:
        if value is _MISSING:
            self.fault(place, "is missing")
        elif isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(place, f"must be a whole number from {low} to {high}, got {value!r}")
        else:
            return value
        return low

    # the study's parts

    def lengths(self, place: str, value: Any) -> list[int]:
        if not isinstance(value, list) or not value:
            self.fault(place, "must be a list of lengths, such as [100, 400]")
            return []
        lengths = [self.integer(f"{place}[{i}]", n, _MIN_LENGTH, _MAX_LENGTH) for i, n in enumerate(value, 1)]
        lengths = [found for found, given in zip(lengths, value) if found == given]  # the possible ones
        if len(set(lengths)) < len(lengths):
            self.fault(place, f"names a length twice: {value}")
        return list(dict.fromkeys(lengths))

    def per_length(self, place: str, value: Any, lengths: list[int]) -> dict[int, int]:
        """One number for all lengths, or a table of length to number."""
        if not isinstance(value, dict):
            number = self.integer(place, value, 1, _MAX_COUNT)
            return dict.fromkeys(lengths, number)
        numbers = {}
        for key, item in value.items():
            if not re.fullmatch(r"[0-9]{1,9}", key) or int(key) not in lengths:
                self.fault(f"{place}.{key}", f"is not one of the lengths {lengths}")
            else:
                numbers[int(key)] = self.integer(f"{place}.{key}", item, 1, _MAX_COUNT)
        if missing := [length for length in lengths if length not in numbers]:
            self.fault(place, f"says nothing of the lengths {missing}")
        return dict.fromkeys(lengths, 1) | numbers

    def cells(self, study: Mapping[str, Any]) -> list[Cell]:
        """Processes times lengths."""
        shared = self.lengths("study.lengths", study["lengths"]) if "lengths" in study else []
        every = set(shared)
        entries = []
        for i, entry in enumerate(self.tables("dgps"), 1):
            place = f"dgps[{i}]"
            self.keys(place, entry, ("name", "label", "parameters", "lengths"))
            lengths = self.lengths(f"{place}.lengths", entry["lengths"]) if "lengths" in entry else shared
            if not lengths and "lengths" not in entry and "lengths" not in study:
                self.fault(f"{place}.lengths", "is missing, here and in [study]")
            every.update(lengths)
            entries += [(found, lengths) for found in self.processes(place, entry)]
        asked = study.get("replications", _MISSING)
        replications = self.per_length("study.replications", asked, sorted(every))
        blocks = {length: max(1, min(50, _AUTO_BLOCK // length)) for length in every}
        if "block" in study:
            blocks = self.per_length("study.block", study["block"], sorted(every))
        self.unique([(found.place, found.label) for found, _ in entries], "label")
        self.unique([(found.place, found.process) for found, _ in entries], "process")
        return [
            Cell(
                id=cell_id(found.name, found.parameters, length),
                dgp=found.name,
                parameters=found.parameters,
                length=length,
                label=found.label,
                replications=replications[length],
                block=min(blocks[length], replications[length]),
                linear=bool(found.process.linear),
                stationary=bool(found.process.stationary),
                equation=found.process.summary,
            )
            for found, lengths in entries
            for length in lengths
        ]

    def processes(self, place: str, entry: Mapping[str, Any]) -> list[_Process]:
        """Each set of parameters of one [[dgps]]."""
        from .dgps.base import DGP
        from .dgps.registry import DGPS, make_dgp

        name = self.word(f"{place}.name", entry, DGPS, DGP, "DGP")
        if not name:
            return []
        given = entry.get("parameters", {})
        sets = given if isinstance(given, list) else [given]
        labels = entry.get("label", _MISSING)
        if labels is _MISSING:
            labels = [_auto_label(name, parameters) for parameters in sets]
        elif not isinstance(given, list):
            labels = [labels]
        if not isinstance(labels, list) or len(labels) != len(sets):
            self.fault(f"{place}.label", f"must be a list of {len(sets)} labels, one a set of parameters")
            labels = [_auto_label(name, parameters) for parameters in sets]
        found = []
        for j, (parameters, label) in enumerate(zip(sets, labels), 1):
            many = f"[{j}]" if isinstance(given, list) else ""
            made = self.made(f"{place}.parameters{many}", make_dgp, name, parameters)
            label = self.text(f"{place}.label{many}", label)
            if made is not None:
                found.append(_Process(f"{place}.parameters{many}", label, name, parameters, made))
        return found

    def methods(self) -> list[MethodSpec]:
        """Methods, their options completed from [defaults]."""
        from .methods.base import Method
        from .methods.registry import METHODS, make_method

        defaults = self.table("defaults", self.document.get("defaults", {}))
        self.keys("defaults", defaults, METHODS)
        defaults = {name: self.table(f"defaults.{name}", value) for name, value in defaults.items()}
        specs, made, labels = [], [], []
        for i, entry in enumerate(self.tables("methods"), 1):
            place = f"methods[{i}]"
            self.keys(place, entry, ("name", "label", "options"))
            name = self.word(f"{place}.name", entry, METHODS, Method, "method")
            label = self.text(f"{place}.label", entry.get("label", name or "?"))
            labels.append((place, label))
            if not name:
                continue
            options = self.table(f"{place}.options", entry.get("options", {}))
            options = defaults.get(name, {}) | options
            method = self.made(f"{place}.options", make_method, name, options)
            if method is not None:
                made.append((place, method))
                specs.append(MethodSpec(label, name, options))
        self.labels = [label for _, label in labels]
        self.unique(labels, "label")
        self.unique(made, "method")
        return specs

    def word(self, place: str, entry: Mapping[str, Any], known: Any, base: type, what: str) -> str:
        """A word of a registry, or "" with a fault noted."""
        name = self.text(place, entry.get("name", _MISSING))
        if not name:
            return ""
        try:
            find_class(name, known, base, what)
        except ValueError as error:
            self.fault(place, str(error))
            return ""
        return name

    def made(self, place: str, make: Any, name: str, values: Any) -> Any:
        """The process or method, or None with all that is wrong with its values noted."""
        if not isinstance(values, dict):
            self.fault(place, f"must be a table, got {values!r}")
            return None
        result, faults = _attempt(make, name, values)
        unknown = [fault.partition(": ")[0] for fault in faults if ": unknown" in fault]
        if unknown and len(unknown) == len(faults):  # then the others can be looked at, too
            known = {key: value for key, value in values.items() if key not in unknown}
            faults = faults + _attempt(make, name, known)[1]
        for text in faults:
            head = re.match(r"([A-Za-z_]\w*)(: |=)", text)
            inside = next((key for key in values if re.search(rf"\b{re.escape(key)}\b", text)), None)
            key = head[1] if head else inside
            self.fault(f"{place}.{key}" if key else place, text.removeprefix(f"{key}: "))
        return None if faults else result

    def unique(self, items: list[tuple[str, Any]], what: str) -> None:
        """Two of the same are a fault, told at the second."""
        for i, (where, item) in enumerate(items):
            for earlier, other in items[:i]:
                if type(item) is type(other) and item == other:
                    text = f"the {what} {item!r}" if what == "label" else f"the same {what}"
                    self.fault(where, f"{text} stands at {earlier}, too")
                    break


_STUDY_KEYS = ("name", "title", "horizon", "replications", "lengths", "block", "seed", "reference")
_AUTO_BLOCK = 5_000  # values a shard: some seconds of work at 500 trees and ten methods


def _attempt(make: Any, name: str, values: dict[str, Any]) -> tuple[Any, list[str]]:
    """The process or method, and what is wrong with its values."""
    try:
        canonical(values)
        result = make(name, values)
        return result, result.problems()
    except ParameterError as error:
        return None, list(error.faults)
    except (ValueError, TypeError) as error:
        return None, [str(error)]


def _auto_label(name: str, parameters: Any) -> str:
    """Such as ``ar(coef=[0.5])``."""
    if not isinstance(parameters, dict):
        return name
    return f"{name}({', '.join(f'{key}={value}' for key, value in parameters.items())})"


def _among(word: Any, known: Iterable[str]) -> str:
    """The end of a message on a wrong word: the likely one, and all."""
    known = list(known)
    near = difflib.get_close_matches(str(word), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f", got {word!r}{hint}; known: {', '.join(known) or 'none'}"
