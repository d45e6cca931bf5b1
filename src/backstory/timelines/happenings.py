"""Dated sentences in, happenings out: for each day the sentences that say most of it, with who says the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backstory.records import TimeExpression
from backstory.timelines.said import Sentence, alike, same

__all__ = ["Happening", "dated", "happenings"]

DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAILY = 5
"""Sentences of one day that are kept."""
LEAD = 8
"""Sentences from an article's top over which a sentence's own weight halves: news stands first."""
REPEATED = 0.35
"""Cosine from which a sentence of a day only repeats a chosen one."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One cited sentence about a day (or the days to `date_to`), and the sentences that say the same."""

    date: str
    date_to: str | None
    sentence: Sentence
    also: tuple[Sentence, ...]
    weight: float


def dated(sentences: Sequence[Sentence], times: Mapping[str, Sequence[TimeExpression]]) -> dict[str, list[Sentence]]:
    """Return sentences by the day that they are about: the first expression in each that denotes one day."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        for time in times.get(sentence.article_id, ()):
            day = _day(time)
            if day and sentence.span.start <= time.start and time.end <= sentence.span.end:
                found[day].append(sentence)
                break
    return found


def _day(time: TimeExpression) -> str | None:
    """Return the day that an expression denotes, if it denotes one."""
    stated = DAY.match(time.value or "")
    return stated.group() if stated and time.type in ("DATE", "TIME") else None


def happenings(sentences: Sequence[Sentence], times: Mapping[str, Sequence[TimeExpression]]) -> list[Happening]:
    """Return the happenings of one story in order of time, the weightiest of a day first."""
    echoes = _echoes(sentences)
    found: list[Happening] = []
    for day, told in sorted(dated(sentences, times).items()):
        found += _of_day(day, told, echoes)
    return found


def _echoes(sentences: Sequence[Sentence]) -> dict[tuple[str, int], tuple[Sentence, ...]]:
    """Return for each sentence those of other articles that say the same."""
    found = {}
    for group in same(sentences):
        members = [sentences[at] for at in group]
        for one in members:
            found[_key(one)] = tuple(other for other in members if other is not one)
    return found


def _of_day(
    day: str, told: Sequence[Sentence], echoes: Mapping[tuple[str, int], tuple[Sentence, ...]]
) -> list[Happening]:
    likeness = alike(told)
    articles = len({sentence.article_id for sentence in told})
    weights = [
        round((1 + len(echoes.get(_key(s), ()))) * (1 + float(likeness[at].mean())) * LEAD / (LEAD + s.place), 3)
        for at, s in enumerate(told)
    ]
    chosen: list[int] = []
    for at in sorted(range(len(told)), key=lambda at: (-weights[at], _key(told[at]))):
        if len(chosen) < DAILY and all(likeness[at, other] < REPEATED for other in chosen):
            chosen.append(at)
    return [
        Happening(day, None, told[at], echoes.get(_key(told[at]), ()), round(weights[at] * articles**0.5, 3))
        for at in chosen
    ]


def _key(sentence: Sentence) -> tuple[str, int]:
    return sentence.article_id, sentence.span.start
