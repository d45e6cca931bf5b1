"""Names: who or what they are, what they said, where they are mentioned."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_count, listed, paged
from backstory.api.parameters import Cursor, Id, Limit, Words, readers
from backstory.api.schemas import Mention, Name, Page, Quote, Statement
from backstory.api.shapes import Positions
from backstory.desk.showing.listing import like
from backstory.desk.showing.name import find_name_row
from backstory.desk.showing.positions import positions

__all__ = ["router"]

router = APIRouter(prefix="/names", tags=["names"])

Kind = Literal["person", "organisation", "place", "work", "other"]


@router.get("", response_model=Page[Name], operation_id="names")
def names(
    request: Request, words: Words = None, kind: Kind | None = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List names, those that most articles mention first."""
    which = Which().add("kind = :kind", kind=kind)
    for number, word in enumerate((words or "").split()[:8]):
        which.add(f"forms LIKE :word{number} ESCAPE '\\'", **{f"word{number}": like(word)})
    with readers(request).reading() as connection:
        found = by_count(connection, "names", "articles", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/{name_id}", response_model=Name, operation_id="name")
def name(request: Request, name_id: Id) -> Response:
    """Return one name; the id of a name that people joined to another one leads there."""
    with readers(request).reading() as connection:
        found = find_name_row(connection, name_id)
    return answer(found)


def _of_name(request: Request, table: str, column: str, name_id: str, limit: int, cursor: str | None) -> Response:
    return listed(
        request,
        table,
        lambda connection: Which().add(f"{column} = :name", name=find_name_row(connection, name_id)["name_id"]),
        limit=limit,
        cursor=cursor,
    )


@router.get("/{name_id}/quotes", response_model=Page[Quote], operation_id="name_quotes")
def quotes(request: Request, name_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List what a name is quoted with."""
    return _of_name(request, "quotes", "speaker_name_id", name_id, limit, cursor)


@router.get("/{name_id}/statements", response_model=Page[Statement], operation_id="name_statements")
def statements(request: Request, name_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List what a name said, each utterance once, with its versions."""
    return _of_name(request, "statements", "speaker_name_id", name_id, limit, cursor)


@router.get("/{name_id}/mentions", response_model=Page[Mention], operation_id="name_mentions")
def mentions(request: Request, name_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the spans that refer to a name."""
    return _of_name(request, "mentions", "name_id", name_id, limit, cursor)


@router.get("/{name_id}/positions", response_model=Positions, operation_id="name_positions")
def said_by_topic(request: Request, name_id: Id, topic: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Return what a name said by topic, in order of time, and statements that differ side by side."""
    with readers(request).reading() as connection:
        found = positions(connection, find_name_row(connection, name_id)["name_id"], topic)
    return answer(found)
