"""Places where texts meet in, the runs of words that they share out: to the word, and across small edits."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from backstory.reuse.corpus import Corpus
from backstory.reuse.fingerprints import Meetings
from backstory.reuse.hashing import Flags, Hashes, Ints

__all__ = ["BRIDGE_WORDS", "EDITS", "Runs", "shared_runs"]

BRIDGE_WORDS = 4
"""After a small edit so many words must be the same again for the run to go on."""
SMALL = 3
EDITS = tuple(
    sorted(
        ((cut, added) for cut in range(SMALL + 1) for added in range(SMALL + 1) if cut or added),
        key=lambda edit: (max(edit), abs(edit[0] - edit[1]), edit),
    )
)
"""What counts as a small edit: up to `SMALL` words of the one for so many of the other, the likeliest first."""
AT_ONCE = 1 << 15
"""Runs to grow in one go: each is tried with all of `EDITS` at once."""
ODD = np.uint64(0xD1342543DE82EF95)


@dataclass(frozen=True, slots=True)
class Runs:
    """Shared runs, one a row: words `a` to `a_end - 1` of the corpus stand again from `b` to `b_end - 1`.

    `kernel_a`, `kernel_b` and `kernel` tell the part, free of edits, that the rest was grown from: where it starts and
    how many words it has. `words` are those that both sides have.
    """

    a: Ints
    a_end: Ints
    b: Ints
    b_end: Ints
    words: Ints
    kernel_a: Ints
    kernel_b: Ints
    kernel: Ints

    def __len__(self) -> int:
        return len(self.a)

    def where(self, chosen: Flags | Ints) -> Runs:
        """Return the rows `chosen`."""
        return Runs(*(getattr(self, field.name)[chosen] for field in fields(self)))


def shared_runs(corpus: Corpus, met: Meetings, *, edits: tuple[tuple[int, int], ...] = EDITS) -> Runs:
    """Return the runs around every meeting, those free of edits as long as can be, then grown across `edits`."""
    reach = _Reach(corpus)
    back = reach.backward(met.left, met.right)
    kernel_a, kernel_b = met.left - back, met.right - back
    order = np.lexsort((kernel_a, kernel_b - kernel_a))
    kernel_a, kernel_b = kernel_a[order], kernel_b[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(kernel_a) != 0) | (np.diff(kernel_b) != 0)
    kernel_a, kernel_b = kernel_a[fresh], kernel_b[fresh]
    kernel = reach.forward(kernel_a, kernel_b)
    a_end, b_end, after = _grown(corpus, reach, kernel_a + kernel, kernel_b + kernel, edits, forward=True)
    a, b, before = _grown(corpus, reach, kernel_a, kernel_b, edits, forward=False)
    return Runs(a, a_end, b, b_end, before + kernel + after, kernel_a, kernel_b, kernel)


class _Reach:
    """How far two places of a corpus go on alike, by hashes of everything before a place and halving of the step."""

    def __init__(self, corpus: Corpus) -> None:
        self.size = len(corpus.words)
        factors = np.full(self.size + 1, ODD, dtype=np.uint64)
        factors[0] = 1
        self.powers = np.cumprod(factors, dtype=np.uint64)
        self.sums = np.zeros(self.size + 1, dtype=np.uint64)
        np.cumsum(corpus.words * self.powers[:-1], dtype=np.uint64, out=self.sums[1:])
        longest = int(np.diff(corpus.bounds).max()) if len(corpus.texts) else 1
        self.steps = [1 << place for place in range(longest.bit_length() - 1, -1, -1)]

    def alike(self, a: Ints, b: Ints, length: Ints | int) -> Flags:
        """Return whether `length` words from `a` and from `b` are the same; `b` lies after `a`."""
        one = self.sums[a + length] - self.sums[a]
        result: Flags = one * self.powers[b - a] == self.sums[b + length] - self.sums[b]
        return result

    def forward(self, a: Ints, b: Ints) -> Ints:
        """Return how many words from `a` on are the same from `b` on."""
        length = np.zeros(len(a), dtype=np.int64)
        for step in self.steps:
            fits = np.flatnonzero(b + length + step <= self.size)
            fits = fits[self.alike(a[fits], b[fits], length[fits] + step)]
            length[fits] += step
        return length

    def backward(self, a: Ints, b: Ints) -> Ints:
        """Return how many words before `a` are the same before `b`."""
        length = np.zeros(len(a), dtype=np.int64)
        for step in self.steps:
            fits = np.flatnonzero(a - length - step >= 0)
            more = length[fits] + step
            fits = fits[self.alike(a[fits] - more, b[fits] - more, more)]
            length[fits] += step
        return length


def _grown(
    corpus: Corpus, reach: _Reach, a: Ints, b: Ints, edits: tuple[tuple[int, int], ...], *, forward: bool
) -> tuple[Ints, Ints, Ints]:
    """Return where runs that stop at `a` and `b` end if they may go on after small edits, and the words gained."""
    a, b, gained = a.copy(), b.copy(), np.zeros(len(a), dtype=np.int64)
    bridges = corpus.grams(BRIDGE_WORDS)
    open_ones = np.arange(len(a)) if edits else np.zeros(0, dtype=np.int64)
    while len(open_ones):
        next_a, next_b, found = _bridged(corpus, bridges, a[open_ones], b[open_ones], edits, forward=forward)
        open_ones, next_a, next_b = open_ones[found], next_a[found], next_b[found]
        length = reach.forward(next_a, next_b) if forward else reach.backward(next_a, next_b)
        gained[open_ones] += length
        a[open_ones] = next_a + length if forward else next_a - length
        b[open_ones] = next_b + length if forward else next_b - length
    return a, b, gained


def _bridged(
    corpus: Corpus, bridges: Hashes, a: Ints, b: Ints, edits: tuple[tuple[int, int], ...], *, forward: bool
) -> tuple[Ints, Ints, Flags]:
    """Return where each pair of places goes on after the likeliest small edit, and whether it does."""
    if len(a) > AT_ONCE:
        blocks = (slice(start, start + AT_ONCE) for start in range(0, len(a), AT_ONCE))
        parts = [_bridged(corpus, bridges, a[block], b[block], edits, forward=forward) for block in blocks]
        ends_a, ends_b, some = zip(*parts, strict=True)
        return np.concatenate(ends_a), np.concatenate(ends_b), np.concatenate(some)
    step_a, step_b = np.array(edits, dtype=np.int64).T[:, :, None] + (0 if forward else BRIDGE_WORDS)
    ahead_a, ahead_b = (a + step_a, b + step_b) if forward else (a - step_a, b - step_b)
    owner_a, owner_b = corpus.owner[a], corpus.owner[b]
    inside = (ahead_a >= corpus.bounds[owner_a]) & (ahead_b >= corpus.bounds[owner_b])
    inside &= (ahead_a < corpus.bounds[owner_a + 1]) & (ahead_b < corpus.bounds[owner_b + 1])
    seeds = np.where(inside, bridges[np.where(inside, ahead_a, 0)], 0)
    same = (seeds != 0) & (seeds == bridges[np.where(inside, ahead_b, 0)])
    likeliest, rows = same.argmax(axis=0), np.arange(len(a))
    shift = 0 if forward else BRIDGE_WORDS
    found: Flags = same[likeliest, rows]
    return ahead_a[likeliest, rows] + shift, ahead_b[likeliest, rows] + shift, found
