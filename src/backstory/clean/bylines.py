"""Byline lines in, the writers' names out; and the place line with which a report opens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backstory.clean.phrases import listed, pairs, plain, starts_with, words_of

__all__ = ["byline_of", "place_line_of"]

_NAME = r"[A-ZÀ-ÖØ-Þ][\w.'’-]*"
_PERSON = re.compile(rf"{_NAME}(?:(?: (?:de|van|von|der|den|la|el|al|bin|di|du|da))* {_NAME}){{1,3}}$")
_CUT = re.compile(r"\s*(?:\||•|·|—|–| - |\bUpdated\b|\bPublished\b|\bin [A-Z]|@|\bfor (?:the |The )?[A-Z]|;|\d).*$")
_JOINED = re.compile(r",\s*(?:and|und|et|y)\s+|\s+(?:and|und|et|y|&)\s+|,\s*|/", re.IGNORECASE)
_PLACE = re.compile(
    r"(?P<whole>(?P<place>[A-ZÀ-ÖØ-Þ][\w.'’/-]*(?:[ ,]+[A-ZÀ-ÖØ-Þ][\w.'’/-]*){0,5})"
    r"(?:, (?P<day>[A-Z][a-z]{2,8}\.? \d{1,2}))?(?: ?\((?P<agency>[^()]{2,30})\))?)"
    r" ?(?:--|[-–—―:]) ?(?=[\"“‘'A-ZÀ-ÖØ-Þ0-9])"
)
LONGEST_PLACE = 80


def byline_of(lines: Sequence[str]) -> str | None:
    """Return who wrote an article, by its byline lines: names joined by commas and "and"; None where none is sure."""
    people: list[str] = []
    own = [line for line in lines if "ing by" not in line[:24].casefold()]
    for line in own or lines:
        people += [person for person in _people(line) if person not in people]
    if not people or len(people) > 6:
        return None
    return people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]


def _people(line: str) -> list[str]:
    bare = line.strip("() \t")
    simple = plain(bare)
    phrase = starts_with("byline_starts", simple)
    at = simple.find(phrase) + len(phrase) if phrase else 0
    rest = _CUT.sub("", bare[at + len(bare) - len(simple) :].lstrip(" :")).strip()
    if rest.isupper():
        rest = rest.title()
    found = []
    for part in _JOINED.split(rest):
        words = words_of(plain(part))
        named = _PERSON.fullmatch(part.strip())
        if named and not listed("byline_roles") & set(words) and part.strip() not in pairs("outlets", "\t").values():
            found.append(part.strip())
    return found


def place_line_of(first: str) -> str | None:
    """Return the place line that opens a report's first line, such as "LONDON (Reuters)", without its dash."""
    found = _PLACE.match(first[: LONGEST_PLACE + 20])
    if not found or len(found["whole"]) > LONGEST_PLACE:
        return None
    head = found["place"].split(",")[0]
    agency = found["agency"]
    upper = sum(map(str.isupper, head)) >= 0.7 * sum(map(str.isalpha, head)) and len(head) > 2
    if agency and (agency.strip() in pairs("agencies", "=") or upper):
        return found["whole"].strip()
    dash = first[found.end("whole") : found.end()]
    return found["whole"].strip() if upper and any(mark in dash for mark in ("--", "–", "—", "―")) else None
