"""Texts in, words out: a 64-bit hash per word that spelling, marks and house style do not change, and where it stands.

Many texts are read at once, as one array of bytes. Most words are hashed as they stand there; those with marks or
letters beyond ASCII within them, and those that have several spellings, are looked up, each normalised once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from unicodedata import category, normalize

import numpy as np

from backstory.reuse.hashing import PAD, Bytes, Flags, Hashes, Ints, hash_of_bytes, hashes_within
from backstory.reuse.variants import variants

__all__ = ["Words", "forget", "hash_of_word", "hashes_of_all", "normal_form", "words_of"]

IDEOGRAPHS = "\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that write no spaces: each character counts as a word."""
APOSTROPHES = "'’‘ʼ＇`"
INSIDE = "\u00ad\u200b-\u200d\u2060\u0300-\u036f"
"""Marks that may stand within a word and do not change it: soft hyphens, zero-width characters, loose accents."""
LETTER, SIGN = rf"[^\W\d_{IDEOGRAPHS}]", rf"[^\W_{IDEOGRAPHS}]"
WORD = re.compile(
    rf"[%{IDEOGRAPHS}]"
    rf"|{LETTER}(?:\.{LETTER})+(?!{SIGN})"  # U.S. without its last point, as houses differ on it
    rf"|{SIGN}+(?:(?:[{APOSTROPHES}](?={LETTER})|[.,](?<=\d.)(?=\d)|[{INSIDE}]+){SIGN}+)*"
)
SINGLE = re.compile(rb"[a-z0-9]+(?:'[a-z]+)*|[0-9]+(?:[.,][0-9]+)*")
"""Most pieces with marks within them: one word, whose form is the piece without apostrophes and commas."""
PLAIN = (("’", "'"), ("‘", "'"), *((mark, " ") for mark in "“”„«»–—…\u00a0\u202f"))
"""What news is printed with beyond ASCII, where it can be had in ASCII without any word becoming another."""
SPACE, LETTERS, BEYOND, LINKS, SIGNS = range(5)
"""Kinds of bytes: between words, in them, of characters beyond ASCII, in words if within them, words of their own."""
BLOCK = 1 << 17
"""Characters to read in one go: their arrays stay in the processor's cache."""
VOCABULARY = 100_000
"""Pieces that are remembered; after that the memory starts anew, which changes speed and nothing else."""
BUCKET_SHIFT = np.uint64(48)
"""The first 16 bits of a hash: those that no spelling has rule out most words at once."""


SEVERAL = 0
"""Stands in for the hash of what is several words, or none, or not one from end to end."""


def _kind(byte: int) -> int:
    if byte >= 0x80:
        return BEYOND
    if chr(byte).isalnum():
        return LETTERS
    return LINKS if chr(byte) in ".,'`" else SIGNS if chr(byte) == "%" else SPACE


_KINDS = bytes(map(_kind, range(256)))
_TIED = np.array([kind in (LETTERS, BEYOND) for kind in range(5)])


@dataclass(frozen=True, slots=True)
class Words:
    """Words in order: the hash of each normalised word, and where it starts and ends in the text."""

    hashes: Hashes
    starts: Ints
    ends: Ints

    def __getitem__(self, rows: slice | Flags) -> Words:
        return Words(self.hashes[rows], self.starts[rows], self.ends[rows])


def words_of(text: str) -> Words:
    """Return the words of `text`, with offsets in code points."""
    return _joined(_read(text), [])


def hashes_of_all(texts: Iterable[str]) -> Iterator[Hashes]:
    """Yield the hashes of the words of each text in turn, as many texts in one go as fit in a block."""
    for block in _blocks(texts):
        words, begins = _read("\n".join(block)), list(accumulate((len(text) + 1 for text in block), initial=0))
        words = _joined(words, np.searchsorted(words.starts, begins))
        cuts = np.searchsorted(words.starts, begins).tolist()
        for first, last in pairwise(cuts):
            yield words.hashes[first:last]


def forget() -> None:
    """Forget the pieces seen so far; the next texts are read as by a process that has just begun."""
    _memory.clear()
    _parts.clear()


def hash_of_word(word: str) -> int:
    """Return the hash of `word` once normalised: the same in every run and on every machine."""
    return hash_of_bytes(normal_form(word).encode("utf-8", "surrogatepass"))


def normal_form(word: str) -> str:
    """Return the one form of `word`: no capitals, accents, points or apostrophes; one of its spellings; figures."""
    if word.isascii() and word.isalnum():
        return _spellings().get(word.lower(), word.lower())
    plain = normalize("NFKD", word).casefold()
    inner = r"[,.]" if not plain[:1].isdigit() else r","
    plain = "".join(mark for mark in re.sub(inner, "", plain) if mark.isalnum() or category(mark)[0] in "PS")
    for mark in APOSTROPHES:
        plain = plain.replace(mark, "")
    return _spellings().get(plain, plain)


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size > BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


class _Part(NamedTuple):
    """The words of a piece that is not one word from end to end, with offsets in code points from its start."""

    hashes: list[int]
    starts: list[int]
    ends: list[int]


_memory: dict[int, int] = {}
"""The hash of a piece as it stands, and that of the word that it is."""
_parts: dict[int, _Part] = {}
"""The hash of a piece as it stands, and what it holds where that is not one word."""


def _read(text: str) -> Words:
    """Return the words of `text`, those that some houses write apart not joined yet."""
    for mark, plain in () if text.isascii() else PLAIN:
        text = text.replace(mark, plain)
    raw = b" " + text.encode("utf-8", "surrogatepass").lower() + b" " * PAD
    data, kinds = np.frombuffer(raw, dtype=np.uint8), _kinds_of(raw)
    inside = kinds != SPACE
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    hashes = hashes_within(data, starts, ends)
    _respell(hashes)
    odd = np.unique(np.searchsorted(starts, np.flatnonzero(kinds > LETTERS), side="right") - 1)
    several = _look_up(raw, hashes, starts, ends, odd)
    if len(raw) == len(text) + 1 + PAD:
        words = Words(hashes, starts - 1, ends - 1)
    else:
        before = np.cumsum((data & 0xC0) != 0x80) - 2  # characters before the one that begins with a byte
        words = Words(hashes, before[starts], before[ends])
    return _parted(words, several) if several else words


def _kinds_of(raw: bytes) -> Bytes:
    """Return the kind of each byte; of the marks that may stand within words those that do."""
    kinds = np.frombuffer(bytearray(raw.translate(_KINDS)), dtype=np.uint8)
    links = np.flatnonzero(kinds == LINKS)
    ties = _TIED[kinds[links - 1]] & _TIED[kinds[links + 1]]
    kinds[links[~ties]] = SPACE
    return kinds


def _respell(hashes: Hashes) -> None:
    """Put in the place of each hash of a spelling that of its one form."""
    buckets, keys, forms = _respellings()
    rows = np.flatnonzero(buckets[hashes >> BUCKET_SHIFT])
    places = np.minimum(np.searchsorted(keys, hashes[rows]), len(keys) - 1)
    known = keys[places] == hashes[rows]
    hashes[rows[known]] = forms[places[known]]


def _look_up(raw: bytes, hashes: Hashes, starts: Ints, ends: Ints, odd: Ints) -> dict[int, _Part]:
    """Put the hash of the word that each `odd` piece is in its place; return what the others hold, by their number."""
    if len(_memory) > VOCABULARY:
        forget()
    values, firsts, numbers = np.unique(hashes[odd], return_index=True, return_inverse=True)
    known = values.tolist()
    places = zip(known, odd[firsts].tolist(), strict=True)
    _learn([(value, raw[starts[at] : ends[at]]) for value, at in places if value not in _memory])
    hashes[odd] = np.array([_memory[value] for value in known], dtype=np.uint64)[numbers]
    rows = np.flatnonzero(hashes[odd] == SEVERAL).tolist()
    return {int(odd[row]): _parts[known[numbers[row]]] for row in rows}


def _learn(pieces: Sequence[tuple[int, bytes]]) -> None:
    """Remember what each piece holds, given by its hash as it stands and its bytes."""
    single: dict[int, bytes] = {}
    for value, raw in pieces:
        if SINGLE.fullmatch(raw):
            single[value] = _plain_spellings().get(form := raw.translate(None, b"',"), form)
            continue
        piece = raw.decode("utf-8", "surrogatepass")
        found = list(WORD.finditer(piece))
        hashes = [hash_of_word(word[0]) for word in found]
        whole = len(found) == 1 and found[0].span() == (0, len(piece))
        _memory[value] = hashes[0] if whole else SEVERAL
        if not whole:
            _parts[value] = _Part(hashes, [word.start() for word in found], [word.end() for word in found])
    _memory.update(zip(single, _hashes_of(single.values()), strict=True))


def _hashes_of(words: Iterable[bytes]) -> list[int]:
    """Return the hashes of words that hold no space."""
    raw = b" ".join([*words, b" " * PAD])
    data = np.frombuffer(raw, dtype=np.uint8)
    edges = np.flatnonzero(np.diff(data != ord(" "), prepend=False))
    hashes: list[int] = hashes_within(data, edges[::2], edges[1::2]).tolist()
    return hashes


def _parted(words: Words, several: dict[int, _Part]) -> Words:
    """Return `words` with the words that the pieces `several` hold in their place."""
    kept = np.ones(len(words.hashes), dtype=bool)
    kept[list(several)] = False
    whole = words[kept]
    hashes = np.array([value for part in several.values() for value in part.hashes], dtype=np.uint64)
    shift = np.repeat(words.starts[list(several)], [len(part.hashes) for part in several.values()])
    starts = shift + np.array([first for part in several.values() for first in part.starts], dtype=np.int64)
    ends = shift + np.array([last for part in several.values() for last in part.ends], dtype=np.int64)
    at = np.searchsorted(whole.starts, starts)
    rows = (np.insert(whole.hashes, at, hashes), np.insert(whole.starts, at, starts), np.insert(whole.ends, at, ends))
    return Words(*rows)


def _joined(words: Words, cuts: Ints | list[int]) -> Words:
    """Return `words` with those that some houses write apart (per cent) joined, but for those of two texts."""
    hashes, ends, gone = words.hashes, words.ends.copy(), np.zeros(len(words.hashes), dtype=bool)
    for one, two, joined in _apart():
        firsts = np.flatnonzero((hashes[:-1] == one) & (hashes[1:] == two))
        if len(firsts):
            firsts = firsts[~np.isin(firsts + 1, cuts)]
            hashes[firsts], ends[firsts], gone[firsts + 1] = joined, ends[firsts + 1], True
    return Words(hashes, words.starts, ends)[~gone] if gone.any() else words


@cache
def _spellings() -> dict[str, str]:
    return dict(variants().spellings)


@cache
def _plain_spellings() -> dict[bytes, bytes]:
    return {word.encode(): form.encode() for word, form in _spellings().items()}


@cache
def _respellings() -> tuple[Flags, Hashes, Hashes]:
    """Return which first bits a hash of a spelling may have, the hashes in order, and those of the forms."""
    hashed = sorted((hash_of_bytes(word.encode()), hash_of_word(word)) for word in _spellings())
    keys, forms = np.array(hashed, dtype=np.uint64).T
    buckets = np.zeros(1 << 16, dtype=bool)
    buckets[keys >> BUCKET_SHIFT] = True
    return buckets, np.ascontiguousarray(keys), np.ascontiguousarray(forms)


@cache
def _apart() -> tuple[tuple[np.uint64, np.uint64, np.uint64], ...]:
    hashed = ([np.uint64(hash_of_word(word)) for word in entry] for entry in variants().apart)
    return tuple((one, two, joined) for one, two, joined in hashed)
