"""A query in, cited snippets with counts out: by words and by meaning, over articles, quotes and shared passages.

The index answers with rows and ranks of all that match; filters, counts and grouping by story are done on columns in
memory, so that a page costs little more than the index's own answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk import ask
from backstory.desk.decided.stories import find_story
from backstory.desk.searching.allowed import allowed, matching_rows
from backstory.desk.searching.columns import ARTICLE, PASSAGE, Columns
from backstory.desk.searching.facets import Facets, facets
from backstory.desk.searching.hits import Hit, hit
from backstory.desk.searching.keeping import columns_of
from backstory.desk.searching.meaning import meaning_of
from backstory.desk.searching.query import Query, parse
from backstory.desk.searching.ranking import Ranked, fused, page
from backstory.desk.searching.shelving import QUOTES, SHIFT, index_words
from backstory.errors import NotFoundError, UsageError

__all__ = ["BY", "Found", "Hit", "index_words", "search"]

TITLE_WEIGHT = 4.0
"""A word in the headline counts for four in the text: headlines hold a tenth of the words and say what it is about."""
PART_WEIGHT = 0.6
"""A quote's or passage's score by words counts so much: it is short, and would else stand before its own article."""
BY = ("both", "words", "meaning")
NEAREST = 100
"""Articles that are found by meaning at most: whoever wants more asks by words."""
NEAR, BESIDE = 0.2, 0.6
"""An article is found by meaning alone from that cosine on, and from that share of the nearest one's cosine: a word or
two have smaller cosines than a sentence. By eye on the sample; ECB+'s first ten stay the same from .1 to .3."""
ALIKE = 0.5
"""Cosine from which an article is like another."""

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Vector: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found: `total` articles, quotes and passages, `groups` stories; facets count them all."""

    total: int
    groups: int
    hits: tuple[Hit, ...]
    facets: Facets


def search(
    connection: apsw.Connection,
    text: str = "",
    *,
    limit: int = 20,
    offset: int = 0,
    grouped: bool = True,
    by: str = "both",
    like: str | None = None,
) -> Found:
    """Find articles, quotes and passages.

    Args:
        connection: to the desk.
        text: words, "phrases", -without, prefix* and fields; may be empty where `like` is given.
        limit: hits of a page.
        offset: hits before this page.
        grouped: one story shows once, by its best hit, and says how many others there are.
        by: words, meaning or both.
        like: an article's or a story's id: finds articles of like meaning that the text allows.

    Raises:
        UsageError: the query cannot be understood.
        NotFoundError: there is no article or story `like`.
    """
    if by not in BY:
        raise UsageError(f"no way to search {by!r}: there are {', '.join(BY)}")
    query = parse(text) if text.strip() or like is None else Query()
    with _one_state(connection):
        return _found(connection, query, limit, offset, grouped=grouped, by=by, like=like)


@contextmanager
def _one_state(connection: apsw.Connection) -> Iterator[None]:
    """Let all that a search reads be of one state of the desk, whatever is committed meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _found(
    connection: apsw.Connection, query: Query, limit: int, offset: int, *, grouped: bool, by: str, like: str | None
) -> Found:
    columns = columns_of(connection)
    ranked = _like(connection, columns, query, like) if like is not None else _ranked(connection, columns, query, by)
    chosen, others, groups = page(columns, ranked, limit, offset, grouped=grouped)
    hits = (
        hit(connection, query, int(ranked.rows[at]), float(ranked.scores[at]), _why(ranked, at), count)
        for at, count in zip(chosen, others, strict=True)
    )
    shown = tuple(one for one in hits if one is not None)
    return Found(len(ranked.rows), groups, shown, facets(connection, columns, ranked.rows))


def _why(ranked: Ranked, at: int) -> str:
    if ranked.by_words[at]:
        return "both" if ranked.by_meaning[at] else "words"
    return "meaning"


def _ranked(connection: apsw.Connection, columns: Columns, query: Query, by: str) -> Ranked:
    if query.match is None:
        return _newest(connection, columns, query)
    rows, scores = _by_words(connection, query)
    scores = np.where((rows & QUOTES > 0) | (columns.kind[rows >> SHIFT] == PASSAGE), PART_WEIGHT * scores, scores)
    if query.fields:
        kept = allowed(connection, columns, query.fields, rows)
        rows, scores = rows[kept], scores[kept]
    else:
        kept = columns.kind[rows >> SHIFT] >= 0
        rows, scores = (rows, scores) if kept.all() else (rows[kept], scores[kept])
    if by == "words":
        return fused(columns, rows, scores, np.zeros(0, np.int64), add=False)
    near, cosines = columns.sketch.nearest(meaning_of(query.words), NEAREST, _open(connection, columns, query, rows))
    near = near[cosines >= max(NEAR, BESIDE * float(cosines.max(initial=0.0)))]
    if by == "meaning":
        rows, scores = rows[:0], scores[:0]
    return fused(columns, rows, scores, near, add=by == "meaning" or not query.literal)


def _by_words(connection: apsw.Connection, query: Query) -> tuple[Numbers, NDArray[np.float64]]:
    question = f"SELECT rowid, bm25(words, {TITLE_WEIGHT}, 1.0) FROM words WHERE words MATCH ?"
    answer = connection.execute(question, (query.match,)).fetchall()
    flat: Iterator[Any] = chain.from_iterable(answer)  # a third of the time that an array of tuples takes
    table = np.fromiter(flat, np.float64, 2 * len(answer)).reshape(-1, 2)
    return table[:, 0].astype(np.int64), np.round(-table[:, 1], 9)


def _open(connection: apsw.Connection, columns: Columns, query: Query, rows: Numbers) -> Flags | None:
    """Return which articles meaning may find, by shelf: those with every field and without what must not be there."""
    chosen: Flags = columns.kind == ARTICLE
    if query.literal:
        return chosen & np.isin(np.arange(len(chosen)), rows[(rows & QUOTES) == 0] >> SHIFT)
    if not query.fields and not query.unwanted and not columns.lost:
        return None
    if query.unwanted:
        chosen[matching_rows(connection, " OR ".join(query.unwanted)) >> SHIFT] = False
    shelves = np.flatnonzero(chosen)
    chosen[shelves] = allowed(connection, columns, query.fields, shelves << SHIFT)
    return chosen


def _newest(connection: apsw.Connection, columns: Columns, query: Query) -> Ranked:
    """Return all that has the fields, the newest first: articles, or quotes and passages where these are asked for."""
    asked = {field.value for field in query.fields if field.name == "kind" and not field.without}
    if any(field.name == "speaker" and not field.without for field in query.fields):
        asked = asked or {"quote"}
    rows = allrows(columns, asked or {"article"})
    rows = rows[allowed(connection, columns, query.fields, rows)]
    if query.unwanted and len(rows):
        rows = rows[~np.isin(rows, matching_rows(connection, " OR ".join(query.unwanted)))]
    days = columns.day[rows >> SHIFT].astype(np.float64)
    return Ranked(rows, days, np.ones(len(rows), bool), np.zeros(len(rows), bool))


def allrows(columns: Columns, kinds: set[str]) -> Numbers:
    """Return every row of some kinds."""
    rows = [np.zeros(0, np.int64)]
    for kind, code in (("article", ARTICLE), ("passage", PASSAGE)):
        if kind in kinds:
            rows.append(np.flatnonzero(columns.kind == code) << SHIFT)
    if "quote" in kinds:
        shelves = np.flatnonzero((columns.kind == ARTICLE) & (columns.speakers.counts > 0))
        counts = columns.speakers.counts[shelves].astype(np.int64)
        within = columns.speakers.places(shelves) - np.repeat(columns.speakers.begins[shelves], counts)
        rows.append((np.repeat(shelves, counts) << SHIFT) + within + 1)
    return np.concatenate(rows)


def _like(connection: apsw.Connection, columns: Columns, query: Query, wanted: str) -> Ranked:
    """Return the articles that are like an article or a story, which is not among them itself."""
    own = _members(connection, wanted)
    shelves = [int(str(n)) for key in own for (n,) in connection.execute(_SHELF, (key,))]
    vector = np.zeros(0, np.float32)
    if shelves:
        vector = np.sum([columns.sketch.vector(shelf) for shelf in shelves], axis=0, dtype=np.float32)
        vector /= max(float(np.linalg.norm(vector)), 1e-9)
    chosen = columns.kind == ARTICLE
    if query.match is not None:
        chosen &= np.isin(np.arange(len(chosen)), matching_rows(connection, query.match) >> SHIFT)
    chosen[shelves] = False
    open_shelves = np.flatnonzero(chosen)
    chosen[open_shelves] = allowed(connection, columns, query.fields, open_shelves << SHIFT)
    near, cosines = columns.sketch.nearest(vector, NEAREST, chosen)
    near, cosines = near[cosines >= ALIKE], cosines[cosines >= ALIKE]
    known = np.zeros(len(near), bool)
    return Ranked(near << SHIFT, cosines.astype(np.float64), known, ~known)


_SHELF = "SELECT number FROM shelves WHERE ref = ? AND kind = 'article'"


def _members(connection: apsw.Connection, wanted: str) -> list[str]:
    """Return the article with an id, or the articles of the story with it.

    Raises:
        NotFoundError: there is neither, or more than one.
    """
    try:
        return [ask.find_article(connection, wanted).article_id]
    except NotFoundError:
        try:
            return [str(key) for key in find_story(connection, wanted)["article_ids"]]
        except NotFoundError:
            raise NotFoundError(f"no article or story {wanted!r} in this desk") from None
