"""A document with everything in it, and a reader of pages that checks their elements."""

from __future__ import annotations

from html.parser import HTMLParser

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
    Section,
    Table,
)  # fmt: skip

NASTY = 'A <b>|`bold`*_[x](y)$1$ & "q"'

DOCUMENT = Document(
    NASTY,
    NASTY,
    [
        Section(
            "one",
            "One",
            [
                Heading(NASTY),
                Paragraph(NASTY),
                Bullets([(NASTY, NASTY), ("", "- not a list")]),
                Code("a ``` b <c>"),
                Table(
                    NASTY, [NASTY, "x"], [Row(NASTY), Row(NASTY, [Cell(NASTY, NASTY, bold=True, shade=-1.0)])]
                ),
                Details(NASTY, [Figure("figure", NASTY, NASTY, b"<svg/>")]),
            ],
        )
    ],
)


class Tags(HTMLParser):
    """Checks that elements are closed in order, and keeps texts, ids, links and sources."""

    VOID = frozenset(("meta", "img", "br"))

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.ids, self.links, self.sources = [], [], set(), set(), []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        found = dict(attributes)
        if "id" in found:
            assert found["id"] not in self.ids
            self.ids.add(found["id"])
        if "href" in found:
            self.links.add(found["href"])
        if "src" in found:
            self.sources.append(found["src"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
