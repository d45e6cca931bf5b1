"""Sentences of one story in, the facts that they tell out: groups of sentences that say the same, and lone ones.

Two sentences say the same by the words that are news in them. Within a story the names of those concerned stand in
every other sentence and say who, not what; so does a word that an article uses again and again. What is left are the
words that each article that tells a fact uses about once, and its figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from backstory.annotate.lexicon import words
from backstory.stories.words import WORD, is_year, terms
from backstory.timelines.said import Sentence

__all__ = ["Telling", "lone", "names_of", "same", "telling"]

NAME = 0.2
"""Worth of a name, an office or a word of speaking beside another word."""
OFFICES = "chief executive interior energy foreign finance prime comment declined statement news conference"
"""Words of offices and of press offices. The whole list of roles here costs one of the sample's ten facts."""
ALIKE = 0.4
"""Cosine from which two sentences say the same where they share at least `SHARED` words that are news."""
SHARED = 2
ALIKE_BY_ONE = 0.3
STRONG = 6.0
"""Weight of a word that by itself, with a lower cosine, shows that two sentences say the same: "siren"."""
NEWS = 2.0
"""Weight from which a word is news: it stands in under a seventh of all articles, and about once in each of these."""
FIGURE = 5.0
"""Weight of a figure: like that of a word in one article of a hundred and fifty."""
SMALLEST = 5
"""Values under it are words: "two" is told of many things."""
APART = 0.3
"""Cosine to any sentence of another outlet under which a sentence tells what no other outlet does."""
OWN = 4
"""Words that are news which a sentence has at least beside what others tell."""
LEFT = 0.8
"""Share of what a sentence says that must be left beside what others tell."""
RARE = 0.05
"""Share of a story's sentences that have a name at most, for it to show that an outlet tells a fact or does not."""
LEAST_WORDS = 8
HALFWAY = 10
"""Sentences from an article's top over which a lone sentence's worth halves."""
MOST = 2_000
"""Sentences of a story that are compared with each other."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Telling:
    """The sentences of a story; how alike every two are, what they share, and what each has by itself.

    `shared` counts words that are news, `strong` says whether one is rare, `figures` whether a figure is shared.
    """

    sentences: tuple[Sentence, ...]
    alike: Floats
    shared: npt.NDArray[np.int64]
    strong: npt.NDArray[np.bool_]
    figures: npt.NDArray[np.bool_]
    weights: Floats
    names: npt.NDArray[np.bool_]
    figure_columns: npt.NDArray[np.bool_]


def telling(sentences: Sequence[Sentence], values: Mapping[str, Sequence[tuple[int, float]]]) -> Telling:
    """Weigh and compare the sentences of one story; `values` are each article's figures: where, and how much."""
    kept = tuple(sentences[:MOST])
    rows = [_words(sentence, values.get(sentence.article_id, ())) for sentence in kept]
    names = _names(kept)
    count, articles = Counter(word for row in rows for word in row), defaultdict(set)
    for sentence, row in zip(kept, rows, strict=True):
        for word in row:
            articles[word].add(sentence.article_id)
    places = {word: at for at, word in enumerate(sorted(count))}
    matrix = np.zeros((len(kept), len(places)))
    for at, row in enumerate(rows):
        for word, value in row.items():
            matrix[at, places[word]] = (
                value * len(articles[word]) / count[word] * (NAME if word in names or word in _speaking() else 1.0)
            )
    unit = matrix / np.maximum(np.sqrt((matrix**2).sum(axis=1, keepdims=True)), 1e-9)
    return Telling(
        kept,
        np.asarray(np.round(unit @ unit.T, 6)),
        _pairs(matrix >= NEWS),
        _pairs(matrix >= STRONG) > 0,
        _pairs(matrix[:, [at for word, at in places.items() if word.startswith("=")]] > 0) > 0,
        matrix,
        np.array([word in names for word in sorted(places)], dtype=np.bool_),
        np.array([word.startswith("=") for word in sorted(places)], dtype=np.bool_),
    )


def _pairs(held: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return how many columns every two rows have in common."""
    ones = held.astype(np.float32)  # whole numbers as floats: exact to 16 million, and many times as fast
    return np.asarray(ones @ ones.T, dtype=np.int64)


def _words(sentence: Sentence, values: Sequence[tuple[int, float]]) -> dict[str, float]:
    words = {word: value for word, value in sentence.words.items() if not word[0].isdigit() and len(word) > 1}
    words |= {word: FIGURE for word in sentence.words if is_year(word)}
    inside = (value for at, value in values if sentence.span.start <= at < sentence.span.end)
    return words | {f"={value:g}": FIGURE for value in inside if value >= SMALLEST}


def _names(sentences: Sequence[Sentence]) -> set[str]:
    """Return the words of a story that are written with a capital where they open no sentence, and seldom without."""
    large, small = Counter[str](), Counter[str]()
    for sentence in sentences:
        for match in WORD.finditer(sentence.text):
            before = sentence.text[: match.start()].rstrip()
            if not match.group()[0].isupper():
                small.update(terms(match.group()))
            elif before and before[-1] not in "\"'“‘„«.:?!":
                large.update(terms(match.group()))
    return {word for word in large if large[word] > small[word]}


@lru_cache(maxsize=1)
def _speaking() -> frozenset[str]:
    """Return the words of offices and of speaking: who says something is not what it says."""
    return frozenset(terms(" ".join([*sorted(words("reporting_verbs", "en")), OFFICES])))


def same(told: Telling) -> list[list[int]]:
    """Return groups of places of sentences that say the same, each with its head first; the lone ones are left out.

    A group is what stands near one sentence, its head: heads are taken in the order of how many articles they speak
    for, so no chain of half-likenesses makes one fact of two.
    """
    sentences, alike = told.sentences, told.alike
    close = ((alike >= ALIKE) & (told.shared >= SHARED)) | ((alike >= ALIKE_BY_ONE) & told.strong)
    np.fill_diagonal(close, val=True)
    near = [np.flatnonzero(row).tolist() for row in close]
    speaks = [len({sentences[at].article_id for at in group}) for group in near]
    order = sorted(range(len(sentences)), key=lambda at: (-speaks[at], -alike[at, near[at]].sum(), _key(sentences[at])))
    taken: set[int] = set()
    groups = []
    for head in order:
        free = [at for at in near[head] if at not in taken]
        if head in taken or len({sentences[at].article_id for at in free}) < 2:
            continue
        best: dict[str, int] = {}
        for at in sorted(free, key=lambda at: (-alike[head, at], _key(sentences[at]))):
            best.setdefault(sentences[at].article_id, at)
        groups.append([head, *(at for at in best.values() if at != head)])
        taken.update(free)
    return groups


def lone(told: Telling) -> list[int]:
    """Return the places of sentences that tell what no other outlet does, those that say most first.

    What a sentence shares with sentences of other outlets that are somewhat like it is left out; what remains of it
    must still be news. A figure that another outlet has too shows that it tells it in other words.
    """
    outlets = np.array([sentence.outlet or sentence.article_id for sentence in told.sentences])
    worth: dict[int, float] = {}
    for at, sentence in enumerate(told.sentences):
        others = outlets != outlets[at]
        like = others & (told.alike[at] >= APART)
        own = np.where(told.weights[like].max(axis=0, initial=0.0) > 0, 0.0, told.weights[at])
        spoken = sentence.text[0] in "\"'“‘„«"
        long = len(sentence.text.split()) >= LEAST_WORDS
        left, whole = float((own**2).sum()), float((told.weights[at] ** 2).sum())
        news = (own >= NEWS).sum() >= OWN and left >= LEFT * whole
        if long and not spoken and news and not told.figures[at][others].any():
            worth[at] = round(left**0.5, 4) / (1 + sentence.place / HALFWAY)
    return sorted(worth, key=lambda at: (-worth[at], _key(told.sentences[at])))


def names_of(told: Telling, group: Sequence[int]) -> set[str]:
    """Return the outlets in which a rarer name or figure of a fact stands: these are the same in every language."""
    kept = (told.names | told.figure_columns) & (told.weights[list(group)] > 0).any(axis=0)
    rare = kept & ((told.weights > 0).sum(axis=0) <= max(len(told.sentences) * RARE, len(group)))
    if not rare.any():
        return {sentence.outlet for sentence in told.sentences if sentence.outlet}
    held = np.flatnonzero((told.weights[:, rare] > 0).any(axis=1)).tolist()
    return {outlet for at in held if (outlet := told.sentences[at].outlet)}


def _key(sentence: Sentence) -> tuple[str, int]:
    return sentence.article_id, sentence.span.start
