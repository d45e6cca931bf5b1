"""Search beside the bare FTS5 query over the same words in the same run: medians and 95th percentiles by the clock.

    python -m benchmarks search [--desk BIG.desk] [--queries 200]

`--desk` is a desk that `python -m benchmarks pile` makes; the answer at 100,000 articles is what counts. The queries
are made of the desk's own words: headlines' words, one to three of them, drawn from all headlines, half of them from
the most frequent thousand; further kinds ask for phrases, beginnings, fields and likeness. Bare is

    SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 4.0, 1.0) LIMIT 20

over the same words; ours answers with the page of twenty cited snippets, grouped by story, and all counts. Both are
asked in turn on one warm connection: bare once before both are timed, so that neither waits for the disk; ours is
asked once, so that no page of an answer is remembered but SQLite's. `--processor` counts the process's own time instead
of the clock's, for machines at which others work.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from backstory.desk import Desk
from backstory.desk.search import TITLE_WEIGHT, search
from backstory.desk.searching.keeping import columns_of
from backstory.desk.searching.query import parse

BIG = Path(".cache/big.desk")
PAGE = 20
FREQUENT = 1_000
SEED = 7
BARE = f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {TITLE_WEIGHT}, 1.0) LIMIT {PAGE}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--desk", type=Path, default=BIG)
    options.add_argument("--queries", type=int, default=200)
    options.add_argument("--processor", action="store_true", help="count processor time")
    chosen = options.parse_args()
    if chosen.processor:
        global clock
        clock = time.process_time
    if not chosen.desk.exists():
        print(f"  left out: no desk at {chosen.desk}; `python -m benchmarks pile --to {chosen.desk}` makes one")
        return 0
    with Desk(chosen.desk, read_only=True) as desk:
        measure(desk, chosen.queries)
    return 0


def measure(desk: Desk, count: int) -> None:
    """Print how long a first answer takes, then ours and bare by kind of query."""
    began = time.perf_counter()
    columns_of(desk.connection)
    first = time.perf_counter() - began
    search(desk.connection, "warm up the model and the pages", limit=1)
    articles = desk.status().articles
    print(f"{articles:,} articles; columns read in {first:.2f} s")
    by_kind = queries(desk, count)
    for by in ("both", "words"):
        compare(desk, "plain words" if by == "both" else "plain words, --words-only", by_kind["plain words"], by)
    for kind in ("phrase", "beginning", "fields"):
        compare(desk, kind, by_kind[kind], "both")
    likes = random.Random(SEED).sample([article.article_id for article in desk.articles(limit=2000)], 40)
    report("like an article", [timed(lambda key=key: search(desk.connection, like=key)) for key in likes], None)


def queries(desk: Desk, count: int) -> dict[str, list[str]]:
    """Return what people may type, made of the desk's headlines by a fixed draw."""
    titles = [str(row[0]) for row in desk.connection.execute("SELECT title FROM articles WHERE title > '' ORDER BY 1")]
    spread = Counter(word.lower() for title in titles for word in set(re.findall(r"[A-Za-z]{3,}", title)))
    frequent = [word for word, _ in sorted(spread.items(), key=lambda pair: (-pair[1], pair[0]))[:FREQUENT]]
    rng = random.Random(SEED)
    plain, phrases, beginnings, fields = [], [], [], []
    outlets = [str(row[0]) for row in desk.connection.execute("SELECT DISTINCT outlet FROM articles ORDER BY 1")]
    for number in range(count):
        words = re.findall(r"[A-Za-z]{3,}", rng.choice(titles)) or ["news"]
        chosen = rng.sample(words, min(len(words), rng.randint(1, 3)))
        plain.append(" ".join(chosen if number % 2 else [rng.choice(frequent) for _ in chosen]))
        at = rng.randrange(max(1, len(words) - 1))
        phrases.append('"' + " ".join(words[at : at + 2]) + '"')
        beginnings.append(f"{rng.choice(frequent)[:4]}*")
        fields.append(f'{rng.choice(frequent)} outlet:"{rng.choice(outlets)}" after:2011-06')
    small = max(20, count // 4)
    return {
        "plain words": plain, "phrase": phrases[:small], "beginning": beginnings[:small], "fields": fields[:small]
    }  # fmt: skip


def compare(desk: Desk, kind: str, asked: list[str], by: str) -> None:
    """Ask each query bare and as ours, in turn."""
    bare, ours = [], []
    for text in asked:
        match = parse(text).match

        def asked_bare(match: str | None = match) -> None:
            desk.connection.execute(BARE, (match,)).fetchall()

        asked_bare()
        ours.append(timed(lambda text=text: search(desk.connection, text, limit=PAGE, by=by)))
        bare.append(timed(asked_bare))
    report(kind, ours, bare)


clock = time.perf_counter
"""What `timed` reads."""


def timed(ask: Callable[[], object]) -> float:
    began = clock()
    ask()
    return clock() - began


def report(kind: str, ours: list[float], bare: list[float] | None) -> None:
    """Print medians and 95th percentiles in milliseconds, and the two ratios that have bounds."""
    middle, late = statistics.median(ours), statistics.quantiles(ours, n=20)[-1]
    told = f"  {kind:26} median {middle * 1000:6.1f} ms, 95th {late * 1000:6.1f} ms ({late / middle:.2f} x the median)"
    if bare is not None:
        beside = statistics.median(bare)
        told += f"; bare {beside * 1000:6.1f} ms, 95th {statistics.quantiles(bare, n=20)[-1] * 1000:6.1f} ms:"
        told += f" {middle / beside:.2f} x bare"
    print(told, flush=True)
