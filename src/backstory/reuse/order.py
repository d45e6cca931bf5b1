"""Articles in, which came first out, as far as their dates tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from backstory.records import Article

__all__ = ["earlier_of", "earliest", "first_key", "window"]

ISO = re.compile(r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?)?)?(Z|[+-]\d\d:?\d\d)?$")
NEVER = datetime.max.replace(tzinfo=UTC)
ZONES = timedelta(hours=14)
"""A time without a zone may be so much earlier or later in universal time; a bare day likewise."""


def window(article: Article) -> tuple[datetime, datetime] | None:
    """Return the first and last instant at which `article` can have been published, or None where nothing is known."""
    first = _instants(article.published_earliest or article.published)
    last = _instants(article.published_latest or article.published)
    return (first[0], last[1]) if first and last else None


def earlier_of(one: Article, two: Article) -> str | None:
    """Return the id of the article that came first, or None where their dates do not tell.

    Two times without a zone are taken to be of the same zone only if both articles are of one outlet.
    """
    first, second = window(one), window(two)
    if first is None or second is None:
        return None
    doubt = timedelta(0) if one.outlet == two.outlet or (_zoned(one) and _zoned(two)) else ZONES
    if _day(one) and _day(two):
        doubt = timedelta(0)
    if first[1] + doubt < second[0]:
        return one.article_id
    return two.article_id if second[1] + doubt < first[0] else None


def first_key(article: Article) -> tuple[datetime, str]:
    """Return what sorts articles by the earliest instant at which they can have been published, undated ones last."""
    known = window(article)
    return (known[0] if known else NEVER, article.article_id)


def earliest(articles: Sequence[Article]) -> str | None:
    """Return the id of the article that came before every other one, or None where the dates do not tell."""
    first = min(articles, key=first_key, default=None)
    if first is None:
        return None
    others = (other for other in articles if other.article_id != first.article_id)
    return first.article_id if all(earlier_of(first, other) == first.article_id for other in others) else None


def _zoned(article: Article) -> bool:
    return bool(re.search(r"T.*(Z|[+-]\d\d:?\d\d)$", article.published or ""))


def _day(article: Article) -> bool:
    return "T" not in (article.published or "T")


@lru_cache(maxsize=1 << 16)
def _instants(stamp: str | None) -> tuple[datetime, datetime] | None:
    found = ISO.match(stamp.strip()) if stamp else None
    if not found:
        return None
    month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[1:6])
    try:
        start = datetime(
            int(found[1]), month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=_zone(found[7])
        )
        return start, _next(start, month, day, hour, second) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _next(start: datetime, month: int | None, day: int | None, hour: int | None, second: int | None) -> datetime:
    """Return the instant after the last that a stamp of such precision can mean."""
    if second is not None:
        return start + timedelta(seconds=1)
    if hour is not None:
        return start + timedelta(minutes=1)
    if day:
        return start + timedelta(days=1)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1) if month else start.replace(year=start.year + 1)


def _zone(zone: str | None) -> timezone:
    if not zone or zone == "Z":
        return UTC
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))
