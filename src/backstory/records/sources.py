"""What is read: a source, what its container says of it, and the kinds of line that it can have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

__all__ = ["Item", "Kind", "Mark", "PublishedHow", "Source", "Span", "Stated", "content_id"]


def content_id(*parts: str | int) -> str:
    """Return an id of 20 lower-case hex digits (80 bits) that derives from `parts` alone."""
    return sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:20]


class Kind(StrEnum):
    """What a run of lines is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    DATE = "date"
    BODY = "body"
    CAPTION = "caption"
    IMAGE = "image"
    FURNITURE = "furniture"
    UNKNOWN = "unknown"


class PublishedHow(StrEnum):
    """How an article's date is known."""

    STATED = "stated"
    METADATA = "metadata"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of characters of a source's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stated:
    """What a container says of an article: a page's metadata, an export's header, a feed entry, a table's row."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    section: str | None = None
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    url: str | None = None
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader knows of a span: evidence that cleaning weighs, such as trafilatura's body or a `<figcaption>`."""

    start: int
    end: int
    kind: Kind
    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article that the container itself delimits: an item of an export, an entry of a feed."""

    start: int
    end: int
    stated: Stated = Stated()


@dataclass(frozen=True, slots=True)
class Source:
    """One thing read: its bytes, the text made from them by `rule`, and what its container says of it.

    A source that could not be read has an empty text and a `problem`: one sentence, what is wrong and what to do.
    """

    source_id: str
    uri: str
    media_type: str
    raw: bytes
    text: str
    rule: str
    encoding: str | None = None
    problem: str | None = None
    stated: Stated = Stated()
    marks: tuple[Mark, ...] = ()
    items: tuple[Item, ...] = ()
    expected: int | None = None
    """How many articles the source itself says that it holds ("3 of 74 DOCUMENTS"), if it says so."""
