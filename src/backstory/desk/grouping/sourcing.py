"""Passages and statements that came and went in, where the words of each come from out, kept in its row.

An origin depends on the articles that carry the words, and on the outlets and wire services that the desk knows by
name. A new name touches what has it in the words that name who was told; a new wire service touches everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import apsw

from backstory.desk.ask import quotes as quotes_of
from backstory.desk.tables import Row, rows
from backstory.records import Member, Passage, Quote, Reading, Statement, Version
from backstory.reuse.credits import Names, credits_of, names_shown
from backstory.reuse.origins import (
    NOTHING,
    Found,
    carried_along,
    origins_shown,
    passage_sides,
    statement_sides,
    statements_with_origins,
)

__all__ = ["SOURCING", "Sourcing"]

AT_ONCE = 256
"""Passages or statements whose articles are read together."""
KEPT = 512
"""Articles that are kept at hand with their texts."""

SOURCING = {
    "reuse_names": "CREATE TABLE IF NOT EXISTS reuse_names (what TEXT PRIMARY KEY, forms TEXT NOT NULL) WITHOUT ROWID",
    "reuse_sides": "CREATE TABLE IF NOT EXISTS reuse_sides (ref TEXT PRIMARY KEY, side TEXT NOT NULL) WITHOUT ROWID",
    "reuse_wires": "CREATE TABLE IF NOT EXISTS reuse_wires (passage_id TEXT PRIMARY KEY, bare INTEGER NOT NULL,"
    " wire TEXT) WITHOUT ROWID",
    "reuse_credits": "CREATE TABLE IF NOT EXISTS reuse_credits (article_id TEXT PRIMARY KEY, wires TEXT NOT NULL)"
    " WITHOUT ROWID",
}
"""The names known when origins were last brought up to date; what stands around the words of a passage or a statement
where it may name an outlet; what shows a passage's origin by itself, a wire service or nothing;
what articles credit."""


class Sourcing:
    """Keeps the origins of a desk's passages and statements; `settle` brings them up to date. One transaction."""

    def __init__(self, connection: apsw.Connection, reading_of: Callable[[str], Reading]) -> None:
        self.connection = connection
        self.reading_of = lru_cache(maxsize=KEPT)(reading_of)
        self._passages: set[str] = set()
        self._statements: set[str] = set()
        self._carriers: set[str] = set()

    def passages_go(self, passage_ids: Iterable[str]) -> None:
        """Note that passages are about to go; what else their articles carry may have another origin."""
        for key in passage_ids:
            self._carriers |= {str(row[0]) for row in self.connection.execute(_CARRIERS, (key,))}
            for table, column in (("sides", "ref"), ("wires", "passage_id")):
                self.connection.execute(f"DELETE FROM reuse_{table} WHERE {column} = ?", (key,))

    def passage_came(self, passage: Passage) -> None:
        """Note that a passage is in the desk, without its origin."""
        self._passages.add(passage.passage_id)

    def statements_go(self, statement_ids: Iterable[str]) -> None:
        """Note that statements went."""
        self.connection.executemany("DELETE FROM reuse_sides WHERE ref = ?", [(key,) for key in statement_ids])

    def statement_came(self, statement: Statement) -> None:
        """Note that a statement is in the desk, without its origin."""
        self._statements.add(statement.statement_id)

    def settle(self) -> None:
        """Put the origins of what came, and of what a name that came or went may concern."""
        names = names_shown((outlet, placed) for outlet, placed in self.connection.execute(_SHOWN))
        self._note_names(names)
        for some in _chunks(self._statements):
            self._source_statements(some, names)
        for some in _chunks(self._passages):
            self._source_passages(some, names)
        self._carry_along()

    def _note_names(self, names: Names) -> None:
        """Keep the names, and note what those that are new or gone may concern."""
        known = {"agencies": dict(names.agencies), "outlets": dict(names.outlets)}
        before = {str(what): json.loads(forms) for what, forms in self.connection.execute("SELECT * FROM reuse_names")}
        if before == known:
            return
        values = [(what, json.dumps(forms)) for what, forms in known.items()]
        self.connection.executemany("INSERT OR REPLACE INTO reuse_names VALUES (?, ?)", values)
        if before.get("agencies") != known["agencies"]:
            self._passages |= {str(row[0]) for row in self.connection.execute("SELECT passage_id FROM passages")}
            self._statements |= {str(row[0]) for row in self.connection.execute("SELECT statement_id FROM statements")}
            return
        moved = dict(set(before["outlets"].items()) ^ set(known["outlets"].items()))
        for form in sorted(moved):
            told = [str(row[0]) for row in self.connection.execute(_TOLD, (form,))]
            for table, column, noted in (
                ("passages", "passage_id", self._passages),
                ("statements", "statement_id", self._statements),
            ):
                there = f"SELECT 1 FROM {table} WHERE {column} = ?"
                noted.update(key for key in told if self.connection.execute(there, (key,)).fetchone())

    def _source_statements(self, statement_ids: Sequence[str], names: Names) -> None:
        found = [_statement(row) for key in statement_ids for row in self._rows("statements", "statement_id", key)]
        readings = self._readings(version.article_id for one in found for version in one.versions)
        quotes = self._quotes(readings)
        for one in statements_with_origins(found, readings, quotes, names):
            said = {quote.quote_id: quote for quote in quotes}
            versions = [said[version.quote_id] for version in one.versions]
            self._put_side(one.statement_id, statement_sides(versions, readings), names)
            origin = Found(one.origin_kind, one.origin, one.because or "")
            self._put("statements", "statement_id", one.statement_id, origin)

    def _source_passages(self, passage_ids: Sequence[str], names: Names) -> None:
        found = [_passage(row) for key in passage_ids for row in self._rows("passages", "passage_id", key)]
        readings = self._readings(member.article_id for passage in found for member in passage.members)
        origins, _ = origins_shown(found, readings, self._quotes(readings), names)
        for passage, origin in zip(found, origins, strict=True):
            self._put_side(passage.passage_id, passage_sides(passage.members, readings), names)
            wire = origin.name if origin.kind == "wire" else None
            row = (passage.passage_id, origin is NOTHING, wire)
            self.connection.execute("INSERT OR REPLACE INTO reuse_wires VALUES (?, ?, ?)", row)
            self._put("passages", "passage_id", passage.passage_id, origin)
        for key, each in readings.items():
            credited = json.dumps(sorted({credit.name for credit in credits_of(each, names)}))
            self.connection.execute("INSERT OR REPLACE INTO reuse_credits VALUES (?, ?)", (key, credited))
        self._carriers |= readings.keys()

    def _carry_along(self) -> None:
        """Put the origins of quoted passages all of whose carriers have one wire's report."""
        bare = {str(row[0]) for key in self._carriers for row in self.connection.execute(_BARE, (key,))}
        wires: dict[str, set[str]] = {}
        for key in sorted(bare):
            (passage,) = (_passage(row) for row in self._rows("passages", "passage_id", key))
            for member in passage.members:
                if member.article_id not in wires:
                    wires[member.article_id] = self._wires(member.article_id)
            self._put("passages", "passage_id", key, carried_along(passage, wires))

    def _wires(self, article_id: str) -> set[str]:
        """Return the wire services that an article credits or whose own words it carries."""
        credited = self.connection.execute("SELECT wires FROM reuse_credits WHERE article_id = ?", (article_id,))
        held = {str(row[0]) for row in self.connection.execute(_WIRES, (article_id,))}
        return held | {name for row in credited for name in json.loads(str(row[0]))}

    def _put_side(self, ref: str, sides: Iterable[str], names: Names) -> None:
        telling = "\n".join(side for side in sides if names.hint.search(side))
        self.connection.execute("DELETE FROM reuse_sides WHERE ref = ?", (ref,))
        if telling:
            self.connection.execute("INSERT INTO reuse_sides VALUES (?, ?)", (ref, telling))

    def _put(self, table: str, column: str, key: str, origin: Found) -> None:
        question = f"UPDATE {table} SET origin_kind = ?, origin = ?, because = ? WHERE {column} = ?"
        self.connection.execute(question, (origin.kind, origin.name, origin.because, key))

    def _rows(self, table: str, column: str, key: str) -> list[Row]:
        return list(rows(self.connection, table, f"WHERE {column} = :id", {"id": key}))

    def _readings(self, article_ids: Iterable[str]) -> dict[str, Reading]:
        return {key: self.reading_of(key) for key in sorted(set(article_ids))}

    def _quotes(self, article_ids: Iterable[str]) -> list[Quote]:
        return [quote for key in article_ids for quote in quotes_of(self.connection, key)]


def _chunks(keys: Iterable[str]) -> list[list[str]]:
    ordered = sorted(keys)
    return [ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)]


def _passage(row: Row) -> Passage:
    return Passage(
        row["passage_id"],
        row["words"],
        tuple(Member(**member) for member in row["members"]),
        first_article_id=row["first_article_id"],
    )


def _statement(row: Row) -> Statement:
    versions = tuple(Version(**version | {"left_out": tuple(version["left_out"])}) for version in row["versions"])
    return Statement(**row | {"versions": versions, "speakers": tuple(row["speakers"])})


_CARRIERS = "SELECT article_id FROM passage_members WHERE passage_id = ?"
_BARE = "SELECT w.passage_id FROM passage_members m JOIN reuse_wires w USING (passage_id) WHERE article_id = ? AND bare"
_WIRES = (
    "SELECT wire FROM passage_members m JOIN reuse_wires w USING (passage_id) WHERE article_id = ? AND wire IS NOT NULL"
)
_TOLD = "SELECT ref FROM reuse_sides WHERE instr(side, ?)"
_SHOWN = (
    "SELECT DISTINCT outlet, placed FROM articles LEFT JOIN reuse_shown USING (article_id) WHERE article_id IN"
    " (SELECT article_id FROM quotes WHERE statement_id IS NOT NULL UNION SELECT article_id FROM passage_members)"
)
"""The outlets and the names in place lines of the articles that speak or carry."""
