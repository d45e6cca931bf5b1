"""A piece of text in, the amounts written in it out: digits or words, with scale, currency sign and range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from backstory.annotate.lexicon import pairs

__all__ = ["Amount", "amounts", "currency"]

DIGITS = r"\d+(?:,\d{2,3})*(?:\.\d+)?|\.\d+"
SIGNS = r"(?:US|AU|CA|NZ|HK|NT|A|C|S|R)?\$|[£€¥₹₽₴₩₺₪₦₱฿₫]"
ISO_CODES = (
    "USD EUR GBP JPY CNY INR CHF CAD AUD NZD HKD SGD SEK NOK DKK PLN CZK HUF RUB UAH TRY ILS AED SAR ZAR BRL MXN KRW"
)
CODES = "(?:" + "|".join(ISO_CODES.split()) + ")"
JOINTS = re.compile(r"%?(?:\s?[-–—]\s?|\s+to\s+|\s+and\s+)", re.IGNORECASE)
LENGTHS = frozenset(
    {"tall", "long", "wide", "deep", "high", "above", "below", "away", "from", "race", "final", "sprint"}
)
LARGEST = 10.0**18


@dataclass(frozen=True, slots=True)
class Amount:
    """A number where it stands. `currency` is an ISO 4217 code; `value_to` the end of a range."""

    start: int
    end: int
    value: float
    value_to: float | None = None
    currency: str | None = None
    in_words: bool = False
    vague: bool = False


@cache
def _pattern(language: str) -> re.Pattern[str]:
    number = "|".join(sorted(pairs("number_words", language), key=lambda w: (-len(w), w)))
    scale = "|".join(w for w, v in sorted(pairs("number_words", language).items()) if v.startswith("x"))
    letters = "|".join(sorted(pairs("scale_letters", language), key=lambda w: (-len(w), w)))
    vague = "|".join(sorted(pairs("vague_numbers", language)))
    return re.compile(
        rf"(?P<sign>{SIGNS}|\b{CODES}\s?|\b[Rr]s\.?\s?)?"
        rf"(?:(?P<digits>(?<![\w.,/:])[-−]?(?:{DIGITS})|(?<=[$£€¥₹₽₴₩₺₪₦₱฿₫])(?:{DIGITS})|(?<=[A-Z]{{3}}\s)(?:{DIGITS}))"
        rf"(?:(?P<letter>\s?(?:{letters}))(?![\w])|(?P<scale>(?:[\s-]?(?:{scale})\b)+))?"
        rf"|\b(?P<words>(?:(?:a|half a)\s(?:{scale})\b|(?:{number})\b(?!-year))(?:(?:[\s-]|\sand\s)(?:{number})\b)*)"
        rf"|\b(?P<vague>{vague})\b(?=\sof\b))",
        re.IGNORECASE,
    )


def currency(written: str, language: str = "en") -> str | None:
    """Return the ISO 4217 code of a sign, a code, a short name or (by Babel) a full name."""
    key = written.strip().lower()
    listed = pairs("currency_words", language).get(key)
    return listed or (key.upper() if re.fullmatch(CODES, key.upper()) else _full_names(language).get(key))


@cache
def _full_names(language: str) -> dict[str, str]:
    from babel import Locale  # 30 ms to load: only where figures are read

    names: dict[str, str] = {}
    locale = Locale.parse(language)
    for code in sorted(locale.currencies):
        if "(" in locale.currencies[code]:
            continue  # a currency of the past: "US Dollar (Next day)"
        names.setdefault(locale.currencies[code].lower(), code)
        for form in locale._data["currency_names_plural"].get(code, {}).values():
            names.setdefault(form.lower(), code)
    return names


def amounts(text: str, start: int, end: int, language: str = "en") -> Iterator[Amount]:
    """Yield the amounts in `text[start:end]`, ranges as one."""
    held: Amount | None = None
    for match in _pattern(language).finditer(text, start, end):
        amount = _amount(match, language)
        if amount is None:
            continue
        joined = _range(text, held, amount) if held is not None else None
        if joined is not None:
            held = joined
            continue
        if held is not None:
            yield held
        held = amount
    if held is not None:
        yield held


def _amount(match: re.Match[str], language: str) -> Amount | None:
    sign = match["sign"]
    code = currency(sign, language) if sign else None
    if match["vague"]:
        least = float(pairs("vague_numbers", language)[match["vague"].lower()])
        return Amount(match.start(), match.end(), least, None, code, in_words=True, vague=True)
    if match["words"]:
        value = _in_words(match["words"], language)
        return (
            Amount(match.start("words"), match.end(), value, None, None, in_words=True) if value is not None else None
        )
    return _in_digits(match, code, language)


def _in_digits(match: re.Match[str], code: str | None, language: str) -> Amount | None:
    digits = match["digits"].replace(",", "").replace("−", "-")
    value = float(digits)
    end = match.end("digits")
    letter = (match["letter"] or "").strip().lower()
    if letter and (len(letter) > 1 or code is not None or _counts_on(match)):
        value *= float(pairs("scale_letters", language)[letter])
        end = match.end("letter")
    for word in (match["scale"] or "").replace("-", " ").lower().split():
        value *= float(pairs("number_words", language)[word][1:])
        end = match.end("scale")
    return Amount(match.start(), end, _clean(value), None, code) if abs(value) < LARGEST else None


def _counts_on(match: re.Match[str]) -> bool:
    """Say whether a letter right after digits multiplies: "2.5m people", not "5m tall" and not "2 m"."""
    following = re.compile(r"\s([a-z]{4,})").match(match.string, match.end("letter"))
    return match["letter"][0] in "mMkK" and following is not None and following[1] not in LENGTHS


def _in_words(written: str, language: str) -> float | None:
    """Return the number that the words make: "two hundred and fifty thousand" is 250,000."""
    total, current = 0.0, 0.0
    table = pairs("number_words", language)
    for word in written.lower().replace("-", " ").split():
        if word in {"a", "and"}:
            continue
        if word == "half":
            current = 0.5
        elif table[word].startswith("x"):
            times = float(table[word][1:])
            current = (current or 1.0) * times
            if times >= 1000:
                total, current = total + current, 0.0
        else:
            current += float(table[word])
    return _clean(total + current)


def _clean(value: float) -> float:
    """Return the value without the dust of binary fractions: 1.1 * 1000000 is 1100000."""
    return float(f"{value:.12g}")


def _range(text: str, first: Amount, second: Amount) -> Amount | None:
    """Join two amounts that a dash or "to" makes a range of, or "and" after "between"."""
    between = text[first.end : second.start]
    if not JOINTS.fullmatch(between) or first.value_to is not None or first.vague or second.vague:
        return None
    before = text[max(0, first.start - 12) : first.start].lower().split()
    if between.strip(" %").lower() == "and" and "between" not in before[-2:]:
        return None
    if between.strip(" %").lower() == "to" and first.in_words and not second.in_words:
        return None
    low, high = _same_scale(first, second), second.value
    code = first.currency or second.currency
    if low >= high or (first.currency and second.currency and first.currency != second.currency):
        return None
    return Amount(first.start, second.end, low, high, code, first.in_words)


def _same_scale(first: Amount, second: Amount) -> float:
    """Read "$3-5 million" as three to five million: the scale stands once, at the end."""
    if first.value < 1000 <= second.value:
        for scale in (10.0**12, 10.0**9, 10.0**6, 10.0**3):
            if second.value >= scale and first.value < second.value / scale:
                return _clean(first.value * scale)
    return first.value
