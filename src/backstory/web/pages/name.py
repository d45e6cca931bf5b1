"""A name's page: who it is, under which forms and roles, what it said about what and when, in which stories it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk.showing import name as parts
from backstory.web.asking import number, word
from backstory.web.pages.lists import turning
from backstory.web.pictures.axis import axis_of
from backstory.web.pictures.strips import strip_of
from backstory.web.site import Page, Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add the page."""
    site.get("/name/{name}", name)


def name(connection: apsw.Connection, request: Request) -> Page | Response:
    """Show a name; `words` and `story` narrow its quotes."""
    row = parts.find_name_row(connection, request.path_params["name"])
    key = row["name_id"]
    if key != request.path_params["name"]:
        return RedirectResponse(f"/name/{key}", 303)
    words, story, page = word(request, "words"), word(request, "story"), number(request, "page")
    quoted = parts.quotes_of(connection, key, words=words, story=story, page=page)
    days = parts.days_quoted(connection, key)
    axis = axis_of(days)
    values = {
        "name": row,
        "roles": parts.roles_of(connection, key),
        "quoted": quoted,
        "said": _each_once(quoted.rows),
        "words": words,
        "story": story,
        "stories": parts.stories_of(connection, key),
        "beside": parts.beside(connection, key),
        "mentions": parts.mentions_of(connection, key),
        "strip": strip_of(days, axis, height=40) if axis else None,
        "ticks": axis.ticks() if axis else (),
        **turning(request, page, more=page * parts.PAGE < quoted.total),
    }
    return Page("name.html", values)


def _each_once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return quotes of the same words once, the first of them with the others as `also`."""
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = " ".join(str(row["text"]).split()).casefold()
        if key in told:
            told[key]["also"].append(row)
        else:
            told[key] = {**row, "also": []}
    return list(told.values())
