"""Text and its lines in, segments out: where an article ends and the next begins.

Three things decide, in this order. A container's own items and a file's own marks ("3 of 74 DOCUMENTS") cut with
certainty. Between them every gap is weighed twice (see `gaps.py`) by a small trained ensemble. Then segments that stand
on both sides of another and belong together become one article that the other interrupts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.clean.gaps import Evidence, evidence_of, first_look, second_look
from backstory.clean.markers import Marks, marks_of
from backstory.clean.units import Unit, units_of
from backstory.clean.weights import Weights, weights
from backstory.records import Item, Line

__all__ = ["Segment", "cut"]

POSSIBLE = 0.02
"""A gap that the first look gives less than this is no boundary: of 1,000 true ones it loses 3."""

LIKELY = 0.5
"""The chance above which a gap is a boundary."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One article: the places of its lines in the sequence of lines, with why it begins where it does."""

    lines: tuple[int, ...]
    confidence: float
    evidence: tuple[str, ...] = ()
    expected: int | None = None


def weigh(units: Sequence[Unit], known: Weights) -> tuple[Evidence, npt.NDArray[np.float32]]:
    """Return what is seen in `units`, and for the gap before each how likely a new article begins there."""
    seen = evidence_of(units, known)
    chances = np.zeros(len(units), dtype=np.float32)
    if len(units) < 2 or known.first is None or known.second is None:
        return seen, chances
    first = first_look(seen)
    chances = odds(known.first.score(first))
    chances[0] = 0
    gaps = np.flatnonzero(chances > POSSIBLE)
    if len(gaps):
        second = second_look(seen, first, chances, gaps)
        chances = np.zeros_like(chances)
        chances[gaps] = odds(known.second.score(second))
    return seen, chances


def odds(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the chance that each of `scores`, which are log odds, stands for."""
    return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


def cut(text: str, lines: Sequence[Line], *, items: Sequence[Item] = ()) -> tuple[Segment, ...]:
    """Return the articles that `lines` of `text` hold, in the order in which they begin.

    Every line that is not blank is in exactly one segment, furniture with the article that it follows; of a file whose
    container names its `items`, lines outside them are in none.
    """
    written = [place for place, line in enumerate(lines) if text[line.start : line.end].strip()]
    if not written:
        return ()
    if items:
        return _by_items(lines, written, items)
    marks = marks_of([text[lines[place].start : lines[place].end] for place in written])
    if len(marks.begins) > 1 or marks.expected is not None:
        return _by_marks(written, marks)
    return _by_weight(text, lines, written)


def _by_items(lines: Sequence[Line], written: list[int], items: Sequence[Item]) -> tuple[Segment, ...]:
    segments = []
    for item in sorted(items, key=lambda item: item.start):
        own = tuple(place for place in written if item.start <= lines[place].start < item.end)
        if own:
            segments.append(Segment(own, 1.0, ("the container delimits it",), len(items)))
    return tuple(segments)


def _by_marks(written: list[int], marks: Marks) -> tuple[Segment, ...]:
    starts = sorted({0, *marks.begins})
    segments = []
    for start, stop in zip(starts, [*starts[1:], len(written)], strict=True):
        own = tuple(written[start:stop])
        if not all(place in marks.lines for place in range(start, stop)):
            reason = marks.begins.get(start, "start of the file")
            segments.append(Segment(own, 1.0, (reason,), marks.expected))
    return tuple(segments)


def _by_weight(text: str, lines: Sequence[Line], written: list[int]) -> tuple[Segment, ...]:
    units = units_of(text, lines)
    if not units:
        return (Segment(tuple(written), 1.0, ("no paragraph to weigh",)),)
    known = weights()
    _, chances = weigh(units, known)
    begins = [0, *(int(gap) for gap in np.flatnonzero(chances > LIKELY))]
    firsts = [units[gap].lines[0] for gap in begins]
    firsts[0] = written[0]
    bounds = [*(written.index(first) for first in firsts), len(written)]
    segments = []
    for order, gap in enumerate(begins):
        own = tuple(written[bounds[order] : bounds[order + 1]])
        sure = float(chances[gap]) if gap else 1.0
        segments.append(Segment(own, sure, ("start of the file",) if not gap else ("weighed",)))
    return tuple(segments)
