"""A story's page: what happened, when, who said what in which words, who repeats whom, what differs, why it is one."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk.decided.stories import find_story
from backstory.desk.showing import story as parts
from backstory.desk.showing.fresh import days_of
from backstory.desk.showing.why import why
from backstory.desk.story_files.outlets import facts_by_outlet, voices
from backstory.web.asking import number
from backstory.web.pictures.course import course_of, near_days
from backstory.web.pictures.repeats import graph_of
from backstory.web.site import Page, Site
from backstory.web.wording import as_cuts

__all__ = ["add", "told_statements"]

STATEMENTS = 12
SHOWN_PASSAGES = 12
SHOWN_HAPPENINGS = 24
SHOWN_FACTS = 40
SHOWN_ARTICLES = 200
SHOWN_VOICES = 12


def add(site: Site) -> None:
    """Add the pages of a story."""
    site.get("/story/{story}", story)
    site.get("/story/{story}/statements", statements)
    site.get("/story/{story}/why/{article}", reasons)


def story(connection: apsw.Connection, request: Request) -> Page | Response:
    """Show a story; an id that it had before leads to it."""
    row = find_story(connection, request.path_params["story"])
    key = row["story_id"]
    if key != request.path_params["story"]:
        return RedirectResponse(f"/story/{key}", 303)
    articles = parts.articles_of(connection, key, limit=SHOWN_ARTICLES)
    passages = parts.repeats_of(connection, key)
    happenings = parts.happenings_of(connection, key)
    days = days_of(connection, [key]).get(key, {})
    titled = next((one for one in articles if _holds_title(one, row)), None)
    values: dict[str, Any] = {
        "story": row,
        "titled": titled,
        "places": _places(row["places"]),
        "articles": articles,
        "leads": parts.leads_of(connection, articles),
        "course": course_of(happenings, days),
        "happenings": _weightiest(happenings, days),
        "happenings_left": max(0, len(happenings) - SHOWN_HAPPENINGS),
        "graph": graph_of(articles, passages),
        "passages": passages[:SHOWN_PASSAGES],
        "disagreements": parts.disagreements_of(connection, key),
        "matrix": facts_by_outlet(connection, key),
        "voices": voices(connection, key)[:SHOWN_VOICES],
        "reasons": parts.reasons_of(connection, key),
        "shown_facts": SHOWN_FACTS,
        **told_statements(connection, key, 1),
    }
    return Page("story.html", values)


def _places(places: list[str]) -> list[str]:
    """Return places once each, not in the capitals of a place line where they stand otherwise too."""
    told: dict[str, str] = {}
    for place in places:
        key = place.casefold()
        told[key] = place if key not in told or told[key].isupper() else told[key]
    return list(told.values())


def _holds_title(article: dict[str, Any], row: dict[str, Any]) -> bool:
    start = row["title_start"]
    if start is None or article["source_id"] != row["title_source_id"]:
        return False
    return bool(article["start"] <= start < article["end"])


def _weightiest(happenings: list[dict[str, Any]], reports: dict[str, int]) -> list[dict[str, Any]]:
    chosen = sorted(happenings, key=lambda row: (-row["weight"], row["article_id"], row["start"]))[:SHOWN_HAPPENINGS]
    kept = {(row["article_id"], row["start"], row["date"]) for row in chosen}
    near = near_days([row["date"] for row in happenings], list(reports))
    shown = [row for row in happenings if (row["article_id"], row["start"], row["date"]) in kept]
    return [row | {"near": row["date"] in near} for row in shown]


def told_statements(connection: apsw.Connection, story_id: str, page: int) -> dict[str, Any]:
    """Return a page of a story's statements, each version as a cut of the fullest, for a template."""
    found = parts.statements_of(connection, story_id, limit=STATEMENTS, offset=(page - 1) * STATEMENTS)
    shown = as_cuts(found[:STATEMENTS])
    more = f"/story/{story_id}/statements?page={page + 1}" if len(found) > STATEMENTS else None
    return {"statements": shown, "more_statements": more}


def statements(connection: apsw.Connection, request: Request) -> Page:
    """Show a later page of a story's statements."""
    row = find_story(connection, request.path_params["story"])
    page = number(request, "page", most=10_000)
    values = {"story": row, "page": page, **told_statements(connection, row["story_id"], page)}
    return Page("statements.html", values)


def reasons(connection: apsw.Connection, request: Request) -> Page:
    """Show how near an article is to each article of a story, and what speaks for and against."""
    row = find_story(connection, request.path_params["story"])
    told = why(connection, row["story_id"], request.path_params["article"])
    article_ids = [request.path_params["article"], *(one["article_b"] for one in told)]
    held = parts.carried(connection, article_ids)
    article = held.get(told[0]["article_a"] if told else article_ids[0])
    return Page("why.html", {"story": row, "article": article, "links": told, "held": held})
