"""A moment that a page states in UTC and what it shows near its title in; the same moment by the page's own clock out.

Pages state 03:00 UTC and show 10 p.m. of the day before. The day that a reader saw is the day on which the article was
published where it was published. What is shown is only believed where it is the stated moment by another clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone

from backstory.read.page_dates import iso_of, written_date

__all__ = ["by_own_clock", "next_to"]

QUARTER = 15
"""Minutes of which every zone's distance from UTC is a multiple."""

EAST, WEST = 14, -12
"""Hours between which every zone lies."""

SAME = timedelta(minutes=1)
"""Up to this a time on the page is the stated moment: pages round to minutes."""

_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})[:.](\d{2})(?::\d{2})?\s*([AaPp])?\.?(?:[Mm]\b)?(?![\d:])")
_CHANGE = re.compile(r"\b(?:updated?|modified|revised|amended|aktualisiert|mis à jour|actualizado)\b", re.IGNORECASE)
"""What stands behind such a word shows when the page was changed."""


def by_own_clock(stated: str, times: Iterable[str], shown: Iterable[str]) -> str:
    """Return the moment `stated` in the zone of the page, or the day shown; `stated` itself where neither is known.

    `times` are the page's machine-readable times, `shown` the short lines near its title.
    """
    moment = _moment(stated)
    if moment is None or moment.utcoffset() != timedelta(0):
        return stated
    for value in times:
        other = _moment(iso_of(value) or "")
        if other is not None and other.utcoffset() and abs(other - moment) < SAME:
            return other.isoformat()
    for text in shown:
        first = _CHANGE.split(text, maxsplit=1)[0]
        written = written_date(first)
        if written and next_to(written, stated):
            return _as_shown(moment, date.fromisoformat(written), first) or stated
    return stated


def next_to(day: str, other: str | None) -> bool:
    """Return whether two dates are one or two neighbouring days."""
    return other is not None and abs((date.fromisoformat(other[:10]) - date.fromisoformat(day[:10])).days) <= 1


def _moment(iso: str) -> datetime | None:
    """Return a time with its zone; None where either is missing."""
    if len(iso) <= len("2023-12-22"):
        return None
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else None


def _as_shown(moment: datetime, day: date, text: str) -> str | None:
    """Return `moment` by the clock of a line that shows `day`, the one before or after it; None if it is another."""
    if day == moment.date():
        return None
    clock = _CLOCK.search(text)
    if clock is None:
        within = moment.hour >= 24 - EAST if day > moment.date() else moment.hour < -WEST
        return day.isoformat() if within else None
    at = _time(int(clock[1]), int(clock[2]), (clock[3] or "").lower())
    if at is None:
        return None
    minutes = round((datetime.combine(day, at, UTC) - moment.replace(second=0, microsecond=0)).total_seconds() / 60)
    if minutes % QUARTER or not WEST * 60 <= minutes <= EAST * 60:
        return None
    return moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()


def _time(hour: int, minute: int, half: str) -> time | None:
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
