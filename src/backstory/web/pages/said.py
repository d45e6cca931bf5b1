"""What was said: a statement in all its versions, positions by topic, a quotation checked against the desk."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.showing.name import find_name_row
from backstory.desk.showing.positions import positions as ask_positions
from backstory.desk.showing.quotations import check_quotation
from backstory.desk.showing.story import versions_told
from backstory.errors import NotFoundError, UsageError
from backstory.web.asking import word
from backstory.web.site import Page, Site
from backstory.web.wording import as_cuts

__all__ = ["add"]

VERDICTS = {
    "exact": "The desk carries these words",
    "altered": "The desk carries it in other words",
    "not found": "The desk does not carry it",
}
LONGEST_QUOTATION = 1500
TOPICS = 40


def add(site: Site) -> None:
    """Add the pages."""
    site.get("/statement/{statement}", statement)
    site.get("/name/{name}/positions", positions)
    site.get("/quotation", quotation)


def statement(connection: apsw.Connection, request: Request) -> Page:
    """Show a statement with every version of it."""
    found = versions_told(connection, [request.path_params["statement"]])
    if not found:
        raise NotFoundError("no such statement in this desk")
    row = as_cuts(found)[0]
    dated = sorted((version["published"], version["start"]) for version in row["versions"] if version["published"])
    first = [version for version in row["versions"] if dated and version["published"] == dated[0][0]]
    return Page("statement.html", {"row": row, "first": first, "undated": len(row["versions"]) - len(dated)})


def positions(connection: apsw.Connection, request: Request) -> Page:
    """Show what a name said by topic, in order of time, and where later words differ from earlier ones."""
    name = find_name_row(connection, request.path_params["name"])
    words = word(request, "words")
    found = ask_positions(connection, name["name_id"], words)
    values = {"name": name, "words": words, "topics": found["topics"][:TOPICS], "left": len(found["topics"]) - TOPICS}
    return Page("positions.html", values)


def quotation(connection: apsw.Connection, request: Request) -> Page:
    """Say whether the desk carries a quotation, and where it differs."""
    asked = request.query_params.get("words", "").strip()[:LONGEST_QUOTATION]
    values: dict[str, Any] = {"words": asked, "found": None, "told": "", "verdicts": VERDICTS}
    if not asked:
        return Page("quotation.html", values)
    try:
        return Page("quotation.html", values | {"found": check_quotation(connection, asked)})
    except UsageError as error:
        return Page("quotation.html", values | {"told": str(error)})
