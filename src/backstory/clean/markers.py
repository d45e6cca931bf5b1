"""Lines in, certain boundaries out: the marks that newspaper archives put where an item begins or ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Marks", "marks_of"]

NUMBERED = re.compile(
    r"\s*(?:document|dokument)?\s*(\d{1,6})\s+(?:of|von|de|van|di|sur|aus)\s+(\d{1,6})\s*(?:documents?|dokument(?:e|en)?|docs?)?\s*$",
    re.IGNORECASE,
)
"""LexisNexis: "3 of 74 DOCUMENTS", "Document 3 of 74"."""

CLOSING = re.compile(r"\s*(?:End of Document|Document [A-Z][A-Z0-9]{7,11}\d{8}[a-z0-9]{6,12})\s*$")
"""Lexis's and Factiva's last line of an item."""

RULE = re.compile(r"\s*_{20,}\s*$")
"""ProQuest's line between two items."""

LEAST_RULES = 2
"""A single line of underscores is an ornament; an export has one after each item."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Where items certainly begin (line to reason), which lines are marks, and how many items the file says it has."""

    begins: dict[int, str]
    lines: frozenset[int]
    expected: int | None


def marks_of(lines: Sequence[str]) -> Marks:
    """Return the marks among `lines`."""
    begins: dict[int, str] = {}
    own: set[int] = set()
    expected: int | None = None
    rules = [place for place, line in enumerate(lines) if RULE.match(line)]
    for place, line in enumerate(lines):
        numbered = NUMBERED.match(line)
        if numbered and _counts(numbered, line):
            expected = max(expected or 0, int(numbered[2]))
            begins[place] = f"marker {line.strip()}"
            own.add(place)
        elif CLOSING.match(line) or (len(rules) >= LEAST_RULES and RULE.match(line)):
            own.add(place)
            if place + 1 < len(lines):
                begins.setdefault(place + 1, f"marker {line.strip()[:40]} before it")
    return Marks(begins, frozenset(own), expected)


def _counts(found: re.Match[str], line: str) -> bool:
    """Return whether "3 of 74" counts documents: it says so, or counts within its total."""
    return "doc" in line.lower() or "dok" in line.lower() if int(found[1]) <= int(found[2]) else False
