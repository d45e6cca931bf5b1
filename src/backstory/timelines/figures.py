"""Figures of a story's articles in, those that differ about the same thing out: update, rounding or conflict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from backstory.records import Figure
from backstory.stories.words import terms, weight
from backstory.timelines.said import Sentence

__all__ = ["Amount", "Disagreement", "disagreements"]

PEOPLE = frozenset({"people", "dead", "missing", "lives", "bodies", "victims", "injured", "deaths"})
NEAR = 60
"""Characters to either side of a count of people in which the word that says what became of them is looked for."""
BEFORE = 10
"""Characters by which a word before a count is as if farther: "19 dead", and "Missing: 30 people" is rarer."""
ROUNDED = 0.06
"""Share by which values differ at most where one is a rounding of the other: 1,900 and 2,000, 212 and 212.4."""
ALIKE = 0.35
"""Cosine of the words around two amounts of money from which they are of the same thing."""
APART = 2.0
"""Amounts of one thing that differ by more than this factor are two things that look alike."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with the sentence it stands in and the day from which it holds, if known."""

    figure: Figure
    sentence: Sentence
    day: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures that differ about one thing. `kind` is update, rounding or conflict."""

    of: str
    kind: str
    members: tuple[Amount, ...]


def disagreements(amounts: Sequence[Amount]) -> list[Disagreement]:
    """Return the disagreements among the figures of one story, in order of what they are of."""
    found = []
    for of, group in _things(sorted(amounts, key=_key)):
        firsts: dict[tuple[str, float], Amount] = {}
        for amount in group:
            firsts.setdefault((amount.figure.article_id, amount.figure.value), amount)
        members = sorted(firsts.values(), key=lambda a: (a.day or "9999", *_key(a)))
        if len({member.figure.value for member in members}) > 1 and len({m.figure.article_id for m in members}) > 1:
            found.append(Disagreement(of, _kind(members), tuple(members)))
    return found


def _key(amount: Amount) -> tuple[str, int]:
    return amount.figure.article_id, amount.figure.start


def _things(amounts: Sequence[Amount]) -> Iterator[tuple[str, list[Amount]]]:
    people: dict[str, list[Amount]] = defaultdict(list)
    money: dict[str, list[Amount]] = defaultdict(list)
    for amount in amounts:
        unit = amount.figure.unit or ""
        if unit in PEOPLE:
            fate = _fate(amount)
            if fate:
                people[fate].append(amount)
        elif len(unit) == 3 and unit.isupper() and amount.figure.value_to is None:
            money[unit].append(amount)
    for fate in sorted(people):
        yield f"people {fate}", people[fate]
    for unit in sorted(money):
        yield from _sums(unit, money[unit])


def _fate(amount: Amount) -> str | None:
    """Return what became of the counted people: the nearest word of the sentence that says so."""
    text = amount.sentence.text.lower()
    at = amount.figure.start - amount.sentence.span.start
    end = amount.figure.end - amount.sentence.span.start
    best: tuple[int, str] | None = None
    for word, fate in _fates().items():
        place = text.find(word, max(at - NEAR, 0), end + NEAR)
        while place >= 0:
            after = place + len(word)
            whole = not text[place - 1 : place].isalpha() and not text[after : after + 1].isalpha()
            distance = max(place - end, at - after, 0) + (BEFORE if place < at else 0)
            if whole and (best is None or (distance, fate) < best):
                best = distance, fate
            place = text.find(word, place + 1, end + NEAR)
    return best[1] if best else None


@lru_cache(maxsize=1)
def _fates() -> Mapping[str, str]:
    lines = files("backstory.timelines").joinpath("data/en/fates.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {word: fate for fate, words in rows for word in words.split()}


def _sums(unit: str, amounts: Sequence[Amount]) -> Iterator[tuple[str, list[Amount]]]:
    """Group amounts of one currency whose sentences share enough and whose values are of one size."""
    groups: list[list[Amount]] = []
    for amount in amounts:
        for group in groups:
            if all(_one_thing(amount, other) for other in group):
                group.append(amount)
                break
        else:
            groups.append([amount])
    for group in groups:
        shared = set.intersection(*(set(amount.sentence.words) for amount in group))
        words = sorted((w for w in shared if not w[0].isdigit()), key=lambda w: (-weight(w), w))[:3]
        yield f"{unit}: {', '.join(words)}", group


def _one_thing(one: Amount, other: Amount) -> bool:
    low, high = sorted((one.figure.value, other.figure.value))
    if one.figure.article_id == other.figure.article_id and low != high or high > APART * max(low, 1e-9):
        return False
    mine, theirs = _around(one), _around(other)
    shared = sum(weight(word) ** 2 for word in mine & theirs)
    total = (sum(weight(w) ** 2 for w in mine) * sum(weight(w) ** 2 for w in theirs)) ** 0.5
    return bool(total > 0 and shared / total >= ALIKE)


def _around(amount: Amount) -> set[str]:
    return {word for word in terms(amount.sentence.text) if not word[0].isdigit()}


def _kind(members: Sequence[Amount]) -> str:
    values = sorted({member.figure.value for member in members})
    if values[-1] - values[0] <= ROUNDED * values[-1]:
        rough = any(member.figure.qualifier != "exact" for member in members)
        if rough or any(_round(value) for value in values):
            return "rounding"
    by_day: dict[str | None, set[float]] = defaultdict(set)
    for member in members:
        by_day[member.day].add(member.figure.value)
    known = [held for day, held in by_day.items() if day is not None]
    return "update" if len(known) > 1 and all(len(held) == 1 for held in known) else "conflict"


def _round(value: float) -> bool:
    return value >= 10 and float(f"{value:.1e}") == value
