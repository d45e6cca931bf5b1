"""The status page: what the desk holds, what waits, what could not be read, how its text divides into kinds."""

from __future__ import annotations

import apsw
from starlette.requests import Request

import backstory
from backstory.desk.ask import status as count
from backstory.web.site import Page, Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add the page."""
    site.get("/status", status)


def status(connection: apsw.Connection, request: Request) -> Page:
    """Show what the desk holds."""
    held = count(connection)
    tables = {
        name: int(str(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]))  # type: ignore[index]
        for name in ("quotes", "names", "mentions", "times", "figures", "statements", "passages", "copies", "stories")
    }
    total = sum(held.kinds.values()) or 1
    kinds = [(kind, chars, round(100 * chars / total, 1)) for kind, chars in held.kinds.items()]
    return Page("status.html", {"held": held, "tables": tables, "kinds": kinds, "version": backstory.__version__})
