"""A query's fields in, which rows of the index they allow out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk.searching.columns import PASSAGE, Columns
from backstory.desk.searching.naming import names_with
from backstory.desk.searching.query import KINDS, Field
from backstory.desk.searching.shelving import QUOTES, SHIFT

__all__ = ["allowed", "kinds_of", "matching_rows"]

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


def kinds_of(columns: Columns, rows: Numbers) -> NDArray[np.int64]:
    """Return the place of each row's kind in KINDS."""
    return np.where(rows & QUOTES, 1, np.where(columns.kind[rows >> SHIFT] == PASSAGE, 2, 0))


def matching_rows(connection: apsw.Connection, match: str) -> Numbers:
    """Return the rows of the index that a question in FTS5's own language finds."""
    found = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,)).fetchall()
    return np.fromiter((row[0] for row in found), np.int64, len(found))


def allowed(connection: apsw.Connection, columns: Columns, fields: Sequence[Field], rows: Numbers) -> Flags:
    """Return which of the rows have every field; of several with one name, any, but both ends of a time."""
    kept: Flags = columns.kind[rows >> SHIFT] >= 0
    either: dict[str, Flags] = {}
    for field in fields:
        has = _HAVING[field.name](connection, columns, field, rows)
        if field.without:
            kept &= ~has
        elif field.name in ("before", "after"):
            kept &= has
        else:
            either[field.name] = either[field.name] | has if field.name in either else has
    for has in either.values():
        kept &= has
    return kept


def _of_kind(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    has: Flags = kinds_of(columns, rows) == KINDS.index(field.value)
    return has


def _of_outlet(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    """An outlet of that very name, or else those that have it in theirs."""
    wanted = field.value.casefold()
    codes = [code for name, code in columns.outlets.items() if name.casefold() == wanted]
    codes = codes or [code for name, code in columns.outlets.items() if wanted in name.casefold()]
    has: Flags = _among(codes, len(columns.outlets))[columns.outlet[rows >> SHIFT]]
    return has


def _among(codes: Sequence[int], size: int) -> Flags:
    chosen = np.zeros(size, bool)
    chosen[list(codes)] = True
    return chosen


def _before(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    days = columns.day[rows >> SHIFT]
    has: Flags = (days > 0) & (days < _day(field.value))
    return has


def _after(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    has: Flags = columns.day[rows >> SHIFT] >= _day(field.value)
    return has


def _day(value: str) -> int:
    """Return 20260300 for 2026-03: it is before every day of the month."""
    return int(value.replace("-", "").ljust(8, "0"))


def _by_speaker(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    codes = columns.names_like(names_with(connection, field.value))
    numbers, quotes = rows >> SHIFT, rows & QUOTES
    spoken = (quotes > 0) & (quotes <= columns.speakers.counts[numbers])
    said = np.zeros(len(rows), bool)
    places = columns.speakers.begins[numbers[spoken]] + quotes[spoken] - 1
    said[spoken] = _among(codes, len(columns.name_keys))[columns.speakers.codes[places]]
    return said


def _about(connection: apsw.Connection, columns: Columns, field: Field, rows: Numbers) -> Flags:
    """An article that mentions a name; a quote or a passage that has the words."""
    chosen = _among(columns.names_like(names_with(connection, field.value)), len(columns.name_keys))
    shelves = np.flatnonzero(columns.names.counts)
    hits = chosen[columns.names.codes[columns.names.places(shelves)]]
    ends = np.cumsum(columns.names.counts[shelves])
    counted = np.concatenate([[0], np.cumsum(hits)])
    mentions = np.zeros(len(columns.kind), bool)
    mentions[shelves] = counted[ends] > counted[ends - columns.names.counts[shelves]]
    words = " ".join(field.value.replace('"', " ").replace("*", " ").split())
    said = matching_rows(connection, f'"{words}"') if words else np.zeros(0, np.int64)
    return np.where(kinds_of(columns, rows) == 0, mentions[rows >> SHIFT], np.isin(rows, said))


_HAVING = {
    "kind": _of_kind,
    "outlet": _of_outlet,
    "before": _before,
    "after": _after,
    "speaker": _by_speaker,
    "about": _about,
}
