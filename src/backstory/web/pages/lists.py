"""The lists: stories, names and outlets, a page at a time, narrowed by words."""

from __future__ import annotations

import apsw
from starlette.requests import Request

from backstory.desk.showing import listing
from backstory.web.asking import number, page_link, word
from backstory.web.pages.front import over_time
from backstory.web.site import Page, Site

__all__ = ["add", "turning"]

KINDS = ("person", "organisation", "place", "work", "other")


def add(site: Site) -> None:
    """Add the lists."""
    site.get("/stories", stories)
    site.get("/names", names)
    site.get("/outlets", outlets)


def turning(request: Request, page: int, *, more: bool) -> dict[str, object]:
    """Return the addresses of the pages before and after, for a template."""
    return {
        "page": page,
        "before": page_link(request, page - 1) if page > 1 else None,
        "after": page_link(request, page + 1) if more else None,
    }


def stories(connection: apsw.Connection, request: Request) -> Page:
    """List stories."""
    order, words, outlet = word(request, "order") or "newest", word(request, "words"), word(request, "outlet")
    page = number(request, "page")
    found = listing.list_stories(connection, order=order, words=words, outlet=outlet, page=page)
    values = {
        "found": found,
        "words": words,
        "order": order if order in listing.STORY_ORDERS else "newest",
        "outlet": outlet,
        **turning(request, page, more=found.more),
        **over_time(connection, list(found.rows)),
    }
    return Page("stories.html", values)


def names(connection: apsw.Connection, request: Request) -> Page:
    """List names."""
    kind, words, page = word(request, "kind"), word(request, "words"), number(request, "page")
    kind = kind if kind in KINDS else ""
    found = listing.list_names(connection, kind=kind, words=words, page=page)
    values = {"found": found, "words": words, "kind": kind, "kinds": KINDS}
    return Page("names.html", values | turning(request, page, more=found.more))


def outlets(connection: apsw.Connection, request: Request) -> Page:
    """List outlets."""
    words, page = word(request, "words"), number(request, "page")
    found = listing.list_outlets(connection, words=words, page=page)
    return Page("outlets.html", {"found": found, "words": words} | turning(request, page, more=found.more))
