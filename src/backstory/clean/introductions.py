"""Units in, links of names out: who is introduced by full name where, and who goes on by surname alone.

News gives a person's full name once and the surname from then on. So a surname whose full name stands only before a gap
speaks against a new article there, and a full name given anew to somebody already known speaks for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from backstory.clean.units import Unit

__all__ = ["Introductions", "introductions_of"]

RUN = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'\-]*\.?(?:\s(?:(?:van|von|der|den|de|del|della|di|da|dos|al|bin|ibn|la|le|el)\s)*[A-ZÀ-ÖØ-Þ][\w’'\-]*)*"
)
REACH = 30
"""How many units back a name is still known: longer than most articles."""


@cache
def words(name: str, language: str = "en") -> frozenset[str]:
    """Return the words of a word list of this package."""
    listed = (files("backstory.clean") / "data" / language / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in listed if line.strip() and not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Introductions:
    """`full` and `short`: for each unit, the keys (last names) that stand there in full, and alone."""

    full: list[dict[str, str]]
    short: list[frozenset[str]]


def introductions_of(units: Sequence[Unit]) -> Introductions:
    """Return the names of `units`: a run of two or more capitalised words is a full name, its last word the key."""
    titles, openers = words("titles"), words("sentence_openers")
    full: list[dict[str, str]] = []
    short: list[frozenset[str]] = []
    for unit in units:
        wholes: dict[str, str] = {}
        alone: set[str] = set()
        for found in RUN.finditer(unit.text):
            parts = found[0].split()
            while parts and parts[0] in openers:
                parts = parts[1:]
            ranks = [place for place, part in enumerate(parts) if part in titles]
            bare = parts[ranks[-1] + 1 :] if ranks else parts
            if not bare:
                continue
            key = _key(bare[-1])
            if len(bare) > 1 and key not in wholes:
                wholes[key] = " ".join(bare)
            elif (
                len(bare) == 1
                and len(key) > 2
                and (found.start() > 0 or len(parts) > len(bare) or not parts[0].isupper())
            ):
                alone.add(key)
        full.append(wholes)
        short.append(frozenset(alone - wholes.keys()))
    return Introductions(full, short)


def _key(word: str) -> str:
    word = word.rstrip(".'’")
    for ending in ("'s", "’s"):
        word = word.removesuffix(ending)
    return word.casefold()
