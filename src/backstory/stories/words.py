"""Words in, how much sharing them says out: weights from a background of news that do not move with the corpus."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib.resources import files

import numpy as np

__all__ = ["function_words", "is_number", "is_year", "terms", "weekdays", "weight"]

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?|\d[\d.,]*")
COMMON = 1.6
"""Weight under which a word says nothing: it stands in a fifth of all articles."""
LANGUAGES = ("de", "en", "es", "fr")
LEAST_LETTERS = 5
"""Letters of a name of a weekday; shorter ones ("sun", "sat") are words as well."""


def terms(text: str) -> list[str]:
    """Return the words of `text` that can be evidence, in lower case, singular as far as a final s tells."""
    found = (match.group().lower().replace("’", "'").removesuffix("'s").rstrip(".,") for match in WORD.finditer(text))
    kept = (_singular(word) for word in found if word not in function_words())
    return [word for word in kept if weight(word) >= COMMON]


def weekdays(text: str) -> frozenset[int]:
    """Return the days of the week that `text` names, in any language that is known: 0 is Monday."""
    days = _days()
    return frozenset(days[word] for match in WORD.finditer(text) if (word := match.group().casefold()) in days)


def is_number(term: str) -> bool:
    """Whether a term is a number of at least two digits that is no year."""
    return term[0].isdigit() and len(term) > 1 and not is_year(term)


def is_year(term: str) -> bool:
    """Whether a term is a year of the last or this century."""
    return len(term) == 4 and term.isdigit() and term[:2] in ("19", "20")


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def weight(word: str) -> float:
    """Return the word's inverse document frequency in the background (natural logarithm, rounded to a tenth)."""
    known, unseen = _background()
    return known.get(word, unseen)


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Return the words of every known language that say nothing by themselves."""
    found: set[str] = set()
    for language in LANGUAGES:
        path = files("backstory.clean").joinpath("data", language, "function_words.txt")
        lines = path.read_text("utf-8").splitlines()
        found.update(word for line in lines if not line.startswith("#") for word in line.lower().split())
    return frozenset(found)


@lru_cache(maxsize=1)
def _days() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        path = files("backstory.clean").joinpath("data", language, "weekdays.txt")
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        for day, line in enumerate(lines):
            found.update((word.strip(), day) for word in line.split(",") if len(word.strip()) >= LEAST_LETTERS)
    return found


@lru_cache(maxsize=1)
def _background() -> tuple[dict[str, float], float]:
    path = files("backstory.models") / "stories-words.npz"
    with path.open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
        words = bytes(arrays["words"]).decode("utf-8").split("\n")
        tenths = arrays["tenths"].tolist()
        articles = int(arrays["articles"])
    return {word: tenth / 10 for word, tenth in zip(words, tenths, strict=True)}, math.log(articles + 1)
