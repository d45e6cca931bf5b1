"""Two quotes laid word beside word in, which of them denies what the other says out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from backstory.reuse.align import Run
from backstory.reuse.hashing import Hashes
from backstory.reuse.tokens import hash_of_word
from backstory.reuse.utterances import Utterance
from backstory.reuse.variants import entries

__all__ = ["denier"]

BESIDE = 4
"""So many words that one has between, or just before, the words that both have are a small edit, not a part left out:
"will not sell" for "will sell". What is left out of a longer stretch is a cut, and `loses_negation` tells of it."""


def denier(one: Utterance, other: Utterance, runs: Sequence[Run]) -> Utterance | None:
    """Return which of two quotes has a word of denial where the other has none in its place, or None where neither has.

    `runs` are the words that both have, in order.
    """
    for (from_a, to_a), (from_b, to_b) in _edits(runs):
        if to_a - from_a <= BESIDE and to_b - from_b <= BESIDE:
            first, second = (
                bool(np.isin(said.hashes[start:end], _denials()).any())
                for said, start, end in ((one, from_a, to_a), (other, from_b, to_b))
            )
            if first != second:
                return one if first else other
    return None


def _edits(runs: Sequence[Run]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield what each side has just before the first run, and between every two."""
    if runs:
        a, b = runs[0].a, runs[0].b
        yield (max(a - BESIDE, 0), a), (max(b - BESIDE, 0), b)
    for before, after in zip(runs[:-1], runs[1:], strict=True):
        yield (before.a + before.length, after.a), (before.b + before.length, after.b)


@cache
def _denials() -> Hashes:
    return np.array(sorted({hash_of_word(word) for word in entries("denials")}), dtype=np.uint64)
