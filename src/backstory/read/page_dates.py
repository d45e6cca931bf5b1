"""A date as a page writes it in, ISO 8601 out: as precise as it was written, in the zone in which it was written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files

__all__ = ["iso_of", "written_date"]

FIRST_YEAR, LAST_YEAR = 1700, 2100
"""Years outside are template defaults and typing errors (0001-01-01, 20203)."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?$")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?$")
_MONTHS = {
    name: number
    for line in files("backstory.read").joinpath("data/en/months.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for number, *names in [line.split()]
    for name in names
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name))) + r")\b\.?"
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH},?\s+(\d{{4}})", re.IGNORECASE)


def iso_of(written: str) -> str | None:
    """Return a date or time as ISO 8601; None where it is none or says a year that no page can be of."""
    text = " ".join(written.split())
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()
    match = _ISO.match(text) or _COMPACT.match(text)
    if match:
        return _iso(*match.groups())
    try:
        return _plausible(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return written_date(text)


def written_date(text: str) -> str | None:
    """Return the first day that a text writes out with the month's name ("22 December 2023"), as ISO 8601."""
    month_first, day_first = _MONTH_FIRST.search(text), _DAY_FIRST.search(text)
    if month_first and (day_first is None or month_first.start() <= day_first.start()):
        month, day, year = month_first.groups()
    elif day_first:
        day, month, year = day_first.groups()
    else:
        return None
    return _iso(year, str(_MONTHS[month.lower()]), day, None, None, None, None)


def _iso(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> str | None:
    """Return the parts as ISO 8601, without a time where none was written."""
    day_text = f"{year}-{int(month):02}-{int(day):02}"
    clock = f"T{int(hour):02}:{minute}:{second or '00'}{_offset(zone)}" if hour is not None else ""
    try:
        moment = datetime.fromisoformat(day_text + clock)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.isoformat() if clock else day_text


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _plausible(moment: datetime) -> str | None:
    return moment.isoformat() if FIRST_YEAR <= moment.year <= LAST_YEAR else None
