"""The sample's right articles in, a desk of them out, with the right stories: what comparing does by itself.

Each article of the gold is one row with its own lines, its outlet and its date; nothing of reading, cutting or grouping
can go wrong. End to end, from `sample/sources` as they are, is what `evaluation.sample.desk` holds.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from backstory.desk import Desk
from backstory.desk.grouping.timing import Compared, compared
from backstory.pipeline import build
from backstory.read import Options, read_file
from backstory.runners.local import Pool
from evaluation.paths import SAMPLE
from evaluation.sample import gold

__all__ = ["comparisons", "given", "keys"]

Row = dict[str, Any]
SHOWN = ("standfirst", "body", "caption")


@cache
def given() -> Desk:
    """Return a desk of the right articles, made once a run; an article's key is its url."""
    desk = Desk(":memory:", create=True)
    with tempfile.TemporaryDirectory() as folder, Pool() as pool:
        path = Path(folder) / "articles.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in _articles()), "utf-8")
        build(desk, [str(path)], runner=pool)
    return desk


def keys() -> dict[str, str]:
    """Return the gold's key of each article of that desk."""
    return {article.article_id: (article.url or "").rpartition("/")[2] for article in given().articles()}


@cache
def comparisons() -> dict[str, Compared]:
    """Return what comparing finds in each of the right stories."""
    article_of = {key: article_id for article_id, key in keys().items()}
    found = {}
    for story in gold("stories"):
        held = [given().article(article_of[key]) for key in sorted(story["articles"]) if key in article_of]
        found[story["key"]] = compared(given().connection, [given().reading(article) for article in held])
    return found


def _articles() -> list[Row]:
    blocks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    texts: dict[str, str] = {}
    for row in gold("blocks"):
        key = row.get("article")
        if key is None or (row["kind"] != "headline" and row["kind"] not in SHOWN):
            continue
        uri = row["uri"]
        if row["start"] is not None and uri not in texts:
            (source,) = read_file(str(SAMPLE / uri), Options())
            texts[uri] = source.text
        text = row["text"] if row["start"] is None else texts[uri][row["start"] : row["end"]]
        blocks[key].append((row["kind"], text))
    return [
        {
            "title": next((text for kind, text in blocks[row["key"]] if kind == "headline"), ""),
            "outlet": row["outlet"],
            "published": row["published_true"],
            "url": f"https://sample.example/{row['key']}",
            "text": "\n".join(text for kind, text in blocks[row["key"]] if kind in SHOWN),
        }
        for row in gold("articles")
        if "~" not in row["key"] and any(kind in SHOWN for kind, _ in blocks[row["key"]])
    ]
