"""Texts in, a sample of their runs of words out: the same run of two texts is in both samples or in none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

__all__ = ["runs_of"]

WORD = re.compile(r"\w+")
RUN = 8
"""Words in a run: so many in a row two reporters do not write by chance."""
SAMPLED = 8
MOST = 400


def runs_of(texts: Iterable[str], *, sampled: int = SAMPLED, most: int = MOST) -> frozenset[int]:
    """Return hashes of one run in `sampled`, at most `most` of them."""
    found: set[int] = set()
    for text in texts:
        words = WORD.findall(text.casefold())
        runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
        found.update(crc32(run.encode()) for run in runs)
    return frozenset(sorted(run for run in found if run % sampled == 0)[:most])
