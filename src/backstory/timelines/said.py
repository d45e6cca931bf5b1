"""Readings of one story in, their sentences with what they say out, and which of them say the same."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backstory.records import Kind, Reading, Span
from backstory.stories.words import terms, weight

__all__ = ["Sentence", "alike", "likeness", "same", "sentences_of", "unit", "weighed"]

SAME = 0.45
"""Cosine of the weighted words from which two sentences of one story say the same. By judgement, not measured yet."""
FEWEST = 4
"""Words with weight that a sentence has at least; a shorter one says too little to be the same as another."""
MOST = 3_000
"""Sentences of a story that are compared; the first of each article come first."""

PLACE_LINE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ’'.-]+\b[^()\n.]{0,40}(?:\([^()\n]{1,30}\)\s?[-–—]\s?|\s[–—]\s)")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence where it stands, with its words' weights; `place` is its number in its article."""

    article_id: str
    source_id: str
    outlet: str | None
    span: Span
    text: str
    place: int
    words: Mapping[str, float]
    published: str | None = None
    """The day on which its article came out, where that is known."""


def sentences_of(reading: Reading, spans: Sequence[Span]) -> list[Sentence]:
    """Return the sentences of an article's standfirst and body that say enough to be compared."""
    body = [p for p in reading.paragraphs if p.kind in (Kind.STANDFIRST, Kind.BODY)]
    found = []
    for place, span in enumerate(s for s in spans if any(p.start <= s.start and s.end <= p.end for p in body)):
        span = _without_place_line(reading.text, span)
        text = reading.text[span.start : span.end]
        words = weighed(text)
        if len(words) >= FEWEST:
            article = reading.article
            day = article.published[:10] if article.published and len(article.published) >= len("2026-03-03") else None
            found.append(Sentence(article.article_id, article.source_id, article.outlet, span, text, place, words, day))
    return found


def _without_place_line(text: str, span: Span) -> Span:
    """Return a sentence without the agency's line before it: "HARNBY, March 9 (Nordwire) - "."""
    line = PLACE_LINE.match(text, span.start, span.end)
    return Span(line.end(), span.end) if line else span


def weighed(text: str) -> dict[str, float]:
    """Return the words of a text that can be evidence, each with its weight."""
    counts = Counter(terms(text))
    return {word: weight(word) * (1 + math.log(count)) for word, count in sorted(counts.items())}


def unit(sentence: Sentence) -> dict[str, float]:
    """Return a sentence's weights at unit length."""
    length = math.sqrt(sum(value * value for value in sentence.words.values())) or 1.0
    return {word: value / length for word, value in sentence.words.items()}


def likeness(one: Sentence, other: Sentence) -> float:
    """Return the cosine of two sentences' weights."""
    shared = sum(value * other.words.get(word, 0.0) for word, value in one.words.items())
    length = sum(v * v for v in one.words.values()) * sum(v * v for v in other.words.values())
    return round(shared / math.sqrt(length), 6) if shared else 0.0


def alike(sentences: Sequence[Sentence]) -> Floats:
    """Return the cosine of every two sentences."""
    places: dict[str, int] = {}
    for sentence in sentences:
        for word in sentence.words:
            places.setdefault(word, len(places))
    matrix = np.zeros((len(sentences), len(places)))
    for row, sentence in enumerate(sentences):
        for word, value in sentence.words.items():
            matrix[row, places[word]] = value
    matrix /= np.maximum(np.sqrt((matrix**2).sum(axis=1, keepdims=True)), 1e-9)
    return np.asarray(np.round(matrix @ matrix.T, 6))


def same(sentences: Sequence[Sentence]) -> list[list[int]]:
    """Return groups of places of sentences that say the same, each with its fullest first; the lone ones are left out.

    A group is what stands near one sentence, its head: heads are taken in the order of how many articles they speak
    for, so no chain of half-likenesses makes one fact of two.
    """
    likeness = alike(sentences)
    near = [np.flatnonzero(row >= SAME).tolist() for row in likeness]
    told = [len({sentences[at].article_id for at in group}) for group in near]
    order = sorted(
        range(len(sentences)), key=lambda at: (-told[at], -likeness[at, near[at]].sum(), _key(sentences[at]))
    )
    taken: set[int] = set()
    groups = []
    for head in order:
        free = [at for at in near[head] if at not in taken]
        if head in taken or len({sentences[at].article_id for at in free}) < 2:
            continue
        best: dict[str, int] = {}
        for at in sorted(free, key=lambda at: (-likeness[head, at], _key(sentences[at]))):
            best.setdefault(sentences[at].article_id, at)
        groups.append([head, *(at for at in best.values() if at != head)])
        taken.update(free)
    return groups


def _key(sentence: Sentence) -> tuple[str, int]:
    return sentence.article_id, sentence.span.start
