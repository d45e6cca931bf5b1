"""A text in, a number for every non-blank line out: equal for lines that differ in case, blanks or digits alone."""

from __future__ import annotations

import re
from hashlib import blake2b

from backstory.clean.pieces import rows_of

__all__ = ["line_hashes"]

_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")


def line_hashes(text: str) -> list[int]:
    """Return a signed 64-bit number for each non-blank line of `text`, in order: its repeats are counted by it."""
    return [_hash(text[start:end]) for start, end in rows_of(text)]


def _hash(line: str) -> int:
    normal = _DIGITS.sub("0", _BLANKS.sub(" ", line.casefold()))
    digest = blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
