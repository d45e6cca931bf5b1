"""A timeline and the right one in, the field's scores out: date F1, and ROUGE-1 and -2 by aligned dates ("align+ m:1").

After Martschat and Markert, Improving ROUGE for timeline summarization (EACL 2017), as their `tilse` does it with one
right timeline. Each day is aligned with the day of the other timeline that is nearest in time and words; what two days
share counts less the farther they lie apart. `evaluation/peers/timelines.py` has the figures of `tilse` itself.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from evaluation.stems import stem

__all__ = ["Timeline", "scores"]

Timeline = Mapping[str, Sequence[str]]
"""By day (ISO 8601): sentences, their tokens parted by blanks."""
IGNORED = frozenset([".", ",", ";", ":", "``", "''", "-", '"'])


def scores(found: Timeline, right: Timeline) -> dict[str, float]:
    """Return `date`, `ar1` and `ar2`: F1 of the days, of aligned words and of aligned pairs of words."""
    both = len(found.keys() & right.keys())
    own = {day: _grams(found[day]) for day in found}
    gold = {day: _grams(right[day]) for day in right}
    forward = {day: _nearest(day, found, right, axis=0) for day in found}
    back = {day: _nearest(day, found, right, axis=1) for day in right}
    told = {"date": 2 * both / (len(found) + len(right))}
    for size in (0, 1):
        precise = _share({day: own[day][size] for day in own}, {day: gold[day][size] for day in gold}, forward)
        complete = _share({day: gold[day][size] for day in gold}, {day: own[day][size] for day in own}, back)
        total = precise + complete
        told[f"ar{size + 1}"] = 2 * precise * complete / total if total else 0.0
    return told


def _share(mine: Mapping[str, Counter], theirs: Mapping[str, Counter], aligned: Mapping[str, str]) -> float:
    """Return the share of `mine` that stands in the aligned days of `theirs`, less for days farther apart."""
    total = sum(sum(counts.values()) for counts in mine.values())
    shared = sum(sum((mine[day] & theirs[other]).values()) / (1 + _days(day, other)) for day, other in aligned.items())
    return shared / total if total else 0.0


def _nearest(day: str, found: Timeline, right: Timeline, *, axis: int) -> str:
    """Return the day of the other timeline at least cost: how far, times how unlike."""
    others = right if axis == 0 else found
    mine = _plain(tuple((found if axis == 0 else right)[day]))

    def cost(other: str) -> float:
        return (1 - 1 / (1 + _days(day, other))) * (1 - _f1(mine, _plain(tuple(others[other]))))

    return min(sorted(others), key=cost)


def _f1(one: Counter, other: Counter) -> float:
    total = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / total if total else 0.0


@cache
def _plain(sentences: tuple[str, ...]) -> Counter:
    return Counter(token for sentence in sentences for token in sentence.split() if token not in string.punctuation)


def _days(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _grams(sentences: Sequence[str]) -> tuple[Counter, Counter]:
    """Return the stems of a day's words, stop words and marks left out, and the pairs of those that follow another."""
    left_out = _stop_words() | IGNORED
    words = [stem(token.lower()) for one in sentences for token in one.split() if token.lower() not in left_out]
    return Counter(words), Counter(zip(words, words[1:], strict=False))


@cache
def _stop_words() -> frozenset[str]:
    lines = Path(__file__).with_name("smart_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
