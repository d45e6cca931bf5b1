"""Amounts of one story in, groups of those that are of the same thing out.

Two amounts of different articles are of one thing where their kind allows it and enough speaks for it: what became of
the people counted, what is counted, how near the values are, and what words stand around. An article that gives both
values itself tells two things apart, and so no two articles that do are set against each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from backstory.records import Figure
from backstory.stories.words import terms, weight
from backstory.timelines.said import Sentence

__all__ = ["Amount", "things"]

NEAR = 60
"""Characters to either side of a count of people in which the word that says what became of them is looked for."""
BEFORE = 10
"""Characters by which a word before a count is as if farther: "19 dead", and "Missing: 30 people" is rarer."""
WINDOW = 70
"""Characters to either side of an amount whose words are its nearer surroundings."""
ALIKE = 0.35
"""Cosine of the words of two sentences from which amounts of one currency, or lengths of time, are of one thing. In the
sample's stories 21 of 26 pairs of sums from there on are; below it only those of near value are."""
CLOSE = 0.25
"""Cosine of the nearer surroundings that lengths of time and measures need besides: a story has many of them."""
APART = 2.0
"""Amounts of one thing that differ by this factor or more are two things that look alike; tolls of people may grow."""
SAME_SIZE = 0.9
"""Ratio from which two large amounts of one unit are of one thing, whatever is said around them."""
LARGE = 1000.0
NAMELIKE = 0.3
"""Cosine from which counts of near value are of one thing though their nouns differ: "6,412 signatures", "people"."""
PART = " of "
"""What a figure's text holds where it counts a part of something: "three of the four counts"."""
MOST = 0.5
"""Share of the pairs between two groups that must speak for one thing before they are joined; of measures, all."""
TELLING = 1.8
"""Weight from which a counted noun says by itself what is counted, where each article counts it but once."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with the sentence it stands in, the day from which it holds, and on whose word, if known.

    `said` is what is given where it is no number: a day, a clock time, a place or a name.
    """

    figure: Figure
    sentence: Sentence
    day: str | None
    speaker: str | None = None
    speaker_name_id: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """An amount with what is compared of it."""

    amount: Amount
    kind: str
    unit: str
    words: frozenset[str]
    near: frozenset[str] = field(default=frozenset())

    @property
    def article(self) -> str:
        return self.amount.figure.article_id

    @property
    def value(self) -> float:
        return self.amount.figure.value


def things(amounts: Sequence[Amount]) -> list[tuple[str, list[Amount]]]:
    """Return groups of amounts of one thing, each with what it is of, in words."""
    seen = [_seen(amount) for amount in sorted(amounts, key=_key)]
    found: list[tuple[str, list[Amount]]] = []
    tolls: dict[str, list[Amount]] = defaultdict(list)
    rest: dict[str, list[_Seen]] = defaultdict(list)
    for one in seen:
        if one.kind.startswith("people "):
            tolls[one.kind].append(one.amount)
        elif one.kind:
            rest[one.kind].append(one)
    found += [(kind, tolls[kind]) for kind in sorted(tolls)]
    for kind in sorted(rest):
        found += [(_of(group), [one.amount for one in group]) for group in _groups(rest[kind])]
    return found


def _key(amount: Amount) -> tuple[str, int]:
    return amount.figure.article_id, amount.figure.start


def _seen(amount: Amount) -> _Seen:
    figure, sentence = amount.figure, amount.sentence
    start, end = figure.start - sentence.span.start, figure.end - sentence.span.start
    near = sentence.text[max(start - WINDOW, 0) : end + WINDOW]
    unit = _unit(figure.unit or "")
    return _Seen(amount, _kind(amount, unit), unit, _plain(sentence.text, unit), _plain(near, unit))


def _plain(text: str, unit: str) -> frozenset[str]:
    return frozenset(word for word in terms(text) if not word[0].isdigit() and word != unit)


def _unit(unit: str) -> str:
    """Return a counted noun in the singular, its last word alone; a currency's code as it is."""
    if unit.isupper():
        return unit
    last = unit.split()[-1].lower() if unit else ""
    return last[:-1] if len(last) > 3 and last.endswith("s") else last


def _kind(amount: Amount, unit: str) -> str:
    """Return what an amount may be compared with: a toll, a currency, a measure, a count, or nothing."""
    figure = amount.figure
    if not unit or figure.value_to is not None or PART in figure.text:
        return ""
    if figure.unit in _lines("people.txt"):
        fate = _fate(amount)
        if fate:
            return f"people {fate}"
    if len(unit) == 3 and unit.isupper():
        return unit
    if unit in _lines("measures.txt"):
        return f"measure {unit}"
    return "count"


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
    rows = [line.split("\t") for line in sorted(_lines("fates.tsv"))]
    return {word: fate for fate, words in rows for word in words.split()}


@lru_cache(maxsize=8)
def _lines(name: str) -> frozenset[str]:
    lines = files("backstory.timelines").joinpath("data/en", name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _groups(seen: Sequence[_Seen]) -> Iterator[list[_Seen]]:
    """Yield groups of which every two may be of one thing, the surest pairs joined first."""
    given: dict[tuple[str, str], set[float]] = defaultdict(set)
    for one in seen:
        given[one.article, one.unit].add(one.value)
    pairs = []
    for at, one in enumerate(seen):
        for to in range(at + 1, len(seen)):
            sure = _sureness(one, seen[to], given)
            if sure > 0:
                pairs.append((-sure, at, to))
    group_of = {at: [at] for at in range(len(seen))}
    allowed = {(at, to) for _, at, to in pairs}
    for _, at, to in sorted(pairs):
        mine, theirs = group_of[at], group_of[to]
        if mine is not theirs and _may_join(seen, mine, theirs, allowed):
            mine += theirs
            for member in theirs:
                group_of[member] = mine
    done: set[int] = set()
    for at in range(len(seen)):
        if at not in done:
            done.update(group_of[at])
            yield [seen[member] for member in sorted(group_of[at])]


def _may_join(seen: Sequence[_Seen], mine: Sequence[int], theirs: Sequence[int], allowed: Set[tuple[int, int]]) -> bool:
    """Whether most pairs of two groups are allowed, and no article would give two values of one thing."""
    values = {seen[at].article: seen[at].value for at in mine}
    if any(values.get(seen[at].article, seen[at].value) != seen[at].value for at in theirs):
        return False
    linked = sum((min(a, b), max(a, b)) in allowed for a in mine for b in theirs)
    least = 1.0 if seen[mine[0]].kind.startswith("measure") else MOST
    return linked >= least * len(mine) * len(theirs)


def _sureness(one: _Seen, other: _Seen, given: Mapping[tuple[str, str], set[float]]) -> float:
    """Return how sure it is that two amounts are of one thing; 0 where nothing speaks for it."""
    low, high = sorted((one.value, other.value))
    ratio = low / high if high else 1.0
    if one.article == other.article:
        return 2.0 if low == high else 0.0
    if ratio * APART <= 1:
        return 0.0
    if low != high and (other.value in given[one.article, one.unit] or one.value in given[other.article, other.unit]):
        return 0.0
    alike, near = _cosine(one.words, other.words), _cosine(one.near, other.near)
    sure = ratio + alike + near
    if ratio >= SAME_SIZE and low >= LARGE and one.unit == other.unit:
        return sure
    if one.kind.startswith("measure"):
        return sure if alike >= ALIKE and near >= CLOSE else 0.0
    if one.kind == "count":
        return sure if _counted(one, other, ratio, alike, given) else 0.0
    return sure if alike >= ALIKE else 0.0


def _counted(one: _Seen, other: _Seen, ratio: float, alike: float, given: Mapping[tuple[str, str], set[float]]) -> bool:
    if one.unit != other.unit:
        return ratio >= SAME_SIZE and alike >= NAMELIKE
    once = len(given[one.article, one.unit]) == 1 == len(given[other.article, other.unit])
    return alike >= ALIKE or (once and weight(one.unit) >= TELLING)


def _cosine(mine: frozenset[str], theirs: frozenset[str]) -> float:
    shared = sum(weight(word) ** 2 for word in mine & theirs)
    total = (sum(weight(w) ** 2 for w in mine) * sum(weight(w) ** 2 for w in theirs)) ** 0.5
    return shared / total if total else 0.0


def _of(group: Sequence[_Seen]) -> str:
    """Return what the amounts are of: their unit and the weightiest words that most of their sentences share."""
    held: dict[str, int] = defaultdict(int)
    for one in group:
        for word in one.words:
            held[word] += 1
    least = max(2, (len(group) + 1) // 2)
    shared = (word for word in held if held[word] >= least and len(word) > 1)
    words = sorted(shared, key=lambda w: (-held[w] * weight(w), w))[:3]
    unit = group[0].amount.figure.unit or ""
    return f"{unit}: {', '.join(_written(word, group) for word in words)}" if words else unit


def _written(word: str, group: Sequence[_Seen]) -> str:
    """Return a word as the first sentence that has it writes it."""
    for one in group:
        match = re.search(rf"\b{re.escape(word)}\w*", one.amount.sentence.text, re.IGNORECASE)
        if match:
            return match.group()
    return word
