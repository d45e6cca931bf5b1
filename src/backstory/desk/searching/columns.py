"""The index's shelves in, columns in memory out: what filters, counts, grouping and meaning need of each shelf.

They are shared by all connections of this process to a desk. The first search takes them as the last build kept them
(`keeping`), and after a commit only the shelves that it changed are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk.searching.growing import Growing
from backstory.desk.searching.meaning import Sketch

__all__ = ["ARTICLE", "GONE", "PASSAGE", "Columns", "Ragged", "brought_up", "read_all"]

ARTICLE, PASSAGE, GONE = 0, 1, -1

Numbers: TypeAlias = NDArray[np.int64]
Row: TypeAlias = tuple[Any, ...]


@dataclass(slots=True)
class Ragged:
    """A list of codes for every shelf, one behind the other in `held`; what was replaced stays there unused."""

    held: Growing
    begins: Numbers
    counts: NDArray[np.int32]

    @property
    def codes(self) -> NDArray[np.int32]:
        """The codes of all lists."""
        return self.held.rows

    def places(self, shelves: Numbers) -> Numbers:
        """Return where in `codes` the lists of these shelves are, list after list."""
        counts = self.counts[shelves].astype(np.int64)
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(self.begins[shelves] - (ends - counts), counts) + np.arange(total)

    def put(self, shelves: Numbers, lists: Sequence[Sequence[int]]) -> None:
        """Replace the lists of these shelves."""
        counts = np.array([len(codes) for codes in lists], np.int64)
        self.begins[shelves] = self.held.size + np.cumsum(counts) - counts
        self.counts[shelves] = counts
        self.held = self.held.and_more(np.array([code for codes in lists for code in codes], np.int32))


@dataclass(slots=True)
class Columns:
    """One number a column for every shelf, at the shelf's number: codes into the lists of values.

    `day` is 20260314 for 14 March 2026 and 0 where unknown; `tie` orders what is equally good, by the article's id.
    `lost` says that an article is gone whose vector is still in the sketch.
    """

    revision: int
    kind: NDArray[np.int8]
    tie: NDArray[np.uint64]
    outlet: NDArray[np.int32]
    day: NDArray[np.int32]
    story: NDArray[np.int32]
    speakers: Ragged
    names: Ragged
    sketch: Sketch
    outlets: dict[str, int] = field(default_factory=lambda: {"": 0})
    stories: dict[str, int] = field(default_factory=dict)
    name_codes: dict[int, int] = field(default_factory=lambda: {0: 0})
    name_keys: list[int] = field(default_factory=lambda: [0])
    lost: bool = False

    def names_like(self, keys: Iterable[int]) -> list[int]:
        """Return the codes of names by the first 8 bytes of their ids."""
        return sorted({self.name_codes[key] for key in keys if key in self.name_codes})


_COLUMNS = "number, kind, ref, article_id, outlet, day, story_id, speakers, names, vector"


def read_all(connection: apsw.Connection, revision: int) -> Columns:
    """Return the columns of a desk, every shelf read: seconds of work for 100,000 articles."""
    rows: list[Row] = connection.execute(f"SELECT {_COLUMNS} FROM shelves ORDER BY number").fetchall()
    size = int(rows[-1][0]) + 1 if rows else 1
    numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    made = _empty(size, revision)
    _fill(made, rows, numbers)
    keys = np.frombuffer(b"".join(blob for row in rows for blob in (row[7], row[8])), ">u8")
    unique, inverse = np.unique(keys, return_inverse=True)
    made.name_keys = [0, *(int(key) for key in unique if key)]
    made.name_codes = {key: code for code, key in enumerate(made.name_keys)}
    codes = Growing.of(inverse.astype(np.int32) + np.int32(0 if len(unique) and not unique[0] else 1))
    lengths = np.array([[len(row[7]) // 8, len(row[8]) // 8] for row in rows], np.int64).reshape(-1, 2)
    begins = (np.cumsum(lengths.ravel()) - lengths.ravel()).reshape(-1, 2)
    for ragged, column in ((made.speakers, 0), (made.names, 1)):
        ragged.begins[numbers], ragged.counts[numbers] = begins[:, column], lengths[:, column]
        taken = ragged.places(numbers) if len(numbers) else numbers
        ragged.begins[numbers] = np.cumsum(lengths[:, column]) - lengths[:, column]
        ragged.held = Growing.of(codes.rows[taken])
    vectors = [(int(row[0]), row[9]) for row in rows if row[9] is not None]
    made.sketch = Sketch.of([number for number, _ in vectors], [vector for _, vector in vectors])
    return made


def _empty(size: int, revision: int) -> Columns:
    def ragged() -> Ragged:
        return Ragged(Growing.of(np.zeros(0, np.int32)), np.zeros(size, np.int64), np.zeros(size, np.int32))

    return Columns(
        revision=revision,
        kind=np.full(size, GONE, np.int8),
        tie=np.zeros(size, np.uint64),
        outlet=np.zeros(size, np.int32),
        day=np.zeros(size, np.int32),
        story=np.zeros(size, np.int32),
        speakers=ragged(),
        names=ragged(),
        sketch=Sketch.of([], []),
    )


def _fill(columns: Columns, rows: Sequence[Row], numbers: Numbers) -> None:
    """Write what has one value a shelf."""
    outlets, stories = columns.outlets, columns.stories
    columns.kind[numbers] = [PASSAGE if row[1] == "passage" else ARTICLE for row in rows]
    columns.tie[numbers] = np.array([int(row[3][:16], 16) for row in rows], np.uint64)
    columns.outlet[numbers] = [outlets.setdefault(row[4] or "", len(outlets)) for row in rows]
    columns.day[numbers] = [int((row[5] or "0").replace("-", "")) for row in rows]
    columns.story[numbers] = [stories.setdefault(row[6] or row[3], len(stories)) for row in rows]


def brought_up(connection: apsw.Connection, old: Columns, revision: int) -> Columns:
    """Return the columns with what changed since; those of other threads stay as they were."""
    after = (old.revision,)
    rows: list[Row] = connection.execute(
        f"SELECT {_COLUMNS} FROM shelves WHERE revision > ? ORDER BY number", after
    ).fetchall()
    gone = [int(str(row[0])) for row in connection.execute("SELECT number FROM shelves_gone WHERE revision > ?", after)]
    size = max(len(old.kind), int(rows[-1][0]) + 1 if rows else 0, max(gone, default=0) + 1)
    new = _grown(old, size, revision)
    new.lost = old.lost or bool((new.kind[gone] == ARTICLE).any())
    new.kind[gone] = GONE
    if not rows:
        return new
    numbers = np.array([row[0] for row in rows], np.int64)
    _fill(new, rows, numbers)
    for ragged, column in ((new.speakers, 7), (new.names, 8)):
        ragged.put(numbers, [[_code(new, key) for key in np.frombuffer(row[column], ">u8").tolist()] for row in rows])
    known = int(new.sketch.numbers.rows[-1]) if new.sketch.numbers.size else 0
    vectors = [(int(row[0]), row[9]) for row in rows if row[9] is not None and int(row[0]) > known]
    if vectors:
        new.sketch = new.sketch.and_more([number for number, _ in vectors], [vector for _, vector in vectors])
    return new


def _code(columns: Columns, key: int) -> int:
    code = columns.name_codes.setdefault(key, len(columns.name_keys))
    if code == len(columns.name_keys):
        columns.name_keys.append(key)
    return code


def _grown(old: Columns, size: int, revision: int) -> Columns:
    def copied(array: NDArray[Any], fill: int = 0) -> NDArray[Any]:
        return np.concatenate([array, np.full(size - len(array), fill, array.dtype)])

    def ragged(one: Ragged) -> Ragged:
        return Ragged(one.held, copied(one.begins), copied(one.counts))

    return replace(
        old,
        revision=revision,
        kind=copied(old.kind, GONE),
        tie=copied(old.tie),
        outlet=copied(old.outlet),
        day=copied(old.day),
        story=copied(old.story),
        speakers=ragged(old.speakers),
        names=ragged(old.names),
    )
