"""A reader's marks and pieces in, what is marked of each piece out: the surest mark that covers most of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from backstory.clean.pieces import Piece
from backstory.records import Kind, Mark

__all__ = ["Marked", "marked_by"]

MOST = 0.6
"""The share of a piece that a mark must cover to speak for it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What marks say of a piece: its kind, the log odds that this is worth, and why."""

    kind: Kind
    weight: float
    because: str


def marked_by(marks: Sequence[Mark], pieces: Sequence[Piece]) -> list[Marked | None]:
    """Return for each piece what the marks say of it, None where none covers most of it.

    Several marks of one kind count once, by the surest; between kinds the surest decides, less what others say.
    """
    found: list[Marked | None] = [None] * len(pieces)
    if not marks:
        return found
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end, mark.kind))
    first = 0
    reach = [0] * (len(ordered) + 1)
    for place, mark in enumerate(ordered):
        reach[place + 1] = max(reach[place], mark.end)
    for at, piece in enumerate(pieces):
        while first < len(ordered) and reach[first + 1] <= piece.start:
            first += 1
        covering = []
        for mark in ordered[first:]:
            if mark.start >= piece.end:
                break
            if min(mark.end, piece.end) - max(mark.start, piece.start) >= MOST * (piece.end - piece.start):
                covering.append(mark)
        found[at] = _surest(covering)
    return found


def _surest(marks: Sequence[Mark]) -> Marked | None:
    best: dict[Kind, Mark] = {}
    for mark in marks:
        if mark.kind not in best or mark.confidence > best[mark.kind].confidence:
            best[mark.kind] = mark
    if not best:
        return None
    ranked = sorted(best.values(), key=lambda mark: (-mark.confidence, mark.kind))
    return Marked(ranked[0].kind, _odds(ranked[0].confidence), ranked[0].because)


def _odds(confidence: float) -> float:
    confidence = min(max(confidence, 0.02), 0.98)
    return math.log(confidence / (1 - confidence))
