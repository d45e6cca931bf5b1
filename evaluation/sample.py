"""The invented sample against its own gold labels: what the tests and floors use where the evaluation sets are absent.

Everything is scored on what `backstory build sample/sources` would make: kinds of line by characters, cutting by where
articles begin, metadata by value, quotes by their words, speakers by name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from backstory.desk import Desk
from backstory.pipeline import build
from backstory.runners.local import Pool
from evaluation.paths import ROOT, SAMPLE

Row = dict[str, Any]
GOLD = ROOT / "sample" / "gold"
MARKS = re.compile(r"[\s\"'“”‘’„‟«»‹›]+")
KINDS_OF_NO_MATTER = {"unknown"}
SAME_WORDS = 0.8
"""Two quotes are one where this share of their words is shared: marks and a cue's comma are no matter of speech."""


def gold(table: str) -> list[Row]:
    return [json.loads(line) for line in (GOLD / f"{table}.jsonl").read_text("utf-8").splitlines()]


@cache
def desk() -> Desk:
    """Return a desk built from the sample, made once a run."""
    opened = Desk(":memory:", create=True)
    with Pool() as pool:
        build(opened, [str(SAMPLE)], runner=pool)
    return opened


def plain(text: str | None) -> str:
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text or "")).strip().casefold()


def f1(right: int, found: int, wanted: int) -> float:
    return 2 * right / (found + wanted) if found + wanted else 1.0


def matched() -> dict[str, Row]:
    """Return the article of the desk for every key of the gold: the one whose text holds the gold's first words."""
    by_file: dict[str, list[tuple[Row, str]]] = defaultdict(list)
    uris = {row["source_id"]: row["uri"] for row in desk().rows("sources")}
    for article in desk().articles():
        reading = desk().reading(article)
        row = {name: getattr(article, name) for name in article.__slots__}
        relative = uris[article.source_id].removeprefix(f"{SAMPLE}/")
        by_file[re.split(r"[#!]", relative)[0]].append((row, plain(f"{article.title} {reading.of()}")))
    found = {}
    for wanted in gold("articles"):
        first = plain(wanted["first_words"])[:50]
        holders = [pair for pair in by_file[wanted["uri"]] if first in pair[1]]
        if holders:
            found[wanted["key"]] = min(holders, key=lambda pair: pair[1].index(first))[0]
    return found


def lines() -> dict[str, float]:
    """Score the kinds of line by characters, over the text files, where the gold has offsets."""
    wanted: dict[str, list[Row]] = defaultdict(list)
    for row in gold("blocks"):
        if row["start"] is not None and row["kind"] not in KINDS_OF_NO_MATTER:
            wanted[row["uri"]].append(row)
    counts = {True: [0, 0, 0], False: [0, 0, 0]}
    exact = total = 0
    for source in list(desk().rows("sources")):
        rows = wanted.get(source["uri"].removeprefix(f"{SAMPLE}/"))
        if not rows:
            continue
        kinds = [""] * source["chars"]
        for block in desk().blocks(source["source_id"]):
            kinds[block.start : block.end] = [block.kind.value] * (block.end - block.start)
        for row in rows:
            for kind in kinds[row["start"] : row["end"]]:
                total += 1
                exact += kind == row["kind"]
                for body in (True, False):
                    is_wanted, is_found = (row["kind"] == "body") is body, (kind == "body") is body
                    counts[body][0] += is_wanted and is_found
                    counts[body][1] += is_found
                    counts[body][2] += is_wanted
    return {
        "sample.lines.body_f1": f1(*counts[True]),
        "sample.lines.not_body_f1": f1(*counts[False]),
        "sample.lines.exact": exact / total,
    }


def cutting() -> dict[str, float]:
    """Score where articles begin, over the files that hold several or one of them, by offset."""
    wanted, found = set(), set()
    for row in gold("articles"):
        if row["start"] is not None:
            wanted.add((row["uri"], row["start"]))
    files = {uri for uri, _ in wanted}
    uris = {row["source_id"]: row["uri"].removeprefix(f"{SAMPLE}/") for row in desk().rows("sources")}
    firsts = {
        (row["uri"], row.get("article")): row["start"] for row in reversed(gold("blocks")) if row["start"] is not None
    }
    starts = {(uri, start) for (uri, article), start in firsts.items() if article and uri in files}
    for article in desk().articles():
        uri = uris[article.source_id]
        if uri in files:
            found.add((uri, article.start))
    wanted = starts or wanted
    return {"sample.cutting.f1": f1(len(wanted & found), len(found), len(wanted))}


def metadata(pairs: dict[str, Row]) -> dict[str, float]:
    """Score title, outlet, language and date by value; a date counts where the day is right or lies in the interval."""
    rows = gold("articles")
    figures = {"sample.articles.found": len(pairs) / len(rows)}
    for name in ("title", "outlet", "language"):
        known = [
            row for row in rows if row.get(name) and row["key"] in pairs and (name != "outlet" or row.get("outlet_how"))
        ]
        right = sum(plain(pairs[row["key"]][name]) == plain(row[name]) for row in known)
        figures[f"sample.articles.{name}"] = right / len(known)
    dated = [row for row in rows if row.get("published") and row["key"] in pairs]
    right = sum((pairs[row["key"]]["published"] or "")[:10] == row["published"][:10] for row in dated)
    figures["sample.articles.published"] = right / len(dated)
    stated = [pairs[row["key"]] for row in rows if not row.get("published_how") and row["key"] in pairs]
    figures["sample.articles.undated_not_stated"] = sum(not row["published"] for row in stated) / len(stated)
    within = [
        row["published_true"][:10]
        for row in rows
        if row["key"] in pairs and pairs[row["key"]]["published_how"] == "inferred"
        for found in (pairs[row["key"]],)
        if (found["published_earliest"] or "")[:10]
        <= row["published_true"][:10]
        <= (found["published_latest"] or "9")[:10]
    ]
    inferred = sum(row["published_how"] == "inferred" for row in pairs.values())
    figures["sample.articles.inferred_holds"] = len(within) / inferred if inferred else 1.0
    return figures


def alike(one: str, other: str) -> float:
    """Return the Jaccard index of the words of two quotes."""
    a, b = set(plain(one).split()), set(plain(other).split())
    return len(a & b) / len(a | b) if a | b else 0.0


def quotes(pairs: dict[str, Row]) -> dict[str, float]:
    """Score direct and mixed quotes, and the resolved names of their speakers."""
    labels = {row["key"]: {plain(form) for form in [row["label"], *row["forms"]]} for row in gold("names")}
    names = {row["name_id"]: {plain(form) for form in [row["label"], *row["forms"]]} for row in desk().rows("names")}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in desk().rows("quotes"):
        found[row["article_id"]].append(row)
    wanted = [row for row in gold("quotes") if row["article"] in pairs and row["kind"] != "indirect"]
    hits = resolved = answered = 0
    for row in wanted:
        own = found[pairs[row["article"]]["article_id"]]
        best = max(own, key=lambda quote: alike(quote["text"], row["text"]), default=None)
        if best is None or alike(best["text"], row["text"]) < SAME_WORDS:
            continue
        hits += 1
        if best["speaker_name_id"] is not None:
            answered += 1
            forms = names.get(best["speaker_name_id"], set())
            resolved += bool(forms & labels.get(row.get("speaker_name"), set()))
    return {
        "sample.quotes.recall": hits / len(wanted),
        "sample.quotes.speaker_precision": resolved / answered if answered else 0.0,
        "sample.quotes.speaker_recall": resolved / len(wanted),
    }


def score() -> dict[str, float]:
    """Return every figure."""
    pairs = matched()
    return {**lines(), **cutting(), **metadata(pairs), **quotes(pairs)}


def missing(keys: Iterable[str]) -> list[str]:
    """Return the articles of the gold that the desk does not hold."""
    held = set(keys)
    return [row["key"] for row in gold("articles") if row["key"] not in held]


if __name__ == "__main__":
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")
    print("not found:", ", ".join(missing(matched())) or "none")
