"""Threads: stories that follow one another, with why each follows and what happened when."""

from __future__ import annotations

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk.decided.threads import find_thread
from backstory.desk.showing import thread as parts
from backstory.web.asking import number, word
from backstory.web.pages.front import over_time
from backstory.web.pages.lists import turning
from backstory.web.pictures.course import course_of, near_days
from backstory.web.site import Page, Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add the pages."""
    site.get("/threads", threads)
    site.get("/thread/{thread}", thread)


def threads(connection: apsw.Connection, request: Request) -> Page:
    """List threads."""
    words, page = word(request, "words"), number(request, "page")
    found = parts.list_threads(connection, words=words, page=page)
    return Page("threads.html", {"found": found, "words": words} | turning(request, page, more=found.more))


def thread(connection: apsw.Connection, request: Request) -> Page | Response:
    """Show a thread; an id that it had before, or one of its stories', leads to it."""
    row = find_thread(connection, request.path_params["thread"])
    key = row["thread_id"]
    if key != request.path_params["thread"]:
        return RedirectResponse(f"/thread/{key}", 303)
    stories = parts.stories_of_thread(connection, key)
    happenings = parts.happenings_of_thread(connection, stories)
    picture = over_time(connection, stories)
    near = near_days([row["date"] for row in happenings], list(picture["days"]))
    values = {
        "thread": row,
        "cited": parts.label_cited(connection, row),
        "stories": stories,
        "titles": {story["story_id"]: story["title"] for story in stories},
        "follows": parts.follows_of(connection, stories),
        "happenings": [row | {"near": row["date"] in near} for row in happenings],
        "course": course_of(happenings, picture["days"]),
        **picture,
    }
    return Page("thread.html", values)
