"""The zip of 421 saved news pages in, pages with their gold out; and the measure of the scrapinghub benchmark."""

from __future__ import annotations

import json
import re
import statistics
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SET = "data/naeb-html.zip"

_TOKEN = re.compile(r"\w+")
Counts = tuple[int, int, int]


@dataclass(frozen=True)
class GoldPage:
    key: str
    raw: bytes
    title: str
    day: str
    authors: frozenset[str]
    body: str
    host: str


def gold_pages(path: Path) -> Iterator[GoldPage]:
    """Yield the pages of the set that are there, in the order of their names."""
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).stem: name for name in archive.namelist() if name.endswith(".html")}
        listed = next(name for name in archive.namelist() if Path(name).name == "articles.json")
        gold = json.loads(archive.read(listed))
        for key in sorted(names.keys() & gold.keys()):
            item = gold[key]
            yield GoldPage(
                key,
                archive.read(names[key]),
                item["title"],
                item["date"],
                frozenset(plain(name) for name in (item["authors"] or "").split(",") if plain(name)),
                item["articleBody"],
                re.sub(r"^https?://", "", item["site"]).split("/")[0],
            )


def plain(text: str | None) -> str:
    """Return letters and figures alone, small, without accents."""
    letters = unicodedata.normalize("NFKD", text or "")
    return re.sub(r"\W+", " ", "".join(one for one in letters if not unicodedata.combining(one)).casefold()).strip()


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return Counter(tuple(tokens[i : i + size]) for i in range(max(1, len(tokens) - size + 1)) if tokens)


def compared(true: str, found: str) -> Counts:
    ours, theirs = shingles(found), shingles(true)
    both = sum((ours & theirs).values())
    return both, sum(ours.values()) - both, sum(theirs.values()) - both


def shingle_f1(counts: Iterable[Counts]) -> tuple[float, float, float]:
    """Return precision and recall, each the mean over pages, and their harmonic mean, as the benchmark counts them."""
    rows = list(counts)
    precision = statistics.mean(tp / (tp + fp) if fp or tp else 1.0 for tp, fp, _ in rows if tp + fp)
    recall = statistics.mean(tp / (tp + fn) if fn or tp else 1.0 for tp, _, fn in rows if tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)
