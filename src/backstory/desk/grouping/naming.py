"""The articles' own names of a desk in, the names across articles out: only what a change touches is made anew.

Equal names of several articles are one shape, with their number. Shapes that keys tie are merged together, by the very
function that merges all names of a pile at once (`annotate.names`), and what nothing new ties with stays as it is. So
a desk's names are the same whatever the order and the batches in which its articles came.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import cast

import apsw

from backstory.annotate.name_keys import block_keys, key_told
from backstory.annotate.names import merge
from backstory.annotate.told_names import Told
from backstory.desk.connection import transaction
from backstory.desk.decided.names import told_names
from backstory.desk.tables import Row
from backstory.records import Name, content_id

__all__ = ["merge_names"]

MERGED_AT_ONCE = 4096
"""Shapes handed to one merge, whole ties of them: most ties are of one shape, and a call costs as much as ten."""


def merge_names(connection: apsw.Connection) -> None:
    """Make one name of those that articles share, and let mentions and quotes refer to it, in one transaction."""
    if connection.execute("SELECT 1 FROM stale WHERE what = 'names'").fetchone() is None:
        return
    with transaction(connection):
        told = told_names(connection)
        picked = _picked(told)
        _touch_what_is_told(connection, told, picked)
        articles = _give_shapes(connection, {local_id for one in told for local_id in one.ids})
        gone, made = set[str](), set[str]()
        for shapes, is_told in _batches(_tied(connection, picked)):
            became = _merge(connection, shapes, told if is_told else ())
            articles |= became.articles
            gone |= became.before
            made |= became.made
        connection.executemany("DELETE FROM names WHERE name_id = ?", [(name_id,) for name_id in sorted(gone - made)])
        connection.executemany(_LINK, [(article_id,) * 2 for article_id in sorted(articles)])
        connection.executemany(_LINK_QUOTES, [(article_id,) * 3 for article_id in sorted(articles)])
        connection.execute("DELETE FROM name_shapes WHERE articles = 0")
        connection.execute("UPDATE name_shapes SET touched = 0 WHERE touched")
        connection.execute("DELETE FROM stale WHERE what = 'names'")
        connection.execute("INSERT OR IGNORE INTO stale VALUES ('reuse')")


_BECAME = "(SELECT name_id FROM local_names JOIN name_shapes USING (shape) WHERE article_id = ? AND local_id = {})"
_LINK = f"UPDATE mentions SET name_id = {_BECAME.format('mentions.local_id')} WHERE article_id = ?"
_LINK_QUOTES = (
    f"UPDATE quotes SET speaker_name_id = {_BECAME.format('quotes.speaker_local_id')},"
    f" addressee_name_id = {_BECAME.format('quotes.addressee_local_id')} WHERE article_id = ?"
)


def _cell(key: str) -> int:
    """Return the signed 64-bit number under which a key is kept."""
    return int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)


def _picked(told: Sequence[Told]) -> frozenset[int]:
    """Return the keys of the names that people told something of."""
    return frozenset(_cell(key_told(pick.key)) for one in told for pick in (one.of, one.joins) if pick)


def _touch_what_is_told(connection: apsw.Connection, told: Sequence[Told], picked: frozenset[int]) -> None:
    """Where people told something or took it back since names were last merged, touch all that it is about."""
    ids = {local_id for one in told for local_id in one.ids}
    now = json.dumps([[asdict(one) for one in told], sorted(picked), sorted(ids)], default=sorted)
    row = connection.execute("SELECT told FROM names_told").fetchone()
    if now == (before := str(row[0]) if row else "[[], [], []]"):
        return
    _, cells, others = json.loads(before)
    connection.executemany(_TOUCH_CELL, [(cell,) for cell in sorted(picked.union(cells))])
    connection.executemany(_UNSHAPE, [(local_id,) for local_id in sorted(ids.union(others))])
    connection.execute("DELETE FROM names_told")
    connection.execute("INSERT INTO names_told VALUES (?)", (now,))


_TOUCH_CELL = "UPDATE name_shapes SET touched = 1 WHERE shape IN (SELECT shape FROM name_cells WHERE cell = ?)"
_UNSHAPE = "UPDATE local_names SET shape = NULL, seen = NULL WHERE local_id = ?"


def _give_shapes(connection: apsw.Connection, apart: set[str]) -> set[str]:
    """Give each of the articles' own names its shape; return the articles whose names had none.

    A name that people took out of another, of `apart`, is a shape of its own.
    """
    held: dict[int, list[str | None]] = defaultdict(list)
    numbers: dict[str, int] = {}
    given = []
    for article_id, local_id, seen, *shape in connection.execute(_UNSHAPED):
        key = local_id if local_id in apart else content_id("shape", *(part or "" for part in shape))
        if key not in numbers:
            numbers[key] = _number(connection, key, shape)
        held[numbers[key]].append(seen)
        given.append((numbers[key], seen, article_id, local_id))
    connection.executemany("UPDATE local_names SET shape = ?, seen = ? WHERE article_id = ? AND local_id = ?", given)
    connection.executemany(
        "UPDATE name_shapes SET articles = articles + ?, touched = 1 WHERE shape = ?",
        [(len(seen), shape) for shape, seen in held.items()],
    )
    connection.execute(_DATE)
    return {article_id for _, _, article_id, _ in given}


_UNSHAPED = (
    "SELECT article_id, local_id, a.published_earliest, l.kind, l.label, l.forms, l.gender, l.roles"
    " FROM local_names l JOIN articles a USING (article_id) WHERE l.shape IS NULL ORDER BY article_id, local_id"
)
_DATE = (
    "UPDATE name_shapes SET first_seen = (SELECT min(seen) FROM local_names l WHERE l.shape = name_shapes.shape)"
    " WHERE touched"
)


def _number(connection: apsw.Connection, key: str, shape: Sequence[str]) -> int:
    """Return the number of a shape, one that is new with the cells that tie it."""
    found = connection.execute("SELECT shape FROM name_shapes WHERE key = ?", (key,)).fetchone()
    if found is not None:
        return int(found[0])
    connection.execute(
        "INSERT INTO name_shapes (key, kind, label, forms, gender, roles) VALUES (?, ?, ?, ?, ?, ?)", (key, *shape)
    )
    number = connection.last_insert_rowid()
    cells = [(_cell(cell), looks, number) for cell, looks in block_keys(_name(key, *shape)).items()]
    connection.executemany("INSERT OR IGNORE INTO name_cells VALUES (?, ?, ?)", cells)
    return number


def _name(key: str, kind: str, label: str, forms: str, gender: str | None, roles: str) -> Name:
    return Name(key, kind, label, tuple(json.loads(forms)), None, 1, gender, tuple(json.loads(roles)))


def _tied(connection: apsw.Connection, picked: frozenset[int]) -> Iterator[tuple[list[int], bool]]:
    """Yield the shapes that tie with each touched one, each once, and whether people told something of them."""
    done, cells = set[int](), set[int]()
    for first in _numbers(connection, "SELECT shape FROM name_shapes WHERE touched ORDER BY shape"):
        if first in done:
            continue
        done.add(first)
        tied, is_told, at = [first], False, 0
        while at < len(tied):
            own = set(_numbers(connection, _CELLS, tied[at]))
            if own & picked and not is_told:  # what people told may join any of it
                own, is_told = own | picked, True
            for cell in own - cells:
                sharing = set(_numbers(connection, _SHARING, cell, cell in picked, cell)) - done
                done |= sharing
                tied += sorted(sharing)
            cells |= own
            at += 1
        yield tied, is_told


def _numbers(connection: apsw.Connection, question: str, *values: int) -> list[int]:
    return [cast(int, row[0]) for row in connection.execute(question, values)]


_CELLS = "SELECT cell FROM name_cells WHERE shape = ?"
_SHARING = (
    "SELECT shape FROM name_cells WHERE cell = ?"
    " AND (? OR EXISTS (SELECT 1 FROM name_cells looking WHERE looking.cell = ? AND looking.looks))"
)


def _batches(tied: Iterator[tuple[list[int], bool]]) -> Iterator[tuple[list[int], bool]]:
    """Gather ties that people told nothing of; of two ties, neither changes what is made of the other."""
    batch: list[int] = []
    for shapes, is_told in tied:
        if is_told:
            yield shapes, True
            continue
        batch += shapes
        if len(batch) >= MERGED_AT_ONCE:
            yield batch, False
            batch = []
    yield batch, False


@dataclass(frozen=True, slots=True)
class _Became:
    """What merging made: articles of which some own name became another, the names there were, and those there are."""

    articles: set[str]
    before: set[str]
    made: set[str]


def _merge(connection: apsw.Connection, shapes: Sequence[int], told: Sequence[Told]) -> _Became:
    """Make the names of whole ties anew."""
    numbers: dict[str, int] = {}
    before: dict[str, str | None] = {}
    names = []
    for shape in shapes:
        for key, name_id, articles, first_seen, *own in connection.execute(_SHAPE, (shape,)):
            numbers[key], before[key] = shape, name_id
            if articles:
                names.append(replace(_name(key, *own), first_seen=first_seen, articles=articles))
    merged = merge(names, told)
    connection.executemany(_PUT, [_row(name) for name in merged.names])
    changed = [(became, numbers[key]) for key, became in merged.ids.items() if before[key] != became]
    connection.executemany("UPDATE name_shapes SET name_id = ? WHERE shape = ?", changed)
    own_articles = "SELECT article_id FROM local_names WHERE shape = ?"
    return _Became(
        {str(row[0]) for _, shape in changed for row in connection.execute(own_articles, (shape,))},
        {name_id for name_id in before.values() if name_id},
        {name.name_id for name in merged.names},
    )


_SHAPE = "SELECT key, name_id, articles, first_seen, kind, label, forms, gender, roles FROM name_shapes WHERE shape = ?"
_PUT = (
    "INSERT INTO names VALUES (:name_id, :kind, :label, :forms, :first_seen, :articles) ON CONFLICT DO UPDATE SET"
    " label = excluded.label, forms = excluded.forms, first_seen = excluded.first_seen, articles = excluded.articles"
    " WHERE (label, forms, first_seen, articles) IS NOT"
    " (excluded.label, excluded.forms, excluded.first_seen, excluded.articles)"
)


def _row(name: Name) -> Row:
    return {
        "name_id": name.name_id,
        "kind": name.kind,
        "label": name.label,
        "forms": json.dumps(name.forms, ensure_ascii=False),
        "first_seen": name.first_seen,
        "articles": name.articles,
    }
