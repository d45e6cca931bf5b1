"""Sources: what was read, its text, the kind of its every line, and whole tables row by row."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import KEYS, Which, by_key, listed, paged
from backstory.api.parameters import Cursor, Id, Limit, readers
from backstory.api.schemas import Block, Page, Source
from backstory.api.shapes import Cited, SourceText
from backstory.desk.ask import find_source
from backstory.desk.citing import cite
from backstory.errors import NotFoundError

__all__ = ["router"]

router = APIRouter()

LONGEST = 100_000
"""Characters of a text in one answer; `start` gives the rest."""
Offset = Annotated[int, Query(ge=0, le=1 << 40)]


@router.get("/sources", response_model=Page[Source], operation_id="sources", tags=["sources"])
def sources(request: Request, problems: bool = False, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List sources; with `problems` only those that have one."""
    which = Which(["problem IS NOT NULL"]) if problems else Which()
    with readers(request).reading() as connection:
        found = by_key(connection, "sources", which, cursor=cursor, limit=limit)
    return paged(request, found)


def _of_source(request: Request, table: str, source_id: str, limit: int, cursor: str | None) -> Response:
    return listed(
        request,
        table,
        lambda connection: Which().add("source_id = :id", id=find_source(connection, source_id).source_id),
        limit=limit,
        cursor=cursor,
    )


@router.get("/sources/{source_id}", response_model=Page[Source], operation_id="source", tags=["sources"])
def source(request: Request, source_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Return the rows of one source: equal bytes under two addresses are two rows."""
    return _of_source(request, "sources", source_id, limit, cursor)


@router.get("/sources/{source_id}/text", response_model=SourceText, operation_id="source_text", tags=["sources"])
def text(request: Request, source_id: Id, start: Offset = 0, end: Offset = LONGEST) -> Response:
    """Return the text of a source from `start` to `end` (code points), at most 100,000 at once."""
    with readers(request).reading() as connection:
        found = find_source(connection, source_id)
    end = min(end, start + LONGEST, len(found.text))
    row = {"source_id": found.source_id, "chars": len(found.text), "start": start, "end": max(start, end)}
    return answer(row | {"text": found.text[start:end]})


@router.get("/sources/{source_id}/citation", response_model=Cited, operation_id="citation", tags=["sources"])
def citation(request: Request, source_id: Id, start: Offset, end: Offset) -> Response:
    """Return the citation of a span, with the selectors of the W3C's Web Annotation."""
    with readers(request).reading() as connection:
        found = find_source(connection, source_id)
    if not start < end <= min(len(found.text), start + LONGEST):
        raise NotFoundError("no such span in the source")
    return answer(cite(found.text, found.source_id, start, end))


@router.get("/sources/{source_id}/blocks", response_model=Page[Block], operation_id="source_blocks", tags=["sources"])
def blocks(request: Request, source_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the blocks of a source: each line's kind, and to which article it belongs."""
    return _of_source(request, "blocks", source_id, limit, cursor)


TableName = StrEnum("TableName", [(name, name) for name in KEYS])  # type: ignore[misc]
"""The tables of the contract."""


@router.get("/tables/{table}", response_model=Page[dict[str, Any]], operation_id="table", tags=["tables"])
def table(request: Request, table: TableName, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List every row of a table, in the order of its key: what `export` writes, a page at a time."""
    with readers(request).reading() as connection:
        found = by_key(connection, table.value, Which(), cursor=cursor, limit=limit)
    return paged(request, found)
