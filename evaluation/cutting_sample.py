"""Boundary F1 on invented short reports glued at random: the sample's articles, which no training saw.

The exports of `evaluation.cutting` are long and of one newspaper; crawls glue short reports of any subject. The shares
of what the network trains on were chosen with a look at these figures.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import numpy as np

from backstory.clean.weights import weights
from backstory.records import Kind
from evaluation.cutting import compare, f1, glued, gold_of, starts
from evaluation.sample import desk, matched
from training.split.articles import Article

SIZES, FILES, LEAST = (2, 3, 4, 6), 25, 3
"""Articles in a file, files of each size, paragraphs that an article must have."""


def score() -> dict[str, float]:
    """Return boundary F1 with and without headlines, and the share of single articles left whole."""
    articles = reports()
    figures = {}
    for headlines, name in ((True, "headlines"), (False, "no_headlines")):
        rng = random.Random(len(articles))
        files = [rng.sample(articles, size) for size in SIZES for _ in range(FILES)]
        counts = sum((counted(file, headlines) for file in files), np.zeros(3))
        right, wrong, missed = counts
        figures[f"cutting_sample.f1_{name}"] = f1(counts)
        print(
            f"{len(files)} files, {name}: F1 {f1(counts):.3f}, {right:.0f} right, {wrong:.0f} wrong, {missed:.0f} left"
        )
    whole = [not cuts([article], headlines) for article in articles for headlines in (True, False)]
    figures["cutting_sample.single_whole"] = sum(whole) / len(whole)
    print(f"{len(articles)} single reports, with headlines and without: {sum(whole)} of {len(whole)} left whole")
    return figures


def reports() -> list[Article]:
    """Return the sample's English articles as the built desk holds them, each text once."""
    found: dict[str, Article] = {}
    for article in sorted({row["article_id"] for row in matched().values()}):
        reading = desk().reading(desk().article(article))
        parts = [reading.text[p.start : p.end] for p in reading.paragraphs if p.kind == Kind.BODY]
        body = [line for part in parts for line in part.splitlines() if line.strip()]
        if reading.article.language in (None, "en") and len(body) >= LEAST:
            found.setdefault(body[0], Article("sample", "", reading.article.title or "", tuple(body)))
    return [found[first] for first in sorted(found)]


def cuts(articles: Sequence[Article], headlines: bool) -> set[int]:
    return starts(*glued(articles, headlines=headlines), weights())


def counted(articles: Sequence[Article], headlines: bool) -> np.ndarray:
    return compare(cuts(articles, headlines), gold_of(articles, headlines))


if __name__ == "__main__":
    score()
    sys.exit(0)
