"""Text in, words out: a 64-bit hash per word that spelling, marks and house style do not change, and where it stands.

Each distinct word is normalised once; after that a text costs one split and one look-up a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from threading import Lock
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray

from backstory.reuse.variants import variants

__all__ = ["Flags", "Hashes", "Ints", "Words", "grams", "hash_of_word", "mix", "normal_form", "words_of"]

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
VOCABULARY = 1_000_000
"""Distinct spellings that are remembered; after that the memory starts anew, which changes speed and nothing else."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words in order: the hash of each normalised word, and where it starts and ends in the text."""

    hashes: Hashes
    starts: Ints
    ends: Ints


def words_of(text: str) -> Words:
    """Return the words of `text`, with offsets in code points."""
    global _memory
    if len(_memory) > VOCABULARY:
        _memory = _Memory()
    memory = _memory
    chunks = text.replace("\n", " ").split(" ")
    seen = np.fromiter(map(memory.__getitem__, chunks), dtype=np.int64, count=len(chunks))
    words = memory.words(seen)
    return words if _begins_apart().isdisjoint(chunks) else _joined(words)


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


class _Memory(dict[str, int]):
    """What stands between two spaces, by its number, with the words in it: worked out once and kept.

    The words of chunk `n` are `count[n]` rows of `hashes`, `starts` and `ends` from row `first[n]` on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.chunks = np.zeros((3, 1 << 12), dtype=np.int64)  # length, first, count
        self.hashes = np.zeros(1 << 12, dtype=np.uint64)
        self.places = np.zeros((2, 1 << 12), dtype=np.int64)  # starts, ends
        self.lock = Lock()

    def __missing__(self, chunk: str) -> int:
        with self.lock:
            if chunk in self:
                return self[chunk]
            found = [(_hash(match[0]), *match.span()) for match in WORD.finditer(chunk)]
            number, rows = len(self), self.rows + len(found)
            self._make_room(number + 1, rows)
            self.chunks[:, number] = len(chunk), self.rows, len(found)
            for row, (value, start, end) in enumerate(found, self.rows):
                self.hashes[row], self.places[0, row], self.places[1, row] = value, start, end
            self.rows = rows
            self[chunk] = number
            return number

    def words(self, seen: Ints) -> Words:
        """Return the words of the chunks `seen`, which a space or line end parts."""
        lengths, firsts, counts = self.chunks[:, seen]
        begins = np.cumsum(lengths + 1) - lengths - 1
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = np.repeat(firsts, counts) + within
        moved = np.repeat(begins, counts)
        return Words(self.hashes[rows], self.places[0, rows] + moved, self.places[1, rows] + moved)

    def _make_room(self, chunks: int, rows: int) -> None:
        if chunks > self.chunks.shape[1]:
            self.chunks = np.concatenate((self.chunks, np.zeros_like(self.chunks)), axis=1)
        while rows > len(self.hashes):
            self.hashes = np.concatenate((self.hashes, np.zeros_like(self.hashes)))
            self.places = np.concatenate((self.places, np.zeros_like(self.places)), axis=1)


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
def _begins_apart() -> frozenset[str]:
    """Return the spellings with which words written apart begin: a quick way to see that a text has none."""
    return frozenset(style(one) for one, _, _ in variants().apart for style in (str, str.capitalize, str.upper))
