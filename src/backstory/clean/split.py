"""Text and its lines in, segments out: where an article ends and the next begins.

Three things decide, in this order. A container's own items and a file's own marks ("3 of 74 DOCUMENTS") cut with
certainty. Else the gap before every paragraph is weighed (see `gaps.py`) by a small trained network. Then pieces that
stand on both sides of another and belong together become one article that the other interrupts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.clean.certain_cues import cue_odds
from backstory.clean.gaps import Evidence, evidence_of, features_of
from backstory.clean.markers import Marks, marks_of
from backstory.clean.parting import parting_odds
from backstory.clean.reasons import reasons_for
from backstory.clean.units import Unit, units_of
from backstory.clean.weights import Weights, weights
from backstory.records import Item, Line

__all__ = ["Segment", "cut"]

Floats = npt.NDArray[np.float32]

LIKELY = 0.65
"""The chance above which a gap is a boundary, in a long file or beside sure ones: .5 and .7 give up to .015 less F1."""

SURE = ((460, 0.8), (900, 0.9), (3500, 0.98), (7000, 0.995))
"""A file of so many words and marks at most is one article unless one boundary in it is as sure as this. On exports
that the network did not see this leaves 1 in 100 single articles cut, 10 without it. Chosen on the same exports."""

RESUMES = 0.3
"""The chance above which what begins after a boundary is the article before the last one, going on: 3 of 4 are right,
but of 86 in glued files that the network did not see only these 3 are found (.2: 14 found, 24 wrong)."""

CHUNK, OVERLAP = 600, 60
"""Paragraphs weighed at once, and those seen beyond both ends: 2 MiB of text are cut in 280 MB (at 2,000: 436), and
what is usual is better taken from near by (F1 +.005)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One article: the places of its lines in the sequence of lines, with why it begins where it does.

    The lines are in order, furniture among them; they leave a hole where another article stands in the middle.
    `expected` is how many articles the file itself says that it holds, if it says so.
    """

    lines: tuple[int, ...]
    confidence: float
    evidence: tuple[str, ...] = ()
    expected: int | None = None


def cut(
    text: str,
    lines: Sequence[Line],
    *,
    items: Sequence[Item] = (),
    shared: Sequence[bool] = (),
    known: Weights | None = None,
) -> tuple[Segment, ...]:
    """Return the articles that `lines` of `text` hold, in the order in which they begin.

    Every line that is not blank is in exactly one segment, furniture with the article that it follows; of a file whose
    container names its `items`, lines outside them are in none. `shared` says which of the lines stand in other sources
    too. `known` are weights other than the package's.
    """
    written = [place for place, line in enumerate(lines) if text[line.start : line.end].strip()]
    if not written:
        return ()
    if items:
        return _by_items(lines, written, items)
    marks = marks_of([text[lines[place].start : lines[place].end] for place in written])
    if marks.lines:
        return _by_marks(written, marks)
    return _by_weight(text, lines, written, shared, known or weights())


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
        if not all(place in marks.lines for place in range(start, stop)):
            reason = marks.begins.get(start, "start of the file")
            segments.append(Segment(tuple(written[start:stop]), 1.0, (reason,), marks.expected))
    return tuple(segments)


@dataclass(frozen=True, slots=True)
class _Boundary:
    """A gap where something begins: a new article, or the rest of the one before the last where it `resumes`."""

    unit: int
    chance: float
    evidence: tuple[str, ...]
    resumes: bool


def _by_weight(
    text: str, lines: Sequence[Line], written: list[int], shared: Sequence[bool], known: Weights
) -> tuple[Segment, ...]:
    units = units_of(text, lines)
    start = _Boundary(0, 1.0, ("start of the file",), resumes=False)
    parted = parting_odds([any(shared[place] for place in unit.lines) for unit in units] if shared else [])
    found = [start, *boundaries(units, known, parted)]
    firsts = [written[0], *(units[boundary.unit].lines[0] for boundary in found[1:])]
    bounds = [*np.searchsorted(written, firsts).tolist(), len(written)]
    runs: list[list[int]] = []
    owners: list[int] = []
    for number, boundary in enumerate(found):
        goes_on = boundary.resumes and number > 1
        owners.append(owners[number - 2] if goes_on else number)
        runs.append([])
        runs[owners[number]] += written[bounds[number] : bounds[number + 1]]
    return tuple(
        Segment(tuple(runs[number]), round(boundary.chance, 4), boundary.evidence)
        for number, boundary in enumerate(found)
        if owners[number] == number
    )


def boundaries(units: Sequence[Unit], known: Weights, parted: Floats) -> list[_Boundary]:
    """Return where articles begin or resume after the first unit; nowhere in a short text without a sure one.

    `parted` is what the desk adds to the log odds of each gap; empty where it adds nothing.
    """
    found: list[_Boundary] = []
    for begin in range(0, len(units), CHUNK):
        low, high = max(begin - OVERLAP, 0), min(begin + CHUNK + OVERLAP, len(units))
        seen = evidence_of(units[low:high], known)
        chances = weigh(units[low:high], seen, known, parted[low:high])
        start = 0
        for gap in np.flatnonzero(chances[:, 0] > LIKELY).tolist():
            resumes = bool(chances[gap, 1] > RESUMES)
            if begin <= low + gap < begin + CHUNK:
                reasons = reasons_for(seen, gap, start, resumes=resumes)
                if len(parted) and parted[low + gap]:
                    reasons = (*reasons, "what stands in other sources ends or begins here")
                found.append(_Boundary(low + gap, float(chances[gap, 0]), reasons, resumes))
            start = gap
    size = sum(len(unit.tokens) for unit in units)
    sure = next((chance for most, chance in SURE if size <= most), 0.0)
    return found if any(boundary.chance >= sure for boundary in found) else []


def weigh(units: Sequence[Unit], seen: Evidence, known: Weights, parted: Floats | None = None) -> Floats:
    """Return how likely something begins at the gap before each unit, and how likely it resumes (units x 2)."""
    if len(units) < 2 or known.network is None:
        return np.zeros((len(units), 2), dtype=np.float32)
    scores = known.network.score(features_of(seen))
    scores[:, 0] += cue_odds(units, scores[:, 0])
    if parted is not None and len(parted):
        scores[:, 0] += parted
    chances = 1 / (1 + np.exp(-scores))
    chances[0] = 0
    return np.asarray(chances, dtype=np.float32)
