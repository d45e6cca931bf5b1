"""A feed in (RSS 0.9 to 2.0, Atom, JSON Feed), a source for every entry of it out.

An entry's bytes are its own run of the feed's bytes, for JSON Feed its object written anew. What the entry states of
itself, `feedparser` reads, each entry alone in a copy of the feed's outermost tag, so that one broken entry cannot
spoil the others. Declared entities are never expanded: a feed whose entities refer to others or to files is refused.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import feedparser

from backstory.read.entries import Entry, Options, problem_source
from backstory.read.feed_text import RULES, Parts, json_parts, marks_of_parts, xml_parts
from backstory.read.json_rows import written
from backstory.read.markup import decoded, visible_text
from backstory.read.stated_dates import iso_date
from backstory.records import Item, Kind, Source, Stated

__all__ = ["NAME", "RULES", "FeedEntry", "claims", "entries_of_feed", "read"]

NAME = "feed"

MAX_ENTRIES = 20_000
"""The longest feeds list about 1,000 entries, an archive kept as a feed ten times that."""

SHOWN_BYTES = 1 << 14
"""What an entry states stands near its beginning or its end: of a longer one feedparser, whose time grows with the
square of the depth, is shown this much of both (100,000 nested tags took it 7 s, this much takes under 0.1 s)."""

LONGEST_ENTITY = 1000
"""An entity longer than this is no character or short phrase."""

_ROOT = re.compile(rb"<(?P<tag>(?P<prefix>[A-Za-z][\w.-]*:)?(?:rss|feed|RDF|channel))(?=[\s>/])[^>]*>")
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*", re.DOTALL
)
_ENTITY = re.compile(rb"<!ENTITY\s+(%?)\s*\S+\s+(SYSTEM|PUBLIC|[\"'])", re.IGNORECASE)
_ENTITY_VALUE = re.compile(rb"<!ENTITY\s+\S+\s+(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')
_RSS_IN_RDF = re.compile(rb"purl\.org/(?:rss|net/rss)|netscape\.com/rdf", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: its source, and by what its feed knows it (its id, else its address, else its bytes' hash)."""

    source: Source
    key: str


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of a feed."""
    del name
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")[2:]
    if _JSON_FEED.search(head):
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    prolog = _PROLOG.match(head)
    root = _ROOT.match(head, prolog.end() if prolog else 0)
    if root is None:
        return b"<!DOCTYPE rss" in head[:1000] or (b"<!ENTITY" in head and b"<rss" in head)
    return b"RDF" not in root["tag"] or _RSS_IN_RDF.search(head) is not None


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield a source for every entry of the feed; what cannot be read is yielded with its problem."""
    with entry.open() as stream:
        data = stream.read(options.max_source_bytes + 1)
    if len(data) > options.max_source_bytes:
        limit = options.max_source_bytes >> 20
        yield problem_source(
            entry.uri, "application/xml", entry.head, f"{entry.name} is a feed of more than {limit} MB"
        )
        return
    for found in entries_of_feed(data, entry.uri, entry.name):
        yield found.source


def entries_of_feed(data: bytes, uri: str, name: str) -> Iterator[FeedEntry]:
    """Yield the entries of a feed's bytes; `uri` and the entry's number make each one's uri."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    empty = True
    for found in _json_entries(data, uri, name) if _JSON_FEED.search(data[:8192]) else _xml_entries(data, uri, name):
        empty = False
        yield found
    if empty:
        why = f"{name} is a feed without entries: there is nothing to read"
        yield _problem(uri, "application/xml", data, why)


def _problem(uri: str, media_type: str, raw: bytes, why: str) -> FeedEntry:
    source = problem_source(uri, media_type, raw, why)
    return FeedEntry(source, source.source_id)


def _json_entries(data: bytes, uri: str, name: str) -> Iterator[FeedEntry]:
    try:
        feed = json.loads(decoded(data, "utf-8"))
        items = [item for item in feed["items"] if isinstance(item, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"{name} is no whole JSON Feed ({type(error).__name__}): get a whole copy"
        yield _problem(uri, "application/feed+json", data, why)
        return
    for number, item in enumerate(items, start=1):
        raw = written(item)
        stated = _json_stated(item, feed)
        key = item.get("id") or stated.url
        parts = json_parts(raw, "utf-8")
        yield _entry(f"{uri}#entry={number}", "application/feed+json", raw, "utf-8", "jsonfeed/1", parts, stated, key)


def _json_stated(item: dict[str, Any], feed: dict[str, Any]) -> Stated:
    authors = [*(item.get("authors") or feed.get("authors") or []), item.get("author")]
    names = [one["name"] for one in authors if isinstance(one, dict) and isinstance(one.get("name"), str)]
    tags = [tag for tag in item.get("tags") or [] if isinstance(tag, str)]
    return Stated(
        title=_text(item.get("title")),
        outlet=_text(feed.get("title")),
        byline=", ".join(names) or None,
        section=tags[0] if tags else None,
        language=_text(item.get("language")) or _text(feed.get("language")),
        published=iso_date(_text(item.get("date_published")) or ""),
        modified=iso_date(_text(item.get("date_modified")) or ""),
        url=_text(item.get("url")) or _text(item.get("external_url")),
    )


def _text(value: object) -> str | None:
    said = visible_text(value).replace("\n", " ") if isinstance(value, str) else ""
    return said or None


def _entry(
    uri: str, media_type: str, raw: bytes, encoding: str, rule: str, parts: Parts, stated: Stated, key: object
) -> FeedEntry:
    text = "\n".join(part for _, part in parts)
    if not text:
        return _problem(uri, media_type, raw, f"{uri} has neither a title nor a text")
    source = Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=media_type,
        raw=raw,
        text=text,
        rule=rule,
        encoding=encoding,
        stated=stated,
        marks=marks_of_parts(parts),
        items=(Item(0, len(text), stated),),
    )
    return FeedEntry(source, key if isinstance(key, str) and key else source.source_id)


def _xml_entries(data: bytes, uri: str, name: str) -> Iterator[FeedEntry]:
    prolog = _PROLOG.match(data)
    danger = _dangerous(data[: prolog.end() if prolog else 0] + data[:4096])
    if danger:
        yield _problem(uri, "application/xml", data, f"{name} {danger}: refused")
        return
    root = _ROOT.search(data, prolog.end() if prolog else 0)
    if root is None:
        yield _problem(uri, "application/xml", data, f"{name} has no feed in it that is known")
        return
    encoding = _encoding(data)
    envelope = _Envelope(root, encoding)
    feed = envelope.feed(data[root.end() : _first(data, envelope.item)])
    for number, (start, end, whole) in enumerate(_slices(data, envelope.item), start=1):
        raw, place = data[start:end], f"{uri}#entry={number}"
        if not whole and end == len(data) and b"</" + root["tag"] not in raw:
            yield _problem(place, "application/xml", raw, f"{name} ends within entry {number}: get a whole copy")
            continue
        if number > MAX_ENTRIES:
            yield _problem(place, "application/xml", raw, f"{name} has more than {MAX_ENTRIES} entries: split it")
            return
        parts = xml_parts(raw, encoding)
        stated, key = envelope.entry(raw, feed) if parts else (Stated(), None)
        if stated.title is None and parts and parts[0][0] is Kind.HEADLINE:
            stated = replace(stated, title=parts[0][1])
        yield _entry(place, "application/xml", raw, encoding, "feed/1", parts, stated, key)


def _dangerous(prolog: bytes) -> str | None:
    """Return what makes the declared entities dangerous: another entity or a file inside them, or their length."""
    for found in _ENTITY.finditer(prolog):
        if found[1] or found[2].upper() in (b"SYSTEM", b"PUBLIC"):
            return "declares entities that are files or macros"
    for found in _ENTITY_VALUE.finditer(prolog):
        value = found[1] or found[2] or b""
        if re.search(rb"[&%](?!#)", value) or len(value) > LONGEST_ENTITY:
            return "declares entities that expand (an entity bomb)"
    return None


def _encoding(data: bytes) -> str:
    declared = _ENCODING.search(data[:400])
    name = declared[1].decode() if declared else "utf-8"
    try:
        return name.lower() if "<item>".encode(name) == b"<item>" else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"


def _tokens(data: bytes, item: bytes) -> Iterator[re.Match[bytes]]:
    pattern = rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)" + re.escape(item) + rb"(?=[\s>/])([^>]*)>"
    return (found for found in re.finditer(pattern, data, re.DOTALL) if found[1] is not None)


def _first(data: bytes, item: bytes) -> int:
    return next((found.start() for found in _tokens(data, item) if not found[1]), len(data))


def _slices(data: bytes, item: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield where every entry begins and ends, and whether its end is there."""
    start: int | None = None
    for found in _tokens(data, item):
        if found[1]:
            if start is not None:
                yield start, found.end(), True
            start = None
        elif not found[2].endswith(b"/"):
            if start is not None:
                yield start, found.start(), False
            start = found.start()
    if start is not None:
        yield start, len(data), False


class _Envelope:
    """The feed's outermost tag, in which entries are shown to feedparser one at a time."""

    def __init__(self, root: re.Match[bytes], encoding: str) -> None:
        self._encoding = encoding
        tag = root["tag"]
        atom = tag.endswith(b"feed")
        self.item = (root["prefix"] or b"") + b"entry" if atom else b"item"
        inner = b"" if atom or b"RDF" in tag or tag.endswith(b"channel") else b"<channel>"
        self._open = root[0] + inner
        self._close = (b"</channel>" if inner else b"") + b"</" + tag + b">"

    def _parsed(self, inside: bytes) -> Any:  # noqa: ANN401 feedparser is not typed
        if len(inside) > 2 * SHOWN_BYTES:
            inside = inside[:SHOWN_BYTES] + inside[-SHOWN_BYTES:]
        whole = decoded(self._open + inside + self._close, self._encoding)
        document = f'<?xml version="1.0" encoding="utf-8"?>{whole}'.encode("utf-8", "replace")
        headers = {"content-type": "application/xml; charset=utf-8"}
        try:
            return feedparser.parse(
                io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        except Exception:  # feedparser raises whatever a broken entry makes of it; its text is read without it
            return feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=[])

    def feed(self, before: bytes) -> Any:  # noqa: ANN401
        """Return what the feed states of itself before its first entry."""
        inside = before.replace(b"<!DOCTYPE", b"")
        if self._open.endswith(b"<channel>"):
            inside = re.sub(rb"^\s*<channel[^>]*>", b"", inside)
        return self._parsed(inside).feed

    def entry(self, raw: bytes, feed: Any) -> tuple[Stated, str | None]:  # noqa: ANN401
        """Return what an entry states of itself, and by what its feed knows it."""
        entries = self._parsed(raw).entries
        found = entries[0] if entries else {}
        source = found.get("source") or {}
        authors = [one.get("name") for one in found.get("authors") or [] if one.get("name")]
        tags = [one.get("term") for one in found.get("tags") or [] if one.get("term")]
        stated = Stated(
            title=_text(found.get("title")),
            outlet=_text(source.get("title")) or _text(feed.get("title")),
            byline=_text(", ".join(dict.fromkeys(authors))) or _text(found.get("author")),
            section=_text(tags[0]) if tags else None,
            language=_language(found, feed),
            published=_date(found, "published") or _date(found, "updated"),
            modified=_date(found, "updated"),
            url=_text(found.get("link")),
        )
        return stated, found.get("id") or found.get("link")


def _language(found: Any, feed: Any) -> str | None:  # noqa: ANN401
    detail = found.get("title_detail") or {}
    said = _text(found.get("language") or detail.get("language") or feed.get("language"))
    return said.lower() if said else None


def _date(found: Any, field: str) -> str | None:  # noqa: ANN401
    """Return a date with its own zone where it is written in a known way, else as feedparser has it, in UTC."""
    said = iso_date(str(dict.get(found, field) or ""))
    parsed = dict.get(found, f"{field}_parsed")
    if said or not parsed:
        return said
    return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}T{parsed[3]:02}:{parsed[4]:02}:{parsed[5]:02}+00:00"
