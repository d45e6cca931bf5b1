"""Text in, words out: a 64-bit hash per word that spelling, marks and house style do not change, and where it stands.

Each distinct word is normalised once; after that a text costs one split and one look-up a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray

from backstory.reuse.variants import variants

__all__ = [
    "Flags",
    "Hashes",
    "Ints",
    "Words",
    "forget",
    "grams",
    "hash_of_word",
    "hashes_of",
    "mix",
    "normal_form",
    "words_of",
]

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

IDEOGRAPHS = "\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that write no spaces: each character counts as a word."""
APOSTROPHES = "'’‘ʼ＇`"
INSIDE = "\u00ad\u200b-\u200d\u2060\u0300-\u036f"
"""Marks that may stand within a word and do not change it: soft hyphens, zero-width characters, loose accents."""
LETTER, SIGN = rf"[^\W\d_{IDEOGRAPHS}]", rf"[^\W_{IDEOGRAPHS}]"
WORD = re.compile(
    rf"([%{IDEOGRAPHS}]"
    rf"|{LETTER}(?:\.{LETTER})+(?!{SIGN})"  # U.S. without its last point, as houses differ on it
    rf"|{SIGN}+(?:(?:[{APOSTROPHES}](?={LETTER})|[.,](?<=\d.)(?=\d)|[{INSIDE}]+){SIGN}+)*)"
)
GLUED = re.compile(rf"{SIGN}+(?:(?:[.,{APOSTROPHES}]|[{INSIDE}]+){SIGN}+)*|[%{IDEOGRAPHS}]")
"""One word, or a few that a full stop or comma without a space ties together: quicker to find than `WORD`."""
PLAIN = str.maketrans({mark: "'" for mark in "’‘"} | dict.fromkeys("“”–—…\u00a0", " "))
"""What news is printed with beyond ASCII, where it can be had in ASCII without any word becoming another."""
KEPT = ".,'`%"
SPACED = bytes(
    ord(mark.lower()) if mark.isascii() and (mark.isalnum() or mark in KEPT) else 32 for mark in map(chr, range(256))
)
"""ASCII in lower case, every character but those of words and what may stand in them a space."""
VOCABULARY = 1_000_000
"""Distinct spellings that are remembered; after that the memory starts anew, which changes speed and nothing else."""
SEVERAL = 0
"""Stands in for the hash of what turns out to be several words, or none."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words in order: the hash of each normalised word, and where it starts and ends in the text."""

    hashes: Hashes
    starts: Ints
    ends: Ints


def words_of(text: str) -> Words:
    """Return the words of `text`, with offsets in code points."""
    parts = WORD.split(text)
    bounds = np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)))
    raw = parts[1::2]
    hashes = np.fromiter(map(_memory.word, raw), dtype=np.uint64, count=len(raw))
    words = Words(hashes, bounds[:-1:2], bounds[1::2])
    return words if _memory.before.isdisjoint(raw) else _joined(words)


def hashes_of(text: str) -> Hashes:
    """Return the hashes of the words of `text`, for where only those are wanted: twice as fast as `words_of`."""
    memory = _memory if len(_memory) < VOCABULARY else forget()
    glued = _glued(text)
    hashes = np.fromiter(map(memory.__getitem__, glued), dtype=np.uint64, count=len(glued))
    several = np.flatnonzero(hashes == SEVERAL).tolist()
    if several:
        parts = [hashes[: several[0]]]
        for place, after in zip(several, [*several[1:], len(glued)], strict=True):
            parts += [memory.several[glued[place]], hashes[place + 1 : after]]
        hashes = np.concatenate(parts)
    if memory.before.isdisjoint(glued):
        return hashes
    places = np.arange(len(hashes))
    return _joined(Words(hashes, places, places)).hashes


def _glued(text: str) -> list[str] | list[bytes]:
    """Return the pieces of `text` that hold its words, most of them one each."""
    if not text.isascii():
        text = text.translate(PLAIN)
    return text.encode().translate(SPACED).split() if text.isascii() else GLUED.findall(text)


def forget() -> _Memory:
    """Forget the spellings seen so far; the next texts are read as by a process that has just begun."""
    global _memory
    _memory = _Memory()
    return _memory


def hash_of_word(word: str) -> int:
    """Return the hash of `word` once normalised: the same in every run and on every machine."""
    return _hash(word)


def normal_form(word: str) -> str:
    """Return the one form of `word`: no capitals, accents, points or apostrophes; one of its spellings; figures."""
    if word.isascii() and word.isalpha():
        return _spellings().get(word.lower(), word.lower())
    plain = normalize("NFKD", word).casefold()
    inner = r"[,.]" if not plain[:1].isdigit() else r","
    plain = "".join(mark for mark in re.sub(inner, "", plain) if mark.isalnum() or category(mark)[0] in "PS")
    for mark in APOSTROPHES:
        plain = plain.replace(mark, "")
    return _spellings().get(plain, plain)


def mix(values: Hashes) -> Hashes:
    """Return `values` with their bits spread, by the last steps of splitmix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def grams(words: Hashes, length: int) -> Hashes:
    """Return a hash of each `length` words in a row, one for each place where so many follow."""
    count = max(len(words) - length + 1, 0)
    sums = np.zeros(count, dtype=np.uint64)
    for place in range(length):
        sums = (sums ^ words[place : place + count]) * np.uint64(0x9FB21C651E98DF25)
        sums ^= sums >> np.uint64(29)
    return mix(sums) | np.uint64(1)


class _Memory(dict[str | bytes, int]):
    """The hash of each spelling seen so far, or `SEVERAL` where it is more words than one: worked out once and kept.

    `before` are the spellings that may be the first of two words to join.
    """

    def __init__(self) -> None:
        super().__init__()
        self.several: dict[str | bytes, Hashes] = {}
        self.before: set[str | bytes] = set()

    def __missing__(self, glued: str | bytes) -> int:
        words = WORD.findall(glued.decode() if isinstance(glued, bytes) else glued)
        hashes = [_hash(word) for word in words]
        if any(value in _firsts() for value in hashes):
            self.before.add(glued)
        if len(hashes) != 1:
            self.several[glued] = np.array(hashes, dtype=np.uint64)
        self[glued] = hashes[0] if len(hashes) == 1 else SEVERAL
        return self[glued]

    def word(self, word: str) -> int:
        """Return the hash of what is one word."""
        return self[word] or _hash(word)


_memory = _Memory()


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(normal_form(word).encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _joined(words: Words) -> Words:
    """Return `words` with those that some houses write apart (per cent) joined."""
    hashes, ends, kept = words.hashes, words.ends.copy(), np.ones(len(words.hashes), dtype=bool)
    for one, two, joined in _apart():
        pairs = np.flatnonzero((hashes[:-1] == one) & (hashes[1:] == two))
        hashes[pairs], ends[pairs], kept[pairs + 1] = joined, ends[pairs + 1], False
    return Words(hashes[kept], words.starts[kept], ends[kept])


@cache
def _spellings() -> dict[str, str]:
    return dict(variants().spellings)


@cache
def _apart() -> tuple[tuple[np.uint64, np.uint64, np.uint64], ...]:
    hashed = ([np.uint64(hash_of_word(word)) for word in entry] for entry in variants().apart)
    return tuple((one, two, joined) for one, two, joined in hashed)


@cache
def _firsts() -> frozenset[int]:
    """Return the hashes of the words with which words written apart begin."""
    return frozenset(int(one) for one, _, _ in _apart())
