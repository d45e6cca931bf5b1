"""Two or more articles side by side: of two, words aligned; of more, the passages that they share."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.ask import find_article, reading
from backstory.desk.showing.article import Annotation
from backstory.desk.showing.story import carried
from backstory.errors import NotFoundError
from backstory.records import Reading
from backstory.reuse.compare import compare as aligned
from backstory.web.aligning import rows_of
from backstory.web.paint import painted
from backstory.web.site import Page, Site

__all__ = ["add"]

MOST = 4
"""Columns that can be read side by side."""


def add(site: Site) -> None:
    """Add the page."""
    site.get("/compare", compare)


def compare(connection: apsw.Connection, request: Request) -> Page:
    """Show the articles whose ids are given as `article`, each once."""
    wanted = list(dict.fromkeys(key for key in request.query_params.getlist("article") if key))
    readings = [reading(connection, find_article(connection, key)) for key in wanted[:MOST]]
    keys = [one.article.article_id for one in readings]
    if len(set(keys)) != len(keys):
        raise NotFoundError("an article is named twice")
    held = carried(connection, keys)
    story = next((row["story_id"] for row in held.values() if row["story_id"]), None)
    values: dict[str, Any] = {
        "articles": [held[key] for key in keys],
        "left_over": max(0, len(wanted) - MOST),
        "others": _others(connection, story, keys),
        "story_id": story,
        "rows": None,
        "columns": None,
    }
    if len(readings) == 2:
        rows = rows_of(readings[0], readings[1], aligned(readings[0], readings[1]))
        values |= {"rows": rows, "shares": [row.shares for row in rows]}
        values["shared"] = _shared(rows)
    elif readings:
        values["columns"] = _columns(connection, readings)
    return Page("compare.html", values)


def _shared(rows: list[Any]) -> dict[str, int]:
    counts = {"shared": 0, "one": 0, "other": 0}
    for row in rows:
        for side, name in ((row.one, "one"), (row.other, "other")):
            for piece in side:
                size = len(piece.text.split())
                if "same" in piece.classes:
                    counts["shared"] += size if name == "one" else 0
                elif piece.classes:
                    counts[name] += size
    return counts


def _others(connection: apsw.Connection, story: str | None, keys: list[str]) -> list[dict[str, Any]]:
    """Return other articles of the story, to be put beside those that are shown."""
    if story is None:
        return []
    question = (
        "SELECT article_id, outlet, published, title FROM articles WHERE story_id = ?"
        " ORDER BY published IS NULL, published, article_id LIMIT 60"
    )
    names = ("article_id", "outlet", "published", "title")
    found = [dict(zip(names, row, strict=True)) for row in connection.execute(question, (story,))]
    return [row for row in found if row["article_id"] not in keys]


def _columns(connection: apsw.Connection, readings: list[Reading]) -> list[list[dict[str, Any]]]:
    """Return each article's paragraphs, the passages that two or more of them share marked with the same number."""
    keys = [one.article.article_id for one in readings]
    spans: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for key in keys:
        question = 'SELECT passage_id, start, "end" FROM passage_members WHERE article_id = ? ORDER BY start'
        for passage_id, start, end in connection.execute(question, (key,)):
            spans.setdefault(str(passage_id), {}).setdefault(key, []).append((int(str(start)), int(str(end))))
    shared = [passage for passage, held in spans.items() if len(held) > 1]
    marks: dict[str, list[Annotation]] = {key: [] for key in keys}
    for number, passage in enumerate(shared, start=1):
        for key, held in spans[passage].items():
            marks[key] += [
                Annotation(*pair, f"tie-{(number - 1) % 6}", None, f"shared words {number}") for pair in held
            ]
    return [
        [
            {"kind": str(p.kind), "pieces": list(painted(one.text, p.start, p.end, marks[one.article.article_id]))}
            for p in one.paragraphs
        ]
        for one in readings
    ]
