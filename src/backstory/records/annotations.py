"""What annotating makes of an article: mentions, names, times, figures, quotes."""

from __future__ import annotations

from dataclasses import dataclass

from backstory.records.sources import Span

__all__ = ["Annotations", "Figure", "Mention", "Name", "Quote", "TimeExpression"]


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
