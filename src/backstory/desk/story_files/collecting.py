"""A story in, all that can be cited of it out, as one JSON object; `story_file_pages` makes Markdown and HTML of it.

Every line of it is a span of a source and names that span. Nothing is written but what its sources carry.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import apsw

from backstory.desk.ask import text
from backstory.desk.decided.stories import find_story
from backstory.desk.grouping.timing import sentences_held
from backstory.desk.showing.story import articles_of, leads_of, repeats_of, statements_of
from backstory.desk.showing.timelines import story_timeline
from backstory.desk.story_files.outlets import lone_quotes, voices
from backstory.desk.story_files.pages import as_html, as_markdown
from backstory.desk.tables import Row, rows
from backstory.records import Span
from backstory.timelines.said import without_place_line

__all__ = ["as_html", "as_markdown", "story_file", "timeline"]

QUOTES = 12
STATEMENTS = 12
TIMELINE = 10
PASSAGES = 8
FIGURES = 10
SMALLEST = 5
"""Values under it are told of many things."""
SOURCES = 5_000


def story_file(connection: apsw.Connection, wanted: str) -> dict[str, Any]:
    """Return all that is known of a story.

    Raises:
        NotFoundError: there is no such story, or more than one.
    """
    story = find_story(connection, wanted)
    key = story["story_id"]
    articles = articles_of(connection, key, limit=SOURCES)
    uris = _uris(connection, articles)
    return {
        "story": story,
        "leads": [_lead(row) for row in leads_of(connection, articles)],
        "timeline": timeline(connection, key, top=TIMELINE),
        "disagreements": _of_story(connection, "disagreements", key),
        "omissions": sorted(_of_story(connection, "omissions", key), key=lambda row: -len(row["told_by"])),
        "quotes": _quotes(connection, key),
        "statements": [_said(row) for row in statements_of(connection, key, limit=STATEMENTS)[:STATEMENTS]],
        "lone_quotes": lone_quotes(connection, key),
        "voices": voices(connection, key),
        "figures": _figures(connection, key),
        "passages": repeats_of(connection, key)[:PASSAGES],
        "articles": [row | {"uri": uris.get(row["source_id"], "")} for row in articles],
    }


def timeline(connection: apsw.Connection, story_id: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the happenings of a story that matter most, as `desk.showing.timelines.story_timeline` tells them."""
    return story_timeline(connection, story_id, top=top, daily=daily)


def _lead(row: Row) -> Row:
    """Return a lead sentence without the agency's line before it."""
    span = without_place_line(row["text"], Span(0, len(row["text"])))
    return row | {"start": row["start"] + span.start, "text": row["text"][span.start :]}


def _of_story(connection: apsw.Connection, table: str, story_id: str) -> list[Row]:
    return list(rows(connection, table, "WHERE story_id = :id", {"id": story_id}))


def _uris(connection: apsw.Connection, articles: Sequence[Row]) -> dict[str, str]:
    wanted = json.dumps(sorted({row["source_id"] for row in articles}))
    question = "SELECT source_id, min(uri) FROM sources WHERE source_id IN (SELECT value FROM json_each(?)) GROUP BY 1"
    return {str(source_id): str(uri) for source_id, uri in connection.execute(question, (wanted,))}


def _quotes(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return the surest of the longest quotes whose speaker is known."""
    where = (
        "WHERE speaker IS NOT NULL AND kind <> 'indirect'"
        " AND article_id IN (SELECT article_id FROM articles WHERE story_id = :id)"
    )
    found = list(rows(connection, "quotes", where, {"id": story_id}))
    question = "SELECT name_id, label FROM names WHERE name_id IN (SELECT value FROM json_each(?))"
    wanted = json.dumps(sorted({row["speaker_name_id"] for row in found if row["speaker_name_id"]}))
    labels = {str(name_id): str(label) for name_id, label in connection.execute(question, (wanted,))}
    found.sort(key=lambda row: (-row["confidence"] * min(len(row["text"]), 200), row["quote_id"]))
    told: list[Row] = []
    for row in found:
        said = row["text"].casefold()
        if len(told) < QUOTES and all(said not in old["text"].casefold() for old in told):
            told.append(row | {"name": labels.get(row["speaker_name_id"])})
    return told


def _said(row: Row) -> Row:
    """Return a statement of the story with what its file shows: who, and each outlet's version."""
    names = ("statement_id", "speaker", "speaker_name_id", "name", "said_on", "fullest_quote_id", "versions")
    return {name: row.get(name) for name in names}


def _figures(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return the figures that at least two outlets of a story give alike, each in a sentence of the earliest."""
    question = (
        'SELECT f.value, f.unit, f.article_id, a.source_id, f.start, f."end", f.text, a.outlet FROM articles a'
        " JOIN figures f USING (article_id) WHERE a.story_id = ? AND f.value >= ? AND f.unit IS NOT NULL"
        " AND f.value_to IS NULL AND a.outlet IS NOT NULL"
        " ORDER BY a.published IS NULL, a.published, a.article_id, f.start"
    )
    names = ("article_id", "source_id", "start", "end", "text", "outlet")
    found: dict[tuple[float, str], Row] = {}
    for value, unit, *held in connection.execute(question, (story_id, SMALLEST)):
        row = found.setdefault((float(str(value)), str(unit)), dict(zip(names, held, strict=True)) | {"outlets": []})
        if held[-1] not in row["outlets"]:
            row["outlets"].append(held[-1])
    told = [row | {"value": value, "unit": unit} for (value, unit), row in found.items() if len(row["outlets"]) > 1]
    told.sort(key=lambda row: (-len(row["outlets"]), row["article_id"], row["start"]))
    return [row | {"sentence": _sentence(connection, row)} for row in told[:FIGURES]]


def _sentence(connection: apsw.Connection, row: Row) -> Row | None:
    """Return the sentence around a figure, cited."""
    spans = sentences_held(connection, row["article_id"])
    around = next((span for span in spans if span.start <= row["start"] and row["end"] <= span.end), None)
    if around is None:
        return None
    whole = text(connection, row["source_id"])
    around = without_place_line(whole, around)
    return {"start": around.start, "end": around.end, "text": whole[around.start : around.end]}
