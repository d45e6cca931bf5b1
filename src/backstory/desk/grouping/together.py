"""What the articles of a desk make together: copies, shared passages, statements.

`update_reuse` brings their tables up to date, and does nothing where nothing changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice

import apsw

from backstory.desk.ask import article_from, quotes, reading
from backstory.desk.connection import transaction
from backstory.desk.tables import rows
from backstory.records import Copy, Passage, Reading, Statement
from backstory.reuse.duplicates import heads
from backstory.reuse.index import ReuseIndex
from backstory.reuse.origins import passages_with_origins, statements_with_origins
from backstory.reuse.statements import find_statements

__all__ = ["update_reuse"]

BATCH = 64
"""Articles that join the index of reuse in one transaction: what a killed run has to do again at most."""


def _is_stale(connection: apsw.Connection, what: str) -> bool:
    return connection.execute("SELECT 1 FROM stale WHERE what = ?", (what,)).fetchone() is not None


def update_reuse(connection: apsw.Connection, advance: Callable[[int], None]) -> None:
    """Take new articles into the index of reuse, and bring copies and passages up to date; tell how many are done."""
    if not _is_stale(connection, "reuse"):
        return
    for statement in _GONE:
        connection.execute(statement)
    index = ReuseIndex(connection, lambda article_id: _reading(connection, article_id))
    gone = [str(row[0]) for row in connection.execute("SELECT article_id FROM reuse_gone ORDER BY 1")]
    with transaction(connection):
        index.remove(gone)
        connection.execute("DELETE FROM reuse_gone")
    new = _not_in_index(connection)
    while batch := list(islice(new, BATCH)):
        with transaction(connection):
            index.add(batch)
        advance(len(batch))
    copies, (passages, statements) = index.copies(changes=False), _with_origins(connection, index.passages())
    with transaction(connection):
        _put_copies(connection, copies)
        _put_passages(connection, passages)
        _put_statements(connection, statements)
        connection.execute("DELETE FROM stale WHERE what = 'reuse'")


def _with_origins(connection: apsw.Connection, passages: list[Passage]) -> tuple[list[Passage], list[Statement]]:
    """Return the passages that are reuse of news, and the statements of all quotes, each with where it comes from."""
    said = list(quotes(connection))
    articles = {row["article_id"]: article_from(row) for row in rows(connection, "articles")}
    statements = find_statements(said, articles)
    news = [passage for passage in passages if not passage.boilerplate]
    speaking = {version.article_id for statement in statements for version in statement.versions}
    carrying = {member.article_id for passage in news for member in passage.members}
    readings = {article_id: reading(connection, articles[article_id]) for article_id in sorted(speaking | carrying)}
    return passages_with_origins(news, readings, said), statements_with_origins(statements, readings, said)


_GONE = (
    "CREATE TABLE IF NOT EXISTS reuse_gone (article_id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS reuse_went AFTER DELETE ON articles"
    " BEGIN INSERT OR IGNORE INTO reuse_gone VALUES (old.article_id); END",
)
"""Which articles the index is to forget: those that went, and those that came again and may have another text."""


def _reading(connection: apsw.Connection, article_id: str) -> Reading:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
    return reading(connection, article_from(row))


def _not_in_index(connection: apsw.Connection) -> Iterator[Reading]:
    question = (
        "SELECT article_id FROM articles WHERE article_id NOT IN (SELECT article_id FROM reuse_carriers) ORDER BY 1"
    )
    for (article_id,) in connection.execute(question).fetchall():
        yield _reading(connection, str(article_id))


def _put_copies(connection: apsw.Connection, copies: list[Copy]) -> None:
    connection.execute("DELETE FROM copies")
    connection.executemany(
        "INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?)",
        [(c.article_a, c.article_b, c.kind, c.similarity, c.containment, c.earlier) for c in copies],
    )
    carried = {article_id for copy in copies for article_id in (copy.article_a, copy.article_b)}
    articles = [_reading(connection, article_id).article for article_id in sorted(carried)]
    exact = [copy for copy in copies if copy.kind == "exact"]
    of = {article_id: head for article_id, head in heads(articles, exact).items() if head != article_id}
    connection.execute("UPDATE articles SET copy_of = NULL WHERE copy_of IS NOT NULL")
    connection.executemany("UPDATE articles SET copy_of = ? WHERE article_id = ?", [(h, a) for a, h in of.items()])


def _put_passages(connection: apsw.Connection, passages: list[Passage]) -> None:
    connection.execute("DELETE FROM passages")
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
        [(p.passage_id, p.words, p.origin_kind, p.origin, p.because, p.first_article_id) for p in passages],
    )
    connection.executemany(
        "INSERT INTO passage_members VALUES (?, ?, ?, ?, ?, ?)",
        [(p.passage_id, m.article_id, m.source_id, m.start, m.end, m.text) for p in passages for m in p.members],
    )


def _put_statements(connection: apsw.Connection, statements: list[Statement]) -> None:
    connection.execute("DELETE FROM statements")
    connection.execute("UPDATE quotes SET statement_id = NULL WHERE statement_id IS NOT NULL")
    for one in statements:
        row = asdict(one)
        for column in ("speakers", "versions"):
            row[column] = json.dumps(row[column], ensure_ascii=False)
        connection.execute(_INSERT_STATEMENT, row)
        connection.executemany(
            "UPDATE quotes SET statement_id = ? WHERE quote_id = ?",
            [(one.statement_id, version.quote_id) for version in one.versions],
        )


_INSERT_STATEMENT = (
    "INSERT INTO statements VALUES (:statement_id, :speaker_name_id, :speaker, :said_on, :fullest_quote_id, :speakers,"
    " :origin_kind, :origin, :because, :versions)"
)
