"""Quotes: who says what in the sample's gold, and spans on PolNeAR's development articles, beside a plain baseline.

Sample (invented news that ships with the project): direct and mixed quotes found, and those with the right name among
those that were given one (precision) and among all that have one (recall). The baseline takes what stands between
double marks, and the nearest name before or after within the paragraph as its speaker.

PolNeAR's development articles, character-exact and overlapping: sources, cues and contents by the rules alone, and with
the model where it is there. CofeNet's token protocol, by which others report, is the model's own scorer's business.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backstory.annotate import annotate
from backstory.annotate.article import Reads
from backstory.read.text import decode, tidy
from backstory.records import Annotations, Article, Kind, Paragraph, Quote, Reading

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample"
SHARED = Path(os.environ.get("BACKSTORY_SHARED", ROOT / ".." / "shared"))
ARCHIVE = SHARED / "data" / "polnear-train-dev.zip"
POLNEAR_ARTICLES = 84
"""The development articles: every one."""
READ = {"headline", "standfirst", "body", "caption"}

Rows = list[dict[str, Any]]


def rows(table: str) -> Rows:
    return [json.loads(line) for line in (SAMPLE / "gold" / f"{table}.jsonl").read_text("utf-8").splitlines()]


def lines(text: str, start: int, end: int, kind: Kind) -> Iterator[Paragraph]:
    for match in re.finditer(r"[^\n]+", text[start:end]):
        yield Paragraph(start + match.start(), start + match.end(), kind)


def sample_readings() -> dict[str, Reading]:
    """Return the sample's articles that stand in plain text, with the gold's blocks."""
    blocks: dict[str, Rows] = defaultdict(list)
    for block in rows("blocks"):
        if block["kind"] in READ and block.get("start") is not None:
            blocks[block["article"]].append(block)
    readings = {}
    for row in rows("articles"):
        if row.get("start") is None or not row["uri"].endswith(".txt"):
            continue
        text = tidy(decode((SAMPLE / "sources" / row["uri"]).read_bytes())[0])
        paragraphs = [
            p for b in sorted(blocks[row["key"]], key=lambda b: b["start"])
            for p in lines(text, b["start"], b["end"], Kind(b["kind"]))
        ]  # fmt: skip
        article = Article(
            row["key"], row["uri"], row["start"], row["end"], language=row["language"], published=row["published_true"]
        )
        readings[row["key"]] = Reading(article, text, tuple(paragraphs))
    return readings


def share(gold: Iterable[tuple[int, int]], found: Iterable[tuple[int, int]]) -> float:
    """Return the overlap of two lists of spans in characters, as a share of their union."""
    left = {at for start, end in gold for at in range(start, end)}
    right = {at for start, end in found for at in range(start, end)}
    return len(left & right) / len(left | right) if left | right else 0.0


@dataclass
class Tally:
    gold: int = 0
    found: int = 0
    exact: int = 0
    named: int = 0
    answered: int = 0
    right: int = 0

    def figures(self) -> dict[str, float]:
        return {
            "found": self.found / self.gold,
            "exact": self.exact / self.gold,
            "precision": self.right / self.answered if self.answered else 0.0,
            "recall": self.right / self.named if self.named else 0.0,
        }


def compare(
    gold: Rows, found: list[tuple[list[tuple[int, int]], frozenset[str]]], names: dict[str, Any], tally: Tally
) -> None:
    """Count what of an article's gold quotes was found, and with whose name."""
    for row in gold:
        spans = [(s["start"], s["end"]) for s in row["spans"]]
        tally.gold += 1
        best = max(found, key=lambda f: share(spans, f[0]), default=None)
        hit = best if best is not None and share(spans, best[0]) >= 0.5 else None
        tally.found += hit is not None
        tally.exact += hit is not None and sorted(hit[0]) == sorted(spans)
        wanted = names.get(row.get("speaker_name") or "")
        tally.named += wanted is not None
        if hit is None or not hit[1]:
            continue
        tally.answered += 1
        right = wanted is not None and bool(hit[1] & ({wanted["label"].lower()} | {f.lower() for f in wanted["forms"]}))
        tally.right += right
        if not right and os.environ.get("SHOW"):
            print(f"  {row['article']}: {row['speaker']} is {wanted and wanted['label']}, found {sorted(hit[1])}")


def ours(annotations: Annotations) -> list[tuple[list[tuple[int, int]], frozenset[str]]]:
    names = {name.name_id: name for name in annotations.names}
    result = []
    for quote in annotations.quotes:
        name = names.get(quote.speaker_name_id or "")
        forms = frozenset({name.label.lower(), *(form.lower() for form in name.forms)}) if name else frozenset()
        result.append(([(s.start, s.end) for s in quote.spans], forms))
    return result


def plain(reading: Reading) -> list[tuple[list[tuple[int, int]], frozenset[str]]]:
    """Return what stands between double marks, with the nearest capitalised words of its paragraph as speaker."""
    result = []
    for paragraph in reading.paragraphs:
        text = reading.text[paragraph.start : paragraph.end]
        for match in re.finditer(r"[“\"][^”\"]*[”\"]?", text):
            after = re.search(r"\b[A-Z]\w+(?: [A-Z]\w+)*", text[match.end() :])
            before = list(re.finditer(r"\b[A-Z]\w+(?: [A-Z]\w+)*", text[: match.start()]))
            name = after or (before[-1] if before else None)
            span = (paragraph.start + match.start(), paragraph.start + match.end())
            result.append(([span], frozenset({name[0].lower()}) if name else frozenset()))
    return result


def sample_table(reader: Reads | None) -> dict[str, dict[str, float]]:
    readings = sample_readings()
    names = {row["key"]: row for row in rows("names")}
    gold: dict[str, Rows] = defaultdict(list)
    for row in rows("quotes"):
        if (
            row["article"] in readings
            and row["kind"] in {"direct", "mixed"}
            and row["spans"][0].get("start") is not None
        ):
            gold[row["article"]].append(row)
    tallies = {"nearest name": Tally(), "rules": Tally()} | ({"rules and model": Tally()} if reader else {})
    for key, reading in readings.items():
        compare(gold[key], plain(reading), names, tallies["nearest name"])
        for row, model in (("rules", None), ("rules and model", reader)):
            if row in tallies and (row == "rules" or model is not None):
                compare(gold[key], ours(next(annotate([reading], reader=model))), names, tallies[row])
    print(f"sample: {tallies['rules'].gold} direct and mixed quotes in {len(readings)} articles")
    return {name: tally.figures() for name, tally in tallies.items()}


def polnear() -> Iterator[tuple[Reading, dict[str, set[tuple[int, int]]]]]:
    """Yield PolNeAR's development articles with their gold spans by part."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        texts = sorted(n for n in archive.namelist() if "/dev/text/" in n and n.endswith(".txt"))
        for name in texts[:POLNEAR_ARTICLES]:
            text = archive.read(name).decode()
            stem = name.replace("/text/", "/attributions/")[:-4]
            marked = archive.read(
                next(n for n in archive.namelist() if n.startswith(stem) and n.endswith(".ann"))
            ).decode()
            gold: dict[str, set[tuple[int, int]]] = {"source": set(), "cue": set(), "content": set()}
            for line in marked.splitlines():
                match = re.match(r"T\d+\t(Source|Cue|Content) ([\d ;]+)\t", line)
                for start, end in (part.split() for part in match[2].split(";")) if match else ():
                    gold[match[1].lower()].add((int(start), int(end)))
            article = Article(name, name, 0, len(text), language="en")
            yield Reading(article, text, tuple(lines(text, 0, len(text), Kind.BODY))), gold


def parts(quotes: Iterable[Quote]) -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {"source": set(), "cue": set(), "content": set()}
    for quote in quotes:
        found["content"] |= {(span.start, span.end) for span in quote.spans}
        if quote.cue_start is not None and quote.cue_end is not None:
            found["cue"].add((quote.cue_start, quote.cue_end))
        if quote.speaker_start is not None and quote.speaker_end is not None:
            found["source"].add((quote.speaker_start, quote.speaker_end))
    return found


def f1(hits: int, gold: int, found: int) -> float:
    return 2 * hits / (gold + found) if gold + found else 0.0


def polnear_figures(reader: Reads | None) -> dict[str, float]:
    counts: dict[str, list[int]] = {part: [0, 0, 0, 0, 0] for part in ("source", "cue", "content")}
    for reading, gold in polnear():
        found = parts(next(annotate([reading], reader=reader)).quotes)
        for part, count in counts.items():
            count[0] += len(gold[part])
            count[1] += len(found[part])
            count[2] += len(gold[part] & found[part])
            count[3] += sum(any(a < d and c < b for c, d in found[part]) for a, b in gold[part])
            count[4] += sum(any(a < d and c < b for c, d in gold[part]) for a, b in found[part])
    figures = {}
    for part, (gold_n, found_n, exact, covered, relevant) in counts.items():
        figures[f"{part}_exact"] = f1(exact, gold_n, found_n)
        recall, precision = covered / gold_n, relevant / max(found_n, 1)
        figures[f"{part}_overlap"] = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    return figures


def reader_if_there() -> Reads | None:
    """Return the model, or None where its weights are not in this checkout."""
    if not (ROOT / "src" / "backstory" / "models" / "reader.onnx").exists() or os.environ.get("RULES_ONLY"):
        return None
    from backstory.annotate.reader import Reader

    return Reader()


def score() -> dict[str, float]:
    reader = reader_if_there()
    table = sample_table(reader)
    for name, row in table.items():
        print(f"{name:16}", "  ".join(f"{metric} {figure:.3f}" for metric, figure in row.items()))
    best = table["rules and model" if reader else "rules"]
    figures = {"quotes.speaker_precision": best["precision"], "quotes.speaker_recall": best["recall"]}
    figures["quotes.found"] = best["found"]
    if not ARCHIVE.exists():
        print("PolNeAR: left out, ../shared/data/polnear-train-dev.zip is not there")
        return figures
    for name, model in (("rules", None), ("rules and model", reader)):
        if name == "rules" or model is not None:
            scored = polnear_figures(model)
            print(f"PolNeAR, {name:16}", "  ".join(f"{metric} {figure:.3f}" for metric, figure in scored.items()))
            if name == "rules":
                figures |= {f"quotes.rules_{metric}": figure for metric, figure in scored.items() if "exact" in metric}
    return figures


if __name__ == "__main__":
    score()
