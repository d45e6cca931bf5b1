"""Text in, words out: where each word stands, how it is written, and whether it stands inside quotation marks.

The words follow the Penn Treebank's habits ("don't" is two words, "U.S." is one, "coal-fired" is one), since the sets
that the reader learns from do. They cover every visible character of the text, in order, without overlap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

__all__ = ["Case", "Marks", "Words", "plain", "split_words"]

_WORD = re.compile(
    r"""
    (?:https?://|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?)\]'’]   # an address
  | (?<![^\W\d_])(?:[^\W\d_]\.){2,}                        # U.S.  a.m.
  | [^\W\d_]+?(?=n['’]t\b)                                 # do|n't
  | n['’]t\b
  | (?<=[\w.])['’](?:s|re|ve|ll|d|m)\b                     # Trump|'s
  | ['’](?:s|re|ve|ll|d|m|n)\b(?=\s)                       # the same, set apart by a tokeniser
  | [$£€¥₹]
  | \d+(?:[.,:/]\d+)+                                      # 1,500  10:30  2.9
  | [^\W_]+(?:[-‐‑][^\W_]+|['’](?!(?:s|re|ve|ll|d|m)\b)[^\W_]+|&(?=[^\W_])[^\W_]+)*  # coal-fired  O'Brien  AT&T
  | \.{2,}|-{2,}|``|''
  | \S
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DOUBLE = {'"', "``", "''", "“", "”", "„", "‟", "«", "»", "＂"}
_OPENING = {"“", "„", "«", "``"}
_SINGLE = {"'", "‘", "’", "‚", "‛", "‹", "›"}
_QUOTING = _DOUBLE | _SINGLE
_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛‹›", "'") | dict.fromkeys("‐‑", "-"))


class Case(IntEnum):
    """How a word is written: what an uncased encoder does not see."""

    NONE = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    MIXED = 4
    INITIAL = 5
    DIGITS = 6
    CODE = 7
    MARK = 8
    OTHER = 9


class Marks(IntEnum):
    """Where a word stands towards the quotation marks of its paragraph."""

    OUTSIDE = 0
    OPENS = 1
    CLOSES = 2
    INSIDE = 3


_INSIDE, _OUTSIDE = int(Marks.INSIDE), int(Marks.OUTSIDE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one paragraph: texts, their spans in code points, and their two features."""

    texts: list[str]
    starts: list[int]
    ends: list[int]
    cases: list[int]
    marks: list[int]


def split_words(text: str, start: int = 0, end: int | None = None) -> Words:
    """Return the words of `text[start:end]`, one paragraph, with offsets into `text`."""
    found = list(_WORD.finditer(text, start, len(text) if end is None else end))
    texts = [match.group() for match in found]
    starts, ends = [match.start() for match in found], [match.end() for match in found]
    return Words(texts, starts, ends, [_case(word) for word in texts], _marks(text, texts, starts, ends))


def plain(word: str) -> str:
    """Return `word` with typewriter quotation marks, apostrophes and hyphens: one spelling for the encoder."""
    return '"' if word in {"``", "''"} else word.translate(_PLAIN)


@lru_cache(maxsize=1 << 16)
def _case(word: str) -> int:
    if word.islower():
        return Case.CODE if any(map(str.isdigit, word)) else Case.LOWER
    if word.isdigit() or word[0].isdigit():
        return Case.DIGITS if not any(map(str.isalpha, word)) else Case.CODE
    if not any(map(str.isalnum, word)):
        return Case.MARK
    return _case_of_letters(word)


def _case_of_letters(word: str) -> int:
    if len(word) == 1:
        return Case.INITIAL if word.isupper() else Case.OTHER
    if word.isupper():
        return Case.UPPER
    if word[0].isupper():
        return Case.TITLE if not any(map(str.isupper, word[1:])) else Case.MIXED
    return Case.MIXED if any(map(str.isupper, word)) else Case.OTHER


def _marks(text: str, texts: list[str], starts: list[int], ends: list[int]) -> list[int]:
    """Say for each word whether it opens or closes a quotation or stands inside one; a paragraph's end closes all."""
    result = []
    inside = ""
    for word, start, end in zip(texts, starts, ends, strict=True):
        if word not in _QUOTING:
            result.append(_INSIDE if inside else _OUTSIDE)
            continue
        mark = _mark(text, word, start, end, inside)
        if mark is Marks.OPENS:
            inside = '"' if word in _DOUBLE else "'"
        elif mark is Marks.CLOSES:
            inside = ""
        result.append(int(mark))
    return result


def _mark(text: str, word: str, start: int, end: int, inside: str) -> Marks:
    within = Marks.INSIDE if inside else Marks.OUTSIDE
    if word in _DOUBLE:
        if inside == '"' and word not in _OPENING:
            return Marks.CLOSES
        return within if inside else Marks.OPENS
    if word in _SINGLE:
        spaced_before = start == 0 or not text[start - 1].isalnum() and text[start - 1] not in ".,!?…"
        joined_after = end < len(text) and not text[end].isspace()
        if not inside and spaced_before and joined_after:
            return Marks.OPENS
        if inside == "'" and not (spaced_before and joined_after):
            return Marks.CLOSES
    return within
