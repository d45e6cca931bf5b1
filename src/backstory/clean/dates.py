"""The lines of an article in, when it was published out: as stated, or as far as what it tells gives it away.

What an article tells is an interval, never a date: it came out after the last day that it speaks of as past, and before
the first that it speaks of as to come. A day or month without a year is taken in the year of the latest past mention;
without any year nothing is inferred. How often the interval holds the true date was measured; see `docs/cleaning.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from backstory.clean.phrases import listed, numbered, pairs, plain, words_of
from backstory.read.wordlists import ordered_sets

__all__ = ["Published", "bounds", "inferred"]


@dataclass(frozen=True, slots=True)
class Published:
    """The first and last day that an article can be of (None: open), how likely that is, and which words say so."""

    earliest: date
    latest: date | None
    confidence: float
    evidence: tuple[str, ...]


NEAR_DAYS = 150
"""A day named without its year is in the year of a month or day named with it only if the two are this close: reports
name days without a year where they lie weeks back, and years where more than a year has passed."""

LEAD = 700
"""Characters in which a report says when its news happened."""

DAYS_BEFORE_ANNIVERSARY = 35

LIKELY_AFTER = 0.9
"""The share of articles that are of the day from which the interval runs or later: 162 of 181 of NAEB, 229 of 246 of
Reuters. No end is given, since articles that name only old dates are many: any end tried failed for most."""

LIKELY_ANNIVERSARY = 0.8
"""Set by hand: the development sets name too few anniversaries to measure it."""


def bounds(published: str) -> tuple[str, str] | None:
    """Return the first and the last day of an ISO 8601 date, which may lack day or month; None if it is none."""
    found = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", published)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 1, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first.isoformat(), first.isoformat()
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1) if month else date(first.year + 1, 1, 1)
    return first.isoformat(), (after - timedelta(days=1)).isoformat()


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A day, month or year that a text names, by its first day; without a year it stands in the year 1."""

    day: date
    unit: str
    ahead: bool
    text: str
    dated: bool = True
    at: int = 0


def inferred(text: str) -> Published | None:
    """Return when an article came out, from its own words; None where they do not tell the year."""
    mentions = list(_mentions(text))
    marked = _anniversary(text)
    past = [mention for mention in mentions if not mention.ahead]
    known = _latest([mention for mention in past if mention.dated])
    if known is None:
        return marked
    near = _latest(list(_in_lead(past, known)))
    earliest = known.day
    evidence = [f'speaks of "{known.text}" as past']
    if near:
        earliest = max(known.day, near.day)
        evidence.append(f'and opens with "{near.text}"')
    if marked and marked.latest and earliest <= marked.latest:
        return Published(
            max(earliest, marked.earliest), marked.latest, marked.confidence, (*evidence, *marked.evidence)
        )
    return Published(earliest, None, LIKELY_AFTER, tuple(evidence))


_FINER = {"day": 2, "month": 1, "year": 0}


def _latest(mentions: list[Mentioned]) -> Mentioned | None:
    """Return the mention that is latest, of equal ones the finest; a year yields to any day or month within it."""
    return max(mentions, key=lambda m: (m.day, _FINER[m.unit], m.text), default=None)


def _in_lead(past: list[Mentioned], known: Mentioned) -> Iterator[Mentioned]:
    """Yield the days that the lead names without a year and that are soon after the `known` month or day."""
    if known.unit == "year":
        return
    for mention in past:
        if not mention.dated and mention.at < LEAD:
            years = (known.day.year, known.day.year + 1)
            days = [day for year in years if (day := _day(year, mention.day.month, mention.day.day))]
            day = next((day for day in days if 0 <= (day - known.day).days <= NEAR_DAYS), None)
            if day:
                yield Mentioned(day, mention.unit, ahead=False, text=mention.text, at=mention.at)


_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d-]|[.,]\d)"
_DAYS = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(
        r"\b(?P<month>[A-ZÀ-Þ][a-zà-ÿ]{2,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?! ?[%:]|[.,]\d)(?:,? "
        + _YEAR
        + ")?"
    ),
    re.compile(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)? (?:de |of )?(?P<month>[^\W\d_]{3,10})\b\.?(?:,? (?:del? )?"
        + _YEAR
        + ")?"
    ),
)
_YEARS = re.compile(rf"(?<![\d$£€.,/]){_YEAR}(?! (?:\w+ )?(?:elections?|season|World|Olympics|budget)\b)")
"""A year before these names an event, which may lie ahead."""

_QUARTER = re.compile(r"\b(?P<quarter>first|second|third|fourth|last) quarter of $")
_MONTH = re.compile(r"\b(?P<month>[^\W\d_]{3,10}),? (?:de |of )?$")
_IN = re.compile(r"\b(?:in|since|during|from|early|late|seit|depuis|en|desde)[ -]$", re.IGNORECASE)


CONTEXT_BEFORE, CONTEXT_AFTER = 160, 60
"""Characters around a mention in which a word may say that it lies ahead, or that it is past."""

_SENTENCE = re.compile(r"[.;!?\n](?=\s|$)")
_PAST = re.compile(
    r"(?:\w{2,}ed|was|were|had|did|began|became|came|fell|found|gave|got|grew|held|hit|knew|led|left|lost|made|met|"
    r"paid|put|ran|rose|said|saw|sent|set|shot|sold|stole|spoke|stood|struck|told|took|went|won|wrote|born|"
    r"war|wurde|wurden|hatte|était|avait|fue|había)\b"
)


def _mentions(text: str) -> Iterator[Mentioned]:
    taken: set[int] = set()
    for pattern in _DAYS:
        for found in pattern.finditer(text):
            year = int(found["year"]) if found["year"] else None
            day = _day(year, _month(found["month"]), int(found["day"]))
            if day and found.start() not in taken and found.end() - 1 not in taken:
                taken.update(range(*found.span()))
                yield Mentioned(day, "day", _is_ahead(text, *found.span()), found[0], year is not None, found.start())
    for found in _YEARS.finditer(text):
        if found.start() not in taken:
            yield from _of_year(text, found.start(), found.end())


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    return ordered_sets("stated_months").get(written.casefold(), 0)


def _of_year(text: str, start: int, end: int) -> Iterator[Mentioned]:
    """Yield the quarter, month or year that the year at `start` names, by the words before it."""
    year, before = int(text[start:end]), text[max(0, start - 24) : start]
    quarter, month, alone = _QUARTER.search(before), _MONTH.search(before), _IN.search(before)
    number = _month(month["month"]) if month else 0
    if quarter:
        day, unit, first = _day(year, _QUARTERS.get(quarter["quarter"], 12), 1), "month", quarter
    elif month and number:
        day, unit, first = _day(year, number, 1), "month", month
    elif alone:
        day, unit, first = _day(year, 1, 1), "year", alone
    else:
        return
    if day:
        begins = start - len(before) + first.start()
        yield Mentioned(day, unit, _is_ahead(text, begins, end), text[begins:end], at=begins)


_QUARTERS = {"first": 3, "second": 6, "third": 9}
"""The month with which a quarter ends: figures for it come out after."""


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 4, month, day)
    except ValueError:
        return None


def _is_ahead(text: str, start: int, end: int) -> bool:
    """Return whether a mention lies ahead, or may: its sentence says so, or says nothing of the past."""
    before = text[max(0, start - CONTEXT_BEFORE) : start]
    after = text[end : end + CONTEXT_AFTER]
    sentence = _SENTENCE.split(before)[-1] + " " + _SENTENCE.split(after)[0]
    return not (listed("future_words").isdisjoint(words_of(plain(sentence))) and _PAST.search(sentence))


_ANNIVERSARY = re.compile(
    r"\b(?P<count>[a-z]+|\d{1,3}(?:st|nd|rd|th))[ -](?:year )?anniversary\b(?P<rest>[^.\n]{0,140})", re.I
)
_COMING = frozenset(
    {"upcoming", "ahead", "before", "approaching", "approaches", "next", "forthcoming", "looming", "eve"}
)


def _anniversary(text: str) -> Published | None:
    """Return the weeks around the anniversary of an event that is listed, where a text names one."""
    for found in _ANNIVERSARY.finditer(text):
        count = _count(found["count"].casefold())
        rest = plain(found["rest"])
        event = next((day for name, day in sorted(pairs("anniversaries", "=").items()) if name in rest), None)
        if not count or not event:
            continue
        began = date.fromisoformat(event)
        day = date(began.year + count, began.month, began.day)
        before = words_of(plain(text[max(0, found.start() - 40) : found.start()]))
        latest = day if _COMING & set(before) else day + timedelta(days=10)
        says = (f'"{" ".join(found[0].split()[:6])}" falls on {day.isoformat()}',)
        return Published(day - timedelta(days=DAYS_BEFORE_ANNIVERSARY), latest, LIKELY_ANNIVERSARY, says)
    return None


def _count(word: str) -> int | None:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else numbered("ordinals").get(word)
