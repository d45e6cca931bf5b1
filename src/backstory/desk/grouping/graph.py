"""A table of pairs with probabilities in, its connected components out, each small enough to partition.

Articles and stories are grouped alike: likely candidates are edges, and what is touched finds its component.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw

from backstory.stories.group import Wishes, components

__all__ = ["Graph"]

Pair = tuple[str, str]

STEP = 0.05
"""By how much the probability of an edge rises until a component that is too large falls apart."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The pairs of a table whose columns are `one` and `other` (the lesser key first), probability and candidate.

    `edge` is the probability from which a candidate is an edge, `largest` how many members a part has at most.
    """

    connection: apsw.Connection
    table: str
    one: str
    other: str
    edge: float
    largest: int

    def components(self, touched: Sequence[str], wishes: Wishes) -> Iterator[list[str]]:
        """Yield the connected components of what was touched, each in the order of its keys."""
        wanted: dict[str, list[str]] = {}
        for one, other in wishes.must:
            wanted.setdefault(one, []).append(other)
            wanted.setdefault(other, []).append(one)
        seen: set[str] = set()
        for start in touched:
            if start in seen:
                continue
            component, waiting = {start}, [start]
            while waiting:
                key = waiting.pop()
                near = {*self._neighbours(key), *wanted.get(key, ())} - component
                component |= near
                waiting += sorted(near)
            seen |= component
            yield sorted(component)

    def _neighbours(self, key: str) -> list[str]:
        edge = "AND candidate AND probability >= :edge"
        question = (
            f"SELECT {self.other} FROM {self.table} WHERE {self.one} = :id {edge}"
            f" UNION SELECT {self.one} FROM {self.table} WHERE {self.other} = :id {edge}"
        )
        return [str(row[0]) for row in self.connection.execute(question, {"id": key, "edge": self.edge})]

    def known(self, part: Sequence[str], *, edges: float | None = None) -> dict[Pair, float]:
        """Return the probabilities within a part; with `edges` only those of candidates from that probability."""
        here = set(part)
        question = f"SELECT {self.other}, probability FROM {self.table} WHERE {self.one} = ? AND probability >= ?"
        question += " AND candidate" if edges is not None else ""
        return {
            (key, str(other)): float(str(probability))
            for key in part
            for other, probability in self.connection.execute(question, (key, edges or 0.0))
            if str(other) in here
        }

    def small_enough(self, component: Sequence[str], wishes: Wishes) -> list[list[str]]:
        """Cut a component that is too large at ever higher probabilities."""
        parts, least = [list(component)], self.edge
        while least < 1 and any(len(part) > self.largest for part in parts):
            least = round(least + STEP, 2)
            parts = [piece for part in parts for piece in self._cut(part, least, wishes)]
        return parts

    def _cut(self, part: list[str], least: float, wishes: Wishes) -> list[list[str]]:
        if len(part) <= self.largest:
            return [part]
        held = set(part)
        musts = sorted(pair for pair in wishes.must if held.issuperset(pair))
        return components(part, [*sorted(self.known(part, edges=least)), *musts])
