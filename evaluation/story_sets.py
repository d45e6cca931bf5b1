"""ECB+ and the headlines as profiles: read, annotated by the shipped model, with their gold stories.

An ECB+ cluster is the `ecb` or the `ecbplus` half of a topic: two events that look alike. The headlines are those of
the UCI news aggregator: 44 stories, with the hour of printing.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from backstory.annotate import annotate
from backstory.annotate.reader import Reader
from backstory.records import Article, Kind, Paragraph, Reading
from backstory.stories.profile import Profile, profile
from evaluation.paths import shared

__all__ = ["Labelled", "ecb", "headlines"]

URL = re.compile(r"\s*(https?|www)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article's profile with its gold story, and the group that is kept out of training together."""

    profile: Profile
    story: str
    group: str
    text: str = ""


@cache
def ecb() -> tuple[Labelled, ...]:
    """Return the articles of ECB+ topics 1-35; none where the set is absent."""
    path = shared("data/ecbplus-topics-1-35.zip")
    return tuple(_labelled(_ecb_readings(path))) if path else ()


@cache
def headlines() -> tuple[Labelled, ...]:
    """Return the headlines; none where the set is absent."""
    path = shared("data/uci-news-dev.csv.gz")
    return tuple(_labelled(_headline_readings(path))) if path else ()


def _labelled(readings: Iterator[tuple[Reading, str, str]]) -> Iterator[Labelled]:
    reader = Reader()
    for reading, story, group in readings:
        (annotations,) = annotate([reading], reader=reader)
        yield Labelled(profile(reading, annotations), story, group, reading.text)


def _ecb_readings(path: Path) -> Iterator[tuple[Reading, str, str]]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".xml")):
            sentences: dict[int, list[str]] = defaultdict(list)
            for token in ElementTree.fromstring(archive.read(name)).iter("token"):
                sentences[int(token.get("sentence", 0))].append(token.text or "")
            lines = [_spaced(" ".join(sentences[number])) for number in sorted(sentences)]
            half = "ecbplus" if "ecbplus" in name else "ecb"
            if half == "ecbplus" and lines and URL.match(lines[0].replace(" ", "")):
                lines = lines[1:]
            topic = name.split("/")[1]
            yield _reading(name.rsplit("/", 1)[1], lines), topic + half, topic


def _spaced(words: str) -> str:
    """Return tokens as they would be printed."""
    words = re.sub(r" ([.,;:!?%)\]'’])", r"\1", words)
    words = re.sub(r"([(\[$£€]) ", r"\1", words)
    return re.sub(r" (n't|'s|'re|'ve|'ll)\b", r"\1", words)


def _headline_readings(path: Path) -> Iterator[tuple[Reading, str, str]]:
    with gzip.open(path) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8")):
            printed = datetime.fromtimestamp(int(row["TIMESTAMP"]) / 1000, UTC).isoformat()
            yield _reading("u" + row["ID"], [row["TITLE"]], printed), row["STORY"], row["STORY"]


def _reading(key: str, lines: Sequence[str], printed: str | None = None) -> Reading:
    paragraphs, text = [], ""
    for number, line in enumerate(lines):
        if line.strip():
            kind = Kind.HEADLINE if number == 0 else Kind.BODY
            paragraphs.append(Paragraph(len(text), len(text) + len(line), kind))
        text += line + "\n"
    article = Article(
        key, key, 0, len(text), title=lines[0] if lines else None, language="en",
        published=printed, published_earliest=printed, published_latest=printed,
    )  # fmt: skip
    return Reading(article, text, tuple(paragraphs))
