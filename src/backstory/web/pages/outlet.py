"""An outlet's page: what it carried, and from where."""

from __future__ import annotations

import apsw
from starlette.requests import Request

from backstory.desk.showing import outlet as parts
from backstory.web.asking import number, word
from backstory.web.pages.lists import turning
from backstory.web.site import Page, Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add the page."""
    site.get("/outlet", outlet)


def outlet(connection: apsw.Connection, request: Request) -> Page:
    """Show the outlet that `name` says."""
    called, page = word(request, "name"), number(request, "page")
    summary = parts.outlet_summary(connection, called)
    articles, more = parts.articles_by(connection, called, page=page)
    values = {
        "outlet": summary,
        "articles": articles,
        "whence": parts.whence(connection, called),
        "shared": parts.shared_with(connection, called),
        "heard": parts.heard_in(connection, called),
    }
    return Page("outlet.html", values | turning(request, page, more=more))
