"""What one speaker said in, topics with their statements in order of time out, and where two of them differ.

A topic is made of the quotes' own words, and to a lesser part of what their articles are about: no list of topics. A
change is two statements of one topic side by side with what differs between them in words; no verdict on what it means.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from backstory.reuse.variants import entries
from backstory.stories.group import partition
from backstory.stories.words import terms, weight

__all__ = ["Change", "Said", "Topic", "topics"]

CONTEXT = 0.35
"""What a word of the article's top weighs beside one of the quote itself."""
JOIN = 0.16
"""Mean cosine between two groups of statements from which they are of one topic. Chosen by eye on the sample."""
CHANGED = 0.2
"""Cosine of their own words from which two statements of one topic are set side by side. Likewise."""
MOST_CHANGES = 12
LABEL_WORDS = 3
WORD = re.compile(r"[\w’']+")
NUMBER = re.compile(r"\d[\d.,]*\d|\d")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of the speaker by its fullest quote.

    `day` is None where it is not known; `about` are the words of the top of its article with their weights.
    """

    quote_id: str
    text: str
    day: str | None
    about: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Change:
    """Two statements of one topic, the earlier first, and what differs in words."""

    earlier: Said
    later: Said
    because: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Statements that share what they are about, in order of time, the undated last."""

    words: tuple[str, ...]
    said: tuple[Said, ...]
    changes: tuple[Change, ...]


def topics(said: Sequence[Said]) -> list[Topic]:
    """Return the topics of one speaker's statements, those with most statements first; each statement is in one."""
    own = {one.quote_id: _own(one.text) for one in said}
    whole = {one.quote_id: _whole(own[one.quote_id], one.about) for one in said}
    by_id = {one.quote_id: one for one in said}
    keys = sorted(by_id)
    alike = _likenesses([whole[key] for key in keys])
    pairs = {(keys[a], keys[b]): float(alike[a, b]) for a, b in np.argwhere(np.triu(alike, 1)).tolist()}
    found = []
    for group in partition(keys, pairs, join=JOIN) if keys else []:
        members = sorted((by_id[key] for key in group), key=lambda one: (one.day or "9999", one.quote_id))
        found.append(Topic(_label(members, own, whole), tuple(members), _changes(members, own)))
    return sorted(found, key=lambda topic: (-len(topic.said), topic.said[0].day or "9999", topic.said[0].quote_id))


def _own(text: str) -> dict[str, float]:
    counts = Counter(terms(text))
    return {word: weight(word) * (1 + math.log(count)) for word, count in sorted(counts.items())}


def _whole(own: Mapping[str, float], about: Mapping[str, float]) -> dict[str, float]:
    """Return the words of a quote with those of its article's top, which weigh less."""
    length, around = _length(own), _length(about)
    held = {word: value / length for word, value in own.items()} if length else {}
    for word, value in sorted(about.items()):
        held[word] = held.get(word, 0.0) + CONTEXT * value / around
    return held


def _length(words: Mapping[str, float]) -> float:
    return math.sqrt(sum(words[key] ** 2 for key in sorted(words)))


def _likenesses(held: Sequence[Mapping[str, float]]) -> npt.NDArray[np.float64]:
    """Return the cosine of the words' weights of every two, in one product of matrices."""
    places = {word: at for at, word in enumerate(sorted({word for one in held for word in one}))}
    matrix = np.zeros((len(held), len(places)))
    for at, one in enumerate(held):
        matrix[at, [places[word] for word in one]] = list(one.values())
    unit = matrix / np.maximum(np.sqrt((matrix**2).sum(axis=1, keepdims=True)), 1e-9)
    return np.asarray(np.round(unit @ unit.T, 6))


def _label(
    members: Sequence[Said], own: Mapping[str, Mapping[str, float]], whole: Mapping[str, Mapping[str, float]]
) -> tuple[str, ...]:
    """Return the words that most of a topic's quotes have and that weigh most, or else those around them."""
    for held in (own, whole):
        holders, total = Counter[str](), Counter[str]()
        for one in members:
            holders.update(held[one.quote_id].keys())
            total.update({word: round(value * 1000) for word, value in held[one.quote_id].items()})
        words = [word for word in total if not word[0].isdigit()]
        if words:
            return tuple(sorted(words, key=lambda word: (-holders[word] * total[word], word))[:LABEL_WORDS])
    return ()


def _changes(members: Sequence[Said], own: Mapping[str, Mapping[str, float]]) -> tuple[Change, ...]:
    """Return pairs of dated statements of different days on the same thing that differ, the nearest in words first."""
    dated = [one for one in members if one.day]
    alike = _likenesses([own[one.quote_id] for one in dated])
    near = np.argwhere(np.triu(alike >= CHANGED, 1)).tolist()
    pairs = [(-alike[at, to], dated[at], dated[to]) for at, to in near if dated[at].day != dated[to].day]
    pairs.sort(key=lambda row: (row[0], row[1].day or "", row[1].quote_id, row[2].quote_id))
    found: list[Change] = []
    for _, earlier, later in pairs:
        because = _difference(earlier.text, later.text)
        if because:
            found.append(Change(earlier, later, because))
        if len(found) == MOST_CHANGES:
            break
    return tuple(found)


def _difference(earlier: str, later: str) -> str:
    """Return what differs in words: a denial or condition that one has, numbers; empty where nothing does."""
    told = []
    one, other = _denials(earlier), _denials(later)
    if one != other:
        sides = ((one - other, "earlier"), (other - one, "later"))
        told += [f"only the {side} says “{', '.join(sorted(words))}”" for words, side in sides if words]
    numbers, others = set(NUMBER.findall(earlier)), set(NUMBER.findall(later))
    if numbers and others and not numbers & others:
        told.append(f"{', '.join(sorted(numbers))} in the earlier, {', '.join(sorted(others))} in the later")
    return "; ".join(told)


def _denials(text: str) -> set[str]:
    said = " ".join(word.casefold().replace("’", "").replace("'", "") for word in WORD.findall(text))
    return {phrase for phrase in _negations() if f" {phrase} " in f" {said} "}


@cache
def _negations() -> tuple[str, ...]:
    return tuple(entries("negations"))
