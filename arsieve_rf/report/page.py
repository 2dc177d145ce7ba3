"""A document as one HTML file that needs nothing else: style, tables and pictures are in it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

from .document import Bullets, Cell, Code, Details, Document, Figure, Heading, Paragraph, Row, Section, Table
from .style import CSS, tint

__all__ = ["to_html"]


def to_html(document: Document) -> str:
    """Render a document.

    Parameters
    ----------
    document : Document
        Its strings are plain text and are escaped here.

    Returns
    -------
    str
        A complete page in UTF-8, without scripts and without links to other places.

    Examples
    --------
    >>> page = to_html(Document("a < b", "", [Section("s", "One", [Paragraph("x & y")])]))
    >>> "<h1>a &lt; b</h1>" in page, "<p>x &amp; y</p>" in page
    (True, True)
    """
    contents = "".join(
        f'<li><a href="#{escape(section.key)}">{escape(section.title)}</a></li>'
        for section in document.sections
    )
    body = "\n".join(_section(section) for section in document.sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.title)}</title>
<style>
{CSS}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
<p class="subtitle">{escape(document.subtitle)}</p>
</header>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
<main>
{body}
</main>
</body>
</html>
"""


def _section(section: Section) -> str:
    body = "\n".join(_block(block) for block in section.blocks)
    return f'<section id="{escape(section.key)}">\n<h2>{escape(section.title)}</h2>\n{body}\n</section>'


def _block(block: Any) -> str:
    return _WRITERS[type(block)](block)


def _paragraph(block: Paragraph) -> str:
    return f"<p{' class=quiet' if block.quiet else ''}>{escape(block.text)}</p>"


def _heading(block: Heading) -> str:
    return f"<h3>{escape(block.text)}</h3>"


def _bullets(block: Bullets) -> str:
    items = "".join(
        f"<li>{f'<strong>{escape(lead)}</strong> ' if lead else ''}{escape(text)}</li>"
        for lead, text in block.items
    )
    return f"<ul>{items}</ul>"


def _code(block: Code) -> str:
    return f'<pre class="scroll" tabindex="0"><code>{escape(block.text)}</code></pre>'


def _table(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in block.columns)
    rows = "\n".join(_row(row, len(block.columns)) for row in block.rows)
    kind = ' class="words"' if block.text_columns else ""
    return (
        f'<div class="caption">{escape(block.caption)}</div>\n'
        f'<div class="scroll" role="region" aria-label="{escape(block.caption)}" tabindex="0">'
        f"<table{kind}><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(row: Row, width: int) -> str:
    if not row.cells:
        head = f'<th scope="rowgroup" colspan="{width}"><span>{escape(row.head)}</span></th>'
        return f'<tr class="group">{head}</tr>'
    return f'<tr><th scope="row">{escape(row.head)}</th>{"".join(map(_cell, row.cells))}</tr>'


def _cell(cell: Cell) -> str:
    colour = f' style="background:{tint(cell.shade)}"' if cell.shade else ""
    text = f"<b>{escape(cell.text)}</b>" if cell.bold else escape(cell.text)
    note = f"<small>{escape(cell.note)}</small>" if cell.note else ""
    return f"<td{colour}>{text}{note}</td>"


def _figure(block: Figure) -> str:
    data = base64.b64encode(block.svg).decode("ascii")
    return (
        f'<figure id="figure-{escape(block.name)}"><div class="scroll" tabindex="0">'
        f'<img alt="{escape(block.alt)}" src="data:image/svg+xml;base64,{data}"></div>'
        f"<figcaption>{escape(block.caption)}</figcaption></figure>"
    )


def _details(block: Details) -> str:
    body = "\n".join(_block(inner) for inner in block.blocks)
    return f"<details><summary>{escape(block.title)}</summary>\n{body}\n</details>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Bullets: _bullets,
    Code: _code,
    Table: _table,
    Figure: _figure,
    Details: _details,
}
