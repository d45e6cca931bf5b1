"""Lists of feeds: OPML in, the feeds it names out, and back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape, unescape
from itertools import accumulate, pairwise

from backstory.errors import ReadError
from backstory.read.entries import Entry, Options, problem_source
from backstory.read.markup import decoded
from backstory.records import Kind, Mark, Source

__all__ = ["NAME", "RULES", "Feed", "claims", "feeds_of", "opml_of", "read"]

NAME = "opml"
RULE = "opml/1"
MEDIA_TYPE = "text/x-opml"

MAX_FEEDS = 100_000
"""A list with more is no reader's subscriptions."""

_OUTLINE = re.compile(r"<outline\b((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_log = logging.getLogger(__name__)
_ROOT = re.compile(rb"<opml[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of a list."""

    url: str
    title: str | None = None


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of an OPML list."""
    return name.lower().endswith(".opml") or _ROOT.search(head.replace(b"\x00", b"")) is not None


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield one source whose lines are the feeds: no news, but what `backstory watch` reads."""
    with entry.open() as stream:
        data = stream.read(options.max_source_bytes)
    try:
        text = _text_1(data)
    except ReadError as error:
        yield problem_source(
            entry.uri, MEDIA_TYPE, data, f"{entry.name} is a list of feeds that cannot be read: {error}"
        )
        return
    edges = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    marks = [Mark(start, end - 1, Kind.FURNITURE, 1.0, "a feed of a list") for start, end in pairwise(edges)]
    yield Source(
        source_id=sha256(data).hexdigest(),
        uri=entry.uri,
        media_type=MEDIA_TYPE,
        raw=data,
        text=text,
        rule=RULE,
        marks=tuple(marks),
    )
    _log.info("%s lists %d feeds: `backstory watch %s` reads them", entry.uri, len(marks), entry.name)


def _text_1(raw: bytes, encoding: str | None = None) -> str:
    feeds = feeds_of(raw)
    lines = (f"{one.title} {one.url}" if one.title else one.url for one in feeds)
    return "\n".join(" ".join(line.split()) for line in lines)


RULES: dict[str, Callable[..., str]] = {RULE: _text_1}


def feeds_of(data: bytes) -> list[Feed]:
    """Return the feeds of an OPML list in order, each address once.

    Raises:
        ReadError: no feed is in it, or it declares entities.
    """
    text = data.decode("utf-16", "replace") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else decoded(data, "utf-8")
    if "<!ENTITY" in text:
        raise ReadError("it declares entities, which no list of feeds needs: refused")
    feeds: dict[str, Feed] = {}
    for found in _OUTLINE.finditer(text[: text.rfind(">") + 1]):
        said = {name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(found[1])}
        url = said.get("xmlurl", "").strip()
        if url and len(feeds) < MAX_FEEDS:
            feeds.setdefault(url, Feed(url, said.get("title") or said.get("text") or None))
    if not feeds:
        raise ReadError("no feed is in it: an outline of a feed has an attribute xmlUrl")
    return list(feeds.values())


def opml_of(feeds: Iterable[Feed], *, title: str = "Backstory's feeds") -> bytes:
    """Return the list of `feeds` as OPML 2.0."""
    outlines = "".join(
        f'    <outline type="rss" text="{escape(feed.title or feed.url)}" xmlUrl="{escape(feed.url)}"/>\n'
        for feed in feeds
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"  <head><title>{escape(title)}</title></head>\n  <body>\n{outlines}  </body>\n</opml>\n"
    ).encode()
