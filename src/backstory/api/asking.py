"""Questions about the whole desk: what it holds, what it has about some words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import cursor_of, keys_of
from backstory.api.parameters import HEX, Cursor, readers
from backstory.api.shapes import Found, SessionOut
from backstory.desk.ask import Status
from backstory.desk.ask import status as counted
from backstory.desk.search import Hit, search

__all__ = ["router"]

router = APIRouter()

DEEPEST = 2000
"""Hits that can be paged through: nobody reads on, and each page costs what lies before it."""


@router.get("/status", response_model=Status, operation_id="status", tags=["desk"])
def status(request: Request) -> Response:
    """Say what the desk holds."""
    with readers(request).reading() as connection:
        held = asdict(counted(connection))
    return answer(held)


@router.get("/session", response_model=SessionOut, operation_id="session", tags=["desk"])
def session(request: Request) -> Response:
    """Say what you may do, and the proof to send in X-CSRF-Token with a change where you have no token."""
    state = request.state
    held = {"role": getattr(state, "role", "read"), "csrf": getattr(state, "csrf", "")}
    return answer(held)


@router.get("/search", response_model=Found, operation_id="search", tags=["desk"])
def found(
    request: Request,
    q: Annotated[str, Query(max_length=400, description="Words, phrases, fields; may be empty beside `like`.")] = "",
    by: Annotated[
        Literal["both", "words", "meaning"], Query(description="What finds: words, meaning or both.")
    ] = "both",
    like: Annotated[
        str | None, Query(pattern=HEX, description="An article's or a story's id: what is like it.")
    ] = None,
    grouped: Annotated[bool, Query(description="One story shows once, by its best hit.")] = True,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Find articles, quotes and passages, each with the characters that show it, and counts over all that was found."""
    what = f"search {grouped} {by} {like} {q}"
    (offset,) = keys_of(what, cursor, 1) if cursor is not None else (0,)
    at = offset if isinstance(offset, int) and 0 <= offset <= DEEPEST else 0
    with readers(request).reading() as connection:
        answered = search(connection, q, limit=limit, offset=at, grouped=grouped, by=by, like=like)
    more = at + limit < answered.groups and at + limit <= DEEPEST
    return answer(
        {
            "total": answered.total,
            "groups": answered.groups,
            "items": [hit_row(hit) for hit in answered.hits],
            "facets": {name: [list(pair) for pair in pairs] for name, pairs in answered.facets.items()},
            "next": cursor_of(what, (at + limit,)) if more else None,
        }
    )


def hit_row(hit: Hit) -> dict[str, Any]:
    """Return a hit as `backstory search --json` does."""
    return {
        "kind": hit.kind,
        "ref": hit.ref,
        "article_id": hit.article.article_id,
        "story_id": hit.story_id,
        "source_id": hit.article.source_id,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "highlights": [asdict(span) for span in hit.highlights],
        "title": hit.article.title,
        "outlet": hit.article.outlet,
        "published": hit.article.published,
        "score": round(hit.score, 6),
        "others": hit.others,
        "why": hit.why,
    }
