"""The list of sources with what is wrong with them, and one source: each line with its kind."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.ask import explain, find_source
from backstory.desk.ask import text as text_of
from backstory.desk.showing.article import MOST_LINES
from backstory.desk.showing.listing import list_sources
from backstory.desk.tables import rows
from backstory.records import Kind
from backstory.web.asking import number, span, word
from backstory.web.pages.article import line_rows
from backstory.web.pages.lists import turning
from backstory.web.site import Page, Site

__all__ = ["add"]

EXPLAINED_CHARS = 200_000
"""A longer source is not cleaned anew to say why each line is what it is: that takes more than a second."""
SPAN_CHARS = 60_000
"""Characters of a source on one page."""


def add(site: Site) -> None:
    """Add the pages."""
    site.get("/sources", sources)
    site.get("/source/{source}", source)


def sources(connection: apsw.Connection, request: Request) -> Page:
    """List sources by where they are from; with `problems` only those that could not be read as they should."""
    problems, words, page = word(request, "problems") == "1", word(request, "words"), number(request, "page")
    found = list_sources(connection, problems=problems, words=words, page=page)
    count = connection.execute("SELECT count(*) FROM sources WHERE problem IS NOT NULL").fetchone()
    values = {"found": found, "words": words, "problems": problems, "problem_count": int(str(count[0])) if count else 0}
    return Page("sources.html", values | turning(request, page, more=found.more))


def source(connection: apsw.Connection, request: Request) -> Page:
    """Show a source, a piece at a time; `at` is the span that a citation leads to, `why=1` says why each line."""
    held = find_source(connection, request.path_params["source"])
    text = text_of(connection, held.source_id)
    at, page = span(request), number(request, "page")
    if at is not None and "page" not in request.query_params:
        page = at.start // SPAN_CHARS + 1
    first, last = (page - 1) * SPAN_CHARS, min(len(text), page * SPAN_CHARS)
    lines = line_rows(connection, held.source_id, text, first, last, at) if first <= len(text) else []
    explained = word(request, "why") == "1" and len(text) <= EXPLAINED_CHARS
    values: dict[str, Any] = {
        "source": held,
        "uris": [
            row[0] for row in connection.execute("SELECT uri FROM sources WHERE source_id = ?", (held.source_id,))
        ],
        "chars": len(text),
        "lines": lines,
        "full": len(lines) >= MOST_LINES,
        "articles": list(
            rows(connection, "articles", "WHERE source_id = :id", {"id": held.source_id}, "start LIMIT 60")
        ),
        "why": _evidence(connection, held.source_id) if explained else None,
        "explains": len(text) <= EXPLAINED_CHARS,
        "kinds": [str(kind) for kind in Kind],
        "chosen": word(request, "line"),
    }
    return Page("source.html", values | turning(request, page, more=last < len(text)))


def _evidence(connection: apsw.Connection, source_id: str) -> dict[int, tuple[float, str]]:
    cleaned, _ = explain(connection, source_id)
    return {line.start: (line.confidence, ", ".join(line.evidence)) for line in cleaned.lines}
