"""A text and its pieces in, shares of capitals, capitalised words and digits out: counted for all pieces at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backstory.clean.pieces import Piece

__all__ = ["SHAPE", "shapes_of"]

SHAPE = 160
"""Characters of a piece whose case and digits are counted."""

_KNOWN = 0x250
"""Code points told apart: ASCII and Latin with its marks; all others count as letters without case."""

_CLASSES = np.asarray(
    [[c.isupper(), c.isdigit(), c.isalpha(), c.isspace()] for c in map(chr, range(_KNOWN))]
    + [[False, False, True, False]],
    dtype=bool,
).T.copy()


def shapes_of(text: str, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
    """Return for each piece the shares of its words that are capitalised, its letters that are, and its digits."""
    parts = [f" {text[piece.start : min(piece.end, piece.start + SHAPE)]}" for piece in pieces]
    codes = np.frombuffer("".join(parts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    upper, digit, letter, space = _CLASSES[:, np.minimum(codes, _KNOWN)]
    begins = np.zeros_like(space)
    begins[1:] = space[:-1] & ~space[1:]
    sizes = np.asarray([len(part) for part in parts])
    masks = np.stack([begins & upper, begins, upper, letter, digit])
    counts = np.add.reduceat(masks, np.cumsum(sizes) - sizes, axis=1, dtype=np.int32)
    capitalised, words, capitals, letters, digits = counts
    shares = [capitalised / np.maximum(1, words), capitals / np.maximum(1, letters), digits / np.maximum(1, sizes - 1)]
    return np.stack(shares, axis=1).astype(np.float32)
