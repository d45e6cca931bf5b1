"""Units and in how many other sources each stands in, what that adds to the odds of each gap out.

Crawled files glue the same article to different neighbours. Where paragraphs that stand in another source end and
paragraphs that stand in none begin, or the other way round, one article most likely ends and another begins. It only
adds to what the paragraphs themselves say: wire copy that an outlet ends with a background of its own parts there too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["parting_odds"]

PARTING_ODDS = 4.0
"""Log odds. It takes a gap of even odds over `split.SURE` and leaves one that reads like a continuation (1 in 50, as at
the end of wire copy) below `split.LIKELY`; set so by reasoning, no set at hand holds such pairs of files."""

PARTED_UNITS = 4
"""Paragraphs on both sides that must be of one sort: fewer are a shared quotation or a shared appeal."""


def parting_odds(shared: Sequence[bool]) -> npt.NDArray[np.float32]:
    """Return what is added to the log odds of the gap before each unit; `shared` says which stand in other sources."""
    added = np.zeros(len(shared), dtype=np.float32)
    for gap in range(PARTED_UNITS, len(shared) - PARTED_UNITS + 1):
        before, after = shared[gap - PARTED_UNITS : gap], shared[gap : gap + PARTED_UNITS]
        if (all(before) and not any(after)) or (all(after) and not any(before)):
            added[gap] = PARTING_ODDS
    return added
