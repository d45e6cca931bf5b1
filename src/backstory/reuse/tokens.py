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
COUNT_BITS = 24
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
    memory, chunks, rows, counts = _rows_of(text)
    lengths = np.fromiter(map(len, chunks), dtype=np.int64, count=len(chunks))
    begins = np.repeat(np.cumsum(lengths + 1) - lengths - 1, counts)
    words = Words(memory.hashes[rows], memory.places[rows, 0] + begins, memory.places[rows, 1] + begins)
    return words if _begins_apart().isdisjoint(chunks) else _joined(words)


def hashes_of(text: str) -> Hashes:
    """Return the hashes of the words of `text`, for where only those are wanted: twice as fast as `words_of`."""
    memory, chunks, rows, _ = _rows_of(text)
    hashes = memory.hashes[rows]
    return hashes if _begins_apart().isdisjoint(chunks) else _joined(Words(hashes, rows, rows)).hashes


def forget() -> None:
    """Forget the spellings seen so far; the next texts are read as by a process that has just begun."""
    global _memory
    _memory = _Memory()


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
    """What stands between two spaces, by the rows of its words: worked out once and kept.

    The value of a chunk is `first << COUNT_BITS | count`: its words are so many rows of `hashes` and `places`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.hashes = np.zeros(1 << 12, dtype=np.uint64)
        self.places = np.zeros((1 << 12, 2), dtype=np.int64)  # start and end
        self.fresh: list[tuple[int, int, int]] = []
        self.lock = Lock()

    def __missing__(self, chunk: str) -> int:
        with self.lock:
            if chunk in self:
                return self[chunk]
            first = self.rows + len(self.fresh)
            if chunk.isascii() and chunk.isalpha():
                self.fresh.append((_hash(chunk), 0, len(chunk)))
            else:
                self.fresh.extend((_hash(match[0]), *match.span()) for match in WORD.finditer(chunk))
            self[chunk] = first << COUNT_BITS | (self.rows + len(self.fresh) - first)
            return self[chunk]

    def settle(self) -> None:
        """Move the words that are new from a list into the arrays."""
        with self.lock:
            rows = self.rows + len(self.fresh)
            if rows > len(self.hashes):
                room = max(rows, 2 * len(self.hashes))
                self.hashes = np.concatenate((self.hashes, np.zeros(room - len(self.hashes), dtype=np.uint64)))
                self.places = np.concatenate((self.places, np.zeros((room - len(self.places), 2), dtype=np.int64)))
            hashes, starts, ends = zip(*self.fresh, strict=True) if self.fresh else ((), (), ())
            self.hashes[self.rows : rows] = np.array(hashes, dtype=np.uint64)
            self.places[self.rows : rows, 0] = starts
            self.places[self.rows : rows, 1] = ends
            self.rows = rows
            self.fresh.clear()


_memory = _Memory()


def _rows_of(text: str) -> tuple[_Memory, list[str], Ints, Ints]:
    """Return the chunks of `text`, the rows of the memory that hold its words, and how many each chunk has."""
    if len(_memory) > VOCABULARY:
        forget()
    memory = _memory
    chunks = text.replace("\n", " ").split(" ")
    packed = np.fromiter(map(memory.__getitem__, chunks), dtype=np.int64, count=len(chunks))
    if memory.fresh:
        memory.settle()
    counts = packed & ((1 << COUNT_BITS) - 1)
    ends = np.cumsum(counts)
    rows = np.repeat((packed >> COUNT_BITS) - ends + counts, counts)
    rows += np.arange(len(rows))
    return memory, chunks, rows, counts


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
