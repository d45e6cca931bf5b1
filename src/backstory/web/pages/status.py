"""The status page: what the desk holds, what waits, what could not be read, how its latest text divides into kinds."""

from __future__ import annotations

import apsw
from starlette.requests import Request

import backstory
from backstory.desk.showing.extents import held, kinds_of_lines, languages
from backstory.desk.showing.fresh import extent
from backstory.web.site import Page, Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add the page."""
    site.get("/status", status)


def status(connection: apsw.Connection, request: Request) -> Page:
    """Show what the desk holds."""
    kinds = kinds_of_lines(connection)
    total = sum(kinds.values()) or 1
    values = {
        "extent": extent(connection),
        "held": held(connection),
        "kinds": [(kind, chars, round(100 * chars / total, 1)) for kind, chars in kinds.items()],
        "languages": languages(connection),
        "version": backstory.__version__,
    }
    return Page("status.html", values)
