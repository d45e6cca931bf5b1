"""Two written names in, whether they can be one out: transliterations, nicknames, initials, surnames with particles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from backstory.annotate.gazetteer import plain
from backstory.annotate.lexicon import words

if TYPE_CHECKING:
    from nicknames import NickNamer

__all__ = ["given_key", "same_first_name", "same_word", "skeleton", "sound", "surname"]

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
SHORTEST_LOOSE = 6
"""Letters. Shorter surnames that sound alike (Smith, Smyth) are mostly those of two people."""
SOUNDS = (
    (re.compile(r"[jy]"), "i"), (re.compile(r"kh|gh"), "h"), (re.compile(r"ph"), "f"), (re.compile(r"ck|q"), "k"),
    (re.compile(r"w"), "v"), (re.compile(r"ou|oo"), "u"), (re.compile(r"ee"), "i"), (re.compile(r"sch"), "sh"),
    (re.compile(r"ff$"), "v"), (re.compile(r"(.)\1+"), r"\1"), (re.compile(r"(?<=.)h(?=[^aeiou]|$)"), ""),
)  # fmt: skip
"""Letters that one name is now written with, now not: Zelensky, Zelenskyy, Zelenskiy; Gorbachov, Gorbachoff."""


def surname(name: Sequence[str]) -> str:
    """Return a person's surname: the last word, with the small words before it ("von der Leyen")."""
    rest = [word for word in name if plain(word) not in SUFFIXES] or list(name)
    at = len(rest) - 1
    while at > 1 and rest[at - 1].lower() in words("particles"):
        at -= 1
    return " ".join(rest[at:])


@cache
def skeleton(word: str) -> str:
    """Return what stays of a word when spellings of the same sounds are made one."""
    result = plain(word)
    for pattern, replacement in SOUNDS:
        result = pattern.sub(replacement, result)
    return result


def sound(word: str) -> str:
    """Return the key that two surnames share where `same_word` takes them for one."""
    return skeleton(word) if len(plain(word)) >= SHORTEST_LOOSE else plain(word)


def same_word(one: str, other: str) -> bool:
    """Say whether two surnames are one, allowing for other transliterations in longer ones."""
    left, right = plain(one), plain(other)
    if left == right:
        return True
    return min(len(left), len(right)) >= SHORTEST_LOOSE and skeleton(one) == skeleton(other)


@cache
def _namer() -> NickNamer:
    from nicknames import NickNamer  # 20 ms to load: only where names are compared

    return NickNamer()


@cache
def given_key(name: str) -> frozenset[str]:
    """Return the full names that a first name can stand for, itself among them, in plain letters."""
    return frozenset({plain(name), *_namer().canonicals_of(plain(name))})


def same_first_name(one: str, other: str) -> bool:
    """Say whether two first names can be one person's: equal, a nickname of the same name, an initial of it."""
    left, right = plain(one), plain(other)
    if left == right or skeleton(left) == skeleton(right):
        return True
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return bool(given_key(left) & given_key(right))
