"""A selection in, the weightiest happenings of its stories out, each with all that a calendar or a timeline shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from backstory.desk.exporting.selecting import Chosen, story_rows
from backstory.desk.story_files.collecting import timeline
from backstory.records import content_id

__all__ = ["Happened", "happened"]

TOP, DAILY = 10, 2
"""Days of a story and happenings of a day, as `backstory timeline` shows."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One happening of a story: a cited sentence, the day that it is about, and the article that tells it."""

    key: str
    story_id: str
    story: str | None
    date: str
    date_to: str | None
    text: str
    article_id: str
    source_id: str
    start: int
    end: int
    outlet: str | None
    url: str | None
    published: str | None
    announced: bool


def happened(connection: apsw.Connection, wanted: Chosen, *, top: int = TOP, daily: int = DAILY) -> Iterator[Happened]:
    """Yield the happenings, story by story, the newest story first; in each of them in order of time."""
    for story in story_rows(connection, wanted):
        for row in timeline(connection, story["story_id"], top=top, daily=daily):
            if wanted.articles is not None and row["article_id"] not in wanted.articles:
                continue
            article = connection.execute(_ARTICLE, (row["article_id"],)).fetchone() or (None, None, None)
            outlet, url, published = (None if value is None else str(value) for value in article)
            yield Happened(
                key=content_id("happening", story["story_id"], row["date"], row["article_id"], row["start"]),
                story_id=story["story_id"], story=story["title"], date=row["date"], date_to=row["date_to"],
                text=row["text"], article_id=row["article_id"], source_id=row["source_id"], start=row["start"],
                end=row["end"], outlet=outlet, url=url, published=published, announced=row["announced"],
            )  # fmt: skip


_ARTICLE = "SELECT outlet, url, published FROM articles WHERE article_id = ?"
