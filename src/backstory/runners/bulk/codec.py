"""Records in, JSON that travels between workers out, and back. Nothing here runs what it reads, as pickles would."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from backstory.records import (
    Annotations,
    Article,
    Figure,
    Kind,
    Member,
    Mention,
    Name,
    Paragraph,
    Passage,
    PublishedHow,
    Quote,
    Reading,
    Span,
    Statement,
    TimeExpression,
    Version,
)

__all__ = [
    "MARGIN",
    "annotations_from",
    "article_from",
    "name_from",
    "pack_annotations",
    "pack_json",
    "pack_reading",
    "passage_from",
    "quote_from",
    "reading_from",
    "statement_from",
    "unpack_json",
]

MARGIN = 400
"""Characters before and after an article that travel with it: origins look 160 beyond a passage, nothing further."""


def pack_json(value: object) -> bytes:
    """Return `value` as JSON; lone surrogates are kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack_json(data: bytes) -> dict[str, Any]:
    """Return what `pack_json` packed, a JSON object."""
    held: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    return held


def pack_reading(reading: Reading) -> bytes:
    """Return an article with its own part of the source's text."""
    first = max(0, reading.article.start - MARGIN)
    held = {
        "article": asdict(reading.article),
        "at": first,
        "text": reading.text[first : reading.article.end + MARGIN],
        "paragraphs": [[p.start, p.end, p.kind.value] for p in reading.paragraphs],
    }
    return pack_json(held)


def reading_from(data: bytes) -> Reading:
    """Return the article; blanks stand for what of the source's text lies before it, so that every offset holds."""
    held = unpack_json(data)
    paragraphs = tuple(Paragraph(start, end, Kind(kind)) for start, end, kind in held["paragraphs"])
    return Reading(article_from(held["article"]), " " * held["at"] + held["text"], paragraphs)


def article_from(held: Mapping[str, Any]) -> Article:
    """Return an article from its fields; others are passed over."""
    how = held["published_how"]
    known = _known(Article, held)
    return Article(**known | {"published_how": how and PublishedHow(how), "evidence": tuple(held["evidence"])})


def quote_from(data: bytes | dict[str, Any]) -> Quote:
    """Return a quote that `pack_json(asdict(quote))` made."""
    held = _held(data)
    spans = tuple(Span(span["start"], span["end"]) for span in held["spans"])
    candidates = tuple((key, share) for key, share in held["candidates"])
    return Quote(**held | {"spans": spans, "candidates": candidates})


def name_from(data: bytes | dict[str, Any]) -> Name:
    """Return a name that `pack_json(asdict(name))` made."""
    held = _held(data)
    return Name(**held | {"forms": tuple(held["forms"]), "roles": tuple(held["roles"])})


def pack_annotations(found: Annotations) -> bytes:
    """Return all that annotating found in one article."""
    return pack_json(asdict(found) | {"vector": found.vector and b64encode(found.vector).decode()})


def annotations_from(data: bytes) -> Annotations:
    """Return what `pack_annotations` packed."""
    held = unpack_json(data)
    return Annotations(
        held["article_id"],
        sentences=tuple(Span(**span) for span in held["sentences"]),
        mentions=tuple(Mention(**mention) for mention in held["mentions"]),
        times=tuple(TimeExpression(**time) for time in held["times"]),
        figures=tuple(Figure(**figure) for figure in held["figures"]),
        quotes=tuple(quote_from(quote) for quote in held["quotes"]),
        names=tuple(name_from(name) for name in held["names"]),
        vector=held["vector"] and b64decode(held["vector"]),
    )


def passage_from(data: bytes) -> Passage:
    """Return a passage that `pack_json(asdict(passage))` made."""
    held = unpack_json(data)
    members = tuple(
        Member(**member | {"spans": tuple(Span(**span) for span in member["spans"])}) for member in held["members"]
    )
    return Passage(**held | {"members": members})


def statement_from(data: bytes) -> Statement:
    """Return a statement that `pack_json(asdict(statement))` made."""
    held = unpack_json(data)
    versions = tuple(Version(**version | {"left_out": tuple(version["left_out"])}) for version in held["versions"])
    return Statement(**held | {"versions": versions, "speakers": tuple(held["speakers"])})


def _held(data: bytes | dict[str, Any]) -> dict[str, Any]:
    return unpack_json(data) if isinstance(data, bytes) else data


def _known(record: type, held: Mapping[str, Any]) -> dict[str, Any]:
    names: Sequence[str] = [field.name for field in fields(record)]
    return {name: held[name] for name in names}
