"""What cleaning makes of a source: its lines, its blocks, its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backstory.records.sources import Kind, PublishedHow

__all__ = ["Article", "Block", "Cleaned", "Line", "Paragraph", "Reading"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or the part of one that is of one kind, with the evidence for its kind in words."""

    start: int
    end: int
    kind: Kind
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines of one kind. The blocks of a source do not overlap and hold its every non-blank character."""

    source_id: str
    article_id: str | None
    start: int
    end: int
    kind: Kind
    confidence: float


@dataclass(frozen=True, slots=True)
class Article:
    """One news article within a source. Its blocks carry its id; another may be embedded between them."""

    article_id: str
    source_id: str
    start: int
    end: int
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    section: str | None = None
    language: str | None = None
    published: str | None = None
    published_how: PublishedHow | None = None
    published_earliest: str | None = None
    published_latest: str | None = None
    words: int = 0
    place_line: str | None = None
    url: str | None = None
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of one source."""

    source_id: str
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    articles: tuple[Article, ...]
    expected: int | None = None
    """How many articles the source's own marks say that it holds."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article's clean text, where it stands in the source."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with its source's text and its own paragraphs: what annotating and reuse read.

    `paragraphs` holds headline, standfirst, body and captions in the order of the source, without furniture.
    """

    article: Article
    text: str
    paragraphs: tuple[Paragraph, ...] = field(default=())

    def of(self, kinds: Sequence[Kind] = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY)) -> str:
        """Return the paragraphs of `kinds` joined by line ends."""
        return "\n".join(self.text[p.start : p.end] for p in self.paragraphs if p.kind in kinds)
