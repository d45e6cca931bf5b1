"""Bytes and words in, 64-bit hashes out: the same in every run and on every machine, whole arrays at a time.

The hash of a word takes its bytes eight at a time, so a word of eight bytes or fewer has a hash that no other such word
has. The hash of several words in a row is a polynomial of theirs (Karp and Rabin, 1987), which sums from the left give.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLOCK",
    "PAD",
    "Bytes",
    "Flags",
    "Hashes",
    "Ints",
    "grams",
    "hash_of_bytes",
    "hashes_within",
    "mix",
    "powers",
]

Bytes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PAD = 8
"""So many bytes must follow the last word of a buffer: words are read eight bytes at a time."""
BLOCK = 1 << 15
"""Words to hash in one go: their arrays stay in the processor's second cache, which is twice as fast as memory."""
ODD = 0xD1342543DE82EF95
FOLD = 0x9FB21C651E98DF25
SPREAD = 0xBF58476D1CE4E5B9
ALL = 0xFFFFFFFFFFFFFFFF
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)


def hash_of_bytes(word: bytes) -> int:
    """Return the hash of one word's bytes."""
    sums, factor = 0, 1
    for at in range(0, len(word), 8):
        sums = (sums + int.from_bytes(word[at : at + 8], "little") * factor) & ALL
        factor = factor * FOLD & ALL
    spread = sums * SPREAD & ALL
    return spread ^ spread >> 32


def hashes_within(data: Bytes, starts: Ints, ends: Ints) -> Hashes:
    """Return the hash of each word of `data`, from `starts` to `ends`; at least `PAD` bytes stand after the last."""
    eight = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data.data, strides=(1,))
    lengths = ends - starts
    sums: Hashes = eight[starts] & _MASKS[np.minimum(lengths, 8)]
    factor, at, rows = FOLD, 8, np.flatnonzero(lengths > 8)
    while len(rows):
        more = eight[starts[rows] + at] & _MASKS[np.minimum(lengths[rows] - at, 8)]
        sums[rows] += more * np.uint64(factor)
        factor, at = factor * FOLD & ALL, at + 8
        rows = rows[lengths[rows] > at]
    sums *= np.uint64(SPREAD)
    sums ^= sums >> np.uint64(32)
    return sums


def mix(values: Hashes) -> Hashes:
    """Return `values` with their bits spread, by the last steps of splitmix64: no two values become one."""
    mixed = values >> np.uint64(30)
    mixed ^= values
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def grams(words: Hashes, length: int) -> Hashes:
    """Return a hash of each `length` words in a row, one for each place where so many follow; none is 0."""
    count = max(len(words) - length + 1, 0)
    hashes = np.empty(count, dtype=np.uint64)
    for start in range(0, count, BLOCK):
        end = min(start + BLOCK, count)
        hashes[start:end] = _grams(words[start : end + length - 1], length)
    return hashes


def _grams(words: Hashes, length: int) -> Hashes:
    up, down = powers(len(words))
    sums = np.zeros(len(words) + 1, dtype=np.uint64)
    np.cumsum(words * up, out=sums[1:])
    within = sums[length:] - sums[:-length]
    within *= down[: len(within)]
    return mix(within) | np.uint64(1)


def powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the first `count` powers of an odd number modulo 2^64, from its zeroth on, and those of its inverse."""
    up, down = _powers(max(count, BLOCK + 64).bit_length())
    return up[:count], down[:count]


@cache
def _powers(bits: int) -> tuple[Hashes, Hashes]:
    up, down = np.full((2, 1 << bits), 1, dtype=np.uint64)
    up[1:], down[1:] = np.uint64(ODD), np.uint64(pow(ODD, -1, 1 << 64))
    return np.cumprod(up, dtype=np.uint64), np.cumprod(down, dtype=np.uint64)
