"""A report as data: sections of paragraphs, lists, tables and figures; writers make HTML or Markdown of it.

All strings are plain text; each writer escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Code",
    "Details",
    "Document",
    "Figure",
    "Heading",
    "Paragraph",
    "Row",
    "Section",
    "Table",
]


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``quiet`` ones explain and may be set smaller."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; each item is an emphasised lead (may be empty) and its text."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Code:
    """Commands or a file, as they are."""

    text: str


@dataclass(frozen=True)
class Cell:
    """A table's cell.

    Attributes
    ----------
    text : str
        The value.
    note : str
        Smaller text below it, such as an interval.
    bold : bool
        The best of its row.
    shade : float
        -1 (much lower, blue) to 1 (much higher, orange), 0 for none.
    """

    text: str
    note: str = ""
    bold: bool = False
    shade: float = 0.0


@dataclass(frozen=True)
class Row:
    """A row of cells; one with a head only opens a group of rows."""

    head: str
    cells: Sequence[Cell] = ()


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Row]
    text_columns: bool = False
    """Whether the cells hold words rather than numbers."""


@dataclass(frozen=True)
class Figure:
    """A drawing in SVG; ``name`` is its file's, without ending."""

    name: str
    caption: str
    alt: str
    svg: bytes = field(repr=False)


@dataclass(frozen=True)
class Details:
    """What most readers skip: folded up until it is opened."""

    title: str
    blocks: Sequence[Block]


Block = Paragraph | Heading | Bullets | Code | Table | Figure | Details


@dataclass(frozen=True)
class Section:
    """A heading with what belongs to it; ``key`` is its anchor."""

    key: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """The whole report."""

    title: str
    subtitle: str
    sections: Sequence[Section]

    def figures(self) -> list[Figure]:
        """All figures, in order."""
        return [figure for section in self.sections for figure in _figures(section.blocks)]


def _figures(blocks: Sequence[Block]) -> list[Figure]:
    """Figures among blocks, folded ones included."""
    found = []
    for block in blocks:
        if isinstance(block, Figure):
            found.append(block)
        elif isinstance(block, Details):
            found += _figures(block.blocks)
    return found
