"""One article at a time in, copies and passages out: what finding them all at once would give, in whatever order.

The state is five tables of a SQLite database. An article that arrives looks up its own fingerprints and is compared
with the texts that answer, so its cost does not depend on how many articles there are. What a phrase had led to before
it became common is left out when the tables are read, which makes the order of arrival change nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from backstory.records import Copy, Passage, Reading
from backstory.reuse.corpus import Corpus, Text, corpus_of_texts, text_of
from backstory.reuse.duplicates import PROMISING, alike, copies_of
from backstory.reuse.fingerprints import COMMON, SEED_WORDS, Meetings, Prints, fingerprints, meetings
from backstory.reuse.passages import passages_of
from backstory.reuse.runs import Runs, shared_runs

__all__ = ["SCHEMA", "Connection", "ReuseIndex"]

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reuse_texts (text INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, prints INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS reuse_carriers (article_id TEXT PRIMARY KEY, text INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_carriers_text ON reuse_carriers (text)",
    "CREATE TABLE IF NOT EXISTS reuse_prints (hash INTEGER NOT NULL, text INTEGER NOT NULL, place INTEGER NOT NULL,"
    " PRIMARY KEY (hash, text, place)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reuse_common (hash INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS reuse_runs (text_a INTEGER NOT NULL, text_b INTEGER NOT NULL, a INTEGER, a_end INTEGER,"
    " b INTEGER, b_end INTEGER, words INTEGER, kernel_a INTEGER, kernel_b INTEGER, kernel INTEGER,"
    " PRIMARY KEY (text_a, text_b, kernel_a, kernel_b)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reuse_pairs (text_a INTEGER NOT NULL, text_b INTEGER NOT NULL, similarity REAL,"
    " containment REAL, PRIMARY KEY (text_a, text_b)) WITHOUT ROWID",
)
"""The tables. `text` numbers distinct texts in the order of arrival; nothing that is handed out depends on it."""


class Connection(Protocol):
    """What the standard library's `sqlite3.Connection` and `apsw.Connection` have in common."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Any: ...


class ReuseIndex:
    """Who repeats whom among the articles added so far.

    `reading_of` gives an article that was added again, by its id. The caller begins and commits transactions.
    """

    def __init__(
        self, connection: Connection, reading_of: Callable[[str], Reading], *, common: int = COMMON
    ) -> None:
        self.connection = connection
        self.reading_of = reading_of
        self.common = common
        for statement in SCHEMA:
            connection.execute(statement)

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in `readings`; one that is there already changes nothing."""
        for reading in readings:
            self._add(text_of(reading))

    def copies(self, *, changes: bool = True) -> list[Copy]:
        """Return what `find_copies` returns for all articles added."""
        rows = list(self.connection.execute("SELECT text_a, text_b, similarity, containment FROM reuse_pairs"))
        twins = "SELECT text FROM reuse_carriers GROUP BY text HAVING count(*) > 1"
        corpus, number, known = self._corpus({row[0] for row in rows} | {row[1] for row in rows}, twins)
        living = self._living_pairs(rows)
        pairs = [(*sorted((number[a], number[b])), similarity, containment) for a, b, similarity, containment in living]
        return copies_of(corpus, pairs, known, changes=changes)
