"""What was said and what is shared: statements with their versions, passages, articles compared, quotations checked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_key, one, paged
from backstory.api.parameters import HEX, Cursor, Id, Limit, OptionalId, readers
from backstory.api.schemas import Items, Page, Passage, Quote, Statement
from backstory.api.shapes import Checked, Difference
from backstory.desk.ask import find_article, reading
from backstory.desk.showing.name import find_name_row
from backstory.desk.showing.quotations import check_quotation
from backstory.records import Reading, Span
from backstory.reuse.compare import compare

__all__ = ["router"]

router = APIRouter()

OriginKind = Literal["wire", "statement", "post", "outlet", "unknown"]
ArticleId = Annotated[str, Query(pattern=HEX, description="An article's id, or enough of its beginning.")]


@router.get("/statements", response_model=Page[Statement], operation_id="statements", tags=["quotes"])
def statements(
    request: Request,
    speaker: OptionalId = None,
    at_least: Annotated[int, Query(ge=1, le=1000, description="Those that at least so many quotes carry.")] = 1,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List statements: each utterance once, with how each article cut it."""
    which = Which().add("json_array_length(versions) >= :least", least=at_least if at_least > 1 else None)
    with readers(request).reading() as connection:
        if speaker is not None:
            which.add("speaker_name_id = :speaker", speaker=find_name_row(connection, speaker)["name_id"])
        found = by_key(connection, "statements", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/statements/{statement_id}", response_model=Statement, operation_id="statement", tags=["quotes"])
def statement(request: Request, statement_id: Id) -> Response:
    """Return one statement."""
    with readers(request).reading() as connection:
        found = one(connection, "statements", statement_id)
    return answer(found)


@router.get("/quotes/{quote_id}", response_model=Quote, operation_id="quote", tags=["quotes"])
def quote(request: Request, quote_id: Id) -> Response:
    """Return one quote."""
    with readers(request).reading() as connection:
        found = one(connection, "quotes", quote_id)
    return answer(found)


@router.get("/passages", response_model=Page[Passage], operation_id="passages", tags=["reuse"])
def passages(
    request: Request, origin_kind: OriginKind | None = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List the runs of words that articles share."""
    which = Which().add("origin_kind = :kind", kind=origin_kind)
    with readers(request).reading() as connection:
        found = by_key(connection, "passages", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/passages/{passage_id}", response_model=Passage, operation_id="passage", tags=["reuse"])
def passage(request: Request, passage_id: Id) -> Response:
    """Return one passage."""
    with readers(request).reading() as connection:
        found = one(connection, "passages", passage_id)
    return answer(found)


@router.get("/compare", response_model=Items[Difference], operation_id="compare", tags=["reuse"])
def compared(request: Request, a: ArticleId, b: ArticleId) -> Response:
    """Put two articles side by side: what they share, what differs, what each has alone."""
    with readers(request).reading() as connection:
        first, second = (reading(connection, find_article(connection, each)) for each in (a, b))
    found = [
        {"kind": change.kind, "a": _span(first, change.a), "b": _span(second, change.b)}
        for change in compare(first, second)
    ]
    return answer({"items": found})


def _span(held: Reading, span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {**asdict(span), "text": held.text[span.start : span.end]}


@router.get("/quotation", response_model=Checked, operation_id="check_quotation", tags=["quotes"])
def quotation(
    request: Request,
    text: Annotated[str, Query(min_length=3, max_length=2000, description="The words that somebody is said to say.")],
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Response:
    """Say whether the desk's articles carry a quotation word for word, altered (and where), or not."""
    with readers(request).reading() as connection:
        found = check_quotation(connection, text, limit=limit)
    return answer(found)
