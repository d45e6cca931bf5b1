"""The vocabulary as frozen dataclasses: what each stage hands to the next.

Every offset is a Unicode code point into the text of its source, end exclusive. A value that is not known is None.
A confidence is a probability from 0 to 1. Times are ISO 8601 strings, as precise as known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

__all__ = [
    "Annotations",
    "Article",
    "Block",
    "Change",
    "Cleaned",
    "Copy",
    "Figure",
    "Item",
    "Kind",
    "Line",
    "Mark",
    "Member",
    "Mention",
    "Name",
    "Origin",
    "Paragraph",
    "Passage",
    "PublishedHow",
    "Quote",
    "Reading",
    "Source",
    "Span",
    "Stated",
    "Statement",
    "TimeExpression",
    "Version",
    "content_id",
]


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


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that refers to somebody or something. `form` is name, role or pronoun."""

    article_id: str
    start: int
    end: int
    text: str
    kind: str
    form: str
    name_id: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Name:
    """Who or what mentions refer to, across articles. `kind` is person, organisation, place, work or other."""

    name_id: str
    kind: str
    label: str
    forms: tuple[str, ...]
    first_seen: str | None
    articles: int
    gender: str | None = None
    """m or f where the articles show it: by a title, a pronoun's noun or a first name."""
    roles: tuple[str, ...] = ()
    """What the name is said to be, as "head|of": "president|Ukraine"."""


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A span that denotes a time. `type` is DATE, TIME, DURATION or SET and `value` its TIMEX3 value."""

    article_id: str
    start: int
    end: int
    text: str
    type: str
    value: str | None
    earliest: str | None
    latest: str | None
    anchor: str | int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount. `qualifier` is exact, about, at least, more than, at most or less than."""

    article_id: str
    start: int
    end: int
    text: str
    value: float
    value_to: float | None
    unit: str | None
    qualifier: str
    of: str | None
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an article attributes to a speaker by a cue. `kind` is direct, indirect or mixed.

    `spans` are in order; `text` is their texts joined by one space. A speaker that is not sure is None with
    `candidates`: pairs of a name's id and its probability.
    """

    quote_id: str
    article_id: str
    spans: tuple[Span, ...]
    text: str
    kind: str
    confidence: float
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    speaker: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_name_id: str | None = None
    addressee: str | None = None
    addressee_name_id: str | None = None
    statement_id: str | None = None
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Annotations:
    """What annotating makes of one article."""

    article_id: str
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    figures: tuple[Figure, ...] = ()
    quotes: tuple[Quote, ...] = ()
    names: tuple[Name, ...] = ()
    """The names of this article alone; `annotate.names.merge` makes one of those that several articles share."""
    vector: bytes | None = None
    """The article's vector of unit length, 384 numbers as little-endian float32, where the model read it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two aligned texts: `a` in the first's source, `b` in the second's.

    `kind` is added (only `b`), cut (only `a`) or changed (both). Of words that are shared, `kind` is shared.
    """

    kind: str
    a: Span | None
    b: Span | None


@dataclass(frozen=True, slots=True)
class Copy:
    """Two articles with the same or nearly the same text. `kind` is exact, near, updated or corrected.

    `similarity` is the Jaccard index of their 5-word shingles and `containment` the greater share of one's shingles
    that the other has; both are exact. `earlier` is the one that came first as far as dates tell. `changes` lead from
    the text of `article_a` to that of `article_b`.
    """

    article_a: str
    article_b: str
    kind: str
    similarity: float
    containment: float
    earlier: str | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One article's carrying of a passage.

    `spans` are its parts, given only where the source has something else between two of the article's paragraphs.
    """

    article_id: str
    source_id: str
    start: int
    end: int
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words that two or more articles share. `origin_kind` is wire, statement, post, outlet or unknown.

    `boilerplate` is what one outlet prints under or over many articles: no reuse of news.
    """

    passage_id: str
    words: int
    members: tuple[Member, ...]
    origin_kind: str = "unknown"
    origin: str | None = None
    first_article_id: str | None = None
    boilerplate: bool = False
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where articles have what they say from. `kind` is wire, statement, post, outlet or unknown.

    `because` says in words what shows it: a credit, the words that the articles share, who came first.
    """

    kind: str
    name: str | None
    article_ids: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Version:
    """One outlet's version of a statement. `cut` is whole, trimmed, spliced, reworded or paraphrased."""

    quote_id: str
    article_id: str
    outlet: str | None
    cut: str
    left_out: tuple[str, ...]
    loses_negation: bool
    cue: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One utterance, whichever articles carry it."""

    statement_id: str
    speaker_name_id: str | None
    speaker: str | None
    said_on: str | None
    fullest_quote_id: str
    versions: tuple[Version, ...]
    speakers: tuple[str, ...] = ()
    """Who the outlets say spoke, given only where they disagree."""
    origin_kind: str = "unknown"
    origin: str | None = None
    because: str | None = None
