"""A search, a story, a thread, a name in, a feed of what is new about it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

import apsw
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.feed_forms import Entry, Feed, as_atom, as_json, instant
from backstory.api.parameters import Id, readers
from backstory.desk.ask import find_article, reading
from backstory.desk.decided.stories import find_story
from backstory.desk.decided.threads import find_thread
from backstory.desk.search import search
from backstory.desk.showing.name import find_name_row, mentions_of, quotes_of
from backstory.desk.showing.story import articles_of, leads_of
from backstory.desk.tables import Row, rows

__all__ = ["router"]

TYPES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/atom+xml": {"schema": {"type": "string"}},
            "application/feed+json": {"schema": {"type": "object"}},
        }
    }
}
router = APIRouter(prefix="/feeds", tags=["feeds"], responses=TYPES, default_response_class=Response)

ENTRIES = 50
"""Entries of a feed: a reader that asks once a day misses none of most stories."""
SOUGHT = 100
"""Hits, the best first, among which the newest are a search's entries."""
TITLE_CHARS = 120

Form = Literal["atom", "json"]


@router.get("/search.{form}", operation_id="feed_search")
def found(
    request: Request, form: Form, q: Annotated[str, Query(min_length=1, max_length=400, description="As for search.")]
) -> Response:
    """Return what a search finds, the newest first."""
    with readers(request).reading() as connection:
        hits = search(connection, q, limit=SOUGHT, grouped=False, by="words").hits
        dated = sorted(hits, key=lambda hit: (hit.article.published or "", hit.article.article_id), reverse=True)
        about = [
            {
                "article_id": hit.article.article_id,
                "source_id": hit.article.source_id,
                "start": hit.start,
                "end": hit.end,
                "text": hit.text,
                "title": hit.article.title,
            }
            for hit in dated[:ENTRIES]
        ]
        entries = _entries(connection, request, about)
    return _feed(request, form, f"Search: {q}", f"/search?{urlencode({'q': q})}", entries)


@router.get("/articles.{form}", operation_id="feed_articles")
def articles(request: Request, form: Form) -> Response:
    """Return the newest articles."""
    with readers(request).reading() as connection:
        order = f"published_earliest DESC, article_id DESC LIMIT {ENTRIES}"
        found = list(rows(connection, "articles", "WHERE published_earliest IS NOT NULL", order=order))
        entries = _entries(connection, request, _leads(connection, found))
    return _feed(request, form, "Newest articles", "/", entries)


@router.get("/stories/{story_id}.{form}", operation_id="feed_story")
def story(request: Request, story_id: Id, form: Form) -> Response:
    """Return the articles of a story, the newest first."""
    with readers(request).reading() as connection:
        held = find_story(connection, story_id)
        newest = sorted(articles_of(connection, held["story_id"]), key=lambda row: row["published"] or "", reverse=True)
        found = newest[:ENTRIES]
        entries = _entries(connection, request, _leads(connection, found))
    return _feed(request, form, held["title"] or "A story", f"/story/{held['story_id']}", entries)


@router.get("/threads/{thread_id}.{form}", operation_id="feed_thread")
def thread(request: Request, thread_id: Id, form: Form) -> Response:
    """Return the stories of a thread, the newest first, each with the sentence that leads it."""
    with readers(request).reading() as connection:
        held = find_thread(connection, thread_id)
        entries = []
        for key in held["story_ids"][::-1][:ENTRIES]:
            for row in rows(connection, "stories", "WHERE story_id = :id", {"id": key}):
                entries += _story_entry(connection, request, row)
    return _feed(request, form, held["label"] or "A thread", f"/thread/{held['thread_id']}", entries)


@router.get("/names/{name_id}.{form}", operation_id="feed_name")
def name(request: Request, name_id: Id, form: Form) -> Response:
    """Return what a name is quoted with and where it is mentioned, the newest first."""
    with readers(request).reading() as connection:
        held = find_name_row(connection, name_id)
        said = [
            row | {"title": f"{held['label']}: {row['text']}", "urn": f"urn:backstory:quote:{row['quote_id']}"}
            for row in quotes_of(connection, held["name_id"]).rows
        ]
        quoted = {row["article_id"] for row in said}
        told = [row for row in mentions_of(connection, held["name_id"]) if row["article_id"] not in quoted]
        entries = _entries(connection, request, [*said, *told])
    newest = sorted(entries, key=lambda entry: (entry.updated, entry.urn), reverse=True)[:ENTRIES]
    return _feed(request, form, held["label"], f"/name/{held['name_id']}", newest)


def _leads(connection: apsw.Connection, found: Iterable[Row]) -> list[Row]:
    """Return articles, each with its first sentence, or with its first paragraph where none is long enough."""
    told = []
    for row in found:
        lead = next(iter(leads_of(connection, [row])), None)
        told.append(lead or row | _first(connection, row["article_id"]))
    return told


def _first(connection: apsw.Connection, article_id: str) -> Row:
    whole = reading(connection, find_article(connection, article_id))
    start, end = next(((part.start, part.end) for part in whole.paragraphs), (whole.article.start,) * 2)
    return {"start": start, "end": end, "text": whole.text[start:end]}


def _entries(connection: apsw.Connection, request: Request, found: Sequence[Row]) -> list[Entry]:
    """Return cited rows as entries: each has article_id, start, end, text and, where it has one, a title."""
    site = _site(request)
    entries = []
    for row in found:
        (article,) = rows(connection, "articles", "WHERE article_id = :id", {"id": row["article_id"]})
        question = "SELECT min(read_at) FROM sources WHERE source_id = ?"
        ((read_at,),) = connection.execute(question, (article["source_id"],)).fetchall()
        cited = {"source_id": article["source_id"], **{key: row[key] for key in ("article_id", "start", "end")}}
        entries.append(
            Entry(
                urn=row.get("urn") or f"urn:backstory:article:{row['article_id']}",
                url=f"{site}/article/{row['article_id']}?at={row['start']}-{row['end']}",
                title=_short(row.get("title") or row["text"]) or "Untitled",
                updated=instant(article["published"], str(read_at)),
                text=row["text"],
                author=article["outlet"],
                original=_web(article["url"]),
                cited=cited,
            )
        )
    return entries


def _story_entry(connection: apsw.Connection, request: Request, row: Row) -> list[Entry]:
    first = articles_of(connection, row["story_id"])[:1]
    return [
        Entry(
            urn=f"urn:backstory:story:{row['story_id']}",
            url=f"{_site(request)}/story/{row['story_id']}",
            title=_short(row["title"] or entry.title),
            updated=instant(row["last_published"], entry.updated),
            text=entry.text,
            author=", ".join(row["outlets"]) or None,
            cited=entry.cited,
        )
        for entry in _entries(connection, request, _leads(connection, first))
    ]


def _feed(request: Request, form: Form, title: str, page: str, entries: Sequence[Entry]) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    site = _site(request)
    feed = Feed(f"{site}{quote(request.url.path)}{query}", f"{site}{page}", title, entries)
    if form == "json":
        response = answer(as_json(feed))
        response.headers["content-type"] = "application/feed+json"
        return response
    return Response(as_atom(feed), media_type="application/atom+xml")


def _site(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None
