"""A matched time expression in its setting in, its TIMEX3 type and value out: one small function a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backstory.annotate.calendar import bounds, feast, iso_week, shift_months
from backstory.annotate.lexicon import words as listed
from backstory.annotate.timewords import NUMERIC_DATE, Word

__all__ = ["Setting", "Value", "tense", "valued"]

SUB_DAY = frozenset("HmS")
LETTER = {"H": "H", "m": "M", "S": "S"}
NEAR_MONTHS = 3
"""A month named alone in a sentence that tells no tense is the next one of its name if that is so near."""
OPEN = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "K": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX"}
"""Values of what is counted from a day of publication that is not known."""
REACH = 10
"""Tokens to each side of a weekday or month in which a word like "will" makes it one to come."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a value depends on: the day of publication, whether the sentence looks ahead (None: it does not tell), and
    what was dated before.
    """

    published: date | None
    ahead: bool | None = False
    quarter: str | None = None
    """The last quarter that the article named, as "1989-Q3"."""
    before: str | None = None
    """The value of the last date that the article named."""


@dataclass(frozen=True, slots=True)
class Value:
    """A TIMEX3 type, value and modifier, with the zone of a time (TIMEX3 values in the sets carry none).

    `relative` is published or before for what the value was counted from.
    """

    type: str
    value: str
    mod: str | None = None
    relative: str | None = "published"
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tokens of an expression by symbol."""

    words: Sequence[Word]
    text: str

    def value(self, symbol: str) -> str | None:
        return next((word.value for word in self.words if word.symbol == symbol), None)

    def has(self, symbol: str) -> bool:
        return any(word.symbol == symbol for word in self.words)

    @property
    def shift(self) -> int:
        """-1 for last, 1 for next, 0 for this or nothing."""
        return next((int(word.value) for word in self.words if word.symbol in "lk"), 0)

    @property
    def mod(self) -> str | None:
        return self.value("j")

    @property
    def unit(self) -> str:
        return next((word.value for word in reversed(self.words) if word.symbol == "u"), "")

    @property
    def plural(self) -> bool:
        return any(word.symbol == "u" and word.text.lower().endswith("s") for word in self.words)

    @property
    def number(self) -> float | None:
        """The number that the words make; None if there is none or it is vague."""
        total, found = 0.0, False
        for word in self.words:
            if word.symbol == "n" and word.value.replace(".", "", 1).isdigit():
                amount = float(word.value)
                total = total * amount if amount >= 100 and total and not word.text[0].isdigit() else total + amount
                found = True
            elif word.symbol == "a" and not found:
                total, found = 1.0, True
            elif word.symbol == "f":
                return float(word.value) if word.value.isdigit() else None
        if self.has("H"):
            total, found = (total + 0.5 if self.has("&") or self.text.count("n") else 0.5), True
        return total if found else None

    @property
    def vague(self) -> bool:
        return any(word.symbol == "f" and not word.value.isdigit() for word in self.words)

    @property
    def approximate(self) -> str | None:
        marks = [word.value for word in self.words if word.symbol == "q"]
        if marks:
            return marks[0]
        bound = self.value("R") or self.value("B")
        return {"MORE": "MORE_THAN", "LESS": "LESS_THAN", "LEAST": "EQUAL_OR_MORE", "MOST": "EQUAL_OR_LESS"}.get(
            bound or ""
        )


def tense(words: Sequence[Word], first: int, last: int, language: str = "en") -> bool | None:
    """Say whether the expression [first, last) lies ahead: the nearest telling verb before it says so, else one after."""
    if first and words[first - 1].text.lower() == "as":
        return True
    if last < len(words) and words[last].symbol == "'":
        return False
    for at in range(first - 1, max(-1, first - 1 - REACH), -1):
        looks = _looks(words, at, language)
        if looks is not None:
            return looks
    for at in range(last, min(len(words), last + REACH)):
        looks = _looks(words, at, language)
        if looks is not None:
            return looks
    return None


def _looks(words: Sequence[Word], at: int, language: str) -> bool | None:
    """Say whether the word looks ahead (True) or back (False); None where it tells nothing."""
    lower = words[at].text.lower().replace("’", "'")
    if lower in listed("future_cues", language):
        return True
    if lower in listed("past_verbs", language):
        return False
    past = lower.endswith("ed") and len(lower) > 4
    promised = at + 1 < len(words) and words[at + 1].text.lower() == "to"
    return None if not past or promised else False


def valued(rule: str, words: Sequence[Word], setting: Setting) -> Value | None:
    """Return the value of the expression that `rule` found in `words`, None if it has none."""
    parts = _Parts(words, "".join(word.symbol for word in words))
    try:
        return RULES[rule](parts, setting)
    except (ValueError, OverflowError):
        return None  # a thirteenth month, a day before the calendar's first year: not a time


def _open(kind: str, value: str) -> Value:
    return Value(kind, value, None)


def _day(parts: _Parts, setting: Setting) -> Value | None:
    month = int(parts.value("m") or 0)
    numbers = [word.value for word in parts.words if word.symbol in "no"]
    if not numbers or not numbers[0].isdigit() or not 1 <= int(numbers[0]) <= 31 or not month:
        return None
    day = int(numbers[0])
    if parts.has("Y"):
        year = int(parts.value("Y") or 0)
        return Value("DATE", date(year, month, day).isoformat(), parts.mod, None)
    if setting.published is None:
        return _open("DATE", f"XXXX-{month:02d}-{day:02d}")
    years = (setting.published.year + step for step in (-1, 0, 1))
    days = [date(year, month, day) for year in years if (month, day) != (2, 29) or year % 4 == 0]
    best = min(days, key=lambda each: (abs((each - setting.published).days), each)) if days else None
    return Value("DATE", best.isoformat(), parts.mod) if best else None


def _days(parts: _Parts, setting: Setting) -> Value | None:
    """Read "May 3-5" and "3 to 5 May": from the first day to the last."""
    ends = []
    others = [word for word in parts.words if word.symbol in "mY"]
    for number in (word for word in parts.words if word.symbol in "no"):
        day = _day(_Parts([number, *others], ""), setting)
        if day is None:
            return None
        ends.append(day)
    first, last = ends
    return Value("DATE", f"{first.value}/{last.value}", None, first.relative) if first.value < last.value else None


def _years(parts: _Parts, setting: Setting) -> Value | None:
    """Read "2019-21" and "the 2024-25 financial year"."""
    del setting
    first, second = (word.value for word in parts.words if word.symbol in "nY")
    last = second if len(second) == 4 else first[:-2] + second.zfill(2)
    return Value("DATE", f"{first}/{last}", None, None) if len(second) in {2, 4} and first < last else None


def _numeric(parts: _Parts, setting: Setting) -> Value | None:
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


def _month(parts: _Parts, setting: Setting) -> Value | None:
    month = int(parts.value("m") or 0)
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-{month:02d}", parts.mod, None)
    if setting.published is None:
        return _open("DATE", f"XXXX-{month:02d}")
    today = setting.published
    if parts.has("u"):
        return Value("DATE", f"{today.year + parts.shift}-{month:02d}", parts.mod)
    soon = setting.ahead is None and (month - today.month) % 12 <= NEAR_MONTHS
    if parts.shift > 0 or ((setting.ahead or soon) and not parts.shift):
        year = today.year + (month < today.month or (parts.shift > 0 and month == today.month))
    else:
        year = today.year - (month > today.month or (parts.shift < 0 and month == today.month))
    return Value("DATE", f"{year}-{month:02d}", parts.mod)


def _feast(parts: _Parts, setting: Setting) -> Value | None:
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


def _weekday(parts: _Parts, setting: Setting) -> Value | None:
    wanted = int(parts.value("w") or 0)
    part = parts.value("p") or ("NI" if parts.has("i") else None)
    if setting.published is None:
        value = f"XXXX-WXX-{wanted}"
        return _open("TIME" if part else "DATE", f"{value}T{part}" if part else value)
    today = setting.published
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


def _weekdays(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    part = parts.value("P")
    return Value("SET", f"XXXX-WXX-{parts.value('W') or parts.value('w')}" + (f"T{part}" if part else ""), None, None)


def _clock(parts: _Parts, setting: Setting) -> Value | None:
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


def _clock_day(parts: _Parts, setting: Setting) -> date | None:
    inner = None
    if parts.has("m"):
        dated = [word for word in parts.words if word.symbol in "mnoY" and not _is_hour(word, parts)]
        inner = _day(_Parts(dated, ""), setting)
    elif parts.has("w"):
        inner = _weekday(_Parts([word for word in parts.words if word.symbol in "wlkh"], ""), setting)
    elif parts.has("d"):
        inner = _deictic(parts, setting)
    if inner is not None and inner.value[:1].isdigit():
        return date.fromisoformat(inner.value[:10])
    return setting.published


def _is_hour(word: Word, parts: _Parts) -> bool:
    return word.symbol == "n" and word is next((w for w in parts.words if w.symbol in "nC"), None)


def _part(parts: _Parts, setting: Setting) -> Value | None:
    if setting.published is None:
        return _open("TIME", f"XXXX-XX-XXT{parts.value('p')}")
    shift = int(parts.value("d") or 0) or (-1 if parts.has("l") else 0)
    day = setting.published + timedelta(days=shift)
    return Value("TIME", f"{day.isoformat()}T{parts.value('p')}", parts.mod)


def _deictic(parts: _Parts, setting: Setting) -> Value | None:
    if setting.published is None:
        return _open("DATE", "XXXX-XX-XX")
    day = setting.published + timedelta(days=int(parts.value("d") or 0))
    return Value("DATE", day.isoformat(), parts.mod)


def _night(parts: _Parts, setting: Setting) -> Value | None:
    day = setting.published.isoformat() if setting.published else "XXXX-XX-XX"
    return Value("TIME", f"{day}T{parts.value('i')}")


def _vague(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    return Value("DATE", parts.value("v") or parts.value("U") or "PRESENT_REF")


def _shifted(parts: _Parts, setting: Setting) -> Value | None:
    """Count back or on: from publication ("three years ago") or from the date before ("two days later")."""
    number, unit = parts.number, parts.unit
    ago = parts.has("g")
    if number is None:
        return Value("DATE", "PAST_REF" if ago or parts.value("r") == "-" or parts.mod == "START" else "FUTURE_REF")
    back = ago or parts.value("r") == "-" or parts.mod == "START"
    if unit == "Y" and number == 1 and setting.quarter and back:
        year, quarter = setting.quarter.split("-")
        return Value("DATE", f"{int(year) - 1}-{quarter}", parts.approximate, "before")
    origin = setting.published if ago else _day_of(setting.before) or setting.published
    if origin is None:
        return _open("DATE", "PAST_REF" if back else "FUTURE_REF")
    value = _moved(origin, -number if back else number, unit)
    return Value("DATE", value, parts.approximate, "published" if ago else "before") if value else None


def _day_of(value: str | None) -> date | None:
    span = bounds(value) if value else None
    return date.fromisoformat(span[0][:10]) if span else None


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


def _anchored(parts: _Parts, setting: Setting) -> Value | None:
    """Read "the year-ago quarter": the same quarter a year before the one that the article spoke of."""
    if setting.quarter:
        year, quarter = setting.quarter.split("-")
        return Value("DATE", f"{int(year) - 1}-{quarter}", None, "before")
    if setting.published is None:
        return None
    return Value("DATE", str(setting.published.year - 1), parts.mod)


def _year_end(parts: _Parts, setting: Setting) -> Value | None:
    if parts.unit != "Y" or parts.mod != "END" or setting.published is None:
        return None
    return Value("DATE", f"{setting.published.year - (not setting.ahead)}-12-31")


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


def _duration(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    unit = "D" if parts.unit == "K" else parts.unit
    number = 2.0 if parts.unit == "K" and parts.number == 1 else parts.number
    if not parts.vague and number is None:
        number = None if parts.plural else 1.0
    return Value("DURATION", _amount(number, unit), parts.approximate, None)


def _span(parts: _Parts, setting: Setting) -> Value | None:
    """Read "the last three months" (a length), "last month" (a date), "in coming years" (neither is known)."""
    if parts.number is not None or parts.vague:
        number = None if parts.vague else parts.number
        return Value("DURATION", _amount(number, parts.unit), parts.approximate)
    past = parts.words[-2].text.lower() == "past" and parts.has("t")
    if past:
        return Value("DURATION", _amount(1.0, parts.unit), None)
    return _near(parts, setting)


def _near(parts: _Parts, setting: Setting) -> Value | None:
    if parts.has("s"):
        return _season(parts, setting)
    if parts.plural and parts.shift:
        return Value("DATE", "FUTURE_REF" if parts.shift > 0 else "PAST_REF")
    if setting.published is None:
        return _open("DATE", OPEN[parts.unit]) if parts.unit in OPEN else None
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


def _quarter_near(parts: _Parts, setting: Setting) -> str:
    if not parts.shift and setting.quarter:
        return setting.quarter
    latest = parts.text.count("h") and any(word.text.lower() == "latest" for word in parts.words)
    day = setting.published or date(2000, 1, 1)
    year, month = shift_months(day, 3 * (parts.shift or (-1 if latest or parts.has("t") else 0)))
    return f"{year}-Q{(month + 2) // 3}"


def _quarter(parts: _Parts, setting: Setting) -> Value | None:
    """Read "the third quarter of 1984", "this year's third quarter", "third-quarter"; also "the second day"."""
    ordinal, unit = int(parts.value("o") or parts.value("E") or 0), _last_unit_before_of(parts)
    unit = "Q" if parts.has("E") else unit
    if unit != "Q" or not 1 <= ordinal <= 4:
        return None
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-Q{ordinal}", parts.mod, None)
    if setting.published is None:
        return _open("DATE", f"XXXX-Q{ordinal}")
    today = setting.published
    years = [word for word in parts.words if word.symbol == "u" and word.value == "Y"]
    started = 3 * ordinal - 2 <= today.month
    year = today.year + parts.shift if years else today.year if started or setting.ahead else today.year - 1
    return Value("DATE", f"{year}-Q{ordinal}", parts.mod)


def _last_unit_before_of(parts: _Parts) -> str:
    found = ""
    after_ordinal = False
    for word in parts.words:
        after_ordinal = after_ordinal or word.symbol == "o"
        if word.symbol == "u" and after_ordinal:
            found = word.value
            break
    return found


def _half(parts: _Parts, setting: Setting) -> Value | None:
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


def _year_shift(parts: _Parts) -> int:
    """Return the shift that stands right before the unit: the "last" of "the first half of last year"."""
    for left, right in zip(parts.words, parts.words[1:], strict=False):
        if right.symbol == "u" and left.symbol in "lk":
            return int(left.value)
    return 0


def _decade(parts: _Parts, setting: Setting) -> Value | None:
    written = parts.value("D") or ""
    if len(written) == 2:
        century = (setting.published.year if setting.published else 2000) // 100
        written = (
            f"{century if int(written) <= (setting.published or date(2000, 1, 1)).year % 100 else century - 1}{written}"
        )
    return Value("DATE", written[:3], parts.mod, None)


def _year(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    return Value("DATE", parts.value("Y") or "", parts.mod, None)


def _season(parts: _Parts, setting: Setting) -> Value | None:
    season = parts.value("s")
    if parts.has("Y"):
        return Value("DATE", f"{parts.value('Y')}-{season}", parts.mod, None)
    if setting.published is None:
        return _open("DATE", f"XXXX-{season}")
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


def _thing(parts: _Parts, setting: Setting) -> Value | None:
    """Read "the week", "the year", "the quarter": the one that the article is about."""
    return _near(parts, setting) if parts.unit not in SUB_DAY else None


def _century(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    ordinal = int(parts.value("o") or 0)
    if _last_unit_before_of(parts) != "C" or not 1 < ordinal < 30:
        return None
    return Value("DATE", f"{ordinal - 1:02d}", parts.mod, None)


def _rate(parts: _Parts, setting: Setting) -> Value | None:
    del setting
    if parts.has("y"):
        return Value("SET", parts.value("y") or "", None, None)
    if parts.has("w"):
        return Value("SET", f"XXXX-WXX-{parts.value('w')}", None, None)
    if parts.has("p"):
        return Value("SET", "P1D", None, None)
    return Value("SET", _amount(parts.number or 1.0, parts.unit), None, None)


RULES: dict[str, Callable[[_Parts, Setting], Value | None]] = {
    "day": _day, "days": _days, "numeric": _numeric, "years": _years, "month": _month, "feast": _feast, "weekday": _weekday, "weekdays": _weekdays,
    "clock": _clock, "part": _part, "deictic": _deictic, "night": _night, "vague": _vague, "shifted": _shifted,
    "anchored": _anchored, "yearend": _year_end, "span": _span, "near": _near, "quarter": _quarter, "half": _half, "count": _duration,
    "age": _duration, "duration": _duration, "rate": _rate, "decade": _decade, "year": _year, "season": _season,
    "thing": _thing, "century": _century,
}  # fmt: skip
