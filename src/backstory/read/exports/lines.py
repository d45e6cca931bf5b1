"""The lines of an export and what is known of each: the shapes that the layouts of all archives share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backstory.read.wordlists import named_sets
from backstory.records import Kind, Mark, Stated

__all__ = [
    "Described",
    "Line",
    "Piece",
    "count_of",
    "is_copyright",
    "mark",
    "without_by",
    "words_stated",
]

SURE = 0.99
"""The confidence of a kind that the export's own label states."""

SHORT_LINE = 120
"""A copyright line or a mark is shorter; a sentence that mentions copyright is mostly longer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, from `start` to `end`; `hint` holds the attributes of the markup that opens it."""

    start: int
    end: int
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines from `first` until `last`, an item or what stands around the items."""

    first: int
    last: int
    is_item: bool


@dataclass(frozen=True, slots=True)
class Described:
    """What an item's own lines say of it, and the kinds of its lines."""

    stated: Stated = Stated()
    marks: tuple[Mark, ...] = field(default=())


def mark(line: Line, kind: Kind, because: str) -> Mark:
    """Return the mark that says `line` is of `kind`."""
    return Mark(line.start, line.end, kind, SURE, because)


def _alternatives(name: str) -> str:
    words = sorted(named_sets("export_words")[name], key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in words)


_WORDS_STATED = re.compile(rf"([\d.,\s]*\d)\s*(?:{_alternatives('word')}|語|字|слов\w*)\b", re.IGNORECASE)
_COPYRIGHT = re.compile(rf"(?:copyright\b|©|\(c\)\s*\d{{4}}|(?:{_alternatives('copyright')})\b)", re.IGNORECASE)
_COUNT = re.compile(
    rf"\W*(\d{{1,6}})\s*(?:{_alternatives('of')})\s*(\d{{1,6}})\s*(?:{_alternatives('document')})\W*|"
    rf"\W*(?:{_alternatives('document')})\s*(\d{{1,6}})\s*(?:{_alternatives('of')})\s*(\d{{1,6}})\W*",
    re.IGNORECASE,
)


def words_stated(text: str) -> int | None:
    """Return how many words a line such as `1,269 words` or `877 Wörter` states that an item has."""
    found = _WORDS_STATED.fullmatch(text.strip(" ."))
    digits = re.sub(r"\D", "", found[1]) if found else ""
    return int(digits) if 0 < len(digits) < 8 else None


def count_of(text: str) -> tuple[int, int] | None:
    """Return (n, m) of a line that is a mark such as `3 of 74 DOCUMENTS` or `Dokument 3 von 74`."""
    found = _COUNT.fullmatch(text) if len(text) < SHORT_LINE else None
    if not found:
        return None
    number, total = (int(group) for group in found.groups() if group)
    return (number, total) if 0 < number <= total else None


def is_copyright(text: str) -> bool:
    """Return whether a line states who has the rights, and nothing else."""
    return len(text) < 2 * SHORT_LINE and _COPYRIGHT.match(text) is not None


def without_by(byline: str) -> str:
    """Return `byline` without the word for "by" in front."""
    first, _, rest = byline.strip().partition(" ")
    return rest.strip() if rest and first.casefold().rstrip(":") in named_sets("export_words")["by"] else byline.strip()
