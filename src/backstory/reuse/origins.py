"""Passages and statements in, where they come from out: shown by a credit or by aligned words, never guessed.

What decides, in this order: the words or their neighbours name an outlet that was told; they are quoted, and the quote
is of an office or was posted; an article that carries them credits a wire service and they are not only quoted; all
carriers are of one outlet; one carrier came before all others and the words are not only quoted. Words that are only
quoted show that two reporters heard the same person, not that one copied the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from backstory.records import Member, Passage, Quote, Reading, Span, Statement
from backstory.reuse.credits import Credit, Names, credits_of, names_of
from backstory.reuse.order import earliest
from backstory.reuse.tokens import words_of
from backstory.reuse.variants import entries

__all__ = [
    "NOTHING",
    "TOLD_WORDS",
    "Found",
    "carried_along",
    "origins_shown",
    "passage_sides",
    "passages_with_origins",
    "statement_sides",
    "statements_with_origins",
    "told_words",
]

MARKED = re.compile(r"[“„«\"][^“”„«»\"\n]*(?:[”“»\"\n]|$)")
"""What stands between quotation marks, to the end of the paragraph where one never closes."""
TOLD_WORDS = 6
"""A passage with fewer words outside quotation marks is quoted and no more."""
AROUND = 160
"""Characters before and after a passage in which its own attribution stands."""
OFFICE = re.compile(
    r"^(?:an?|the)\s+|\bspokes\w+\b(?:\s+(?:for|of)\b)?|^(?:an?\s+|the\s+)?(?:joint\s+)?statement\s+(?:on|by|from|of)\b"
    r"|[’‘']s?\s+(?:office|social media|(?=spokes))",
    re.IGNORECASE,
)
"""What in a speaker as written is not the name of the office."""


class Found(NamedTuple):
    """An origin and what shows it."""

    kind: str
    name: str | None
    because: str


NOTHING = Found("unknown", None, "nothing in the articles says where the words come from")


def passages_with_origins(
    passages: Iterable[Passage], readings: Mapping[str, Reading], quotes: Iterable[Quote] = ()
) -> list[Passage]:
    """Return `passages` with their origins.

    Args:
        passages: as `find_passages` gives them.
        readings: by article id, all that the passages name; more make more outlets known by name.
        quotes: quotes of those articles, to tell who speaks in a passage.
    """
    told = list(passages)
    origins, wires = origins_shown(told, readings, quotes, names_of(readings.values()))
    found = []
    for passage, origin in zip(told, origins, strict=True):
        if origin is NOTHING:
            origin = carried_along(passage, wires)
        found.append(replace(passage, origin_kind=origin.kind, origin=origin.name, because=origin.because))
    return found


def origins_shown(
    passages: Sequence[Passage], readings: Mapping[str, Reading], quotes: Iterable[Quote], names: Names
) -> tuple[list[Found], dict[str, set[str]]]:
    """Return what shows the origin of each passage by itself, and of each carrier the services whose words it has."""
    of_article = _by_article(quotes)
    carrying = sorted({member.article_id for passage in passages for member in passage.members})
    credits = {key: credits_of(readings[key], names) for key in carrying}
    origins = [_passage_origin(passage, readings, of_article, names, credits) for passage in passages]
    return origins, _wires_of(zip(passages, origins, strict=True), credits)


def statements_with_origins(
    statements: Iterable[Statement],
    readings: Mapping[str, Reading],
    quotes: Iterable[Quote],
    names: Names | None = None,
) -> list[Statement]:
    """Return `statements` with their origins: the outlet that was told, the office or the post.

    `names` are what `names_of` finds in more articles than these.
    """
    names, known = names or names_of(readings.values()), {quote.quote_id: quote for quote in quotes}
    found = []
    for statement in statements:
        versions = [known[version.quote_id] for version in statement.versions]
        origin = _told(versions, readings, names) or _given_out(versions, readings) or NOTHING
        found.append(replace(statement, origin_kind=origin.kind, origin=origin.name, because=origin.because))
    return found


def _passage_origin(
    passage: Passage,
    readings: Mapping[str, Reading],
    quotes: Mapping[str, Sequence[Quote]],
    names: Names,
    credits: Mapping[str, Sequence[Credit]],
) -> Found:
    articles = [readings[key].article for key in sorted({member.article_id for member in passage.members})]
    own_words = min(told_words(member, readings[member.article_id]) for member in passage.members)
    inside = [
        quote for member in passage.members for quote in quotes.get(member.article_id, ()) if _holds(quote, member)
    ]
    if own_words < TOLD_WORDS:
        found = _named_near(passage.members, readings, names) or _given_out(inside, readings)
        if found:
            return found
    credit = _wire(passage, readings, credits)
    if credit and own_words >= TOLD_WORDS:
        return credit
    outlets = {article.outlet for article in articles}
    if len(outlets) == 1 and None not in outlets:
        (outlet,) = outlets
        return Found("outlet", outlet, f"only {outlet} carries it")
    first = earliest(articles)
    if first and own_words >= TOLD_WORDS and readings[first].article.outlet:
        outlet = readings[first].article.outlet
        return Found("outlet", outlet, f"{outlet} carried these words before any other, and nobody credits another")
    return NOTHING


def _wire(passage: Passage, readings: Mapping[str, Reading], credits: Mapping[str, Sequence[Credit]]) -> Found | None:
    """Return the wire service that most carriers credit, if one alone is credited most."""
    said: dict[str, list[str]] = defaultdict(list)
    for key in sorted({member.article_id for member in passage.members}):
        for credit in credits[key]:
            said[credit.name].append(f"{readings[key].article.outlet or 'an article'} credits it {credit.how}")
    ranked = sorted(said, key=lambda name: (-len(said[name]), name))
    if not ranked or (len(ranked) > 1 and len(said[ranked[0]]) == len(said[ranked[1]])):
        return None
    return Found("wire", ranked[0], "; ".join(said[ranked[0]]))


def _wires_of(found: Iterable[tuple[Passage, Found]], credits: Mapping[str, Sequence[Credit]]) -> dict[str, set[str]]:
    """Return for each article the wire services that it credits or whose own words it carries."""
    wires: dict[str, set[str]] = defaultdict(set)
    for passage, origin in found:
        for member in passage.members:
            wires[member.article_id] |= {credit.name for credit in credits[member.article_id]}
            if origin.kind == "wire" and origin.name:
                wires[member.article_id].add(origin.name)
    return wires


def carried_along(passage: Passage, wires: Mapping[str, set[str]]) -> Found:
    """Return the one wire service of which every carrier of a quoted passage has other words too."""
    shared = set.intersection(*(wires[member.article_id] for member in passage.members))
    if len(shared) != 1:
        return NOTHING
    (wire,) = shared
    return Found("wire", wire, f"every article that carries it credits {wire} or carries its report")


def _named_near(members: Sequence[Member], readings: Mapping[str, Reading], names: Names) -> Found | None:
    """Return the outlet that the words around a quoted passage name as the one that was told."""
    for member in members:
        for side in passage_sides([member], readings):
            for name, words in names.named(side):
                wire = name in names.agencies.values()
                outlet = readings[member.article_id].article.outlet or "an article"
                return Found("wire" if wire else "outlet", name, f"{outlet} has “{words}” by it")
    return None


def passage_sides(members: Iterable[Member], readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield what follows and what precedes each member of a passage: where an outlet that was told is named."""
    for member in members:
        text = readings[member.article_id].text
        yield text[member.end : member.end + AROUND]
        yield text[max(0, member.start - AROUND) : member.start]


def statement_sides(versions: Iterable[Quote], readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield what stands around each version of a statement: where an outlet that was told is named."""
    for quote in versions:
        if quote.article_id in readings and quote.spans:
            yield from _beside(quote, readings[quote.article_id])


def _told(versions: Sequence[Quote], readings: Mapping[str, Reading], names: Names) -> Found | None:
    """Return the outlet that an article names beside a quote, its cue and its speaker."""
    for quote in versions:
        for side in statement_sides([quote], readings):
            for name, words in names.named(side):
                wire = name in names.agencies.values()
                outlet = readings[quote.article_id].article.outlet or "an article"
                return Found("wire" if wire else "outlet", name, f"{outlet} has “{words}” by it")
    return None


def _given_out(versions: Sequence[Quote], readings: Mapping[str, Reading]) -> Found | None:
    """Return the office that gave the words out, or whose post they are."""
    for kind, cues in (("post", _cues("post_cues")), ("statement", _cues("release_cues"))):
        for quote in versions:
            reading = readings.get(quote.article_id)
            said = [quote.speaker or "", *(_beside(quote, reading) if reading else ())]
            found = next((match[0] for part in said if (match := cues.search(part))), None)
            if found and quote.speaker:
                outlet = (reading.article.outlet if reading else None) or "an article"
                return Found(kind, _office(quote.speaker), f"{outlet} says “{found}”")
    return None


def _beside(quote: Quote, reading: Reading) -> list[str]:
    """Return what stands around the spans of a quote within its paragraphs, without the words that are quoted."""
    start, end = quote.spans[0].start, quote.spans[-1].end
    around = [p for p in reading.paragraphs if p.start < end and start < p.end]
    first = min((p.start for p in around), default=start)
    last = max((p.end for p in around), default=end)
    parts, place = [], max(first, start - AROUND)
    for span in quote.spans:
        parts.append(reading.text[place : span.start])
        place = span.end
    return [*parts, reading.text[place : min(last, place + AROUND)]]


def _office(speaker: str) -> str | None:
    """Return whose words they are: Gull House for a Gull House spokesperson; None for a pronoun."""
    name = OFFICE.sub(" ", OFFICE.sub(" ", speaker).strip())
    name = " ".join(name.split()).strip(" ,’‘'")
    return name if any(mark.isupper() for mark in name) else None


def told_words(member: Member, reading: Reading) -> int:
    """Return how many words of `member` stand outside quotation marks: the reporter's own and not a speaker's."""
    around = [p for p in reading.paragraphs if p.start < member.end and member.start < p.end]
    marked = [
        Span(p.start + match.start(), p.start + match.end())
        for p in around
        for match in MARKED.finditer(reading.text[p.start : p.end])
    ]
    words = words_of(member.text)
    starts = (words.starts + member.start).tolist()
    return sum(not any(span.start <= start < span.end for span in marked) for start in starts)


def _holds(quote: Quote, member: Member) -> bool:
    return any(span.start < member.end and member.start < span.end for span in quote.spans)


def _by_article(quotes: Iterable[Quote]) -> dict[str, list[Quote]]:
    held: dict[str, list[Quote]] = defaultdict(list)
    for quote in sorted(quotes, key=lambda quote: quote.quote_id):
        held[quote.article_id].append(quote)
    return held


@cache
def _cues(name: str) -> re.Pattern[str]:
    cues = sorted(entries(name), key=lambda cue: (-len(cue), cue))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, cues)) + r")(?!\w)", re.IGNORECASE)
