"""Threads: stories that follow one another."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_date, one, paged
from backstory.api.parameters import Cursor, Id, Limit, readers
from backstory.api.schemas import Page, Story, Thread

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
        found = one(connection, "threads", thread_id)
    return answer(found)


@router.get("/{thread_id}/stories", response_model=Page[Story], operation_id="thread_stories")
def stories(request: Request, thread_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the stories of a thread, the latest first."""
    with readers(request).reading() as connection:
        which = Which().add("thread_id = :id", id=one(connection, "threads", thread_id)["thread_id"])
        found = by_date(connection, "stories", "last_published", which, cursor=cursor, limit=limit)
    return paged(request, found)
