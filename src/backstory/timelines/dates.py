"""Sentences and their times in, days and clock times that articles give differently for one thing out.

A day counts that is written out ("7 March"), a weekday or told from the day of printing ("yesterday"), of articles
whose own day is known. Two weekdays of one name are one day, whichever week they were taken to be of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from backstory.annotate.lexicon import words
from backstory.records import TimeExpression
from backstory.timelines.accounts import Given, differing
from backstory.timelines.facts import Telling
from backstory.timelines.said import Sentence

__all__ = ["clock_times", "days", "kind_of_clock", "kind_of_day"]

DAY = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r".*T(\d\d):(\d\d)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR = frozenset({"today", "yesterday", "tomorrow", "tonight"})
NIGHT = re.compile(r"night|early|overnight|midnight|dawn|late\b|hours of")
ABOUT = re.compile(
    r"(?:about|around|shortly|just|nearly|almost|soon|roughly|some time|after|before)\W*$", re.IGNORECASE
)
BEFORE = 24
"""Characters before a clock time in which a word stands that makes it less exact: "shortly after 2 a.m."."""
SPOKEN = 18
"""Characters before a day in which a word of speaking makes it the day of speaking: "said late on Friday"."""
MINUTES = 20
"""Minutes by which clock times differ at most where one is a rounding of the other."""
ROUND = 5
"""Minutes of which a round clock time is a multiple."""
HALF_DAY = 720
DAYS, DAY_LEADS = 0.4, 2
"""Cosine from which two sentences give days for one thing, and words before the day of which they share one. With four
words both found in T17's haiti and egypt were wrong: an auction "kicked off" on one day and "closes" on another."""
OWN = 1
"""Days around its printing of which each article tells what is new: of two such days, two things are told."""
FARTHEST = 31
"""Days by which two days of one thing differ at most; farther apart, they are of two things that are told alike."""


def days(told: Telling, times: Mapping[str, Sequence[TimeExpression]]) -> list[list[Given]]:
    """Return groups of days that articles give for one thing."""
    return differing(told, _only(told, times, _day), apart=_days_apart, alike=DAYS, leads=DAY_LEADS)


def clock_times(told: Telling, times: Mapping[str, Sequence[TimeExpression]]) -> list[list[Given]]:
    """Return groups of clock times that articles give for one thing."""
    return differing(told, _only(told, times, _clock), apart=_clocks_apart)


def _only(
    told: Telling,
    times: Mapping[str, Sequence[TimeExpression]],
    make: Callable[[Sentence, TimeExpression], Given | None],
) -> list[tuple[int, Given]]:
    """Return what each sentence gives that gives one value alone."""
    found = []
    for at, sentence in enumerate(told.sentences):
        inside = (t for t in times.get(sentence.article_id, ()) if sentence.span.start <= t.start < sentence.span.end)
        given = [one for one in (make(sentence, time) for time in inside) if one is not None]
        if given and len({one.value for one in given}) == 1:
            found.append((at, given[0]))
    return found


def _day(sentence: Sentence, time: TimeExpression) -> Given | None:
    stated = DAY.match(time.value or "")
    if time.type not in ("DATE", "TIME") or not stated or sentence.published is None or CLOCK.match(time.value or ""):
        return None
    text = time.text.casefold()
    sure = any(character.isdigit() for character in text) or _weekday(text) is not None or set(text.split()) & NEAR
    if not sure or _spoken(sentence, time):
        return None
    return Given(
        sentence, time.start, time.end, time.text, stated.group(), not NIGHT.search(_before(sentence, time) + text)
    )


def _clock(sentence: Sentence, time: TimeExpression) -> Given | None:
    stated = CLOCK.match(time.value or "")
    if time.type != "TIME" or not stated or not any(character.isdigit() for character in time.text):
        return None
    exact = not ABOUT.search(_before(sentence, time) + re.split(r"\d", time.text)[0])
    return Given(sentence, time.start, time.end, time.text, f"{stated[1]}:{stated[2]}", exact)


def _before(sentence: Sentence, time: TimeExpression) -> str:
    at = time.start - sentence.span.start
    return sentence.text[max(at - BEFORE, 0) : at].casefold()


def _spoken(sentence: Sentence, time: TimeExpression) -> bool:
    at = time.start - sentence.span.start
    return not _speaking().isdisjoint(re.findall(r"\w+", sentence.text[max(at - SPOKEN, 0) : at].casefold()))


@lru_cache(maxsize=1)
def _speaking() -> frozenset[str]:
    return words("reporting_verbs", "en")


def _weekday(text: str) -> str | None:
    return next((day for day in WEEKDAYS if day in text), None)


def _named_weekday(one: Given) -> str:
    """Return the weekday that is written, or the one of the day."""
    return _weekday(one.text.casefold()) or WEEKDAYS[date.fromisoformat(one.value).weekday()]


def _days_apart(one: Given, other: Given) -> bool:
    try:
        mine, theirs = date.fromisoformat(one.value), date.fromisoformat(other.value)
    except ValueError:  # "30 February"
        return False
    if _named_weekday(one) == _named_weekday(other) and (
        _weekday(one.text.casefold()) or _weekday(other.text.casefold())
    ):
        return False
    gaps = [_gap(one, mine), _gap(other, theirs)]
    own = gaps[0] == gaps[1] and abs(gaps[0]) <= OWN and one.sentence.published != other.sentence.published
    return not own and abs((mine - theirs).days) <= FARTHEST


def _gap(one: Given, day: date) -> int:
    return date.fromisoformat(one.sentence.published or one.value).toordinal() - day.toordinal()


def _clocks_apart(one: Given, other: Given) -> bool:
    return _minutes(one, other) not in (0, HALF_DAY)


def _minutes(one: Given, other: Given) -> int:
    mine, theirs = (int(given.value[:2]) * 60 + int(given.value[3:]) for given in (one, other))
    return min(abs(mine - theirs), 2 * HALF_DAY - abs(mine - theirs))


def kind_of_day(members: Sequence[Given]) -> str:
    """Tell a rounding (a night between two days) from an update (a day to come that moved) and from a conflict."""
    found = sorted({date.fromisoformat(one.value).toordinal() for one in members})
    if found[-1] - found[0] == 1 and any(not one.exact for one in members):
        return "rounding"
    order = sorted(members, key=lambda one: (one.sentence.published or "", one.value))
    to_come = all((one.sentence.published or "") < one.value for one in order)
    moved = to_come and (order[0].sentence.published or "") < (order[-1].sentence.published or "")
    steady = all(early.value <= late.value for early, late in zip(order, order[1:], strict=False))
    return "update" if moved and steady else "conflict"


def kind_of_clock(members: Sequence[Given]) -> str:
    """Tell a rounding from a conflict: a few minutes, and one of the times is round or said to be about so."""
    spread = max(_minutes(one, other) for one in members for other in members)
    rough = any(not one.exact or int(one.value[3:]) % ROUND == 0 for one in members)
    return "rounding" if spread <= MINUTES and rough else "conflict"
