"""A desk in, what is fresh in it out: stories by size and freshness, days of reports, what came since a visit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import apsw

from backstory.desk.tables import Row, rows

__all__ = [
    "Extent",
    "News",
    "days_of",
    "extent",
    "fresh_stories",
    "latest_stories",
    "lead_of",
    "newest",
    "news_since",
    "single_reports",
]

LOOKED_AT = 600
"""Stories, the latest first, among which the largest and freshest are sought: some days of a large desk."""
HALF_LIFE_DAYS = 4.0
"""A story counts half as much when nothing has been added to it for so many days: by then its news is told."""
MOST_NEW = 20_000
"""Sources taken in since a visit that are counted one by one."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a desk holds, in numbers that cost little to ask."""

    sources: int
    articles: int
    stories: int
    outlets: int
    first: str | None
    last: str | None
    problems: int


@dataclass(frozen=True, slots=True)
class News:
    """What came since a visit: so many articles, and how many of them in which stories, the most first."""

    articles: int
    stories: tuple[tuple[Row, int], ...]


def extent(connection: apsw.Connection) -> Extent:
    """Count what the desk holds."""

    def one(question: str) -> Any:  # noqa: ANN401
        found = connection.execute(question).fetchone()
        return found[0] if found else None

    dated = "FROM articles WHERE published_earliest IS NOT NULL AND published IS NOT NULL ORDER BY published_earliest"
    return Extent(
        sources=one("SELECT count(*) FROM sources"),
        articles=one("SELECT count(*) FROM articles"),
        stories=one("SELECT count(*) FROM stories"),
        outlets=one(_OUTLETS),
        first=one(f"SELECT published_earliest {dated} LIMIT 1"),
        last=one(f"SELECT published_earliest {dated} DESC LIMIT 1"),
        problems=one("SELECT count(*) FROM sources WHERE problem IS NOT NULL"),
    )


_OUTLETS = """
WITH RECURSIVE known (outlet) AS (
  SELECT min(outlet) FROM articles
  UNION ALL SELECT (SELECT min(a.outlet) FROM articles a WHERE a.outlet > known.outlet)
  FROM known WHERE outlet IS NOT NULL
) SELECT count(outlet) FROM known
"""
"""Counts outlets by a step of the index for each, and not by every article."""


def latest_stories(connection: apsw.Connection) -> list[Row]:
    """Return the stories with the latest articles: some days of a large desk."""
    return list(rows(connection, "stories", order=f"last_published DESC, story_id DESC LIMIT {LOOKED_AT}"))


def fresh_stories(latest: Sequence[Row], *, limit: int) -> list[Row]:
    """Return those of the `latest` stories that several articles tell, with many origins and fresh ones first."""
    day = next((row["last_published"] for row in latest if row["last_published"]), None)
    told = [row for row in latest if len(row["article_ids"]) > 1]
    told.sort(key=lambda row: (-_weight(row, day), row["story_id"]))
    return told[:limit]


def single_reports(latest: Sequence[Row], *, limit: int) -> list[Row]:
    """Return those of the `latest` stories that one article alone tells."""
    return [row for row in latest if len(row["article_ids"]) == 1][:limit]


def _weight(row: Row, latest: str | None) -> float:
    size = row["origins"] + len(row["article_ids"]) / 10
    try:
        age = (date.fromisoformat((latest or "")[:10]) - date.fromisoformat((row["last_published"] or "")[:10])).days
    except ValueError:
        return 0.0
    return float(size * 0.5 ** (age / HALF_LIFE_DAYS))


def days_of(connection: apsw.Connection, story_ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return how many articles of each story came out on each day that is known."""
    question = (
        "SELECT story_id, substr(published_earliest, 1, 10), count(*) FROM articles"
        " WHERE story_id IN (SELECT value FROM json_each(?)) AND length(published) >= 10"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    found: dict[str, dict[str, int]] = {}
    for story_id, day, count in connection.execute(question, (json.dumps(list(story_ids)),)):
        found.setdefault(str(story_id), {})[str(day)] = int(str(count))
    return found


def lead_of(connection: apsw.Connection, story_ids: Sequence[str]) -> dict[str, Row]:
    """Return the weightiest happening of each story that has one: the sentence that says most of it."""
    question = "WHERE story_id IN (SELECT value FROM json_each(:ids))"
    best: dict[str, Row] = {}
    for row in rows(connection, "happenings", question, {"ids": json.dumps(list(story_ids))}):
        held = best.get(row["story_id"])
        if held is None or row["weight"] > held["weight"]:
            best[row["story_id"]] = row
    return best


def newest(connection: apsw.Connection) -> tuple[str, int]:
    """Return what tells this desk from others, and the number of the last source that was taken in."""
    first = connection.execute("SELECT source_id FROM contents ORDER BY id LIMIT 1").fetchone()
    last = connection.execute("SELECT max(id) FROM contents").fetchone()
    return (str(first[0])[:8] if first else "empty"), int(str(last[0] or 0)) if last else 0


def news_since(connection: apsw.Connection, number: int, *, limit: int = 8) -> News:
    """Return what was taken in after the source with this number."""
    question = (
        "SELECT a.story_id, count(*) FROM (SELECT source_id FROM contents WHERE id > ? ORDER BY id LIMIT ?) c"
        " JOIN articles a USING (source_id) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    counts = {key: int(str(count)) for key, count in connection.execute(question, (number, MOST_NEW))}
    wanted = [str(key) for key in counts if key][:limit]
    where = "WHERE story_id IN (SELECT value FROM json_each(:ids))"
    told = {row["story_id"]: row for row in rows(connection, "stories", where, {"ids": json.dumps(wanted)})}
    return News(sum(counts.values()), tuple((told[key], counts[key]) for key in wanted if key in told))
