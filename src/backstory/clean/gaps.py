"""Units in, evidence out: one row of features for the gap before each unit.

How each unit near it reads; how alike the text on both sides is, at several widths and by three kinds of vectors; which
words, names and pronouns go on over it; and the shapes of the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.clean.introductions import REACH, Introductions, introductions_of
from backstory.clean.lexicon import Trait, Written
from backstory.clean.likeness import Shifts, likeness_of, median
from backstory.clean.references import references_of
from backstory.clean.roles import roles_of
from backstory.clean.units import Unit
from backstory.clean.vectors import Words, chains, hashed_vectors, static_vectors, words_of
from backstory.clean.weights import Weights

__all__ = ["Evidence", "evidence_of", "features_of"]

Floats = npt.NDArray[np.float32]

OPENING = frozenset("“\"‘'«")
BULLETS = frozenset("-•*–—·")

CHARACTERS = np.asarray(
    [[c.isupper(), c.isalpha(), c.isdigit()] for c in map(chr, range(0x2100))] + [[False, True, False]], dtype=bool
).T.copy()
"""Capital, letter or digit, of the alphabets and of punctuation; what lies beyond counts as letters without case."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the units of a text before any gap is weighed."""

    roles: Floats
    words: Words
    hashed: Floats
    named: Floats
    static: Floats
    names: Introductions
    lengths: Floats
    shapes: Floats


def evidence_of(units: Sequence[Unit], known: Weights) -> Evidence:
    """Return what `units` say, each by itself."""
    written = Written(units, known.lexicon)
    words = words_of(written, known)
    return Evidence(
        roles=roles_of(written, known),
        words=words,
        hashed=hashed_vectors(words),
        named=hashed_vectors(words, names=True),
        static=static_vectors(written),
        names=introductions_of(units),
        lengths=written.lengths.astype(np.float32),
        shapes=np.concatenate([_shapes(units, written), references_of(written)], axis=1),
    )


def _shapes(units: Sequence[Unit], written: Written) -> Floats:
    ends = np.asarray([_ends(unit.text) for unit in units], dtype=np.float32)
    texts = [unit.text for unit in units]
    sizes = np.asarray([len(text) for text in texts])
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = CHARACTERS[:, np.minimum(codes, CHARACTERS.shape[1] - 1)]
    upper, letters, digits = np.add.reduceat(kinds, np.cumsum(sizes) - sizes, axis=1, dtype=np.int32).astype(np.float32)
    capitals = np.bincount(written.units, weights=written.has(Trait.CAPITAL), minlength=len(units))
    shares = (upper / np.maximum(letters, 1), capitals / np.maximum(written.lengths, 1), digits / sizes)
    return np.concatenate([ends, np.stack(shares, axis=1)], axis=1).astype(np.float32)


def _ends(text: str) -> tuple[bool, ...]:
    """Return how a unit begins and ends."""
    first, last = text[0], text[-1]
    opened = text.count("“") - text.count("”")
    straight = text.count('"') + text.count("''")
    return (
        last in ".!?…",
        last in "\"”’'»",
        last in ":,;",
        first in OPENING,
        opened > 0 or straight % 2 == 1,
        first.islower(),
        first in BULLETS,
        first.isdigit(),
    )


def features_of(seen: Evidence) -> Floats:
    """Return the features of the gap before each unit (units x features); the first row is the text's own start."""
    parts = [_role_table(seen), *_likeness_tables(seen), _chain_table(seen), _name_table(seen), _shape_table(seen)]
    return np.concatenate(parts, axis=1)


def _role_table(seen: Evidence) -> Floats:
    opener = np.logaddexp(seen.roles[:, 0], seen.roles[:, 1])
    role, open_at, opens = Shifts(seen.roles, 2, -8), Shifts(opener, 4, -9), Shifts(opener, 3, -8)
    around = np.max([open_at(by) for by in (-4, -3, -2, -1, 1, 2, 3, 4)], axis=0)
    lead = seen.roles[:, 1] - median(seen.roles[:, 1])
    last = np.stack([opens(-3), opens(3), opener - around, lead], axis=1)
    return np.concatenate([*(role(by) for by in (-2, -1, 0, 1, 2)), last], axis=1)


def _likeness_tables(seen: Evidence) -> list[Floats]:
    centred = seen.static - seen.static.mean(axis=0)
    return likeness_of((seen.hashed, seen.named, seen.static, centred), (True, False, True, False))


def _chain_table(seen: Evidence) -> Floats:
    table = chains(seen.words).T
    over, own = table[:, :3], table[:, 3:]
    moved, moved_own, beyond = Shifts(over, 5), Shifts(own, 3, 0.4), Shifts(own, 1)
    around = sum(moved(by) for by in (-5, -4, -3, -2, 2, 3, 4, 5)) / np.float32(8)
    dip = np.minimum(moved(-2), moved(2)) - over
    beside = sum(moved_own(by) for by in (-3, -2, -1, 1, 2, 3)) / np.float32(6)
    paired = np.stack([over / (around + 5), dip], axis=2).reshape(len(table), -1)
    threes = np.stack([beyond(-1), beyond(1), own - beside], axis=2).reshape(len(table), -1)
    return np.concatenate([table, paired, threes], axis=1).astype(np.float32)


def _name_table(seen: Evidence) -> Floats:
    size = len(seen.lengths)
    spans = [[0] * (size + 1) for _ in range(5)]
    dangling, dangling_near, anew, anew_near, on = spans
    fresh, orphans = [0] * size, [0] * size
    introduced: dict[str, int] = {}
    last: dict[str, int] = {}
    for place in range(size):
        for key in seen.names.full[place]:
            before = last.get(key, -REACH - 1)
            if place - before > REACH:
                fresh[place] += 1
            else:
                _span(anew, before + 1, place)
                _span(anew_near, max(before + 1, place - 2), place)
            introduced[key] = last[key] = place
        for key in seen.names.short[place]:
            start = introduced.get(key, -REACH - 1)
            if place - start <= REACH:
                _span(dangling, start + 1, place)
                _span(dangling_near, max(start + 1, place - 4), place)
            else:
                orphans[place] += 1
            before = last.get(key, -REACH - 1)
            if place - before <= REACH:
                _span(on, before + 1, place)
            last[key] = place
    summed = np.cumsum(np.asarray(spans, dtype=np.float32), axis=1).T[:-1]
    moved = Shifts(np.asarray([fresh, orphans], dtype=np.float32).T, 2)
    around = np.stack([moved(by) for by in (-1, 0, 1, 2)], axis=2).reshape(size, -1)
    return np.concatenate([summed, around], axis=1)


def _span(differences: list[int], first: int, last: int) -> None:
    """Count one more link over the gaps from `first` to `last`."""
    differences[first] += 1
    differences[last + 1] -= 1


def _shape_table(seen: Evidence) -> Floats:
    size = len(seen.lengths)
    usual = median(seen.lengths)
    moved, shape = Shifts(seen.lengths, 2), Shifts(seen.shapes, 1)
    lengths = [moved(by) for by in (-2, -1, 0, 1, 2)]
    ratios = [length / np.maximum(usual, 1) for length in lengths[1:4]]
    places = np.arange(size, dtype=np.float32)
    words = np.cumsum(seen.lengths) - seen.lengths
    left = seen.lengths.sum() - words
    ends = [np.minimum(places, 40), np.minimum(size - places, 40), np.minimum(words, 2000), np.minimum(left, 2000)]
    columns = np.stack([*lengths, *ratios, *ends, np.full(size, usual)], axis=1)
    return np.concatenate([shape(-1), shape(0), shape(1), columns], axis=1).astype(np.float32)
