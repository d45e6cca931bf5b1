"""Words or an article in, the articles of nearest meaning out, by the vectors that annotating made.

Every vector is held twice: as 384 signs, by which all of them are looked through, and in whole steps of eight bits, by
which the nearest of those are compared exactly. On 100,000 articles that takes a tenth of what comparing all would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backstory.annotate.reader import WIDTH, Reader
from backstory.desk.searching.growing import Growing

__all__ = ["Sketch", "meaning_of"]

Vector: TypeAlias = NDArray[np.float32]
Numbers: TypeAlias = NDArray[np.int64]

COMPARED = 2_000
"""Of the nearest by signs so many are compared exactly. Of the 50 nearest of 100,000 articles 99.8% are among them."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Vectors of shelves in the order of their numbers, which never change: row n is that of the shelf `numbers[n]`.

    A shelf that is gone keeps its row until the desk is opened anew: whoever asks says which shelves are allowed, or
    that every one is.
    """

    numbers: Growing
    steps: Growing
    signs: Growing
    lengths: Growing

    @classmethod
    def of(cls, numbers: Sequence[int], vectors: Sequence[bytes]) -> Sketch:
        """Take the vectors of shelves, each in whole steps."""
        steps = np.frombuffer(b"".join(vectors), np.int8).reshape(-1, WIDTH)
        made = np.array(numbers, np.int64), steps, _signs(steps), _lengths(steps)
        return cls(*(Growing.of(rows) for rows in made))

    def and_more(self, numbers: Sequence[int], vectors: Sequence[bytes]) -> Sketch:
        """Return these and those of new shelves, whose numbers are higher."""
        new = Sketch.of(numbers, vectors)
        return Sketch(
            self.numbers.and_more(new.numbers.rows),
            self.steps.and_more(new.steps.rows),
            self.signs.and_more(new.signs.rows),
            self.lengths.and_more(new.lengths.rows),
        )

    def nearest(self, vector: Vector, most: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Numbers, Vector]:
        """Return at most so many shelves of those `allowed` (by shelf) and their cosines, the nearest first."""
        numbers = self.numbers.rows
        rows = np.arange(len(numbers)) if allowed is None else np.flatnonzero(allowed[numbers])
        if not len(rows) or not vector.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if len(rows) > COMPARED:
            signs = self.signs.rows if len(rows) == len(numbers) else self.signs.rows[rows]
            rows = rows[_nearest_by_signs(signs, _signs(vector[np.newaxis]))]
        steps, lengths = self.steps.rows[rows].astype(np.float32), self.lengths.rows[rows]
        cosines = np.round(steps @ vector / lengths, 5)
        order = np.lexsort((numbers[rows], -cosines))[:most]
        return numbers[rows[order]], cosines[order]

    def vector(self, shelf: int) -> Vector:
        """Return the vector of a shelf at unit length, zeros where it has none."""
        at = int(np.searchsorted(self.numbers.rows, shelf))
        if at == self.numbers.size or self.numbers.rows[at] != shelf:
            return np.zeros(WIDTH, np.float32)
        steps = self.steps.rows[at].astype(np.float32)
        unit: Vector = (steps / max(float(np.sqrt((steps * steps).sum())), 1e-9)).astype(np.float32)
        return unit


def _signs(vectors: NDArray[np.int8] | Vector) -> NDArray[np.uint64]:
    """Return which numbers are above zero, 64 to a word, a row a vector."""
    return np.ascontiguousarray(np.packbits(vectors > 0, axis=1)).view(np.uint64)


def _lengths(steps: NDArray[np.int8]) -> Vector:
    lengths = np.sqrt(np.einsum("ij,ij->i", steps, steps, dtype=np.float32))
    known: Vector = np.maximum(lengths, np.float32(1e-9))
    return known


def _nearest_by_signs(signs: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> Numbers:
    """Return the rows with the fewest other signs; of those that have as many as the last, all."""
    apart = np.zeros(len(signs), np.int16)
    for words, word in zip(signs.T, wanted[0], strict=True):
        apart += np.bitwise_count(words ^ word)
    most = np.searchsorted(np.cumsum(np.bincount(apart)), COMPARED)
    return np.flatnonzero(apart <= most)


@cache
def _reader() -> Reader:
    """Return the model, loaded once in each process."""
    return Reader()


@lru_cache(maxsize=1024)
def _meaning(text: str) -> bytes:
    return _reader().meaning(text).tobytes()


def meaning_of(text: str) -> Vector:
    """Return the vector of a search's words by the model that read the articles; zeros where there is no word."""
    return np.frombuffer(_meaning(text), np.float32)
