"""Words in, Porter's stems out (Porter 1980), as ROUGE compares them: "rescuing" and "rescued" are both "rescu"."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["stem"]

STEP_2 = (
    "ational:ate tional:tion enci:ence anci:ance izer:ize abli:able alli:al entli:ent eli:e ousli:ous ization:ize"
    " ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble"
)
STEP_3 = "icate:ic ative: alize:al iciti:ic ical:ic ful: ness:"
STEP_4 = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
VOWELS = "aeiou"


def _pairs(told: str) -> list[tuple[str, str]]:
    pairs = [tuple(pair.split(":")) for pair in told.split()]
    return sorted(((a, b) for a, b in pairs), key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the stem of a word in lower case."""
    if len(word) <= 2:
        return word
    word = _plural(word)
    word = _past(word)
    if word.endswith("y") and _vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _pairs(STEP_2))
    word = _replaced(word, _pairs(STEP_3))
    word = _cut(word)
    return _tidy(word)


def _shape(word: str) -> str:
    """Return the word's letters as v and c; a y after a consonant is a vowel."""
    shape = ""
    for letter in word:
        vowel = letter in VOWELS or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(word: str) -> int:
    return len(re.findall("v+c+", _shape(word)))


def _vowel(word: str) -> bool:
    return "v" in _shape(word)


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    ending = next((end for end in ("ed", "ing") if word.endswith(end) and _vowel(word[: -len(end)])), "")
    if not ending:
        return word
    word = word[: -len(ending)]
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if len(word) > 1 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _short(word) else word


def _short(word: str) -> bool:
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _replaced(word: str, pairs: list[tuple[str, str]]) -> str:
    for ending, other in pairs:
        if word.endswith(ending):
            return word[: -len(ending)] + other if _measure(word[: -len(ending)]) else word
    return word


def _cut(word: str) -> str:
    for ending in sorted(STEP_4.split(), key=len, reverse=True):
        if word.endswith(ending):
            rest = word[: -len(ending)]
            holds = ending != "ion" or rest.endswith(("s", "t"))
            return rest if holds and _measure(rest) > 1 else word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        if _measure(rest) > 1 or (_measure(rest) == 1 and not _short(rest)):
            word = rest
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
