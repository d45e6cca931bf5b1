"""What the desk holds in, its index out: every article with its quotes, and every passage, on a shelf of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import apsw
import numpy as np

from backstory.desk import ask
from backstory.desk.connection import transaction
from backstory.desk.searching.keeping import keep

__all__ = ["QUOTES", "SHIFT", "STEPS", "index_words"]

SHIFT = 12
"""A shelf's number, shifted by so many bits, is its row in the index of words; its quotes have the rows after it."""
QUOTES = (1 << SHIFT) - 1
"""Quotes of one article that have rows of their own; the words of further ones are found as the article's."""
STEPS = 512
"""Whole steps that a vector's unit length has, as in `stories.profile`."""
BATCH = 256
NOBODY = "0" * 16


def index_words(connection: apsw.Connection) -> None:
    """Bring the index up to date: articles and passages that are new, gone, or refer to other names now."""
    new = [str(row[0]) for row in connection.execute(_NEW_ARTICLES)]
    for at in range(0, len(new), BATCH):
        with transaction(connection):
            revision = _tick(connection)
            for article_id in new[at : at + BATCH]:
                _put_article(connection, article_id, revision)
    _index_passages(connection)
    _refresh(connection)
    keep(connection)


_NEW_ARTICLES = (
    "SELECT article_id FROM annotated WHERE article_id NOT IN (SELECT ref FROM shelves WHERE kind = 'article')"
    " ORDER BY article_id"
)


def _tick(connection: apsw.Connection) -> int:
    ((revision,),) = connection.execute("UPDATE shelf_clock SET revision = revision + 1 RETURNING revision").fetchall()
    return int(str(revision))


def _put_article(connection: apsw.Connection, article_id: str, revision: int) -> None:
    article = ask.find_article(connection, article_id)
    text = ask.reading(connection, article).of(ask.SHOWN_KINDS)
    question = f"SELECT quote_id, text FROM quotes WHERE article_id = ? ORDER BY quote_id LIMIT {QUOTES}"
    quotes = connection.execute(question, (article_id,)).fetchall()
    number = _put_shelf(connection, "article", article_id, article_id, [str(key) for key, _ in quotes], revision)
    rows = [(number << SHIFT, article.title or "", text)]
    rows += [((number << SHIFT) + at, "", str(words)) for at, (_, words) in enumerate(quotes, 1)]
    connection.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", rows)


def _put_shelf(
    connection: apsw.Connection, kind: str, article_id: str, ref: str, quotes: list[str], revision: int
) -> int:
    vector, speakers, names = None, b"", b""
    if kind == "article":
        vector, (speakers, names) = _vector(connection, article_id), _names(connection, article_id)
    connection.execute(
        "INSERT INTO shelves SELECT"
        " 1 + max((SELECT coalesce(max(number), 0) FROM shelves), (SELECT coalesce(max(number), 0) FROM shelves_gone)),"
        " ?, article_id, ?, outlet, substr(published_earliest, 1, 10), story_id, ?, ?, ?, ?, ?, 0"
        " FROM articles WHERE article_id = ?",
        (kind, ref, json.dumps(quotes), speakers, names, vector, revision, article_id),
    )
    return connection.last_insert_rowid()


def _vector(connection: apsw.Connection, article_id: str) -> bytes | None:
    """Return an article's vector in whole steps."""
    for (held,) in connection.execute("SELECT vector FROM annotated WHERE article_id = ?", (article_id,)):
        if held is not None:
            steps = np.rint(np.frombuffer(bytes(held), "<f4") * STEPS)
            return bytes(np.clip(steps, -127, 127).astype(np.int8))
    return None


def _names(connection: apsw.Connection, article_id: str) -> tuple[bytes, bytes]:
    """Return the speakers of an article's quotes, in the order of the quotes, and the names that it mentions."""
    speakers = connection.execute(
        f"SELECT speaker_name_id FROM quotes WHERE article_id = ? ORDER BY quote_id LIMIT {QUOTES}", (article_id,)
    )
    names = connection.execute(
        "SELECT DISTINCT name_id FROM mentions WHERE article_id = ? AND name_id IS NOT NULL ORDER BY name_id",
        (article_id,),
    )
    return _packed(speakers), _packed(names)


def _packed(keys: apsw.Cursor) -> bytes:
    return bytes.fromhex("".join(str(key or NOBODY)[:16] for (key,) in keys))


def _index_passages(connection: apsw.Connection) -> None:
    """Take passages that are new into the index, and those that are no more out of it."""
    gone = "DELETE FROM shelves WHERE kind = 'passage' AND ref NOT IN (SELECT passage_id FROM passages)"
    new = connection.execute(_NEW_PASSAGES).fetchall()
    with transaction(connection):
        connection.execute(gone)
    for at in range(0, len(new), BATCH):
        with transaction(connection):
            revision = _tick(connection)
            for passage_id, article_id, text in new[at : at + BATCH]:
                number = _put_shelf(connection, "passage", str(article_id), str(passage_id), [], revision)
                connection.execute(
                    "INSERT INTO words (rowid, title, text) VALUES (?, '', ?)", (number << SHIFT, str(text))
                )


_NEW_PASSAGES = """
SELECT passage_id, article_id, text FROM passages p JOIN passage_members m USING (passage_id)
WHERE passage_id NOT IN (SELECT ref FROM shelves WHERE kind = 'passage')
AND (article_id, start) = (SELECT article_id, start FROM passage_members
  WHERE passage_id = p.passage_id ORDER BY article_id <> coalesce(p.first_article_id, ''), article_id, start LIMIT 1)
ORDER BY passage_id
"""
"""Each passage as its first carrier has it."""


def _refresh(connection: apsw.Connection) -> None:
    """Copy the names of articles anew where these have come to refer to other names."""
    for batch in _batches([(int(str(n)), str(a)) for n, a in connection.execute(_STALE)]):
        with transaction(connection):
            revision = _tick(connection)
            for number, article_id in batch:
                speakers, names = _names(connection, article_id)
                connection.execute(
                    "UPDATE shelves SET speakers = ?, names = ?, revision = ?, stale = 0 WHERE number = ?",
                    (speakers, names, revision, number),
                )


_STALE = "SELECT number, article_id FROM shelves WHERE stale AND kind = 'article' ORDER BY number"


def _batches(rows: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    for at in range(0, len(rows), BATCH):
        yield rows[at : at + BATCH]
