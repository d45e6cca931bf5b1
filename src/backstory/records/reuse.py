"""Who repeats whom: copies, shared passages, statements and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from backstory.records.sources import Span

__all__ = ["Change", "Copy", "Member", "Origin", "Passage", "Statement", "Version"]


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
