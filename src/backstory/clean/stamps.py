"""A line in, its date out, if it is a date line: a date with what pages write before it, and little else."""

from __future__ import annotations

import re

from backstory.clean.phrases import listed, plain, starts_with, words_of
from backstory.read.stated_dates import iso_date
from backstory.read.wordlists import ordered_sets

__all__ = ["is_date_line", "stated"]

LONGEST = 90
"""A date line with weekday, clock and zone has under 80 characters."""

MOST_WORDS = 8
_DOTTED = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")


def _after_label(content: str) -> tuple[str, bool]:
    """Return a line without what pages write before a date ("Published:"), and whether there was such."""
    rest = content.strip().lstrip("-–—•*·>|#_ \t\xa0")
    phrase = starts_with("date_starts", rest.casefold())
    return (rest[len(phrase) :].lstrip(" :,|-–"), True) if phrase else (rest, False)


def stated(content: str) -> str | None:
    """Return the date that a date line states, as ISO 8601; None where day and month cannot be told apart."""
    rest, _ = _after_label(content[:LONGEST])
    return iso_date(rest) or _numeric(rest)


def _numeric(rest: str) -> str | None:
    """Return a date in numbers: with full stops the day comes first, with strokes only one order may be possible."""
    found = _DOTTED.search(rest)
    if found:
        return _iso(found[3], found[2], found[1])
    found = _SLASHED.search(rest)
    if found and int(found[1]) > 12:
        return _iso(found[3], found[2], found[1])
    return _iso(found[3], found[1], found[2]) if found and int(found[2]) > 12 else None


def _iso(year: str, month: str, day: str) -> str | None:
    return iso_date(f"{year}-{int(month):02}-{int(day):02}")


def is_date_line(content: str) -> bool:
    """Return whether a line is a date and little else; it may lack its year where a label says that it is one."""
    if len(content) > LONGEST or not any(map(str.isdigit, content)):
        return False
    rest, labelled = _after_label(content)
    words = words_of(plain(rest))
    if len(words) > MOST_WORDS:
        return False
    if iso_date(rest) is not None or _numeric(rest) is not None or _SLASHED.match(rest) is not None:
        return True
    months = ordered_sets("stated_months")
    return labelled and any(word in months or word in listed("weekdays") for word in words)
