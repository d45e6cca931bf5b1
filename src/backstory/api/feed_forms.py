"""Entries in, a feed out: Atom (RFC 4287) or JSON Feed 1.1. Whatever an article says is text there, never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

__all__ = ["Entry", "Feed", "as_atom", "as_json", "instant"]

ATOM = "http://www.w3.org/2005/Atom"
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was updated: Atom demands a date."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed: `urn` never changes, `url` is its page here, `original` the page that it was read from."""

    urn: str
    url: str
    title: str
    updated: str
    text: str
    author: str | None = None
    original: str | None = None
    cited: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: `address` is its own, `page` the page here that shows the same."""

    address: str
    page: str
    title: str
    entries: Sequence[Entry]


def as_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", max((entry.updated for entry in feed.entries), default=NEVER))
    _link(root, "self", feed.address, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    _author(root, "Backstory")
    for entry in feed.entries:
        element = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
        _add(element, "id", entry.urn)
        _add(element, "title", entry.title)
        _add(element, "updated", entry.updated)
        _link(element, "alternate", entry.url, "text/html")
        if entry.original:
            _link(element, "via", entry.original, "text/html")
        _author(element, entry.author or "unknown")
        _add(element, "summary", entry.text)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def as_json(feed: Feed) -> dict[str, Any]:
    """Return a feed as JSON Feed; `_backstory` of an item is the span that its text is."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.urn,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.updated,
    }
    if entry.author:
        item["authors"] = [{"name": entry.author}]
    if entry.original:
        item["external_url"] = entry.original
    if entry.cited:
        item["_backstory"] = entry.cited
    return item


def instant(said: str | None, otherwise: str) -> str:
    """Return an ISO 8601 date, as precise as it is, as the instant at which it begins (RFC 3339, UTC).

    >>> instant("2026-03", "")
    '2026-03-01T00:00:00Z'
    """
    for written in (said or "", f"{said}-01", f"{said}-01-01", otherwise):
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            continue
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return NEVER


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = _xml(text)


def _link(parent: ElementTree.Element, rel: str, href: str, kind: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=_xml(href), type=kind)


def _author(parent: ElementTree.Element, name: str) -> None:
    _add(ElementTree.SubElement(parent, f"{{{ATOM}}}author"), "name", name)


def _xml(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
