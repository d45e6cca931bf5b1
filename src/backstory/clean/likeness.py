"""Vectors of units in, likeness out: how alike the text on both sides of each gap is, at several widths.

All kinds of vectors are compared at once: they stand side by side in one matrix, each as wide as a multiple of 256.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backstory.clean.vectors import unit_length

__all__ = ["Shifts", "likeness_of", "median"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

WIDTHS = (1, 2, 3, 5, 8)
"""How many units on both sides of a gap are compared."""

FAR = (7, 11, 15, 20, 26)
"""How many units back the four lie that are compared with the three after a gap."""

NEAR = 6
"""How many units after a unit it is compared with one by one."""

PIECE = 256
MISSING = 0.3
"""The likeness beyond a text's ends: what two neighbouring paragraphs have."""


def likeness_of(kinds: Sequence[Floats], far: Sequence[bool]) -> list[Floats]:
    """Return a table a kind of vectors (units x columns), and one with those of `far` compared with text far back."""
    together = np.concatenate(kinds, axis=1)
    firsts = np.cumsum([0, *(kind.shape[1] // PIECE for kind in kinds[:-1])])
    size = len(together)
    sums = np.concatenate([np.zeros((1, together.shape[1]), np.float32), np.cumsum(together, axis=0, dtype=np.float32)])
    places = np.arange(size)
    wide = np.empty((size, len(kinds), len(WIDTHS)), dtype=np.float32)
    for column, width in enumerate(WIDTHS):
        after = sums[np.minimum(places + width, size)] - sums[:size]
        before = sums[:size] - sums[np.maximum(places - width, 0)]
        wide[:, :, column] = _cosines(before, after, _dots(after, after, firsts), firsts)
    back = np.empty((size, len(kinds), len(FAR)), dtype=np.float32)
    after = sums[np.minimum(places + 3, size)] - sums[:size]
    squared = _dots(after, after, firsts)
    for column, reach in enumerate(FAR):
        before = sums[np.maximum(places - reach + 4, 0)] - sums[np.maximum(places - reach, 0)]
        back[:, :, column] = _cosines(before, after, squared, firsts)
    return [*_tables(wide, _bands(kinds, firsts)), back[:, list(far)].reshape(size, -1)]


def _dots(one: Floats, other: Floats, firsts: Ints) -> Floats:
    """Return the products of the rows of `one` and `other`, apart for each kind (units x kinds)."""
    shape = (len(one), -1, PIECE)
    pieces = np.einsum("ijk,ijk->ij", one.reshape(shape), other.reshape(shape))
    return np.asarray(np.add.reduceat(pieces, firsts, axis=1), dtype=np.float32)


def _cosines(before: Floats, after: Floats, after_squared: Floats, firsts: Ints) -> Floats:
    lengths = np.sqrt(_dots(before, before, firsts) * after_squared)
    return np.asarray(_dots(before, after, firsts) / np.maximum(lengths, 1e-6), dtype=np.float32)


def _bands(kinds: Sequence[Floats], firsts: Ints) -> Floats:
    """Return the likeness of each unit to each of the `NEAR` after it (NEAR x units x kinds; 0 beyond the end)."""
    unit = np.concatenate([unit_length(kind) for kind in kinds], axis=1)
    out = np.zeros((NEAR, len(unit), len(kinds)), dtype=np.float32)
    for step in range(1, min(NEAR, len(unit) - 1) + 1):
        out[step - 1, :-step] = _dots(unit[:-step], unit[step:], firsts)
    return out


def _tables(wide: Floats, near: Floats) -> list[Floats]:
    """Return for each kind its likeness at each width, beside the file's usual, the gaps around, and single units."""
    size, kinds, _ = wide.shape
    usual = median(wide[1:] if size > 1 else wide)
    moved = Shifts(wide, 8, MISSING)
    around = (moved(-3) + moved(-2) + moved(2) + moved(3)) / np.float32(4)
    columns = [wide, wide[:, :, 2:] - usual[:, 2:]]
    for place, width in enumerate(WIDTHS[1:], start=1):
        column, before, after = wide[:, :, place], moved(-width)[:, :, place], moved(width)[:, :, place]
        peaks = (column - around[:, :, place], column - np.minimum(before, after), column - np.maximum(before, after))
        columns.append(np.stack(peaks, axis=2))
    back = np.zeros_like(near)
    for step in range(min(NEAR, size - 1)):
        back[step, step + 1 :] = near[step, : size - step - 1]
    last = np.zeros_like(near[1])
    last[1:] = near[1, :-1]
    beside = (near[0], back[1], back.max(axis=0), near.max(axis=0), back.mean(axis=0), near.mean(axis=0), last)
    table = np.concatenate([*columns, np.stack(beside, axis=2)], axis=2)
    return [table[:, kind] for kind in range(kinds)]


def median(table: Floats) -> Floats:
    """Return the median over the rows of `table`, as `np.median` does in five times the time for small ones."""
    ordered = np.sort(table, axis=0)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) * np.float32(0.5)
    return np.asarray(middle, dtype=np.float32)


class Shifts:
    """A table with room beyond both ends: called with `by`, row g holds what unit g + `by` has, `fill` beyond."""

    def __init__(self, table: Floats, most: int, fill: float = 0.0) -> None:
        self._size, self._most = len(table), most
        self._room = np.full((self._size + 2 * most, *table.shape[1:]), fill, dtype=table.dtype)
        self._room[most : most + self._size] = table

    def __call__(self, by: int) -> Floats:
        """Return the rows `by` further on, at most as far as there is room."""
        return self._room[self._most + by : self._most + by + self._size]
