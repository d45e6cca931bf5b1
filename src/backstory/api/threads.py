"""Threads: stories that follow one another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_date, paged
from backstory.api.parameters import HEX, Cursor, Id, Limit, readers
from backstory.api.schemas import Items, Page, Story, Thread, ThreadLink
from backstory.api.shapes import ThreadEntry
from backstory.desk.decided.threads import find_thread, why_thread
from backstory.desk.showing.thread import happenings_of_thread, stories_of_thread

__all__ = ["router"]

router = APIRouter(prefix="/threads", tags=["stories"])


@router.get("", response_model=Page[Thread], operation_id="threads")
def threads(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List threads, those with the latest article first and the undated last."""
    with readers(request).reading() as connection:
        found = by_date(connection, "threads", "last_published", Which(), cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/{thread_id}", response_model=Thread, operation_id="thread")
def thread(request: Request, thread_id: Id) -> Response:
    """Return one thread."""
    with readers(request).reading() as connection:
        found = find_thread(connection, thread_id)
    return answer(found)


@router.get("/{thread_id}/stories", response_model=Page[Story], operation_id="thread_stories")
def stories(request: Request, thread_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the stories of a thread, the latest first."""
    with readers(request).reading() as connection:
        which = Which().add("thread_id = :id", id=find_thread(connection, thread_id)["thread_id"])
        found = by_date(connection, "stories", "last_published", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/{thread_id}/timeline", response_model=Items[ThreadEntry], operation_id="thread_timeline")
def timeline(request: Request, thread_id: Id, limit: Annotated[int, Query(ge=1, le=200)] = 24) -> Response:
    """Return the weightiest happenings of a thread in order of time."""
    with readers(request).reading() as connection:
        told = stories_of_thread(connection, find_thread(connection, thread_id)["thread_id"])
        found = happenings_of_thread(connection, told, limit=limit)
    return answer({"items": found})


@router.get("/{thread_id}/links", response_model=Items[ThreadLink], operation_id="thread_links")
def links(request: Request, thread_id: Id, story: Annotated[str, Query(pattern=HEX)]) -> Response:
    """Say why a story is in a thread, or is not: how likely it follows each of the thread's stories, with reasons."""
    with readers(request).reading() as connection:
        found = why_thread(connection, thread_id, story)
    return answer({"items": found})
