"""A live blog's linked data in, its updates as items out, each where it stands in the page's text."""

from __future__ import annotations

from bisect import bisect_right

from backstory.read.linked_data import Node, names_of, text_of, types_of
from backstory.read.page_dates import iso_of
from backstory.read.page_metadata import Facts
from backstory.read.page_text import Page
from backstory.records import Item, Stated

__all__ = ["updates_of"]

MIN_UPDATES = 2
"""A live blog with fewer updates that are found in the text is one article."""

PROBE = 48
"""Characters of an update's headline or text by which it is found: long enough to be its own."""


def updates_of(page: Page, facts: Facts) -> tuple[Item, ...]:
    """Return the updates of a live blog in the order of the text; none for any other page."""
    updates = [
        update
        for node in facts.nodes
        if "LiveBlogPosting" in types_of(node)
        for update in _listed(node.get("liveBlogUpdate"))
    ]
    if len(updates) < MIN_UPDATES:
        return ()
    found: dict[int, tuple[int, Node]] = {}
    starts = [line.start for line in page.lines]
    for update in updates:
        span = _place(page.text, update)
        if span is not None:
            found.setdefault(starts[bisect_right(starts, span[0]) - 1], (span[1], update))
    places = sorted(found)
    if len(places) < MIN_UPDATES:
        return ()
    ends = [
        min(_line_end(page, found[place][0]), following)
        for place, following in zip(places, [*places[1:], len(page.text)], strict=True)
    ]
    ends = [place - 1 for place in places[1:]] + ends[-1:]
    return tuple(Item(start, end, _stated(found[start][1])) for start, end in zip(places, ends, strict=True))


def _listed(value: object) -> list[Node]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def _place(text: str, update: Node) -> tuple[int, int] | None:
    """Return from where to where an update stands: from its headline, or its text where that is not shown."""
    headline, body = text_of(update.get("headline")), text_of(update.get("articleBody"))
    start = text.find(headline[:PROBE]) if headline else -1
    body_at = text.find(body[:PROBE], max(0, start)) if body else -1
    if start < 0:
        start = body_at
    if start < 0:
        return None
    tail = text.find(body[-PROBE:], body_at) if body_at >= 0 else -1
    return start, max(start + 1, body_at + 1, tail + min(PROBE, len(body)))


def _line_end(page: Page, position: int) -> int:
    end = page.text.find("\n", position - 1)
    return len(page.text) if end < 0 else end


def _stated(update: Node) -> Stated:
    return Stated(
        title=text_of(update.get("headline")) or None,
        byline=", ".join(names_of(update.get("author"))) or None,
        published=iso_of(text_of(update.get("datePublished"))),
        modified=iso_of(text_of(update.get("dateModified"))),
        url=text_of(update.get("url")) or None,
    )
