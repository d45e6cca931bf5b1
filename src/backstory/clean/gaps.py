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
from backstory.clean.references import references_of
from backstory.clean.roles import roles_of
from backstory.clean.units import Unit
from backstory.clean.vectors import Words, bands, chains, far_back, hashed_vectors, static_vectors, windows, words_of
from backstory.clean.weights import Weights
from backstory.clean.word_table import word_table

__all__ = ["Evidence", "evidence_of", "features_of"]

Floats = npt.NDArray[np.float32]

WIDTHS = (1, 2, 3, 5, 8)
NEAR = 6
FAR = (7, 11, 15, 20, 26)
OPENING = frozenset("“\"‘'«")
BULLETS = frozenset("-•*–—·")


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
    words = words_of(units, known)
    lengths = np.asarray([len(unit.tokens) for unit in units], dtype=np.float32)
    return Evidence(
        roles=roles_of(units, known),
        words=words,
        hashed=hashed_vectors(words),
        named=hashed_vectors(words, names=True),
        static=static_vectors(units, word_table()),
        names=introductions_of(units),
        lengths=lengths,
        shapes=np.concatenate([_shapes(units), references_of(units)], axis=1),
    )


def _shapes(units: Sequence[Unit]) -> Floats:
    return np.asarray([_shape(unit) for unit in units], dtype=np.float32)


def _shape(unit: Unit) -> tuple[float, ...]:
    text = unit.text
    upper, letters, digits = _counts(text)
    opened = text.count("“") - text.count("”")
    straight = text.count('"') + text.count("''")
    capital = sum(token[0].isupper() for token in unit.tokens) / max(len(unit.tokens), 1)
    return (
        float(text[-1] in ".!?…"),
        float(text[-1] in "\"”’'»"),
        float(text[-1] in ":,;"),
        float(text[0] in OPENING),
        float(opened > 0 or straight % 2 == 1),
        float(text[0].islower()),
        float(text[0] in BULLETS),
        float(text[0].isdigit()),
        upper / (letters or 1),
        capital,
        digits / len(text),
    )


def _counts(text: str) -> tuple[int, int, int]:
    """Return how many capitals, letters and digits `text` has."""
    if not text.isascii():
        return sum(map(str.isupper, text)), sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    upper = int(np.count_nonzero(codes - 65 < 26))
    return upper, upper + int(np.count_nonzero(codes - 97 < 26)), int(np.count_nonzero(codes - 48 < 10))


def shifted(table: Floats, by: int, fill: float = 0.0) -> Floats:
    """Return `table` so that row g holds what unit g + `by` has, `fill` beyond the ends."""
    out = np.empty_like(table)
    if by >= 0:
        kept = max(len(table) - by, 0)
        out[:kept] = table[by:]
        out[kept:] = fill
    else:
        gone = min(-by, len(table))
        out[:gone] = fill
        out[gone:] = table[: len(table) - gone]
    return out


def features_of(seen: Evidence) -> Floats:
    """Return the features of the gap before each unit (units x features); the first row is the text's own start."""
    parts = [_role_table(seen), *_likeness_tables(seen), _chain_table(seen), _name_table(seen), _shape_table(seen)]
    return np.concatenate(parts, axis=1)


def _role_table(seen: Evidence) -> Floats:
    opener = np.logaddexp(seen.roles[:, 0], seen.roles[:, 1])
    around = np.max([shifted(opener, by, -9) for by in (-4, -3, -2, -1, 1, 2, 3, 4)], axis=0)
    lead = seen.roles[:, 1] - np.float32(np.median(seen.roles[:, 1]))
    last = np.stack([shifted(opener, -3, -8), shifted(opener, 3, -8), opener - around, lead], axis=1)
    return np.concatenate([*(shifted(seen.roles, by, -8) for by in (-2, -1, 0, 1, 2)), last], axis=1)


def _likeness_tables(seen: Evidence) -> list[Floats]:
    centred = seen.static - seen.static.mean(axis=0)
    tables = [_likeness_table(vectors) for vectors in (seen.hashed, seen.named, seen.static, centred)]
    far = [column for vectors in (seen.hashed, seen.static) for column in far_back(vectors, FAR)]
    return [*tables, np.stack(far, axis=1)]


def _likeness_table(vectors: Floats) -> Floats:
    """Return how alike both sides are at each width, beside the file's usual and beside the gaps around."""
    wide = np.stack(windows(vectors, WIDTHS), axis=1)
    usual: Floats = np.median(wide[1:] if len(wide) > 1 else wide, axis=0).astype(np.float32)
    around: Floats = np.sum([shifted(wide, by, 0.3) for by in (-3, -2, 2, 3)], axis=0) / np.float32(4)
    columns = [wide, wide[:, 2:] - usual[2:]]
    for place, width in enumerate(WIDTHS[1:], start=1):
        column = wide[:, place]
        before, after = shifted(column, -width, 0.3), shifted(column, width, 0.3)
        peaks = (column - around[:, place], column - np.minimum(before, after), column - np.maximum(before, after))
        columns.append(np.stack(peaks, axis=1))
    near = bands(vectors, NEAR)
    back = np.stack([shifted(near[step], -step - 1) for step in range(NEAR)])
    beside = (near[0], back[1], back.max(axis=0), near.max(axis=0), back.mean(axis=0), near.mean(axis=0))
    return np.concatenate([*columns, np.stack([*beside, shifted(near[1], -1)], axis=1)], axis=1)


def _chain_table(seen: Evidence) -> Floats:
    table = chains(seen.words).T
    over, own = table[:, :3], table[:, 3:]
    around = sum(shifted(over, by) for by in (-5, -4, -3, -2, 2, 3, 4, 5)) / np.float32(8)
    dip = np.minimum(shifted(over, -2), shifted(over, 2)) - over
    beside = sum(shifted(own, by, 0.4) for by in (-3, -2, -1, 1, 2, 3)) / np.float32(6)
    paired = np.stack([over / (around + 5), dip], axis=2).reshape(len(table), -1)
    threes = np.stack([shifted(own, -1), shifted(own, 1), own - beside], axis=2).reshape(len(table), -1)
    return np.concatenate([table, paired, threes], axis=1).astype(np.float32)


def _name_table(seen: Evidence) -> Floats:
    size = len(seen.lengths)
    dangling, dangling_near, anew, anew_near, on = (np.zeros(size + 1, dtype=np.float32) for _ in range(5))
    fresh = np.zeros(size, dtype=np.float32)
    orphans = np.zeros(size, dtype=np.float32)
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
    summed = [np.cumsum(column)[:-1] for column in (dangling, dangling_near, anew, anew_near, on)]
    around = (shifted(column, by) for column in (fresh, orphans) for by in (-1, 0, 1, 2))
    return np.stack([*summed, *around], axis=1)


def _span(differences: Floats, first: int, last: int) -> None:
    """Count one more link over the gaps from `first` to `last`."""
    differences[first] += 1
    differences[last + 1] -= 1


def _shape_table(seen: Evidence) -> Floats:
    size = len(seen.lengths)
    usual = np.float32(np.median(seen.lengths))
    lengths = [shifted(seen.lengths, by) for by in (-2, -1, 0, 1, 2)]
    ratios = [length / max(usual, np.float32(1)) for length in lengths[1:4]]
    places = np.arange(size, dtype=np.float32)
    words = np.cumsum(seen.lengths) - seen.lengths
    left = seen.lengths.sum() - words
    ends = [np.minimum(places, 40), np.minimum(size - places, 40), np.minimum(words, 2000), np.minimum(left, 2000)]
    columns = np.stack([*lengths, *ratios, *ends, np.full(size, usual)], axis=1)
    shapes = [shifted(seen.shapes, by) for by in (-1, 0, 1)]
    return np.concatenate([*shapes, columns], axis=1).astype(np.float32)
