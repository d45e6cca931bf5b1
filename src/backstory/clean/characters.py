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
)


def shapes_of(text: str, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
    """Return for each piece the shares of its words that are capitalised, its letters that are, and its digits."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    upper, digit, letter, space = _CLASSES[np.minimum(codes, _KNOWN)].T
    begins = ~space & np.concatenate([[True], space[:-1]])
    starts = np.asarray([piece.start for piece in pieces])
    ends = np.asarray([min(piece.end, piece.start + SHAPE) for piece in pieces])
    counts = [_counted(mask, starts, ends) for mask in (begins & upper, begins, upper, letter, digit)]
    capitalised, words, capitals, letters, digits = counts
    sizes = ends - starts
    shares = [capitalised / np.maximum(1, words), capitals / np.maximum(1, letters), digits / np.maximum(1, sizes)]
    return np.stack(shares, axis=1).astype(np.float32)


def _counted(
    mask: npt.NDArray[np.bool_], starts: npt.NDArray[np.int_], ends: npt.NDArray[np.int_]
) -> npt.NDArray[np.int_]:
    total = np.concatenate([[0], np.cumsum(mask, dtype=np.int32)])
    return np.asarray(total[ends] - total[starts], dtype=np.int_)
