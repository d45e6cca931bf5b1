"""The lines of one article in, what is known of it out: title, outlet, byline, section, place line, language, dates."""

from __future__ import annotations

from collections.abc import Sequence

from backstory.records import Article, Kind, Line, Source, Stated, content_id

__all__ = ["article_of"]


def article_of(
    source: Source,
    lines: Sequence[Line],
    around: Sequence[Line],
    stated: Stated,
    confidence: float,
    evidence: tuple[str, ...],
) -> Article:
    """Return the article that `lines`, its own in order, make; `stated` is what the container says of it."""
    text = source.text
    start, end = lines[0].start, lines[-1].end
    title = stated.title or next((text[line.start : line.end] for line in lines if line.kind is Kind.HEADLINE), None)
    told = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY)
    return Article(
        article_id=content_id(source.source_id, start, end),
        source_id=source.source_id,
        start=start,
        end=end,
        title=title,
        outlet=stated.outlet,
        byline=stated.byline,
        section=stated.section,
        language=stated.language,
        words=sum(len(text[line.start : line.end].split()) for line in lines if line.kind in told),
        url=stated.url,
        confidence=confidence,
        evidence=evidence,
    )
