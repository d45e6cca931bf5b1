"""A matched time expression in its setting in, its TIMEX3 type and value out: one small function a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from backstory.annotate.calendar import feast, iso_week
from backstory.annotate.timeparts import Parts, Setting, Value, day_of, open_value
from backstory.annotate.timeunits import UNIT_RULES
from backstory.annotate.timewords import NUMERIC_DATE, Word

__all__ = ["valued"]

FURTHEST_AHEAD = 300
"""Days: "the Aug. 7 blasts" of ten days ago are not next August's, whatever the verbs say."""
NEAR_MONTHS = 3
"""A month named alone in a sentence that tells no tense is the next one of its name if that is so near."""


def valued(rule: str, words: Sequence[Word], setting: Setting) -> Value | None:
    """Return the value of the expression that `rule` found in `words`, None if it has none."""
    parts = Parts(words, "".join(word.symbol for word in words))
    try:
        return RULES[rule](parts, setting)
    except (ValueError, OverflowError):
        return None  # a thirteenth month, a day before the calendar's first year: not a time


def _day(parts: Parts, setting: Setting) -> Value | None:
    month = int(parts.value("m") or 0)
    numbers = [word.value for word in parts.words if word.symbol in "no"]
    if not numbers or not numbers[0].isdigit() or not 1 <= int(numbers[0]) <= 31 or not month:
        return None
    day = int(numbers[0])
    if parts.has("Y"):
        year = int(parts.value("Y") or 0)
        return Value("DATE", date(year, month, day).isoformat(), parts.mod, None)
    if setting.published is None:
        return open_value("DATE", f"XXXX-{month:02d}-{day:02d}")
    today = setting.published
    years = (today.year + step for step in (-1, 0, 1))
    days = [date(year, month, day) for year in years if (month, day) != (2, 29) or year % 4 == 0]
    if setting.ahead:
        days = [each for each in days if 0 <= (each - today).days <= FURTHEST_AHEAD] or days
    elif setting.behind:
        days = [each for each in days if each <= today] or days
    best = min(days, key=lambda each: (abs((each - today).days), each)) if days else None
    return Value("DATE", best.isoformat(), parts.mod) if best else None


def _days(parts: Parts, setting: Setting) -> Value | None:
    """Read "May 3-5" and "3 to 5 May": from the first day to the last."""
    ends = []
    others = [word for word in parts.words if word.symbol in "mY"]
    for number in (word for word in parts.words if word.symbol in "no"):
        day = _day(Parts([number, *others], ""), setting)
        if day is None:
            return None
        ends.append(day)
    first, last = ends
    return Value("DATE", f"{first.value}/{last.value}", None, first.relative) if first.value < last.value else None


def _years(parts: Parts, setting: Setting) -> Value | None:
    """Read "2019-21" and "the 2024-25 financial year"."""
    del setting
    first, second = (word.value for word in parts.words if word.symbol in "nY")
    last = second if len(second) == 4 else first[:-2] + second.zfill(2)
    return Value("DATE", f"{first}/{last}", None, None) if len(second) in {2, 4} and first < last else None


def _numeric(parts: Parts, setting: Setting) -> Value | None:
    del setting
    found = NUMERIC_DATE.fullmatch(parts.value("Z") or "")
    if found is None:
        return None
    one, two, three = found.groups()
    if len(one) == 4:
        return Value("DATE", date(int(one), int(two), int(three)).isoformat(), None, None)
    year = int(three) if len(three) == 4 else 1900 + int(three) if int(three) > 50 else 2000 + int(three)
    month, day = (int(two), int(one)) if int(one) > 12 or "." in found.group() else (int(one), int(two))
    return Value("DATE", date(year, month, day).isoformat(), None, None)


def _month(parts: Parts, setting: Setting) -> Value | None:
    month = int(parts.value("m") or 0)
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-{month:02d}", parts.mod, None)
    if setting.published is None:
        return open_value("DATE", f"XXXX-{month:02d}")
    today = setting.published
    if parts.has("u"):
        return Value("DATE", f"{today.year + parts.shift}-{month:02d}", parts.mod)
    soon = setting.ahead is None and (month - today.month) % 12 <= NEAR_MONTHS
    if parts.shift > 0 or ((setting.ahead or soon) and not parts.shift):
        year = today.year + (month < today.month or (parts.shift > 0 and month == today.month))
    else:
        year = today.year - (month > today.month or (parts.shift < 0 and month == today.month))
    return Value("DATE", f"{year}-{month:02d}", parts.mod)


def _feast(parts: Parts, setting: Setting) -> Value | None:
    name = parts.value("V") or ""
    if parts.has("Y"):
        day = feast(name, int(parts.value("Y") or 0))
        return Value("DATE", day.isoformat(), None, None) if day else None
    if setting.published is None:
        return None
    today = setting.published
    days = [day for step in (-1, 0, 1) if (day := feast(name, today.year + step))]
    if parts.shift < 0 or parts.shift > 0:
        days = [day for day in days if (day < today) == (parts.shift < 0)]
    best = min(days, key=lambda day: abs((day - today).days), default=None)
    if best is None:
        return None
    return Value("DATE", iso_week(best) if parts.has("u") else best.isoformat())


def _weekday(parts: Parts, setting: Setting) -> Value | None:
    wanted = int(parts.value("w") or 0)
    part = parts.value("p") or ("NI" if parts.has("i") else None)
    if setting.published is None:
        value = f"XXXX-WXX-{wanted}"
        return open_value("TIME" if part else "DATE", f"{value}T{part}" if part else value)
    today = setting.published
    if parts.counts_from_before:
        today = day_of(setting.before) or today
    if parts.has("u"):
        monday = today - timedelta(days=today.isoweekday() - 1)
        return Value("DATE", (monday + timedelta(days=wanted - 1 + 7 * parts.shift)).isoformat(), None)
    back = (today.isoweekday() - wanted) % 7
    if parts.shift < 0:
        day = today - timedelta(days=back or 7)
    elif parts.shift > 0 or (setting.ahead and back):
        day = today + timedelta(days=(7 - back) or 7)
    else:
        day = today - timedelta(days=back)
    if part:
        return Value("TIME", f"{day.isoformat()}T{part}", parts.mod)
    return Value("DATE", day.isoformat(), parts.mod)


def _weekdays(parts: Parts, setting: Setting) -> Value | None:
    del setting
    part = parts.value("P")
    return Value("SET", f"XXXX-WXX-{parts.value('W') or parts.value('w')}" + (f"T{part}" if part else ""), None, None)


def _clock(parts: Parts, setting: Setting) -> Value | None:
    clock = parts.value("x") or parts.value("C") or parts.value("n") or ""
    hours, _, minutes = clock.replace(".", ":").partition(":")
    hour, half = int(float(hours)), parts.value("c")
    if half is not None and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
    day = _clock_day(parts, setting)
    stamp = f"T{hour:02d}:{int(minutes or 0):02d}"
    written = f"{day.isoformat() if day else 'XXXX-XX-XX'}{stamp}"
    return Value("TIME", written, parts.approximate, zone=parts.value("z"))


def _clock_day(parts: Parts, setting: Setting) -> date | None:
    inner = None
    if parts.has("m"):
        dated = [word for word in parts.words if word.symbol in "mnoY" and not _is_hour(word, parts)]
        inner = _day(Parts(dated, ""), setting)
    elif parts.has("w"):
        inner = _weekday(Parts([word for word in parts.words if word.symbol in "wlkh"], ""), setting)
    elif parts.has("d"):
        inner = _deictic(parts, setting)
    if inner is not None and inner.value[:1].isdigit():
        return date.fromisoformat(inner.value[:10])
    return setting.published


def _is_hour(word: Word, parts: Parts) -> bool:
    return word.symbol == "n" and word is next((w for w in parts.words if w.symbol in "nC"), None)


def _part(parts: Parts, setting: Setting) -> Value | None:
    if setting.published is None:
        return open_value("TIME", f"XXXX-XX-XXT{parts.value('p')}")
    shift = int(parts.value("d") or 0) or (-1 if parts.has("l") else 0)
    day = setting.published + timedelta(days=shift)
    return Value("TIME", f"{day.isoformat()}T{parts.value('p')}", parts.mod)


def _deictic(parts: Parts, setting: Setting) -> Value | None:
    if setting.published is None:
        return open_value("DATE", "XXXX-XX-XX")
    day = setting.published + timedelta(days=int(parts.value("d") or 0))
    return Value("DATE", day.isoformat(), parts.mod)


def _night(parts: Parts, setting: Setting) -> Value | None:
    day = setting.published.isoformat() if setting.published else "XXXX-XX-XX"
    return Value("TIME", f"{day}T{parts.value('i')}")


def _vague(parts: Parts, setting: Setting) -> Value | None:
    del setting
    return Value("DATE", parts.value("v") or parts.value("U") or ("PAST_REF" if parts.has("l") else "PRESENT_REF"))


def _year(parts: Parts, setting: Setting) -> Value | None:
    del setting
    return Value("DATE", parts.value("Y") or "", parts.mod, None)


def _week_of(parts: Parts, setting: Setting) -> Value | None:
    """Read "the week of March 6"."""
    day = _day(parts, setting)
    return Value("DATE", iso_week(date.fromisoformat(day.value))) if day and day.value[:1].isdigit() else None


RULES: dict[str, Callable[[Parts, Setting], Value | None]] = {
    "day": _day,
    "days": _days,
    "numeric": _numeric,
    "years": _years,
    "month": _month,
    "feast": _feast,
    "weekday": _weekday,
    "weekdays": _weekdays,
    "clock": _clock,
    "part": _part,
    "deictic": _deictic,
    "night": _night,
    "vague": _vague,
    "year": _year,
    "weekof": _week_of,
    **UNIT_RULES,
}
