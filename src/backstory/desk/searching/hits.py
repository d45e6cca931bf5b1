"""A row of the index in, what it found out: the article, the characters that show it, the words in them."""

from __future__ import annotations

from dataclasses import dataclass

import apsw

from backstory.desk import ask
from backstory.desk.searching.query import Query
from backstory.desk.searching.shelving import QUOTES, SHIFT
from backstory.desk.searching.snippets import highlights, snippet
from backstory.errors import NotFoundError
from backstory.records import Article, Span

__all__ = ["Hit", "hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, with the characters that show it. `others` counts what else was found in the same story.

    `ref` is the id of the article, the quote or the passage; `why` says whether words, meaning or both found it.
    """

    kind: str
    ref: str
    article: Article
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...]
    score: float
    others: int = 0
    why: str = "words"
    story_id: str | None = None


def hit(connection: apsw.Connection, query: Query, row: int, score: float, why: str, others: int) -> Hit | None:
    """Return what a row of the index found; None where the desk has lost it meanwhile."""
    held = connection.execute(_SHELF, {"number": row >> SHIFT, "quote": (row & QUOTES) - 1}).fetchone()
    if held is None:
        return None
    kind, ref, article_id, story_id, quote_id = held
    try:
        reading = ask.reading(connection, ask.find_article(connection, str(article_id)))
    except NotFoundError:
        return None
    if row & QUOTES:
        kind, ref = "quote", quote_id
    span = _SPANS.get(str(kind))
    start, end = snippet(reading, query)
    if span is not None:
        found = connection.execute(span, (str(ref), str(article_id))).fetchone()
        if found is None:
            return None
        start, end = int(str(found[0])), int(str(found[1]))
    marks = tuple(highlights(reading.text, start, end, query))
    said = reading.text[start:end]
    return Hit(
        str(kind), str(ref), reading.article, start, end, said, marks, score, others, why, story_id and str(story_id)
    )


_SHELF = """
SELECT kind, ref, article_id, story_id, iif(:quote < 0, NULL, quotes ->> ('$[' || :quote || ']'))
FROM shelves WHERE number = :number
"""
_SPANS = {
    "quote": "SELECT spans ->> '$[0][0]', spans ->> '$[#-1][1]' FROM quotes WHERE quote_id = ?1 AND article_id = ?2",
    "passage": 'SELECT start, "end" FROM passage_members WHERE passage_id = ?1 AND article_id = ?2 LIMIT 1',
}
"""Where a quote or a passage stands in its article."""
