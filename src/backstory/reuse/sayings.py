"""One quote at a time in, statements out: what finding them all at once would give, in whatever order quotes come.

The state is a few tables of a SQLite database. A quote that arrives looks up its own keys and is compared with the
quotes that answer; how strongly any two are one utterance is kept, since it depends on those two alone. What a key had
led to before it became common is left out when the tables are read. A quote that comes or goes touches the statements
that it is in or might be in, and only those are made anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from backstory.records import Statement
from backstory.reuse.links import Connection
from backstory.reuse.statements import BLOCK_COMMON, is_fragment, keys_of, order_of, statement_of, strength_of
from backstory.reuse.utterances import Utterance

__all__ = ["Changed", "StatementIndex"]

VERSION = 2
"""Of how keys and strengths are made: an index of another version begins anew."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reuse_said (quote INTEGER PRIMARY KEY, quote_id TEXT NOT NULL UNIQUE,"
    " own INTEGER NOT NULL, words INTEGER NOT NULL, short INTEGER NOT NULL, keys BLOB NOT NULL, host INTEGER,"
    " root INTEGER)",
    "CREATE INDEX IF NOT EXISTS reuse_said_root ON reuse_said (root)",
    "CREATE TABLE IF NOT EXISTS reuse_said_keys (key INTEGER NOT NULL, quote INTEGER NOT NULL,"
    " PRIMARY KEY (key, quote)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reuse_said_common (key INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS reuse_said_pairs (quote INTEGER NOT NULL, host INTEGER NOT NULL, share REAL NOT NULL,"
    " shared INTEGER NOT NULL, longest INTEGER NOT NULL, keys BLOB NOT NULL, PRIMARY KEY (quote, host)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_said_pairs_host ON reuse_said_pairs (host)",
    "CREATE TABLE IF NOT EXISTS reuse_said_touched (quote INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS reuse_said_gone (fullest_quote_id TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""The tables. `quote` numbers quotes in the order of arrival; nothing that is handed out depends on it."""

TABLES = (
    "reuse_said",
    "reuse_said_keys",
    "reuse_said_common",
    "reuse_said_pairs",
    "reuse_said_touched",
    "reuse_said_gone",
)
AT_ONCE = 256
"""Quotes that are compared in one go."""
KEPT = 20_000
"""Quotes whose words are kept at hand: about 100 MB at the most."""
Row = tuple[Any, ...]


class Changed(NamedTuple):
    """The statements that a change touched as they are now, and the fullest quotes of those that were there before."""

    gone: list[str]
    statements: list[Statement]


class StatementIndex:
    """Which of the quotes added so far are versions of one utterance.

    `said_of` gives the quotes that there are among those ids, with their articles. The caller begins and commits
    transactions.
    """

    def __init__(
        self,
        connection: Connection,
        said_of: Callable[[Sequence[str]], Iterable[Utterance]],
        *,
        common: int = BLOCK_COMMON,
    ) -> None:
        self.connection = connection
        self.said_of = said_of
        self.common = common
        self.is_new = False
        """Whether there was no index of this version, so that nothing made of an older one can be relied on."""
        self._kept: dict[int, Utterance] = {}
        connection.execute("CREATE TABLE IF NOT EXISTS reuse_said_version (version INTEGER PRIMARY KEY)")
        if self._rows("SELECT version FROM reuse_said_version") != [(VERSION,)]:
            self.is_new = True
            for table in TABLES:
                self._rows(f"DROP TABLE IF EXISTS {table}")
            self._rows("DELETE FROM reuse_said_version")
            self._rows("INSERT INTO reuse_said_version VALUES (?)", VERSION)
        for statement in SCHEMA:
            connection.execute(statement)

    def update(self, quote_ids: Iterable[str]) -> None:
        """Take in quotes that are new or changed, and forget those of them that are no more."""
        ids = sorted(set(quote_ids))
        self._remove(ids)
        self._add(self.said_of(ids))

    def changed(self) -> Changed:
        """Return the statements touched since this was asked last, and settle them."""
        touched = {row[0] for row in self._rows("SELECT quote FROM reuse_said JOIN reuse_said_touched USING (quote)")}
        common = self._common()
        for number in touched:
            self._rows("UPDATE reuse_said SET host = ? WHERE quote = ?", self._host(number, common), number)
        before = {row[0] for number in touched for row in self._rows(_ROOT, number)}
        gone = {row[0] for root in before for row in self._rows(_QUOTE_ID, root)}
        gone |= {row[0] for row in self._rows("SELECT fullest_quote_id FROM reuse_said_gone")}
        affected = touched | {row[0] for root in before for row in self._rows(_MEMBERS, root)}
        roots = self._roots(affected)
        rows = [(root, number) for number, root in roots.items()]
        self.connection.executemany("UPDATE reuse_said SET root = ? WHERE quote = ?", rows)
        made = [self._statement(root) for root in set(roots.values())]
        self._rows("DELETE FROM reuse_said_touched")
        self._rows("DELETE FROM reuse_said_gone")
        gone |= {one.fullest_quote_id for one in made}
        return Changed(sorted(gone), sorted(made, key=lambda one: one.statement_id))

    def _statement(self, root: int) -> Statement:
        hosts: dict[int, int] = dict(self._rows("SELECT quote, host FROM reuse_said WHERE root = ?", root))
        said = self._said(hosts)
        ordered = sorted(hosts, key=lambda number: order_of(said[number]))
        return statement_of([(said[number], said.get(hosts[number])) for number in ordered])

    def _roots(self, affected: set[int]) -> dict[int, int]:
        """Return the fullest quote of the statement of each of `affected`."""
        roots: dict[int, int] = {}
        for start in affected:
            chain, number, top = [], start, None
            while top is None:
                if number in roots:
                    top = roots[number]
                elif number not in affected:
                    ((top,),) = self._rows(_ROOT, number)
                else:
                    chain.append(number)
                    ((host,),) = self._rows("SELECT host FROM reuse_said WHERE quote = ?", number)
                    top, number = (number, number) if host is None else (None, host)
            roots.update(dict.fromkeys(chain, top))
        return roots

    def _host(self, number: int, common: set[int]) -> int | None:
        """Return the fuller quote that a quote shares most with, or None where it is the fullest of its statement."""
        ((short,),) = self._rows("SELECT short FROM reuse_said WHERE quote = ?", number)
        best: tuple[Row, int] | None = None
        for host, share, shared, longest, own, words, quote_id, keys in self._rows(_PAIRS, number):
            if _is_compared(_numbers(keys) - common, short):
                rank = (-share, -shared, -longest, -own, -words, quote_id)
                best = min(best, (rank, host)) if best else (rank, host)
        return best[1] if best else None

    def _add(self, said: Iterable[Utterance]) -> None:
        waiting = iter(said)
        while batch := list(islice(waiting, AT_ONCE)):
            fresh: dict[int, frozenset[int]] = {}
            for each in batch:
                if len(each.hashes):
                    number, keys = self._insert(each)
                    fresh[number] = keys
            self._meet(fresh)

    def _insert(self, said: Utterance) -> tuple[int, frozenset[int]]:
        keys = keys_of(said).view(np.int64)
        own, words, quote_id = order_of(said)
        self._rows(_INSERT, quote_id, -own, -words, is_fragment(said), keys.tobytes())
        ((number,),) = self._rows("SELECT quote FROM reuse_said WHERE quote_id = ?", quote_id)
        rows = [(key, number) for key in keys.tolist()]
        self.connection.executemany("INSERT INTO reuse_said_keys VALUES (?, ?)", rows)
        self._rows(_TOUCH, number)
        self._keep(number, said)
        return number, frozenset(keys.tolist())

    def _meet(self, fresh: Mapping[int, frozenset[int]]) -> None:
        """Compare quotes, given with their keys, with each other and with those that share a key with them."""
        common = self._common()
        wanted = frozenset().union(*fresh.values()) - common
        holders: dict[int, list[int]] = defaultdict(list)
        for key, number in self._rows(_HOLDERS, json.dumps(sorted(wanted))):
            holders[key].append(number)
        for key in [key for key, numbers in holders.items() if len(numbers) > self.common]:
            self._rows("INSERT INTO reuse_said_common VALUES (?)", key)
            self._touch_pairs(key, holders.pop(key))
        shared: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, keys in fresh.items():
            for key in sorted(keys & holders.keys()):
                for other in holders[key]:
                    if other != number and (other not in fresh or number < other):
                        shared[number, other].append(key)
        self._compare(shared)

    def _compare(self, shared: Mapping[tuple[int, int], list[int]]) -> None:
        """Keep how strongly pairs of quotes are one utterance, where they are."""
        known = {
            row[0]: row[1:] for row in self._rows(_PLACES, json.dumps(sorted({n for pair in shared for n in pair})))
        }
        asked = []
        for pair, keys in shared.items():
            host, other = sorted(pair, key=lambda number: known[number][:3])
            if _is_compared(keys, known[other][3]):
                asked.append((host, other, keys))
        said = self._said({number for pair in asked for number in pair[:2]})
        for host, other, keys in asked:
            strength = strength_of(said[host], said[other])
            if strength:
                self._rows(_PAIR, other, host, *strength, np.array(keys, dtype=np.int64).tobytes())
                self._rows(_TOUCH, other)

    def _touch_pairs(self, key: int, numbers: Iterable[int]) -> None:
        """Note the quotes that a key which became common had brought to another."""
        for number in numbers:
            for (keys,) in self._rows("SELECT keys FROM reuse_said_pairs WHERE quote = ?", number):
                if key in _numbers(keys):
                    self._rows(_TOUCH, number)

    def _remove(self, quote_ids: Iterable[str]) -> None:
        freed: set[int] = set()
        for quote_id in quote_ids:
            for number, root, keys in self._rows(
                "SELECT quote, root, keys FROM reuse_said WHERE quote_id = ?", quote_id
            ):
                self._rows("INSERT OR IGNORE INTO reuse_said_gone VALUES (?)", quote_id)
                self._rows(
                    "INSERT OR IGNORE INTO reuse_said_gone SELECT quote_id FROM reuse_said WHERE quote = ?", root
                )
                self._rows("INSERT OR IGNORE INTO reuse_said_touched SELECT quote FROM reuse_said WHERE root = ?", root)
                for table, column in (("touched", "quote"), ("pairs", "quote"), ("pairs", "host")):
                    self._rows(f"DELETE FROM reuse_said_{table} WHERE {column} = ?", number)
                rows = [(key, number) for key in _numbers(keys)]
                self.connection.executemany("DELETE FROM reuse_said_keys WHERE key = ? AND quote = ?", rows)
                self._rows("DELETE FROM reuse_said WHERE quote = ?", number)
                self._rows("UPDATE reuse_said SET root = NULL WHERE root = ?", root)
                self._kept.pop(number, None)
                freed |= _numbers(keys)
        self._no_longer_common(freed)

    def _no_longer_common(self, freed: set[int]) -> None:
        """Compare the quotes that a key leads to again, since fewer have it."""
        near: set[int] = set()
        for key in sorted(freed & self._common()):
            rows = self._rows("SELECT quote FROM reuse_said_keys WHERE key = ? LIMIT ?", key, self.common + 1)
            if len(rows) <= self.common:
                self._rows("DELETE FROM reuse_said_common WHERE key = ?", key)
                near.update(row[0] for row in rows)
        if near:
            rows = self._rows(
                "SELECT quote, keys FROM reuse_said WHERE quote IN (SELECT value FROM json_each(?))",
                json.dumps(sorted(near)),
            )
            self._meet({number: frozenset(_numbers(keys)) for number, keys in rows})

    def _said(self, numbers: Iterable[int]) -> dict[int, Utterance]:
        """Return quotes with their words, by number."""
        wanted = set(numbers)
        missing = sorted(wanted - self._kept.keys())
        said = {number: self._kept[number] for number in wanted & self._kept.keys()}
        ids: dict[str, int] = dict(
            self._rows(
                "SELECT quote_id, quote FROM reuse_said WHERE quote IN (SELECT value FROM json_each(?))",
                json.dumps(missing),
            )
        )
        for each in self.said_of(sorted(ids)):
            said[ids[each.quote.quote_id]] = each
            self._keep(ids[each.quote.quote_id], each)
        return said

    def _keep(self, number: int, said: Utterance) -> None:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[number] = said

    def _common(self) -> set[int]:
        return {row[0] for row in self._rows("SELECT key FROM reuse_said_common")}

    def _rows(self, sql: str, *values: object) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()


def _is_compared(keys: Collection[int], short: bool) -> bool:
    """Whether so many keys that are not common bring two quotes together, the lesser of them `short` or not."""
    return len(keys) > 1 or (short and len(keys) == 1)


def _numbers(keys: bytes) -> set[int]:
    return set(np.frombuffer(keys, dtype=np.int64).tolist())


_ROOT = "SELECT root FROM reuse_said WHERE quote = ? AND root IS NOT NULL"
_QUOTE_ID = "SELECT quote_id FROM reuse_said WHERE quote = ?"
_MEMBERS = "SELECT quote FROM reuse_said WHERE root = ?"
_TOUCH = "INSERT OR IGNORE INTO reuse_said_touched VALUES (?)"
_INSERT = "INSERT INTO reuse_said (quote_id, own, words, short, keys) VALUES (?, ?, ?, ?, ?)"
_PAIR = "INSERT OR REPLACE INTO reuse_said_pairs VALUES (?, ?, ?, ?, ?, ?)"
_HOLDERS = "SELECT key, quote FROM reuse_said_keys WHERE key IN (SELECT value FROM json_each(?))"
_PLACES = "SELECT quote, -own, -words, quote_id, short FROM reuse_said WHERE quote IN (SELECT value FROM json_each(?))"
_PAIRS = (
    "SELECT p.host, share, shared, longest, own, words, quote_id, p.keys FROM reuse_said_pairs p"
    " JOIN reuse_said h ON h.quote = p.host WHERE p.quote = ?"
)
