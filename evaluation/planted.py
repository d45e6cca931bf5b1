"""Reports in, passages planted in others of them out, and how well those that somebody found again cover them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backstory.records import Passage, Reading
from backstory.reuse.corpus import text_of
from evaluation.reuters import reading_of

__all__ = ["Figures", "Plant", "figures_of", "planted"]

PLANTS = 600
LONG_ENOUGH = 200
"""A report of fewer words neither gives nor takes a passage."""
Edge = tuple[int, int]


class Plant(NamedTuple):
    """Where a passage stands: in the article that gave it and in the one that it was set into."""

    giver: str
    host: str
    in_giver: Edge
    in_host: Edge


class Figures(NamedTuple):
    """How well plants were found, over the characters of both places, and how many have all four boundaries right."""

    precision: float
    recall: float
    f1: float
    boundaries: float


def planted(readings: Sequence[Reading], seed: int = 11) -> tuple[list[Reading], list[Plant]]:
    """Return a pile of articles, each second one with a passage of the one before it, and where the passages stand."""
    rng = random.Random(seed)
    sources = [reading for reading in readings if len(text_of(reading)) > LONG_ENOUGH]
    rng.shuffle(sources)
    pile, gold = [], []
    for number, (giver, taker) in enumerate(zip(sources[:PLANTS], sources[PLANTS : 2 * PLANTS], strict=True)):
        host, spans = _plant(giver, taker, rng, f"planted-{number}")
        pile += [giver, host]
        gold.append(Plant(giver.article.article_id, host.article.article_id, *spans))
    return pile, gold


def figures_of(passages: Iterable[Passage], gold: Sequence[Plant]) -> Figures:
    """Return how well `passages` cover the plants; those that tie no giver to its host are not asked for."""
    members: dict[str, list[Edge]] = defaultdict(list)
    names = {name: place for place, plant in enumerate(gold) for name in plant[:2]}
    for passage in passages:
        if len({names[member.article_id] for member in passage.members}) < len(passage.members):
            for member in passage.members:
                members[member.article_id].append((member.start, member.end))
    hit = wanted = given = exact = 0
    for plant in gold:
        for name, span in ((plant.giver, plant.in_giver), (plant.host, plant.in_host)):
            inside = {place for start, end in members[name] for place in range(start, end)}
            gold_places = set(range(*span))
            hit, wanted, given = hit + len(inside & gold_places), wanted + len(gold_places), given + len(inside)
        exact += plant.in_giver in members[plant.giver] and plant.in_host in members[plant.host]
    return Figures(hit / max(given, 1), hit / wanted, 2 * hit / (wanted + given), exact / len(gold))


def _plant(giver: Reading, taker: Reading, rng: random.Random, name: str) -> tuple[Reading, tuple[Edge, Edge]]:
    """Return `taker` with a passage of `giver` set into it, up to three words of it edited, and where both stand."""
    words = text_of(giver).words
    size = rng.randint(25, 80)
    first = rng.randrange(5, len(words.hashes) - size - 5)
    start, end = int(words.starts[first]), int(words.ends[first + size - 1])
    said = giver.text[start:end].split(" ")
    for _ in range(rng.randint(0, 3)):
        said[rng.randrange(10, len(said) - 10)] = rng.choice(["indeed", "Tuesday", "roughly", "its own"])
    body = taker.of()
    cut = body.find(" ", rng.randrange(200, len(body) - 200))
    passage = " ".join(said)
    before = body[:cut] + " Stop here. "
    text = before + passage + " Go on there." + body[cut:]
    return reading_of(name, text, "Another"), ((start, end), (len(before), len(before) + len(passage)))
