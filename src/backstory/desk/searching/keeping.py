"""Columns in, a few large rows of the desk out, and back: so that the first search of a process reads no shelf.

A build keeps them when more than a twentieth of the shelves changed since they were kept last, so that one more article
costs the same however many there are; a search brings what was kept up to date with the shelves that changed since.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.annotate.reader import WIDTH
from backstory.desk.connection import transaction
from backstory.desk.searching.columns import ARTICLE, Columns, Ragged, brought_up, read_all
from backstory.desk.searching.growing import Growing
from backstory.desk.searching.meaning import Sketch

__all__ = ["columns_of", "keep"]

DESKS = 4
"""Desks whose columns are held: a server has one, tests have many."""
CHANGED = 20
"""Columns are kept anew when one shelf in so many changed. At 100,000 articles they take some 600 bytes an article, so
that keeping them costs 12 KB for each article that comes; the article itself takes 40."""
FEWEST = 256
"""Shelves from which on keeping pays: fewer are read as fast."""
MADE = "CREATE TABLE IF NOT EXISTS shelf_columns (part TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT"
FORMAT = 1
"""Raised with every change of the parts below: what another Backstory kept is read from the shelves instead."""

_held: OrderedDict[tuple[str, str], Columns] = OrderedDict()
_lock = Lock()


def columns_of(connection: apsw.Connection) -> Columns:
    """Return the columns of a desk, brought up to what the connection sees."""
    ((revision, made),) = connection.execute("SELECT revision, made FROM shelf_clock").fetchall()
    now, key = int(str(revision)), (str(made), connection.filename)
    with _lock:
        held = _held.get(key)
        if held is None:
            held = _held[key] = _first(connection, now)
            while len(_held) > DESKS:
                _held.popitem(last=False)
        elif held.revision < now:
            held = _held[key] = brought_up(connection, held, now)
        _held.move_to_end(key)
        return held


def _first(connection: apsw.Connection, now: int) -> Columns:
    kept = _kept(connection)
    if kept is None or kept.revision > now:
        return read_all(connection, now)
    return brought_up(connection, kept, now) if kept.revision < now else kept


def keep(connection: apsw.Connection) -> None:
    """Keep the columns as they are now, where enough has changed."""
    connection.execute(MADE)
    known = connection.execute("SELECT data FROM shelf_columns WHERE part = 'revision'").fetchone()
    after = -1 if known is None else int(np.frombuffer(bytes(known[0]), "<i8")[1])
    ((changed, everything),) = connection.execute(
        "SELECT (SELECT count(*) FROM shelves WHERE revision > ?), (SELECT count(*) FROM shelves)", (after,)
    ).fetchall()
    if int(str(everything)) < FEWEST or CHANGED * int(str(changed)) < int(str(everything)):
        return
    with transaction(connection):
        ((revision,),) = connection.execute("SELECT revision FROM shelf_clock").fetchall()
        columns = _first(connection, int(str(revision)))
        connection.execute("DELETE FROM shelf_columns")
        parts = ((part, np.ascontiguousarray(rows).tobytes()) for part, rows in _parts(columns).items())
        connection.executemany("INSERT INTO shelf_columns VALUES (?, ?)", parts)


def _parts(columns: Columns) -> dict[str, NDArray[np.generic]]:
    """Return every array by its name, texts as UTF-8, without what is gone."""
    shelves = np.arange(len(columns.kind))
    sketch = columns.sketch
    there = columns.kind[sketch.numbers.rows] == ARTICLE
    parts: dict[str, NDArray[np.generic]] = {
        "revision": np.array([FORMAT, columns.revision], "<i8"),
        "kind": columns.kind,
        "tie": columns.tie.astype("<u8"),
        "outlet": columns.outlet.astype("<i4"),
        "day": columns.day.astype("<i4"),
        "story": columns.story.astype("<i4"),
        "name_keys": np.array(columns.name_keys, "<u8"),
        "outlets": _packed(list(columns.outlets)),
        "stories": _packed(list(columns.stories)),
        "numbers": sketch.numbers.rows[there].astype("<i8"),
        "steps": sketch.steps.rows[there],
        "signs": sketch.signs.rows[there].astype("<u8"),
        "lengths": sketch.lengths.rows[there].astype("<f4"),
    }
    for name, ragged in (("speakers", columns.speakers), ("names", columns.names)):
        parts[f"{name} counts"] = ragged.counts.astype("<i4")
        parts[f"{name} codes"] = ragged.codes[ragged.places(shelves)].astype("<i4")
    return parts


def _packed(texts: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(texts)).encode(), np.uint8)


def _coded(data: bytes) -> dict[str, int]:
    return {text: code for code, text in enumerate(json.loads(data))}


def _kept(connection: apsw.Connection) -> Columns | None:
    """Return the columns as they were kept; None where none were, or by another format."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'shelf_columns'").fetchall():
        return None
    parts: dict[str, bytes] = {
        str(part): data for part, data in connection.execute("SELECT part, data FROM shelf_columns")
    }
    if "revision" not in parts:
        return None
    made, revision = np.frombuffer(parts["revision"], "<i8").tolist()
    if made != FORMAT:
        return None
    keys = np.frombuffer(parts["name_keys"], "<u8").tolist()
    return Columns(
        revision=revision,
        kind=np.frombuffer(parts["kind"], np.int8),
        tie=np.frombuffer(parts["tie"], "<u8"),
        outlet=np.frombuffer(parts["outlet"], "<i4"),
        day=np.frombuffer(parts["day"], "<i4"),
        story=np.frombuffer(parts["story"], "<i4"),
        speakers=_ragged(parts, "speakers"),
        names=_ragged(parts, "names"),
        sketch=_sketch(parts),
        outlets=_coded(parts["outlets"]),
        stories=_coded(parts["stories"]),
        name_codes={key: code for code, key in enumerate(keys)},
        name_keys=keys,
    )


def _ragged(parts: Mapping[str, bytes], name: str) -> Ragged:
    counts = np.frombuffer(parts[f"{name} counts"], "<i4")
    begins = np.cumsum(counts, dtype=np.int64) - counts
    return Ragged(Growing.of(np.frombuffer(parts[f"{name} codes"], "<i4")), begins, counts)


def _sketch(parts: Mapping[str, bytes]) -> Sketch:
    numbers = np.frombuffer(parts["numbers"], "<i8")
    return Sketch(
        Growing.of(numbers),
        Growing.of(np.frombuffer(parts["steps"], np.int8).reshape(-1, WIDTH)),
        Growing.of(np.frombuffer(parts["signs"], "<u8").reshape(-1, WIDTH // 64)),
        Growing.of(np.frombuffer(parts["lengths"], "<f4")),
    )
