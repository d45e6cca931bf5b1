"""Vectors of units in, likeness out: how alike the text on both sides of each gap is, at several widths.

Two blocks of units are as alike as the cosine of their sums, and a product of sums is a sum of products: the products
of all pairs of units are made once for each kind of vectors, and summed over any two blocks by their corners.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Shifts", "likeness_of", "median"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WIDTHS = (1, 2, 3, 5, 8)
"""How many units on both sides of a gap are compared."""

FAR = (7, 11, 15, 20, 26)
"""How many units back the four lie that are compared with the three after a gap."""

NEAR = 6
"""How many units after a unit it is compared with one by one."""

MISSING = 0.3
"""The likeness beyond a text's ends: what two neighbouring paragraphs have."""

FEW = 128
"""Units up to which all kinds of vectors are compared at once; of more, one kind after another: the sums over pairs of
720 units take 4 MB a kind."""

TINY = 1e-6
"""The least length of a vector that is divided by."""


def likeness_of(kinds: Sequence[Floats], far: Sequence[bool]) -> list[Floats]:
    """Return a table a kind of vectors (units x columns), and one with those of `far` compared with text far back."""
    size = len(kinds[0])
    at_once = len(kinds) if size <= FEW else 1
    blocks, bands = [], []
    for first in range(0, len(kinds), at_once):
        products = np.stack([kind @ kind.T for kind in kinds[first : first + at_once]])
        blocks.append(_block_cosines(products))
        bands.append(_bands(products))
    cosines = np.concatenate(blocks, axis=1)
    wide, back = cosines[:, :, : len(WIDTHS)], cosines[:, :, len(WIDTHS) :]
    return [*_tables(wide, np.concatenate(bands, axis=2)), back[:, list(far)].reshape(size, -1)]


def _block_cosines(products: Floats) -> Floats:
    """Return for each gap how alike the blocks before and after it are (units x kinds x `WIDTHS` and `FAR`)."""
    kinds, size, _ = products.shape
    sums = np.zeros((kinds, size + 1, size + 1))
    inner = sums[:, 1:, 1:]
    np.cumsum(products, axis=1, dtype=np.float64, out=inner)
    np.cumsum(inner, axis=2, out=inner)
    place = np.arange(size)[:, None]
    widths, reaches = np.asarray([WIDTHS]), np.asarray([FAR])
    here = np.repeat(place, len(WIDTHS) + len(FAR), axis=1)
    first = np.maximum(place - np.concatenate([widths, reaches], axis=1), 0)
    last = np.concatenate([here[:, : len(WIDTHS)], np.maximum(place - reaches + 4, 0)], axis=1)
    stop = np.minimum(place + np.concatenate([widths, np.full_like(reaches, 3)], axis=1), size)
    rows = np.stack([last, first, last, first, last, first, first, stop, here, here])
    columns = np.stack([stop, stop, here, here, last, first, last, stop, here, stop])
    corner = np.take(sums.reshape(kinds, -1), rows * (size + 1) + columns, axis=1).transpose(1, 2, 0, 3)
    both = corner[0] - corner[1] - corner[2] + corner[3]
    squares = (corner[4] + corner[5] - 2 * corner[6]) * (corner[7] + corner[8] - 2 * corner[9])
    return np.asarray(both / np.maximum(np.sqrt(np.maximum(squares, 0)), TINY), dtype=np.float32)


def _bands(products: Floats) -> Floats:
    """Return the likeness of each unit to each of the `NEAR` after it (NEAR x units x kinds; 0 beyond the end)."""
    kinds, size, _ = products.shape
    lengths = np.maximum(np.sqrt(np.diagonal(products, axis1=1, axis2=2)), TINY)
    place = np.arange(size)
    other = place + np.arange(1, NEAR + 1)[:, None]
    there = np.minimum(other, size - 1)
    found = np.take(products.reshape(kinds, -1), place * size + there, axis=1) / (lengths[:, None] * lengths[:, there])
    return np.asarray((found * (other < size)).transpose(1, 2, 0), dtype=np.float32)


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
        columns.extend(peak[:, :, None] for peak in peaks)
    back = np.zeros_like(near)
    for step in range(min(NEAR, size - 1)):
        back[step, step + 1 :] = near[step, : size - step - 1]
    last = np.zeros_like(near[1])
    last[1:] = near[1, :-1]
    share = np.float32(1 / NEAR)
    means = back.sum(axis=0) * share, near.sum(axis=0) * share
    beside = (near[0], back[1], back.max(axis=0), near.max(axis=0), *means, last)
    table = np.concatenate([*columns, *(one[:, :, None] for one in beside)], axis=2)
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
