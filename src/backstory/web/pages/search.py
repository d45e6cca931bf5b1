"""The search page: words in, cited snippets with counts out, one story shown once."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.ask import find_article
from backstory.desk.decided.stories import find_story
from backstory.desk.search import BY, Hit
from backstory.desk.search import search as find
from backstory.errors import NotFoundError, UsageError
from backstory.records import Span
from backstory.web.asking import number, word
from backstory.web.pages.lists import turning
from backstory.web.paint import marked
from backstory.web.site import Page, Site

__all__ = ["add"]

PAGE = 20
MONTHS = 18


def add(site: Site) -> None:
    """Add the page."""
    site.get("/search", search)


def search(connection: apsw.Connection, request: Request) -> Page:
    """Show what is found for `q`, or what is like the article or story `like`; `all=1` shows every hit by itself."""
    asked, like, by = word(request, "q"), word(request, "like"), word(request, "by")
    page, every = number(request, "page", most=500), word(request, "all") == "1"
    by = by if by in BY else BY[0]
    values: dict[str, Any] = {"q": asked, "like": like, "by": by, "every": every, "found": None, "told": "", "hits": ()}
    values |= turning(request, page, more=False) | {"alike": _alike(connection, like), "months": ()}
    if not asked and not like:
        return Page("search.html", values)
    offset = (page - 1) * PAGE
    try:
        found = find(connection, asked, limit=PAGE, offset=offset, grouped=not every, by=by, like=like or None)
    except NotFoundError:
        raise
    except UsageError as error:
        return Page("search.html", values | {"told": str(error)})
    hits = [
        {
            "hit": hit,
            "pieces": list(marked(hit.text, 0, len(hit.text), _within(hit))),
            "row": {"article_id": hit.article.article_id, "start": hit.start, "end": hit.end},
        }
        for hit in found.hits
    ]
    values |= {"found": found, "hits": hits, "months": _months(found.facets.get("month", ()))}
    return Page("search.html", values | turning(request, page, more=page * PAGE < found.groups))


def _alike(connection: apsw.Connection, like: str) -> dict[str, Any] | None:
    """Return the article or the story that others are to be like: its address and title."""
    if not like:
        return None
    try:
        article = find_article(connection, like)
    except NotFoundError:
        story = find_story(connection, like)
        return {"href": f"/story/{story['story_id']}", "title": story["title"]}
    return {"href": f"/article/{article.article_id}", "title": article.title}


def _months(counts: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    """Return the latest months with a hit, each with its share of the fullest and the fields that ask for it."""
    most = max((count for _, count in counts), default=1)
    return [
        {
            "month": month,
            "count": count,
            "share": round(100 * count / most, 1),
            "fields": f"after:{month} before:{_next(month)}",
        }
        for month, count in counts[-MONTHS:]
    ][::-1]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def _within(hit: Hit) -> list[Span]:
    """Return where the highlights stand in the hit's own text."""
    return [Span(span.start - hit.start, span.end - hit.start) for span in hit.highlights]
