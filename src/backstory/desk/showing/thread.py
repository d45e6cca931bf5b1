"""A thread in, the parts of its page out: its stories in order of time, why each follows, what happened when."""

from __future__ import annotations

import json

import apsw

from backstory.desk.showing.listing import PAGE, Listed
from backstory.desk.showing.story import carried
from backstory.desk.tables import Row, rows

__all__ = ["follows_of", "happenings_of_thread", "label_cited", "list_threads", "stories_of_thread"]

STORIES = 200
HAPPENINGS = 400
"""The weightiest happenings of a thread that are looked at."""


def list_threads(connection: apsw.Connection, *, words: str = "", page: int = 1) -> Listed:
    """Return threads, those with the latest article first: with words in the label."""
    conditions, values = ["1"], {}
    for number, word in enumerate(words.split()[:8]):
        conditions.append(f"instr(lower(coalesce(label, '')), lower(:word{number}))")
        values[f"word{number}"] = word
    order = f"last_published DESC, thread_id LIMIT {PAGE + 1} OFFSET {(page - 1) * PAGE}"
    found = list(rows(connection, "threads", "WHERE " + " AND ".join(conditions), values, order))
    return Listed(tuple(found[:PAGE]), page, len(found) > PAGE)


def stories_of_thread(connection: apsw.Connection, thread_id: str) -> list[Row]:
    """Return the stories of a thread in order of time, the undated last."""
    order = f"first_published IS NULL, first_published, story_id LIMIT {STORIES}"
    return list(rows(connection, "stories", "WHERE thread_id = :id", {"id": thread_id}, order))


def follows_of(connection: apsw.Connection, stories: list[Row]) -> dict[str, Row]:
    """Return for each story the likeliest link to an earlier one of the thread: probability, reasons, which one."""
    place = {row["story_id"]: number for number, row in enumerate(stories)}
    where = "WHERE story_a IN (SELECT value FROM json_each(:ids)) AND story_b IN (SELECT value FROM json_each(:ids))"
    best: dict[str, Row] = {}
    for link in rows(connection, "thread_links", where, {"ids": json.dumps(list(place))}):
        one, other = sorted((link["story_a"], link["story_b"]), key=place.__getitem__)
        if other not in best or link["probability"] > best[other]["probability"]:
            best[other] = link | {"earlier": one}
    return best


def happenings_of_thread(connection: apsw.Connection, stories: list[Row], *, limit: int = 24) -> list[Row]:
    """Return the weightiest happenings of a thread in order of time, each with its story and where it stands."""
    where = "WHERE story_id IN (SELECT value FROM json_each(:ids))"
    values = {"ids": json.dumps([row["story_id"] for row in stories])}
    found = list(rows(connection, "happenings", where, values, f"weight DESC LIMIT {HAPPENINGS}"))[:limit]
    told = carried(connection, [row["article_id"] for row in found])
    for row in found:
        article = told.get(row["article_id"], {})
        row["outlet"], row["published"] = article.get("outlet"), article.get("published")
        row["announced"] = row["date"] > (row["published"] or "9999")[:10]
    return sorted(found, key=lambda row: (row["date"], -row["weight"], row["article_id"], row["start"]))


def label_cited(connection: apsw.Connection, thread: Row) -> Row | None:
    """Return where the label of a thread stands: the article that holds its span."""
    question = 'SELECT article_id, outlet, published FROM articles WHERE source_id = ? AND start <= ? AND "end" >= ?'
    span = (thread["label_source_id"], thread["label_start"], thread["label_end"])
    found = connection.execute(question, span).fetchone() if thread["label_source_id"] else None
    if found is None:
        return None
    row = dict(zip(("article_id", "outlet", "published"), found, strict=True))
    return row | {"start": thread["label_start"], "end": thread["label_end"]}
