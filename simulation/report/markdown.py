"""A document as Markdown (GitHub's kind), with its figures as files beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape as escape_html
from typing import Any

from arsieve_rf.report.document import (
    Bullets,
    Cell,
    Code,
    Details,
    Document,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
)

__all__ = ["to_markdown"]

FIGURES = "plots"
"""Folder of the figures, beside the Markdown file."""

# What Markdown would read as markup. Underscores and stars inside labels, pipes in tables, tags.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#$])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)")


def to_markdown(document: Document) -> str:
    r"""Render a document.

    Parameters
    ----------
    document : Document
        Its strings are plain text and are escaped here.

    Returns
    -------
    str
        Text that refers to the figures as ``plots/NAME.svg``.

    Examples
    --------
    >>> from arsieve_rf.report.document import Section
    >>> print(to_markdown(Document("Title", "", [Section("s", "One", [Paragraph("a_b | <c>")])])))
    # Title
    <BLANKLINE>
    - [One](#one)
    <BLANKLINE>
    ## One
    <BLANKLINE>
    a\_b \| \<c\>
    <BLANKLINE>
    """
    contents = "\n".join(f"- [{_text(s.title)}](#{_anchor(s.title)})" for s in document.sections)
    parts = [f"# {_text(document.title)}", _text(document.subtitle), contents]
    for section in document.sections:
        parts += [f"## {_text(section.title)}", *(_block(block) for block in section.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Any) -> str:
    return _WRITERS[type(block)](block)


def _text(text: str) -> str:
    """Plain text on one line, with markup characters escaped."""
    return _LIST.sub(r"\1\\\2\3", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def _anchor(title: str) -> str:
    """As GitHub makes them from headings."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _paragraph(block: Paragraph) -> str:
    return _text(block.text)


def _heading(block: Heading) -> str:
    return f"### {_text(block.text)}"


def _bullets(block: Bullets) -> str:
    return "\n".join(f"- {f'**{_text(lead)}** ' if lead else ''}{_text(text)}" for lead, text in block.items)


def _code(block: Code) -> str:
    longest = max((len(run) for run in re.findall(r"`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}bash\n{block.text.rstrip()}\n{fence}"


def _table(block: Table) -> str:
    aligned = ":--" if block.text_columns else "--:"
    lines = [
        f"**{_text(block.caption)}**",
        "",
        "| " + " | ".join(_text(column) for column in block.columns) + " |",
        "| :-- |" + f" {aligned} |" * (len(block.columns) - 1),
        *(_row(row, len(block.columns)) for row in block.rows),
    ]
    return "\n".join(lines)


def _row(row: Row, width: int) -> str:
    if not row.cells:
        return f"| *{_text(row.head)}* |" + " |" * (width - 1)
    return "| " + " | ".join([_text(row.head), *map(_cell, row.cells)]) + " |"


def _cell(cell: Cell) -> str:
    text = _text(cell.text)
    if cell.bold and text:
        text = f"**{text}**"
    return f"{text} ({_text(cell.note)})" if cell.note else text


def _figure(block: Figure) -> str:
    return f"![{_text(block.alt)}]({FIGURES}/{block.name}.svg)\n\n*{_text(block.caption)}*"


def _details(block: Details) -> str:
    body = "\n\n".join(_block(inner) for inner in block.blocks)
    return f"<details><summary>{escape_html(block.title)}</summary>\n\n{body}\n\n</details>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Bullets: _bullets,
    Code: _code,
    Table: _table,
    Figure: _figure,
    Details: _details,
}
