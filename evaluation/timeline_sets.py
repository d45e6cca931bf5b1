"""The development half of Timeline17 in, sentences with their times and the right timelines out.

Its sentences come tokenised, one a line; they are written as news is written before Backstory looks for the times in
them, and a timeline is scored in the tokens of the set. The right timeline of a topic is the set's own merged one.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backstory.annotate.times import times
from backstory.records import Article, Span
from backstory.timelines.happenings import Dated, dated
from backstory.timelines.said import Sentence, weighed

__all__ = ["ARCHIVE", "TOPICS", "Topic", "topic"]

ARCHIVE = "data/timelines-t17-dev.zip"
TOPICS = ("egypt", "finan", "haiti", "libya")
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "\\/": "/"}


@dataclass(frozen=True)
class Topic:
    """A topic's sentences with their days, the set's line of each by article and start, and the right timeline."""

    told: list[Dated]
    lines: dict[tuple[str, int], str]
    right: dict[str, list[str]]


@cache
def topic(archive: Path, name: str) -> Topic:
    """Return one topic of the set."""
    told: list[Dated] = []
    lines: dict[tuple[str, int], str] = {}
    for number, row in enumerate(_rows(archive, f"articles/{name}.csv")):
        told += _article(f"{name}{number:04}", row["date"], row["text"], lines)
    right: dict[str, list[str]] = defaultdict(list)
    for row in _rows(archive, f"gold-merged/outputTimelines{name}.csv"):
        right[row["Date"]] += ast.literal_eval(row["Sentences"])
    return Topic(told, lines, dict(right))


def _rows(archive: Path, name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with zipfile.ZipFile(archive) as opened:
        yield from csv.DictReader(io.StringIO(opened.read(name).decode("utf-8")))


def _article(key: str, day: str, tokens: str, lines: dict[tuple[str, int], str]) -> list[Dated]:
    written = [(line.strip(), _written(line)) for line in tokens.split("\n")]
    text, spans = "", []
    for line, plain in written:
        if plain:
            lines[key, len(text)] = line
            spans.append(Span(len(text), len(text) + len(plain)))
            text += plain + "\n"
    article = Article(key, key, 0, len(text), published=day)
    sentences = [
        Sentence(key, key, None, span, text[span.start : span.end], place, weighed(text[span.start : span.end]), day)
        for place, span in enumerate(spans)
    ]
    return dated(sentences, {key: times(article, text, spans)})


def _written(line: str) -> str:
    """Return a tokenised line as it was written, as far as marks and clitics tell."""
    for token, mark in BRACKETS.items():
        line = line.replace(token, mark)
    line = re.sub(r"``\s?|\s?''", '"', line)
    line = re.sub(r"\s+([.,;:?!%)\]]|n't\b|'(?:s|re|ve|ll|m|d)\b|'(?=\s|$))", r"\1", line)
    return re.sub(r"([($\[])\s+", r"\1", line).strip()
