"""Stories: rows, the whole story with its citations, timeline, what differs, what is left out, why articles belong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_date, listed, paged
from backstory.api.parameters import Cursor, Day, Id, Limit, Words, readers
from backstory.api.schemas import Disagreement, Happening, Items, Link, Omission, Page, Story
from backstory.api.shapes import StoryFile, TimelineEntry
from backstory.desk.decided.stories import find_story
from backstory.desk.showing.listing import STORY_TEXT, having
from backstory.desk.showing.why import why as reasons_why
from backstory.desk.story_files.collecting import story_file
from backstory.desk.story_files.collecting import timeline as told

__all__ = ["router"]

router = APIRouter(prefix="/stories", tags=["stories"])


@router.get("", response_model=Page[Story], operation_id="stories")
def stories(
    request: Request,
    words: Words = None,
    outlet: Words = None,
    since: Day = None,
    until: Day = None,
    at_least: Annotated[int, Query(ge=1, le=1000, description="Stories of at least so many articles.")] = 1,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List stories, those with the latest article first and the undated last."""
    which = Which().add("last_published >= :since", since=since)
    which.add("substr(first_published, 1, length(:until)) <= :until", until=until)
    which.add("json_array_length(article_ids) >= :least", least=at_least if at_least > 1 else None)
    which.add("EXISTS (SELECT 1 FROM json_each(outlets) WHERE value = :outlet COLLATE NOCASE)", outlet=outlet)
    for said, pattern in having(STORY_TEXT, words or ""):
        which.add(said, **pattern)
    with readers(request).reading() as connection:
        found = by_date(connection, "stories", "last_published", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/{story_id}", response_model=Story, operation_id="story")
def story(request: Request, story_id: Id) -> Response:
    """Return one story; the id of a story that became part of another one, or of an article, leads there."""
    with readers(request).reading() as connection:
        found = find_story(connection, story_id)
    return answer(found)


@router.get("/{story_id}/file", response_model=StoryFile, operation_id="story_file")
def whole(request: Request, story_id: Id) -> Response:
    """Return all that can be cited of a story, as `backstory story ID --json` does."""
    with readers(request).reading() as connection:
        found = story_file(connection, story_id)
    return answer(found)


@router.get("/{story_id}/timeline", response_model=Items[TimelineEntry], operation_id="story_timeline")
def timeline(
    request: Request,
    story_id: Id,
    days: Annotated[int, Query(ge=1, le=100)] = 10,
    daily: Annotated[int, Query(ge=1, le=20)] = 2,
) -> Response:
    """Return the weightiest happenings of a story in order of time: at most `days` days and `daily` of each."""
    with readers(request).reading() as connection:
        found = told(connection, find_story(connection, story_id)["story_id"], top=days, daily=daily)
    return answer({"items": found})


def _of_story(request: Request, table: str, story_id: str, limit: int, cursor: str | None) -> Response:
    return listed(
        request,
        table,
        lambda connection: Which().add("story_id = :id", id=find_story(connection, story_id)["story_id"]),
        limit=limit,
        cursor=cursor,
    )


@router.get("/{story_id}/happenings", response_model=Page[Happening], operation_id="story_happenings")
def happenings(request: Request, story_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List every dated sentence of a story."""
    return _of_story(request, "happenings", story_id, limit, cursor)


@router.get("/{story_id}/disagreements", response_model=Page[Disagreement], operation_id="story_disagreements")
def disagreements(request: Request, story_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List figures of a story that differ."""
    return _of_story(request, "disagreements", story_id, limit, cursor)


@router.get("/{story_id}/omissions", response_model=Page[Omission], operation_id="story_omissions")
def omissions(request: Request, story_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List what some outlets of a story carry and others do not."""
    return _of_story(request, "omissions", story_id, limit, cursor)


@router.get("/{story_id}/links", response_model=Items[Link], operation_id="story_links")
def links(request: Request, story_id: Id, article: Annotated[str, Query(pattern="^[0-9a-f]{4,64}$")]) -> Response:
    """Say why an article is in a story, or is not: its nearness to the story's articles, with reasons."""
    with readers(request).reading() as connection:
        found = reasons_why(connection, story_id, article)
    return answer({"items": found})
