"""Components in, their stories and threads out: each batch of components is a desk in memory for a moment.

A component holds all that its partition depends on, so the desk's own functions make of it what they make of it among
a billion others. What of a story is shown, and what more is made of it tomorrow, is the desk's affair alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from typing import Any

import apsw

from backstory.desk.connection import connect, transaction
from backstory.desk.grouping.annotating import put_annotations
from backstory.desk.grouping.stories import update_stories
from backstory.desk.grouping.threads import update_threads
from backstory.desk.packing import pack
from backstory.desk.tables import TABLES, rows
from backstory.desk.write import put_cleaned
from backstory.records import Block, Cleaned, Reading
from backstory.runners.bulk.codec import annotations_from, pack_json, passage_from, reading_from

__all__ = ["STORY_TABLES", "stories_of_groups", "threads_of_groups"]

Row = dict[str, Any]

STORY_TABLES = tuple(
    name for name, table in TABLES.items() if "story_id" in table.columns and name not in ("articles", "stories")
)
"""What is kept of a story beside itself: whatever tables of the contract name one."""


def stories_of_groups(groups: list[Row]) -> list[Row]:
    """Return the stories of components: rows by table, as JSON, and the themes by which threads are found.

    A row has `articles`, each with its `reading`, `found`, `profile`, `steps`, `ids`, `passages` and the `links` of
    which it is the first.
    """
    with closing(connect(":memory:", create=True)) as connection:
        _put_articles(connection, [article for group in groups for article in group["articles"]])
        for group in groups:
            links = [link for article in group["articles"] for link in article["links"] or []]
            connection.executemany("INSERT INTO pairs VALUES (:one, :other, :probability, 1, :reasons)", links)
        connection.execute("INSERT OR IGNORE INTO touched SELECT article_id FROM profiles")
        update_stories(connection, lambda done: None)
        answer: Row = {
            "stories": [
                {"story_id": row["story_id"], "article_ids": row["article_ids"], **_packed(row, row["first_published"])}
                for row in rows(connection, "stories")
            ],
            "themes": [
                {"story_id": key, "held": held}
                for key, held in connection.execute("SELECT story_id, held FROM themes ORDER BY 1")
            ],
            "theme_keys": [
                {"story_id": story, "key": key, "day": day}
                for key, day, story in connection.execute("SELECT key, day, story_id FROM theme_keys")
            ],
        }
        days = {row["story_id"]: _first_day(row["first_published"]) for row in rows(connection, "stories")}
        answer["more"] = [
            {"table": name, "story_id": row["story_id"], "day": days[row["story_id"]], "row": pack_json(row)}
            for name in STORY_TABLES
            for row in rows(connection, name)
        ]
    empty: Row = {name: [] for name in answer}
    return [answer, *(empty for _ in groups[1:])]


def threads_of_groups(groups: list[Row]) -> list[Row]:
    """Return the threads of components of stories, the likely pairs within, and which thread each story is in.

    A row has `stories`, each with its own `row` as JSON and its `articles`, as above but for the links.
    """
    with closing(connect(":memory:", create=True)) as connection:
        told = [story for group in groups for story in group["stories"]]
        _put_articles(connection, [article for story in told for article in story["articles"]])
        for story in told:
            _put_story(connection, json.loads(story["row"]))
        with transaction(connection):
            update_threads(connection)
        answer: Row = {
            "threads": [_packed(row, row["first_published"]) for row in rows(connection, "threads")],
            "links": [_packed(row, None) for row in rows(connection, "thread_links")],
            "members": [
                {"story_id": story, "thread_id": thread}
                for story, thread in connection.execute("SELECT story_id, thread_id FROM stories ORDER BY 1")
                if thread is not None
            ],
        }
    empty: Row = {name: [] for name in answer}
    return [answer, *(empty for _ in groups[1:])]


def _packed(row: Mapping[str, Any], published: str | None) -> Row:
    return {"day": _first_day(published), "row": pack_json(row)}


def _first_day(published: str | None) -> str:
    return (published or "")[:10] if published and len(published) >= 10 else "undated"


def _put_articles(connection: apsw.Connection, articles: Sequence[Row]) -> None:
    readings = {row["article_id"]: reading_from(row["reading"]) for row in articles}
    _put_sources(connection, list(readings.values()))
    found = [annotations_from(row["found"]) for row in articles]
    put_annotations(connection, found)
    for row in articles:
        _put_own(connection, row)


def _put_sources(connection: apsw.Connection, readings: Sequence[Reading]) -> None:
    """Put sources with as much of their texts as is known: blanks stand for the rest, so that every offset holds."""
    by_source: dict[str, list[Reading]] = {}
    for reading in readings:
        by_source.setdefault(reading.article.source_id, []).append(reading)
    for source_id, own in sorted(by_source.items()):
        text = _text(own)
        raw = text.encode("utf-8", "surrogatepass")
        connection.execute(
            "INSERT INTO contents (source_id, rule, encoding, raw, chars, text_sha256, said) VALUES (?, '', NULL, ?, ?,"
            " ?, '{}')",
            (source_id, pack(raw), len(text), sha256(raw).hexdigest()),
        )
        content = connection.last_insert_rowid()
        articles = tuple(reading.article for reading in own)
        blocks = tuple(
            Block(source_id, reading.article.article_id, p.start, p.end, p.kind, 1.0)
            for reading in own
            for p in reading.paragraphs
        )
        put_cleaned(connection, [(content, Cleaned(source_id, (), blocks, articles))])


def _text(own: Iterable[Reading]) -> str:
    longest = max((reading.text for reading in own), key=lambda text: len(text))
    merged = list(longest)
    for reading in own:
        first = len(reading.text) - len(reading.text.lstrip(" "))
        merged[first : len(reading.text)] = reading.text[first:]
    return "".join(merged)


def _put_own(connection: apsw.Connection, row: Row) -> None:
    key = row["article_id"]
    became = [(pair["name_id"], key, pair["local"]) for pair in row["ids"] or []]
    for table, column in (("mentions", ""), ("quotes", "speaker_"), ("quotes", "addressee_")):
        connection.executemany(
            f"UPDATE {table} SET {column}name_id = ? WHERE article_id = ? AND {column}local_id = ?", became
        )
    connection.execute("INSERT INTO profiles VALUES (?, ?, ?)", (key, row["profile"].decode(), row["steps"]))
    for packed in row["passages"] or []:
        passage = passage_from(packed)
        connection.execute(
            "INSERT OR IGNORE INTO passages VALUES (?, ?, ?, NULL, NULL, NULL)",
            (passage.passage_id, passage.words, passage.origin_kind),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO passage_members VALUES (?, ?, ?, ?, ?, ?)",
            [
                (passage.passage_id, m.article_id, m.source_id, m.start, m.end, m.text)
                for m in passage.members
                if m.article_id == key
            ],
        )


def _put_story(connection: apsw.Connection, row: Row) -> None:
    held = {name: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for name, v in row.items()}
    columns = ", ".join(held)
    connection.execute(
        f"INSERT INTO stories ({columns}) VALUES ({', '.join(':' + name for name in held)})", held | {"thread_id": None}
    )
    connection.executemany(
        "UPDATE articles SET story_id = ? WHERE article_id = ?", [(row["story_id"], key) for key in row["article_ids"]]
    )
