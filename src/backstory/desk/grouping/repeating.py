"""New, changed and gone articles of a desk in, its copies, passages and statements brought up to date out.

Only what a change touches is made anew: the index of reuse says which texts and which quotes those are. What is made is
a function of the articles that there are, so any order and any batches end in the same tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from typing import Any

import apsw

from backstory.desk.ask import article_from, reading
from backstory.desk.connection import transaction
from backstory.desk.grouping.sourcing import SOURCING, Sourcing
from backstory.desk.tables import rows
from backstory.records import Article, Passage, Quote, Reading, Span
from backstory.reuse.credits import place_line_name
from backstory.reuse.duplicates import heads
from backstory.reuse.index import ReuseIndex
from backstory.reuse.passages import Stretch
from backstory.reuse.sayings import StatementIndex
from backstory.reuse.statements import statement_id_of
from backstory.reuse.utterances import Utterance, utterance_of

__all__ = ["update_reuse"]

BATCH = 64
"""Articles that join the index of reuse in one transaction: what a killed run has to do again at most."""
QUOTES = 512
"""Quotes that join the index of statements in one transaction."""
KEPT = 4_096
"""Articles that are kept at hand while statements are compared: their dates and outlets, without their texts."""


def update_reuse(connection: apsw.Connection, advance: Callable[[int], None]) -> None:
    """Bring copies, passages and statements up to date with the articles; tell how many were compared."""
    if connection.execute("SELECT 1 FROM stale WHERE what = 'reuse'").fetchone() is None:
        return
    with transaction(connection):
        for statement in (*_SCHEMA, *SOURCING.values()):
            connection.execute(statement)
        index = ReuseIndex(connection, lambda article_id: _reading(connection, article_id))
        sayings = StatementIndex(connection, _sayings(connection))
        if index.is_new or sayings.is_new:
            index, sayings = _begin_anew(connection)
        gone = [str(row[0]) for row in connection.execute("SELECT article_id FROM reuse_gone ORDER BY 1")]
        index.remove(gone)
        for table in ("reuse_shown", "reuse_credits"):
            connection.executemany(f"DELETE FROM {table} WHERE article_id = ?", [(key,) for key in gone])
        connection.execute("DELETE FROM reuse_gone")
    _take_articles(connection, index, advance)
    _take_quotes(connection, index, sayings)
    with transaction(connection):
        sourcing = Sourcing(connection, lambda article_id: _reading(connection, article_id))
        touched = index.touched()
        _put_copies(connection, index, touched)
        _put_passages(connection, index, touched, sourcing)
        _put_statements(connection, sayings, sourcing)
        sourcing.settle()
        index.settled()
        connection.execute("DELETE FROM stale WHERE what = 'reuse'")


_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reuse_gone (article_id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS reuse_went AFTER DELETE ON articles"
    " BEGIN INSERT OR IGNORE INTO reuse_gone VALUES (old.article_id); END",
    "CREATE TABLE IF NOT EXISTS reuse_spoken (quote_id TEXT PRIMARY KEY, article_id TEXT) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS reuse_spoke AFTER INSERT ON quotes"
    " BEGIN INSERT OR REPLACE INTO reuse_spoken VALUES (new.quote_id, new.article_id); END",
    "CREATE TRIGGER IF NOT EXISTS reuse_unsaid AFTER DELETE ON quotes"
    " BEGIN INSERT OR REPLACE INTO reuse_spoken VALUES (old.quote_id, old.article_id); END",
    "CREATE TRIGGER IF NOT EXISTS reuse_renamed AFTER UPDATE OF speaker_name_id ON quotes"
    " WHEN old.speaker_name_id IS NOT new.speaker_name_id"
    " BEGIN INSERT OR IGNORE INTO reuse_spoken VALUES (new.quote_id, NULL); END",
    "CREATE TABLE IF NOT EXISTS reuse_shown (article_id TEXT PRIMARY KEY, placed TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reuse_stretches (text INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " passage_id TEXT NOT NULL, PRIMARY KEY (text, first, last)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_stretches_passage ON reuse_stretches (passage_id)",
)
"""`reuse_gone` and `reuse_spoken` are what the indexes have still to be told of: articles that went, or came again and
may have another text; quotes that came, went or have another speaker (`article_id` null). `reuse_shown` is the name in
an article's place line; `reuse_stretches` the words of the texts of the index of reuse that a passage is made of."""


def _begin_anew(connection: apsw.Connection) -> tuple[ReuseIndex, StatementIndex]:
    """Empty what was made with an index of another version, and let every article and every quote come again."""
    connection.execute("UPDATE quotes SET statement_id = NULL WHERE statement_id IS NOT NULL")
    connection.execute("UPDATE articles SET copy_of = NULL WHERE copy_of IS NOT NULL")
    for table in ("copies", "passages", "statements", "reuse_stretches", "reuse_shown", *SOURCING):
        connection.execute(f"DELETE FROM {table}")
    for table in ("reuse_version", "reuse_said_version"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT OR REPLACE INTO reuse_spoken SELECT quote_id, article_id FROM quotes")
    made = ReuseIndex(connection, lambda article_id: _reading(connection, article_id))
    return made, StatementIndex(connection, _sayings(connection))


def _take_articles(connection: apsw.Connection, index: ReuseIndex, advance: Callable[[int], None]) -> None:
    new = _not_in_index(connection)
    while batch := list(islice(new, BATCH)):
        with transaction(connection):
            index.add(batch)
            placed = [(each.article.article_id, place_line_name(each)) for each in batch]
            connection.executemany("INSERT OR REPLACE INTO reuse_shown VALUES (?, ?)", placed)
        advance(len(batch))


def _take_quotes(connection: apsw.Connection, index: ReuseIndex, sayings: StatementIndex) -> None:
    """Tell the indexes which quotes came, went or changed; an article whose quotes did may have other origins."""
    question = f"SELECT quote_id, article_id FROM reuse_spoken ORDER BY quote_id LIMIT {QUOTES}"
    while batch := connection.execute(question).fetchall():
        with transaction(connection):
            sayings.update([str(quote_id) for quote_id, _ in batch])
            index.touch({str(article_id) for _, article_id in batch if article_id})
            connection.executemany("DELETE FROM reuse_spoken WHERE quote_id = ?", [(row[0],) for row in batch])


def _reading(connection: apsw.Connection, article_id: str) -> Reading:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
    return reading(connection, article_from(row))


def _not_in_index(connection: apsw.Connection) -> Iterator[Reading]:
    question = (
        "SELECT article_id FROM articles WHERE article_id NOT IN (SELECT article_id FROM reuse_carriers)"
        " AND article_id NOT IN (SELECT article_id FROM reuse_shown) ORDER BY 1"
    )
    for (article_id,) in connection.execute(question).fetchall():
        yield _reading(connection, str(article_id))


def _sayings(connection: apsw.Connection) -> Callable[[Sequence[str]], list[Utterance]]:
    """Return what gives those of some quotes that there are, with their articles."""

    @lru_cache(maxsize=KEPT)
    def article(article_id: str) -> Article:
        (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
        return article_from(row)

    def said(quote_ids: Sequence[str]) -> list[Utterance]:
        question = f"SELECT {', '.join(_QUOTE)} FROM quotes WHERE quote_id IN (SELECT value FROM json_each(?))"
        found = []
        for *columns, spans in connection.execute(question, (json.dumps(list(quote_ids)),)).fetchall():
            own: dict[str, Any] = dict(zip(_QUOTE[:-1], columns, strict=True))
            quote = Quote(**own, spans=tuple(Span(start, end) for start, end in json.loads(str(spans))))
            found.append(utterance_of(quote, article(quote.article_id)))
        return found

    return said


_QUOTE = ("quote_id", "article_id", "text", "kind", "confidence", "cue", "speaker", "speaker_name_id", "spans")
"""What statements are made of."""


def _put_copies(connection: apsw.Connection, index: ReuseIndex, touched: Sequence[int]) -> None:
    carried = [(article_id,) for article_id in index.carriers(touched)]
    connection.executemany("DELETE FROM copies WHERE article_a = ?1 OR article_b = ?1", carried)
    copies = index.copies(changes=False, of=touched)
    connection.executemany(
        "INSERT OR REPLACE INTO copies VALUES (?, ?, ?, ?, ?, ?)",
        [(c.article_a, c.article_b, c.kind, c.similarity, c.containment, c.earlier) for c in copies],
    )
    connection.executemany("UPDATE articles SET copy_of = NULL WHERE article_id = ? AND copy_of IS NOT NULL", carried)
    exact = [copy for copy in copies if copy.kind == "exact"]
    paired = sorted({article_id for copy in exact for article_id in (copy.article_a, copy.article_b)})
    articles = [_reading(connection, article_id).article for article_id in paired]
    of = {article_id: head for article_id, head in heads(articles, exact).items() if head != article_id}
    connection.executemany("UPDATE articles SET copy_of = ? WHERE article_id = ?", [(h, a) for a, h in of.items()])


def _put_passages(connection: apsw.Connection, index: ReuseIndex, touched: Sequence[int], sourcing: Sourcing) -> None:
    doomed = _passages_of(connection, "text = ?", [(text,) for text in touched])
    made: list[tuple[list[Stretch], Passage]] = []
    before: set[str] | None = None
    while doomed != before:
        before = set(doomed)
        made = index.passages_around(touched, _stretches(connection, doomed))
        doomed |= _passages_of(
            connection, "text = ? AND first = ? AND last = ?", [n for group, _ in made for n in group]
        )
        doomed |= _passages_of(connection, "passage_id = ?", [(passage.passage_id,) for _, passage in made])
    sourcing.passages_go(doomed)
    for table in ("reuse_stretches", "passages"):
        connection.executemany(f"DELETE FROM {table} WHERE passage_id = ?", [(key,) for key in doomed])
    put: set[str] = set()  # two groups may merge to one place, of which the one with more members tells
    for group, passage in sorted(made, key=lambda one: (-len(one[1].members), one[0])):
        places = [(*node, passage.passage_id) for node in group]
        connection.executemany("INSERT INTO reuse_stretches VALUES (?, ?, ?, ?)", places)
        if not passage.boilerplate and passage.passage_id not in put:
            put.add(passage.passage_id)
            _put_passage(connection, passage)
            sourcing.passage_came(passage)


def _passages_of(connection: apsw.Connection, which: str, values: Iterable[Sequence[object]]) -> set[str]:
    question = f"SELECT DISTINCT passage_id FROM reuse_stretches WHERE {which}"
    return {str(row[0]) for value in values for row in connection.execute(question, tuple(value))}


def _stretches(connection: apsw.Connection, passages: Iterable[str]) -> list[Stretch]:
    question = "SELECT text, first, last FROM reuse_stretches WHERE passage_id = ?"
    return [Stretch(*row) for key in sorted(passages) for row in connection.execute(question, (key,))]


def _put_passage(connection: apsw.Connection, p: Passage) -> None:
    connection.execute(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
        (p.passage_id, p.words, p.origin_kind, p.origin, p.because, p.first_article_id),
    )
    connection.executemany(
        "INSERT INTO passage_members VALUES (?, ?, ?, ?, ?, ?)",
        [(p.passage_id, m.article_id, m.source_id, m.start, m.end, m.text) for m in p.members],
    )


def _put_statements(connection: apsw.Connection, sayings: StatementIndex, sourcing: Sourcing) -> None:
    changed = sayings.changed()
    gone = [(statement_id_of(fullest),) for fullest in changed.gone]
    connection.executemany("UPDATE quotes SET statement_id = NULL WHERE statement_id = ?", gone)
    connection.executemany("DELETE FROM statements WHERE statement_id = ?", gone)
    sourcing.statements_go(key for (key,) in gone)
    for one in changed.statements:
        row = asdict(one)
        for column in ("speakers", "versions"):
            row[column] = json.dumps(row[column], ensure_ascii=False)
        connection.execute(_INSERT_STATEMENT, row)
        said = [(one.statement_id, version.quote_id) for version in one.versions]
        connection.executemany("UPDATE quotes SET statement_id = ? WHERE quote_id = ?", said)
        sourcing.statement_came(one)


_INSERT_STATEMENT = (
    "INSERT INTO statements VALUES (:statement_id, :speaker_name_id, :speaker, :said_on, :fullest_quote_id, :speakers,"
    " :origin_kind, :origin, :because, :versions)"
)
