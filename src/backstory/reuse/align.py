"""Two lists of word hashes in, the runs that they share out: aligned to the word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from backstory.reuse.hashing import Flags, Hashes, Ints, grams

__all__ = ["Run", "aligned", "gaps", "moved"]

ANCHOR_WORDS = 5
"""Runs of so many words that each side has once hold an alignment in place; between them, word is laid beside word."""
MOVED_WORDS = 5
"""A run of so many words that stands elsewhere in the other text counts as moved, not as cut and added."""
FULL = 600
"""Up to so many words on either side between two anchors are compared word by word; longer stretches are left apart."""


class Run(NamedTuple):
    """`length` words that are the same from place `a` in the one list and from place `b` in the other."""

    a: int
    b: int
    length: int


def aligned(a: Hashes, b: Hashes) -> list[Run]:
    """Return the runs that `a` and `b` share, in the order of both: what a careful reader would lay side by side."""
    runs: list[Run] = []
    for piece in _between(_anchored(a, b), len(a), len(b)):
        if isinstance(piece, Run):
            runs.append(piece)
        else:
            runs.extend(_word_by_word(a, b, *piece))
    return _joined(runs)


def moved(a: Hashes, b: Hashes, runs: list[Run]) -> list[Run]:
    """Return runs of `MOVED_WORDS` or more that `a` and `b` share outside `runs`, longest first, none used twice."""
    free_a, free_b = np.ones(len(a), dtype=bool), np.ones(len(b), dtype=bool)
    for run in runs:
        free_a[run.a : run.a + run.length] = False
        free_b[run.b : run.b + run.length] = False
    found: list[Run] = []
    for run in sorted(_all_runs(a, b), key=lambda run: (-run.length, run.a, run.b)):
        free = free_a[run.a : run.a + run.length] & free_b[run.b : run.b + run.length]
        for first, last in _stretches(free):
            if last - first >= MOVED_WORDS:
                found.append(Run(run.a + first, run.b + first, last - first))
                free_a[run.a + first : run.a + last] = False
                free_b[run.b + first : run.b + last] = False
    return sorted(found)


def gaps(runs: list[Run], length_a: int, length_b: int) -> list[tuple[int, int, int, int]]:
    """Return what lies between `runs` as (first and last in the one, first and last in the other), ends exclusive."""
    return [piece for piece in _between(runs, length_a, length_b) if not isinstance(piece, Run)]


def _between(runs: list[Run], length_a: int, length_b: int) -> Iterator[Run | tuple[int, int, int, int]]:
    """Yield `runs` and what lies between them, in order."""
    at_a = at_b = 0
    for run in [*runs, Run(length_a, length_b, 0)]:
        if run.a > at_a or run.b > at_b:
            yield at_a, run.a, at_b, run.b
        if run.length:
            yield run
        at_a, at_b = run.a + run.length, run.b + run.length


def _once(grams: Hashes) -> tuple[Hashes, Ints]:
    values, first, counts = np.unique(grams, return_index=True, return_counts=True)
    return values[counts == 1], first[counts == 1]


def _anchored(a: Hashes, b: Hashes) -> list[Run]:
    """Return the longest increasing chain of seeds that each side has once, as runs."""
    values_a, places_a = _once(grams(a, ANCHOR_WORDS))
    values_b, places_b = _once(grams(b, ANCHOR_WORDS))
    _, one, two = np.intersect1d(values_a, values_b, assume_unique=True, return_indices=True)
    order = np.argsort(places_a[one], kind="stable")
    pairs = list(zip(places_a[one][order].tolist(), places_b[two][order].tolist(), strict=True))
    runs: list[Run] = []
    for at_a, at_b in _rising(pairs):
        if runs and at_a - at_b == runs[-1].a - runs[-1].b and at_a <= runs[-1].a + runs[-1].length:
            runs[-1] = Run(runs[-1].a, runs[-1].b, at_a + ANCHOR_WORDS - runs[-1].a)
        elif not runs or (at_a >= runs[-1].a + runs[-1].length and at_b >= runs[-1].b + runs[-1].length):
            runs.append(Run(at_a, at_b, ANCHOR_WORDS))
    return runs


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of `pairs`, which rise in the first place, that rises in the second (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            piles.append(number)
        else:
            tops[pile], piles[pile] = place, number
    chain: list[tuple[int, int]] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _word_by_word(a: Hashes, b: Hashes, from_a: int, to_a: int, from_b: int, to_b: int) -> list[Run]:
    if not (0 < to_a - from_a <= FULL and 0 < to_b - from_b <= FULL):
        return []
    matcher = SequenceMatcher(None, a[from_a:to_a].tolist(), b[from_b:to_b].tolist(), autojunk=False)
    blocks = matcher.get_matching_blocks()
    return [Run(from_a + block.a, from_b + block.b, block.size) for block in blocks if block.size]


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.a + last.length, last.b + last.length) == (run.a, run.b):
            joined[-1] = Run(last.a, last.b, last.length + run.length)
        else:
            joined.append(run)
    return joined


def _all_runs(a: Hashes, b: Hashes) -> list[Run]:
    """Return every greatest run of at least `MOVED_WORDS` words that `a` and `b` share, in whatever order."""
    grams_a, grams_b = grams(a, MOVED_WORDS), grams(b, MOVED_WORDS)
    order = np.argsort(grams_b, kind="stable")
    low, high = (np.searchsorted(grams_b[order], grams_a, side=side) for side in ("left", "right"))
    times = high - low
    ones = np.repeat(np.arange(len(grams_a)), times)
    offsets = np.arange(len(ones)) - np.repeat(np.cumsum(times) - times, times)
    twos = order[np.repeat(low, times) + offsets] if len(ones) else ones
    rows = np.lexsort((ones, twos - ones))
    ones, twos = ones[rows], twos[rows]
    fresh = np.ones(len(ones), dtype=bool)
    fresh[1:] = (np.diff(ones) != 1) | (np.diff(twos - ones) != 0)
    begins = np.flatnonzero(fresh)
    lengths = np.diff(begins, append=len(ones)) + MOVED_WORDS - 1
    return [Run(int(ones[at]), int(twos[at]), int(size)) for at, size in zip(begins, lengths, strict=True)]


def _stretches(free: Flags) -> list[tuple[int, int]]:
    """Return the stretches of True as (first, last), last exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
