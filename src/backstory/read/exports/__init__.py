"""The export of a newspaper archive (Nexis, Lexis, Factiva, ProQuest) in, a source for every item of it out.

An item's bytes are its own run of the file's bytes where the format has one, see `forms`. What stands around the
items, such as a cover page with a list of contents, becomes a source of its own, labelled furniture. Where the export
states how many items it holds and another number was found, that is listed as a problem. A Word or RTF document that is
no export is one source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from types import ModuleType

from backstory.errors import ReadError
from backstory.read import html, text
from backstory.read.entries import Entry, Options, problem_source
from backstory.read.exports import factiva, nexis, proquest
from backstory.read.exports.forms import RULES, Document, document_of, lines_of
from backstory.read.exports.lines import Line, Piece, count_of, mark
from backstory.records import Item, Kind, Source

__all__ = ["NAME", "RULES", "claims", "read"]

NAME = "export"

LAYOUTS: tuple[ModuleType, ...] = (nexis, factiva, proquest)

_HTML = re.compile(
    rb"<META TOPIC=\"[^\"]*\" DOCUMENTS=|LXNComment|DOC_ID_\d|DOCUMENTS</SPAN>|<title>Factiva</title>|"
    rb"class=\"article [a-z]{2}Article\"|<title>Dow Jones Factiva"
)
_TEXT = re.compile(
    rb"^[ \t]*(?:\d{1,6} (?:of|von|de|di|van) \d{1,6} [A-Z]{8,12}|End of Document|"
    rb"(?:Dokument|Document) \d{1,6} (?:of|von|de) \d{1,6}|"
    rb"(?:LENGTH|L\xc3\x84NGE|L\xc4NGE|LONGUEUR|Length):\s{0,3}[\d.,]+ \S+|_{40,})\s*$",
    re.MULTILINE,
)
_MARKUP = re.compile(rb"<(?:html|body|!doctype html)", re.IGNORECASE)
_PROQUEST = re.compile(
    rb"^(?:Full text|Publication info|Publication title|ProQuest document ID|Abstract):|ProQuest", re.M
)


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of an export, or the file is a Word or RTF document."""
    lower = name.lower()
    if head.startswith(b"PK"):
        return lower.endswith(".docx")
    if head.lstrip()[:5] == b"{\\rtf":
        return True
    head = head.replace(b"\x00", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    if _HTML.search(head):
        return True
    if _MARKUP.search(head) or lower.endswith((".htm", ".html", ".csv", ".json")):
        return False
    found = _TEXT.search(head)
    return found is not None and (b"__" not in found[0] or _PROQUEST.search(head) is not None)


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield the items of the export, what stands around them, and a problem where the stated count is not met."""
    with entry.open() as stream:
        data = stream.read(options.max_source_bytes + 1)
    if len(data) > options.max_source_bytes:
        yield from _too_large(entry, options)
        return
    try:
        document = document_of(data, entry.name)
    except ReadError as error:
        yield problem_source(entry.uri, "application/octet-stream", data, str(error))
        return
    layout = next((layout for layout in LAYOUTS if layout.recognises(document.lines)), None)
    if not document.lines:
        why = f"{entry.name} holds no text: there is nothing to read"
        yield problem_source(entry.uri, document.media_type, data, why)
        return
    if layout is None:
        yield from _no_export(entry, document, options)
        return
    yield from _pieces(entry, document, layout)


def _too_large(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield a text in parts, as any large text is read; of another form only the problem."""
    if entry.head.startswith(b"PK") or _MARKUP.search(entry.head) or entry.head.lstrip()[:5] == b"{\\rtf":
        limit = options.max_source_bytes >> 20
        yield problem_source(entry.uri, "text/plain", entry.head, f"{entry.name} is larger than {limit} MB: split it")
    else:
        yield from text.read(entry, options)


def _no_export(entry: Entry, document: Document, options: Options) -> Iterator[Source]:
    """Yield a file that only looked like an export as what it is: a page, a text, an office document."""
    if document.rule == "export-office/1":
        yield _source(entry.uri, document, document.body, None)
    elif document.rule == "export-html/1":
        yield from html.read(entry, options)
    else:
        yield from text.read(entry, options)


def _pieces(entry: Entry, document: Document, layout: ModuleType) -> Iterator[Source]:
    found = 0
    pieces: Sequence[Piece] = layout.cut(document.lines)
    for number, piece in enumerate(pieces):
        start = document.lines[piece.first].start if number else 0
        end = document.lines[piece.last].start if piece.last < len(document.lines) else len(document.body)
        found += piece.is_item
        uri = f"{entry.uri}#item={found}" if piece.is_item else f"{entry.uri}#around={number + 1}"
        source = _source(uri, document, document.body[start:end], layout, around=not piece.is_item)
        if source.text.strip():
            yield source
    expected = layout.stated_count(document.lines)
    if expected is not None and expected != found:
        yield _miscount(entry, document, layout, expected, found)


def _source(uri: str, document: Document, raw: bytes, layout: ModuleType | None, *, around: bool = False) -> Source:
    wording, lines = lines_of(raw, document.rule, document.encoding)
    source = Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=document.media_type,
        raw=raw,
        text=wording,
        rule=document.rule,
        encoding=document.encoding,
    )
    if layout is None or not lines:
        return source
    if around:
        marks = tuple(mark(line, Kind.FURNITURE, "stands around the export's items") for line in lines)
        return replace(source, marks=marks)
    described = layout.describe(lines)
    item = Item(lines[0].start, lines[-1].end, described.stated)
    return replace(source, stated=described.stated, marks=described.marks, items=(item,), expected=1)


def _miscount(entry: Entry, document: Document, layout: ModuleType, expected: int, found: int) -> Source:
    """Return the problem; its bytes are the lines that state the count."""
    stating = [line.text for line in document.lines if _states(line)][:1] or [entry.name]
    why = (
        f"{entry.name} says that it holds {expected} items and {found} were found: {layout.NAME} exports come in "
        "parts, so look for the others, and check the last item of this one"
    )
    return problem_source(f"{entry.uri}#count", document.media_type, stating[0].encode(), why)


def _states(line: Line) -> bool:
    return count_of(line.text) is not None or re.fullmatch(r"[^\W\d_]+ \(\d{1,6}\)", line.text) is not None
