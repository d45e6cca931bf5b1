"""Which articles are wanted in, the rows of every table that are about them out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from backstory.desk.ask import Filter, articles
from backstory.desk.decided.stories import find_story
from backstory.desk.packing import unpack
from backstory.desk.tables import Row, rows

__all__ = ["Chosen", "Selection", "chosen", "story_rows", "texts"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a desk: a story, an outlet, dates (ISO 8601, `until` included). Nothing given is all of it."""

    story: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of what was selected; None where it is all."""

    articles: frozenset[str] | None = None
    sources: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def has(self, table: str, row: Row) -> bool:
        """Whether a row of a table is about what was selected.

        A pair of articles is where both are, a passage or statement where one that carries it is; a story, what is told
        of it and its thread where one of its articles is.
        """
        if self.articles is None:
            return True
        about = _ABOUT.get(table)
        return about(self, row) if about else _by_columns(self, row)


def _by_columns(chosen: Chosen, row: Row) -> bool:
    if "article_id" in row:
        return row["article_id"] in (chosen.articles or ())
    return row["story_id"] in chosen.stories


def _any_of(ids: Iterable[object], wanted: frozenset[str] | None) -> bool:
    return any(one in (wanted or ()) for one in ids)


_ABOUT: dict[str, Callable[[Chosen, Row], bool]] = {
    "sources": lambda chosen, row: row["source_id"] in chosen.sources,
    "blocks": lambda chosen, row: row["source_id"] in chosen.sources,
    "texts": lambda chosen, row: row["source_id"] in chosen.sources,
    "names": lambda chosen, row: row["name_id"] in chosen.names,
    "copies": lambda chosen, row: {row["article_a"], row["article_b"]} <= (chosen.articles or frozenset()),
    "links": lambda chosen, row: {row["article_a"], row["article_b"]} <= (chosen.articles or frozenset()),
    "thread_links": lambda chosen, row: {row["story_a"], row["story_b"]} <= chosen.stories,
    "passages": lambda chosen, row: _any_of((one["article_id"] for one in row["members"]), chosen.articles),
    "statements": lambda chosen, row: _any_of((one["article_id"] for one in row["versions"]), chosen.articles),
    "threads": lambda chosen, row: _any_of(row["story_ids"], chosen.stories),
}


def chosen(connection: apsw.Connection, wanted: Selection) -> Chosen:
    """Return the ids of what is wanted.

    Raises:
        NotFoundError: there is no such story, or more than one.
    """
    if wanted == Selection():
        return Chosen()
    story = set(find_story(connection, wanted.story)["article_ids"]) if wanted.story is not None else None
    found = articles(connection, Filter(outlet=wanted.outlet, since=wanted.since, until=wanted.until))
    kept = {one.article_id: one.source_id for one in found if story is None or one.article_id in story}
    stories: set[Any] = set()
    names: set[Any] = set()
    for article_id in kept:
        stories |= {key for (key,) in connection.execute(_STORY, (article_id,))}
        names |= {key for (key,) in connection.execute(_NAMES, {"id": article_id})}
    return Chosen(frozenset(kept), frozenset(kept.values()), frozenset(stories - {None}), frozenset(names - {None}))


_STORY = "SELECT story_id FROM articles WHERE article_id = ?"
_NAMES = """
SELECT name_id FROM mentions WHERE article_id = :id
UNION SELECT speaker_name_id FROM quotes WHERE article_id = :id
UNION SELECT addressee_name_id FROM quotes WHERE article_id = :id
"""


def texts(connection: apsw.Connection) -> Iterator[Row]:
    """Yield the text of every source."""
    for source_id, raw, text in connection.execute("SELECT source_id, raw, text FROM contents ORDER BY source_id"):
        held = unpack(bytes(raw if text is None else text))
        yield {"source_id": source_id, "text": held.decode("utf-8", "surrogatepass")}


def story_rows(connection: apsw.Connection, wanted: Chosen) -> Iterator[Row]:
    """Yield the stories that are wanted, the newest first and the undated last."""
    order = "last_published IS NULL, last_published DESC, story_id"
    question = f"SELECT story_id, title, article_ids, first_published, last_published FROM stories ORDER BY {order}"
    for story_id, title, keys, first, last in connection.execute(question).fetchall():
        row = {"story_id": story_id, "title": title, "article_ids": json.loads(str(keys))}
        row |= {"first_published": first, "last_published": last}
        if wanted.has("stories", row):
            yield row


def table_rows(connection: apsw.Connection, name: str, wanted: Chosen) -> Iterator[Row]:
    """Yield the rows of a table that are wanted, as they are read."""
    return (row for row in rows(connection, name) if wanted.has(name, row))
