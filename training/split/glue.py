"""Whole articles in, glued files out: lines with the gold place of every article's first line.

The hard cases are made on purpose: articles of one outlet and one day, articles nearest in words, files of one long
article, headlines left in or taken away, sources' own giveaways left in or taken away, one sentence a line, furniture
between and an article that stands in the middle of another.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from training.split.articles import Article, sentences

__all__ = ["Glued", "Neighbours", "glue", "laid_out"]

DATELINE = re.compile(r"^[A-Z][\w.,' /]{2,60}?(?:\([A-Z][\w/ ]+\))?\s?(?:--|-|—|–|_)\s+(?=[A-Z\"“])")
CREDIT = re.compile(
    r"^\(?(?:Additional |Writing|Reporting|Editing|Compiled)|\((?:Additional |Writing|Reporting|Editing)", re.I
)

BRIEF = 0.4
"""The share of files of short reports. Most of the sets' articles are three times as long as what crawls hold: without
these, half of the boundaries between invented short reports on different subjects were missed."""

NOISE = (
    "Related Topics:",
    "Read more",
    "Share this article",
    "Advertisement",
    "Image: The scene on Tuesday",
    "Watch: what we know so far",
    "More on this story",
    "Listen to the programme",
    "Photograph: Getty Images",
    "* * *",
    "Sign up for our newsletter",
)


@dataclass(slots=True)
class Glued:
    """A glued file: its lines, and what the gap before each line is: 0 none, 1 a new article, 2 an article resumes."""

    lines: list[str] = field(default_factory=list)
    gold: list[int] = field(default_factory=list)
    headlines: bool = True

    def add(self, lines: Sequence[str], first: int) -> None:
        """Add `lines`, the first of which begins as `first` says."""
        self.lines += lines
        self.gold += [first, *([0] * (len(lines) - 1))]


class Neighbours:
    """For each article, those nearest in words of the same corpus."""

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        self.articles = articles
        self.groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, article in enumerate(articles):
            self.groups[article.corpus, article.group].append(place)
        self.nearest = _nearest(articles)
        self.rng = random.Random(seed)

    def run(self, size: int) -> list[Article]:
        """Return `size` articles that may stand in one file."""
        rng = self.rng
        start = rng.randrange(len(self.articles))
        one = self.articles[start]
        how = rng.random()
        if one.corpus == "exports" and how < 0.7:
            group = self.groups[one.corpus, one.group]
            place = group.index(start)
            return [self.articles[k] for k in group[place : place + size]]
        if how < 0.35:
            return [self.articles[k] for k in self._chain(start, size)]
        if how < 0.6:
            group = self.groups[one.corpus, one.group]
            return [self.articles[k] for k in rng.sample(group, min(size, len(group)))]
        return [one, *(self.articles[rng.randrange(len(self.articles))] for _ in range(size - 1))]

    def _chain(self, start: int, size: int) -> list[int]:
        chain = [start]
        while len(chain) < size:
            near = [k for k in self.nearest[chain[-1]] if k not in chain]
            if not near:
                break
            chain.append(self.rng.choice(near[:4]))
        return chain


def _nearest(articles: Sequence[Article], count: int = 10) -> list[list[int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    nearest: list[list[int]] = [[] for _ in articles]
    places: dict[str, list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        places[article.corpus].append(place)
    for members in places.values():
        texts = [" ".join(articles[k].body)[:3000] for k in members]
        matrix = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.3, max_features=30000).fit_transform(texts)
        for begin in range(0, len(members), 500):
            likeness = (matrix[begin : begin + 500] @ matrix.T).toarray()
            for row, scores in enumerate(likeness):
                order = scores.argsort()[::-1][: count + 1]
                own = begin + row
                # Above .9 it is the same article again: which of two copies a paragraph is of, nobody can say.
                nearest[members[own]] = [members[int(k)] for k in order if k != own and scores[k] < 0.9]
    return nearest


def laid_out(article: Article, rng: random.Random, *, headline: bool, plain: bool, split: float) -> list[str]:
    """Return the lines of `article`: `plain` without its source's giveaways, a share of `split` one sentence a line."""
    body = list(article.body)
    if plain:
        body[0] = DATELINE.sub("", body[0])
        body = [line for line in body if not CREDIT.search(line)] or body
    how = rng.random()
    if how < split:
        body = [sentence for line in body for sentence in sentences(line)]
    elif how < split + 0.08:
        body = [" ".join(body[k : k + 2]) for k in range(0, len(body), 2)]
    if len(body) > 6 and rng.random() < 0.15:
        body = body[: rng.randrange(3, len(body))]
    return [article.title, *body] if headline and article.title else body


def shortened(article: Article, rng: random.Random) -> Article:
    """Return `article` as a short report: its first paragraphs and its last."""
    kept = rng.randrange(2, 10)
    return article if len(article.body) <= kept + 1 else replace(article, body=(*article.body[:kept], article.body[-1]))


def glue(pool: Neighbours, rng: random.Random, *, embed: float = 0.08, noise: float = 0.25) -> Glued:
    """Return one glued file out of `pool`."""
    size = rng.choices((1, 2, 3, 5, 8, 14, 25), (0.3, 0.15, 0.14, 0.15, 0.12, 0.09, 0.05))[0]
    chosen = pool.run(size)
    titled = rng.choices((1.0, 0.0, 0.5), (0.45, 0.45, 0.1))[0]
    above = rng.random() < 0.12
    plain = rng.random()
    split = rng.choice((0.0, 0.0, 0.0, 0.9))
    brief = rng.random() < BRIEF
    glued = Glued(headlines=titled == 1.0)
    held: list[str] = []
    for article in map(shortened, chosen, [rng] * size) if brief else chosen:
        headline = rng.random() < titled
        lines = laid_out(article, rng, headline=headline, plain=rng.random() < plain, split=split)
        if above and article.above:
            lines = (
                [*lines[:1], *_some(article.above, rng), *lines[1:]]
                if headline
                else [*_some(article.above, rng), *lines]
            )
        if rng.random() < noise:
            lines = list(_noisy(lines, rng))
        if held:
            glued.add(lines, 1)
            glued.add(held, 2)
            held = []
        elif len(lines) > 8 and rng.random() < embed and not brief and article is not chosen[-1]:
            place = rng.randrange(4, len(lines) - 2)
            glued.add(lines[:place], 1)
            held = lines[place:]
        else:
            glued.add(lines, 1)
    if held:
        glued.add(held, 0)
    return glued


def _some(lines: Sequence[str], rng: random.Random) -> list[str]:
    return [line for line in lines if rng.random() < 0.5][:3]


def _noisy(lines: Sequence[str], rng: random.Random) -> Iterator[str]:
    for place, line in enumerate(lines):
        if place and rng.random() < 0.05:
            yield rng.choice(NOISE)
        yield line
