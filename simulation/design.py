"""A study's design: what is compared, on what, how often. From a TOML file to cells, methods and shards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .seeds import digest

__all__ = ["STUDIES", "Cell", "Design", "MethodSpec", "load_design", "study_names"]

STUDIES = Path(__file__).parent / "studies"
"""Folder of the studies that come with the package."""


@dataclass(frozen=True)
class Cell:
    """A process with its parameters, and a length.

    Attributes
    ----------
    id : str
        Short, stable name made of the following three.
    dgp : str
        The process's word.
    parameters : dict
        As written in the design.
    length : int
        Length of the series.
    label : str
        What tables and plots call the process; the same for all its lengths.
    replications, block : int
        Series to simulate, and how many of them make a shard.
    linear, stationary : bool
        What the process says of itself.
    equation : str
        Its line for people.
    """

    id: str
    dgp: str
    parameters: dict[str, Any]
    length: int
    label: str
    replications: int
    block: int
    linear: bool
    stationary: bool
    equation: str

    def blocks(self) -> list[tuple[int, int]]:
        """(first replication, count) of each shard."""
        starts = range(0, self.replications, self.block)
        return [(first, min(self.block, self.replications - first)) for first in starts]


@dataclass(frozen=True)
class MethodSpec:
    """A method with its options and its label, unique in the design."""

    label: str
    name: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Design:
    """A valid design.

    Attributes
    ----------
    name, title : str
        A word and a headline.
    horizon : int
        Steps to forecast.
    seed : int
        The study's own seed; 0 unless given. See :mod:`simulation.seeds`.
    reference : str or None
        Label of the method that others are divided by.
    cells : tuple of Cell
        In the order of the design: process by process, lengths within.
    methods : tuple of MethodSpec
        In the order of the design.
    document : dict
        The design as it was given, for the copy in the study's directory.
    text : str or None
        The file as it was given.
    """

    name: str
    title: str
    horizon: int
    seed: int
    reference: str | None
    cells: tuple[Cell, ...]
    methods: tuple[MethodSpec, ...]
    document: dict[str, Any] = field(default_factory=dict, repr=False)
    text: str | None = field(default=None, repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides the results and how they are stored; titles do not enter."""
        return digest(
            {
                "horizon": self.horizon,
                "seed": self.seed,
                "cells": [[c.dgp, c.parameters, c.length, c.replications, c.block] for c in self.cells],
                "methods": [[m.label, m.name, m.options] for m in self.methods],
            }
        )

    @property
    def n_shards(self) -> int:
        """Number of shards."""
        return sum(len(cell.blocks()) for cell in self.cells)

    @property
    def n_series(self) -> int:
        """Number of series to simulate."""
        return sum(cell.replications for cell in self.cells)

    def describe(self) -> dict[str, Any]:
        """What ``design.json`` holds of the design."""
        return {
            "name": self.name,
            "title": self.title,
            "horizon": self.horizon,
            "seed": self.seed,
            "reference": self.reference,
            "digest": self.digest,
            "cells": [vars(cell) for cell in self.cells],
            "methods": [vars(method) for method in self.methods],
            "document": self.document,
        }


def study_names() -> list[str]:
    """Names of the studies that come with the package.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from simulation.design import study_names
    >>> "quick" in study_names()
    True
    """
    return sorted(path.stem for path in STUDIES.glob("*.toml"))


def load_design(source: str | os.PathLike[str] | Mapping[str, Any] | Design) -> Design:
    """Read a design and check all of it.

    Parameters
    ----------
    source : path, str, mapping or Design
        A TOML file; the name of a study that comes with the package, such as "quick"; or the same content as
        a dictionary. A Design is returned as it is.

    Returns
    -------
    Design

    Raises
    ------
    DesignError
        With all faults of the design, each with its place.
    FileNotFoundError
        If there is neither a file nor a study of this name.

    Examples
    --------
    >>> from simulation import load_design
    >>> design = load_design({
    ...     "study": {"name": "tiny", "horizon": 2, "replications": 10, "lengths": [50, 100]},
    ...     "dgps": [{"name": "ar", "parameters": {"coef": [0.5]}}],
    ...     "methods": [{"name": "naive"}, {"name": "mean"}],
    ... })
    >>> [cell.length for cell in design.cells], [method.label for method in design.methods]
    ([50, 100], ['naive', 'mean'])
    """
    from .reading import read_document, read_text

    if isinstance(source, Design):
        return source
    if isinstance(source, Mapping):
        return read_document(dict(source))
    path = _find(source)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        from .errors import DesignError

        raise DesignError([f"{path}: not UTF-8 text: {error}"]) from None
    return read_text(text, path)


def _find(source: str | os.PathLike[str]) -> Path:
    """A file, or a study of the package; a file wins."""
    path = Path(source)
    if path.is_file():
        return path
    packaged = STUDIES / f"{source}.toml"
    if os.sep not in str(source) and packaged.is_file():
        return packaged
    if path.is_dir():
        raise FileNotFoundError(f"{path} is a folder, not a design.")
    raise FileNotFoundError(
        f"there is no file {str(source)!r}, and no study of this name (there are {', '.join(study_names())})."
    )
