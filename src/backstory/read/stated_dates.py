"""A date as an archive, a feed or a table states it in, ISO 8601 out, as precise as stated and with its zone if any."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from backstory.read.wordlists import ordered_sets

__all__ = ["iso_date"]

LONGEST_DATE = 120
"""A date line with weekday, edition, time and zone has under 80 characters; what is longer is a sentence."""

_ZONES = {
    "GMT": 0, "UTC": 0, "Z": 0, "BST": 60, "IST": 60, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MEZ": 60,
    "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "JST": 540, "AEST": 600, "AEDT": 660,
}  # fmt: skip
"""Minutes east of Greenwich for the zone names that archives print; CST is the North American, IST the Irish one."""

_ISO = re.compile(
    r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?Z?)?\Z")
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_WORD = r"([^\W\d_]+)"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:de|of))?[\s-]+{_WORD}\.?,?(?:\s+(?:de|del))?[\s-]+(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"{_WORD}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)")
_MONTH_ONLY = re.compile(rf"{_WORD}\.?,?\s+(\d{{4}})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})[:.](\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?(?:\s*(?:Uhr)?\s*\(?([A-Z]{1,4})?([+-]\d{1,2})?(?::?(\d{2}))?\)?)?(?![\d:])"
)


def iso_date(stated: str) -> str | None:
    """Return `stated` as ISO 8601 (`2012-02`, `2012-02-27`, `2012-02-27T21:50+01:00`), None if it is no date.

    Day and month as bare numbers (`03/04/2012`) say nothing certain and give None.
    """
    stated = stated.strip()
    if not stated or len(stated) > LONGEST_DATE:
        return None
    return _numeric(stated) or _mail(stated) or _written(stated)


def _numeric(stated: str) -> str | None:
    if stated.isdecimal() and len(stated) in (10, 13):
        return _epoch(int(stated[:10]))
    found = _ISO.match(stated)
    if found:
        year, month, day, clock, zone = found.groups()
        return _checked(int(year), int(month), int(day) if day else None, (clock or "") + _colon(zone))
    found = _COMPACT.match(stated) if stated.isascii() else None
    if found:
        year, month, day, hour, minute, second = found.groups()
        clock = ":".join(part for part in (hour, minute, second) if part)
        return _checked(int(year), int(month), int(day), clock + ("Z" if stated.endswith("Z") else ""))
    return None


def _epoch(seconds: int) -> str | None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.isoformat()


def _colon(zone: str | None) -> str:
    if not zone or zone == "Z" or ":" in zone:
        return zone or ""
    return f"{zone[:3]}:{zone[3:]}"


def _mail(stated: str) -> str | None:
    if "," not in stated[:5] or ":" not in stated:
        return None
    try:
        return parsedate_to_datetime(stated).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(stated: str) -> str | None:
    found = _EASTERN.search(stated)
    if found:
        return _checked(int(found[1]), int(found[2]), int(found[3]), "")
    months = ordered_sets("stated_months")
    for pattern, day, month, year in ((_DAY_FIRST, 1, 2, 3), (_MONTH_FIRST, 2, 1, 3)):
        for found in pattern.finditer(stated):
            number = months.get(found[month].casefold())
            if number:
                clock = _clock(stated[found.end() :])
                return _checked(int(found[year]), number, int(found[day]), clock)
    found = _MONTH_ONLY.match(stated)
    number = months.get(found[1].casefold()) if found else None
    return _checked(int(found[2]), number, None, "") if found and number else None


def _clock(after: str) -> str:
    found = _CLOCK.search(after)
    if not found:
        return ""
    hour, minute, second = int(found[1]), int(found[2]), found[3]
    half = (found[4] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        return ""
    return f"{hour:02}:{minute:02}" + (f":{second}" if second else "") + _zone(found[5], found[6], found[7])


def _zone(name: str | None, hours: str | None, minutes: str | None) -> str:
    if name not in _ZONES and (name or not hours):
        return ""
    offset = _ZONES[name] if name else 0
    if hours:
        sign = -1 if hours[0] == "-" else 1
        offset += sign * (abs(int(hours)) * 60 + int(minutes or 0))
    sign_text = "-" if offset < 0 else "+"
    return f"{sign_text}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


def _checked(year: int, month: int, day: int | None, clock: str) -> str | None:
    try:
        date(year, month, day or 1)
        whole = f"{year:04}-{month:02}" + (f"-{day:02}" if day else "")
        if not clock or not day:
            return whole
        datetime.fromisoformat(f"{whole}T{clock}")
    except ValueError:
        return None
    return f"{whole}T{clock}"
