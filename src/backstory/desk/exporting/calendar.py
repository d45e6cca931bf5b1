"""Happenings in, a calendar out: iCalendar as RFC 5545 has it, a whole-day event for each, those to come marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import apsw

from backstory.desk.exporting.happened import Happened, happened
from backstory.desk.exporting.selecting import Chosen
from backstory.desk.exporting.writing import visible, web_address, written

__all__ = ["write_calendar"]

FOLD = 75
"""Octets of a line, its end not counted."""
UNSTAMPED = "19700101T000000Z"
"""Where an article is undated: the same desk gives the same calendar whenever it is written."""
SUMMARY_CHARS = 200
_SPECIAL = re.compile(r"([\\;,])")


def write_calendar(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write the weightiest happenings of every story as events."""
    count = 0
    with written(to, newline="\r\n") as file:
        head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Backstory//Backstory//EN", "CALSCALE:GREGORIAN")
        file.writelines(f"{line}\n" for line in head)
        for one in happened(connection, wanted):
            event = _event(one)
            if event:
                file.writelines(folded(line) for line in event)
                count += 1
        file.write("END:VCALENDAR\n")
    return {"events": count}


def _event(one: Happened) -> list[str]:
    days = _days(one.date, one.date_to)
    if days is None:
        return []
    first, last = days
    url = web_address(one.url)
    told = f"{one.text}\n[{one.outlet or 'outlet unknown'}, {one.source_id}:{one.start}-{one.end}]"
    summary = one.text if len(one.text) <= SUMMARY_CHARS else one.text[:SUMMARY_CHARS].rsplit(" ", 1)[0] + " …"
    return [
        "BEGIN:VEVENT",
        f"UID:{one.key}@backstory",
        f"DTSTAMP:{_stamp(one.published)}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(told)}",
        *([f"CATEGORIES:{escaped(one.story)}"] if one.story else []),
        *([f"URL:{url}"] if url else []),
        f"STATUS:{'TENTATIVE' if one.announced else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _days(first: str, last: str | None) -> tuple[date, date] | None:
    """Return the first and the last day of a time that is known to the day, the month or the year."""
    begins = _bounds(first)
    ends = _bounds(last or first)
    return (begins[0], max(begins[0], ends[1])) if begins and ends else None


def _bounds(value: str) -> tuple[date, date] | None:
    parts = [int(part) for part in value[:10].split("-") if part.isdigit()]
    try:
        first = date(*(parts + [1, 1])[:3])
    except (ValueError, TypeError):
        return None
    if len(parts) == 3:
        return first, first
    following = first.replace(year=first.year + 1) if len(parts) == 1 else (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def _stamp(published: str | None) -> str:
    day = re.match(r"(\d{4})-(\d\d)-(\d\d)", published or "")
    return f"{day[1]}{day[2]}{day[3]}T000000Z" if day else UNSTAMPED


def escaped(text: str) -> str:
    """Return a text as a property's value: on one line, its marks escaped."""
    return _SPECIAL.sub(r"\\\1", visible(text)).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a property's line, cut where it has more octets than it may, between characters."""
    return "".join(_pieces(line)) + "\n"


def _pieces(line: str) -> Iterator[str]:
    held = 0
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if held + size > FOLD:
            yield "\n "
            held = 1
        yield letter
        held += size
