"""The runs that texts of an index share in, the stretches of text that belong together out, around where it is asked.

What is read of the tables is what the answer is made of: the runs of the texts in it and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from backstory.reuse.fingerprints import SHARED_WORDS
from backstory.reuse.passages import Stretch, much_the_same

__all__ = ["Connection", "Links"]


class Rows(Protocol):
    """What a query answers."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return every row."""


class Connection(Protocol):
    """What the standard library's `sqlite3.Connection` and `apsw.Connection` have in common."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> object:
        """Run one statement for each row of parameters."""


_RUNS = (
    "SELECT text_a, a, a_end, text_b, b, b_end, seeds FROM reuse_runs WHERE text_a = ?1 AND words >= ?2",
    "SELECT text_b, b, b_end, text_a, a, a_end, seeds FROM reuse_runs WHERE text_b = ?1 AND words >= ?2",
)
_TWINS = (
    "SELECT words FROM reuse_texts WHERE text = ?1 AND words >= ?2"
    " AND (SELECT count(*) FROM (SELECT 1 FROM reuse_carriers WHERE text = ?1 LIMIT 2)) > 1"
)
"""A text that several articles carry is a passage of them, from its first word to its last."""


class Links:
    """Which stretches of text belong together: linked by a run that holds, or much the same stretch of one text."""

    def __init__(self, connection: Connection, common: frozenset[int]) -> None:
        self._connection = connection
        self._common = common
        self._known: dict[int, dict[Stretch, set[Stretch]]] = {}

    def of(self, text: int) -> dict[Stretch, set[Stretch]]:
        """Return the stretches of a text, each with those that it belongs together with."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def groups(self, around: Iterable[Stretch]) -> list[list[Stretch]]:
        """Return the groups of stretches that any of `around` is in, each in order."""
        seen: set[Stretch] = set()
        found = []
        for start in around:
            if start in seen or start not in self.of(start.text):
                continue
            group, waiting = {start}, [start]
            while waiting:
                node = waiting.pop()
                near = self.of(node.text)[node] - group
                group |= near
                waiting += near
            seen |= group
            found.append(sorted(group))
        return found

    def _read(self, text: int) -> dict[Stretch, set[Stretch]]:
        linked: dict[Stretch, set[Stretch]] = defaultdict(set)
        for question in _RUNS:
            for *ends, seeds in self._connection.execute(question, (text, SHARED_WORDS)).fetchall():
                if self._holds(seeds):
                    linked[Stretch(*ends[:3])].add(Stretch(*ends[3:]))
        for (words,) in self._connection.execute(_TWINS, (text, SHARED_WORDS)).fetchall():
            linked.setdefault(Stretch(text, 0, words), set())
        nodes = sorted(linked)
        for one, other in much_the_same(nodes):
            linked[nodes[one]].add(nodes[other])
            linked[nodes[other]].add(nodes[one])
        return dict(linked)

    def _holds(self, seeds: bytes) -> bool:
        """Whether a fingerprint that is not common leads to a run."""
        return not self._common or not self._common.issuperset(np.frombuffer(seeds, dtype=np.int64).tolist())
