"""Units in, evidence out: one row of features for the gap before each unit.

The first look knows fixed windows around a gap. The second look, only at gaps that the first finds possible, knows the
segments that the first look's other boundaries make: what the whole piece before and the whole piece after speak of,
and whose surname goes on without an introduction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.clean.introductions import REACH, Introductions, introductions_of
from backstory.clean.roles import ROLES, roles_of
from backstory.clean.units import Unit
from backstory.clean.vectors import Words, bands, chains, cosines, dense_vectors, hashed_vectors, windows, words_of
from backstory.clean.weights import Weights

__all__ = ["Evidence", "evidence_of", "first_look", "second_look"]

Floats = npt.NDArray[np.float32]

WIDTHS = (1, 2, 3, 5, 8)
NEAR = 6
OPENING = frozenset("“\"‘'«")
BULLETS = frozenset("-•*–—·")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the units of a text before any gap is weighed."""

    roles: Floats
    words: Words
    hashed: Floats
    dense: Floats
    names: Introductions
    lengths: Floats
    shapes: Floats


def evidence_of(units: Sequence[Unit], known: Weights) -> Evidence:
    """Return what `units` say, each by itself."""
    words = words_of(units, known)
    hashed, dense = hashed_vectors(words), dense_vectors(words, known)
    lengths = np.asarray([len(unit.tokens) for unit in units], dtype=np.float32)
    return Evidence(roles_of(units, known), words, hashed, dense, introductions_of(units), lengths, _shapes(units))


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


def first_look(seen: Evidence) -> Floats:
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
    for vectors in (seen.hashed, seen.dense):
        wide = [windows(vectors, width) for width in WIDTHS]
        columns += wide
        columns += [column - np.float32(np.median(column[1:] if len(column) > 1 else column)) for column in wide[2:]]
        for column in wide[1:4]:
            columns.append(column - np.mean([shifted(column, by, 0.3) for by in (-3, -2, 2, 3)], axis=0))
        near = bands(vectors, NEAR)
        back = np.stack([shifted(near[step], -step - 1) for step in range(NEAR)])
        columns += [near[0], back[1], back.max(axis=0), near.max(axis=0), back.mean(axis=0), near.mean(axis=0)]
        columns.append(shifted(near[1], -1))
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
    size = len(seen.lengths)
    places = np.arange(size, dtype=np.float32)
    words = np.cumsum(seen.lengths) - seen.lengths
    left = seen.lengths.sum() - words
    median = np.full(size, np.median(seen.lengths), dtype=np.float32)
    ends = [np.minimum(places, 40), np.minimum(size - places, 40), np.minimum(words, 2000), np.minimum(left, 2000)]
    return [*columns, *(np.asarray(end, dtype=np.float32) for end in ends), median]


def second_look(seen: Evidence, first: Floats, chances: Floats, gaps: npt.NDArray[np.int64]) -> Floats:
    """Return the features of the second look at `gaps`, given the first look's features and its chance at every gap."""
    size = len(chances)
    likely = [0, *(int(g) for g in np.flatnonzero(chances > 0.5) if g > 0), size]
    bounds = np.asarray(likely)
    starts = bounds[np.searchsorted(bounds, gaps, side="left") - 1]
    stops = bounds[np.searchsorted(bounds, gaps, side="right")]
    columns: list[Floats] = [chances[gaps]]
    columns += [shifted(chances, by)[gaps] for by in (-3, -2, -1, 1, 2, 3)]
    columns.append(np.max([shifted(chances, by) for by in (-3, -2, -1, 1, 2, 3)], axis=0)[gaps])
    for vectors in (seen.hashed, seen.dense):
        sums = np.concatenate(
            [np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0, dtype=np.float32)]
        )
        before, after = sums[gaps] - sums[starts], sums[stops] - sums[gaps]
        columns += [cosines(before, after), cosines(vectors[starts], vectors[gaps]), cosines(before, vectors[gaps])]
        columns.append(cosines(vectors[starts], after))
    words = np.concatenate([np.zeros(1, np.float32), np.cumsum(seen.lengths)])
    columns += [(gaps - starts).astype(np.float32), (stops - gaps).astype(np.float32)]
    columns += [words[gaps] - words[starts], words[stops] - words[gaps]]
    columns += [seen.roles[starts, 1], np.maximum(seen.roles[starts, 0], -9)]
    mean = np.diff(bounds).mean()
    columns += [np.full(len(gaps), mean, np.float32), np.full(len(gaps), len(bounds) - 1, np.float32)]
    names = np.asarray(
        [_names_across(seen.names, int(a), int(g), int(b)) for a, g, b in zip(starts, gaps, stops, strict=True)]
    )
    shared = np.asarray(
        [_words_across(seen.words, int(a), int(g), int(b)) for a, g, b in zip(starts, gaps, stops, strict=True)]
    )
    columns += list(shared.astype(np.float32).T)
    return np.concatenate([first[gaps], np.stack(columns, axis=1), names.reshape(len(gaps), -1)], axis=1).astype(
        np.float32
    )


def _words_across(words: Words, start: int, gap: int, stop: int) -> tuple[float, ...]:
    """Return how many rare words and names the pieces before and after a gap share, and the opening with each."""
    low, middle, near, high = np.searchsorted(words.units, (max(start, gap - 15), gap, gap + 1, min(stop, gap + 15)))
    heavy = words.idf > 3.0
    left, left_idf = _rare(words, low, middle, heavy)
    right, right_idf = _rare(words, middle, high, heavy)
    common = np.isin(right, left)
    opening, opening_idf = _rare(words, middle, near, heavy)
    rest, _ = _rare(words, near, high, heavy)
    named, _ = _rare(words, low, middle, heavy & words.names)
    named_right, named_idf = _rare(words, middle, high, heavy & words.names)
    least = min(left_idf.sum(), right_idf.sum()) + 10
    return (
        float(right_idf[common].sum() / least),
        float(right_idf[common].sum()),
        float(named_idf[np.isin(named_right, named)].sum() / (named_idf.sum() + 10)),
        float(opening_idf[np.isin(opening, left)].sum() / (opening_idf.sum() + 10)),
        float(opening_idf[np.isin(opening, rest)].sum() / (opening_idf.sum() + 10)),
        float(least),
    )


def _rare(words: Words, low: int, high: int, chosen: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], Floats]:
    kept = chosen[low:high]
    codes, places = np.unique(words.codes[low:high][kept], return_index=True)
    return codes, words.idf[low:high][kept][places]


def _names_across(names: Introductions, start: int, gap: int, stop: int) -> tuple[float, ...]:
    """Return how the names of the units from `start` to `gap` and from `gap` to `stop` go on, stop or start anew."""
    known: set[str] = set()
    mentioned: set[str] = set()
    for place in range(max(start, gap - REACH), gap):
        known.update(names.full[place])
        mentioned.update(names.short[place])
    here: set[str] = set()
    needed = resolved = unknown = anew = fresh = 0
    for place in range(gap, min(stop, gap + 12)):
        for key in names.full[place]:
            if key not in here:
                anew += key in known or key in mentioned
                fresh += key not in known
        here.update(names.full[place])
        for key in names.short[place]:
            if key in here:
                resolved += 1
            elif key in known:
                needed += 1
            else:
                unknown += 1
            here.add(key) if key not in known else None
    return needed, resolved, unknown, anew, fresh, len(known)
