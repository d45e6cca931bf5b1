"""Origins of the sample's passages and the passages themselves, over articles as the gold labels cut them.

Only the sources that are text are read here: of the others the gold gives no places. A gold passage counts as found if
one of ours has a member within each of its articles that covers nine tenths of it; its origin is right if kind and name
are those of the gold.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from backstory.read import read_file
from backstory.records import Article, Kind, Paragraph, Passage, Quote, Reading, Span
from backstory.reuse.origins import passages_with_origins
from backstory.reuse.passages import find_passages
from evaluation.paths import ROOT, SAMPLE

GOLD = ROOT / "sample" / "gold"
COVERED = 0.9
Row = dict[str, Any]


def score() -> dict[str, float]:
    readings = sample_readings()
    passages = passages_with_origins(find_passages(readings.values()), readings, _quotes(readings))
    gold = [row for row in _rows("passages") if all(member["article"] in readings for member in row["members"])]
    found = {row["key"]: _best(row, passages) for row in gold}
    known = [row for row in gold if found[row["key"]]]
    right = [row for row in known if _is_right(row, found[row["key"]], readings)]
    print(f"{len(readings)} articles, {len(gold)} gold passages, {len(known)} found, {len(right)} origins right")
    return {"origins.passages_found": len(known) / len(gold), "origins.right": len(right) / len(known)}


def misses() -> list[str]:
    """Return each gold passage that is not found or has another origin."""
    readings, told = sample_readings(), []
    passages = passages_with_origins(find_passages(readings.values()), readings, _quotes(readings))
    for row in _rows("passages"):
        if all(member["article"] in readings for member in row["members"]):
            ours = _best(row, passages)
            gold = (row.get("origin_kind"), row.get("origin"))
            if ours is None or not _is_right(row, ours, readings):
                have = ours and (ours.origin_kind, ours.origin, ours.because)
                told.append(f"{row['key']} {gold} {[m['article'] for m in row['members']]} ours {have}")
    return told


def sample_readings() -> dict[str, Reading]:
    """Return the articles of the sample's text sources, cut and labelled as the gold has them."""
    blocks: dict[str, list[Row]] = defaultdict(list)
    for row in _rows("blocks"):
        if row.get("article"):
            blocks[row["article"]].append(row)
    texts: dict[str, str] = {}
    readings = {}
    for row in _rows("articles"):
        path = SAMPLE / row["uri"]
        if row.get("member") or row.get("start") is None or not path.is_file() or "crawl" not in row["uri"]:
            continue
        if row["uri"] not in texts:
            texts[row["uri"]] = next(iter(read_file(str(path)))).text
        text = texts[row["uri"]]
        kinds = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.CAPTION)
        own = [block for block in blocks[row["key"]] if block["kind"] in {kind.value for kind in kinds}]
        readings[row["key"]] = Reading(_article(row), text, tuple(p for block in own for p in _lines(block, text)))
    return readings


def _article(row: Row) -> Article:
    return Article(
        row["key"], row["uri"], row["start"], row["end"], title=row.get("title"), outlet=row.get("outlet"),
        byline=row.get("byline"), published=row.get("published_true"), words=row.get("words", 0),
    )  # fmt: skip


def _lines(block: Row, text: str) -> list[Paragraph]:
    lines, place = [], block["start"]
    for line in text[block["start"] : block["end"]].split("\n"):
        if line.strip():
            lines.append(Paragraph(place, place + len(line), Kind(block["kind"])))
        place += len(line) + 1
    return lines


def _quotes(readings: dict[str, Reading]) -> list[Quote]:
    quotes = []
    for row in _rows("quotes"):
        spans = tuple(Span(span["start"], span["end"]) for span in row["spans"] if span["start"] is not None)
        if row["article"] in readings and spans:
            speaker = (row.get("speaker") or {}).get("text")
            quotes.append(Quote(row["key"], row["article"], spans, row["text"], row["kind"], 1.0, speaker=speaker))
    return quotes


def _best(row: Row, passages: Sequence[Passage]) -> Passage | None:
    """Return the passage of ours that covers every member of a gold passage and is longer by the least."""
    fits = [passage for passage in passages if all(_covers(passage, member) for member in row["members"])]
    return min(fits, key=lambda passage: (passage.words, passage.passage_id), default=None)


def _covers(passage: Passage, gold: Row) -> bool:
    size = gold["end"] - gold["start"]
    return any(
        min(member.end, gold["end"]) - max(member.start, gold["start"]) >= COVERED * size
        for member in passage.members
        if member.article_id == gold["article"]
    )


def _is_right(row: Row, passage: Passage | None, readings: dict[str, Reading]) -> bool:
    ours = (passage.origin_kind, passage.origin) if passage else None
    return ours == (row.get("origin_kind") or "unknown", row.get("origin"))


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()]


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:28} {figure:.4f}")
    print("\n".join(misses()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
