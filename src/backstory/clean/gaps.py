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
from backstory.clean.roles import ROLES, roles_of
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
    upper = sum(map(str.isupper, text))
    letters = sum(map(str.isalpha, text)) or 1
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
        upper / letters,
        capital,
        sum(map(str.isdigit, text)) / len(text),
    )


def shifted(column: Floats, by: int, fill: float = 0.0) -> Floats:
    """Return `column` so that row g holds what unit g + `by` has, `fill` beyond the ends."""
    out = np.full(len(column), fill, dtype=np.float32)
    if by >= 0:
        out[: max(len(column) - by, 0)] = column[by:]
    elif -by < len(column):
        out[-by:] = column[:by]
    return out


def features_of(seen: Evidence) -> Floats:
    """Return the features of the gap before each unit (units x features); the first row is the text's own start."""
    columns = [
        *_role_columns(seen),
        *_likeness_columns(seen),
        *_chain_columns(seen),
        *_name_columns(seen),
        *_shape_columns(seen),
    ]
    return np.stack(columns, axis=1)


def _role_columns(seen: Evidence) -> list[Floats]:
    columns = [shifted(seen.roles[:, role], by, -8) for by in (-2, -1, 0, 1, 2) for role in range(len(ROLES))]
    opener = np.logaddexp(seen.roles[:, 0], seen.roles[:, 1])
    for by in (-3, 3):
        columns.append(shifted(opener, by, -8))
    around = np.max([shifted(opener, by, -9) for by in (-4, -3, -2, -1, 1, 2, 3, 4)], axis=0)
    return [*columns, opener - around, seen.roles[:, 1] - np.float32(np.median(seen.roles[:, 1]))]


def _likeness_columns(seen: Evidence) -> list[Floats]:
    columns: list[Floats] = []
    centred = seen.static - seen.static.mean(axis=0)
    for vectors in (seen.hashed, seen.named, seen.static, centred):
        wide = windows(vectors, WIDTHS)
        columns += wide
        columns += [column - np.float32(np.median(column[1:] if len(column) > 1 else column)) for column in wide[2:]]
        for column, width in zip(wide[1:], WIDTHS[1:], strict=True):
            columns.append(column - np.mean([shifted(column, by, 0.3) for by in (-3, -2, 2, 3)], axis=0))
            before, after = shifted(column, -width, 0.3), shifted(column, width, 0.3)
            columns += [column - np.minimum(before, after), column - np.maximum(before, after)]
        near = bands(vectors, NEAR)
        back = np.stack([shifted(near[step], -step - 1) for step in range(NEAR)])
        columns += [near[0], back[1], back.max(axis=0), near.max(axis=0), back.mean(axis=0), near.mean(axis=0)]
        columns.append(shifted(near[1], -1))
    for vectors in (seen.hashed, seen.static):
        columns += far_back(vectors, FAR)
    return columns


def _chain_columns(seen: Evidence) -> list[Floats]:
    table = chains(seen.words)
    columns = [*table]
    for column in table[:3]:
        around = np.mean([shifted(column, by) for by in (-5, -4, -3, -2, 2, 3, 4, 5)], axis=0)
        columns += [column / (around + 5), np.minimum(shifted(column, -2), shifted(column, 2)) - column]
    for column in table[3:]:
        columns += [shifted(column, -1), shifted(column, 1)]
        columns.append(column - np.mean([shifted(column, by, 0.4) for by in (-3, -2, -1, 1, 2, 3)], axis=0))
    return columns


def _name_columns(seen: Evidence) -> list[Floats]:
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
    return [*summed, *(shifted(column, by) for column in (fresh, orphans) for by in (-1, 0, 1, 2))]


def _span(differences: Floats, first: int, last: int) -> None:
    """Count one more link over the gaps from `first` to `last`."""
    differences[first] += 1
    differences[last + 1] -= 1


def _shape_columns(seen: Evidence) -> list[Floats]:
    columns = [shifted(seen.shapes[:, shape], by) for by in (-1, 0, 1) for shape in range(seen.shapes.shape[1])]
    columns += [shifted(seen.lengths, by) for by in (-2, -1, 0, 1, 2)]
    usual = np.float32(max(float(np.median(seen.lengths)), 1.0))
    columns += [shifted(seen.lengths, by) / usual for by in (-1, 0, 1)]
    size = len(seen.lengths)
    places = np.arange(size, dtype=np.float32)
    words = np.cumsum(seen.lengths) - seen.lengths
    left = seen.lengths.sum() - words
    median = np.full(size, np.median(seen.lengths), dtype=np.float32)
    ends = [np.minimum(places, 40), np.minimum(size - places, 40), np.minimum(words, 2000), np.minimum(left, 2000)]
    return [*columns, *(np.asarray(end, dtype=np.float32) for end in ends), median]
