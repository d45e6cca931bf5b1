"""Sentences and their times in, happenings out: the days that matter, and for each the sentences that say most of it.

A day matters by how many articles come back to it after it is over, and by how far it stands out from the days around
it; a day's sentences matter by how much they share with what else is said of that day and of the whole. Both are rules
with constants; nothing is learned. docs/timelines.md has the figures.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from backstory.records import TimeExpression
from backstory.timelines.said import SAME, Sentence, likeness, unit

__all__ = ["Dated", "Happening", "Rules", "announced", "dated", "day_weights", "happenings"]

DAY = re.compile(r"\d{4}-\d\d-\d\d")
PERIOD = re.compile(r"\d{4}-(?:W\d\d|\d\d)")
DAILY = 5
"""Sentences of one day that are kept."""
LEAD = 10
"""Sentences from an article's top that are about the day of its publication where they name no day."""
SECOND = 0.5
"""Worth of a sentence for a day that it names after another."""
AHEAD = 0.5
"""Worth of a sentence that was written before its day."""
HALFWAY = 20
"""Sentences from an article's top after which half of the bonus for standing at the top is lost."""
REPEATED = 0.5
"""Cosine from which a sentence of a day only repeats a chosen one."""
SPOKEN = 0.5
"""Worth of a sentence that opens with a quotation mark: words without who says them."""
SHARED, NEWS = 2, 2.0
"""Words of at least this weight that two sentences share which say the same: one rare name alone is as like."""
TOLD = 0.7
"""Cosine from which a sentence tells again what was chosen for a weightier day."""
OPENING = "\"'“‘„«"
WORDS = (6, 45)
"""Words of a sentence at least and at most: a shorter one says too little by itself, a longer one is a list."""
MONTHS = 4.0
"""Logarithm of days after which coming back to a day later still says no more of it: two months."""
PRESENT = 0.05
"""Worth of an article of the day itself beside one that comes back to it later: it decides where nobody does yet."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The constants on which a timeline depends most, chosen on four topics; docs/timelines.md says how far."""

    around: int = 14
    """Days to either side that a day is compared with."""
    outstanding: float = 0.5
    """Exponent of how far a day stands out from those around it."""
    far: float = 0.5
    """Worth of how long after a day an article comes back to it, beside that it does."""
    unnamed: float = 0.25
    """Worth of a sentence that names no day beside one that does."""
    whole: float = 0.5
    """Worth of likeness to all that is told beside likeness to what is told of the day."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence and a day that it is about. `gap` is the days from that day to its article's, None where undated."""

    sentence: Sentence
    day: str
    named: bool
    first: bool
    gap: int | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One cited sentence about a day (or the days to `date_to`), and the sentences that say the same.

    The highest weight of a day's happenings is the day's own.
    """

    date: str
    date_to: str | None
    sentence: Sentence
    also: tuple[Sentence, ...]
    weight: float


def dated(sentences: Iterable[Sentence], times: Mapping[str, Sequence[TimeExpression]]) -> list[Dated]:
    """Return sentences with each day that they name, or with their article's where they stand at its top."""
    found = []
    for sentence in sentences:
        named = _days(sentence, times.get(sentence.article_id, ()))
        for number, day in enumerate(named):
            found.append(Dated(sentence, day, named=True, first=number == 0, gap=_gap(day, sentence.published)))
        own = sentence.published and sentence.place < LEAD and not _past(sentence, times.get(sentence.article_id, ()))
        if not named and sentence.published and own:
            found.append(Dated(sentence, sentence.published, named=False, first=True, gap=0))
    return found


def _days(sentence: Sentence, times: Sequence[TimeExpression]) -> list[str]:
    """Return the days that a sentence's expressions denote, each once, in their order.

    A clock time dates a sentence only where no day does. In an article of unknown date only what depends on no other
    day denotes one: "3 March 2031", not "on Monday".
    """
    found: dict[str, dict[str, None]] = {"DATE": {}, "TIME": {}}
    for time in times:
        stated = DAY.match(time.value or "")
        known = sentence.published is not None or time.anchor is None
        inside = sentence.span.start <= time.start < sentence.span.end
        if stated and known and inside and time.type in found:
            found[time.type][stated.group()] = None
    return list(found["DATE"] or found["TIME"])


def _past(sentence: Sentence, times: Sequence[TimeExpression]) -> bool:
    """Whether a sentence tells of another week or month than that of its article: "published three weeks ago"."""
    published = sentence.published or ""
    inside = [time for time in times if sentence.span.start <= time.start < sentence.span.end]
    spans = [
        (t.earliest[:10], t.latest[:10]) for t in inside if PERIOD.fullmatch(t.value or "") and t.earliest and t.latest
    ]
    return any(latest < published or published < earliest for earliest, latest in spans)


def _gap(day: str, published: str | None) -> int | None:
    return None if published is None else date.fromisoformat(published).toordinal() - _ordinal(day)


def _ordinal(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:  # "30 February"
        return 0


def announced(day: str, published: str | None) -> bool:
    """Whether a sentence of an article published then tells of a day that was still to come."""
    return published is not None and day > published[:10]


def day_weights(
    told: Iterable[Dated], within: tuple[str, str] | None = None, rules: Rules = Rules()
) -> dict[str, float]:
    """Return how much each day matters: who comes back to it and how long after, against the days around it."""
    back: dict[str, dict[str, int]] = defaultdict(dict)
    then: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if within is not None and not within[0] <= one.day <= within[1]:
            continue
        article = one.sentence.article_id
        if one.named and (one.gap is None or one.gap > 0):
            back[one.day][article] = one.gap or 0
        else:
            then[one.day].add(article)
    counts = {day: _worth(back.get(day, {}), then.get(day, set()), rules) for day in back.keys() | then.keys()}
    by_number: dict[int, float] = {_ordinal(day): count for day, count in counts.items()}
    mean = sum(by_number[at] for at in sorted(by_number)) / max(len(by_number), 1)
    weights = {}
    for day in sorted(counts):
        at = _ordinal(day)
        near = range(at - rules.around, at + rules.around + 1)
        around = sum(by_number.get(other, 0.0) for other in near) / len(near)
        outstanding = (counts[day] + mean / 2) / (around + mean / 2)
        weights[day] = round((1 + counts[day]) * outstanding**rules.outstanding, 4)
    return weights


def _worth(back: Mapping[str, int], then: Set[str], rules: Rules) -> float:
    """Return how many articles tell of a day, those that come back to it long after most."""
    late = sum(min(math.log1p(gap), MONTHS) for gap in sorted(back.values()))
    return len(back) + rules.far * late + PRESENT * len(then - back.keys())


def happenings(
    told: Sequence[Dated],
    *,
    days: int | None = None,
    daily: int = DAILY,
    within: tuple[str, str] | None = None,
    rules: Rules = Rules(),
) -> list[Happening]:
    """Return happenings in order of time, the weightiest of a day first.

    Args:
        told: what `dated` returns.
        days: the weightiest so many days alone; all unless given.
        daily: sentences of a day at most.
        within: only days from the first to the second.
        rules: the constants.
    """
    weights = day_weights(told, within, rules)
    by_day: dict[str, list[Dated]] = defaultdict(list)
    for one in told:
        by_day[one.day].append(one)
    whole = _centre(one.sentence for one in told if one.sentence.place < LEAD)
    found: dict[str, list[Happening]] = {}
    before: list[Sentence] = []
    for day in sorted(weights, key=lambda day: (-weights[day], day)):
        if len(found) == days:
            break
        chosen = _of_day(by_day[day], weights[day], whole, daily, before, rules)
        if chosen:
            found[day] = chosen
            before += [happening.sentence for happening in chosen]
    return [told for day in sorted(found) for told in found[day]]


def _of_day(
    told: Sequence[Dated],
    weight: float,
    whole: Mapping[str, float],
    daily: int,
    before: Sequence[Sentence],
    rules: Rules,
) -> list[Happening]:
    centre = _centre(one.sentence for one in told)
    scores = {_key(one): _score(one, centre, whole, rules) for one in told}
    ordered = sorted(told, key=lambda one: (-scores[_key(one)], _key(one)))
    chosen: list[Dated] = []
    for one in ordered:
        if len(chosen) == daily or not scores[_key(one)]:
            break
        fresh = all(likeness(one.sentence, other.sentence) < REPEATED for other in chosen)
        if fresh and all(likeness(one.sentence, other) < TOLD for other in before):
            chosen.append(one)
    best = scores[_key(chosen[0])] if chosen else 1.0
    return [
        Happening(
            one.day, None, one.sentence, _echoes(one, ordered, chosen), round(weight * scores[_key(one)] / best, 4)
        )
        for one in chosen
    ]


def _score(one: Dated, centre: Mapping[str, float], whole: Mapping[str, float], rules: Rules) -> float:
    sentence = one.sentence
    if not WORDS[0] <= len(sentence.text.split()) <= WORDS[1]:
        return 0.0
    own = unit(sentence)
    alike = _dot(own, centre) + rules.whole * _dot(own, whole)
    worth = (1.0 if one.named else rules.unnamed) * (1.0 if one.first else SECOND)
    worth *= AHEAD if one.gap is not None and one.gap < 0 else 1.0
    worth *= SPOKEN if sentence.text[0] in OPENING else 1.0
    return round(alike * worth * (1 + 1 / (1 + sentence.place / HALFWAY)), 6)


def _echoes(one: Dated, ordered: Sequence[Dated], chosen: Sequence[Dated]) -> tuple[Sentence, ...]:
    """Return the sentences about the day in which other articles say the same, one an article."""
    told = {_key(other) for other in chosen}
    found: dict[str, tuple[float, Sentence]] = {}
    for other in ordered:
        alike = likeness(one.sentence, other.sentence)
        article = other.sentence.article_id
        if (
            alike >= SAME
            and _shared(one.sentence, other.sentence) >= SHARED
            and article != one.sentence.article_id
            and _key(other) not in told
        ):
            found[article] = max(found.get(article, (0.0, other.sentence)), (alike, other.sentence), key=lambda p: p[0])
    return tuple(sentence for _, sentence in found.values())


def _shared(one: Sentence, other: Sentence) -> int:
    return sum(min(value, other.words.get(word, 0.0)) >= NEWS for word, value in one.words.items())


def _centre(sentences: Iterable[Sentence]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for sentence in sentences:
        for word, value in unit(sentence).items():
            total[word] += value
    length = sum(value * value for value in total.values()) ** 0.5 or 1.0
    return {word: value / length for word, value in total.items()}


def _dot(own: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other.get(word, 0.0) for word, value in own.items())


def _key(one: Dated) -> tuple[str, int]:
    return one.sentence.article_id, one.sentence.span.start
