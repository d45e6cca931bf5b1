"""The lines of one article in, what is known of it out: title, outlet, byline, section, place line, language, dates.

What the container states comes first. What the text gives away is taken where it is sure, and None otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backstory.clean.bylines import byline_of, place_line_of
from backstory.clean.dates import bounds, inferred
from backstory.clean.language import language_of
from backstory.clean.outlets import outlet_in, without_outlet
from backstory.clean.phrases import listed, plain, words_of
from backstory.clean.stamps import stated as stated_date
from backstory.records import Article, Kind, Line, PublishedHow, Source, Stated, content_id

__all__ = ["article_of"]

TOLD = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY)

LANGUAGE_MOST = 600
HEAD_LINES = 4
"""A date line below this many body lines is not the article's own date."""


@dataclass(frozen=True, slots=True)
class Dated:
    """When an article was published, how that is known, the first and last day it can be, and which words say so."""

    published: str | None = None
    how: PublishedHow | None = None
    earliest: str | None = None
    latest: str | None = None
    evidence: tuple[str, ...] = ()


def article_of(
    source: Source,
    own: Sequence[Line],
    around: Sequence[Line],
    stated: Stated,
    confidence: float,
    evidence: tuple[str, ...],
) -> Article:
    """Return the article that the lines `own` make, in their order; `around` are they with the furniture among them.

    `stated` is what the container says of it, `confidence` and `evidence` say that it begins and ends here.
    """
    text = source.text
    start, end = own[0].start, own[-1].end
    told = [text[line.start : line.end] for line in own if line.kind in TOLD]
    outlet = (stated.outlet, "the container says so") if stated.outlet else None
    outlet = outlet or outlet_in(text, around, (stated.url, source.uri))
    dated = _dated(text, own, stated)
    because = [f"outlet: {outlet[1]}"] if outlet else []
    because += [f"published: {why}" for why in dated.evidence]
    return Article(
        article_id=content_id(source.source_id, start, end),
        source_id=source.source_id,
        start=start,
        end=end,
        title=stated.title or _title(text, own),
        outlet=outlet[0] if outlet else None,
        byline=stated.byline or byline_of([text[line.start : line.end] for line in own if line.kind is Kind.BYLINE]),
        section=stated.section or _section(text, around),
        language=_code(stated.language) or _language(text, own),
        published=dated.published,
        published_how=dated.how,
        published_earliest=dated.earliest,
        published_latest=dated.latest,
        words=sum(len(content.split()) for content in told),
        place_line=_place(text, own),
        url=stated.url,
        confidence=confidence,
        evidence=(*evidence, *because),
    )


def _title(text: str, own: Sequence[Line]) -> str | None:
    for line in own:
        if line.kind is Kind.HEADLINE:
            return without_outlet(" ".join(text[line.start : line.end].split()))
    return None


def _section(text: str, around: Sequence[Line]) -> str | None:
    """Return the section that stands alone above an article."""
    for line in around:
        if line.kind is Kind.BODY:
            break
        content = text[line.start : line.end]
        if (
            line.kind is Kind.FURNITURE
            and len(content) < 40
            and " ".join(words_of(plain(content))) in listed("sections")
        ):
            return content.strip(" |>:•#")
    return None


def _place(text: str, own: Sequence[Line]) -> str | None:
    first = next((line for line in own if line.kind is Kind.BODY), None)
    return place_line_of(text[first.start : first.end]) if first else None


def _code(language: str | None) -> str | None:
    return language.replace("_", "-").split("-")[0].strip().casefold() or None if language else None


def _language(text: str, own: Sequence[Line]) -> str | None:
    parts, size = [], 0
    for line in own:
        if line.kind in TOLD and size < LANGUAGE_MOST:
            parts.append(text[line.start : min(line.end, line.start + LANGUAGE_MOST - size)])
            size += len(parts[-1])
    return language_of(" ".join(parts))


def _dated(text: str, own: Sequence[Line], stated: Stated) -> Dated:
    if stated.published and (days := bounds(stated.published)):
        return Dated(stated.published, PublishedHow.METADATA, *days)
    seen = 0
    updated = None
    for line in own:
        seen += line.kind is Kind.BODY
        if line.kind is not Kind.DATE or seen > HEAD_LINES:
            continue
        content = text[line.start : line.end]
        found = stated_date(content)
        if found and (days := bounds(found)):
            dated = Dated(found, PublishedHow.STATED, *days, (f'the line "{content[:60]}"',))
            if not listed("update_words").isdisjoint(words_of(plain(content))):
                updated = updated or dated
            else:
                return dated
    return updated or _inferred(text, own)


def _inferred(text: str, own: Sequence[Line]) -> Dated:
    told = "\n".join(text[line.start : line.end] for line in own if line.kind in TOLD)
    found = inferred(told)
    if not found:
        return Dated()
    latest = found.latest.isoformat() if found.latest else None
    sure = f"{found.confidence:.0%} of such articles"
    return Dated(None, PublishedHow.INFERRED, found.earliest.isoformat(), latest, (*found.evidence, sure))
