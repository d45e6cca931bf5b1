"""What the model found in one article in, what it finds in another with the same text out: it reads each text once.

Findings are kept with their places among the paragraphs, one after another, wherever these stand in the source. The
rules then work on every article by itself, so what depends on its dates and its ids is its own.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from backstory.annotate.article import READ, Reads
from backstory.annotate.links import Attributed
from backstory.annotate.reader import WIDTH, Findings
from backstory.annotate.spans import Found, Seen
from backstory.records import Reading, Span

__all__ = ["Held", "Once", "edition", "held", "seen_again"]

Held: TypeAlias = tuple[bytes, bytes | None]
"""Findings, packed, and the article's vector as `Annotations.vector` has it."""
Move: TypeAlias = Callable[[int, int], tuple[int, int]]


@cache
def edition() -> str:
    """Return which edition of the model this package has: the findings of another say nothing of what it finds."""
    return sha256((files("backstory.models") / "reader.json").read_bytes()).hexdigest()[:12]


@dataclass(slots=True)
class Once:
    """A model that does not read what was read: `known` has the findings of articles, by their ids."""

    model: Reads
    known: dict[str, Held] = field(default_factory=dict)

    def seen(self, reading: Reading) -> Seen:
        """Return what the model finds in one article, and keep it."""
        known = self.known.get(reading.article.article_id)
        if known is not None:
            return seen_again(known, reading)
        seen = self.model.seen(reading)
        self.known[reading.article.article_id] = held(seen, reading)
        return seen


def held(seen: Seen, reading: Reading) -> Held:
    """Return `seen`, which the model found in `reading`, in the form in which it is kept."""
    move = _mover(_spans(reading), _joined(reading))

    def plain(found: Found | None) -> list[object]:
        return [*move(found.start, found.end), found.label, float(found.confidence)] if found else []

    told = [
        [[plain(part) for part in each.contents], plain(each.cue), plain(each.source), float(each.probability)]
        for each in seen.attributions
    ]
    rows = (
        [plain(found) for found in seen.entities],
        [plain(found) for found in seen.times],
        [move(span.start, span.end) for span in seen.sentences],
        told,
    )
    vector = getattr(seen, "vector", None)
    packed = vector.astype("<f4").tobytes() if vector is not None and vector.any() else None
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()), packed


def seen_again(known: Held, reading: Reading) -> Findings:
    """Return what was found in an article, as it is found in `reading`, which has the same text."""
    entities, times, sentences, told = json.loads(zlib.decompress(known[0]))
    move = _mover(_joined(reading), _spans(reading))

    def found(row: Sequence[object]) -> Found:
        start, end, label, confidence = row
        return Found(*move(int(str(start)), int(str(end))), str(label), float(str(confidence)))

    attributions = tuple(
        Attributed(
            tuple(found(part) for part in contents), found(cue) if cue else None, found(source) if source else None, p
        )
        for contents, cue, source, p in told
    )
    return Findings(
        entities=tuple(map(found, entities)),
        times=tuple(map(found, times)),
        sentences=tuple(Span(*move(start, end)) for start, end in sentences),
        attributions=attributions,
        vector=np.frombuffer(known[1], "<f4") if known[1] else np.zeros(WIDTH, np.float32),
    )


def _spans(reading: Reading) -> list[Span]:
    return [Span(paragraph.start, paragraph.end) for paragraph in reading.paragraphs if paragraph.kind in READ]


def _joined(reading: Reading) -> list[Span]:
    """Return where the paragraphs would stand one after another."""
    ends = accumulate(span.end - span.start for span in _spans(reading))
    return list(_pairs([0, *ends]))


def _pairs(edges: Sequence[int]) -> Iterator[Span]:
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        yield Span(start, end)


def _mover(here: Sequence[Span], there: Sequence[Span]) -> Move:
    """Return the function that moves a span from the paragraphs `here` to the same ones `there`."""
    starts = [span.start for span in here]

    def move(start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        return start - starts[first] + there[first].start, end - starts[last] + there[last].start

    return move
