"""The shapes of answers that are more than rows of the contract, for OpenAPI."""

from __future__ import annotations

from typing import Any

from backstory.api.schemas import Disagreement, Happening, Name, Omission, Shape, Span, Story

__all__ = [
    "Carried",
    "Checked",
    "Citation",
    "Cited",
    "DecisionRow",
    "Difference",
    "Found",
    "Given",
    "Hit",
    "Paragraph",
    "Place",
    "Positions",
    "SessionOut",
    "SourceText",
    "SpanOf",
    "StoryFile",
    "Text",
    "ThreadEntry",
    "TimelineEntry",
    "Topic",
]


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
    """A happening of a timeline; `announced` where it lies after the article that tells it; who tells it."""

    announced: bool
    outlet: str | None = None
    outlets: list[str] = []


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
    statements: list[dict[str, Any]]
    lone_quotes: list[dict[str, Any]]
    voices: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    articles: list[dict[str, Any]]


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
