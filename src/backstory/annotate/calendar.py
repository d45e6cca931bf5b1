"""TIMEX3 values in, instants out; days, weeks, quarters, seasons, feasts by the calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from backstory.annotate.lexicon import pairs

__all__ = ["bounds", "easter", "feast", "iso_week", "shift_months", "when"]

SEASONS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (12, 2)}
"""Months, as the weather services of the northern half count them."""
PARTS = {"MO": (6, 12), "AF": (12, 18), "EV": (18, 22), "NI": (20, 30), "DT": (6, 18)}
"""Hours: from which to which; a night ends on the next day."""
VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)(?P<end>-WE)?|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<season>SP|SU|FA|WI)"
    r"|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?(?:T(?:(?P<hour>\d\d):(?P<minute>\d\d)|(?P<part>MO|AF|EV|NI|DT)))?(?P<zone>Z|[+-]\d\d(?::\d\d)?)?"
)


def when(stamp: str | None) -> date | None:
    """Return the day of an ISO 8601 date that is as precise as a month or more, else None."""
    match = re.match(r"(\d{4})-(\d\d)(?:-(\d\d))?", stamp or "")
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 15))
    except ValueError:
        return None


def shift_months(day: date, months: int) -> tuple[int, int]:
    """Return (year, month) some months from the day's."""
    count = day.year * 12 + day.month - 1 + months
    return count // 12, count % 12 + 1


def iso_week(day: date) -> str:
    """Return the TIMEX3 value of the day's week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def easter(year: int) -> date:
    """Return Easter Sunday of a year (the Gregorian computus of Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skip = divmod(century, 4)
    correction = (century + 8) // 25
    moon = (19 * golden + century - leap - (century - correction + 1) // 3 + 15) % 30
    sunday = (32 + 2 * skip + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@cache
def feast(name: str, year: int, language: str = "en") -> date | None:
    """Return the day of a feast in a year, by the rule that the list gives."""
    rule = pairs("holidays", language).get(name)
    if rule is None:
        return None
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule.removeprefix("easter")))
    if "/" not in rule:
        return date(year, int(rule[:2]), int(rule[3:]))
    month, weekday, nth = (int(part) for part in rule.split("/"))
    if nth < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def bounds(value: str) -> tuple[str, str] | None:
    """Return the first and last day, or instants of a time of day, that a value can mean; None where it has none."""
    if "/" in value:
        first, _, last = value.partition("/")
        ends = bounds(first), bounds(last)
        return (ends[0][0], ends[1][1]) if ends[0] and ends[1] else None
    if re.fullmatch(r"\d{2}|\d{3}", value):
        years = 10 ** (4 - len(value))
        first = int(value) * years
        return (f"{first:04d}-01-01", f"{first + years - 1:04d}-12-31") if first >= 1 else None
    match = VALUE.fullmatch(value)
    if match is None:
        return None
    try:
        first_day, last_day = _days(match)
    except ValueError:
        return None
    return _hours(match, first_day, last_day)


def _days(match: re.Match[str]) -> tuple[date, date]:
    year = int(match["year"])
    if match["week"]:
        monday = date.fromisocalendar(year, int(match["week"]), 1)
        return (monday + timedelta(days=5 if match["end"] else 0)), monday + timedelta(days=6)
    if match["day"]:
        day = date(year, int(match["month"]), int(match["day"]))
        return day, day
    first, last = 1, 12
    if match["month"]:
        first = last = int(match["month"])
    elif match["quarter"]:
        first, last = 3 * int(match["quarter"]) - 2, 3 * int(match["quarter"])
    elif match["half"]:
        first, last = 6 * int(match["half"]) - 5, 6 * int(match["half"])
    elif match["season"]:
        first, last = SEASONS[match["season"]]
    end_year = year + (last < first)
    return date(year, first, 1), date(end_year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def _hours(match: re.Match[str], first: date, last: date) -> tuple[str, str]:
    zone = (match["zone"] or "").replace("Z", "+00:00")
    zone = zone + ":00" if len(zone) == 3 else zone
    if match["hour"]:
        midnight = datetime(first.year, first.month, first.day)
        moment = midnight + timedelta(hours=int(match["hour"]), minutes=int(match["minute"]))
        stamp = moment.isoformat(timespec="minutes") + zone
        return stamp, stamp
    if match["part"]:
        midnight = datetime(first.year, first.month, first.day)
        since, until = (midnight + timedelta(hours=hours) for hours in PARTS[match["part"]])
        return since.isoformat(timespec="minutes"), until.isoformat(timespec="minutes")
    return first.isoformat(), last.isoformat()
