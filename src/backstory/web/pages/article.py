"""An article's page: its clean text with what was found in it, and its source beside it, every line with its kind."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk.ask import find_article, reading
from backstory.desk.showing import article as parts
from backstory.desk.showing.dated import days_by_story
from backstory.desk.showing.story import carried
from backstory.errors import NotFoundError
from backstory.records import Article, Reading, Span
from backstory.web.asking import span
from backstory.web.paint import painted
from backstory.web.site import Page, Site

__all__ = ["add", "line_rows"]

BEFORE, AFTER = 400, 400
"""Characters of the source that are shown before and after the article, so that its edges can be judged."""
TOGGLES = (
    ("quote", "Quotes", True),
    ("speaker", "Speakers and cues", True),
    ("name", "Names", True),
    ("time", "Dates", False),
    ("figure", "Figures", False),
    ("shared", "Shared words", False),
)


def add(site: Site) -> None:
    """Add the page."""
    site.get("/article/{article}", article)


def article(connection: apsw.Connection, request: Request) -> Page | Response:
    """Show an article; `at` is the span that a citation leads to."""
    wanted = request.path_params["article"]
    found = find_article(connection, wanted)
    if found.article_id != wanted:
        return RedirectResponse(f"/article/{found.article_id}", 303)
    whole = reading(connection, found)
    at = span(request)
    marks = parts.annotations_of(connection, found.article_id)
    first, last = max(0, found.start - BEFORE), min(len(whole.text), found.end + AFTER)
    if at is not None:
        first, last = min(first, at.start), max(last, min(at.end, len(whole.text)))
    values: dict[str, Any] = {
        "article": found,
        "row": carried(connection, [found.article_id])[found.article_id],
        "copy_of": _copy_of(connection, found),
        "by_story": days_by_story(connection, [found.article_id]).get(found.article_id),
        "paragraphs": _paragraphs(whole, marks, at),
        "lines": line_rows(connection, found.source_id, whole.text, first, last, at),
        "uri": _uri(connection, found.source_id),
        "at": at if at is not None and at.end <= len(whole.text) else None,
        "quoted": whole.text[at.start : at.end] if at is not None else "",
        "outside_text": at is not None and not any(p.start < at.end and at.start < p.end for p in whole.paragraphs),
        "copies": parts.copies_of(connection, found.article_id),
        "passages": parts.passages_of(connection, found.article_id),
        "toggles": TOGGLES,
        "counts": _counts(marks),
    }
    return Page("article.html", values)


def _paragraphs(whole: Reading, marks: list[parts.Annotation], at: Span | None) -> list[dict[str, Any]]:
    return [
        {"kind": str(p.kind), "pieces": list(painted(whole.text, p.start, p.end, marks, at))} for p in whole.paragraphs
    ]


def _counts(marks: list[parts.Annotation]) -> dict[str, int]:
    groups = {"indirect": "quote", "cue": "speaker"}
    counts: dict[str, int] = {}
    for mark in marks:
        names = ("person", "organisation", "place", "work", "other")
        kind = "name" if mark.kind in names else groups.get(mark.kind, mark.kind)
        counts[kind] = counts.get(kind, 0) + (mark.kind != "cue")
    return counts


def line_rows(
    connection: apsw.Connection, source_id: str, text: str, first: int, last: int, at: Span | None
) -> list[dict[str, Any]]:
    """Return the lines of a source from `first` to `last` as a template shows them, `at` marked."""
    told, number = [], 0
    for line in parts.lines_of(connection, source_id, text, start=first, end=last):
        pieces = list(painted(text, line.start, line.end, (), at))
        told.append(
            {
                "number": line.number if line.number != number else None,
                "start": line.start,
                "end": line.end,
                "kind": line.kind,
                "article_id": line.article_id,
                "pieces": pieces,
            }
        )
        number = line.number
    return told


def _copy_of(connection: apsw.Connection, found: Article) -> dict[str, Any] | None:
    row = connection.execute("SELECT copy_of FROM articles WHERE article_id = ?", (found.article_id,)).fetchone()
    return carried(connection, [str(row[0])]).get(str(row[0])) if row and row[0] else None


def _uri(connection: apsw.Connection, source_id: str) -> str:
    row = connection.execute("SELECT uri FROM sources WHERE source_id = ? ORDER BY uri", (source_id,)).fetchone()
    if row is None:
        raise NotFoundError("the source of this article is not listed")
    return str(row[0])
