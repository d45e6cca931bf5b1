"""The shapes of answers, for OpenAPI: the rows of the contract, column by column, as docs/tables.md explains them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ROWS",
    "Article",
    "Block",
    "Copy",
    "Disagreement",
    "Figure",
    "Happening",
    "Items",
    "Link",
    "Mention",
    "Name",
    "Omission",
    "Page",
    "Passage",
    "Problem",
    "Quote",
    "Reason",
    "Shape",
    "Source",
    "Span",
    "Statement",
    "Story",
    "Thread",
    "ThreadLink",
    "Time",
    "Version",
]

RowT = TypeVar("RowT")


class Shape(BaseModel):
    """What is not named is not there."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str


class Page(Shape, Generic[RowT]):
    """A page of rows; `next` is the cursor of the page after it, null on the last."""

    items: list[RowT]
    next: str | None


class Items(Shape, Generic[RowT]):
    """All rows at once."""

    items: list[RowT]


class Span(Shape):
    """A cited span: `text` is what the source has from `start` to `end`."""

    article_id: str
    source_id: str
    start: int
    end: int
    text: str


class Source(Shape):
    """A source that was read."""

    source_id: str
    uri: str
    media_type: str
    bytes: int
    text_sha256: str
    chars: int
    encoding: str | None
    read_at: str
    problem: str | None
    rule: str


class Block(Shape):
    """A run of lines of one kind."""

    source_id: str
    article_id: str | None
    start: int
    end: int
    kind: str
    confidence: float


class Article(Shape):
    """An article."""

    article_id: str
    source_id: str
    start: int
    end: int
    title: str | None
    outlet: str | None
    byline: str | None
    section: str | None
    language: str | None
    published: str | None
    published_how: str | None
    published_earliest: str | None
    published_latest: str | None
    words: int
    copy_of: str | None
    story_id: str | None
    place_line: str | None
    url: str | None
    confidence: float
    evidence: list[str]


class Name(Shape):
    """Somebody or something, across articles."""

    name_id: str
    kind: str
    label: str
    forms: list[str]
    first_seen: str | None
    articles: int


class Mention(Span):
    """A span that refers to a name."""

    kind: str
    form: str
    name_id: str | None
    confidence: float


class Time(Span):
    """A time expression."""

    type: str
    value: str | None
    earliest: str | None
    latest: str | None
    anchor: str | int | None


class Figure(Span):
    """An amount."""

    value: float
    value_to: float | None
    unit: str | None
    qualifier: str
    of: str | None
    as_of: str | None


class Quote(Shape):
    """What an article attributes to a speaker."""

    quote_id: str
    article_id: str
    source_id: str
    spans: list[list[int]]
    text: str
    kind: str
    cue_start: int | None
    cue_end: int | None
    cue: str | None
    speaker_start: int | None
    speaker_end: int | None
    speaker: str | None
    speaker_name_id: str | None
    addressee: str | None
    addressee_name_id: str | None
    confidence: float
    statement_id: str | None


class Copy(Shape):
    """Two articles with the same or nearly the same text."""

    article_a: str
    article_b: str
    kind: str
    similarity: float
    containment: float
    earlier: str | None


class Passage(Shape):
    """A run of words that articles share."""

    passage_id: str
    words: int
    origin_kind: str
    origin: str | None
    because: str | None
    first_article_id: str | None
    members: list[Span]


class Version(Shape):
    """How one article carries a statement."""

    quote_id: str
    article_id: str
    outlet: str | None
    cut: str
    left_out: list[str]
    loses_negation: bool
    cue: str | None


class Statement(Shape):
    """One utterance, whichever articles carry it."""

    statement_id: str
    speaker_name_id: str | None
    speaker: str | None
    said_on: str | None
    fullest_quote_id: str
    speakers: list[str]
    origin_kind: str
    origin: str | None
    because: str | None
    versions: list[Version]


class Story(Shape):
    """The articles about one event."""

    story_id: str
    thread_id: str | None
    title: str | None
    title_source_id: str | None
    title_start: int | None
    title_end: int | None
    article_ids: list[str]
    outlets: list[str]
    origins: int
    first_published: str | None
    last_published: str | None
    keywords: list[str]
    places: list[str]


class Happening(Span):
    """A dated sentence of a story."""

    story_id: str
    thread_id: str | None
    date: str
    date_to: str | None
    also: list[Any]
    weight: float


class Disagreement(Shape):
    """Figures of a story that differ."""

    story_id: str
    of: str
    members: list[dict[str, Any]]
    kind: str


class Omission(Shape):
    """A sentence that some outlets of a story carry and others do not."""

    story_id: str
    fact: Span
    told_by: list[str]
    untold_by: list[str]
    also: list[Any]


class Reason(Shape):
    """Why two articles are taken for one story."""

    kind: str
    detail: Any = Field()


class Link(Shape):
    """How likely two articles are of one story, and why."""

    article_a: str
    article_b: str
    probability: float
    reasons: list[Reason]
    decided_by: str


class Dated(Shape):
    """When an undated article came out, by the dated articles of its story that are nearest to it."""

    article_id: str
    story_id: str
    earliest: str
    latest: str
    because: list[str]


class Thread(Shape):
    """Stories that follow one another."""

    thread_id: str
    story_ids: list[str]
    label: str | None
    label_source_id: str | None
    label_start: int | None
    label_end: int | None
    first_published: str | None
    last_published: str | None


class ThreadLink(Shape):
    """How likely two stories follow one another, and why."""

    story_a: str
    story_b: str
    probability: float
    reasons: list[dict[str, Any]]
    decided_by: str


ROWS: dict[str, type[Shape]] = {
    "sources": Source,
    "blocks": Block,
    "articles": Article,
    "names": Name,
    "mentions": Mention,
    "times": Time,
    "figures": Figure,
    "quotes": Quote,
    "copies": Copy,
    "passages": Passage,
    "statements": Statement,
    "stories": Story,
    "threads": Thread,
    "thread_links": ThreadLink,
    "happenings": Happening,
    "disagreements": Disagreement,
    "omissions": Omission,
    "links": Link,
    "dates": Dated,
}
"""By the name of the table. A test holds them to the columns of the desk."""
