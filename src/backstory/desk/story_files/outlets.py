"""A story in, what each of its outlets has of it out: facts told and left out, quotes of one outlet alone, voices.

Each question asks the desk a fixed number of times, however many articles the story has.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import apsw

from backstory.desk.tables import Row

__all__ = ["facts_by_outlet", "lone_quotes", "voices"]

LONE = 20
"""Quotes of one outlet alone that are returned, the longest of the surest first."""
SHORTEST_LONE = 25
"""Characters that such a quote has at least: a word or two in quotation marks are no news."""


def facts_by_outlet(connection: apsw.Connection, story_id: str) -> dict[str, Any]:
    """Return the matrix of a story's facts by its outlets, the facts that most outlets tell first.

    `outlets` are the columns in order. Each of `facts` has the `fact` (a cited sentence), `cells` (for each column the
    cited sentence in which that outlet tells it, or None), `told_by` and `untold_by`.
    """
    names = _outlets(connection, story_id)
    outlets = sorted({name for name in names.values() if name})
    question = (
        'SELECT article_id, source_id, start, "end", text, also, told_by, untold_by FROM omissions'
        " WHERE story_id = ? ORDER BY json_array_length(told_by) DESC, article_id, start"
    )
    facts = []
    for article_id, source_id, start, end, text, also, told_by, untold_by in connection.execute(question, (story_id,)):
        fact: Row = {"article_id": article_id, "source_id": source_id, "start": start, "end": end, "text": text}
        cells: dict[str, Row] = {}
        for told in [fact, *json.loads(str(also))]:
            outlet = names.get(told["article_id"])
            if outlet:
                cells.setdefault(outlet, told)
        facts.append(
            {
                "fact": fact | {"outlet": names.get(str(article_id))},
                "cells": [cells.get(outlet) for outlet in outlets],
                "told_by": json.loads(str(told_by)),
                "untold_by": json.loads(str(untold_by)),
            }
        )
    return {"outlets": outlets, "facts": facts}


def voices(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return who is heard in a story: each speaker's quotes by outlet, those that most outlets hear first.

    Persons and organisations, not the outlets themselves. A row has `name_id`, `name`, `kind`, `quotes` and `words`
    (counts), `outlets` (quotes by outlet) and `unheard_by`.
    """
    names = _outlets(connection, story_id)
    outlets = {name for name in names.values() if name}
    question = (
        "SELECT n.name_id, n.label, n.kind, q.article_id, q.text FROM articles a JOIN quotes q USING (article_id)"
        " JOIN names n ON n.name_id = q.speaker_name_id WHERE a.story_id = ? AND n.kind IN ('person', 'organisation')"
        " ORDER BY n.name_id, q.quote_id"
    )
    told: dict[str, Row] = {}
    heard: dict[str, Counter[str]] = {}
    for name_id, label, kind, article_id, text in connection.execute(question, (story_id,)):
        key = str(name_id)
        if any(str(label).casefold() in outlet.casefold() for outlet in outlets):
            continue
        row = told.setdefault(key, {"name_id": key, "name": label, "kind": kind, "quotes": 0, "words": 0})
        row["quotes"] += 1
        row["words"] += len(str(text).split())
        outlet = names.get(str(article_id))
        heard.setdefault(key, Counter()).update([outlet] if outlet else [])
    found = [
        row | {"outlets": dict(sorted(heard[key].items())), "unheard_by": sorted(outlets - set(heard[key]))}
        for key, row in told.items()
    ]
    return sorted(found, key=lambda row: (-len(row["outlets"]), -row["quotes"], row["name"], row["name_id"]))


def lone_quotes(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return the words that only one outlet of a story of several quotes, with who speaks: rows of `quotes`."""
    names = _outlets(connection, story_id)
    if len({name for name in names.values() if name}) < 2:
        return []
    question = (
        "SELECT q.quote_id, q.article_id, a.source_id, q.spans, q.text, q.speaker, q.speaker_name_id, n.label,"
        " q.confidence, coalesce(q.statement_id, q.quote_id) FROM articles a JOIN quotes q USING (article_id)"
        " LEFT JOIN names n ON n.name_id = q.speaker_name_id"
        " WHERE a.story_id = ? AND q.kind <> 'indirect' AND q.speaker IS NOT NULL"
    )
    columns = ("quote_id", "article_id", "source_id", "spans", "text", "speaker", "speaker_name_id", "name")
    said: dict[str, list[tuple[float, Row]]] = {}
    for *values, confidence, statement in connection.execute(question, (story_id,)):
        row = dict(zip(columns, values, strict=True)) | {"outlet": names.get(str(values[1]))}
        said.setdefault(str(statement), []).append((float(str(confidence)), row))
    lone = [
        max(versions, key=lambda pair: (len(pair[1]["text"]), pair[1]["quote_id"]))
        for versions in said.values()
        if len({row["outlet"] for _, row in versions}) == 1 and versions[0][1]["outlet"]
    ]
    lone = [pair for pair in lone if len(pair[1]["text"]) >= SHORTEST_LONE]
    lone.sort(key=lambda pair: (-pair[0] * min(len(pair[1]["text"]), 200), pair[1]["quote_id"]))
    return [row | {"spans": json.loads(row["spans"])} for _, row in lone[:LONE]]


def _outlets(connection: apsw.Connection, story_id: str) -> dict[str, str | None]:
    """Return the outlet of each article of a story."""
    held = connection.execute("SELECT article_id, outlet FROM articles WHERE story_id = ?", (story_id,))
    return {str(key): None if outlet is None else str(outlet) for key, outlet in held}
