"""The search page: words in, cited snippets with counts out, one story shown once."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.search import Hit
from backstory.desk.search import search as find
from backstory.errors import UsageError
from backstory.records import Span
from backstory.web.asking import number, word
from backstory.web.pages.lists import turning
from backstory.web.paint import marked
from backstory.web.site import Page, Site

__all__ = ["add"]

PAGE = 20


def add(site: Site) -> None:
    """Add the page."""
    site.get("/search", search)


def search(connection: apsw.Connection, request: Request) -> Page:
    """Show what is found for `q`; `all=1` shows every hit and not one for a story."""
    asked, page, every = word(request, "q"), number(request, "page", most=500), word(request, "all") == "1"
    values: dict[str, Any] = {"q": asked, "every": every, "found": None, "told": "", "hits": ()}
    values |= turning(request, page, more=False)
    if not asked:
        return Page("search.html", values)
    try:
        found = find(connection, asked, limit=PAGE, offset=(page - 1) * PAGE, grouped=not every)
    except UsageError as error:
        return Page("search.html", values | {"told": str(error)}, 200)
    hits = [
        {
            "hit": hit,
            "pieces": list(marked(hit.text, 0, len(hit.text), _within(hit))),
            "row": {"article_id": hit.article.article_id, "start": hit.start, "end": hit.end},
        }
        for hit in found.hits
    ]
    values |= {"found": found, "hits": hits} | turning(request, page, more=page * PAGE < found.groups)
    return Page("search.html", values)


def _within(hit: Hit) -> list[Span]:
    """Return where the highlights stand in the hit's own text."""
    return [Span(span.start - hit.start, span.end - hit.start) for span in hit.highlights]
