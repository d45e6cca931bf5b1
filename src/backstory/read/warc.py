"""Web archives in, sources out: every page of a WARC or ARC file, streamed, its uri naming the record's offset.

Plain and gzip-compressed archives, as crawlers write them and as CC-NEWS is published. Of a damaged archive all that
can be read is read: reading goes on at the next record that can be made out, and the damage is listed as a problem.
Records that are no page or text (images, redirects, repeats of an earlier capture) are counted and passed over.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from backstory.errors import ReadError
from backstory.read import html
from backstory.read import text as plain
from backstory.read.arc import ArcRecord, arc_records
from backstory.read.entries import HEAD_BYTES, Entry, Options, problem_source
from backstory.read.http_body import http_body
from backstory.records import Source, Stated

__all__ = ["NAME", "RULES", "Capture", "captures_of", "claims", "read", "read_record"]

NAME = "warc"
MEDIA_TYPE = "application/warc"

MAX_DAMAGES = 1_000
"""Damaged places of one archive after which the rest of it is given up: a disk that fails, not a bad record."""

RESYNC_BYTES = 1 << 16
"""How much is read at a time in search of the next record."""

MAX_HTTP_HEADER = 1 << 16
"""Bytes of an ARC record's HTTP headers beyond the page's own limit."""

KEPT = 1 << 16
"""Bytes kept of a capture that is too large to read: enough to see what it is."""

MAX_MARK = 1 << 12
"""Bytes that are kept while searching, so that a record's first bytes are found also where they straddle two reads."""

_PLAIN_RECORD = re.compile(rb"\r\n\r\n(WARC/[01]\.\d+\r\n)|\n(https?://\S{1,2000} [0-9a-fA-F.:]{3,40} \d{14} )")
_ROBOTS = re.compile(r"https?://[^/]+/robots\.txt(?:[?#].*)?", re.IGNORECASE)
_GZIP_RECORD = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_GZIP = b"\x1f\x8b\x08"
_WANTED = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion | WarcRecordType.revisit
_PAGES = ("text/html", "application/xhtml+xml")
_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".warc.zst", ".wet", ".wet.gz")

_log = logging.getLogger(__name__)

RULES: dict[str, Callable[[bytes, str | None], str]] = {}
"""A page in an archive is made by the rules of pages and of text; an archive has none of its own."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One page or text of an archive: where its record begins, its address, its media type and its bytes."""

    offset: int
    url: str | None
    content_type: str
    raw: bytes
    problem: str | None = None


def claims(head: bytes, name: str) -> bool:
    """Return whether an entry is a web archive: by how it begins, or compressed, by its name."""
    if head.startswith((b"WARC/", b"filedesc://")):
        return True
    return head.startswith((_GZIP, b"\x28\xb5\x2f\xfd")) and name.lower().endswith(_SUFFIXES)


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield a source for every page and text of an archive, then one with a problem for every damaged place."""
    passed_over: Counter[str] = Counter()
    damages: list[str] = []
    for capture in captures_of(entry.open, options, passed_over, damages):
        yield _source(f"{entry.uri}#offset={capture.offset}", capture)
    if passed_over:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(passed_over.items()))
        _log.info("%s: passed over %s", entry.uri, counts)
    for damage in damages:
        yield problem_source(entry.uri, MEDIA_TYPE, damage.encode(), f"{entry.name} is damaged: {damage}")


def read_record(path: str, offset: int) -> bytes:
    """Return the bytes of the page whose record begins at `offset` of the archive at `path`.

    Raises:
        ReadError: there is no record of a page at this offset.
    """
    found = captures_of(partial(_opened, path), Options(), Counter(), [], start=offset)
    capture = next(found, None)
    found.close()
    if capture is None or capture.offset != offset:
        raise ReadError(f"{path} has no record of a page at offset {offset}: take the offset from a source's uri")
    return capture.raw


def _opened(path: str) -> BinaryIO:
    return open(path, "rb")


def captures_of(
    opener: Callable[[], BinaryIO],
    options: Options,
    passed_over: Counter[str],
    damages: list[str],
    *,
    start: int = 0,
) -> Generator[Capture, None, None]:
    """Yield the pages and texts of an archive from an offset on, counting what is passed over and noting damages."""
    at: int | None = start
    old_format, tries = _is_arc(opener), 0
    while at is not None and tries < MAX_DAMAGES:
        last, tries = -1, tries + 1
        with closing(opener()) as stream:
            try:
                for capture in _records(stream, at, options, passed_over, old_format):
                    last = capture.offset
                    if capture.raw or capture.problem:
                        yield capture
                return
            except (OSError, EOFError, ValueError) as error:
                if last >= 0 or tries == 1:
                    damages.append(f"a record behind byte {max(last, at)} cannot be read ({error}): fetch it again")
        with closing(opener()) as stream:
            at = _next_record(stream, max(last, at) + 1)


def _records(
    stream: BinaryIO, start: int, options: Options, passed_over: Counter[str], old_format: bool
) -> Iterator[Capture]:
    """Yield the captures of a stream from an offset on, empty ones for what is passed over."""
    _forward(stream, start)
    if old_format:
        for old in arc_records(stream, start, options.max_source_bytes + MAX_HTTP_HEADER):
            yield _arc_capture(old, options, passed_over)
        return
    base = 0 if stream.seekable() else start
    for record in ArchiveIterator(stream, record_types=_WANTED, parse_http=False, auto_decode="none"):
        yield _capture(record, base + record.stream_pos, options, passed_over)


def _capture(record: WarcRecord, offset: int, options: Options, passed_over: Counter[str]) -> Capture:
    """Return what a record captured, empty where it is passed over."""
    url = record.headers.get("WARC-Target-URI")
    kind = record.record_type
    if _is_for_robots(url):
        return _passed("rules for robots", offset, url, passed_over)
    if kind == WarcRecordType.revisit:
        return _passed("repeats of an earlier capture", offset, url, passed_over)
    headers: dict[str, str] = {}
    content_type = record.headers.get("Content-Type") or ""
    if kind == WarcRecordType.response:
        if not content_type.startswith("application/http"):
            return _passed("responses of other protocols", offset, url, passed_over)
        record.parse_http(auto_decode="none")
        if record.http_headers is None:
            return _passed("responses without headers", offset, url, passed_over)
        if not 200 <= (record.http_headers.status_code or 200) < 300:
            return _passed("redirects and errors", offset, url, passed_over)
        content_type = record.http_headers.get("Content-Type") or ""
    if not _is_text(content_type):
        return _passed("captures of other types", offset, url, passed_over)
    if record.http_headers:
        headers = {name.lower(): value for name, value in record.http_headers.items()}
    raw = record.reader.read(max(1, min(options.max_source_bytes + 1, record.content_length)))
    return _finished(offset, url, content_type, headers, raw, len(raw) < record.content_length, options)


def _arc_capture(record: ArcRecord, options: Options, passed_over: Counter[str]) -> Capture:
    """Return what a record of an ARC archive captured, empty where it is passed over."""
    if _is_for_robots(record.url):
        return _passed("rules for robots", record.offset, record.url, passed_over)
    if not record.url.startswith("http") or not _is_text(record.content_type):
        return _passed("captures of other types", record.offset, record.url, passed_over)
    head, found, body = record.block.partition(b"\r\n\r\n")
    if not found:
        head, _, body = record.block.partition(b"\n\n")
    status, *lines = head.decode("latin-1").splitlines() or [""]
    if not re.match(r"HTTP/\d\S* 2\d\d", status):
        return _passed("redirects and errors", record.offset, record.url, passed_over)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    content_type = headers.get("content-type", record.content_type)
    cut = len(record.block) < record.length
    return _finished(record.offset, record.url, content_type, headers, body, cut, options)


def _passed(what: str, offset: int, url: str | None, passed_over: Counter[str]) -> Capture:
    passed_over[what] += 1
    return Capture(offset, url, "", b"")


def _is_for_robots(url: str | None) -> bool:
    """Return whether a crawler fetched this to learn what it may fetch: every archive has it, and it is no page."""
    return url is not None and _ROBOTS.fullmatch(url) is not None


def _is_text(content_type: str) -> bool:
    """Return whether a media type may be a page or text; one that is not stated may."""
    media_type = content_type.split(";")[0].strip().lower()
    return media_type in ("", "unk", "no-type", "text/plain", *_PAGES)


def _finished(
    offset: int, url: str | None, content_type: str, headers: dict[str, str], raw: bytes, cut: bool, options: Options
) -> Capture:
    """Return a capture with its body unpacked, or with what is wrong with it."""
    limit = options.max_source_bytes
    body, broken = http_body(raw, headers, limit)
    too_large = len(raw) > limit or len(body) > limit
    problem = None
    if too_large:
        problem = f"The capture is larger than {limit >> 20} MB: raise the limit for one source, or leave it out"
    elif cut:
        problem = "The record is cut short: fetch the archive again, what there is of the page is kept"
    elif broken:
        problem = f"The capture's {broken} is broken: fetch the page again, what could be unpacked is kept"
    return Capture(offset, url, content_type, body[:KEPT] if too_large else body, problem)


def _source(uri: str, capture: Capture) -> Source:
    """Return the source of a capture: by the rule of pages or of text, listed with its problem if it has one."""
    raw, media_type = capture.raw, capture.content_type.split(";")[0].strip().lower()
    if capture.problem is not None and not raw:
        return problem_source(uri, media_type or html.MEDIA_TYPE, raw, capture.problem)
    if media_type in _PAGES or (media_type != "text/plain" and html.claims(raw[:HEAD_BYTES], "")):
        source = html.page_source(raw, uri, url=capture.url, content_type=capture.content_type)
    else:
        text, encoding = plain.decode(raw)
        source = Source(
            source_id=sha256(raw).hexdigest(),
            uri=uri,
            media_type=plain.MEDIA_TYPE,
            raw=raw,
            text=text,
            rule=plain.RULE,
            encoding=encoding,
            problem=None if text.strip() else "The capture is empty: leave it out",
            stated=Stated(url=capture.url),
        )
    return source if capture.problem is None else replace(source, problem=capture.problem)


def _next_record(stream: BinaryIO, start: int) -> int | None:
    """Return where the next record at or behind an offset begins, as far as its first bytes tell; None at the end."""
    first = stream.read(len(_GZIP))
    mark = _GZIP_RECORD if first == _GZIP else _PLAIN_RECORD
    at = max(start, len(first))
    _forward(stream, at - len(first))
    held = b""
    while data := stream.read(RESYNC_BYTES):
        held += data
        found = mark.search(held)
        if found:
            return at + found.start(found.lastindex or 0)
        at += max(0, len(held) - MAX_MARK)
        held = held[-MAX_MARK:]
    return None


def _is_arc(opener: Callable[[], BinaryIO]) -> bool:
    """Return whether an archive is of the older format, by its first record."""
    with closing(opener()) as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, HEAD_BYTES)
        except zlib.error:
            return False
    return head.startswith(b"filedesc://")


def _forward(stream: BinaryIO, count: int) -> None:
    """Move a stream forward by so many bytes from where it stands."""
    if stream.seekable():
        stream.seek(count, io.SEEK_CUR)
        return
    while count > 0 and (data := stream.read(min(count, RESYNC_BYTES))):
        count -= len(data)
