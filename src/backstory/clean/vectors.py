"""Units in, likeness out: how much the text on both sides of each gap speaks of the same things.

Two vectors a unit: one hashed over its rarer words, weighed by how rare they are, which knows names and numbers; and
one of static word vectors, which knows that "tariff" and "duty" are near.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from backstory.clean.units import Unit
from backstory.clean.weights import Weights
from backstory.clean.word_table import WordTable

__all__ = [
    "Words",
    "bands",
    "chains",
    "cosines",
    "far_back",
    "hashed_vectors",
    "static_vectors",
    "stem",
    "windows",
    "words_of",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BUCKETS = 512
"""Two unrelated blocks of 100 words have a likeness of .00 +- .04 in 512 buckets."""

RARE_IDF = 9.0
"""The weight of a word that the background does not know."""

COMMON_IDF = 1.6
"""A word that stands in one article of five says nothing about a subject."""


@lru_cache(maxsize=1 << 16)
def stem(token: str) -> str:
    """Return `token` in lower case without a possessive or plural s."""
    word = token.lower()
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1 << 16)
def _code(word: str) -> int:
    return crc32(word.encode())


@dataclass(frozen=True, slots=True)
class Words:
    """The rarer words of a text, one row for each word in each unit: unit, word's code, background row and weight."""

    units: Ints
    codes: Ints
    rows: Ints
    idf: Floats
    counts: Floats
    names: npt.NDArray[np.bool_]
    size: int


def words_of(units: Sequence[Unit], known: Weights) -> Words:
    """Return the rarer words of `units`, each once a unit."""
    places: list[int] = []
    rows: list[int] = []
    codes: list[int] = []
    counts: list[int] = []
    names: list[bool] = []
    lookup = known.words.get
    for place, unit in enumerate(units):
        told = [token for token in unit.tokens if len(token) > 2 or (len(token) > 1 and token.isupper())]
        bag = Counter(map(stem, told))
        capital = {stem(token) for token in told if token[0].isupper()}
        places += [place] * len(bag)
        rows += [lookup(word, -1) for word in bag]
        codes += map(_code, bag)
        counts += bag.values()
        names += [word in capital for word in bag]
    row = np.asarray(rows, dtype=np.int64)
    idf = np.where(row >= 0, known.idf[row], np.float32(RARE_IDF))
    kept = idf >= COMMON_IDF
    tf = 1 + np.log(np.asarray(counts, dtype=np.float32))
    unit_of, code = np.asarray(places, dtype=np.int64), np.asarray(codes, dtype=np.int64)
    named = np.asarray(names, dtype=np.bool_)
    return Words(unit_of[kept], code[kept], row[kept], idf[kept], tf[kept], named[kept], len(units))


def hashed_vectors(words: Words, *, names: bool = False) -> Floats:
    """Return a vector a unit (units x `BUCKETS`) that knows which rare words, or only which names, stand in it."""
    signed = words.idf * words.counts * np.where(words.codes >> 16 & 1, 1, -1)
    if names:
        signed = signed * words.names
    flat = np.bincount(words.units * BUCKETS + words.codes % BUCKETS, weights=signed, minlength=words.size * BUCKETS)
    return np.asarray(flat.reshape(words.size, BUCKETS), dtype=np.float32)


def static_vectors(units: Sequence[Unit], table: WordTable) -> Floats:
    """Return a vector of length 1 a unit (units x dimensions): the sum of the static vectors of its distinct words."""
    bags = [sorted({token for token in unit.tokens if token[0].isalnum()}) or [" "] for unit in units]
    rows = table.rows([token for bag in bags for token in bag])
    starts = np.cumsum([0, *(len(bag) for bag in bags[:-1])])
    return unit_length(np.add.reduceat(table.vectors[rows].astype(np.float32), starts, axis=0))


def unit_length(vectors: Floats) -> Floats:
    """Return each row of `vectors` at length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), dtype=np.float32)


MEMORY = 20
"""Units after which a word counts as new again: as long as three articles in four."""


def chains(words: Words) -> Floats:
    """Return how words go on over each gap and what each unit brings (columns x units).

    The weight of links from a word to its next use that cross the gap, over all and over near ones, over names; then of
    each unit: the share of its words that are new, and the shares of its words that are new and come again, and that
    come again at all.
    """
    order = np.lexsort((words.units, words.codes))
    code, unit, idf, name = words.codes[order], words.units[order], words.idf[order], words.names[order]
    same = code[1:] == code[:-1]
    step = np.where(same, unit[1:] - unit[:-1], 10**6)
    before = np.concatenate([[10**6], step])
    after = np.concatenate([step, [10**6]])
    heavy = idf > 3.0
    linked = before <= MEMORY
    columns = []
    for chosen in (linked & heavy, linked & (before <= 4) & heavy, linked & name):
        weight = np.where(chosen, idf, 0)
        starts = np.bincount(
            np.maximum(unit - np.minimum(before, MEMORY), 0) + 1, weights=weight, minlength=words.size + 2
        )
        stops = np.bincount(unit + 1, weights=weight, minlength=words.size + 2)
        columns.append(np.cumsum(starts - stops)[: words.size])
    mass = np.bincount(unit, weights=np.where(heavy, idf, 0), minlength=words.size) + 10.0
    for chosen in (~linked & heavy, ~linked & heavy & (after <= MEMORY), heavy & (after <= MEMORY)):
        columns.append(np.bincount(unit, weights=np.where(chosen, idf, 0), minlength=words.size) / mass)
    return np.asarray(columns, dtype=np.float32)


def bands(vectors: Floats, reach: int) -> Floats:
    """Return the likeness of each unit to the `reach` units after it (reach x units; 0 beyond the end)."""
    unit = unit_length(vectors)
    out = np.zeros((reach, len(unit)), dtype=np.float32)
    for step in range(1, min(reach, len(unit) - 1) + 1):
        out[step - 1, :-step] = np.einsum("ij,ij->i", unit[:-step], unit[step:])
    return out


def windows(vectors: Floats, widths: Sequence[int]) -> list[Floats]:
    """Return for each width the likeness of as many units before each gap to as many after it (gap g: before g)."""
    sums = running(vectors)
    size = len(vectors)
    places = np.arange(size)
    found = []
    for width in widths:
        before = sums[places] - sums[np.maximum(places - width, 0)]
        after = sums[np.minimum(places + width, size)] - sums[places]
        found.append(cosines(before, after))
    return found


def far_back(vectors: Floats, reaches: Sequence[int]) -> list[Floats]:
    """Return for each reach the likeness of the three units after each gap to four units that far back."""
    sums = running(vectors)
    size = len(vectors)
    places = np.arange(size)
    after = sums[np.minimum(places + 3, size)] - sums[places]
    found = []
    for reach in reaches:
        before = sums[np.maximum(places - reach + 4, 0)] - sums[np.maximum(places - reach, 0)]
        found.append(cosines(before, after))
    return found


def running(vectors: Floats) -> Floats:
    """Return the running sums of `vectors`, one row more than they have."""
    return np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0, dtype=np.float32)])


def cosines(one: Floats, other: Floats) -> Floats:
    """Return the cosine of each row of `one` and the same row of `other`."""
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray(np.einsum("ij,ij->i", one, other) / np.maximum(norms, 1e-6), dtype=np.float32)
