"""Time expressions on TempEval-3's training documents: strict and relaxed F1 of spans, F1 of values, a baseline.

Nothing is learned from the documents; the grammar was written against nine in ten of them ("looked at"), and every
tenth ("never looked at") says what it does elsewhere. The five folds show how far a figure moves from one lot of
documents to another. Baseline: weekdays, months, years and "today", "yesterday", "tomorrow", resolved to the nearest
day before.
"""

from __future__ import annotations

import html
import os
import re
import statistics
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from backstory.annotate.sentences import sentences
from backstory.annotate.times import times
from backstory.records import Article

SHARED = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[1] / ".." / "shared"))
ARCHIVE = SHARED / "data" / "tempeval3-train.zip"
FOLDS = 5
UNSEEN = 10
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Spans = list[tuple[int, int, str | None]]


@dataclass(frozen=True)
class Document:
    name: str
    created: str
    text: str
    gold: Spans


def documents() -> list[Document]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".tml") and "testpipeline" not in n)
        return [document(Path(name).stem, archive.read(name).decode()) for name in names]


def document(name: str, xml: str) -> Document:
    created = re.search(r'<DCT>.*?value="([^"]*)"', xml, re.DOTALL)
    body = re.search(r"<TEXT>(.*?)</TEXT>", xml, re.DOTALL)
    text, gold, opened = "", [], []
    for tag in re.finditer(r"<(/?)(\w+)([^>]*)>|([^<]+)", body[1] if body else ""):
        if tag[4]:
            text += html.unescape(tag[4])
        elif tag[2] == "TIMEX3" and tag[1]:
            value, start = opened.pop()
            gold.append((start, len(text), value))
        elif tag[2] == "TIMEX3":
            value = re.search(r'\bvalue="([^"]*)"', tag[3])
            opened.append((value[1] if value else None, len(text)))
    return Document(name, created[1] if created else "", text, gold)


def ours(one: Document) -> Spans:
    paragraphs = re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", one.text)
    ends = [s for m in paragraphs for s in sentences(one.text, m.start(), m.end())]
    article = Article(one.name, one.name, 0, len(one.text), published=one.created)
    return [(t.start, t.end, t.value) for t in times(article, one.text, ends)]


def baseline(one: Document) -> Spans:
    created = date.fromisoformat(one.created[:10])
    found: Spans = []
    for match in re.finditer(rf"\b(?:{'|'.join(DAYS)}|today|yesterday|tomorrow|(?:19|20)\d\d)\b", one.text):
        word = match[0]
        if word in DAYS:
            value = (created - timedelta(days=(created.weekday() - DAYS.index(word)) % 7)).isoformat()
        elif word.isdigit():
            value = word
        else:
            value = (created + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[word])).isoformat()
        found.append((match.start(), match.end(), value))
    return found


def figures(lot: Iterable[Document], read: Callable[[Document], Spans]) -> dict[str, float]:
    gold = found = strict = relaxed = valued = 0
    for one in lot:
        spans = read(one)
        gold, found = gold + len(one.gold), found + len(spans)
        used: set[int] = set()
        for start, end, value in one.gold:
            hits = [s for s in spans if s[0] < end and start < s[1] and s[0] not in used]
            if not hits:
                continue
            best = next((s for s in hits if (s[0], s[1]) == (start, end)), hits[0])
            used.add(best[0])
            relaxed += 1
            strict += (best[0], best[1]) == (start, end)
            valued += best[2] == value
    return {name: 2 * n / (gold + found) for name, n in (("strict", strict), ("relaxed", relaxed), ("value", valued))}


def score() -> dict[str, float]:
    if not ARCHIVE.exists():
        print("times: left out, ../shared/data/tempeval3-train.zip is not there")
        return {}
    lot = documents()
    print(f"TempEval-3, training: {len(lot)} documents, {sum(len(d.gold) for d in lot)} time expressions")
    rows = {
        "baseline": figures(lot, baseline),
        "looked at": figures([one for at, one in enumerate(lot) if at % UNSEEN != UNSEEN - 1], ours),
        "never looked at": figures(lot[UNSEEN - 1 :: UNSEEN], ours),
        "all": figures(lot, ours),
    }
    for name, row in rows.items():
        print(f"{name:16}", "  ".join(f"{metric} {figure:.3f}" for metric, figure in row.items()))
    folds = [figures(lot[fold::FOLDS], ours) for fold in range(FOLDS)]
    for metric in ("strict", "relaxed", "value"):
        values = [fold[metric] for fold in folds]
        print(f"five folds, {metric:8} {statistics.mean(values):.3f} ± {statistics.stdev(values):.3f}")
    print("published on Platinum: HeidelTime-t .813/.903/.776, SUTime .796/.903/.674")
    return {
        f"times.{metric}": statistics.mean(fold[metric] for fold in folds) for metric in ("strict", "relaxed", "value")
    }


if __name__ == "__main__":
    score()
