"""An article in, its sentences with the words that they say out, and how alike two of them are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backstory.records import Kind, Reading, Span
from backstory.stories.words import terms, weight

__all__ = ["MOST", "SAME", "Sentence", "likeness", "sentences_of", "unit", "weighed", "without_place_line"]

SAME = 0.45
"""Cosine of the weighted words from which two sentences about one day say the same. By judgement, not measured yet."""
FEWEST = 4
"""Words with weight that a sentence has at least; a shorter one says too little to be the same as another."""
MOST = 3_000
"""Sentences of a story that are compared; the first of each article come first."""

PLACE_LINE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ’'.-]+\b[^()\n.]{0,40}(?:\([^()\n]{1,30}\)\s?[-–—]\s?|\s[–—]\s)")


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
        span = without_place_line(reading.text, span)
        text = reading.text[span.start : span.end]
        words = weighed(text)
        if len(words) >= FEWEST:
            article = reading.article
            day = article.published[:10] if article.published and len(article.published) >= len("2026-03-03") else None
            found.append(Sentence(article.article_id, article.source_id, article.outlet, span, text, place, words, day))
    return found


def without_place_line(text: str, span: Span) -> Span:
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


def _key(sentence: Sentence) -> tuple[str, int]:
    return sentence.article_id, sentence.span.start
