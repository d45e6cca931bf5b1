"""Word lists in, matchers out: which listed phrases a line is, begins with or holds.

The lists are data files, `data/LANGUAGE/NAME.txt`, one phrase a line. The languages are matched together: a page's
notices are often not in the language of its report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from sys import intern

__all__ = ["listed", "listed_in", "numbered", "pairs", "phrases_in", "plain", "starts_with", "words_in", "words_of"]

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_BULLETS = "-–—•*·>|#_ \t\xa0"

MAX_WORDS = 20_000
"""Words of one line that are looked at: a line that long is a whole file, and its first words say what it is."""


def plain(text: str) -> str:
    """Return `text` case-folded, with straight apostrophes, without bullets before it or blanks around it."""
    return text.replace("’", "'").replace("‘", "'").casefold().strip().lstrip(_BULLETS)


def words_of(plain_text: str) -> list[str]:
    """Return the words of a `plain` text, without numbers and marks; equal ones are one object."""
    return list(map(intern, (_ASCII_WORD if plain_text.isascii() else _WORD).findall(plain_text[: MAX_WORDS * 8])))


@lru_cache(maxsize=256)
def words_in(text: str) -> tuple[str, ...]:
    """Return the words of `text` made plain: of a line they are asked more than once."""
    return tuple(words_of(plain(text)))


@cache
def _rows(name: str) -> tuple[str, ...]:
    rows: dict[str, None] = {}
    for path in sorted(_DATA.glob(f"*/{name}.*")):
        for row in path.read_text(encoding="utf-8").splitlines():
            if row.strip() and not row.startswith("#"):
                rows[row.rstrip()] = None
    return tuple(rows)


@cache
def listed(name: str) -> frozenset[str]:
    """Return the phrases of list `name`, each as its words joined by one space."""
    return frozenset(" ".join(words_of(plain(row))) for row in _rows(name)) - {""}


@cache
def listed_in(name: str, language: str) -> frozenset[str]:
    """Return the phrases of list `name` in one language."""
    rows = (_DATA / language / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(words_of(plain(row))) for row in rows if not row.startswith("#")) - {""}


@cache
def pairs(name: str, mark: str) -> dict[str, str]:
    """Return list `name` as a mapping: what stands before `mark` on each line to what stands after it."""
    split = (row.partition(mark) for row in _rows(name))
    return {left.strip(): right.strip() for left, _, right in split}


@cache
def numbered(name: str) -> dict[str, int]:
    """Return for every word of list `name` the number of its line, from 1 in each language; commas part the words."""
    numbers: dict[str, int] = {}
    for path in sorted(_DATA.glob(f"*/{name}.*")):
        rows = [row for row in path.read_text(encoding="utf-8").splitlines() if row.strip() and not row.startswith("#")]
        for number, row in enumerate(rows, start=1):
            numbers.update((word.strip(), number) for word in row.split(","))
    return numbers


@cache
def _starts(name: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for row in _rows(name):
        table.setdefault(row[:2].casefold(), []).append(row.casefold())
    return {key: tuple(sorted(rows, key=lambda row: (-len(row), row))) for key, rows in table.items()}


def starts_with(name: str, plain_text: str) -> str | None:
    """Return the longest phrase of list `name` that `plain_text` begins with, as whole words."""
    for phrase in _starts(name).get(plain_text[:2], ()):
        if plain_text.startswith(phrase):
            after = plain_text[len(phrase) : len(phrase) + 1]
            if not (after.isalpha() and phrase[-1].isalpha()):
                return phrase
    return None


@cache
def _by_first_word(names: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(frozenset().union(*map(listed, names))):
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(words)
    return {word: tuple(sorted(phrases, key=len, reverse=True)) for word, phrases in table.items()}


def phrases_in(words: Sequence[str], *names: str) -> list[str]:
    """Return every phrase of the lists `names` that stands in `words`, the longest where several begin at one word."""
    table = _by_first_word(names)
    if table.keys().isdisjoint(words):
        return []
    found = []
    begun = table.keys() & words
    for at in [at for at, word in enumerate(words) if word in begun]:
        for phrase in table[words[at]]:
            if tuple(words[at : at + len(phrase)]) == phrase:
                found.append(" ".join(phrase))
                break
    return found
