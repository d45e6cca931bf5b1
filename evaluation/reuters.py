"""The 6,652 agency reports of 2010 and 2011 as readings: the pile on which reuse and speed are measured."""

from __future__ import annotations

import random
import re
import tarfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath

from backstory.records import Article, Kind, Paragraph, Reading
from backstory.reuse.variants import variants
from evaluation.paths import shared

__all__ = ["noised", "reading_of", "reports"]

HEADER = "--"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
STAMP = re.compile(r"-- \w{3} (\w{3}) (\d+), (\d{4}) (\d+):(\d\d)(am|pm) (EST|EDT)")
CHANGED = 0.05


@cache
def reports() -> tuple[Reading, ...]:
    """Return the reports in the order of their names, or nothing where the set is not there."""
    path = shared("data/reuters-2010-2011.tar.gz")
    if path is None:
        return ()
    texts = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".txt") else None
            if file:
                texts[PurePosixPath(member.name).stem] = file.read().decode("utf-8", "replace")
    return tuple(reading_of(name, texts[name], "Reuters") for name in sorted(texts))


def reading_of(name: str, text: str, outlet: str) -> Reading:
    """Return the reading of a text whose header lines begin with two dashes; every other line is body."""
    paragraphs, place, published = [], 0, None
    for line in text.splitlines(keepends=True):
        if line.startswith(HEADER):
            published = _stamp(line) or published
        elif line.strip():
            paragraphs.append(Paragraph(place, place + len(line.rstrip()), Kind.BODY))
        place += len(line)
    article = Article(name, name, 0, len(text), outlet=outlet, published=published)
    return Reading(article, text, tuple(paragraphs))


def noised(readings: Sequence[Reading], seed: int = 7) -> list[Reading]:
    """Return each as another outlet may edit it: one word in twenty changed, spelling and marks other, parts moved."""
    rng = random.Random(seed)
    words = sorted({word for reading in readings[:200] for word in re.findall(r"[a-z]{3,}", reading.of())})
    british = {american: word for word, american in variants().spellings if word.isalpha()}
    return [_noised(reading, rng, words, british) for reading in readings]


def _noised(reading: Reading, rng: random.Random, words: Sequence[str], british: dict[str, str]) -> Reading:
    parts = re.split(r"(?<=[.!?”\"])\s+", reading.of())
    blocks = [" ".join(parts[place : place + 6]) for place in range(0, len(parts), 6)]
    rng.shuffle(blocks)
    text = "\n".join(" ".join(_edited(block.split(), rng, words, british)) for block in blocks)
    return reading_of(reading.article.article_id + "-edited", text, "Another")


def _edited(said: Iterable[str], rng: random.Random, words: Sequence[str], british: dict[str, str]) -> list[str]:
    plain = (re.sub(r"[“”\"'’,;]", "", word).lower() for word in said)
    return [rng.choice(words) if rng.random() < CHANGED else british.get(word, word) for word in plain if word]


def _stamp(line: str) -> str | None:
    found = STAMP.match(line)
    if not found:
        return None
    month, day, year, hour, minute, half, zone = found.groups()
    clock = int(hour) % 12 + 12 * (half == "pm")
    offset = "-05:00" if zone == "EST" else "-04:00"
    return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock:02}:{minute}:00{offset}"
