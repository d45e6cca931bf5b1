"""A story's articles in, the days on which its undated ones came out, as far as the dated ones tell, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backstory.records import Article

__all__ = ["Dated", "dated_by"]

Pair = tuple[str, str]

SURE = 0.8
"""Probability from which a dated article of the story says something of when an undated one came out."""
NEAREST = 3
"""Dated articles, the likeliest first, whose days are taken together."""
BEFORE, AFTER = 1, 2
"""Days allowed before the first and after the last of those. On the sample docs/stories.md has how often it holds."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The first and last day (ISO 8601) on which an article came out, by the dated articles that show it."""

    article_id: str
    earliest: str
    latest: str
    because: tuple[str, ...]


def dated_by(articles: Sequence[Article], probability: Mapping[Pair, float]) -> list[Dated]:
    """Return days for the undated articles of one story that lie within what is known of them and say more.

    Args:
        articles: all of the story, in any order.
        probability: how likely each two (the lesser id first) are of one story.
    """
    dated = {article.article_id: day for article in articles if (day := _day(article.published)) is not None}
    found = []
    for article in sorted(articles, key=lambda a: a.article_id):
        if article.published:
            continue
        key = article.article_id
        likely = {other: probability.get((min(key, other), max(key, other)), 0.0) for other in dated}
        near = sorted((other for other in dated if likely[other] >= SURE), key=lambda o: (-likely[o], o))[:NEAREST]
        if near:
            days = [dated[other] for other in near]
            narrow = _within(article, min(days) - timedelta(BEFORE), max(days) + timedelta(AFTER))
            if narrow is not None:
                found.append(Dated(key, *narrow, tuple(near)))
    return found


def _within(article: Article, first: date, last: date) -> tuple[str, str] | None:
    """Return the days that are left of what cleaning knew; None where the two exclude each other or none was added."""
    earliest, latest = _day(article.published_earliest), _day(article.published_latest)
    if (earliest and earliest > last) or (latest and latest < first):
        return None
    narrow = max(first, earliest or first), min(last, latest or last)
    return None if narrow == (earliest, latest) else (narrow[0].isoformat(), narrow[1].isoformat())


def _day(instant: str | None) -> date | None:
    """Return the day of an instant that is known to the day."""
    try:
        return date.fromisoformat((instant or "")[:10])
    except ValueError:
        return None
