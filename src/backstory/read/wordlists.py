"""A list's name in, its words of every language out: the data files `data/LANGUAGE/NAME.txt` beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["named_lists", "named_sets", "ordered_sets"]

_DATA = Path(__file__).parent / "data"


def _lines(path: Path) -> list[str]:
    rows = path.read_text(encoding="utf-8").splitlines()
    return [row.strip() for row in rows if row.strip() and not row.startswith("#")]


def _files(name: str) -> list[Path]:
    return sorted(_DATA.glob(f"*/{name}.txt"))


def _words(row: str) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in row.split(",") if word.strip())


@cache
def named_sets(name: str) -> dict[str, frozenset[str]]:
    """Return every `set = word, word` of list `name`, case-folded, the languages joined."""
    sets: dict[str, set[str]] = {}
    for path in _files(name):
        for row in _lines(path):
            key, _, words = row.partition("=")
            sets.setdefault(key.strip(), set()).update(_words(words))
    return {key: frozenset(words) for key, words in sets.items()}


@cache
def named_lists(name: str) -> dict[str, tuple[str, ...]]:
    """Return every `list = word, word` of list `name` in order, case-folded, the languages one after another."""
    lists: dict[str, list[str]] = {}
    for path in _files(name):
        for row in _lines(path):
            key, _, words = row.partition("=")
            lists.setdefault(key.strip(), []).extend(_words(words))
    return {key: tuple(words) for key, words in lists.items()}


@cache
def ordered_sets(name: str) -> dict[str, int]:
    """Return, for every word of list `name` case-folded, the number from 1 of its line, the languages joined."""
    numbers: dict[str, int] = {}
    for path in _files(name):
        for number, row in enumerate(_lines(path), start=1):
            numbers.update((word, number) for word in _words(row))
    return numbers
