"""Units in, likeness out: how much the text on both sides of each gap speaks of the same things.

Two vectors a unit: one hashed over its rarer words, weighed by how rare they are, which knows names and numbers; and
one of static word vectors, which knows that "tariff" and "duty" are near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.clean.lexicon import Trait, Written
from backstory.clean.weights import Weights

__all__ = ["Words", "chains", "cosines", "hashed_vectors", "static_vectors", "unit_length", "words_of"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BUCKETS = 512
"""Two unrelated blocks of 100 words have a likeness of .00 +- .04 in 512 buckets."""

RARE_IDF = 9.0
"""The weight of a word that the background does not know."""

COMMON_IDF = 1.6
"""A word that stands in one article of five says nothing about a subject."""


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


def words_of(written: Written, known: Weights) -> Words:
    """Return the rarer words of the units, each once a unit."""
    lexicon = written.lexicon
    told = written.has(Trait.TOLD)
    rows, capital = written.rows[told], written.has(Trait.CAPITAL)[told]
    row = lexicon.background[rows]
    idf = np.where(row >= 0, known.idf[row], np.float32(RARE_IDF))
    kept = idf >= COMMON_IDF
    rows, capital, row, idf = rows[kept], capital[kept], row[kept], idf[kept]
    key = written.units[told][kept] << 32 | lexicon.stems[rows]
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(_begins(key))
    tf = (1 + np.log(np.append(first[1:], len(key)) - first)).astype(np.float32)
    named = np.maximum.reduceat(capital[order], first) if len(key) else capital
    own, key = order[first], key[first]
    return Words(key >> 32, key & 0xFFFFFFFF, row[own], idf[own], tf, named, written.size)


def _begins(ordered: Ints) -> npt.NDArray[np.bool_]:
    """Return where a run of equal numbers begins."""
    begins = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def hashed_vectors(words: Words, *, names: bool = False) -> Floats:
    """Return a vector a unit (units x `BUCKETS`) that knows which rare words, or only which names, stand in it."""
    signed = words.idf * words.counts * np.where(words.codes >> 16 & 1, 1, -1)
    if names:
        signed = signed * words.names
    flat = np.bincount(words.units * BUCKETS + words.codes % BUCKETS, weights=signed, minlength=words.size * BUCKETS)
    return np.asarray(flat.reshape(words.size, BUCKETS), dtype=np.float32)


def static_vectors(written: Written) -> Floats:
    """Return a vector of length 1 a unit (units x dimensions): the sum of the static vectors of its distinct words."""
    lexicon = written.lexicon
    worded = written.has(Trait.ALNUM)
    rows = written.rows[worded]
    key = written.units[worded] << 32 | lexicon.codes[rows]
    order = np.argsort(key, kind="stable")
    order = order[_begins(key[order])]
    unit, rows = key[order] >> 32, rows[order]
    starts = np.flatnonzero(_begins(unit))
    sums = np.zeros((written.size, lexicon.vectors.shape[1]), dtype=np.float32)
    if len(rows):
        sums[unit[starts]] = np.add.reduceat(lexicon.vectors[rows].astype(np.float32), starts, axis=0)
    return unit_length(sums)


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


def cosines(one: Floats, other: Floats) -> Floats:
    """Return the cosine of each row of `one` and the same row of `other`."""
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray(np.einsum("ij,ij->i", one, other) / np.maximum(norms, 1e-6), dtype=np.float32)
