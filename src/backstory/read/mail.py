"""E-mail in (`.eml`, `.mbox`), a source for every message out.

The rule `mail/1`: the subject, then the message's text, each beginning a line. The text is that of the plain parts,
without the line ends that only wrap; or the visible lines of the HTML parts, where these have over twice as much or
there is no plain part: newsletters put "open this in a browser" there. Attachments are no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256
from typing import BinaryIO

from backstory.read.entries import Entry, Options, problem_source
from backstory.read.markup import decoded, plain, visible_text
from backstory.read.stated_dates import iso_date
from backstory.read.wrapped import unwrapped
from backstory.records import Kind, Mark, Source, Stated

__all__ = ["NAME", "RULES", "claims", "read"]

NAME = "mail"
RULE = "mail/1"
MEDIA_TYPE = "message/rfc822"

SUBJECT_IS_HEADLINE = 0.8
"""How sure a subject is a headline: a newsletter's may name the newsletter and the day instead."""

HTML_TELLS_MORE = 2.0
"""HTML with over this many times the characters of the plain part is the fuller one: alternatives are within 1.5."""

_BROKEN = (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError)
_MBOX = re.compile(rb"From \S+.{0,80}\d{4}\r?\n(?:>From .*\r?\n)?[A-Za-z][\w-]*:")
_HEADER = re.compile(
    rb"(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|Date|Subject|To|X-[\w-]+): ?", re.I
)
_NEEDED = (re.compile(rb"^From:", re.M | re.I), re.compile(rb"^(?:Date|Message-ID|MIME-Version):", re.M | re.I))


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of a message or a box of messages, or the file's name says so."""
    if name.lower().endswith((".eml", ".mbox", ".mbx")) or _MBOX.match(head):
        return True
    return _HEADER.match(head) is not None and all(needed.search(head) for needed in _NEEDED)


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield a source for every message; memory holds one."""
    is_box = entry.head.startswith(b"From ")
    with entry.open() as stream:
        for number, (raw, whole) in enumerate(_messages(stream, options.max_source_bytes, is_box=is_box), start=1):
            uri = f"{entry.uri}#message={number}" if is_box else entry.uri
            if not whole:
                why = f"{uri} is a message of more than {options.max_source_bytes >> 20} MB: left out"
                yield problem_source(uri, MEDIA_TYPE, raw[: 1 << 16], why)
            else:
                yield _source(uri, raw)


def _messages(stream: BinaryIO, limit: int, *, is_box: bool) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of every message and whether they are all: a line `From ` after a blank one begins another."""
    if not is_box:
        raw = stream.read(limit + 1)
        yield raw[:limit], len(raw) <= limit
        return
    lines: list[bytes] = []
    size, blank = 0, True
    while line := stream.readline(1 << 16):
        if blank and line.startswith(b"From ") and lines:
            yield b"".join(lines), size <= limit
            lines, size = [], 0
        size += len(line)
        if size <= limit:
            lines.append(line)
        blank = not line.strip()
    if lines:
        yield b"".join(lines), size <= limit


def _source(uri: str, raw: bytes) -> Source:
    try:
        message = _parsed(raw)
        subject, text = _subject(message), _text(message)
        stated = _stated(message)
    except _BROKEN as error:
        return problem_source(uri, MEDIA_TYPE, raw, f"{uri} is no message that can be read ({type(error).__name__})")
    if not text:
        return problem_source(uri, MEDIA_TYPE, raw, f"{uri} has no text: its parts are attachments or empty")
    marks = (Mark(0, len(subject), Kind.HEADLINE, SUBJECT_IS_HEADLINE, "the message's subject"),) if subject else ()
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=MEDIA_TYPE,
        raw=raw,
        text=_joined(subject, text),
        rule=RULE,
        stated=stated,
        marks=marks,
    )


def _joined(subject: str, text: str) -> str:
    return f"{subject}\n{text}" if subject else text


def _parsed(raw: bytes) -> Message:
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return BytesParser(policy=compat32).parsebytes(raw)


def _subject(message: Message) -> str:
    return _header(message, "Subject")


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    try:
        said = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError, MessageError):
        said = str(value)
    return " ".join(plain(said).split())


def _stated(message: Message) -> Stated:
    name, address = parseaddr(_header(message, "From"))
    language = _header(message, "Content-Language").split(",")[0].strip()
    return Stated(
        title=_subject(message) or None,
        outlet=name or address or None,
        language=language.lower() or None,
        published=iso_date(_header(message, "Date")),
    )


def _text(message: Message) -> str:
    words: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in words and part.get_content_disposition() != "attachment":
            words[kind].append(_part(part))
    wording = "\n\n".join(part for part in words["text/plain"] if part)
    visible = "\n".join(part for part in words["text/html"] if part)
    return visible if len(visible) > HTML_TELLS_MORE * len(wording) else wording


def _part(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = _decoded(payload, part.get_content_charset())
    if part.get_content_type() == "text/html":
        return visible_text(text)
    text = plain(text)
    flowed = str(part.get_param("format", "")).lower() == "flowed"
    return (_unflowed(text) if flowed else unwrapped(text)).strip()


def _decoded(payload: bytes, charset: str | None) -> str:
    try:
        return decoded(payload, "utf-8" if charset in (None, "us-ascii", "ascii") else charset)
    except LookupError:
        return decoded(payload, None)


def _unflowed(text: str) -> str:
    """Return text of `format=flowed` with its soft line ends, those after a space, taken out (RFC 3676)."""
    joined: list[str] = []
    soft = False
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        if soft:
            joined[-1] += line
        else:
            joined.append(line)
        soft = line.endswith(" ") and line != "-- "
    return "\n".join(line.rstrip() for line in joined)


def _text_of(raw: bytes, encoding: str | None) -> str:
    message = _parsed(raw)
    return _joined(_subject(message), _text(message))


RULES: dict[str, Callable[..., str]] = {RULE: _text_of}
