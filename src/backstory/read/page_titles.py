"""A page's metadata and headings in, the title of its article out, without the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backstory.read.page_elements import Flag
from backstory.read.page_text import Frame, Page

if TYPE_CHECKING:
    from backstory.read.page_metadata import Facts

__all__ = ["headings_of", "outlet_behind", "title_of", "words_of"]

HEADING_AGREES = 0.5
"""Share of words that a first-level heading and a stated title have in common from which the heading is the title."""

MIN_TITLE_WORDS = 4
"""The only first-level heading with as many words is the title even where the metadata words it otherwise."""

MAX_KICKER_WORDS = 2

_SEPARATOR = re.compile(r"\s+[|–—·»:-]\s+|\s*[|»]\s+")
_WORD = re.compile(r"\w+")


def title_of(page: Page, facts: Facts) -> str | None:
    """Return the title: the heading that agrees best with what the metadata states, else the metadata's own."""
    stated = _stated_titles(page, facts)
    headings = list(headings_of(page))
    best, agreed = None, 0.0
    for heading in headings:
        agreement = max((_agreement(heading, title) for title in stated), default=0.0)
        if agreement > agreed:
            best, agreed = heading, agreement
    if best is not None and agreed >= HEADING_AGREES:
        return _without_kicker(best, stated)
    long = [heading for heading in headings if len(heading.split()) >= MIN_TITLE_WORDS]
    if len(long) == 1:
        return long[0]
    return next(iter([*stated, *headings]), None)


def _without_kicker(heading: str, stated: list[str]) -> str:
    """Return a heading without the section's name that stands before a title stated elsewhere."""
    for title in stated:
        if heading.endswith(title) and 0 < len(heading[: -len(title)].split()) <= MAX_KICKER_WORDS:
            return title
    return heading


def headings_of(page: Page) -> Iterator[str]:
    """Yield the text of each first-level heading, its lines joined by a space."""
    frame: Frame | None = None
    lines: list[str] = []
    for line in page.lines:
        outer = line.frame if line.frame.flags & Flag.TITLE_HEADING else None
        while outer is not None and outer.tag != "h1":
            outer = outer.parent
        if outer is not frame and lines:
            yield " ".join(lines)
            lines = []
        frame = outer
        if outer is not None:
            lines.append(page.text[line.start : line.end])
    if lines:
        yield " ".join(lines)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in small letters."""
    return frozenset(_WORD.findall(text.casefold()))


def _stated_titles(page: Page, facts: Facts) -> list[str]:
    """Return the titles that the metadata states, the cleanest first, each without the outlet's name at either end."""
    outlets = {name for value in facts.meta(("og:site_name", "application-name")) if (name := words_of(value))}
    written = [
        *facts.linked("headline"),
        *facts.stated("title"),
        page.title,
    ]
    return list(dict.fromkeys(title for value in written if (title := _without_outlet(value, outlets))))


def _without_outlet(title: str, outlets: set[frozenset[str]]) -> str:
    """Return a title without its last or first part where that part is the outlet's name, or a short tail."""
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title
    separators = _SEPARATOR.findall(title)
    if words_of(parts[0]) in outlets:
        return title[len(parts[0]) + len(separators[0]) :].strip()
    tail, head = parts[-1], title[: len(title) - len(parts[-1]) - len(separators[-1])].strip()
    if words_of(tail) in outlets or (len(tail.split()) <= MAX_OUTLET_WORDS < len(head.split())):
        return _without_outlet(head, outlets) if words_of(tail) in outlets else head
    return title


MAX_OUTLET_WORDS = 4
"""A last part of a title with no more words, behind a longer first part, is an outlet's or a section's name."""


def outlet_behind(page_title: str, title: str | None) -> str | None:
    """Return what the page's title says behind the article's: "Dam holds | Valley News" names the Valley News."""
    if not title or not page_title.startswith(title):
        return None
    parts = [part for part in _SEPARATOR.split(" " + page_title[len(title) :]) if part.strip()]
    if parts and len(parts[-1].split()) <= MAX_OUTLET_WORDS:
        return parts[-1].strip()
    return None


def _agreement(one: str, other: str) -> float:
    """Return the share of words that two titles have in common, of the words of the shorter one but weighed by both."""
    ours, theirs = words_of(one), words_of(other)
    if not ours or not theirs:
        return 0.0
    common = len(ours & theirs)
    return (
        common / len(ours | theirs)
        if min(len(ours), len(theirs)) < 3
        else 0.5 * (common / len(ours) + common / len(theirs))
    )
