"""A row of the index in, what it found out: the article, the characters that show it, the words in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import apsw

from backstory.desk import ask
from backstory.desk.packing import unpack
from backstory.desk.searching.query import Query
from backstory.desk.searching.shelving import QUOTES, SHIFT
from backstory.desk.searching.snippets import highlights, parts_of, snippet
from backstory.desk.tables import TABLES
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
    kind, ref, story_id, quote_id, raw, text, *columns = held
    article_row = dict(zip(TABLES["articles"].columns, columns, strict=True))
    article_row["evidence"] = json.loads(str(article_row["evidence"]))
    article = ask.article_from(article_row)
    article_id = article.article_id
    whole = unpack(bytes(raw if text is None else text)).decode("utf-8", "surrogatepass")
    if row & QUOTES:
        kind, ref = "quote", quote_id
    span = _SPANS.get(str(kind))
    if span is None:
        blocks: Any = connection.execute(_BLOCKS, (article.source_id, article_id))
        start, end = snippet(whole, parts_of(whole, blocks), query, article.start)
    else:
        found = connection.execute(span, (str(ref), str(article_id))).fetchone()
        if found is None:
            return None
        start, end = int(str(found[0])), int(str(found[1]))
    marks = tuple(highlights(whole, start, end, query))
    said = whole[start:end]
    return Hit(str(kind), str(ref), article, start, end, said, marks, score, others, why, story_id and str(story_id))


_SHELF = f"""
SELECT s.kind, s.ref, s.story_id, iif(:quote < 0, NULL, s.quotes ->> ('$[' || :quote || ']')), c.raw, c.text,
  {", ".join(f'a."{column}"' for column in TABLES["articles"].columns)}
FROM shelves s JOIN articles a USING (article_id) JOIN contents c USING (source_id) WHERE s.number = :number
"""
"""One question for all that a hit shows: a page asks it twenty times."""
_BLOCKS = """
SELECT start, "end", kind = 'headline' FROM blocks WHERE source_id = ? AND article_id = ?
AND kind IN ('headline', 'standfirst', 'body', 'caption') ORDER BY start
"""
_SPANS = {
    "quote": "SELECT spans ->> '$[0][0]', spans ->> '$[#-1][1]' FROM quotes WHERE quote_id = ?1 AND article_id = ?2",
    "passage": 'SELECT start, "end" FROM passage_members WHERE passage_id = ?1 AND article_id = ?2 LIMIT 1',
}
"""Where a quote or a passage stands in its article."""
