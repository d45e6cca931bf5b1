"""A paragraph in, its tokens as symbols of the time grammar out: a letter a token, for patterns to run over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from backstory.annotate.lexicon import entries

__all__ = ["Word", "symbols", "time_tokens"]

TOKEN = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b|\d{1,2}[:.]\d{2}(?=\s?(?:[ap]\.?m\b|[A-Z]{2,4}\b))|\d{1,2}:\d{2}\b"
    r"|['’‘]?\d+s\b|\d+(?:st|nd|rd|th)\b|\d+/\d+|\d+(?:,\d{3})*(?:\.\d+)?"
    r"|[AaPp]\.[Mm]\.?|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\.(?!\w)"
    r"|Q[1-4]\b|[’'‘][a-z]+|[^\W\d_]+|[^\s]",
)
NUMERIC_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{2,4})")
YEAR = range(1000, 2100)
MARKS = {
    ",": ",",
    "-": "-",
    "–": "-",
    "‑": "-",
    "'s": "'",
    "’s": "'",
    "‘s": "'",
    "'": "'",
    "’": "'",
    "(": "(",
    ")": ")",
}
CAPITALS_ONLY = frozenset("mwWz")
"""Symbols whose words count with a capital only: may, march, sun."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token of a time expression with its symbol and its value."""

    start: int
    end: int
    text: str
    symbol: str
    value: str


@cache
def _table(language: str) -> dict[str, tuple[str, str]]:
    rows = (entry.split("\t") for entry in entries("time_words.tsv", language))
    return {row[0]: (row[1], row[2] if len(row) > 2 else "") for row in rows}


@cache
def _feasts(language: str) -> re.Pattern[str] | None:
    names = [entry.split("\t")[0] for entry in entries("holidays.tsv", language)]
    if not names:
        return None
    written = "|".join(re.escape(name).replace("'", "['’]") for name in sorted(names, key=lambda n: (-len(n), n)))
    return re.compile(rf"\b(?:{written})\b", re.IGNORECASE)


def time_tokens(text: str, start: int, end: int, language: str = "en") -> list[Word]:
    """Return the tokens of `text[start:end]` with their symbols; a feast's name is one token."""
    result: list[Word] = []
    at = start
    pattern = _feasts(language)
    for feast in pattern.finditer(text, start, end) if pattern else ():
        if not feast.group()[0].isupper():
            continue
        result += _plain(text, at, feast.start(), language)
        result.append(Word(feast.start(), feast.end(), feast.group(), "V", feast.group().lower().replace("’", "'")))
        at = feast.end()
    return result + _plain(text, at, end, language)


def _plain(text: str, start: int, end: int, language: str) -> list[Word]:
    table = _table(language)
    words = []
    for match in TOKEN.finditer(text, start, end):
        symbol, value = _symbol(match.group(), table)
        words.append(Word(match.start(), match.end(), match.group(), symbol, value))
    return words


def _symbol(written: str, table: dict[str, tuple[str, str]]) -> tuple[str, str]:
    lower = written.lower()
    if len(lower) == 2 and written[0] == "Q" and lower[1].isdigit():
        return "E", lower[1]
    if lower in table:
        symbol, value = table[lower]
        if symbol in CAPITALS_ONLY and not written[0].isupper():
            return ".", ""
        return (".", "") if symbol == "z" and not written.isupper() else (symbol, value)
    if lower[0].isdigit() or (len(lower) > 2 and lower[0] in "'’‘" and lower[1].isdigit()):
        return _digits(lower.lstrip("'’‘"), apostrophe=not lower[0].isdigit())
    return MARKS.get(lower, "."), ""


def _digits(lower: str, *, apostrophe: bool) -> tuple[str, str]:
    if NUMERIC_DATE.fullmatch(lower):
        return "Z", lower
    if lower.endswith("s"):
        decade = lower[:-1]
        return ("D", decade) if decade.endswith("0") and len(decade) in {2, 4} else (".", "")
    if lower.endswith(("st", "nd", "rd", "th")):
        return "o", lower[:-2]
    if ":" in lower:
        return ("C", lower) if _clock(lower) else (".", "")
    if "/" in lower:
        top, _, bottom = lower.partition("/")
        return ("n", str(int(top) / int(bottom))) if int(bottom) else (".", "")
    if apostrophe:
        return ".", ""
    if len(lower) == 4 and lower.isdigit() and int(lower) in YEAR:
        return "Y", lower
    return "n", lower.replace(",", "")


def _clock(lower: str) -> bool:
    hours, _, minutes = lower.partition(":")
    return minutes.isdigit() and int(hours) < 25 and int(minutes) < 60 and len(minutes) == 2


def symbols(words: list[Word]) -> str:
    """Return the symbols of the tokens as one string, a letter a token."""
    return "".join(word.symbol for word in words)
