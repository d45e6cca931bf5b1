"""Tables in, one SQLite file out that any tool opens: typed columns, foreign keys, full text of articles and quotes.

Datasette shows it as it is: references as links, articles and quotes with a search box. What the contract nests is kept
as JSON, and the members of passages and the versions of statements have tables of their own as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import apsw

from backstory.desk import ask
from backstory.desk.exporting.selecting import Chosen, table_rows, texts
from backstory.desk.exporting.shapes import affinity_of
from backstory.desk.tables import TABLES, Row

__all__ = ["write_sqlite"]

ROWS = 5_000
"""Rows of a transaction."""
KEYS = {
    "sources": "source_id", "articles": "article_id", "names": "name_id", "quotes": "quote_id", "texts": "source_id",
    "passages": "passage_id", "statements": "statement_id", "stories": "story_id", "threads": "thread_id",
}  # fmt: skip
"""Tables whose rows have an id."""
REFERS = {
    "source_id": "sources", "title_source_id": "sources", "label_source_id": "sources", "article_id": "articles",
    "first_article_id": "articles", "article_a": "articles", "article_b": "articles", "earlier": "articles",
    "copy_of": "articles", "name_id": "names", "speaker_name_id": "names", "addressee_name_id": "names",
    "quote_id": "quotes", "fullest_quote_id": "quotes", "passage_id": "passages", "statement_id": "statements",
    "story_id": "stories", "story_a": "stories", "story_b": "stories", "thread_id": "threads",
}  # fmt: skip
"""Columns that are another table's id."""
PARTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "passage_members": ("passages", "members", ("passage_id", "article_id", "source_id", "start", "end", "text")),
    "statement_versions": (
        "statements",
        "versions",
        ("statement_id", "quote_id", "article_id", "outlet", "cut", "left_out", "loses_negation", "cue"),
    ),
}
"""Tables of what the contract nests: of which table, in which column, with which columns."""
SEARCHED = {"articles": ("title", "text"), "quotes": ("text",)}


def write_sqlite(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write the file; it takes the place of what was there once it is whole."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    made = apsw.Connection(str(part))
    try:
        made.pragma("synchronous", "off")
        made.pragma("journal_mode", "memory")
        counts = {
            name: _table(made, name, columns, answer) for name, columns, answer in _all(connection, wanted, with_texts)
        }
        for name, columns in SEARCHED.items():
            listed = ", ".join(columns)
            made.execute(f'CREATE VIRTUAL TABLE {name}_fts USING fts5 ({listed}, content="{name}")')
            made.execute(f"INSERT INTO {name}_fts (rowid, {listed}) SELECT rowid, {listed} FROM {name}")
        made.execute("ANALYZE")
    except BaseException:
        made.close()
        part.unlink(missing_ok=True)
        raise
    made.close()
    os.replace(part, to)
    return counts


Answer = tuple[str, tuple[str, ...], Iterable[Row]]


def _all(connection: apsw.Connection, wanted: Chosen, with_texts: bool) -> Iterator[Answer]:
    for name, table in TABLES.items():
        answer: Iterable[Row] = table_rows(connection, name, wanted)
        columns = table.columns
        if name in _MADE:
            columns, answer = _MADE[name](connection, columns, answer)
        yield name, columns, answer
    repeated = (row for rows in _by_source(table_rows(connection, "sources", wanted)) for row in rows[1:])
    yield "other_uris", ("source_id", "uri", "media_type", "read_at", "problem"), repeated
    for name, (table_name, column, columns) in PARTS.items():
        yield name, columns, _parts(table_rows(connection, table_name, wanted), KEYS[table_name], column)
    if with_texts:
        yield "texts", ("source_id", "text"), (row for row in texts(connection) if wanted.has("texts", row))


def _by_source(answer: Iterable[Row]) -> Iterator[list[Row]]:
    for _, same in groupby(answer, key=lambda row: row["source_id"]):
        yield list(same)


def _parts(answer: Iterable[Row], key: str, column: str) -> Iterator[Row]:
    for row in answer:
        for one in row[column]:
            yield one | {key: row[key]}


Made = Callable[[apsw.Connection, tuple[str, ...], Iterable[Row]], tuple[tuple[str, ...], Iterable[Row]]]


def _sources(
    connection: apsw.Connection, columns: tuple[str, ...], answer: Iterable[Row]
) -> tuple[tuple[str, ...], Iterable[Row]]:
    """Each source once: the other names of equal bytes are in other_uris."""
    return columns, (rows[0] for rows in _by_source(answer))


def _articles(
    connection: apsw.Connection, columns: tuple[str, ...], answer: Iterable[Row]
) -> tuple[tuple[str, ...], Iterable[Row]]:
    """Each article with its clean text, to be read and searched."""
    return (*columns, "text"), (
        row | {"text": ask.reading(connection, ask.article_from(row)).of(ask.SHOWN_KINDS)} for row in answer
    )


_MADE: dict[str, Made] = {"sources": _sources, "articles": _articles}


def _table(made: apsw.Connection, name: str, columns: tuple[str, ...], answer: Iterable[Row]) -> int:
    made.execute(f'CREATE TABLE "{name}" ({", ".join(_columns(name, columns))})')
    for column in columns:
        if column in REFERS and column != KEYS.get(name):
            made.execute(f'CREATE INDEX "{name}_by_{column}" ON "{name}" ("{column}")')
    insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
    waiting, count = iter(answer), 0
    while batch := list(islice(waiting, ROWS)):
        with made:
            made.executemany(insert, [[_value(row.get(column)) for column in columns] for row in batch])
        count += len(batch)
    return count


def _columns(name: str, columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        kind = affinity_of(name, column)
        if column == KEYS.get(name):
            yield f'"{column}" {kind} PRIMARY KEY' + (' REFERENCES "sources" ("source_id")' if name == "texts" else "")
        elif column in REFERS:
            other = REFERS[column]
            yield f'"{column}" {kind} REFERENCES "{other}" ("{KEYS[other]}")'
        else:
            yield f'"{column}" {kind}'


def _value(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    return value
