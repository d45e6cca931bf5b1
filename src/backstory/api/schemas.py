"""The shapes of answers, for OpenAPI: the rows of the contract, column by column, as docs/tables.md explains them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ROWS", "Items", "Page", "Problem"]

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


class Topic(Shape):
    """What a speaker said about something: its words, quotes in order of time, and those that differ."""

    words: list[str]
    first: str | None
    last: str | None
    statements: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class Positions(Shape):
    """What a speaker said, by topic."""

    speaker: Name
    topics: list[Topic]


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


class Paragraph(Shape):
    """A paragraph of an article: `kind` is headline, standfirst, body or caption."""

    start: int
    end: int
    kind: str
    text: str


class Text(Shape):
    """The clean text of an article."""

    article_id: str
    source_id: str
    paragraphs: list[Paragraph]


class TimelineEntry(Happening):
    """A happening of a timeline; `announced` where it lies after the article that tells it."""

    announced: bool


class ThreadEntry(TimelineEntry):
    """A happening of a thread's timeline, with the outlet and the date of the article that tells it."""

    outlet: str | None
    published: str | None


class StoryFile(Shape):
    """All that can be cited of a story."""

    story: Story
    leads: list[dict[str, Any]]
    timeline: list[TimelineEntry]
    disagreements: list[Disagreement]
    omissions: list[Omission]
    quotes: list[dict[str, Any]]
    passages: list[Passage]
    articles: list[dict[str, Any]]


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


class SpanOf(Shape):
    """A span of the article on one side."""

    start: int
    end: int
    text: str


class Difference(Shape):
    """What of two articles stands side by side: kind is shared, changed, cut (only `a`) or added (only `b`)."""

    kind: str
    a: SpanOf | None
    b: SpanOf | None


class Cited(Shape):
    """A span with its W3C selectors."""

    source_id: str
    start: int
    end: int
    text: str
    selectors: list[dict[str, Any]]


class Citation(Cited):
    """The same, with the article that it stands in; `url` leads to the words on its page."""

    article_id: str
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None


class Given(Shape):
    """Words of a quotation and those that the article has in their place."""

    given: str
    article: str


class Carried(Shape):
    """Where an article says it, or something near it."""

    near: float
    differences: list[Given]
    quote_id: str | None
    statement_id: str | None
    kind: str | None
    speaker: str | None
    speaker_name_id: str | None
    citations: list[Citation]


class Checked(Shape):
    """Whether a quotation is carried: verdict is exact, altered or not found."""

    verdict: str
    found: list[Carried]


class SourceText(Shape):
    """A stretch of a source's text."""

    source_id: str
    chars: int
    start: int
    end: int
    text: str


class DecisionRow(Shape):
    """What somebody decided."""

    decision_id: int
    at: str
    by: str
    action: str
    told: str
    undone_at: str | None
    undone_by: str | None


class StatusOut(Shape):
    """What a desk holds, in numbers."""

    sources: int
    problems: int
    waiting: int
    characters: int
    articles: int
    words: int
    outlets: int
    dated: int
    earliest: str | None
    latest: str | None
    languages: dict[str, int]
    kinds: dict[str, int]
    expected: int
    found_of_expected: int


class SessionOut(Shape):
    """What the one who asks may do."""

    role: str
    csrf: str


class Place(Shape):
    """A span of the same source."""

    start: int
    end: int


class Hit(Span):
    """One thing found, by words, meaning or both (`why`); `others` counts what else was found in the same story."""

    kind: str
    ref: str
    story_id: str | None
    highlights: list[Place]
    title: str | None
    outlet: str | None
    published: str | None
    score: float
    others: int
    why: str


class Found(Shape):
    """A page of what was found; facets count over all that was found."""

    total: int
    groups: int
    items: list[Hit]
    facets: dict[str, list[list[Any]]]
    next: str | None


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
}
"""By the name of the table. A test holds them to the columns of the desk."""
