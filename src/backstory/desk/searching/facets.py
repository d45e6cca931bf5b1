"""All rows that were found in, counts by outlet, speaker, kind, month and name out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk.searching.allowed import kinds_of
from backstory.desk.searching.columns import Columns
from backstory.desk.searching.query import KINDS
from backstory.desk.searching.shelving import QUOTES, SHIFT

__all__ = ["FACETS", "Facets", "facets"]

FACETS = ("outlet", "speaker", "kind", "month", "name")
VALUES = 12
"""Values of a facet, the most frequent; months are given all."""

Facets: TypeAlias = dict[str, tuple[tuple[str, int], ...]]
Numbers: TypeAlias = NDArray[np.int64]


def facets(connection: apsw.Connection, columns: Columns, rows: Numbers) -> Facets:
    """Count rows by outlet, kind and month, quotes by speaker, and articles by the names that they mention."""
    numbers, quotes = rows >> SHIFT, rows & QUOTES
    outlets = list(columns.outlets)
    months = np.bincount(columns.day[numbers] // 100) if len(rows) else np.zeros(0, np.int64)
    kinds = np.bincount(kinds_of(columns, rows), minlength=len(KINDS))
    return {
        "outlet": _most(np.bincount(columns.outlet[numbers], minlength=len(outlets)), outlets),
        "speaker": _named(connection, columns, _speakers(columns, numbers, quotes)),
        "kind": tuple((kind, int(count)) for kind, count in zip(KINDS, kinds, strict=True) if count),
        "month": tuple(
            (f"{month // 100:04}-{month % 100:02}", int(months[month])) for month in np.flatnonzero(months) if month
        ),
        "name": _named(connection, columns, _mentioned(columns, numbers[quotes == 0])),
    }


def _speakers(columns: Columns, numbers: Numbers, quotes: Numbers) -> Numbers:
    spoken = (quotes > 0) & (quotes <= columns.speakers.counts[numbers])
    places = columns.speakers.begins[numbers[spoken]] + quotes[spoken] - 1
    return np.bincount(columns.speakers.codes[places], minlength=1)


def _mentioned(columns: Columns, numbers: Numbers) -> Numbers:
    return np.bincount(columns.names.codes[columns.names.places(numbers)], minlength=1)


def _most(counts: Numbers, values: Sequence[str]) -> tuple[tuple[str, int], ...]:
    pairs = [(values[code], int(counts[code])) for code in np.flatnonzero(counts).tolist() if values[code]]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:VALUES])


def _named(connection: apsw.Connection, columns: Columns, counts: Numbers) -> tuple[tuple[str, int], ...]:
    """Return the labels of the most frequent names, ties by id; code 0 is nobody."""
    counts[0] = 0
    codes = np.flatnonzero(counts)
    least = np.partition(counts[codes], -VALUES)[-VALUES] if len(codes) > VALUES else 1
    keys = np.array([columns.name_keys[code] for code in codes[counts[codes] >= least].tolist()], np.uint64)
    chosen = codes[counts[codes] >= least]
    order = np.lexsort((keys, -counts[chosen]))[:VALUES]
    found: dict[str, int] = {}
    for code, key in zip(chosen[order].tolist(), keys[order].tolist(), strict=True):
        prefix = f"{key:016x}"
        label = connection.execute(_LABEL, (prefix, f"{prefix}g")).fetchone()
        if label is not None:
            found[str(label[0])] = found.get(str(label[0]), 0) + int(counts[code])
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


_LABEL = "SELECT label FROM names WHERE name_id >= ? AND name_id < ? LIMIT 1"
