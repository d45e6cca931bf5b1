"""The front page: today's stories by size and freshness, each over time, and what changed since the last visit."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk.showing import fresh
from backstory.web.pictures.axis import axis_of
from backstory.web.pictures.strips import strip_of
from backstory.web.site import Page, Site
from backstory.web.visits import SEEN, SINCE, VISIT, visit

__all__ = ["add", "over_time"]

STORIES = 24
SINGLES = 12
WINDOW_DAYS = 92
"""A season: more days than that and a day is narrower than a line."""


def add(site: Site) -> None:
    """Add the front page."""
    site.get("/", front, cookies=(SEEN, SINCE))
    site.get("/seen", seen, cookies=(SEEN, SINCE))


def front(connection: apsw.Connection, request: Request) -> Page:
    """Show what is fresh in the desk."""
    latest = fresh.latest_stories(connection)
    stories = fresh.fresh_stories(latest, limit=STORIES)
    desk, number = fresh.newest(connection)
    begun, cookies = visit(request, desk, number)
    news = fresh.news_since(connection, begun) if begun is not None and begun < number else None
    values = {
        "extent": fresh.extent(connection),
        "stories": stories,
        "singles": fresh.single_reports(latest, limit=SINGLES),
        "leads": fresh.lead_of(connection, [row["story_id"] for row in stories]),
        "news": news,
        "first_visit": begun is None,
        **over_time(connection, stories),
    }
    return Page("front.html", values, cookies=cookies)


def over_time(connection: apsw.Connection, stories: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the strips of stories on one axis, for a template."""
    days = fresh.days_of(connection, [str(row["story_id"]) for row in stories])
    axis = axis_of((day for held in days.values() for day in held), most=WINDOW_DAYS)
    if axis is None:
        return {"strips": {}, "ticks": (), "all_days": None, "days": {}}
    most = max(count for held in days.values() for count in held.values())
    total: dict[str, int] = {}
    for held in days.values():
        for day, count in held.items():
            total[day] = total.get(day, 0) + count
    return {
        "strips": {key: strip_of(held, axis, most=most) for key, held in days.items()},
        "ticks": axis.ticks(),
        "all_days": strip_of(total, axis, height=44),
        "days": total,
    }


def seen(connection: apsw.Connection, request: Request) -> Response:
    """Take what is in the desk now as seen, and go back to the front page."""
    desk, number = fresh.newest(connection)
    response = RedirectResponse("/", 303)
    response.set_cookie(SINCE, f"{desk}.{number}", max_age=VISIT, httponly=True, samesite="lax", path="/")
    return response
