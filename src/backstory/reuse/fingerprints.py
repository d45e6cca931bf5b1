"""Words in, fingerprints out: few enough to store, and still one in every run of words that is long enough to matter.

Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of every `WINDOW` neighbouring seeds of `SEED_WORDS` words, the
one with the smallest hash is kept. Two texts that share `SHARED_WORDS` words in a row share a fingerprint, always.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backstory.reuse.corpus import Corpus
from backstory.reuse.hashing import BLOCK, Hashes, Ints

__all__ = ["COMMON", "Meetings", "Prints", "SEED_WORDS", "SHARED_WORDS", "WINDOW", "fingerprints", "meetings"]

SHARED_WORDS = 12
"""A run of so many shared words is a passage. Shorter ones are mostly names, titles and set phrases."""
SEED_WORDS = 8
WINDOW = SHARED_WORDS - SEED_WORDS + 1
COMMON = 256
"""A fingerprint in more distinct texts than this leads nowhere: the phrase is furniture or a formula of the trade."""
BUCKET_BITS = 2
"""Of four or eight times as many buckets as fingerprints: what is alone in its bucket meets nothing, and stays out."""
NONE = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Prints:
    """Fingerprints: the hash of each seed and its place in the words of the corpus."""

    hashes: Hashes
    places: Ints


@dataclass(frozen=True, slots=True)
class Meetings:
    """Places where two texts have a fingerprint in common: `left` lies in the text that comes first in the corpus."""

    left: Ints
    right: Ints


def fingerprints(corpus: Corpus) -> Prints:
    """Return the fingerprints of every text; those of one text depend on its own words only."""
    hashes = corpus.grams(SEED_WORDS)
    hashes[hashes == 0] = NONE
    parts = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(hashes), BLOCK):
        before = min(start, WINDOW - 1)
        within = _winnowed(hashes[start - before : start + BLOCK + WINDOW - 1])
        parts.append(within[(within >= before) & (within < before + BLOCK)] + (start - before))
    places = np.concatenate(parts)
    return Prints(hashes[places], places)


def _winnowed(hashes: Hashes) -> Ints:
    """Return the places of the least of every `WINDOW` neighbours, where all of those that count are there."""
    around = np.full(WINDOW - 1, NONE, dtype=np.uint64)
    least = _sliding(np.minimum, np.concatenate((around, hashes, around)))
    return np.flatnonzero((hashes == _sliding(np.maximum, least)) & (hashes != NONE))


def meetings(prints: Prints, corpus: Corpus, common: int = COMMON) -> Meetings:
    """Return every pair of places, in different texts, of a fingerprint that at most `common` texts have."""
    hashes, places = _repeated(prints)
    owners = corpus.owner[places]
    fresh = np.diff(hashes, prepend=~hashes[:1]) != 0
    begins = np.flatnonzero(fresh)
    sizes = np.diff(begins, append=len(hashes))
    other = fresh | (np.diff(owners, prepend=-1) != 0)
    texts = np.add.reduceat(other, begins, dtype=np.int64) if len(begins) else sizes
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    kept = (texts > 1) & (texts <= common)
    for size in np.unique(sizes[kept]).tolist():
        one, two = np.triu_indices(size, 1)
        rows = begins[kept & (sizes == size)][:, None]
        left, right = (rows + one).ravel(), (rows + two).ravel()
        apart = owners[left] != owners[right]
        lefts.append(places[left[apart]])
        rights.append(places[right[apart]])
    return Meetings(np.concatenate(lefts), np.concatenate(rights))


def _repeated(prints: Prints) -> tuple[Hashes, Ints]:
    """Return the fingerprints, given by place, that stand in more than one place, by hash and place."""
    bits = len(prints.hashes).bit_length() + BUCKET_BITS
    buckets = (prints.hashes >> np.uint64(64 - bits)).view(np.int64)
    last, numbers = np.zeros(1 << bits, dtype=np.int32), np.arange(len(buckets), dtype=np.int32)
    last[buckets] = numbers
    met = np.zeros(1 << bits, dtype=bool)
    met[buckets[last[buckets] != numbers]] = True
    order = np.flatnonzero(met[buckets])
    order = order[np.argsort(prints.hashes[order], kind="stable")]
    hashes = prints.hashes[order]
    same = np.concatenate(([False], hashes[1:] == hashes[:-1], [False]))
    order = order[same[1:] | same[:-1]] if len(order) else order
    return prints.hashes[order], prints.places[order]


def _sliding(least: np.ufunc, values: Hashes) -> Hashes:
    """Return the least (or greatest) of each `WINDOW` neighbouring values."""
    count = len(values) - WINDOW + 1
    result = values[:count].copy()
    for place in range(1, WINDOW):
        least(result, values[place : place + count], out=result)
    return result
