"""Search: a few words of one article's headline ask for the other articles of its story, on ECB+.

The desk is made of the articles of half of the topics (the others set the thresholds of meaning), read by the reader of
tables, with the model's vectors. A query is what somebody types who saw a headline: its three rarest words, as they are
written there. What is wanted is every other article of the same gold story; the query's own article does not count.
`recall` is the share of the wanted among the first ten, `first` the mean of 1 / rank of the first of them. A query of
meaning alone is the whole headline.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from backstory.annotate.reader import Reader
from backstory.desk import Desk
from backstory.desk.grouping.annotating import put_annotations
from backstory.desk.search import index_words, search
from backstory.pipeline import build
from backstory.records import Annotations, Kind, Reading
from backstory.stories.words import terms, weight
from evaluation.paths import shared
from evaluation.story_sets import _ecb_readings

WORDS = 3
FIRST = 10
TYPED = 20
"""Words of a headline that are typed to ask by meaning."""
MEASURED, TUNED = 0, 1
"""Topics with even numbers are measured, the others set thresholds."""


def score() -> dict[str, float]:
    return scores(MEASURED)


def scores(half: int) -> dict[str, float]:
    """Return recall and first by each way of asking over the topics of one half; nothing where the set is absent."""
    articles = pile(half)
    if not articles:
        return {}
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder, "ecb.desk"), create=True) as desk:
        stories = fill(desk, articles, Path(folder, "ecb.jsonl"))
        figures: dict[str, float] = {}
        for by in ("words", "meaning", "both"):
            recall, first = asked(desk, articles, stories, by)
            figures |= {f"search.{by}_recall": recall, f"search.{by}_first": first}
    return figures


@cache
def pile(half: int) -> tuple[tuple[Reading, str], ...]:
    path = shared("data/ecbplus-topics-1-35.zip")
    if path is None:
        return ()
    return tuple((reading, story) for reading, story, topic in _ecb_readings(path) if int(topic) % 2 == half)


def fill(desk: Desk, articles: Sequence[tuple[Reading, str]], table: Path) -> dict[str, str]:
    """Make a desk of the articles with their vectors; return the story of each article by its id."""
    rows = [
        json.dumps({"title": headline(one), "text": body(one), "url": one.article.article_id}) for one, _ in articles
    ]
    table.write_text("\n".join(rows), "utf-8")
    build(desk, [str(table)], until="clean")
    reader = Reader()
    vectors = [(one.article.article_id, reader.seen(one).vector.tobytes()) for one in desk.readings()]
    put_annotations(desk.connection, [Annotations(key, vector=vector) for key, vector in vectors])
    index_words(desk.connection)
    known = {one.article.article_id: story for one, story in articles}
    return {article.article_id: known[article.url] for article in desk.articles() if article.url in known}


def headline(reading: Reading) -> str:
    return next((reading.text[p.start : p.end] for p in reading.paragraphs if p.kind == Kind.HEADLINE), "")


def body(reading: Reading) -> str:
    return "\n".join(reading.text[p.start : p.end] for p in reading.paragraphs if p.kind == Kind.BODY)


def asked(desk: Desk, articles: Sequence[tuple[Reading, str]], stories: dict[str, str], by: str) -> tuple[float, float]:
    members = defaultdict(set)
    for key, story in stories.items():
        members[story].add(key)
    own = {article.url: article.article_id for article in desk.articles()}
    recalls, firsts = [], []
    for reading, story in articles:
        key = own.get(reading.article.article_id)
        wanted = members[story] - {key}
        query = typed(headline(reading), by)
        if not query or not wanted:
            continue
        found = search(desk.connection, f"{query} kind:article", limit=FIRST + 1, grouped=False, by=by)
        ranked = [hit.ref for hit in found.hits if hit.ref != key][:FIRST]
        recalls.append(len(wanted & set(ranked)) / min(len(wanted), FIRST))
        firsts.append(next((1 / rank for rank, ref in enumerate(ranked, 1) if ref in wanted), 0.0))
    return sum(recalls) / len(recalls), sum(firsts) / len(firsts)


def typed(title: str, by: str) -> str:
    """Return what is typed: the rarest words of a headline as they are written; for meaning all of it."""
    words = [word.strip(".,;:!?\"'()“”‘’") for word in title.split()]
    weights = {word: max((weight(term) for term in terms(word)), default=0.0) for word in words if word.isalnum()}
    if by == "meaning":
        return " ".join([word for word in words if word.isalnum()][:TYPED])
    chosen = sorted(weights, key=lambda word: (-weights[word], words.index(word)))[:WORDS]
    return " ".join(word for word in words if word in chosen)
