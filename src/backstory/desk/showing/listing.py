"""A page's number in, a page of a list out: stories, names, outlets, sources, each with whether there is more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from backstory.desk.tables import Row, rows

__all__ = ["STORY_TEXT", "Listed", "having", "like", "list_names", "list_outlets", "list_sources", "list_stories"]

PAGE = 50
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, and whether another one follows."""

    rows: tuple[Row, ...]
    page: int
    more: bool


def _listed(found: list[Row], page: int) -> Listed:
    return Listed(tuple(found[:PAGE]), page, len(found) > PAGE)


def _window(page: int) -> str:
    return f"LIMIT {PAGE + 1} OFFSET {(page - 1) * PAGE}"


def like(word: str) -> str:
    """Return a pattern for LIKE that finds `word` anywhere; a backslash escapes in it."""
    return "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"


STORY_TEXT = "coalesce(title, '') || ' ' || keywords || ' ' || places"
"""What of a story the words of a list are looked for in."""
MOST_WORDS = 8
"""Words of a list's filter that count; a person types fewer."""


def having(text: str, words: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield for each of the words the condition that the SQL expression `text` has it, and the value to ask with."""
    for number, word in enumerate(words.split()[:MOST_WORDS]):
        yield f"{text} LIKE :word{number} ESCAPE '\\'", {f"word{number}": like(word)}


STORY_ORDERS = {
    "newest": "last_published DESC, story_id DESC",
    "oldest": "first_published IS NULL, first_published, story_id",
    "largest": "json_array_length(article_ids) DESC, story_id",
}


def list_stories(
    connection: apsw.Connection, *, order: str = "newest", words: str = "", outlet: str = "", page: int = 1
) -> Listed:
    """Return stories: newest, oldest or largest first, with words among title and keywords, of an outlet."""
    conditions, values = ["1"], dict[str, str]()
    for said, pattern in having(STORY_TEXT, words):
        conditions.append(said)
        values |= pattern
    if outlet:
        conditions.append("story_id IN (SELECT story_id FROM articles WHERE outlet = :outlet)")
        values["outlet"] = outlet
    chosen = f"{STORY_ORDERS.get(order, STORY_ORDERS['newest'])} {_window(page)}"
    return _listed(list(rows(connection, "stories", "WHERE " + " AND ".join(conditions), values, chosen)), page)


def list_names(connection: apsw.Connection, *, kind: str = "", words: str = "", page: int = 1) -> Listed:
    """Return names, those that most articles mention first: of a kind, with words in one of their forms."""
    conditions, values = ["1"], dict[str, str]()
    if kind:
        conditions.append("kind = :kind")
        values["kind"] = kind
    for said, pattern in having("forms", words):
        conditions.append(said)
        values |= pattern
    order = f"articles DESC, name_id {_window(page)}"
    return _listed(list(rows(connection, "names", "WHERE " + " AND ".join(conditions), values, order)), page)


def list_outlets(connection: apsw.Connection, *, words: str = "", page: int = 1) -> Listed:
    """Return outlets, those with most articles first, each with its first and last day."""
    question = (
        "SELECT outlet, count(*), min(published_earliest), max(published_earliest) FROM articles"
        " WHERE outlet IS NOT NULL AND outlet LIKE :word ESCAPE '\\'"
        f" GROUP BY outlet ORDER BY 2 DESC, 1 {_window(page)}"
    )
    names = ("outlet", "articles", "first", "last")
    answer = connection.execute(question, {"word": like(words)})
    return _listed([dict(zip(names, row, strict=True)) for row in answer], page)


def list_sources(connection: apsw.Connection, *, problems: bool = False, words: str = "", page: int = 1) -> Listed:
    """Return sources by uri, with how many articles each has; with `problems` only those that have one."""
    conditions = ["uri LIKE :word ESCAPE '\\'", *(["problem IS NOT NULL"] if problems else [])]
    question = (
        "SELECT source_id, uri, media_type, bytes, read_at, problem,"
        " (SELECT count(*) FROM articles a WHERE a.source_id = s.source_id),"
        " (SELECT chars FROM contents c WHERE c.source_id = s.source_id)"
        f" FROM sources s WHERE {' AND '.join(conditions)} ORDER BY uri, source_id {_window(page)}"
    )
    names = ("source_id", "uri", "media_type", "bytes", "read_at", "problem", "articles", "chars")
    answer = connection.execute(question, {"word": like(words)})
    return _listed([dict(zip(names, row, strict=True)) for row in answer], page)
