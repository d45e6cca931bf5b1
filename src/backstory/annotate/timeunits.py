"""Time expressions made of units in, their values out: "last month", "three years ago", "daily"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from backstory.annotate.calendar import iso_week, shift_months
from backstory.annotate.timeparts import Parts, Setting, Value, day_of, open_value

__all__ = ["UNIT_RULES"]

DAY, MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")
SUB_DAY = frozenset("HmS")
LETTER = {"H": "H", "m": "M", "S": "S"}
OPEN = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "K": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX"}
"""Values of what is counted from a day of publication that is not known."""


def _shifted(parts: Parts, setting: Setting) -> Value | None:
    """Count back or on: from publication ("three years ago") or from the date before ("two days later")."""
    number, unit = parts.number, parts.unit
    ago = parts.has("g")
    if number is None:
        return Value("DATE", "PAST_REF" if ago or parts.value("r") == "-" or parts.mod == "START" else "FUTURE_REF")
    back = ago or parts.value("r") == "-" or parts.mod == "START"
    if unit == "Y" and number == 1 and setting.quarter and back:
        year, quarter = setting.quarter.split("-")
        return Value("DATE", f"{int(year) - 1}-{quarter}", parts.approximate, "before")
    origin = setting.published if ago else day_of(setting.before) or setting.published
    if origin is None:
        return open_value("DATE", "PAST_REF" if back else "FUTURE_REF")
    value = _moved(origin, -number if back else number, unit)
    return Value("DATE", value, parts.approximate, "published" if ago else "before") if value else None


def _moved(origin: date, number: float, unit: str) -> str | None:
    if unit in {"Y", "E", "C"}:
        return f"{origin.year + round(number * {'Y': 1, 'E': 10, 'C': 100}[unit]):04d}"
    if unit in {"M", "Q"}:
        year, month = shift_months(origin, round(number * (3 if unit == "Q" else 1)))
        return f"{year}-Q{(month + 2) // 3}" if unit == "Q" else f"{year}-{month:02d}"
    if unit in {"W", "F", "K"}:
        return iso_week(origin + timedelta(weeks=number * (2 if unit == "F" else 1)))
    days = {"D": number, "H": number / 24, "m": 0, "S": 0}.get(unit)
    return (origin + timedelta(days=round(days))).isoformat() if days is not None else None


def _anchored(parts: Parts, setting: Setting) -> Value | None:
    """Read "the year-ago quarter", "the year-earlier third quarter": a year before what the article spoke of."""
    if parts.has("o") and setting.published:
        named = _quarter(parts, setting)
        return replace(named, value=f"{int(named.value[:4]) - 1}{named.value[4:]}") if named else None
    if setting.quarter:
        year, quarter = setting.quarter.split("-")
        return Value("DATE", f"{int(year) - 1}-{quarter}", None, "before")
    if setting.published is None:
        return None
    return Value("DATE", str(setting.published.year - 1), parts.mod)


def _year_end(parts: Parts, setting: Setting) -> Value | None:
    if parts.unit != "Y" or parts.mod != "END" or setting.published is None:
        return None
    return Value("DATE", str(setting.published.year - (setting.ahead is False)), parts.mod)


def _amount(number: float | None, unit: str) -> str:
    """Return the TIMEX3 value of a length of time."""
    if unit in {"E", "C", "F"}:
        number = number * {"E": 10, "C": 100, "F": 2}[unit] if number is not None else None
        unit = {"E": "Y", "C": "Y", "F": "W"}[unit]
    prefix = "PT" if unit in SUB_DAY else "P"
    letter = LETTER.get(unit, unit)
    if number is None:
        return f"{prefix}X{letter}"
    whole, rest = int(number), number - int(number)
    if not rest:
        return f"{prefix}{whole}{letter}"
    smaller = {"Y": ("M", 12), "H": ("M", 60), "m": ("S", 60), "D": ("H", 24)}.get(unit)
    if smaller is None:
        return f"{prefix}{number:g}{letter}"
    less = f"{round(rest * smaller[1])}{smaller[0]}"
    joint = "T" if unit == "D" else ""
    return f"{prefix}{f'{whole}{letter}' if whole else ''}{joint}{less}"


def _duration(parts: Parts, setting: Setting) -> Value | None:
    del setting
    unit = "D" if parts.unit == "K" else parts.unit
    number = 2.0 if parts.unit == "K" and parts.number == 1 else parts.number
    if not parts.vague and number is None:
        number = None if parts.plural else 1.0
    return Value("DURATION", _amount(number, unit), parts.approximate, None)


def _span(parts: Parts, setting: Setting) -> Value | None:
    """Read "the last three months" (a length), "last month" (a date), "in coming years" (neither is known)."""
    if parts.number is not None or parts.vague:
        number = None if parts.vague else parts.number
        return Value("DURATION", _amount(number, parts.unit), parts.approximate)
    past = parts.words[-2].text.lower() == "past" and parts.has("t")
    if past:
        return Value("DURATION", _amount(1.0, parts.unit), None)
    return _near(parts, setting)


def _near(parts: Parts, setting: Setting) -> Value | None:
    if parts.has("s"):
        return _season(parts, setting)
    if parts.counts_from_before and setting.before and setting.published:
        return _near_before(parts, setting)
    if parts.plural and parts.shift:
        return Value("DATE", "FUTURE_REF" if parts.shift > 0 else "PAST_REF")
    return _near_published(parts, setting)


def _near_published(parts: Parts, setting: Setting) -> Value | None:
    """Read "last month", "this quarter": counted from the day of publication."""
    if setting.published is None:
        return open_value("DATE", OPEN[parts.unit]) if parts.unit in OPEN else None
    today, unit, shift = setting.published, parts.unit, parts.shift
    if unit == "Q":
        value = _quarter_near(parts, setting)
    elif unit in {"W", "K", "F"}:
        ended = unit == "K" and not shift and not setting.ahead and today.isoweekday() < 6
        value = iso_week(today + timedelta(weeks=shift - ended)) + ("-WE" if unit == "K" else "")
    elif unit == "D":
        value = (today + timedelta(days=shift)).isoformat()
    elif unit == "E":
        value = str((today.year // 10) + shift)
    elif unit == "C":
        value = str((today.year // 100) + shift)
    elif unit in {"M", "Y"}:
        year, month = shift_months(today, shift) if unit == "M" else (today.year + shift, 0)
        value = f"{year}-{month:02d}" if month else str(year)
    else:
        return None
    return Value("DATE", value, parts.mod)


def _near_before(parts: Parts, setting: Setting) -> Value | None:
    """Read "that year", "the following week": counted from the date named before, as exactly as that is known."""
    before = setting.before or ""
    if parts.unit == "D" and DAY.match(before) is None:
        return Value("DATE", f"{before[:7] if MONTH.match(before) else before[:4] + '-XX'}-XX", None, "before")
    value = _near(parts, replace(setting, published=day_of(before) or setting.published, before=None))
    return replace(value, relative="before") if value else None


def _same(parts: Parts, setting: Setting) -> Value | None:
    """Read "that day", "the same night", "later that year"."""
    if not parts.has("p"):
        return _near(parts, setting)
    day = day_of(setting.before) or setting.published
    return Value("TIME", f"{day.isoformat() if day else 'XXXX-XX-XX'}T{parts.value('p')}", parts.mod, "before")


def _period(parts: Parts, setting: Setting) -> Value | None:
    """Read "the latest period", "the 1988 quarter": the quarter that the article speaks of, or that of another year."""
    if setting.quarter is None:
        return Value("DATE", parts.value("Y") or "", None, None) if parts.has("Y") else None
    quarter = setting.quarter if not parts.has("Y") else f"{parts.value('Y')}-{setting.quarter[5:]}"
    return Value("DATE", quarter, None, "before")


def _quarter_near(parts: Parts, setting: Setting) -> str:
    latest = any(word.text.lower() == "latest" for word in parts.words)
    if not parts.shift and setting.quarter and not latest:
        return setting.quarter
    day = setting.published or date(2000, 1, 1)
    year, month = shift_months(day, 3 * (parts.shift or (-1 if latest or parts.has("t") else 0)))
    return f"{year}-Q{(month + 2) // 3}"


def _quarter(parts: Parts, setting: Setting) -> Value | None:
    """Read "the third quarter of 1984", "this year's third quarter", "third-quarter"; also "the second day"."""
    ordinal, unit = int(parts.value("o") or parts.value("E") or 0), _last_unit_before_of(parts)
    unit = "Q" if parts.has("E") else unit
    if unit != "Q" or not 1 <= ordinal <= 4:
        return None
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-Q{ordinal}", parts.mod, None)
    if setting.published is None:
        return open_value("DATE", f"XXXX-Q{ordinal}")
    today = setting.published
    years = [word for word in parts.words if word.symbol == "u" and word.value == "Y"]
    started = 3 * ordinal - 2 <= today.month
    year = today.year + parts.shift if years else today.year if started or setting.ahead else today.year - 1
    return Value("DATE", f"{year}-Q{ordinal}", parts.mod)


def _last_unit_before_of(parts: Parts) -> str:
    found = ""
    after_ordinal = False
    for word in parts.words:
        after_ordinal = after_ordinal or word.symbol == "o"
        if word.symbol == "u" and after_ordinal:
            found = word.value
            break
    return found


def _half(parts: Parts, setting: Setting) -> Value | None:
    if parts.has("D"):
        decade = _decade(parts, setting)
        return (
            Value("DATE", decade.value, "START" if parts.value("o") == "1" else "END", decade.relative)
            if decade
            else None
        )
    half = int(parts.value("o") or (2 if parts.has("l") else 1))
    if half not in {1, 2}:
        return None
    year = parts.value("Y") or (str(setting.published.year + _year_shift(parts)) if setting.published else None)
    return Value("DATE", f"{year}-H{half}", None, None if parts.has("Y") else "published") if year else None


def _year_shift(parts: Parts) -> int:
    """Return the shift that stands right before the unit: the "last" of "the first half of last year"."""
    for left, right in zip(parts.words, parts.words[1:], strict=False):
        if right.symbol == "u" and left.symbol in "lk":
            return int(left.value)
    return 0


def _decade(parts: Parts, setting: Setting) -> Value | None:
    written = parts.value("D") or ""
    today = setting.published or date(2000, 1, 1)
    if len(written) == 2:
        century = today.year // 100 - (int(written) > today.year % 100)
        written = f"{century}{written}"
    return Value("DATE", written[:3], parts.mod, None)


def _season(parts: Parts, setting: Setting) -> Value | None:
    season = parts.value("s")
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-{season}", parts.mod, None)
    if setting.published is None:
        return open_value("DATE", f"XXXX-{season}")
    today = setting.published
    start = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season or "SP"]
    year = today.year
    if parts.shift < 0 and start + 2 >= today.month:
        year -= 1
    elif parts.shift > 0 and start <= today.month:
        year += 1
    elif not parts.shift and not setting.ahead and start > today.month:
        year -= 0 if parts.has("h") else 1
    return Value("DATE", f"{year}-{season}", parts.mod)


def _thing(parts: Parts, setting: Setting) -> Value | None:
    """Read "the week", "the year", "the quarter": the one that the article is about; "the weeks" are some."""
    if parts.plural:
        return Value("DURATION", _amount(None, parts.unit), parts.approximate, None)
    if setting.ends and parts.unit in {"Y", "M"}:
        return Value("DURATION", _amount(1.0, parts.unit), None, None)  # "the year ended July 2"
    return _near(parts, setting) if parts.unit not in SUB_DAY else None


def _century(parts: Parts, setting: Setting) -> Value | None:
    del setting
    ordinal = int(parts.value("o") or 0)
    if _last_unit_before_of(parts) != "C" or not 1 < ordinal < 30:
        return None
    return Value("DATE", f"{ordinal - 1:02d}", parts.mod, None)


def _rate(parts: Parts, setting: Setting) -> Value | None:
    del setting
    if parts.has("y"):
        return Value("SET", parts.value("y") or "", None, None)
    if parts.has("w"):
        return Value("SET", f"XXXX-WXX-{parts.value('w')}", None, None)
    if parts.has("p"):
        return Value("SET", "P1D", None, None)
    if parts.has("m"):
        return Value("SET", f"XXXX-{int(parts.value('m') or 0):02d}", None, None)
    return Value("SET", _amount(parts.number or 1.0, parts.unit), None, None)


UNIT_RULES: dict[str, Callable[[Parts, Setting], Value | None]] = {
    "shifted": _shifted,
    "anchored": _anchored,
    "yearend": _year_end,
    "span": _span,
    "near": _near,
    "quarter": _quarter,
    "half": _half,
    "count": _duration,
    "age": _duration,
    "duration": _duration,
    "rate": _rate,
    "decade": _decade,
    "season": _season,
    "thing": _thing,
    "same": _same,
    "period": _period,
    "spell": _duration,
    "century": _century,
}
"""For each rule of the grammar the function that reads its matches."""
