"""Articles in all that the desk knows of them: rows, clean text, annotations, what they share."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.paging import Which, by_date, listed, paged
from backstory.api.parameters import Cursor, Day, Id, Limit, OptionalId, Words, readers
from backstory.api.schemas import Article, Block, Dated, Figure, Mention, Page, Passage, Quote, Time
from backstory.api.shapes import Text
from backstory.desk.ask import find_article, reading
from backstory.desk.decided.stories import find_story
from backstory.desk.showing.listing import like
from backstory.desk.tables import Row, rows

__all__ = ["router"]

router = APIRouter(prefix="/articles", tags=["articles"])


@router.get("", response_model=Page[Article], operation_id="articles")
def articles(
    request: Request,
    outlet: Words = None,
    since: Day = None,
    until: Day = None,
    title: Words = None,
    story: OptionalId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List articles, the newest first and the undated last."""
    with readers(request).reading() as connection:
        which = Which().add("outlet = :outlet COLLATE NOCASE", outlet=outlet)
        which.add("published_latest >= :since", since=since)
        which.add("substr(published_earliest, 1, length(:until)) <= :until", until=until)
        which.add("title LIKE :title ESCAPE '\\'", title=like(title) if title else None)
        if story is not None:
            which.add("story_id = :story", story=find_story(connection, story)["story_id"])
        found = by_date(connection, "articles", "published_earliest", which, cursor=cursor, limit=limit)
    return paged(request, found)


@router.get("/{article_id}", response_model=Article, operation_id="article")
def article(request: Request, article_id: Id) -> Response:
    """Return one article."""
    with readers(request).reading() as connection:
        key = find_article(connection, article_id).article_id
        (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": key})
    return answer(row)


@router.get("/{article_id}/text", response_model=Text, operation_id="article_text")
def text(request: Request, article_id: Id) -> Response:
    """Return the clean text of an article: its paragraphs, each a cited span of the source."""
    with readers(request).reading() as connection:
        found = reading(connection, find_article(connection, article_id))
    spans: list[Row] = [
        {"start": part.start, "end": part.end, "kind": part.kind, "text": found.text[part.start : part.end]}
        for part in found.paragraphs
    ]
    return answer({"article_id": found.article.article_id, "source_id": found.article.source_id, "paragraphs": spans})


def _of_article(request: Request, table: str, article_id: str, limit: int, cursor: str | None) -> Response:
    said = "passage_id IN (SELECT passage_id FROM passage_members WHERE article_id = :id)"
    said = said if table == "passages" else "article_id = :id"
    return listed(
        request,
        table,
        lambda connection: Which().add(said, id=find_article(connection, article_id).article_id),
        limit=limit,
        cursor=cursor,
    )


@router.get("/{article_id}/blocks", response_model=Page[Block], operation_id="article_blocks")
def blocks(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the blocks of an article, as they stand."""
    return _of_article(request, "blocks", article_id, limit, cursor)


@router.get("/{article_id}/mentions", response_model=Page[Mention], operation_id="article_mentions")
def mentions(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the spans of an article that refer to somebody or something."""
    return _of_article(request, "mentions", article_id, limit, cursor)


@router.get("/{article_id}/times", response_model=Page[Time], operation_id="article_times")
def times(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the time expressions of an article."""
    return _of_article(request, "times", article_id, limit, cursor)


@router.get("/{article_id}/dates", response_model=Page[Dated], operation_id="article_dates")
def dates(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the days on which an undated article came out, by the dated articles of its story: one row or none."""
    return _of_article(request, "dates", article_id, limit, cursor)


@router.get("/{article_id}/figures", response_model=Page[Figure], operation_id="article_figures")
def figures(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List the amounts of an article."""
    return _of_article(request, "figures", article_id, limit, cursor)


@router.get("/{article_id}/quotes", response_model=Page[Quote], operation_id="article_quotes")
def quotes(request: Request, article_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """List what an article attributes to speakers."""
    return _of_article(request, "quotes", article_id, limit, cursor)


@router.get("/{article_id}/passages", response_model=Page[Passage], operation_id="article_passages")
def passages(request: Request, article_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the runs of words that an article shares with others."""
    return _of_article(request, "passages", article_id, limit, cursor)
